// Builds src/ into dist/: styles and scripts bundled and minified, the named icons as one SVG sprite, everything under
// a name that carries its content's hash, beside it a gzipped copy where that is smaller, and manifest.json, from which
// crates/base/web/build.rs makes its table.

import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, parse } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { writeThemesOut } from "./themes.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const source = (name) => join(here, "src", name);
const dist = join(here, "dist");
/** Fonts of printed pages, which crates/base/paper embeds. */
const fonts = join(here, "fonts");
const FONTS = ["DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf"];

const TYPES = {
  ".css": "text/css; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** Every *.ts or *.css directly in src/ whose name is listed here becomes a file of its own. */
const ENTRIES = [
  "main.ts", "api.ts", "monitor.ts", "lane.ts", "main.css", "api.css", "attendance.css", "calendar.css", "monitor.css",
  "desk.ts", "desk.css", "passkey.ts",
];

const themes = {
  name: "themes",
  setup({ onLoad }) {
    onLoad({ filter: /tokens\.css$/ }, async ({ path }) => ({ contents: writeThemesOut(await readFile(path, "utf8")), loader: "css" }));
  },
};

async function bundles() {
  const result = await esbuild.build({
    entryPoints: ENTRIES.map(source),
    bundle: true,
    plugins: [themes],
    minify: true,
    write: false,
    outdir: dist,
    format: "esm",
    target: ["chrome109", "firefox115", "safari16.4"],
    legalComments: "none",
    loader: { ".svg": "dataurl" },
    logLevel: "warning",
  });
  return result.outputFiles.map((file) => [parse(file.path).base, Buffer.from(file.contents)]);
}

async function iconNames() {
  const text = await readFile(source("icons.txt"), "utf8");
  return text.split("\n").map((line) => line.trim()).filter(Boolean);
}

async function sprite(names) {
  const symbols = await Promise.all(names.map(async (name) => {
    const own = source(`icons/${name}.svg`);
    const kit = join(here, "node_modules/@tabler/icons/icons/outline", `${name}.svg`);
    const svg = await readFile(own, "utf8").catch(() => readFile(kit, "utf8")).catch(() => {
      throw new Error(`src/icons.txt names "${name}", which is neither in src/icons/ nor among the outline icons of @tabler/icons`);
    });
    const body = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "")
      .replace(/<path stroke="none" d="M0 0h24v24H0z" fill="none"\s*\/>/, "").replace(/\s*\n\s*/g, "");
    return `<symbol id="${name}" viewBox="0 0 24 24">${body}</symbol>`;
  }));
  return Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>`);
}

async function build() {
  const names = await iconNames();
  const files = [
    ...await bundles(),
    ["icons.svg", await sprite(names)],
    ["favicon.svg", await readFile(source("favicon.svg"))],
  ];
  const hashed = (name, bytes) => {
    const { name: stem, ext } = parse(name);
    return `${stem}.${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}${ext}`;
  };
  const favicon = files.find(([name]) => name === "favicon.svg");
  const webmanifest = (await readFile(source("site.webmanifest"), "utf8")).replaceAll("{favicon}", `/assets/${hashed(...favicon)}`);
  files.push(["site.webmanifest", Buffer.from(JSON.stringify(JSON.parse(webmanifest)))]);

  await mkdir(dist, { recursive: true });
  const manifest = { files: [], icons: names };
  for (const [name, bytes] of files) {
    const file = hashed(name, bytes);
    const gzip = gzipSync(bytes, { level: 9 });
    const smaller = gzip.length < bytes.length * 0.9;
    await writeFile(join(dist, file), bytes);
    if (smaller) await writeFile(join(dist, `${file}.gz`), gzip);
    manifest.files.push({ name, file, type: TYPES[parse(name).ext], gzip: smaller ? `${file}.gz` : null });
  }
  await writeFile(join(dist, "manifest.json"), JSON.stringify(manifest, null, 1));
  // Old files go last: a server that is being compiled still finds what the old manifest names.
  const kept = new Set(["manifest.json", ".inputs", ...manifest.files.flatMap((file) => [file.file, file.gzip])]);
  for (const name of await readdir(dist)) if (!kept.has(name)) await rm(join(dist, name));
  return manifest;
}

async function copyFonts() {
  const from = join(here, "node_modules/dejavu-fonts-ttf");
  await mkdir(fonts, { recursive: true });
  for (const name of FONTS) await copyFile(join(from, "ttf", name), join(fonts, name));
  await copyFile(join(from, "LICENSE"), join(fonts, "LICENSE"));
}

await copyFonts();
await build();
