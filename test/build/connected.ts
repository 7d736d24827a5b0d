// The adapters connected to a running API server, with a clock that does not delay a test.
import { inspect } from 'node:util'
import { systemClock } from '../../src/adapters/system/system-clock.ts'
import { kubernetesCluster } from '../../src/adapters/kubernetes/objects/cluster-client.ts'
import type { KubernetesCluster } from '../../src/adapters/kubernetes/objects/cluster-client.ts'
import { Transport } from '../../src/adapters/kubernetes/http/api-transport.ts'
import type {
  Credential,
  TransportLimits,
} from '../../src/adapters/kubernetes/http/api-transport.ts'
import { CountersignError } from '../../src/domain/problem.ts'
import type { Problem } from '../../src/domain/problem.ts'
import { Secret } from '../../src/domain/request/secret-value.ts'
import type { Clock } from '../../src/ports/clock-port.ts'
import type { Credential as ApiCredential, Endpoint } from './api-client.ts'
import { PATIENCE_MS } from './patience.ts'

/** A clock that sleeping advances without waiting. */
export interface QuickClock extends Clock {
  /** Milliseconds of every sleep so far. */
  readonly slept: readonly number[]
}

export function quickClock(): QuickClock {
  const slept: number[] = []
  let skipped = 0
  return {
    slept,
    now: () => new Date(Date.now() + skipped),
    sleep: (milliseconds, signal) =>
      new Promise((resolve, reject) => {
        slept.push(milliseconds)
        skipped += milliseconds
        setImmediate(() => {
          if (signal?.aborted === true) reject(new Error('aborted'))
          else resolve()
        })
      }),
  }
}

export function total(milliseconds: readonly number[]): number {
  return milliseconds.reduce((sum, one) => sum + one, 0)
}

export function credentialOf(
  { server, caPem }: Endpoint,
  { certificatePem, keyPem, token }: ApiCredential,
): Credential {
  return {
    server: new URL(server),
    ca: caPem === '' ? null : caPem,
    certificate: certificatePem ?? null,
    key: keyPem === undefined ? null : new Secret(keyPem),
    authorization: async () => (token === undefined ? null : new Secret(`Bearer ${token}`)),
    serverName: null,
  }
}

export function transportTo(
  endpoint: Endpoint,
  credential: ApiCredential,
  clock: Clock = systemClock,
  limits: Partial<TransportLimits> = {},
): Transport {
  return new Transport(credentialOf(endpoint, credential), clock, () => 0.5, limits)
}

export function clusterAt(
  endpoint: Endpoint,
  credential: ApiCredential,
  at: { readonly owner?: string; readonly namespace?: string; readonly clock?: Clock } = {},
): KubernetesCluster {
  const { owner = 'acme', namespace = 'default', clock = systemClock } = at
  const settings = { name: 'prod', owner, recordNamespace: namespace }
  return kubernetesCluster(settings, credentialOf(endpoint, credential), clock, () => 0.5)
}

/**
 * The problem a piece of work ends with; throws where it works, or fails otherwise. Nothing it says, with all its causes,
 * may hold a private key or any of the `secrets`.
 */
export async function failureOf(
  work: Promise<unknown>,
  secrets: readonly string[] = [],
): Promise<Problem> {
  const error = await work.then(
    () => null,
    (cause: unknown) => cause,
  )
  if (!(error instanceof CountersignError)) throw error ?? new Error('it worked')
  const said = inspect(error, { depth: 20, showHidden: true, maxStringLength: null })
  for (const secret of ['PRIVATE KEY-----', ...secrets])
    if (said.includes(secret)) throw new Error(`it tells a secret: ${said}`)
  return error.problem
}

/** Reads an observer's states one after the other; a state that does not come is a failure. */
export function statesOf<T>(states: AsyncIterable<T>): { next(): Promise<T> } {
  const iterator = states[Symbol.asyncIterator]()
  return {
    async next() {
      const told = await soon(iterator.next())
      if (told.done === true) throw new Error('the states ended')
      return told.value
    },
  }
}

export async function soon<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('it did not come in time')), PATIENCE_MS)
  })
  try {
    return await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}

/** Polls until the condition holds. */
export async function until(test: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error('it did not come to it in time')
    await new Promise(resolve => setTimeout(resolve, 5))
  }
}
