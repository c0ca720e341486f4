// The quick-start in TypeScript: base URL and key are all that is swapped. Node runs it as it is.
import OpenAI from "openai";
import assert from "node:assert/strict";

const client = new OpenAI({ apiKey: process.env.PARALLEL_API_KEY, baseURL: process.env.FOOTNOTE_URL });
const about = "What does Parallel Web Systems do?";
const reasoned = {
  type: "json_schema" as const,
  json_schema: {
    name: "reasoning_schema",
    schema: {
      type: "object",
      properties: {
        reasoning: { type: "string", description: "Think step by step to arrive at the answer" },
        answer: { type: "string", description: "The direct answer to the question" },
        citations: { type: "array", items: { type: "string" }, description: "Sources cited to support the answer" },
      },
    },
  },
};

function check(text: string | null): void {
  const value = JSON.parse(text ?? "");
  assert.deepEqual(Object.keys(value), ["reasoning", "answer", "citations"]);
  assert.match(value.answer, /search/);
  assert.deepEqual(value.citations, ["https://company.example/parallel-web-systems"]);
}

async function main() {
  const response = await client.chat.completions.create({
    model: "speed",
    messages: [{ role: "user", content: about }],
    response_format: reasoned,
  });
  check(response.choices[0].message.content);

  const stream = await client.chat.completions.create({
    model: "speed",
    messages: [{ role: "user", content: about }],
    stream: true,
    response_format: reasoned,
  });
  let text = "";
  for await (const chunk of stream) text += chunk.choices[0]?.delta?.content || "";
  check(text);

  const research = await client.chat.completions.create({
    model: "base",
    messages: [{ role: "user", content: "What is the founding date and headquarters of Parallel Web Systems?" }],
  });
  assert.match(research.choices[0].message.content ?? "", /Palo Alto/);
  assert.equal((research as any).basis[0].citations[0].url, "https://company.example/parallel-web-systems");
}

await main();
