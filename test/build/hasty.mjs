// Loaded into countersign by `node --import`: an attempt at the API server that gets no answer is over after two seconds.
const timeout = AbortSignal.timeout.bind(AbortSignal)
AbortSignal.timeout = milliseconds => timeout(Math.min(milliseconds, 2000))
