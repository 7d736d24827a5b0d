// Certificates of a CA that retires: they are renewed, and counted until none is in use.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { ClusterConfig, SignerConfig } from '../../domain/request/config.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { IssuedRecord, RequestRecord } from '../../domain/cluster/record.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { certificatesIn, isSignedBy } from '../../lib/x509/x509-certificate.ts'
import { unrecordedAttempt } from './claim-rules.ts'
import { currentCertificate, leafOf } from './current-certificate.ts'

/** The CAs of a signer that go on to sign, and those that sign no more. The schema lets no CA retire where the CAs are not known. */
interface SignerCas {
  readonly staying: readonly X509Certificate[]
  readonly retiring: readonly X509Certificate[]
}

export function casOfSigner(signer: SignerConfig | null): SignerCas {
  const retiring = certificatesIn(signer?.retiring ?? null)
  const gone = new Set(retiring.map(({ sha256 }) => sha256))
  const all = certificatesIn(signer?.certificateAuthority ?? null)
  return { staying: all.filter(({ sha256 }) => !gone.has(sha256)), retiring }
}

/**
 * Whether a CA that retires vouches for the certificate, and none that stays. One CA may have two certificates, or be signed by the one
 * before: a certificate that passes the check of a new one has to count as new.
 */
export function needsRetiringCa(
  { certificate }: Pick<IssuedRecord, 'certificate'>,
  { staying, retiring }: SignerCas,
): boolean {
  if (retiring.length === 0) return false
  const links = certificatesIn(certificate)
  const isOf = (cas: readonly X509Certificate[]): boolean =>
    links.some(link => cas.some(ca => isSignedBy(link, ca)))
  return isOf(retiring) && !isOf(staying)
}

/**
 * One PLAN_CA_RETIRING for each CA of the cluster that retires: which certificates of the records need it, or may need it. Other signers may
 * have the same CA, so all records count. Nothing is said while records are `broken`.
 */
export function retiringAuthorities(
  { name: cluster, signers }: Pick<ClusterConfig, 'name' | 'signers'>,
  {
    records,
    broken,
  }: { readonly records: readonly RequestRecord[]; readonly broken: readonly unknown[] },
  now: Date,
): readonly Problem[] {
  if (broken.length > 0) return []
  return signers.flatMap(signer => {
    const { staying, retiring } = casOfSigner(signer)
    return retiring.map(ca => {
      const certificates = records.flatMap(record => currentCertificate(record) ?? [])
      const needing = records.flatMap(record => {
        const issued = currentCertificate(record)
        const until = issued === null ? null : (leafOf(issued)?.notAfter ?? null)
        const isNeeded = issued !== null && needsRetiringCa(issued, { staying, retiring: [ca] })
        return isNeeded && until !== null && until > now ? [{ name: record.request, until }] : []
      })
      const maybe = records.filter(record => mayUseEarlier(record, now))
      const title = `the CA ${formatName(ca.subject)} of ${signer.name} retires on ${cluster}`
      if (needing.length + maybe.length === 0)
        return unplaced(
          'PLAN_CA_RETIRING',
          `${title}: no certificate in use is of it, by the records of this installation`,
          'when nobody uses an earlier certificate, and countersign audit --log FILE shows no other one of it: take it out of the API server, then out of countersign.yaml',
        )
      const last = new Date(Math.max(...needing.map(({ until }) => until.getTime())))
      const ofIt =
        needing.length === 0 ? '' : ` (${listed(needing)}; the last until ${last.toISOString()})`
      const also =
        maybe.length === 0
          ? ''
          : `; these may use an earlier or another one: ${listed(maybe.map(({ request: name }) => ({ name })))}`
      return unplaced(
        'PLAN_CA_RETIRING',
        `${title}: ${needing.length} of ${certificates.length} certificates in use are of it${ofIt}${also}`,
        'keep it in the API server until this says that no certificate is of it',
      )
    })
  })
}

/** Who keeps the key, a sink that was not written, an attempt that may have been stored, and what cannot be read. */
function mayUseEarlier(record: RequestRecord, now: Date): boolean {
  const issued = currentCertificate(record)
  if (unrecordedAttempt(record) !== null) return true
  if (issued === null) return false
  const { beforeUntil, incomplete } = issued
  return (
    (beforeUntil !== null && beforeUntil > now) || incomplete.length > 0 || leafOf(issued) === null
  )
}

const FEW = 10

/** The names, the first ones of many. */
function listed(held: readonly { readonly name: string }[]): string {
  const names = held.slice(0, FEW).map(({ name }) => name)
  return `${names.join(', ')}${held.length > FEW ? ` and ${held.length - FEW} more` : ''}`
}
