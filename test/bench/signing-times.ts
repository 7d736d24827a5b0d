// When the signer works: from the first approval to the last certificate, as a watch of the API server shows both.
import type { ApiClient, WatchStream } from '../build/api-client.ts'

export class SigningTimes {
  readonly #stream: WatchStream
  readonly #seen: Promise<void>
  readonly #signed = new Set<string>()
  #first: number | null = null
  #last = 0
  #wanted = Infinity

  private constructor(stream: WatchStream) {
    this.#stream = stream
    this.#seen = this.#read()
  }

  /** Of objects that are created from now on. */
  static async watch(admin: ApiClient, path: string): Promise<SigningTimes> {
    const { metadata } = (await admin.get(`${path}?limit=1`)).body
    const from = `resourceVersion=${metadata.resourceVersion}`
    return new SigningTimes(await admin.watch(`${path}?watch=1&${from}`))
  }

  /** Seconds, after this number of certificates. Throws if the watch ends before. */
  async end(certificates: number): Promise<number> {
    this.#wanted = certificates
    if (this.#signed.size < certificates) await this.#seen
    this.#stream.stop()
    if (this.#first === null || this.#signed.size < certificates)
      throw new Error(`the watch saw ${this.#signed.size} certificates of ${certificates}`)
    return (this.#last - this.#first) / 1000
  }

  async #read(): Promise<void> {
    while (this.#signed.size < this.#wanted) {
      const event = await this.#stream.next()
      if (event === null) return
      const { metadata, status } = event.object
      const now = performance.now()
      if (status.conditions?.some(({ type }) => type === 'Approved')) this.#first ??= now
      if ((status.certificate ?? '') === '' || this.#signed.has(metadata.name)) continue
      this.#signed.add(metadata.name)
      this.#last = now
    }
  }
}
