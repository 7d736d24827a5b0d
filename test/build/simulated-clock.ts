// A clock that jumps to the next wake-up as soon as every sleeper sleeps: a month takes seconds.
import type { Clock } from '../../src/ports/clock-port.ts'

interface Sleeper {
  readonly at: number
  wake(): void
}

export class SimulatedClock implements Clock {
  /** How many sleep at the same time when nobody works. */
  idle: number
  #now: number
  #sleepers: readonly Sleeper[] = []
  #watchers: readonly { readonly until: number; readonly done: () => void }[] = []

  constructor(start: Date, idle: number) {
    this.#now = start.getTime()
    this.idle = idle
  }

  now(): Date {
    return new Date(this.#now)
  }

  async sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted()
    await new Promise<void>((resolve, reject) => {
      const end = (): void => {
        this.#sleepers = this.#sleepers.filter(each => each !== sleeper)
        reject(new Error('aborted'))
      }
      const wake = (): void => {
        signal?.removeEventListener('abort', end)
        resolve()
      }
      const sleeper = { at: this.#now + milliseconds, wake }
      this.#sleepers = [...this.#sleepers, sleeper]
      signal?.addEventListener('abort', end)
      setImmediate(() => this.#turn())
    })
  }

  /** Resolves when this much time has passed and every sleeper sleeps. */
  async passes(seconds: number): Promise<void> {
    await new Promise<void>(done => {
      this.#watchers = [...this.#watchers, { until: this.#now + seconds * 1000, done }]
      setImmediate(() => this.#turn())
    })
  }

  #turn(): void {
    if (this.#sleepers.length < this.idle) return
    const due = this.#watchers.filter(({ until }) => until <= this.#now)
    if (due.length > 0) {
      this.#watchers = this.#watchers.filter(each => !due.includes(each))
      for (const { done } of due) done()
      return
    }
    // Time passes only while a test waits for it.
    if (this.#watchers.length === 0) return
    const [first] = this.#sleepers.toSorted((one, other) => one.at - other.at)
    if (first === undefined) return
    this.#sleepers = this.#sleepers.filter(each => each !== first)
    this.#now = Math.max(this.#now, first.at)
    first.wake()
  }
}
