// The tokens of both themes, read from light-dark(…) in src/tokens.css: the one place where colours stand.

const TOKEN = /(--[\w-]+):\s*light-dark\(((?:[^()]|\([^()]*\))+?),\s*((?:[^()]|\([^()]*\))+?)\);/g;

/** Every colour as [name, light, dark]. */
export function colours(css) {
  return [...css.matchAll(TOKEN)].map(([, name, light, dark]) => [name, light.trim(), dark.trim()]);
}

/** The same style sheet for browsers that do not know light-dark(): the dark colours follow in blocks of their own. */
export function writeThemesOut(css) {
  const dark = colours(css).map(([name, , value]) => `${name}: ${value};`).join("\n");
  const light = css.replaceAll(TOKEN, "$1: $2;");
  return `${light}
@media (prefers-color-scheme: dark) { :root:not([data-theme="light"]) { ${dark} } }
:root[data-theme="dark"] { ${dark} }
`;
}
