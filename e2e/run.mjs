// Journeys in headless Chromium against a demonstration that this script starts and stops.
// `node run.mjs [--only WORD] [--shots FOLDER] [--url URL]`; ends with "N passed, N failed".
import { spawn } from "node:child_process";
import { mkdtempSync, mkdirSync, rmSync, existsSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { journeys } from "./journeys.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const argument = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};
const only = argument("--only");
const shots = argument("--shots") ?? join(here, "out");
mkdirSync(shots, { recursive: true });

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

async function startDemo() {
  const program = process.env.KEZEKSHI_PROGRAM ?? join(here, "..", "target", "debug", "kezekshi");
  if (!existsSync(program)) throw new Error(`${program} is not there: run cargo build first`);
  const data = mkdtempSync(join(tmpdir(), "kezekshi-e2e-"));
  const port = await freePort();
  const boards = await freePort();
  const child = spawn(
    program,
    ["demo", "--listen", `127.0.0.1:${port}`, "--data", data, "--speed", "2", "--boards-port", String(boards), "--log", "warn"],
    { stdio: ["ignore", "inherit", "inherit"] },
  );
  let ended = false;
  child.on("exit", () => (ended = true));
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 600; tries++) {
    if (ended) throw new Error("the demonstration ended by itself");
    try {
      if ((await fetch(`${url}/readyz`)).ok) break;
    } catch {
      // not yet
    }
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  const stop = async () => {
    child.kill("SIGTERM");
    for (let tries = 0; tries < 100 && !ended; tries++) await new Promise((resolve) => setTimeout(resolve, 100));
    if (!ended) child.kill("SIGKILL");
    rmSync(data, { recursive: true, force: true });
  };
  return { url, stop };
}

const given = argument("--url");
const demo = given ? { url: given, stop: async () => {} } : await startDemo();
const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
});
let passed = 0;
let failed = 0;
for (const [name, journey] of Object.entries(journeys)) {
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
