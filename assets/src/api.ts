// The description of the interface: each operation's form sends a request with the token that was typed, and shows the answer and the same
// request as a line for curl. The token stays in its field: it is kept nowhere.

const shell = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

interface Wanted {
  method: string;
  path: string;
  headers: [string, string][];
  body: string | null;
}

function wanted(form: HTMLFormElement): Wanted {
  const method = form.dataset["method"] ?? "GET";
  let path = form.dataset["path"] ?? "/";
  const query = new URLSearchParams();
  const headers: [string, string][] = [];
  for (const field of form.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[data-in]")) {
    const value = field.value.trim();
    if (field.dataset["in"] === "path") path = path.replace(`{${field.name}}`, encodeURIComponent(value));
    else if (value !== "" && field.dataset["in"] === "query") query.append(field.name, value);
    else if (value !== "" && field.dataset["in"] === "header") headers.push([field.name, value]);
  }
  const text = form.querySelector<HTMLTextAreaElement>("textarea[name=body]");
  if (text) headers.push(["Content-Type", "application/json"]);
  const search = query.toString();
  return { method, path: search ? `${path}?${search}` : path, headers, body: text ? text.value : null };
}

function curl({ method, path, headers, body }: Wanted): string {
  const parts = ["curl", "-X", method, shell(`${location.origin}${path}`), "-H", '"Authorization: Bearer $TOKEN"'];
  for (const [name, value] of headers) parts.push("-H", shell(`${name}: ${value}`));
  if (body !== null) parts.push("--data", shell(body));
  return parts.join(" ");
}

async function told(answer: Response): Promise<string> {
  const kind = answer.headers.get("content-type") ?? "";
  if (!kind.includes("json")) return `${kind}, ${(await answer.arrayBuffer()).byteLength}`;
  const text = await answer.text();
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}

async function send(form: HTMLFormElement): Promise<void> {
  const box = form.querySelector<HTMLElement>(".api-answer");
  const part = (name: string): HTMLElement | null => form.querySelector<HTMLElement>(`[data-${name}]`);
  const [line, status, answer] = [part("curl"), part("status"), part("answer")];
  const token = document.getElementById("api-token");
  if (!box || !line || !status || !answer || !(token instanceof HTMLInputElement)) return;
  const asked = wanted(form);
  line.textContent = curl(asked);
  status.textContent = "…";
  answer.textContent = "";
  box.hidden = false;
  try {
    const headers = new Headers(asked.headers);
    if (token.value.trim() !== "") headers.set("Authorization", `Bearer ${token.value.trim()}`);
    const init: RequestInit = { method: asked.method, headers, credentials: "omit", cache: "no-store" };
    if (asked.body !== null) init.body = asked.body;
    const got = await fetch(asked.path, init);
    status.textContent = `${got.status} ${got.statusText}`;
    answer.textContent = await told(got);
  } catch {
    status.textContent = box.dataset["lost"] ?? "";
  }
}

for (const place of document.querySelectorAll<HTMLElement>("[data-api-token]")) place.hidden = false;
for (const form of document.querySelectorAll<HTMLFormElement>("form[data-api-operation]")) {
  for (const actions of form.querySelectorAll<HTMLElement>(".form-actions")) actions.hidden = false;
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    void send(form);
  });
}

// A link to an operation opens it.
function openNamed(): void {
  const named = document.getElementById(location.hash.slice(1));
  if (named instanceof HTMLDetailsElement) named.open = true;
}
window.addEventListener("hashchange", openNamed);
openNamed();
