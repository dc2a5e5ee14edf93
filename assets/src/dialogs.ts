// Native <dialog>: opened by [data-open-dialog="id"], closed by [data-close-dialog], a click beside it, or Esc.

export function startDialogs(): void {
  document.addEventListener("click", (event) => {
    const target = event.target;
    if (!(target instanceof Element)) return;

    const opener = target.closest<HTMLElement>("[data-open-dialog]");
    if (opener) {
      const dialog = document.getElementById(opener.dataset["openDialog"] ?? "");
      if (dialog instanceof HTMLDialogElement && !dialog.open) {
        event.preventDefault();
        dialog.showModal();
      }
      return;
    }

    if (target.closest("[data-close-dialog]")) {
      event.preventDefault();
      target.closest("dialog")?.close();
      return;
    }

    // A click on the dialog element itself is one on its backdrop: everything within lies in a child.
    if (target instanceof HTMLDialogElement && target.open) target.close();
  });
}
