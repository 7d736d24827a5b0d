// The objects in a cluster after an apply: Secrets, records, certificates, read over HTTP and checked by openssl and TLS.
import { execFileSync } from 'node:child_process'
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Subject } from './subjects.ts'
import type { ShownRecord } from './shown-json.ts'

export interface StoredPair {
  readonly certificate: string
  /** Null if the Secret holds no key. */
  readonly key: string | null
  readonly ca: string | null
  readonly annotations: Readonly<Record<string, string>>
  readonly resourceVersion: string
}

/** The pair in a Secret; null if there is no Secret. */
export async function storedPair(
  subject: Subject,
  namespace: string,
  name: string,
): Promise<StoredPair | null> {
  const answer = await subject.admin.get(`/api/v1/namespaces/${namespace}/secrets/${name}`)
  if (answer.code === 404) return null
  const text = (key: string): string | null => {
    const value: string | undefined = answer.body.data?.[key]
    return value === undefined ? null : Buffer.from(value, 'base64').toString('utf8')
  }
  const { annotations, resourceVersion } = answer.body.metadata
  return {
    certificate: text('tls.crt') ?? '',
    key: text('tls.key'),
    ca: text('ca.crt'),
    annotations,
    resourceVersion,
  }
}

export async function storedRecord(
  subject: Subject,
  namespace: string,
  name: string,
): Promise<ShownRecord> {
  const answer = await subject.admin.get(`/api/v1/namespaces/${namespace}/configmaps/${name}`)
  return JSON.parse(answer.code === 404 ? 'null' : answer.body.data['record.json'])
}

/** Whether a private key and a certificate belong together. */
export function isPair({ certificate, key }: StoredPair): boolean {
  return key !== null && new X509Certificate(certificate).checkPrivateKey(createPrivateKey(key))
}

/** `openssl verify` of a certificate against a CA; returns its output. */
export function opensslVerify(certificate: string, ca: string): string {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-verify-'))
  try {
    writeFileSync(join(folder, 'ca.pem'), ca)
    writeFileSync(join(folder, 'leaf.pem'), certificate)
    return execFileSync('openssl', ['verify', '-CAfile', 'ca.pem', 'leaf.pem'], {
      cwd: folder,
    }).toString()
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The user that the API server reports for a pair. */
export async function whoIs(
  subject: Subject,
  pair: StoredPair,
): Promise<{ username: string; groups: string[] }> {
  const client = subject.with({ certificatePem: pair.certificate, keyPem: pair.key ?? '' })
  const answer = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
  })
  return answer.body.status.userInfo
}
