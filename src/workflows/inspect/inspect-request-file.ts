// What a request file without a PKCS#10 asks for: our own format, an OpenSSL configuration, cfssl or a cert-manager Certificate.
import type { Inspection, InspectedPart } from '../../domain/request/inspection.ts'
import type { RequestFormat, RequestSpec } from '../../domain/request/request.ts'
import { readRequest } from '../../core/request/parse-request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { inputFormat } from '../validate/input-format.ts'

const TITLES: Readonly<Record<RequestFormat, string>> = {
  countersign: 'CertificateRequest',
  openssl: 'OpenSSL configuration',
  pkcs10: 'PKCS#10',
  'csr-manifest': 'CertificateSigningRequest',
  cfssl: 'cfssl request',
  'cert-manager': 'cert-manager Certificate',
}

/** The members that the file states, as notes; or every problem in the file. The content decides about the format. */
export function inspectRequestFile(path: string, bytes: Uint8Array): Inspection {
  const ending = `.${inputFormat(bytes)}`
  const named = path.endsWith(ending) ? path : `${path === '-' ? 'stdin' : path}${ending}`
  const file = { path: named, bytes, mode: '100644', blob: '', uncommitted: null }
  const read = readRequest(file, null)
  if (read.ok) {
    const { format, name, spec } = read.value
    return { what: `${TITLES[format]} ${name}`, parts: membersOf(spec), problems: [] }
  }
  const problems = read.problems.map(problem =>
    problem.at === null ? problem : { ...problem, at: { ...problem.at, file: path } },
  )
  return { what: 'request file', parts: [], problems }
}

function membersOf(spec: RequestSpec): readonly InspectedPart[] {
  const { subject, sans, usages, duration, signerName, privateKey } = spec
  const size = privateKey?.size ?? null
  const key = privateKey === null ? '' : `${privateKey.algorithm}${size === null ? '' : ` ${size}`}`
  const members = [
    ['subject', formatName(subject)],
    ['names', sans.map(formatSan).join(', ')],
    ['usages', usages?.join(', ')],
    ['lifetime', duration === null ? '' : formatDuration(duration)],
    ['signer', signerName],
    ['key', key === '' ? 'made when the certificate is issued' : `${key}, made when it is issued`],
  ] as const
  return members.flatMap(([where, text]) =>
    text === undefined || text === null || text === '' ? [] : [{ kind: 'note', where, text }],
  )
}
