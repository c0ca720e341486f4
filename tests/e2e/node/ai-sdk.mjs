import assert from "node:assert/strict";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import * as ai from "ai";
import { z } from "zod";
import { key, messages, page, runAll, test, url } from "./check.mjs";

const footnote = createOpenAICompatible({ name: "footnote", apiKey: key, baseURL: `${url}/v1`, supportsStructuredOutputs: true, includeUsage: true });
const plain = createOpenAICompatible({ name: "footnote", apiKey: key, baseURL: url });
const ASK = messages[0].content;
const about = "The Lumenport Lighthouse: who built it and how high is the tower?";
const schema = z.object({
  builder: z.string().describe("Who built the lighthouse"),
  height_metres: z.number().describe("Height of the tower in metres"),
});

for (const [name, provider] of [["structured", footnote], ["plain", plain]]) {
  test(`generateText, ${name}`, async () => {
    const result = await ai.generateText({ model: provider("speed"), prompt: ASK, include: { responseBody: true } });
    assert.match(result.text, /Adela Varga/);
    assert.equal(result.finishReason, "stop");
    assert.ok(result.usage.inputTokens > 0 && result.usage.outputTokens > 0);
    assert.equal(result.response.body.basis[0].citations[0].url, page);
  });

  test(`streamText, ${name}`, async () => {
    let failure;
    const result = ai.streamText({ model: provider("base"), prompt: ASK, onError: ({ error }) => (failure = error) });
    let text = "", pieces = 0;
    for await (const piece of result.textStream) {
      text += piece;
      pieces++;
    }
    assert.equal(failure, undefined);
    assert.match(text, /Adela Varga/);
    assert.ok(pieces > 1);
    assert.equal(await result.finishReason, "stop");
    if (provider === footnote) assert.ok((await result.usage).inputTokens > 0);
  });
}

if (ai.generateObject)
  test("generateObject", async () => {
    const { object } = await ai.generateObject({ model: footnote("base"), schema, prompt: about, maxRetries: 0 });
    assert.match(object.builder, /Adela Varga/);
    assert.equal(object.height_metres, 48);
  });

if (ai.streamObject)
  test("streamObject", async () => {
    const result = ai.streamObject({ model: footnote("base"), schema, prompt: about, maxRetries: 0 });
    for await (const _ of result.partialObjectStream);
    assert.match((await result.object).builder, /Adela Varga/);
  });

test("generateText with an output", async () => {
  const { output } = await ai.generateText({ model: footnote("base"), output: ai.Output.object({ schema }), prompt: about, maxRetries: 0 });
  assert.match(output.builder, /Adela Varga/);
  assert.equal(output.height_metres, 48);
});

test("streamText with an output", async () => {
  const result = ai.streamText({ model: footnote("base"), output: ai.Output.object({ schema }), prompt: about, maxRetries: 0 });
  assert.match((await result.output).builder, /Adela Varga/);
});

test("provider options become fields", async () => {
  const result = await ai.generateText({
    model: footnote("speed"), prompt: ASK, include: { responseBody: true },
    providerOptions: { footnote: { source_policy: { exclude_domains: ["lumenport.example"] } } },
  });
  assert.ok(!result.response.body.citations.includes(page));
});

test("an error is an APICallError with its message", async () => {
  await assert.rejects(ai.generateText({ model: footnote("gpt-4o"), prompt: ASK, maxRetries: 0 }), (error) => {
    assert.ok(ai.APICallError.isInstance(error), error);
    assert.equal(error.statusCode, 404);
    assert.match(error.message, /gpt-4o/);
    return true;
  });
});

test("leaving a stream", async () => {
  const controller = new AbortController();
  const result = ai.streamText({ model: footnote("core"), prompt: ASK, abortSignal: controller.signal, onError() {} });
  for await (const _ of result.textStream) controller.abort();
  assert.match((await ai.generateText({ model: footnote("speed"), prompt: ASK })).text, /Adela Varga/);
});

await runAll();
