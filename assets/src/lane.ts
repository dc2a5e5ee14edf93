// The virtual turnstile: its own script beside main.ts.
export {};
