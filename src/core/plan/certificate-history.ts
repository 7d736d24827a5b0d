// The certificates in a record. Each is listed from before it is stored until it expires, in use or not; the newest stay longer,
// since audit logs are read later.
import { uniqueBy } from '../../domain/lists.ts'
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type {
  EarlierCertificate,
  Ending,
  IssuedRecord,
  RecordedApproval,
  RecordedCertificate,
  RecordedProof,
  RequestRecord,
} from '../../domain/cluster/record.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
import { peopleOf } from '../../domain/proof/evidence.ts'
import { sinkTarget } from '../../domain/request/sink.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { leafOf, currentCertificate } from './current-certificate.ts'

const KEPT_ABANDONED = 20
const KEPT_EXPIRED = 30
/** As JSON. Expired certificates leave room in the record for those that work. */
const KEPT_EXPIRED_CHARACTERS = 128 * 1024

/** The entry of a certificate, written before any sink gets the certificate. */
export function recordedCertificate(
  { serial, sha256, subject, sans, notBefore, notAfter }: X509Certificate,
  issue: Pick<RecordedCertificate, 'n' | 'objectName' | 'targets' | 'proof' | 'grant' | 'approval'>,
): RecordedCertificate {
  const names = { subject: formatName(subject), sans: sans.map(formatSan) }
  return { ...issue, serial, sha256, ...names, notBefore, notAfter, ended: null }
}

/** What the record keeps of a proof for each certificate. */
export function recordedApproval(
  { path, blob }: Pick<IssuedRecord, 'path' | 'blob'>,
  { by, evidence, emergency }: Pick<RecordedProof, 'by' | 'evidence' | 'emergency'>,
): RecordedApproval {
  const people = evidence === null ? [] : peopleOf(evidence)
  return {
    path,
    blob,
    pullRequest: evidence?.pullRequest.number ?? null,
    commit: evidence?.commit ?? null,
    requestedBy: uniqueBy(people, ({ id }) => id),
    approvedBy: evidence?.approvals.map(({ reviewer }) => reviewer) ?? [],
    rule: evidence?.rule.name ?? null,
    terminalUser: evidence === null && emergency === undefined ? by : null,
    ...(emergency && { emergency }),
  }
}

/** The record with an end for each certificate that the first of its revocations ended. */
export function withRevoked(
  record: RequestRecord,
  revocationsOf: (grant: string | null) => readonly Pick<Revocation, 'at' | 'by'>[],
): RequestRecord {
  const history = recordedCertificates(record).map(each => {
    const [first] = revocationsOf(each.grant).toSorted((a, b) => a.at.getTime() - b.at.getTime())
    if (first === undefined || each.notAfter <= first.at) return each
    const { at, by } = first
    // Without a grant, what was reissued still works, too.
    const works = each.ended?.how === 'renewed' || (each.ended?.how === 'reissued' && !each.grant)
    const hasEnded = each.ended !== null && each.ended.at <= at && !works
    return hasEnded ? each : { ...each, ended: { how: 'revoked' as const, at, by } }
  })
  return { ...record, history }
}

/** Whether the record lists this certificate and it has not ended. */
export function isRecorded(record: RequestRecord, { sha256 }: X509Certificate): boolean {
  return recordedCertificates(record).some(each => each.sha256 === sha256 && each.ended === null)
}

export function withCertificate(
  record: RequestRecord,
  certificate: RecordedCertificate,
): RequestRecord {
  const others = record.history.filter(({ sha256 }) => sha256 !== certificate.sha256)
  return { ...record, history: [...others, certificate] }
}

/** The history once `issued` is in use: earlier certificates have ended. */
export function historyWith(
  record: RequestRecord,
  issued: IssuedRecord,
): readonly RecordedCertificate[] {
  const how = record.issued?.effective === issued.effective ? 'renewed' : 'reissued'
  const current = leafOf(issued)?.sha256
  const isCurrent = (each: RecordedCertificate): boolean => each.sha256 === current
  const earlier = recordedCertificates(record).filter(each => !isCurrent(each))
  const entry = recordedCertificates({ ...record, issued, withdrawnAt: null }).filter(isCurrent)
  const ended = allEnded(earlier, record, how, issued.issuedAt)
  return newest([...ended, ...entry.map(each => ({ ...each, ended: null }))], issued.issuedAt)
}

/** The history once the sinks are deleted. */
export function historyWithdrawn(record: RequestRecord, at: Date): readonly RecordedCertificate[] {
  return newest(allEnded(recordedCertificates(record), record, 'withdrawn', at), at)
}

function allEnded(
  certificates: readonly RecordedCertificate[],
  { abandoned }: RequestRecord,
  how: Ending,
  at: Date,
): readonly RecordedCertificate[] {
  const lost = new Set(abandoned.map(({ objectName }) => objectName))
  return certificates.map(each => ({
    ...each,
    ended: each.ended ?? { how: lost.has(each.objectName) ? 'abandoned' : how, at },
  }))
}

/** Of expired certificates, and of attempts without a working certificate, the newest are kept. */
export function pruned(record: RequestRecord, now: Date): RequestRecord {
  const over = record.abandoned.filter(each => !isWorking(each, now)).slice(-KEPT_ABANDONED)
  const abandoned = record.abandoned.filter(each => isWorking(each, now) || over.includes(each))
  return { ...record, abandoned, history: newest(record.history, now) }
}

/** Every certificate of the record that works now. The one in use is left out if it is shown elsewhere. */
export function earlierCertificates(
  record: RequestRecord,
  now: Date,
  isCurrentShown: boolean,
): readonly EarlierCertificate[] {
  const inUse = currentCertificate(record)
  const current = inUse === null ? null : leafOf(inUse)
  const isCurrent = ({ sha256 }: { readonly sha256: string }): boolean => sha256 === current?.sha256
  const lost = new Set(record.abandoned.map(({ objectName }) => objectName))
  const known = recordedCertificates(record)
  const attempts = record.abandoned.flatMap(({ sha256, notAfter, ...attempt }) =>
    sha256 === null || notAfter === null || known.some(each => each.sha256 === sha256)
      ? []
      : [{ ...NEVER_DELIVERED, ...attempt, sha256, notAfter }],
  )
  const earlier = known
    .filter(each => !isCurrentShown || !isCurrent(each))
    .map(({ ended, ...certificate }): EarlierCertificate => {
      const unended = lost.has(certificate.objectName) ? 'abandoned' : 'unrecorded'
      const state = ended?.how ?? (isCurrent(certificate) ? 'fileGone' : unended)
      return { ...certificate, ended: state, endedAt: ended?.at ?? null, endedBy: ended?.by }
    })
  return [...earlier, ...attempts].filter(each => isWorking(each, now))
}

const NEVER_DELIVERED = {
  subject: '',
  sans: [],
  approval: null,
  serial: null,
  notBefore: null,
  proof: null,
  grant: null,
  targets: [],
  ended: 'abandoned',
  endedAt: null,
} as const

/** The certificates of the history. In a record from before histories were kept, the issued certificate is added. */
export function recordedCertificates(record: RequestRecord): readonly RecordedCertificate[] {
  const { history, issued, withdrawnAt } = record
  const leaf = issued === null ? null : leafOf(issued)
  if (issued === null || leaf === null) return history
  if (history.some(({ sha256 }) => sha256 === leaf.sha256)) return history
  const { n, objectName, sinks, proof } = issued
  const targets = sinks.map(sinkTarget)
  const known = recordedCertificate(leaf, {
    n,
    objectName,
    targets,
    proof: proof.digest,
    grant: null,
    approval: recordedApproval(issued, proof),
  })
  const ended = withdrawnAt === null ? null : ({ how: 'withdrawn', at: withdrawnAt } as const)
  return [...history, { ...known, ended }]
}

function newest(certificates: readonly RecordedCertificate[], now: Date) {
  const expired = certificates.filter(each => !isWorking(each, now)).toReversed()
  let size = 0
  const dropped = new Set(
    expired.filter((each, at) => {
      size += JSON.stringify(each).length
      return at >= KEPT_EXPIRED || size > KEPT_EXPIRED_CHARACTERS
    }),
  )
  return certificates.filter(each => !dropped.has(each))
}

export function isWorking({ notAfter }: { readonly notAfter: Date | null }, now: Date): boolean {
  return notAfter !== null && notAfter > now
}
