// The guard's monitor: the newest pass on the stage, sounds, the clock, and what happens when the line is lost.

const REFUSAL_STAYS_MS = 10_000;
const REFUSAL_AT_LEAST_MS = 3_000;
const REFUSALS_WAITING = 2;
const KEPT = 14;
const SILENCE_MS = 40_000;
const SOUND_KEY = "kezekshi-sound";

const byId = (id: string): HTMLElement | null => document.getElementById(id);

// Sounds. A browser lets a page sound only after a touch, so the guard switches them on.

let audio: AudioContext | undefined;

function tone(frequency: number, startS: number, lengthS: number, kind: OscillatorType, volume: number): void {
  if (!audio) return;
  const at = audio.currentTime + startS;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.type = kind;
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0.0001, at);
  gain.gain.exponentialRampToValueAtTime(volume, at + 0.015);
  gain.gain.exponentialRampToValueAtTime(0.0001, at + lengthS);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + lengthS + 0.02);
}

function sound(what: "granted" | "refused" | "alarm"): void {
  if (!audio || audio.state !== "running") return;
  if (what === "granted") tone(880, 0, 0.14, "sine", 0.12);
  if (what === "refused") {
    tone(196, 0, 0.22, "square", 0.16);
    tone(147, 0.26, 0.34, "square", 0.16);
  }
  if (what === "alarm") for (const start of [0, 0.3, 0.6]) tone(620, start, 0.2, "triangle", 0.25);
}

function startSound(): void {
  const button = byId("sound");
  if (!button) return;
  const show = (): void => button.setAttribute("aria-pressed", String(audio?.state === "running"));
  const on = async (): Promise<void> => {
    audio ??= new AudioContext();
    await audio.resume();
    show();
  };
  const off = async (): Promise<void> => {
    await audio?.suspend();
    show();
  };
  button.addEventListener("click", () => {
    const wanted = audio?.state !== "running";
    localStorage.setItem(SOUND_KEY, wanted ? "on" : "off");
    void (wanted ? on().then(() => sound("granted")) : off());
  });
  // Somebody who wanted sounds yesterday wants them today: the first touch of the page switches them on.
  if (localStorage.getItem(SOUND_KEY) === "on") {
    document.addEventListener("pointerdown", () => void on(), { once: true });
    document.addEventListener("keydown", () => void on(), { once: true });
  }
}

// The stage. A refusal stays until the next one or ten seconds have gone; passes granted meanwhile stand in the list.
// Few refusals wait for the stage: who stands at the door now matters more than who stood there before. One that the server
// learnt of late is of nobody who stands there, and is in the list alone.

const refusals: HTMLElement[] = [];
let refusalSince = 0;
let timer = 0;

function onStage(pass: HTMLElement): void {
  const stage = byId("stage");
  if (!stage) return;
  const copy = pass.cloneNode(true) as HTMLElement;
  copy.removeAttribute("id");
  stage.replaceChildren(copy);
}

const isRefusal = (pass: HTMLElement): boolean => pass.dataset["granted"] === "false";

function refusalIsShown(): boolean {
  return refusalSince > 0 && performance.now() - refusalSince < REFUSAL_STAYS_MS;
}

function showRefusal(pass: HTMLElement): void {
  refusalSince = performance.now();
  onStage(pass);
  window.clearTimeout(timer);
  timer = window.setTimeout(nextOnStage, refusals.length > 0 ? REFUSAL_AT_LEAST_MS : REFUSAL_STAYS_MS);
}

function nextOnStage(): void {
  const waiting = refusals.shift();
  if (waiting) {
    showRefusal(waiting);
    return;
  }
  refusalSince = 0;
  const newest = byId("recent")?.querySelector<HTMLElement>(".pass");
  if (newest) onStage(newest);
}

function arrived(pass: HTMLElement): void {
  const late = pass.dataset["late"] === "true";
  if (isRefusal(pass)) {
    if (late) return;
    sound("refused");
    if (refusalIsShown()) {
      refusals.push(pass);
      if (refusals.length > REFUSALS_WAITING) refusals.shift();
      const left = Math.max(0, REFUSAL_AT_LEAST_MS - (performance.now() - refusalSince));
      window.clearTimeout(timer);
      timer = window.setTimeout(nextOnStage, left);
    } else showRefusal(pass);
    return;
  }
  if (!late) sound("granted");
  if (!refusalIsShown()) onStage(pass);
}

function watchRecent(): void {
  const recent = byId("recent");
  if (!recent) return;
  new MutationObserver((changes) => {
    for (const change of changes) {
      for (const node of change.addedNodes) {
        if (!(node instanceof HTMLElement) || !node.matches(".pass")) continue;
        const id = node.dataset["pass"];
        const known = [...recent.querySelectorAll<HTMLElement>(".pass")].filter((other) => other.dataset["pass"] === id);
        if (known.length > 1) node.remove();
        else {
          setClockBy(node);
          arrived(node);
        }
      }
    }
    for (const old of [...recent.querySelectorAll(".pass")].slice(KEPT)) old.remove();
  }).observe(recent, { childList: true });
}

function watchAlarms(): void {
  const alarms = byId("alarms");
  if (!alarms) return;
  new MutationObserver((changes) => {
    if (changes.some((change) => change.addedNodes.length > 0)) sound("alarm");
    for (const old of [...alarms.children].slice(3)) old.remove();
  }).observe(alarms, { childList: true });
}

// The line. Lost: said at once; back: the board is fetched anew, so nothing that came meanwhile is missed.

function startLine(): void {
  let wasLost = false;
  let heard = performance.now();
  const lost = byId("lost");
  const lose = (): void => {
    wasLost = true;
    lost?.removeAttribute("hidden");
  };
  document.body.addEventListener("htmx:sseError", lose);
  document.body.addEventListener("htmx:sseClose", lose);
  window.addEventListener("offline", lose);
  document.body.addEventListener("htmx:sseMessage", () => (heard = performance.now()));
  document.body.addEventListener("htmx:sseOpen", () => {
    heard = performance.now();
    lost?.setAttribute("hidden", "");
    if (wasLost) document.body.dispatchEvent(new CustomEvent("monitor:refresh"));
    wasLost = false;
  });
  // A line may die without a word; the board is then asked for, and the answer says whether anybody is there.
  window.setInterval(() => {
    if (performance.now() - heard < SILENCE_MS) return;
    heard = performance.now();
    document.body.dispatchEvent(new CustomEvent("monitor:refresh"));
  }, 5_000);
  document.body.addEventListener("htmx:sendError", lose);
  byId("board")?.addEventListener("htmx:afterSwap", (event) => {
    if (event.target === byId("board")) {
      watchRecent();
      watchAlarms();
    }
  });
}

// The clock shows the school's time, not the computer's: guards' old computers are wrong.

let ahead = 0;

function setClockBy(pass: HTMLElement): void {
  const at = Number(pass.dataset["at"]);
  if (pass.dataset["late"] !== "true" && at > Date.now() + ahead) ahead = at - Date.now();
}

function startClock(): void {
  const clock = byId("clock");
  if (!clock) return;
  ahead = Number(clock.dataset["now"]) - Date.now();
  const offset = Number(clock.dataset["offsetMin"]) * 60_000;
  const show = (): void => {
    const local = new Date(Date.now() + ahead + offset).toISOString();
    clock.textContent = local.slice(11, 16);
  };
  show();
  window.setInterval(show, 1_000);
}

// Letting somebody in: an empty dialog each time.

function startAdmit(): void {
  const dialog = byId("admit");
  if (!(dialog instanceof HTMLDialogElement)) return;
  dialog.addEventListener("close", () => {
    byId("admit-result")?.replaceChildren();
    byId("admit-found")?.replaceChildren();
    const form = byId("admit-form");
    if (form instanceof HTMLFormElement) form.reset();
  });
}

startSound();
watchRecent();
watchAlarms();
startLine();
startClock();
startAdmit();
