// Live parts say that they are live. [data-live] gets data-live="on" or "off" as its event stream opens and breaks;
// the words for both stand in the page. An event named "resync" means that events were missed: the page is loaded anew.

export function startLive(): void {
  const show = (state: "on" | "off") => (): void => {
    for (const element of document.querySelectorAll<HTMLElement>("[data-live]")) {
      if (element.dataset["live"] !== state) element.dataset["live"] = state;
    }
  };
  document.body.addEventListener("htmx:sseOpen", show("on"));
  document.body.addEventListener("htmx:sseError", show("off"));
  document.body.addEventListener("htmx:sseClose", show("off"));
  window.addEventListener("offline", show("off"));
  document.body.addEventListener("htmx:sseOpen", (event) => {
    const source: unknown = event instanceof CustomEvent ? event.detail?.source : undefined;
    if (source instanceof EventSource) source.addEventListener("resync", () => location.reload());
  });
}
