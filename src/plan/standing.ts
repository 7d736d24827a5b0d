// What stands according to a record: the certificate that was issued and not withdrawn since.
import type { X509Certificate } from '../domain/certificate.ts'
import type { IssuedRecord, RequestRecord } from '../domain/record.ts'
import { readCertificates } from '../x509/certificate.ts'

/** What was issued and not withdrawn since. */
export function standingOf(record: RequestRecord | null): IssuedRecord | null {
  return record?.withdrawnAt === null ? record.issued : null
}

/** Facts about the stored certificate are read from its PEM, never from what stands beside it. */
export function leafOf(issued: IssuedRecord): X509Certificate | null {
  const read = readCertificates(issued.certificate)
  return read.ok ? (read.value[0] ?? null) : null
}
