// Computes the contrast of every pair of colours that carries text or meaning, in both themes, and fails when one is below
// what WCAG 2.2 AA asks for: 4.5 for text, 3 for the outline of a control and for what is not text.

import { readFileSync } from "node:fs";
import { colours } from "./themes.mjs";

const css = readFileSync(new URL("src/tokens.css", import.meta.url), "utf8");
const tokens = new Map(colours(css).map(([name, light, dark]) => [name.slice(2), { light, dark }]));

const GROUNDS = ["ground", "surface", "raised", "sunken", "hover"];
const on = (grounds, inks, least) => grounds.flatMap((ground) => inks.map((ink) => [ink, ground, least]));

const PAIRS = [
  ...on(GROUNDS, ["ink", "soft", "accent-text", "bad"], 4.5),
  ...on(["ground", "surface", "raised", "hover"], ["accent-deep", "good", "warn", "info"], 4.5),
  ...on(["good-wash", "bad-wash", "warn-wash", "info-wash", "accent-wash"], ["ink"], 4.5),
  ["good", "good-wash", 4.5],
  ["bad", "bad-wash", 4.5],
  ["warn", "warn-wash", 4.5],
  ["info", "info-wash", 4.5],
  ["accent-text", "accent-wash", 4.5],
  ["on-accent", "accent", 4.5],
  ["on-accent", "accent-deep", 4.5],
  ["on-danger", "danger", 4.5],
  ["on-danger", "danger-deep", 4.5],
  ...on(["ground", "surface", "raised"], ["edge", "accent"], 3),
];

function luminance(hex) {
  const channels = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255);
  const [red, green, blue] = channels.map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function contrast(one, other) {
  const [high, low] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (high + 0.05) / (low + 0.05);
}

const rows = PAIRS.flatMap(([ink, ground, least]) => ["light", "dark"].map((theme) => {
  const [a, b] = [tokens.get(ink)?.[theme], tokens.get(ground)?.[theme]];
  if (!a || !b) throw new Error(`src/tokens.css has no ${a ? ground : ink}`);
  return { theme, ink, ground, least, found: contrast(a, b) };
}));
const failed = rows.filter(({ found, least }) => found < least);

if (process.argv.includes("--all")) {
  for (const row of rows) console.log(`${row.theme}\t--${row.ink} on --${row.ground}\t${row.found.toFixed(2)} (at least ${row.least})`);
}
for (const { theme, ink, ground, least, found } of failed) {
  console.error(`contrast: --${ink} on --${ground} is ${found.toFixed(2)} in the ${theme} theme; at least ${least} is needed`);
}
process.exit(failed.length ? 1 : 0);
