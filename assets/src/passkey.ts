// Passkeys: a form marked data-passkey="get" or "create" asks the device, puts what it says into its hidden fields, and is sent. Nothing is
// decided here: the server checks every byte.

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (letter) => letter.charCodeAt(0));

const text = (buffer: ArrayBuffer | null): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer ?? new ArrayBuffer(0))))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

const PATIENCE_MS = 240_000;

function put(form: HTMLFormElement, name: string, value: string): void {
  const field = form.elements.namedItem(name);
  if (field instanceof HTMLInputElement) field.value = value;
}

/** Asks for a passkey that the device already has. */
async function use(form: HTMLFormElement): Promise<void> {
  const answer = await navigator.credentials.get({
    publicKey: {
      challenge: bytes(form.dataset["challenge"] ?? ""),
      rpId: form.dataset["host"] ?? "",
      userVerification: "required",
      timeout: PATIENCE_MS,
    },
  });
  if (!(answer instanceof PublicKeyCredential) || !(answer.response instanceof AuthenticatorAssertionResponse)) throw new Error("no passkey");
  put(form, "credential", text(answer.rawId));
  put(form, "handle", text(answer.response.userHandle));
  put(form, "client", text(answer.response.clientDataJSON));
  put(form, "device", text(answer.response.authenticatorData));
  put(form, "signature", text(answer.response.signature));
}

/** Has the device make one. */
async function make(form: HTMLFormElement): Promise<void> {
  const login = form.dataset["login"] ?? "";
  const host = form.dataset["host"] ?? "";
  const made = await navigator.credentials.create({
    publicKey: {
      challenge: bytes(form.dataset["challenge"] ?? ""),
      rp: { id: host, name: "Kezekshi" },
      user: { id: bytes(form.dataset["user"] ?? ""), name: login, displayName: form.dataset["name"] ?? login },
      pubKeyCredParams: (form.dataset["algorithms"] ?? "").split(",").map((alg) => ({ type: "public-key", alg: Number(alg) })),
      authenticatorSelection: { residentKey: "required", requireResidentKey: true, userVerification: "required" },
      attestation: "none",
      timeout: PATIENCE_MS,
    },
  });
  if (!(made instanceof PublicKeyCredential) || !(made.response instanceof AuthenticatorAttestationResponse)) throw new Error("no passkey");
  put(form, "client", text(made.response.clientDataJSON));
  put(form, "attestation", text(made.response.attestationObject));
}

function show(form: HTMLFormElement, sign: string, isShown: boolean): void {
  const line = form.querySelector<HTMLElement>(`[${sign}]`);
  if (line) line.hidden = !isShown;
}

for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]")) {
  const buttons = form.querySelectorAll<HTMLButtonElement>("button");
  if (!("PublicKeyCredential" in window)) {
    show(form, "data-passkey-none", true);
    for (const button of buttons) button.disabled = true;
    continue;
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (form.dataset["asking"] === "yes") return;
    form.dataset["asking"] = "yes";
    show(form, "data-passkey-failed", false);
    const asked = form.dataset["passkey"] === "create" ? make(form) : use(form);
    asked.then(
      () => form.submit(),
      () => {
        delete form.dataset["asking"];
        show(form, "data-passkey-failed", true);
      },
    );
  });
}
