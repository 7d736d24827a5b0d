// How long a test waits for an event. No test measures time: a busy machine gets this long, and only what never comes fails.
export const PATIENCE_MS = 300_000
