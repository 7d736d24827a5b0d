// Who issues certificates in the benchmark, and what one run of it gives.

export interface IssuedPair {
  /** Name of the request, which is the common name. */
  readonly name: string
  readonly certificatePem: string
  /** Null where the run stores no key. */
  readonly keyPem: string | null
}

export interface IssuingRun {
  /** Of the whole process. */
  readonly seconds: number
  /** Read after the time was taken. */
  readonly certificates: readonly IssuedPair[]
}

export interface Participant {
  readonly name: string
  /** One sentence for docs/performance.md. */
  readonly what: string
  /** Fewer certificates than the others make, because it would take too long; null for as many. */
  readonly atMost: number | null
  /** CAs of its certificates. */
  readonly authorities: readonly string[]
  /** Deletes what its runs left, so that growth makes no later run slower. */
  clear(): Promise<void>
  run(count: number, round: string): Promise<IssuingRun>
}

/** The names of the requests of one run. */
export function requestNames(prefix: string, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `${prefix}-${index}`)
}

/** All, beginning with another one each round. */
export function rotated<T>(all: readonly T[], round: number): readonly T[] {
  const first = round % all.length
  return [...all.slice(first), ...all.slice(0, first)]
}
