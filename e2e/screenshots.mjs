// Makes the pictures of the README anew, in docs/screenshots, from a fresh demonstration.
// `KEZEKSHI_PROGRAM=target/release/kezekshi node screenshots.mjs [--url URL] [--into FOLDER]`; needs pngquant, which keeps each below 200 kB.
// The release build draws the faces in seconds, the debug build in minutes; this waits for it.
import { execFileSync } from "node:child_process";
import { mkdirSync, statSync } from "node:fs";
import { join, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { argument, signIn, startBrowser, startDemo } from "./demo.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const into = argument("--into") ?? join(here, "..", "docs", "screenshots");
const LIMIT = 200_000;
const COLOURS = "128";
const FACES_MS = 15 * 60_000;

mkdirSync(into, { recursive: true });
const given = argument("--url");
const demo = given ? { url: given, stop: async () => {} } : await startDemo(1);
const browser = await startBrowser();
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

async function open(login, viewport, scheme = "light", lang = "ru") {
  const context = await browser.newContext({ viewport, colorScheme: scheme, locale: lang === "kk" ? "kk-KZ" : "ru-RU" });
  await context.addCookies([{ name: "lang", value: lang, url: demo.url }, { name: "theme", value: scheme, url: demo.url }]);
  const page = await context.newPage();
  await signIn(page, demo.url, login);
  return page;
}

async function shoot(page, name) {
  // Pictures below the edge of the screen are loaded only when somebody comes near them.
  await page.waitForFunction(() =>
    [...document.images].every((image) => image.complete || image.getBoundingClientRect().top > window.innerHeight),
  );
  const file = join(into, name);
  await page.screenshot({ path: file });
  execFileSync("pngquant", ["--force", "--strip", "--speed", "1", "--output", file, COLOURS, file]);
  const { size } = statSync(file);
  if (size > LIMIT) throw new Error(`${name} has ${size} bytes, more than ${LIMIT}`);
  console.log(`${name}: ${Math.round(size / 1000)} kB`);
}

/** Until every pupil and member of staff in the list has a face; parents have none. */
async function faces(page) {
  for (const role of ["pupil", "staff"]) await facesOf(page, role);
}

async function facesOf(page, role) {
  const until = Date.now() + FACES_MS;
  let next = `${demo.url}/people?role=${role}`;
  while (next) {
    await page.goto(next);
    if (await page.locator("tbody .photo.none").count()) {
      if (Date.now() > until) throw new Error("the faces are not drawn");
      await pause(2000);
      continue;
    }
    next = await page.locator("a[rel=next]").evaluateAll((links) => links[0]?.href ?? "");
  }
}

/** A blocked pupil taps a card: the refusal that the monitor shows. */
async function refusal(desk) {
  await desk.goto(`${demo.url}/people?role=pupil&status=active&q=9`);
  const home = await desk.locator("a.row-link").nth(2).getAttribute("href");
  const name = (await desk.locator("a.row-link b").nth(2).textContent()) ?? "";
  const turn = async (act) => {
    await desk.goto(`${demo.url}${home}`);
    await desk.click(`[data-open-dialog="${act}"]`);
    await desk.locator(`dialog#${act} form button`).first().click();
    await desk.waitForURL(/done=/);
  };
  await turn("block");
  await pause(2000);
  await desk.goto(`${demo.url}/lane`);
  await desk.locator("table a.row-link").first().click();
  await desk.fill("#lane-q", name);
  await desk.locator("[data-number]").first().click();
  await desk.waitForSelector(".turnstile-light.shut");
  return () => turn("unblock");
}

try {
  const desk = await open("admin", { width: 1440, height: 900 });
  await faces(desk);
  await desk.goto(`${demo.url}/alarms`);
  const unseen = desk.locator("form[action='/alarms/seen'] button");
  if (await unseen.count()) await unseen.click();

  const guard = await open("guard", { width: 1366, height: 768 });
  await guard.goto(`${demo.url}/monitor`);
  await guard.waitForFunction(() => document.querySelectorAll("#recent .pass").length >= 8, null, { timeout: 300_000 });
  const undo = await refusal(desk);
  await guard.waitForSelector("#stage .pass.bad");
  await guard.waitForFunction(() => document.querySelector("#stage .pass.bad img")?.complete);
  await shoot(guard, "monitor.png");
  await undo();

  // Somebody who came in just now: the card says where the person is.
  await desk.goto(`${demo.url}/passes?way=in&outcome=yes`);
  const home = await desk.locator("a.row-link[href^='/people/']").nth(3).getAttribute("href");
  await desk.goto(`${demo.url}${home}`);
  await shoot(desk, "person.png");
  for (const [path, name] of [["/passes", "passes.png"], ["/access/rules", "rules.png"], ["/access/devices", "devices.png"]]) {
    await desk.goto(`${demo.url}${path}`);
    await shoot(desk, name);
  }

  const phone = await open("admin", { width: 390, height: 844 }, "dark", "kk");
  await phone.goto(`${demo.url}${home}`);
  await shoot(phone, "phone.png");
} finally {
  await browser.close();
  await demo.stop();
}
