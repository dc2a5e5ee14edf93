// The side navigation on a phone opens by its #fragment, which works without script too; here Esc and a chosen link close it.

export function startNavigation(): void {
  const nav = document.getElementById("nav");
  if (!nav) return;
  const close = (): void => {
    if (location.hash !== "#nav") return;
    history.replaceState(null, "", location.pathname + location.search);
    // :target follows only a real navigation, so an empty fragment is visited.
    location.hash = "#_";
    document.querySelector<HTMLElement>("[data-nav-open]")?.focus();
  };
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  window.addEventListener("hashchange", () => {
    if (location.hash === "#nav") nav.querySelector<HTMLElement>("a")?.focus();
  });
  // One menu at a time, and a click elsewhere closes it.
  document.addEventListener("click", (event) => {
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false;
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll<HTMLDetailsElement>("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary")?.focus();
    }
  });
}
