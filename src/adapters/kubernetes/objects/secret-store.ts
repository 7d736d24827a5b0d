// The port Secrets: read by name, written by server-side apply under the version that was read.
import { hash } from 'node:crypto'
import { z } from 'zod'
import { Secret } from '../../../domain/request/secret-value.ts'
import type { SecretManifest, StoredSecret } from '../../../domain/cluster/stored-secret.ts'
import type { Secrets } from '../../../ports/secrets.ts'
import {
  readAnswer,
  apiRefusal,
  statusMessage,
  takesNoDryRun,
  unreadable,
} from '../http/api-server-refusal.ts'
import type { Reply, Asking } from '../http/api-transport.ts'
import { ObjectClient } from './object-client.ts'

const FIELD_MANAGER = 'countersign'
const APPLY = 'application/apply-patch+yaml'
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

export function kubernetesSecrets(transport: Asking): Secrets {
  /** The field manager of our fields, by uid of the Secrets that were read. */
  const managers = new Map<string, string>()
  return {
    async read(namespace, name) {
      const found = await get(namespace, name)
      return found === null ? null : seen(found)
    },

    async rehearse(namespace, name) {
      const secrets = secretsIn(namespace)
      const answer = await secrets.ask('PATCH', {
        name,
        query: { fieldManager: FIELD_MANAGER, dryRun: 'All' },
        contentType: APPLY,
        body: secrets.wire({ metadata: { name, namespace } }),
      })
      if (answer.status === 201) return 'absent'
      if (answer.status === 409 || answer.status === 200) return 'exists'
      if (takesNoDryRun(answer)) return 'unknown'
      throw apiRefusal(answer, `write Secret ${namespace}/${name}`, secrets.needs('create', name))
    },

    /**
     * Forces the apply only over a version that was read. Server-side apply has no precondition "must not exist". So a new Secret is
     * looked up again right before, and applied without force and with a field manager of its own. Then a field that another user or
     * another run has set in the meantime is a conflict, and nothing changes.
     */
    async apply(manifest, expected) {
      const { namespace, name, type, labels, annotations, data } = manifest
      const fieldManager =
        expected === null ? newManager(manifest) : (managers.get(expected.uid) ?? FIELD_MANAGER)
      if (expected === null && (await isTaken(namespace, name, fieldManager)))
        return { kind: 'conflict' }
      const secrets = secretsIn(namespace)
      const answer = await secrets.ask('PATCH', {
        name,
        query: { fieldManager, force: expected === null ? 'false' : 'true' },
        contentType: APPLY,
        body: secrets.wire({
          metadata: { name, namespace, labels, annotations, ...expected },
          type,
          data: mapValues(data.reveal(), bytes => Buffer.from(bytes).toString('base64')),
        }),
      })
      if (isConflict(answer)) return { kind: 'conflict' }
      const doing = `write Secret ${namespace}/${name}`
      const needs = secrets.needs(expected === null ? 'create' : 'patch', name)
      const stored = wireSecret(readAnswer(answer, z.unknown(), doing, needs), doing)
      return { kind: 'applied', stored: seen(stored) }
    },

    /** Never deletes by name alone: a Secret that was created in the meantime may not be ours. */
    async remove({ namespace, name, version }) {
      const doing = `delete Secret ${namespace}/${name}`
      const done = await secretsIn(namespace).remove(name, version, doing, true)
      return done === 'conflict' ? 'conflict' : 'gone'
    },
  }

  /** Whether a Secret has the name that this field manager did not write: another user's, or one of another run. */
  async function isTaken(namespace: string, name: string, fieldManager: string): Promise<boolean> {
    const found = await get(namespace, name)
    if (found === null) return false
    return !found.metadata.managedFields.some(
      ({ manager, operation }) => operation === 'Apply' && manager === fieldManager,
    )
  }

  /** Null if there is none. */
  async function get(namespace: string, name: string): Promise<WireSecret | null> {
    const doing = `read Secret ${namespace}/${name}`
    const found = await secretsIn(namespace).read(name, z.unknown(), doing)
    return found === null ? null : wireSecret(found, doing)
  }

  function secretsIn(namespace: string): ObjectClient {
    return new ObjectClient(transport, 'Secret', namespace)
  }

  /** Remembers the field manager of our fields. */
  function seen(secret: WireSecret): StoredSecret {
    const { uid, managedFields } = secret.metadata
    const ours = managedFields.find(
      ({ manager, operation }) => operation === 'Apply' && IS_OURS.test(manager),
    )
    if (ours !== undefined) managers.set(uid, ours.manager)
    return storedSecret(secret)
  }
}

/** No cause is attached if it is unreadable: it may be a key. */
function wireSecret(body: unknown, doing: string): WireSecret {
  const parsed = SECRET.safeParse(body)
  if (!parsed.success) throw unreadable(doing, null)
  return parsed.data
}

/** The same name for the same certificate, so that a repeated apply does not conflict with itself. */
function newManager({ data }: SecretManifest): string {
  const { 'tls.crt': certificate, kubeconfig } = data.reveal()
  const content = certificate ?? kubeconfig ?? new Uint8Array()
  return `${FIELD_MANAGER}-${hash('sha256', content).slice(0, 8)}`
}

/** If another object has the name, server-side apply answers 422, since its uid cannot be changed. */
function isConflict(answer: Reply): boolean {
  return (
    answer.status === 409 ||
    (answer.status === 422 && statusMessage(answer).includes('metadata.uid'))
  )
}

function storedSecret({ metadata, type, immutable, data }: WireSecret): StoredSecret {
  const { uid, resourceVersion, managedFields: _, ...named } = metadata
  const bytes = mapValues(data, text => new Uint8Array(Buffer.from(text, 'base64')))
  const version = { uid, resourceVersion }
  return { ...named, version, type, isImmutable: immutable, data: new Secret(bytes) }
}

function mapValues<A, B>(
  record: Readonly<Record<string, A>>,
  map: (value: A) => B,
): Record<string, B> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}
