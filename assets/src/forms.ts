// Forms: no double sending, filters that send themselves, the first wrong field gets the focus, passwords can be shown, chosen files are named.

const PAUSE_MS = 300;

export function startForms(): void {
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method === "dialog") return;
    if (form.dataset["sending"] === "yes") {
      event.preventDefault();
      return;
    }
    if (form.method === "get" || form.hasAttribute("data-again") || event.defaultPrevented) return;
    form.dataset["sending"] = "yes";
    // A page that comes back from the history cache must be usable again.
    window.addEventListener("pageshow", () => delete form.dataset["sending"], { once: true });
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    if (event.target instanceof HTMLFormElement) delete event.target.dataset["sending"];
  });

  let timer = 0;
  document.addEventListener("input", (event) => {
    const form = autosent(event);
    if (!form) return;
    window.clearTimeout(timer);
    timer = window.setTimeout(() => form.requestSubmit(), isTyped(event.target) ? PAUSE_MS : 0);
  });

  // Filters that are not set stay out of the address.
  document.addEventListener("htmx:configRequest", (event) => {
    if (!(event instanceof CustomEvent) || event.detail.verb !== "get") return;
    const sent: unknown = event.detail.formData;
    if (!(sent instanceof FormData)) return;
    for (const [name, value] of [...sent.entries()]) if (value === "") sent.delete(name);
  });

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-reveal]") : null;
    const input = document.getElementById(button?.dataset["reveal"] ?? "");
    if (!button || !(input instanceof HTMLInputElement)) return;
    input.type = input.type === "password" ? "text" : "password";
    button.setAttribute("aria-pressed", String(input.type === "text"));
    input.focus();
  });

  document.addEventListener("change", (event) => {
    const input = event.target;
    if (!(input instanceof HTMLInputElement) || input.type !== "file") return;
    const name = input.parentElement?.querySelector(".file-name");
    if (name) name.textContent = [...(input.files ?? [])].map((file) => file.name).join(", ") || (name.getAttribute("data-none") ?? "");
  });

  // A text to be handed on. Without HTTPS browsers have no clipboard for scripts, but copy what is selected.
  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-copy]") : null;
    const input = document.getElementById(button?.dataset["copy"] ?? "");
    if (!button || !(input instanceof HTMLInputElement)) return;
    input.focus();
    input.select();
    const said = (): void => {
      button.textContent = button.dataset["copied"] ?? button.textContent;
    };
    if (navigator.clipboard) navigator.clipboard.writeText(input.value).then(said, () => undefined);
    else if (document.execCommand("copy")) said();
  });

  // A page to be kept on paper.
  document.addEventListener("click", (event) => {
    if (event.target instanceof Element && event.target.closest("[data-print]")) window.print();
  });

  document.querySelector<HTMLElement>("main [aria-invalid=true]")?.focus();
}

function autosent(event: Event): HTMLFormElement | null {
  return event.target instanceof Element ? event.target.closest<HTMLFormElement>("form[data-autosend]") : null;
}

function isTyped(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement && ["text", "search", "tel"].includes(target.type);
}
