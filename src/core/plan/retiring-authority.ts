// Certificates of a CA that retires: they are renewed, and counted until none is in use.
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { ClusterConfig, SignerConfig } from '../../domain/request/config.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { IssuedRecord, RequestRecord } from '../../domain/cluster/record.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { isSignedBy, readCertificates } from '../../lib/x509/x509-certificate.ts'
import { currentCertificate, leafOf } from './current-certificate.ts'

/** Returns the CAs of the signer that sign no more; empty if none retires. */
export function retiringCas(signer: SignerConfig | null): readonly X509Certificate[] {
  if (signer === null || signer.retiring === null) return []
  const read = readCertificates(signer.retiring)
  return read.ok ? read.value : []
}

/** Whether one of the CAs signed the certificate, or an intermediate that came with it. */
export function isSignedByOneOf(
  { certificate }: Pick<IssuedRecord, 'certificate'>,
  cas: readonly X509Certificate[],
): boolean {
  if (cas.length === 0) return false
  const links = readCertificates(certificate)
  return links.ok && links.value.some(link => cas.some(ca => isSignedBy(link, ca)))
}

/** One PLAN_CA_RETIRING for each CA of the cluster that retires: which certificates of the records need it, and until when. */
export function retiringAuthorities(
  { name: cluster, signers }: Pick<ClusterConfig, 'name' | 'signers'>,
  records: readonly RequestRecord[],
  now: Date,
): readonly Problem[] {
  const inUse = records.flatMap(record => {
    const issued = currentCertificate(record)
    const until = issued === null ? null : (leafOf(issued)?.notAfter ?? null)
    if (issued === null || until === null || until <= now) return []
    return [{ name: record.request, issued, until }]
  })
  return signers.flatMap(signer =>
    retiringCas(signer).map(ca => {
      const own = inUse.filter(({ issued }) => issued.signerName === signer.name)
      const left = own.filter(({ issued }) => isSignedByOneOf(issued, [ca]))
      // Who keeps the key may still use the certificate before.
      const before = own.flatMap(({ name, issued: { beforeUntil } }) =>
        beforeUntil !== null && beforeUntil > now ? [{ name, until: beforeUntil }] : [],
      )
      const title = `the CA ${formatName(ca.subject)} of ${signer.name} retires on ${cluster}`
      if (left.length === 0 && before.length === 0)
        return unplaced(
          'PLAN_CA_RETIRING',
          `${title}: no certificate in use is of it`,
          'when nobody uses an earlier certificate, and countersign audit --log FILE shows no other one of it: take it out of the API server, then out of countersign.yaml',
        )
      const ofOwnKeys =
        before.length === 0
          ? ''
          : `; holders of own keys may still use the certificate before: ${listed(before)}`
      return unplaced(
        'PLAN_CA_RETIRING',
        `${title}: ${left.length} of ${own.length} certificates in use are of it${left.length === 0 ? '' : ` (${listed(left)})`}${ofOwnKeys}`,
        'keep it in the API server until this says that no certificate is of it',
      )
    }),
  )
}

const FEW = 10

interface Holding {
  readonly name: string
  readonly until: Date
}

/** The names, the first ones of many, and the end of the last. */
function listed(held: readonly Holding[]): string {
  const names = held.slice(0, FEW).map(({ name }) => name)
  const more = held.length > FEW ? ` and ${held.length - FEW} more` : ''
  const last = new Date(Math.max(...held.map(({ until }) => until.getTime())))
  return `${names.join(', ')}${more}; the last until ${last.toISOString()}`
}
