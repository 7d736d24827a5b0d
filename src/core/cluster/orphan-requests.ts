// CertificateSigningRequests of countersign that no record lists: what remains of a run when its record is lost as well.
import { shellWord } from '../../lib/source/shell-word.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { BrokenRecord, RequestRecord } from '../../domain/cluster/record.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { leafIn } from '../../lib/x509/x509-certificate.ts'
import { hasRecordIn } from './signing-request-manifest.ts'
import type { RecordPlace } from './signing-request-manifest.ts'
import { namedAttempt } from './signing-request-name.ts'

export interface KnownAttempts {
  readonly records: readonly RequestRecord[]
  /** Records that cannot be read. An object of such a request is never called an orphan. */
  readonly broken: readonly BrokenRecord[]
  /** The user of this run: only objects that this user created are ours. */
  readonly username: string
  readonly place: Omit<RecordPlace, 'owner'>
  /** Objects that were created later may belong to a run that is still at work. */
  readonly before: Date
}

/**
 * Returns the objects of this user and these records that were created before `before`, are neither denied nor failed, and that no
 * record lists; empty if there are none. `objects` must have been listed before the records: a claim is written before its object
 * is created.
 */
export function orphanRequests(
  objects: readonly SigningRequest[],
  known: KnownAttempts,
): readonly SigningRequest[] {
  const byRequest = new Map(known.records.map(record => [record.request, record]))
  const unknown = new Set(known.broken.map(({ request }) => request))
  return objects.filter(object => {
    const attempt = namedAttempt(object.name)
    if (attempt === null || unknown.has(attempt.request)) return false
    if (object.username !== known.username || object.createdAt >= known.before) return false
    if (isOver(object) || !hasRecordIn(object, known.place)) return false
    const record = byRequest.get(attempt.request)
    return record === undefined || !isListed(object, record)
  })
}

/** Returns whether the request has neither a condition nor a certificate. */
export function isUndecided({ conditions, certificate }: SigningRequest): boolean {
  return conditions.length === 0 && certificate === null
}

/**
 * Returns CLUSTER_ORPHAN with the state of the object: undecided, approved, or signed (SHA-256 and end of the certificate). Null if
 * the certificate has expired at `now`.
 */
export function orphanProblem(object: SigningRequest, now: Date): Problem | null {
  if (isUndecided(object))
    return orphan(
      `${object.name} is undecided, and no record lists it`,
      'the run that made it and its record are gone, and its key with them; apply denies it',
    )
  if (object.certificate === null)
    return orphan(
      `${object.name} is approved and not signed yet, and no record lists it`,
      `countersign holds no key for it; kubectl delete csr ${shellWord(object.name)} keeps it from being signed`,
    )
  const leaf = leafIn(object.certificate)
  if (leaf !== null && leaf.notAfter <= now) return null
  const what =
    leaf === null
      ? 'nobody can read what was'
      : `SHA-256 ${leaf.sha256}, until ${leaf.notAfter.toISOString()}`
  return orphan(
    `${object.name} is signed (${what}), and no record lists it`,
    'no record says where its key is; who has the key can use this certificate until it ends',
  )
}

/** Returns CLUSTER_ORPHAN for an orphan that this run has denied. */
export function deniedOrphan({ name }: SigningRequest): Problem {
  return orphan(`${name} was undecided, and no record listed it: denied`, null)
}

function isOver({ conditions }: SigningRequest): boolean {
  return conditions.some(
    ({ type, status }) => (type === 'Denied' || type === 'Failed') && status === 'True',
  )
}

/** A record that was lost and rebuilt from a Secret has the certificate, and not the name of its request. */
function isListed({ name, certificate }: SigningRequest, record: RequestRecord): boolean {
  const { claim, issued, abandoned, history } = record
  if ([claim, issued, ...abandoned, ...history].some(each => each?.objectName === name)) return true
  const sha256 = leafIn(certificate)?.sha256
  return history.some(each => each.sha256 === sha256)
}

function orphan(message: string, hint: string | null): Problem {
  return unplaced('CLUSTER_ORPHAN', message, hint)
}
