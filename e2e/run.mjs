// Journeys in headless Chromium against a demonstration that this script starts and stops.
// `node run.mjs [--only WORD] [--shots FOLDER] [--url URL]`; ends with "N passed, N failed".
import { mkdirSync } from "node:fs";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { argument, startBrowser, startDemo } from "./demo.mjs";
import { journeys } from "./journeys.mjs";
import { nonsense } from "./nonsense.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const only = argument("--only");
const shots = argument("--shots") ?? join(here, "out");
mkdirSync(shots, { recursive: true });

const given = argument("--url");
const demo = given ? { url: given, stop: async () => {} } : await startDemo();
const browser = await startBrowser();
let passed = 0;
let failed = 0;
for (const [name, journey] of Object.entries({ ...journeys, ...nonsense })) {
  if (only && !name.includes(only)) continue;
  const started = Date.now();
  try {
    await journey({ browser, url: demo.url, shots });
    passed += 1;
    console.log(`ok      ${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  } catch (error) {
    failed += 1;
    console.log(`not ok  ${name}\n${error?.stack ?? error}`);
  }
}
await browser.close();
await demo.stop();
console.log(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 && passed > 0 ? 0 : 1);
