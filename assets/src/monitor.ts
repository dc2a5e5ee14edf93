// The guard's monitor: its own script beside main.ts.
export {};
