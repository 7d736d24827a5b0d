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
  /** The first bytes of a serial number, with their zeros, if `value` is too short to name one. */
  readonly start?: string
}

/** Digits from which the beginning of a serial number names a certificate. Fewer do with a colon or an ellipsis, as they are shown. */
const SERIAL_DIGITS = 5

/** What an argument names; an existing file first. `file`: its text, null if there is none. Refuses a broken certificate (X509 codes). */
export function certificateName(typed: string, file: string | null): Checked<CertificateName> {
  if (file !== null && !/^-----BEGIN CERTIFICATE-----/m.test(file))
    return ok({ by: 'path', value: typed })
  const read = file === null ? null : readCertificates(file)
  if (read?.ok === false) return read
  const [said = ''] = /^(?:[\w ]+=|0x)/i.exec(typed.trim()) ?? []
  const hex = (read?.value[0]?.sha256 ?? typed.trim().slice(said.length))
    .replaceAll(/[:…]/g, '')
    .toLowerCase()
  if (/^[0-9a-f]{64}$/.test(hex) || /sha/i.test(said)) return ok({ by: 'sha256', value: hex })
  if (/^[0-9a-f]+$/.test(hex)) {
    const value = hex.replace(/^0+(?=.)/, '')
    const isShown = value.length < SERIAL_DIGITS && /[\da-f]{2}[:…]/i.test(typed)
    return ok({ by: 'serial', value, ...(isShown && { start: hex }) })
  }
  return ok({ by: typed.startsWith(GRANT_PREFIX) ? 'grant' : 'path', value: typed })
}

/** The entries of records; several certificates may have one serial number or grant, or a serial number that begins so. */
export function foundCertificates(
  records: readonly RequestRecord[],
  { by, value, start }: CertificateName,
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
  if (exact.length > 0 || by !== 'serial') return exact.map(each => each.found)
  const isPart = ({ name, found }: (typeof entries)[number]): boolean =>
    start === undefined
      ? value.length >= SERIAL_DIGITS && name?.startsWith(value) === true
      : found.serial.startsWith(start)
  return entries.filter(isPart).map(each => each.found)
}
