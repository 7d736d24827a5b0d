// The port Secrets: read by name, written by server-side apply under the version that was read.
import { z } from 'zod'
import { Secret } from '../../domain/secret.ts'
import type { Version } from '../../domain/signing-request.ts'
import type { SecretManifest, StoredSecret } from '../../domain/stored-secret.ts'
import type { Secrets } from '../../ports.ts'
import { refusal, statusMessage, unreadable } from './errors.ts'
import type { Answer, Transport } from './transport.ts'

const FIELD_MANAGER = 'countersign'

const SECRET = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
  }),
  type: z.string().default('Opaque'),
  data: z.record(z.string(), z.string()).default({}),
})

export class KubernetesSecrets implements Secrets {
  readonly #transport: Transport

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async read(namespace: string, name: string): Promise<StoredSecret | null> {
    const answer = await this.#transport.ask({ method: 'GET', path: path(namespace, name) })
    if (answer.status === 404) return null
    const doing = `read Secret ${namespace}/${name}`
    if (answer.status !== 200) throw refusal(answer, doing, needs(namespace, name, 'get'))
    const secret = readSecret(answer.body)
    if (secret === null) throw unreadable(doing, null)
    return secret
  }

  /**
   * Applies with force only over a version that was read; where there was none, a field that somebody else owns by now is
   * a conflict and nothing is changed.
   */
  async apply(manifest: SecretManifest, expected: Version | null): ReturnType<Secrets['apply']> {
    const { namespace, name, type, labels, annotations, data } = manifest
    const answer = await this.#transport.ask({
      method: 'PATCH',
      path: path(namespace, name),
      query: { fieldManager: FIELD_MANAGER, force: expected === null ? 'false' : 'true' },
      contentType: 'application/apply-patch+yaml',
      body: {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name, namespace, labels, annotations, ...expected },
        type,
        data: mapValues(data.reveal(), bytes => Buffer.from(bytes).toString('base64')),
      },
    })
    if (isConflict(answer)) return { kind: 'conflict' }
    const doing = `write Secret ${namespace}/${name}`
    if (answer.status !== 200 && answer.status !== 201)
      throw refusal(answer, doing, needs(namespace, name, expected === null ? 'create' : 'patch'))
    const stored = readSecret(answer.body)
    if (stored === null) throw unreadable(doing, null)
    return { kind: 'applied', version: stored.version }
  }
}

/** Another object under the name is 422 for server-side apply: its uid cannot be changed. */
function isConflict(answer: Answer): boolean {
  return (
    answer.status === 409 ||
    (answer.status === 422 && statusMessage(answer).includes('metadata.uid'))
  )
}

function readSecret(wire: unknown): StoredSecret | null {
  const parsed = SECRET.safeParse(wire)
  if (!parsed.success) return null
  const { metadata, type, data } = parsed.data
  const { namespace, name, uid, resourceVersion, labels, annotations } = metadata
  const bytes = mapValues(data, text => new Uint8Array(Buffer.from(text, 'base64')))
  const version = { uid, resourceVersion }
  return { namespace, name, version, type, labels, annotations, data: new Secret(bytes) }
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}

function path(namespace: string, name: string): string {
  return `/api/v1/namespaces/${encodeURIComponent(namespace)}/secrets/${encodeURIComponent(name)}`
}

function needs(namespace: string, name: string, verb: string): Parameters<typeof refusal>[2] {
  return { apiGroup: '', resource: 'secrets', verb, namespace, name }
}
