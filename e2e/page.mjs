// What journeys share: a page of a new visitor, axe, the walk over all pages.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const axeSource = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
export const DESK = { width: 1440, height: 900 };
export const GUARD = { width: 1366, height: 768 };
export const PHONE = { width: 390, height: 844 };
export const SMALL = { width: 320, height: 640 };

export const assert = (condition, sentence) => {
  if (!condition) throw new Error(sentence);
};

export async function open(browser, { viewport = DESK, scheme = "light", lang = "ru" } = {}) {
  const context = await browser.newContext({ viewport, colorScheme: scheme, locale: lang === "kk" ? "kk-KZ" : lang === "ru" ? "ru-RU" : "en-GB" });
  const page = await context.newPage();
  const broken = [];
  page.on("pageerror", (error) => broken.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/Failed to load resource|net::ERR/.test(message.text())) broken.push(message.text());
  });
  return { context, page, broken };
}

/** WCAG 2.2 A and AA, and axe's best practices for landmarks and headings. */
export async function axe(page, where) {
  await page.evaluate(axeSource);
  const { violations } = await page.evaluate(() =>
    window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"] }),
  );
  const words = violations.map((found) => `${found.id}: ${found.help}\n    ${found.nodes.slice(0, 3).map((node) => node.html.slice(0, 160)).join("\n    ")}`);
  assert(violations.length === 0, `axe at ${where}:\n  ${words.join("\n  ")}`);
}

export async function fits(page, where) {
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
  assert(wide <= 1, `${where} is ${wide} px wider than the screen`);
}

/** The log with somebody in it: it does not follow by itself, and the day may have just begun. */
export async function firstPass(page, url) {
  for (let tries = 0; tries < 60; tries++) {
    await page.goto(`${url}/passes`);
    if (await page.locator("table tbody tr").count()) break;
    await page.waitForTimeout(1000);
  }
  await page.waitForSelector("table tbody tr");
}

/** Chooses the language of the account, which goes before the browser's. */
export async function speak(page, url, lang) {
  await page.goto(`${url}/account`);
  const form = page.locator("form[action='/account/language']");
  await form.locator("select").selectOption(lang);
  await form.locator("button").click();
  await page.waitForFunction((chosen) => document.documentElement.lang === chosen, lang);
}

// Pages that no link leads to as such: the guard's screens, and forms that a dialog opens.
const BESIDES = ["/monitor", "/monitor/inside", "/lane", "/account", "/webhooks/new", "/classes/new", "/people/new"];

// Shapes that have to be among what was found: a link that is gone must not take its page out of the check.
const MUST_BE_FOUND = [
  "/people/{id}",
  "/people/{id}/edit",
  "/people/{id}/credentials/new",
  "/classes/{id}",
  "/access/points/new",
  "/access/points/{id}",
  "/access/points/zones/{id}",
  "/access/points/buildings/{id}",
  "/access/devices/new",
  "/access/devices/{id}",
  "/access/devices/gates/{id}",
  "/access/rules/{id}",
  "/desk",
  "/desk/list",
  "/day-cards",
  "/badges",
  "/calendar",
  "/calendar/terms",
  "/calendar/holidays",
  "/calendar/week",
  "/calendar/bells",
  "/calendar/timetable",
  "/calendar/day/{day}",
];

export const shapeOf = (path) =>
  path.replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "{id}").replace(/\d{4}-\d{2}-\d{2}/g, "{day}").replace(/\/\d-\d$/, "/{place}");

/** One path of each shape that links lead to from the navigation on; files are left out, and so is what ends the session. */
export async function pagesOf(page, url) {
  const found = new Map();
  const waiting = ["/", ...BESIDES];
  const seen = new Set(waiting.map(shapeOf));
  while (waiting.length > 0 && found.size < 200) {
    const path = waiting.shift();
    const answer = await page.goto(`${url}${path}`);
    assert(answer?.ok(), `${path} answers ${answer?.status()}`);
    const here = new URL(page.url()).pathname;
    found.set(shapeOf(here), here);
    const links = await page.evaluate(() => [...document.querySelectorAll("a[href]")].filter((link) => link.origin === location.origin).map((link) => link.pathname));
    for (const link of links) {
      if (/\.(csv|json|pdf|xlsx|zip)$|^\/sign-|^\/assets\//.test(link) || seen.has(shapeOf(link))) continue;
      seen.add(shapeOf(link));
      waiting.push(link);
    }
  }
  for (const shape of MUST_BE_FOUND) assert(found.has(shape), `no link leads to ${shape}; found: ${[...found.keys()].join(" ")}`);
  return [...found.values()];
}
