// countersign inspect: shows the contents of any file with certificates. The content decides, never the file name.
import type { InspectedPart, Inspection } from '../../domain/request/inspection.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Keys } from '../../ports/keys.ts'
import { sourceText } from '../../lib/source/text-position.ts'
import { BASE64_OF_PEM } from '../../lib/source/pem-base64.ts'
import { memberAt } from '../../lib/source/located-values.ts'
import type { YamlTree } from '../../lib/source/located-values.ts'
import { fileWord, shellWord } from '../../lib/source/shell-word.ts'
import { readYaml } from '../../lib/source/read-yaml.ts'
import { isSignedBy } from '../../lib/x509/x509-certificate.ts'
import { CSR_TABLE, manifestFormat } from '../../core/request/detect-format.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import { encodePem } from '../../lib/x509/pem.ts'
import { readKeystore } from '../../lib/x509/pkcs12-read.ts'
import type { RequestFormat, RequestSpec } from '../../domain/request/request.ts'
import { readRequest } from '../../core/request/parse-request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import { formatName } from '../../lib/x509/x500-name.ts'
import { inputFormat } from '../validate/input-format.ts'
import { inspectManifest } from './inspect-manifest.ts'
import {
  placedAt,
  inspectCertificate,
  inspectPem,
  inspectPrivateKey,
  inspectRequest,
  mergeFound,
  note,
} from './inspect-pem.ts'
import type { PartList } from './inspect-pem.ts'

// Certificates and key of a PKCS#12 keystore. The key is read only to find its certificate.

const HINT = 'say in which variable its password is: --password-env VARIABLE'
const WRONG = 'the variable of --password-env has another password, or the file was changed'

/** If a keystore inside another file does not open, this is a note only: it may have its own password. */
function inspectKeystore(
  file: Uint8Array,
  where: string,
  { keys, password }: { readonly keys: Keys; readonly password: Secret<string> },
): PartList {
  const opened = readKeystore(file, password)
  if (!opened.ok) {
    const isClosed = opened.problems.every(({ code }) => code === 'X509_PASSWORD')
    const hint = password.reveal() === '' ? HINT : WRONG
    if (isClosed && where !== '') return note(where, `a keystore with another password; ${hint}`)
    const problems = opened.problems.map(placedAt(where))
    return { parts: [], problems: isClosed ? problems.map(each => ({ ...each, hint })) : problems }
  }
  const { key, certificates } = opened.value
  const inside = (part: string): string => (where === '' ? part : `${where} ${part}`)
  const keyPem = key === null ? null : new Secret(encodePem('PRIVATE KEY', key.reveal()))
  return mergeFound([
    ...certificates.map((der, index) =>
      inspectCertificate(der, inside(`certificate ${index + 1}`)),
    ),
    ...(keyPem === null ? [] : [inspectPrivateKey(keyPem, inside('private key'), keys)]),
  ])
}

const MOST_BYTES = 1024 * 1024

interface Format {
  readonly what: string
  readonly isIt: (bytes: Uint8Array) => boolean
  readonly read: (bytes: Uint8Array, where: string, file: File) => PartList
}

/** DER formats, distinguished by their first fields. */
const DER_FORMATS: readonly Format[] = [
  { what: 'PKCS#12', isIt: isPkcs12, read: inspectKeystore },
  { what: 'certificate', isIt: isCertificate, read: inspectCertificate },
  { what: 'PKCS#10 request', isIt: bytes => bytes[0] === 0x30, read: inspectRequest },
]

/** Containers that other programs can open. */
const CONTAINERS = [
  {
    starts: ['age-encryption.org/v1', '-----BEGIN AGE ENCRYPTED FILE-----'],
    text: 'encrypted with age: age --decrypt --identity KEY FILE | countersign inspect -',
  },
  { starts: ['PK\x03\x04'], text: 'a zip archive: unpack it, and inspect what is in it' },
] as const

/** `keys` finds the private key of each certificate; `password` opens keystores. */
export function inspectFile(
  path: string,
  bytes: Uint8Array,
  { keys, password }: Opener,
): Inspection {
  if (bytes.length > MOST_BYTES)
    return { what: 'file', ...unreadable('', `${path} is larger than ${MOST_BYTES} bytes`) }
  if (bytes.length === 0) return { what: 'file', ...unreadable('', `${path} is empty`) }
  const { what, ...found } = inspectBytes(bytes, '', { path, keys, password })
  const { parts, problems } = found
  const isEmpty = parts.length + problems.length === 0
  const told = isEmpty ? note('', 'there is no certificate, request or key in it').parts : parts
  return { what, problems, parts: related(told) }
}

export interface Opener {
  readonly keys: Keys
  readonly password: Secret<string>
}

interface File extends Opener {
  readonly path: string
}

/** `where`: the place inside the file, empty for the whole file. */
function inspectBytes(bytes: Uint8Array, where: string, file: File): Inspection {
  const head = Buffer.from(bytes.subarray(0, 40)).toString('latin1')
  const container = CONTAINERS.find(({ starts }) => starts.some(start => head.startsWith(start)))
  const named = container?.text.replace('FILE', () => shellWord(file.path))
  if (named !== undefined) return { what: 'file', ...unreadable(where, named) }
  const text = textOf(bytes)
  if (text === null) return inspectDer(bytes, where, file)
  const isManifest = looksLikeManifest(text)
  if (/-----BEGIN /.test(text) && !isManifest)
    return { what: 'PEM', ...inspectPem(text, where, file.keys) }
  if (where === '' && BASE64_OF_PEM.test(text))
    return { ...inspectBytes(Buffer.from(text, 'base64'), '', file), what: 'base64 of PEM' }
  if (!isManifest && where === '' && (inputFormat(bytes) === 'cnf' || CSR_TABLE.test(text)))
    return inspectRequestFile(file.path, bytes)
  if (!isManifest)
    return where === ''
      ? { what: 'file', ...unreadable('', `${file.path} is neither PEM, DER nor a manifest`) }
      : { what: 'value', ...note(where, `${bytes.length} bytes, which are not decoded`) }
  const split = `put each into a file of its own; for requests: countersign import ${fileWord(file.path)}`
  const tree = readYaml(sourceText(file.path, text), split)
  if (!tree.ok) return { what: 'file', parts: [], problems: tree.problems.map(withoutText(split)) }
  if (where === '' && isRequestFile(tree.value)) return inspectRequestFile(file.path, bytes)
  return inspectManifest(tree.value.root.value, where, (inner, place) =>
    inspectBytes(inner, place, file),
  )
}

/** A JSON object, or YAML with apiVersion, kind or items at its top level; comments before it do not count. */
function looksLikeManifest(text: string): boolean {
  const start = text.replace(/^(?:\s*(?:#.*|---.*)?\r?\n)+/, '')
  if (/^\s*\{/.test(start)) return true
  const isMapping = /^["']?[\w.-]+["']? *:/.test(start)
  return isMapping && /^["']?(?:apiVersion|kind|items)["']? *:/m.test(start)
}

/** Whether a manifest states what it asks for, and holds no PKCS#10. */
function isRequestFile(tree: YamlTree): boolean {
  const { format } = manifestFormat(tree)
  if (format === 'countersign') return memberAt(tree, ['spec', 'request']) === null
  return format === 'cert-manager' || format === 'cfssl'
}

/** Hides the line and its text, which may be a key. Only the message of a second document has no text of the file. */
function withoutText(split: string): (problem: Problem) => Problem {
  const other = { message: 'this is neither YAML nor JSON as it is read here', hint: null }
  return problem => ({
    ...(problem.hint === split ? problem : { ...problem, ...other }),
    at: problem.at && { ...problem.at, excerpt: null },
  })
}

function inspectDer(bytes: Uint8Array, where: string, file: File): Inspection {
  const format = DER_FORMATS.find(({ isIt }) => isIt(bytes))
  if (format !== undefined) return { what: format.what, ...format.read(bytes, where, file) }
  const place = where === '' ? file.path : where
  return { what: 'file', ...unreadable('', `${place} is neither PEM, DER, YAML nor JSON`) }
}

function unreadable(where: string, sentence: string): PartList {
  const message = where === '' ? sentence : `${where}: ${sentence}`
  return { parts: [], problems: [unplaced('REQUEST_FORMAT_UNKNOWN', message, null)] }
}

/** UTF-8 without NUL, or null. */
function textOf(bytes: Uint8Array): string | null {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
    return text.includes('\0') ? null : text
  } catch {
    return null
  }
}

/** RFC 7292 §4: SEQUENCE, INTEGER 3. */
function isPkcs12(bytes: Uint8Array): boolean {
  const content = contentOf(bytes)
  return [0x02, 0x01, 0x03].every((byte, index) => content[index] === byte)
}

/** tbsCertificate begins with [0] (v3), or with a serial number that is not version 0. */
function isCertificate(bytes: Uint8Array): boolean {
  return contentOf(contentOf(bytes))[0] === 0xa0
}

/** The content of the outermost DER value. */
function contentOf(der: Uint8Array): Uint8Array {
  const length = der[1] ?? 0
  return der.subarray(length < 0x80 ? 2 : 2 + (length & 0x7f))
}

/** Finds the issuer of each certificate in the file, and the private key of each certificate. */
function related(parts: readonly InspectedPart[]): readonly InspectedPart[] {
  const certificates = parts.filter(part => part.kind === 'certificate')
  const keys = parts.filter(part => part.kind === 'private key')
  return parts.map(part => {
    if (part.kind !== 'certificate') return part
    const { certificate } = part
    const issuer = certificates.find(other => isSignedBy(certificate, other.certificate))
    const key = keys.find(({ publicKey }) => publicKey.sha256 === certificate.publicKey.sha256)
    return { ...part, issuer: issuer?.where ?? null, key: key?.where ?? null }
  })
}

// What a request file without a PKCS#10 asks for: our own format, an OpenSSL configuration, cfssl or a cert-manager Certificate.

const TITLES: Readonly<Record<RequestFormat, string>> = {
  countersign: 'CertificateRequest',
  openssl: 'OpenSSL configuration',
  pkcs10: 'PKCS#10',
  'csr-manifest': 'CertificateSigningRequest',
  cfssl: 'cfssl request',
  'cert-manager': 'cert-manager Certificate',
}

/** The members that the file states, as notes; or every problem in the file. The content decides about the format. */
function inspectRequestFile(path: string, bytes: Uint8Array): Inspection {
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
  return members.flatMap(([where, text]) => (text ? [{ kind: 'note', where, text }] : []))
}
