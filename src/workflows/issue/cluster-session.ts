// One cluster during one apply, and what its steps need of it. Steps that ask at the same time share a call.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { Config, ClusterConfig } from '../../domain/request/config.ts'
import { signerNamed } from '../../domain/request/config.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { Cluster, ClusterIdentity } from '../../ports/cluster.ts'
import type { Keys } from '../../ports/keys.ts'
import type { ExternalSinks } from '../../ports/external-sinks.ts'
import type { Grants, Revocations } from '../../ports/grants.ts'
import type { Processes } from '../../ports/processes.ts'
import type { Progress } from '../../ports/progress.ts'
import type { Records } from '../../ports/records.ts'
import { casOfSigner } from '../../core/plan/retiring-authority.ts'
import { isWritesGuarded } from '../plan/writes-guard.ts'
import { certificatesIn } from '../../lib/x509/x509-certificate.ts'

/** With the signer's default rate limit one certificate takes about 1/20 s; the minute is for everything else. */
const SECONDS_FOR_ONE = 60
const SIGNED_A_SECOND = 20
/** From the end of the wait to the record: check, log in, store. */
const SECONDS_AFTER_THE_WAIT = 60

export interface ClusterSession extends SessionParts {
  /** How long to wait for a signer, in seconds. */
  readonly waitSeconds: number
  /** How long a claim is valid, in seconds. */
  readonly claimSeconds: number
  /** The CAs that a signer may sign with, null if they are not known. */
  signerCas(signerName: string): Promise<readonly X509Certificate[] | null>
  /** All bindings of grants, all revocations and all records, a role, a namespace: one call for the steps that ask at the same time. */
  bindings(): ReturnType<Grants['list']>
  revocations(): ReturnType<Revocations['list']>
  records(): ReturnType<Records['list']>
  rulesOf(clusterRole: string): ReturnType<Grants['rulesOf']>
  namespaceUid(namespace: string): ReturnType<Grants['namespaceUid']>
  /** Whether the guard of writes is in the cluster, asked once for the run. False if this login may not see it. */
  areWritesGuarded(): Promise<boolean>
  /** Whether a guard was seen to refuse a binding of this login, once for the run. Refuses with ACCESS_UNGUARDED. */
  guardOfBindings(clusterRole: string): Promise<Checked<null>>
}

export interface SessionParts extends IssuePorts {
  /** Why the proof of a step is no longer valid; null if it is. */
  readonly objection: (approved: ApprovedStep<IssuingStep>) => Promise<Problem | null>
  readonly cluster: Cluster
  readonly config: Config
  readonly clusterConfig: ClusterConfig
  readonly identity: ClusterIdentity
}

/** What the issue of every cluster needs from outside. */
export interface IssuePorts {
  readonly keys: Keys
  readonly processes: Processes
  readonly progress: Progress
  readonly clock: Clock
  readonly externalSinks: ExternalSinks
}

/** `steps`: how many certificates are to be signed in this run. */
export function openSession(parts: SessionParts, steps: number): ClusterSession {
  const waitSeconds = SECONDS_FOR_ONE + Math.ceil(steps / SIGNED_A_SECOND)
  const known = new Map<string, Promise<readonly X509Certificate[] | null>>()
  let guard: Promise<Checked<null>> | null = null
  let writes: Promise<boolean | null> | null = null
  const { cluster } = parts
  return {
    ...parts,
    waitSeconds,
    claimSeconds: waitSeconds + SECONDS_AFTER_THE_WAIT,
    bindings: sharedCall(() => cluster.grants.list()),
    revocations: sharedCall(() => cluster.revocations.list()),
    records: sharedCall(() => cluster.records.list()),
    rulesOf: sharedCalls(role => cluster.grants.rulesOf(role)),
    namespaceUid: sharedCalls(namespace => cluster.grants.namespaceUid(namespace)),
    async signerCas(signerName) {
      const cas =
        known.get(signerName) ?? readSignerCas(cluster, parts.clusterConfig, signerName, 'sign')
      known.set(signerName, cas)
      // If this call failed, the next step tries again.
      cas.catch(() => known.delete(signerName))
      return cas
    },
    async areWritesGuarded() {
      writes ??= isWritesGuarded(cluster, parts.config.owner, parts.clusterConfig.recordNamespace)
      return (await writes) === true
    },
    async guardOfBindings(clusterRole) {
      guard ??= parts.cluster.grants.checkGuard(clusterRole)
      return guard
    },
  }
}

/**
 * The CA in the configuration; without one, for kube-apiserver-client, the CAs from which the API server itself accepts clients. Those that
 * retire come last, and not at all if they are to `sign`: a new certificate of one of them would be renewed again.
 */
export async function readSignerCas(
  cluster: Cluster,
  config: ClusterConfig,
  signerName: string,
  purpose: 'sign' | 'vouch' = 'vouch',
): Promise<readonly X509Certificate[] | null> {
  const signer = signerNamed(config, signerName)
  const { staying, retiring } = casOfSigner(signer)
  if (retiring.length > 0) return purpose === 'sign' ? staying : [...staying, ...retiring]
  const configured = signer?.certificateAuthority ?? null
  const pem = configured ?? (signerName === KUBE_APISERVER_CLIENT ? await cluster.clientCa() : null)
  return pem === null ? null : certificatesIn(pem)
}

// One call for all steps that want the same answer at the same time.

/**
 * Returns `call` for many callers. A caller gets the answer of a call that began after it asked; callers who ask while an earlier call
 * runs share the next one.
 */
export function sharedCall<T>(call: () => Promise<T>): () => Promise<T> {
  let next: Promise<T> | null = null
  let last: Promise<unknown> = Promise.resolve()
  return async () => {
    next ??= last.then(async () => {
      next = null
      const answer = call()
      last = answer.catch(() => undefined)
      return answer
    })
    return next
  }
}

/** The same for each argument of `call`. */
export function sharedCalls<T>(call: (of: string) => Promise<T>): (of: string) => Promise<T> {
  const calls = new Map<string, () => Promise<T>>()
  return async of => {
    const shared = calls.get(of) ?? sharedCall(() => call(of))
    calls.set(of, shared)
    return shared()
  }
}
