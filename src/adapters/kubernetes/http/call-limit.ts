// What ends a call before its answer is whole. An AbortSignal for each of thousands of short calls costs as much as a quarter of the
// call itself.
import type { ClientRequest } from 'node:http'

export class CallLimit {
  #request: ClientRequest | null = null
  #cause: Error | null = null

  get isReached(): boolean {
    return this.#cause !== null
  }

  /** The request that the limit ends. A call that is sent once more has a second one. */
  applyTo(request: ClientRequest): void {
    this.#request = request
    if (this.#cause !== null) request.destroy(this.#cause)
  }

  reach(cause: Error): void {
    this.#cause = cause
    this.#request?.destroy(cause)
  }
}
