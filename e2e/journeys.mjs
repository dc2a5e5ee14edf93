// What a guard, a secretary and an administrator do; axe looks at every page on the way.
import { join } from "node:path";
import { signIn } from "./demo.mjs";
import { DESK, GUARD, PHONE, SMALL, assert, axe, firstPass, fits, open, pagesOf, shapeOf, speak } from "./page.mjs";

export const journeys = {
  "signing in: wrong password says so, the right one leads home, signing out ends it": async ({ browser, url }) => {
    const { context, page, broken } = await open(browser);
    await page.goto(`${url}/`);
    assert(page.url().includes("/sign-in"), `a stranger is at ${page.url()}`);
    await axe(page, "sign-in");
    await page.fill("input[name=login]:not([type=hidden])", "nobody");
    await page.fill("input[type=password]", "wrong-password-1");
    await page.press("input[type=password]", "Enter");
    await page.waitForSelector(".alert.bad, [role=alert]");
    await axe(page, "sign-in with a fault");
    await signIn(page, url, "admin");
    await page.context().clearCookies();
    await page.goto(`${url}/passes`);
    assert(page.url().includes("/sign-in"), "without a cookie the log is not shown");
    assert(broken.length === 0, broken.join("\n"));
    await context.close();
  },

  "the monitor shows passes by themselves and fits a 1366×768 screen": async ({ browser, url, shots }) => {
    const { context, page, broken } = await open(browser, { viewport: GUARD });
    await signIn(page, url, "guard");
    await page.goto(`${url}/monitor`);
    await page.waitForSelector('[data-live="on"]', { timeout: 15000 });
    const before = await page.locator("#recent .pass").count();
    await page.waitForFunction(
      (count) => document.querySelectorAll("#recent .pass").length > count || count >= 14,
      before,
      { timeout: 60000 },
    );
    await page.waitForSelector("#stage .pass");
    const tall = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
    assert(tall <= 1, `the monitor scrolls by ${tall} px at 1366×768`);
    await fits(page, "the monitor");
    await axe(page, "monitor");
    await page.screenshot({ path: join(shots, "monitor-1366-light.png") });
    assert(broken.length === 0, broken.join("\n"));
    await context.close();
  },

  "a guard lets a pupil in without a card": async ({ browser, url }) => {
    const { context, page } = await open(browser, { viewport: GUARD });
    await signIn(page, url, "guard");
    await page.goto(`${url}/monitor`);
    await page.click('[data-open-dialog="admit"]');
    await page.fill("#admit-q", "а");
    await page.waitForSelector("#admit-found .admit-person");
    await axe(page, "letting in");
    await page.locator("#admit-found .admit-person").first().click();
    await page.click("#admit-form button.primary");
    await page.waitForSelector("#admit-result .alert.good", { timeout: 15000 });
    await context.close();
  },

  "a person's place is set by hand, and the building is declared empty by typing the number": async ({ browser, url }) => {
    const { context, page, broken } = await open(browser, { viewport: GUARD });
    await signIn(page, url, "guard");
    await page.goto(`${url}/monitor`);
    await page.click('[data-open-dialog="admit"]');
    await page.fill("#admit-q", "а");
    await page.locator("#admit-found .admit-row a").first().click();
    await page.waitForURL(/\/presence$/);
    await axe(page, "presence");
    await page.locator("input[name=place][value=unknown]").check();
    await page.click(".form-actions button");
    await page.waitForURL(/done=placed/);
    await page.goto(`${url}/monitor/inside`);
    await axe(page, "who is inside");
    if (await page.locator("#f-count").count()) {
      await page.fill("#f-count", "1000000");
      await page.click("button.danger");
      await page.waitForSelector("#f-count[aria-invalid=true]");
    }
    // People come in meanwhile: the number is asked for anew until it is the right one.
    for (let tries = 0; tries < 20 && (await page.locator("#f-count").count()); tries++) {
      const count = (await page.locator(".stat-figure").first().textContent())?.replace(/\s/g, "") ?? "";
      await page.fill("#f-count", count);
      await page.click("button.danger");
      await page.waitForLoadState();
      if (page.url().includes("done=emptied")) break;
    }
    assert(page.url().includes("done=emptied") || !(await page.locator("#f-count").count()), "the building is not empty");
    assert(broken.length === 0, broken.join("\n"));
    await context.close();
  },

  "a rule gets seven windows by its button, and one less": async ({ browser, url }) => {
    const { context, page, broken } = await open(browser);
    await signIn(page, url, "secretary");
    await page.goto(`${url}/access/rules/new`);
    await page.fill("[name=name]", "Неделя");
    for (let shown = 2; shown <= 7; shown++) {
      await page.locator("#windows button[value=add]").click();
      await page.waitForFunction((count) => document.querySelectorAll(".window").length === count, shown);
      // The focus moves to the new window a moment after it stands there.
      await page.waitForFunction((name) => document.activeElement?.getAttribute("name") === name, `w${shown - 1}-days`);
    }
    await page.locator(".window button").nth(2).click();
    await page.waitForFunction(() => document.querySelectorAll(".window").length === 6);
    assert((await page.inputValue("[name=name]")) === "Неделя", "what was typed stays");
    await axe(page, "a rule with six windows");
    assert(broken.length === 0, broken.join("\n"));
    await context.close();
  },

  "nothing on the guard's screen is smaller than 20 px": async ({ browser, url }) => {
    const { context, page } = await open(browser, { viewport: GUARD, lang: "kk" });
    await signIn(page, url, "guard");
    await speak(page, url, "kk");
    await page.goto(`${url}/monitor`);
    await page.waitForSelector("#stage .pass", { timeout: 60000 });
    const small = await page.evaluate(() => {
      const found = [];
      for (const dialog of document.querySelectorAll("dialog")) dialog.show();
      const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
      while (walker.nextNode()) {
        const element = walker.currentNode.parentElement;
        if (!walker.currentNode.textContent.trim() || !element.checkVisibility() || element.closest(".unseen, .photo, .way-word")) continue;
        if (parseFloat(getComputedStyle(element).fontSize) < 20) found.push(`${element.className}: ${element.textContent.trim().slice(0, 40)}`);
      }
      for (const button of document.querySelectorAll("main .monitor button, main .monitor .button, dialog .form-actions button")) {
        const { height } = button.getBoundingClientRect();
        if (height > 0 && height < 64) found.push(`${height} px: ${button.textContent.trim()}`);
      }
      for (const dialog of document.querySelectorAll("dialog")) dialog.close();
      return found;
    });
    assert(small.length === 0, small.join("\n"));
    const tall = await page.evaluate(() => document.documentElement.scrollHeight - window.innerHeight);
    assert(tall <= 1, `the monitor scrolls by ${tall} px`);
    await speak(page, url, "ru");
    await context.close();
  },

  "a form outlives the session": async ({ browser, url }) => {
    const { context, page } = await open(browser);
    await signIn(page, url, "secretary");
    await page.goto(`${url}/people/new`);
    await page.fill("[name=family]", "Прерванный");
    await page.fill("[name=given]", "Сеанс");
    await context.clearCookies();
    await page.click(".form-actions button");
    await page.waitForSelector("input[name=resume-form]", { state: "attached" });
    await axe(page, "sign-in that keeps a form");
    await page.locator("table form", { has: page.locator('input[value="secretary"]') }).locator("button").click();
    await page.waitForSelector("form[action='/people/new'] input[value='Прерванный']", { state: "attached" });
    await axe(page, "sending a kept form");
    await page.click("button.primary");
    await page.waitForURL(/done=added/);
    await context.close();
  },

  "lock-down is asked for, shown to all, and ended": async ({ browser, url, shots }) => {
    const { context, page } = await open(browser, { viewport: GUARD });
    await signIn(page, url, "guard");
    await page.goto(`${url}/monitor`);
    await page.click('[data-open-dialog="lock-down"]');
    await page.waitForSelector("dialog#lock-down[open]");
    await page.click("dialog#lock-down button.danger");
    await page.waitForSelector(".mode-banner.locked_down");
    await axe(page, "lock-down");
    await page.screenshot({ path: join(shots, "monitor-locked.png") });
    await page.click('.mode-banner [data-open-dialog="to-normal"]');
    await page.click("dialog#to-normal button.primary");
    await page.waitForFunction(() => !document.querySelector(".mode-banner"));
    await context.close();
  },

  "cards are given out by the keyboard alone, as a desk reader types, and by a tap at a reader": async ({ browser, url, shots }) => {
    const { context, page, broken } = await open(browser);
    await signIn(page, url, "admin");
    for (const family of ["Аакартин", "Аакартинова"]) {
      await page.goto(`${url}/people/new`);
      await page.fill("[name=family]", family);
      await page.fill("[name=given]", "Сеанс");
      await page.check("[name=role][value=pupil]");
      await page.selectOption("form select[name=class]", { index: 1 });
      await page.click(".form-actions button.primary");
      await page.waitForURL(/done=added/);
    }
    const name = () => page.textContent(".desk-name");
    await page.goto(`${url}/desk`);
    await page.selectOption("select[name=class]", { index: 1 });
    await page.waitForSelector(".desk-name");
    assert((await name())?.startsWith("Аакартин "), `the first without a card is next, not ${await name()}`);
    await page.goto(page.url());
    // Nobody clicks: the field has the focus, the reader types the number and Enter.
    await page.keyboard.type("202,00101");
    await page.waitForSelector("#check .alert.good");
    assert((await page.textContent("#check"))?.includes("CA0065"), "the views are shown as one types");
    await axe(page, "the desk with a number");
    await page.screenshot({ path: join(shots, "desk.png") });
    await page.keyboard.press("Enter");
    await page.waitForSelector(".desk-given");
    assert((await name())?.startsWith("Аакартинова"), `the second is next, not ${await name()}`);
    await page.keyboard.type("202,00101");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".fault-line");
    assert((await page.textContent("main"))?.includes("Аакартин Сеанс"), "a card that is taken names its holder");
    await axe(page, "the desk with a card that is taken");
    // The number that was refused is typed over.
    await page.keyboard.type("202,00102");
    await page.keyboard.press("Enter");
    await page.waitForFunction(() => document.querySelector(".desk-given")?.textContent?.includes("202,00102"));
    await page.click(".desk-given button");
    await page.waitForFunction(() => document.querySelector(".desk-name")?.textContent?.startsWith("Аакартинова"));

    const lane = await context.newPage();
    await lane.goto(`${url}/lane`);
    await lane.locator("table a.row-link").first().click();
    const reader = (await lane.textContent("h1"))?.trim() ?? "";
    await page.selectOption("select[name=point]", { label: reader });
    await page.waitForSelector('[data-live="on"]', { timeout: 15000 });
    await lane.fill("#number", "20200103");
    await lane.press("#number", "Enter");
    await page.waitForFunction(() => document.querySelector("#give input[name=text]")?.value === "20200103", undefined, { timeout: 15000 });
    await page.waitForSelector("#check .alert.good");
    await page.keyboard.press("Enter");
    await page.waitForSelector(".desk-given");
    assert(broken.length === 0, broken.join("\n"));
    await context.close();
  },

  "a day card is lent and handed back": async ({ browser, url }) => {
    const { context, page } = await open(browser, { viewport: GUARD });
    await signIn(page, url, "guard");
    await page.goto(`${url}/monitor`);
    await page.click('[data-open-dialog="admit"]');
    await page.fill("#admit-q", "а");
    await page.locator('#admit-found a[href^="/day-cards?person="]').first().click();
    await page.waitForSelector("#person-found input:checked");
    await page.fill("[name=card]", "Д-2");
    await page.press("[name=card]", "Enter");
    await page.waitForURL(/done=lent/);
    await axe(page, "day cards");
    await page.locator("form[action$='/back'] button").first().click();
    await page.waitForURL(/done=back/);
    await context.close();
  },

  "the virtual turnstile says who it was, and an unknown card is refused": async ({ browser, url }) => {
    const { context, page } = await open(browser);
    await signIn(page, url, "admin");
    await page.goto(`${url}/lane`);
    await page.locator("table a.row-link").first().click();
    await page.fill("#number", "25565535");
    await page.press("#number", "Enter");
    await page.waitForSelector(".turnstile-light.shut", { timeout: 15000 });
    await axe(page, "virtual turnstile");
    await context.close();
  },

  "the log is filtered and taken away as CSV and XLSX": async ({ browser, url }) => {
    const { context, page } = await open(browser);
    await signIn(page, url, "admin");
    await firstPass(page, url);
    for (const ending of ["csv", "xlsx"]) {
      const answer = await page.request.get(`${url}/passes.${ending}`);
      assert(answer.ok(), `export.${ending} answers ${answer.status()}`);
      assert((await answer.body()).length > 200, `export.${ending} is empty`);
    }
    await context.close();
  },

  "everything that the school owns is taken away as one archive": async ({ browser, url }) => {
    const { context, page } = await open(browser);
    await signIn(page, url, "admin");
    await firstPass(page, url);
    await page.goto(`${url}/export`);
    await page.click("form[action='/export'] button.primary");
    const link = page.locator("a[href$='/register.zip']");
    await link.waitFor({ timeout: 240_000 });
    await axe(page, "an archive that is ready");
    const answer = await page.request.get(url + (await link.getAttribute("href")));
    const bytes = await answer.body();
    // The names of files stand in the archive as they are.
    for (const name of ["persons.xlsx", "guardians.xlsx", "classes.xlsx", "credentials.xlsx", "passes-", "attendance-", "timesheet-"]) {
      assert(bytes.includes(name), `the archive of ${bytes.length} bytes has no ${name}`);
    }
    await context.close();
  },

  "a person is found by a Kazakh name typed on a Russian keyboard": async ({ browser, url }) => {
    const { context, page } = await open(browser);
    await signIn(page, url, "secretary");
    await page.goto(`${url}/people`);
    await page.waitForSelector("table tbody tr, .person");
    const name = (await page.locator("a[href^='/people/']").filter({ hasText: /[ӘҒҚҢӨҰҮҺІәғқңөұүһі]/ }).first().textContent())?.trim().split(/\s+/)[0] ?? "";
    assert(name.length > 2, "the list shows a Kazakh name");
    const folded = [...name.toLowerCase()].map((letter) => ({ ә: "а", ғ: "г", қ: "к", ң: "н", ө: "о", ұ: "у", ү: "у", һ: "х", і: "и" })[letter] ?? letter).join("");
    await page.goto(`${url}/people?q=${encodeURIComponent(folded)}`);
    const text = await page.locator("main").textContent();
    assert(text?.includes(name), `${folded} does not find ${name}`);
    await context.close();
  },

  "every page passes axe and fits, at a desk and on a phone, light and dark, in three languages": async ({ browser, url, shots }) => {
    let paths = [];
    for (const [viewport, scheme, lang] of [
      [DESK, "light", "ru"],
      [PHONE, "dark", "kk"],
      [SMALL, "light", "en"],
    ]) {
      const { context, page, broken } = await open(browser, { viewport, scheme, lang });
      await signIn(page, url, "admin");
      await speak(page, url, lang);
      if (paths.length === 0) paths = await pagesOf(page, url);
      for (const path of paths) {
        const answer = await page.goto(`${url}${path}`);
        const where = `${path} ${viewport.width} ${scheme} ${lang}`;
        assert(answer?.ok(), `${where} answers ${answer?.status()}`);
        await fits(page, where);
        await axe(page, where);
        assert((await page.getAttribute("html", "lang")) === lang, `${where} speaks another language`);
        const text = (await page.locator("body").textContent()) ?? "";
        assert(!text.includes("⟦"), `${where} shows a missing text: ${text.match(/⟦[^⟧]*⟧/)?.[0]}`);
        await page.screenshot({ path: join(shots, `${shapeOf(path).slice(1).replace(/[{}]/g, "").replaceAll("/", "-")}-${viewport.width}-${scheme}-${lang}.png`) });
      }
      await speak(page, url, "ru");
      assert(broken.length === 0, broken.join("\n"));
      await context.close();
    }
  },

  "a passkey is made, signs in alone, and is taken away": async ({ browser, url }) => {
    // Browsers make passkeys for a name, not for an address.
    const named = url.replace("127.0.0.1", "localhost");
    const { context, page, broken } = await open(browser);
    const device = await context.newCDPSession(page);
    await device.send("WebAuthn.enable");
    const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true };
    await device.send("WebAuthn.addVirtualAuthenticator", { options });
    await signIn(page, named, "teacher");
    await page.goto(`${named}/account/second-factor`);
    await page.getByRole("button", { name: "Добавить ключ доступа" }).click();
    await page.waitForSelector("form[data-passkey=create]");
    await axe(page, "the page of a new passkey");
    await page.fill("form[data-passkey] input[name=name]", "Ноутбук");
    await page.getByRole("button", { name: "Создать ключ" }).click();
    await page.waitForSelector(".recovery-codes li:nth-child(10)");
    await axe(page, "the codes to be written down");

    await page.context().clearCookies();
    await page.goto(`${named}/sign-in`);
    await page.getByRole("button", { name: "Войти с ключом доступа" }).click();
    await page.waitForSelector("form[data-passkey=get]");
    await axe(page, "signing in by a passkey");
    await Promise.all([
      page.waitForURL((at) => !at.pathname.startsWith("/sign-in")),
      page.getByRole("button", { name: "Подтвердить ключом" }).click(),
    ]);

    await page.goto(`${named}/account/second-factor`);
    await page.getByRole("button", { name: "Удалить ключ" }).first().click();
    await page.fill("dialog[open] input[name=current]", "kezekshi-demo-17");
    await axe(page, "the question before a passkey goes");
    await Promise.all([page.waitForURL(/done=removed/), page.locator("dialog[open] button.danger").click()]);
    assert(broken.length === 0, broken.join("\n"));
    await context.close();
  },

  "nothing inline: the content security policy stays strict": async ({ browser, url }) => {
    const { context, page } = await open(browser);
    const answer = await page.goto(`${url}/sign-in`);
    const policy = answer?.headers()["content-security-policy"] ?? "";
    assert(policy.includes("default-src 'self'") && !policy.includes("unsafe"), `the policy is ${policy}`);
    await context.close();
  },
};
