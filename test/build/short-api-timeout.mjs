// Loaded into countersign by `node --import`: a call to the API server without an answer ends after two seconds.
const timeout = AbortSignal.timeout.bind(AbortSignal)
AbortSignal.timeout = milliseconds => timeout(Math.min(milliseconds, 2000))
