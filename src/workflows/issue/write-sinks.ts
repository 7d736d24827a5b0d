// The content that sinks already hold for this step, and the writing of all sinks.
import type { ApprovedStep } from '../../domain/proof/approved.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { caughtProblem, ok, refuse, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Secret } from '../../domain/request/secret-value.ts'
import { orderChain } from '../../core/certificate/certificate-chain.ts'
import type { Keys } from '../../ports/keys.ts'
import {
  deliverArtifact,
  deliverFile,
  deliverGithubSecret,
  deliverSecret,
} from '../../core/sink/deliver-credential.ts'
import type { Delivered } from '../../core/sink/deliver-credential.ts'
import { chainPem, marksOf } from '../../core/sink/secret-layout.ts'
import type { Marks, DeliveryPayload } from '../../core/sink/secret-layout.ts'
import { storedPair } from '../../core/sink/stored-credential.ts'
import type { ClusterSession } from './cluster-session.ts'
import type { Attempt, ClaimedRecord } from './claim-attempt.ts'
import type { Inspected } from './inspect-certificate.ts'
import type { OpenSink } from './check-sinks.ts'
import { spkiOf } from './stored-keys.ts'

/** A certificate and key in a sink, from attempt `n`, not inspected again yet. */
interface PairInSink {
  readonly n: number
  readonly inspected: Inspected
}

/**
 * The certificates and keys that earlier runs stored for exactly this step before they ended without recording them, or without
 * reaching every sink. If one of them passes inspection, nothing new is issued.
 */
export function pairsInSinks(sinks: readonly OpenSink[], attempt: Attempt): readonly PairInSink[] {
  return sinks.flatMap(open => pairIn(open, attempt) ?? [])
}

function pairIn(
  open: OpenSink,
  { approved, claimed, session: { keys } }: Attempt,
): PairInSink | null {
  if (open.kind !== 'secret' || open.stored === null) return null
  const marks = marksOf(open.stored)
  if (marks === null || marks.effective !== approved.step.effective) return null
  const pair = storedPair(open.stored, open.place)
  const chain = orderChain(pair.certificate)
  if (!chain.ok) return null
  const isWanted =
    isUnrecorded(marks.n, claimed) || isIncomplete(marks, chainPem(chain.value), approved, claimed)
  if (!isWanted) return null
  const { key } = pair
  const spki = askedFor(approved.step.request, key, keys)
  if (spki === null || Buffer.compare(spki, chain.value.leaf.publicKey.spki) !== 0) return null
  const inspected = { chain: chain.value, key, signerCa: null, logsInAs: null, warnings: [] }
  return { n: marks.n, inspected }
}

/** The resumed attempt, or any later one than the record lists: several runs may have ended before they could record it. */
function isUnrecorded(n: number, { claim, record }: ClaimedRecord): boolean {
  return n === claim.n || (Number.isSafeInteger(n) && n > (record.issued?.n ?? 0))
}

/** The recorded pair, if the step only fills sinks that it is missing from. */
function isIncomplete(
  { n }: Marks,
  certificate: string,
  { step }: ApprovedStep<IssuingStep>,
  { record }: ClaimedRecord,
): boolean {
  if (step.because !== 'CertificateMissingFromSink') return false
  return n === record.issued?.n && certificate === record.issued.certificate
}

/** The public key that this request needs a certificate for: the requester's own, or that of the stored key. */
function askedFor(
  { key }: EffectiveRequest,
  stored: Secret<string> | null,
  keys: Keys,
): Uint8Array | null {
  if (key.kind === 'own') return key.pkcs10.publicKey.spki
  return stored === null ? null : spkiOf(stored, keys)
}

/** The sinks that were written, and why the others were not. */
export interface WrittenSinks {
  readonly delivered: readonly Delivered[]
  readonly missed: readonly { readonly target: string; readonly problem: Problem }[]
}

const ORDER: readonly OpenSink['kind'][] = ['secret', 'file', 'githubSecret', 'artifact']

/**
 * Writes every sink, Secrets first, because a later run recovers from them. A sink that fails does not undo the others. If every
 * Secret failed, the other sinks are not written: a pair that is only in sinks that cannot be read again is lost.
 */
export async function writeSinks(
  sinks: readonly OpenSink[],
  { approved, claimed: { n }, session }: Attempt,
  { chain, key, signerCa }: Inspected,
): Promise<WrittenSinks> {
  const { server: url, serverCa: ca } = session.cluster
  const server = { url, ca }
  const payload = { approved, owner: session.config.owner, n, chain, key, signerCa, server }
  const delivered: Delivered[] = []
  const missed: { target: string; problem: Problem }[] = []
  const readable = sinks.filter(({ kind }) => kind === 'secret').length
  for (const open of sinks.toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind))) {
    const isLost = readable > 0 && open.kind !== 'secret' && delivered.length === 0
    const answer = isLost ? refuse(leftAlone(open)) : await tried(open, payload, session)
    if (answer.ok) delivered.push(answer.value)
    else missed.push({ target: open.target, problem: answer.problems[0] })
  }
  return { delivered, missed }
}

/** A refusal or failure must not lose a certificate that is signed and perhaps stored by now. */
async function tried(
  open: OpenSink,
  payload: DeliveryPayload,
  session: ClusterSession,
): Promise<Checked<Delivered>> {
  try {
    return await deliver(open, payload, session)
  } catch (cause) {
    return refuse(caughtProblem(cause))
  }
}

async function deliver(
  open: OpenSink,
  payload: DeliveryPayload,
  session: ClusterSession,
): Promise<Checked<Delivered>> {
  const { locks } = session.externalSinks
  switch (open.kind) {
    case 'secret':
      return deliverSecret(open, payload, session.cluster.secrets, locks)
    case 'file':
      return deliverFile(open.sink, open.form, payload, open.files, locks)
    case 'githubSecret':
      return deliverGithubSecret(open.sink, open.form, payload, open.secrets, locks)
    case 'artifact':
      return ok(await deliverArtifact(open.sink, open.form, payload, open.artifacts, locks))
  }
}

function leftAlone({ target }: OpenSink): Problem {
  return unplaced(
    'SINK_INCOMPLETE',
    `${target} was left as it is, since no Secret took the new pair`,
    'fix that first; the next run continues from there',
  )
}
