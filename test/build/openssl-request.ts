// PKCS#10 requests of openssl, so that the tests send requests that no product code made.
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface RequestShape {
  /** OpenSSL's form, in order: `/O=dev/CN=jane`; '/' is an empty name. */
  readonly subject?: string
  /** OpenSSL's form: `DNS:a.example`, `IP:10.0.0.1`. */
  readonly sans?: readonly string[]
  /** PEM of the private key; absent: a new P-256 key. */
  readonly keyPem?: string
  /** Lines of an extension section, in addition to the SAN. */
  readonly extensions?: readonly string[]
  /** Further arguments, for example `-sigopt`, `-sha1`. */
  readonly arguments?: readonly string[]
}

export interface MadeRequest {
  readonly pem: string
  readonly der: Buffer
  /** spec.request: base64 of the PEM. */
  readonly base64: string
  readonly keyPem: string
}

export function newKey(): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

export function rsaKey(bits: number): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

export function opensslRequest(shape: RequestShape = {}): MadeRequest {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-request-'))
  try {
    const keyPem = shape.keyPem ?? newKey()
    writeFileSync(join(folder, 'key.pem'), keyPem, { mode: 0o600 })
    writeFileSync(join(folder, 'request.cnf'), configuration(shape))
    const subject = shape.subject ?? '/CN=jane'
    const args = ['req', '-new', '-utf8', '-key', 'key.pem', '-config', 'request.cnf']
    const pem = execFileSync('openssl', [...args, '-subj', subject, ...(shape.arguments ?? [])], {
      cwd: folder,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const der = Buffer.from(pem.replaceAll(/-----.*-----|\s/g, ''), 'base64')
    return { pem, der, base64: base64(pem), keyPem }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

export function base64(text: string): string {
  return Buffer.from(text, 'latin1').toString('base64')
}

function configuration({ sans = [], extensions = [] }: RequestShape): string {
  const lines = [
    ...(sans.length === 0 ? [] : [`subjectAltName = ${sans.join(',')}`]),
    ...extensions,
  ]
  return [
    '[req]',
    'distinguished_name = name',
    ...(lines.length === 0 ? [] : ['req_extensions = extensions']),
    '[name]',
    '[extensions]',
    ...lines,
    '',
  ].join('\n')
}
