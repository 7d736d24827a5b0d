// The sinks of one request during apply: read under the claim, perhaps already holding this decision, then written.
import type { ApprovedStep } from '../domain/approval.ts'
import type { IssuingStep } from '../domain/plan.ts'
import { CountersignError, isNonEmpty, ok, refuse } from '../domain/problem.ts'
import type { Checked, Problem } from '../domain/problem.ts'
import { placeOf } from '../domain/request.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import { Secret } from '../domain/secret.ts'
import type { ArtifactSink, SecretSink, Sink } from '../domain/sink.ts'
import type { StoredSecret } from '../domain/stored-secret.ts'
import { orderChain } from '../certificate/chain.ts'
import type { Artifacts, Keys } from '../ports.ts'
import { artifactProblem, noRunner } from '../sink/artifact.ts'
import { deliverArtifact, deliverSecret, occupiedBy, wrongType } from '../sink/deliver.ts'
import { marksOf } from '../sink/layout.ts'
import type { Parcel } from '../sink/layout.ts'
import type { Desk } from './desk.ts'
import type { Held } from './hold.ts'
import type { Inspected } from './inspect.ts'

/** A sink, and what stood in it when it was read under the claim. */
export type OpenSink = OpenSecret | OpenArtifact

interface OpenSecret {
  readonly kind: 'secret'
  readonly sink: SecretSink
  readonly stored: StoredSecret | null
}

/** Artifacts cannot be read back by a later run: nothing is recovered from them. */
interface OpenArtifact {
  readonly kind: 'artifact'
  readonly sink: ArtifactSink
  readonly stored: null
  readonly artifacts: Artifacts
}

/** Reads every sink; refuses those that are somebody else's, before a key is made. */
export async function readSinks(
  request: EffectiveRequest,
  desk: Desk,
): Promise<Checked<readonly OpenSink[]>> {
  const open: OpenSink[] = []
  const problems: Problem[] = []
  for (const [index, sink] of request.sinks.entries()) {
    const found = await openSink(sink, request, desk)
    if ('kind' in found) open.push(found)
    else problems.push({ ...found, at: placeOf(request.places, `sinks[${index}]`) })
  }
  return isNonEmpty(problems) ? { ok: false, problems } : ok(open)
}

async function openSink(
  sink: Sink,
  request: EffectiveRequest,
  desk: Desk,
): Promise<OpenSink | Omit<Problem, 'at'>> {
  const hasKey = request.key.kind === 'generated'
  if (sink.kind === 'artifact') {
    const { artifacts } = desk
    if (artifacts === null) return noRunner(sink, request.name)
    return artifactProblem(sink, hasKey) ?? { kind: 'artifact', sink, stored: null, artifacts }
  }
  if (sink.kind !== 'secret' || sink.keystores.pkcs12 !== null) return unsupported(sink)
  const holder = { owner: desk.config.owner, request: request.name, cluster: request.cluster }
  const { secrets } = desk.cluster
  const stored = await secrets.read(sink.namespace, sink.name)
  // A namespace or a right that is missing is found before a certificate is made for nothing.
  if (stored === null) await secrets.rehearse(sink.namespace, sink.name)
  const taken = occupiedBy(stored, sink, holder) ?? wrongType(stored, sink, hasKey)
  return taken ?? { kind: 'secret', sink, stored }
}

/**
 * What an earlier run had already put into a sink for exactly this decision, before it ended without recording it. Then
 * nothing new is issued: the certificate and its key are there. Null where there is no such thing.
 */
export function recoverFromSinks(
  sinks: readonly OpenSink[],
  approved: ApprovedStep<IssuingStep>,
  held: Held,
  keys: Keys,
): { readonly n: number; readonly inspected: Inspected } | null {
  for (const { stored } of sinks) {
    const marks = stored === null ? null : marksOf(stored)
    if (stored === null || marks === null || marks.effective !== approved.step.effective) continue
    if (!isUnrecorded(marks.n, held)) continue
    const chain = orderChain(text(stored, 'tls.crt') ?? '')
    if (!chain.ok) continue
    const keyText = text(stored, 'tls.key')
    const key = keyText === null ? null : new Secret(keyText)
    const spki = askedFor(approved.step.request, key, keys)
    if (spki === null || Buffer.compare(spki, chain.value.leaf.publicKey.spki) !== 0) continue
    const signerCa = text(stored, 'ca.crt')
    return {
      n: marks.n,
      inspected: { chain: chain.value, key, signerCa, logsInAs: null, warnings: [] },
    }
  }
  return null
}

/** The attempt that an earlier run left, or any where the record itself was lost. */
function isUnrecorded(n: number, { left, record }: Held): boolean {
  if (left !== null) return n === left.n
  const isLost = record.issued === null && record.withdrawnAt === null
  return isLost && Number.isSafeInteger(n) && n > 0
}

/** The public key this request would get a certificate for: the requester's own, or that of the stored key. */
function askedFor(
  { key }: EffectiveRequest,
  stored: Secret<string> | null,
  keys: Keys,
): Uint8Array | null {
  if (key.kind === 'own') return key.pkcs10.publicKey.spki
  if (stored === null) return null
  try {
    return keys.load(stored).spki
  } catch (cause) {
    if (cause instanceof CountersignError) return null
    throw cause
  }
}

/** The key that rotationPolicy Never goes on with: one that we stored, never one that somebody else put there. */
export function storedKey(sinks: readonly OpenSink[]): Secret<string> | null {
  for (const { stored } of sinks) {
    const isOurs = stored !== null && marksOf(stored) !== null
    const key = isOurs ? text(stored, 'tls.key') : null
    if (key !== null && key !== '') return new Secret(key)
  }
  return null
}

/**
 * Writes every sink: Secrets first, since a later run recovers from them, then artifacts, which it writes again. A Secret that
 * fails does not undo the others; its problem is told.
 */
export async function store(
  sinks: readonly OpenSink[],
  approved: ApprovedStep<IssuingStep>,
  n: number,
  inspected: Inspected,
  desk: Desk,
): Promise<Checked<readonly string[]>> {
  const { chain, key, signerCa } = inspected
  const parcel = { approved, owner: desk.config.owner, n, chain, key, signerCa }
  const stored: string[] = []
  const problems: Problem[] = []
  for (const open of sinks) {
    if (open.kind !== 'secret') continue
    const delivered = await deliverSecret(open.sink, parcel, open.stored, desk.cluster.secrets)
    if (delivered.ok) stored.push(delivered.value)
    else problems.push(...delivered.problems)
  }
  if (isNonEmpty(problems)) return { ok: false, problems }
  for (const open of sinks) {
    if (open.kind !== 'artifact') continue
    const uploaded = await upload(open, parcel)
    if (uploaded.ok) stored.push(uploaded.value)
    else problems.push(...uploaded.problems)
  }
  return isNonEmpty(problems) ? { ok: false, problems } : ok(stored)
}

/** Whatever GitHub refuses is no reason to lose what is signed and stored by now. */
async function upload({ sink, artifacts }: OpenArtifact, parcel: Parcel): Promise<Checked<string>> {
  try {
    return ok(await deliverArtifact(sink, parcel, artifacts))
  } catch (cause) {
    if (!(cause instanceof CountersignError)) throw cause
    return refuse(cause.problem)
  }
}

function text(stored: StoredSecret, name: string): string | null {
  const bytes = stored.data.reveal()[name]
  return bytes === undefined ? null : new TextDecoder().decode(bytes)
}

function unsupported(sink: Sink): Omit<Problem, 'at'> {
  return {
    code: 'SINK_UNSUPPORTED',
    message:
      sink.kind === 'secret'
        ? 'PKCS#12 keystores are not written by this version'
        : `sinks of the kind ${sink.kind} are not written by this version`,
    hint: 'use a secret sink without keystores, or an artifact where the requester keeps the key',
  }
}
