// The certificates in a record. Each is listed from before it is stored until it expires, in use or not.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type {
  EarlierCertificate,
  Ending,
  IssuedRecord,
  RecordedCertificate,
  RequestRecord,
} from '../../domain/cluster/record.ts'
import { sinkTarget } from '../../domain/request/sink.ts'
import { leafOf, currentCertificate } from './current-certificate.ts'

const KEPT_ABANDONED = 20

/** The entry of a certificate, written before any sink gets the certificate. */
export function recordedCertificate(
  { serial, sha256, notBefore, notAfter }: X509Certificate,
  issue: Pick<RecordedCertificate, 'n' | 'objectName' | 'targets' | 'proof' | 'grant'>,
): RecordedCertificate {
  return { ...issue, serial, sha256, notBefore, notAfter, ended: null }
}

/** Whether the record lists this certificate and it has not ended. */
export function isRecorded(record: RequestRecord, { sha256 }: X509Certificate): boolean {
  return certificatesOf(record).some(each => each.sha256 === sha256 && each.ended === null)
}

export function withCertificate(
  record: RequestRecord,
  certificate: RecordedCertificate,
): RequestRecord {
  const others = record.history.filter(({ sha256 }) => sha256 !== certificate.sha256)
  return { ...record, history: [...others, certificate] }
}

/** The history once `issued` is in use: earlier certificates have ended, and expired ones are left out. */
export function historyWith(
  record: RequestRecord,
  issued: IssuedRecord,
): readonly RecordedCertificate[] {
  const how = record.issued?.effective === issued.effective ? 'renewed' : 'reissued'
  const current = leafOf(issued)?.sha256
  const isCurrent = (each: RecordedCertificate): boolean => each.sha256 === current
  const earlier = certificatesOf(record).filter(each => !isCurrent(each))
  const entry = certificatesOf({ ...record, issued, withdrawnAt: null }).filter(isCurrent)
  const ended = allEnded(earlier, record, how, issued.issuedAt)
  return working([...ended, ...entry.map(each => ({ ...each, ended: null }))], issued.issuedAt)
}

/** The history once the sinks are deleted. */
export function historyWithdrawn(record: RequestRecord, at: Date): readonly RecordedCertificate[] {
  return working(allEnded(certificatesOf(record), record, 'withdrawn', at), at)
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

/** Drops expired certificates. Of attempts without a working certificate, the newest are kept. */
export function pruned(record: RequestRecord, now: Date): RequestRecord {
  const over = record.abandoned.filter(each => !isWorking(each, now)).slice(-KEPT_ABANDONED)
  const abandoned = record.abandoned.filter(each => isWorking(each, now) || over.includes(each))
  return { ...record, abandoned, history: working(record.history, now) }
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
  const known = certificatesOf(record)
  const attempts = record.abandoned.flatMap(({ sha256, notAfter, ...attempt }) =>
    sha256 === null || notAfter === null || known.some(each => each.sha256 === sha256)
      ? []
      : [{ ...NEVER_DELIVERED, ...attempt, sha256, notAfter }],
  )
  const earlier = known
    .filter(each => !isCurrentShown || !isCurrent(each))
    .map(({ ended, ...certificate }): EarlierCertificate => {
      const unended = lost.has(certificate.objectName) ? 'abandoned' : 'unrecorded'
      const state = isCurrent(certificate) ? 'fileGone' : (ended?.how ?? unended)
      return { ...certificate, ended: state, endedAt: ended?.at ?? null }
    })
  return [...earlier, ...attempts].filter(each => isWorking(each, now))
}

const NEVER_DELIVERED = {
  serial: null,
  notBefore: null,
  proof: null,
  grant: null,
  targets: [],
  ended: 'abandoned',
  endedAt: null,
} as const

/** The certificates of the history. In a record from before histories were kept, the issued certificate is added. */
function certificatesOf(record: RequestRecord): readonly RecordedCertificate[] {
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
  })
  const ended = withdrawnAt === null ? null : ({ how: 'withdrawn', at: withdrawnAt } as const)
  return [...history, { ...known, ended }]
}

function working<T extends { readonly notAfter: Date | null }>(
  certificates: readonly T[],
  now: Date,
): readonly T[] {
  return certificates.filter(each => isWorking(each, now))
}

export function isWorking({ notAfter }: { readonly notAfter: Date | null }, now: Date): boolean {
  return notAfter !== null && notAfter > now
}
