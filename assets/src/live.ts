// Live parts say that they are live. [data-live] gets data-live="on" or "off" as its event stream opens and breaks;
// the words for both stand in the page. When the stream comes back after a break, "live-back" is sent to the body, for
// parts that have to fetch what they missed (hx-trigger="live-back from:body"). An event named "resync" means that the
// browser was too slow and events were missed: the page is loaded anew.

export function startLive(): void {
  let broken = false;
  const show = (state: "on" | "off"): void => {
    for (const element of document.querySelectorAll<HTMLElement>("[data-live]")) {
      if (element.dataset["live"] !== state) element.dataset["live"] = state;
    }
  };
  const lost = (): void => {
    broken = true;
    show("off");
  };

  document.addEventListener("htmx:sseOpen", (event) => {
    show("on");
    if (broken) document.body.dispatchEvent(new CustomEvent("live-back"));
    broken = false;
    const source: unknown = event instanceof CustomEvent ? event.detail?.source : undefined;
    if (source instanceof EventSource) source.addEventListener("resync", () => location.reload());
  });
  document.addEventListener("htmx:sseError", lost);
  window.addEventListener("offline", lost);
}
