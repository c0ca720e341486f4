// Each script asserts by itself; what fails is printed and ends it with status 1.
import assert from "node:assert/strict";

export const url = process.env.FOOTNOTE_URL;
export const key = process.env.FOOTNOTE_KEY;
export const ASK = "Who built the Lumenport Lighthouse?";
export const messages = [{ role: "user", content: ASK }];
export const page = "https://history.lumenport.example/lighthouse";

const cases = [];
export const test = (name, run) => cases.push([name, run]);

export async function runAll() {
  let failed = 0;
  for (const [name, run] of cases) {
    try {
      await run();
      console.log(`ok - ${name}`);
    } catch (error) {
      failed++;
      console.log(`not ok - ${name}\n${error?.stack ?? error}`);
    }
  }
  assert.ok(cases.length > 0);
  process.exitCode = failed ? 1 : 0;
}
