// What `openssl req -new -batch` makes of a configuration: the bytes of subject and alternative names, the usages, the other
// extensions; null where it refuses.
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readDer, readingDer } from '../../../src/lib/x509/der.ts'
import type { DerNode } from '../../../src/lib/x509/der.ts'
import { oidOf } from '../../../src/lib/x509/der-values.ts'

export interface Made {
  /** Hex of the subject. */
  readonly subject: string
  /** Hex of the value of subjectAltName; empty where there is none. */
  readonly sans: string
  /** Hex of the value of keyUsage; empty where there is none. */
  readonly keyUsage: string
  /** OIDs of extendedKeyUsage, sorted, each once. */
  readonly purposes: readonly string[]
  /** OIDs of every other extension. */
  readonly others: readonly string[]
}

const REQUEST_ATTRIBUTE = '1.2.840.113549.1.9.14'

export class OpensslJudge {
  readonly #folder = mkdtempSync(join(tmpdir(), 'countersign-openssl-'))
  readonly #key = join(this.#folder, 'key.pem')

  constructor() {
    execFileSync('openssl', [
      'ecparam',
      '-genkey',
      '-name',
      'prime256v1',
      '-noout',
      '-out',
      this.#key,
    ])
  }

  close(): void {
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** `self-signed` if openssl refuses x509_extensions, which belong to a self-signed certificate and not to a request. */
  ask(configuration: string): Made | 'self-signed' | null {
    const path = join(this.#folder, 'request.cnf')
    writeFileSync(path, configuration)
    const args = ['req', '-new', '-batch', '-config', path, '-key', this.#key, '-outform', 'DER']
    const { status, stdout, stderr } = spawnSync('openssl', args, { cwd: this.#folder })
    if (status === 0) return madeOf(stdout)
    return /^Error checking x509 extension section/m.test(stderr.toString()) ? 'self-signed' : null
  }
}

function madeOf(der: Uint8Array): Made {
  const read = readingDer('the request', () => {
    const [info] = readDer(der).children
    const [, subject, , attributes] = info!.children
    const extensions = extensionsOf(attributes!)
    const value = (oid: string) => extensions.get(oid) ?? ''
    const judged = ['2.5.29.17', '2.5.29.15', '2.5.29.37']
    return {
      subject: hex(subject!.bytes),
      sans: value('2.5.29.17'),
      keyUsage: value('2.5.29.15'),
      purposes: purposesOf(value('2.5.29.37')),
      others: [...extensions.keys()].filter(oid => !judged.includes(oid)),
    }
  })
  if (read.ok) return read.value
  // Our reader takes DER only, and openssl writes some names that are not DER: the caller then finds a difference.
  return { subject: 'unreadable', sans: '', keyUsage: '', purposes: [], others: [] }
}

function extensionsOf(attributes: DerNode): ReadonlyMap<string, string> {
  const found = attributes.children.find(node => oidOf(node.children[0]!) === REQUEST_ATTRIBUTE)
  const list = found?.children[1]?.children[0]?.children ?? []
  return new Map(list.map(({ children }) => [oidOf(children[0]!), hex(children.at(-1)!.content)]))
}

function purposesOf(value: string): readonly string[] {
  if (value === '') return []
  return [
    ...new Set(readDer(Buffer.from(value, 'hex')).children.map(node => oidOf(node))),
  ].toSorted()
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
