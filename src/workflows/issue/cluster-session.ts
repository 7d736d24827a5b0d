// One cluster during one apply: what every step of it needs, asked for once.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { Config, ClusterConfig } from '../../domain/request/config.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { Cluster, ClusterIdentity } from '../../ports/cluster.ts'
import type { Keys } from '../../ports/keys.ts'
import type { Outlets } from '../../ports/outlets.ts'
import type { Processes } from '../../ports/processes.ts'
import type { Progress } from '../../ports/progress.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'

/** One signed certificate takes about 1/20 s with the signer's default rate limit; a minute is for everything else. */
const SECONDS_FOR_ONE = 60
const SIGNED_A_SECOND = 20
/** From the end of the wait to the record: check, log in, store, read back. */
const SECONDS_AFTER_THE_WAIT = 60

export interface ClusterSession extends SessionParts {
  /** How long to wait for a signer, in seconds. */
  readonly waitSeconds: number
  /** How long a claim is good for, in seconds. */
  readonly claimSeconds: number
  /** The CAs a signer may sign with, null where nobody told. */
  signerCas(signerName: string): Promise<readonly X509Certificate[] | null>
}

export interface SessionParts {
  /** What became of a step's proof since it was made; null where it still stands. */
  readonly objection: (approved: ApprovedStep<IssuingStep>) => Promise<Problem | null>
  readonly cluster: Cluster
  readonly config: Config
  readonly clusterConfig: ClusterConfig
  readonly identity: ClusterIdentity
  readonly keys: Keys
  readonly clock: Clock
  readonly processes: Processes
  readonly progress: Progress
  readonly outlets: Outlets
}

/** `steps`: how many certificates are to be signed in this run. */
export function openSession(parts: SessionParts, steps: number): ClusterSession {
  const waitSeconds = SECONDS_FOR_ONE + Math.ceil(steps / SIGNED_A_SECOND)
  const known = new Map<string, Promise<readonly X509Certificate[] | null>>()
  return {
    ...parts,
    waitSeconds,
    claimSeconds: waitSeconds + SECONDS_AFTER_THE_WAIT,
    async signerCas(signerName) {
      const cas = known.get(signerName) ?? readSignerCas(parts, signerName)
      known.set(signerName, cas)
      // The next step asks again where this answer failed.
      cas.catch(() => known.delete(signerName))
      return cas
    },
  }
}

/** The configuration's word; for kube-apiserver-client else the CAs the API server itself accepts clients from. */
async function readSignerCas(
  parts: SessionParts,
  signerName: string,
): Promise<readonly X509Certificate[] | null> {
  const configured =
    parts.clusterConfig.signers.find(({ name }) => name === signerName)?.certificateAuthority ??
    null
  const pem =
    configured ?? (signerName === KUBE_APISERVER_CLIENT ? await parts.cluster.clientCa() : null)
  if (pem === null) return null
  const read = readCertificates(pem)
  // Told but unreadable is no CA at all: nothing chains to it.
  return read.ok ? read.value : []
}
