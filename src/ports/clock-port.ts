// The port for this machine's clock.

export interface Clock {
  /** Returns this machine's time. `Cluster.now` has the time of the API server. */
  now(): Date
  /** Resolves after `milliseconds`; rejects as soon as `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}
