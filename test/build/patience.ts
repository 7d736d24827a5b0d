// How long a test waits for what comes by itself. It measures nothing: a busy machine is given this long, and only what never comes fails.
export const PATIENCE_MS = 300_000
