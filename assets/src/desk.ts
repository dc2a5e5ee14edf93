// The desk and the page of day cards: the number of a card that is held to the chosen reader goes into the field, and the field is ready for
// the next card.

const field = (): HTMLInputElement | null => document.querySelector<HTMLInputElement>("input[data-tap-field]");
/** How the number is read; a page that finds a card by any of its numbers has none. */
const format = (): HTMLInputElement | null => document.querySelector<HTMLInputElement>("input[data-usual]");

function take(tap: HTMLElement): void {
  const [number, shown] = [field(), format()];
  if (!number) return;
  number.value = tap.dataset["number"] ?? "";
  if (shown) shown.value = tap.dataset["format"] ?? shown.value;
  number.dispatchEvent(new CustomEvent("tap", { bubbles: true }));
  number.focus();
}

new MutationObserver((changes) => {
  for (const change of changes) {
    for (const node of change.addedNodes) if (node instanceof HTMLElement && node.matches("[data-tap]")) take(node);
  }
}).observe(document.body, { childList: true, subtree: true });

// What is typed is read as the reader at this computer shows numbers, whatever the last card was.
document.addEventListener("input", (event) => {
  const shown = format();
  if (event.target === field() && shown) shown.value = shown.dataset["usual"] ?? shown.value;
});

// A reader types over a number that was refused.
if (field()?.value) field()?.select();
