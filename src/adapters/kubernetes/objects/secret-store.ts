// The port Secrets: read by name, written by server-side apply under the version that was read.
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { Version } from '../../../domain/cluster/signing-request.ts'
import type { SecretManifest, StoredSecret } from '../../../domain/cluster/stored-secret.ts'
import type { Secrets } from '../../../ports/secrets.ts'
import { demandGone, refusal, statusMessage, unreadable } from '../http/api-server-refusal.ts'
import type { Answer, Transport } from '../http/api-transport.ts'

const FIELD_MANAGER = 'countersign'
const IS_OURS = /^countersign(?:-[0-9a-f]{8})?$/

const SECRET = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string(),
    uid: z.string(),
    resourceVersion: z.string(),
    labels: z.record(z.string(), z.string()).default({}),
    annotations: z.record(z.string(), z.string()).default({}),
    managedFields: z
      .array(z.object({ manager: z.string().default(''), operation: z.string().default('') }))
      .default([]),
  }),
  type: z.string().default('Opaque'),
  immutable: z.boolean().default(false),
  data: z.record(z.string(), z.string()).default({}),
})

type WireSecret = z.infer<typeof SECRET>

export class KubernetesSecrets implements Secrets {
  readonly #transport: Transport
  /** The field manager of our fields, by uid of the Secrets that were read. */
  readonly #managers = new Map<string, string>()

  constructor(transport: Transport) {
    this.#transport = transport
  }

  async read(namespace: string, name: string): Promise<StoredSecret | null> {
    const found = await this.#get(namespace, name)
    return found === null ? null : this.#seen(found)
  }

  async rehearse(namespace: string, name: string): ReturnType<Secrets['rehearse']> {
    const answer = await this.#transport.ask({
      method: 'PATCH',
      path: path(namespace, name),
      query: { fieldManager: FIELD_MANAGER, dryRun: 'All' },
      contentType: 'application/apply-patch+yaml',
      body: { apiVersion: 'v1', kind: 'Secret', metadata: { name, namespace } },
    })
    if (answer.status === 201) return 'absent'
    if (answer.status === 409 || answer.status === 200) return 'exists'
    throw refusal(answer, `write Secret ${namespace}/${name}`, needs(namespace, name, 'create'))
  }

  /**
   * Forces the apply only over a version that was read. Server-side apply has no precondition "must not exist". So a new Secret is
   * looked up again right before, and applied without force and with a field manager of its own. Then a field that another user or
   * another run has set in the meantime is a conflict, and nothing changes.
   */
  async apply(manifest: SecretManifest, expected: Version | null): ReturnType<Secrets['apply']> {
    const { namespace, name, type, labels, annotations, data } = manifest
    const fieldManager =
      expected === null ? newManager(manifest) : (this.#managers.get(expected.uid) ?? FIELD_MANAGER)
    if (expected === null && (await this.#isTaken(namespace, name, fieldManager)))
      return { kind: 'conflict' }
    const answer = await this.#transport.ask({
      method: 'PATCH',
      path: path(namespace, name),
      query: { fieldManager, force: expected === null ? 'false' : 'true' },
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
    const stored = SECRET.safeParse(answer.body)
    if (!stored.success) throw unreadable(doing, null)
    return { kind: 'applied', version: this.#seen(stored.data).version }
  }

  /** Whether a Secret has the name that this field manager did not write: another user's, or one of another run. */
  async #isTaken(namespace: string, name: string, fieldManager: string): Promise<boolean> {
    const found = await this.#get(namespace, name)
    if (found === null) return false
    return !found.metadata.managedFields.some(
      ({ manager, operation }) => operation === 'Apply' && manager === fieldManager,
    )
  }

  /** Never deletes by name alone: a Secret that was created in the meantime may not be ours. */
  async remove({
    namespace,
    name,
    version,
  }: Pick<StoredSecret, 'namespace' | 'name' | 'version'>): ReturnType<Secrets['remove']> {
    const answer = await this.#transport.ask({
      method: 'DELETE',
      path: path(namespace, name),
      body: { apiVersion: 'v1', kind: 'DeleteOptions', preconditions: { ...version } },
    })
    if (answer.status === 409) return 'conflict'
    const doing = `delete Secret ${namespace}/${name}`
    if (answer.status === 200 || answer.status === 202) demandGone(answer, doing)
    else if (answer.status !== 404) throw refusal(answer, doing, needs(namespace, name, 'delete'))
    return 'gone'
  }

  /** Null if there is none. No cause is attached if it is unreadable: it may be a key. */
  async #get(namespace: string, name: string): Promise<WireSecret | null> {
    const answer = await this.#transport.ask({ method: 'GET', path: path(namespace, name) })
    if (answer.status === 404) return null
    const doing = `read Secret ${namespace}/${name}`
    if (answer.status !== 200) throw refusal(answer, doing, needs(namespace, name, 'get'))
    const parsed = SECRET.safeParse(answer.body)
    if (!parsed.success) throw unreadable(doing, null)
    return parsed.data
  }

  /** Remembers the field manager of our fields. */
  #seen(secret: WireSecret): StoredSecret {
    const { uid, managedFields } = secret.metadata
    const ours = managedFields.find(
      ({ manager, operation }) => operation === 'Apply' && IS_OURS.test(manager),
    )
    if (ours !== undefined) this.#managers.set(uid, ours.manager)
    return storedSecret(secret)
  }
}

/** The same name for the same certificate, so that a repeated apply does not conflict with itself. */
function newManager({ data }: SecretManifest): string {
  const { 'tls.crt': certificate, kubeconfig } = data.reveal()
  const content = certificate ?? kubeconfig ?? new Uint8Array()
  return `${FIELD_MANAGER}-${createHash('sha256').update(content).digest('hex').slice(0, 8)}`
}

/** If another object has the name, server-side apply answers 422, since its uid cannot be changed. */
function isConflict(answer: Answer): boolean {
  return (
    answer.status === 409 ||
    (answer.status === 422 && statusMessage(answer).includes('metadata.uid'))
  )
}

function storedSecret({ metadata, type, immutable, data }: WireSecret): StoredSecret {
  const { namespace, name, uid, resourceVersion, labels, annotations } = metadata
  const bytes = mapValues(data, text => new Uint8Array(Buffer.from(text, 'base64')))
  const version = { uid, resourceVersion }
  return {
    namespace,
    name,
    version,
    type,
    isImmutable: immutable,
    labels,
    annotations,
    data: new Secret(bytes),
  }
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
