// The virtual turnstile: choosing a person puts the card's number into the field and presents it at once.

document.addEventListener("click", (event) => {
  const chosen = event.target instanceof Element ? event.target.closest<HTMLElement>("[data-number]") : null;
  const input = document.getElementById("number");
  if (!chosen || !(input instanceof HTMLInputElement)) return;
  input.value = chosen.dataset["number"] ?? "";
  input.form?.requestSubmit();
});

// Ready for the next card, as a reader is.
document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target;
  const input = document.getElementById("number");
  if (form instanceof HTMLFormElement && input instanceof HTMLInputElement) input.select();
});
