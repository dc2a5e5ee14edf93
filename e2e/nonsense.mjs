// What nobody should type, into every form there is: a form may refuse it in words, and never fail. It leaves the school upside down, so it comes last.
import { signIn } from "./demo.mjs";
import { assert, open, pagesOf, shapeOf } from "./page.mjs";

const ROUNDS = 6;
const NONSENSE = [
  "", " ", "0", "-1", "99999999999999999999", "1e309", "NaN", "2026-02-30", "0001-01-01", "9999-12-31", "24:00", "25:61", "\u0000x", "<script>alert(1)</script>",
  '=HYPERLINK("http://x")', "'; drop table pass; --", "А".repeat(5000), "\u202eabc", "😀".repeat(100), "00000000-0000-0000-0000-000000000000", "not-an-id",
  "../../etc/passwd", "%00", "1".repeat(400), "12:00:00", "２０２６", "on", "0x10", "+7 701", "123456789012", "\r\nX: y",
];
// These end the session or change how the next page is read; what they refuse is told elsewhere.
const LEFT_OUT = /\/sign-out$|\/language$|\/theme$|\/account\/(password|sessions)/;

/** The same choices at each run. */
function chooser(seed) {
  let state = seed;
  return (most) => (state = (state * 1103515245 + 12345) & 0x7fffffff) % most;
}

/** Every form of every page, once for each place it leads to and set of names. */
async function formsOf(page, url) {
  const forms = new Map();
  for (const path of await pagesOf(page, url)) {
    await page.goto(`${url}${path}`);
    const found = await page.evaluate(() =>
      [...document.forms].map((form) => ({
        method: form.method,
        action: form.action,
        isMultipart: form.enctype.startsWith("multipart"),
        fields: [...form.elements].filter((field) => field.name).map((field) => ({ name: field.name, type: field.type, value: field.value })),
      })),
    );
    for (const form of found) {
      if (LEFT_OUT.test(new URL(form.action).pathname)) continue;
      forms.set(`${form.method} ${shapeOf(new URL(form.action).pathname)} ${form.fields.map((field) => field.name)}`, form);
    }
  }
  return [...forms.values()];
}

function filledIn(form, round, choose) {
  const filled = new URLSearchParams();
  for (const field of form.fields) {
    if (field.type === "file" || (round > 2 && choose(12) === 0)) continue;
    const isKept = round > 0 && choose(3) > 0;
    filled.append(field.name, isKept ? field.value : NONSENSE[choose(NONSENSE.length)]);
  }
  return filled;
}

function send(request, form, filled, choose) {
  const options = { headers: { "sec-fetch-site": "same-origin" }, maxRedirects: 0, timeout: 60_000 };
  if (form.method === "get") return request.get(`${form.action.split("?")[0]}?${filled}`, options);
  if (!form.isMultipart) {
    return request.post(form.action, { ...options, headers: { ...options.headers, "content-type": "application/x-www-form-urlencoded" }, data: filled.toString() });
  }
  const parts = Object.fromEntries(filled);
  for (const { name } of form.fields.filter((field) => field.type === "file")) {
    parts[name] = { name: "list.xlsx", mimeType: "application/octet-stream", buffer: Buffer.from(NONSENSE[choose(NONSENSE.length)]) };
  }
  return request.post(form.action, { ...options, multipart: parts });
}

export const nonsense = {
  "whatever is typed, no form fails": async ({ browser, url }) => {
    const { context, page } = await open(browser);
    await signIn(page, url, "admin");
    const choose = chooser(7);
    const forms = await formsOf(page, url);
    assert(forms.length > 60, `only ${forms.length} forms were found`);
    const failed = [];
    let refused = 0;
    for (const form of forms) {
      for (let round = 0; round < ROUNDS; round++) {
        const filled = filledIn(form, round, choose);
        const answer = await send(context.request, form, filled, choose);
        if (answer.status() >= 500) failed.push(`${answer.status()} ${form.method} ${form.action} ${filled.toString().slice(0, 300)}`);
        if (answer.status() >= 400) refused += 1;
      }
    }
    assert(failed.length === 0, failed.join("\n"));
    assert(refused > forms.length, `only ${refused} of ${forms.length * ROUNDS} were refused`);
    const answer = await page.goto(`${url}/people`);
    assert(answer?.ok(), `afterwards the list of people answers ${answer?.status()}`);
    await context.close();
  },
};
