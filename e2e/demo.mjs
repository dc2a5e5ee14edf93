// A demonstration that a script starts, waits for and stops.
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, existsSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";

const here = dirname(fileURLToPath(import.meta.url));

/** The value that follows a name on the command line. */
export const argument = (name) => {
  const at = process.argv.indexOf(name);
  return at < 0 ? undefined : process.argv[at + 1];
};

const freePort = () =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });

/** Starts a fresh one at a speed; gives its address and how to stop it. */
export async function startDemo(speed = 2) {
  const program = process.env.KEZEKSHI_PROGRAM ?? join(process.env.CARGO_TARGET_DIR ?? join(here, "..", "target"), "debug", "kezekshi");
  if (!existsSync(program)) throw new Error(`${program} is not there: run cargo build first`);
  const data = mkdtempSync(join(tmpdir(), "kezekshi-e2e-"));
  const port = await freePort();
  const boards = await freePort();
  const child = spawn(
    program,
    ["demo", "--listen", `127.0.0.1:${port}`, "--data", data, "--speed", String(speed), "--boards-port", String(boards), "--log", "warn"],
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

/** Headless Chromium that speaks to nobody but the demonstration. */
export const startBrowser = () =>
  chromium.launch({
    executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
    args: ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
  });

/** The made-up users stand on the demonstration's sign-in page; each row signs in. */
export async function signIn(page, url, login) {
  await page.goto(`${url}/sign-in`);
  const form = page.locator("table form", { has: page.locator(`input[name=login][value="${login}"]`) });
  await Promise.all([page.waitForURL((at) => !at.pathname.startsWith("/sign-in")), form.locator("button").click()]);
}
