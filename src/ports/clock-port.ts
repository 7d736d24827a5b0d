// Time, and waiting.

export interface Clock {
  now(): Date
  /** Resolves after `milliseconds`, or rejects when `signal` aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>
}
