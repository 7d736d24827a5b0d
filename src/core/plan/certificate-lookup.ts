// A certificate as audit logs, openssl and people name it, and its entries in the records.
import type { FoundCertificate, RequestRecord } from '../../domain/cluster/record.ts'
import { ok } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import { GRANT_PREFIX } from '../../domain/cluster/grant.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'
import { recordedCertificates } from './certificate-history.ts'
import { leafOf } from './current-certificate.ts'

export interface CertificateName {
  readonly by: 'sha256' | 'serial' | 'grant' | 'path'
  readonly value: string
}

/** What an argument names; an existing file first. `file`: its text, null if there is none. Refuses a broken certificate (X509 codes). */
export function certificateName(typed: string, file: string | null): Checked<CertificateName> {
  if (file !== null && !/^-----BEGIN CERTIFICATE-----/m.test(file))
    return ok({ by: 'path', value: typed })
  const read = file === null ? null : readCertificates(file)
  if (read?.ok === false) return read
  const hex = (read?.value[0]?.sha256 ?? typed.trim().replace(/^(?:[\w ]+=|0x)/i, ''))
    .replaceAll(/[:…]/g, '')
    .toLowerCase()
  if (/^[0-9a-f]{64}$/.test(hex)) return ok({ by: 'sha256', value: hex })
  if (/^[0-9a-f]+$/.test(hex)) return ok({ by: 'serial', value: hex.replace(/^0+(?=.)/, '') })
  return ok({ by: typed.startsWith(GRANT_PREFIX) ? 'grant' : 'path', value: typed })
}

/** The entries of records; several certificates may have one serial number or grant, or a serial number that begins so. */
export function foundCertificates(
  records: readonly RequestRecord[],
  { by, value }: CertificateName,
): readonly FoundCertificate[] {
  const entries = records.flatMap(record => {
    const { request, cluster, issued } = record
    const leaf = issued === null ? null : leafOf(issued)
    return recordedCertificates(record).map(each => {
      const newest = each.sha256 === leaf?.sha256 ? issued : null
      const named = { ...each, serial: each.serial.replace(/^0+/, ''), path: newest?.path }
      return { name: named[by] ?? null, found: { ...each, request, cluster, newest } }
    })
  })
  const exact = entries.filter(({ name }) => name === value)
  const isPart = exact.length === 0 && by === 'serial'
  const found = isPart ? entries.filter(({ name }) => name?.startsWith(value)) : exact
  return found.map(each => each.found)
}
