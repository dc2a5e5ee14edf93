// Toasts leave by themselves unless they tell of something bad, and never while the pointer or the focus is on them.

const SHOWN_MS = 6000;
const KEPT = 4;

export function startToasts(): void {
  const tray = document.getElementById("toasts");
  if (!tray) return;
  const arm = (toast: HTMLElement): void => {
    if (toast.dataset["armed"]) return;
    toast.dataset["armed"] = "yes";
    toast.querySelector("[data-dismiss]")?.addEventListener("click", () => toast.remove());
    if (toast.classList.contains("bad")) return;
    const leave = (): void => {
      if (toast.matches(":hover, :focus-within")) window.setTimeout(leave, SHOWN_MS / 3);
      else toast.remove();
    };
    window.setTimeout(leave, SHOWN_MS);
  };
  const look = (): void => {
    const toasts = [...tray.querySelectorAll<HTMLElement>(".toast")];
    for (const old of toasts.slice(0, Math.max(0, toasts.length - KEPT))) old.remove();
    toasts.slice(-KEPT).forEach(arm);
  };
  new MutationObserver(look).observe(tray, { childList: true });
  look();
}
