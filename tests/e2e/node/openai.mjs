import assert from "node:assert/strict";
import OpenAI from "openai";
import { zodResponseFormat } from "openai/helpers/zod";
import { z } from "zod";
import { ASK, key, messages, page, runAll, test, url } from "./check.mjs";

const client = new OpenAI({ apiKey: key, baseURL: url });
const Tower = z.object({
  builder: z.string().describe("Who built the lighthouse"),
  height_metres: z.number().describe("Height of the tower in metres"),
  keepers: z.array(z.string()).nullable(),
});
const about = [{ role: "user", content: "The Lumenport Lighthouse: who built it and how high is the tower?" }];

test("a whole reply", async () => {
  const reply = await client.chat.completions.create({ model: "speed", messages });
  const { message, finish_reason } = reply.choices[0];
  assert.match(message.content, /Adela Varga/);
  assert.equal(finish_reason, "stop");
  assert.equal(message.refusal, null);
  const note = message.annotations[0].url_citation;
  assert.equal([...message.content].slice(note.start_index, note.end_index).join(""), "[1]");
  assert.equal(note.url, page);
  assert.equal(reply.basis[0].field, "output");
  assert.ok(reply._request_id);
  assert.ok(reply.usage.total_tokens > 0);
});

test("a stream", async () => {
  const stream = await client.chat.completions.create({ model: "base", messages, stream: true });
  let text = "", last, pieces = 0;
  for await (const chunk of stream) {
    text += chunk.choices[0]?.delta?.content || "";
    pieces += chunk.choices[0]?.delta?.content ? 1 : 0;
    last = chunk;
  }
  assert.match(text, /Adela Varga/);
  assert.ok(pieces > 1);
  assert.equal(last.choices[0].finish_reason, "stop");
  assert.equal(last.basis[0].citations[0].url, page);
});

test("a stream with usage", async () => {
  const stream = await client.chat.completions.create({ model: "speed", messages, stream: true, stream_options: { include_usage: true } });
  let usage;
  for await (const chunk of stream) usage = chunk.usage ?? usage;
  assert.ok(usage.total_tokens > 0);
});

test("the stream helper", async () => {
  const stream = client.chat.completions.stream({ model: "base", messages });
  let heard = "";
  stream.on("content", (delta) => (heard += delta));
  const final = await stream.finalChatCompletion();
  assert.equal(final.choices[0].message.role, "assistant");
  assert.equal(final.choices[0].message.content, heard);
  assert.equal(final.choices[0].finish_reason, "stop");
  assert.match(await stream.finalContent(), /Adela Varga/);
});

test("parse with zod", async () => {
  const reply = await client.chat.completions.parse({ model: "base", messages: about, response_format: zodResponseFormat(Tower, "tower") });
  const tower = reply.choices[0].message.parsed;
  assert.match(tower.builder, /Adela Varga/);
  assert.equal(tower.height_metres, 48);
  Tower.parse(tower);
});

test("a stream parsed with zod", async () => {
  const stream = client.chat.completions.stream({ model: "base", messages: about, response_format: zodResponseFormat(Tower, "tower") });
  const final = await stream.finalChatCompletion();
  assert.match(final.choices[0].message.parsed.builder, /Adela Varga/);
});

test("own fields", async () => {
  const reply = await client.chat.completions.create({ model: "speed", messages, source_policy: { exclude_domains: ["lumenport.example"] } });
  assert.ok(!reply.citations.includes(page));
});

test("AbortController", async () => {
  const controller = new AbortController();
  const stream = await client.chat.completions.create({ model: "core", messages, stream: true }, { signal: controller.signal });
  let chunks = 0;
  for await (const _ of stream) {
    chunks++;
    controller.abort();
  }
  assert.ok(chunks >= 1);
  const early = new AbortController();
  const asked = client.chat.completions.create({ model: "core", messages }, { signal: early.signal });
  early.abort();
  await assert.rejects(asked, OpenAI.APIUserAbortError);
  assert.ok((await client.chat.completions.create({ model: "speed", messages })).choices[0].message.content);
});

test("models", async () => {
  const ids = [];
  for await (const model of client.models.list()) ids.push(model.id);
  assert.deepEqual(ids, ["speed", "lite", "base", "core"]);
  assert.equal((await client.models.retrieve("lite")).id, "lite");
});

test("error classes", async () => {
  const strict = client.withOptions({ maxRetries: 0 });
  await assert.rejects(strict.withOptions({ apiKey: "wrong" }).chat.completions.create({ model: "speed", messages }), OpenAI.AuthenticationError);
  await assert.rejects(strict.chat.completions.create({ model: "gpt-4o", messages }), (error) => {
    assert.ok(error instanceof OpenAI.NotFoundError);
    assert.equal(error.code, "model_not_found");
    assert.equal(error.param, "model");
    return true;
  });
  await assert.rejects(strict.chat.completions.create({ model: "speed", messages, n: 2 }), OpenAI.BadRequestError);
  await assert.rejects(strict.chat.completions.create({ model: "speed", messages, max_tokens: "x" }), OpenAI.UnprocessableEntityError);
  await assert.rejects(strict.chat.completions.create({ model: "x", messages, stream: true }), OpenAI.NotFoundError);
});

test("raw headers", async () => {
  const { data, response } = await client.chat.completions.create({ model: "speed", messages }).withResponse();
  assert.ok(data.id && response.headers.get("x-request-id"));
  assert.ok(Number(response.headers.get("x-ratelimit-limit-requests")) > 0);
});

test("fetch as a browser would", async () => {
  const preflight = await fetch(`${url}/v1/chat/completions`, {
    method: "OPTIONS",
    headers: { Origin: "https://app.example", "Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "authorization,x-stainless-os" },
  });
  assert.ok(preflight.ok);
  assert.match(preflight.headers.get("access-control-allow-headers"), /x-stainless-os/i);
});

assert.equal(messages[0].content, ASK);
await runAll();
