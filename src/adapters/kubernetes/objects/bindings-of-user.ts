// RoleBindings and ClusterRoleBindings that name a user or one of their groups: the rights that a certificate gives.
import { z } from 'zod'
import { CountersignError } from '../../../domain/problem.ts'
import type { ClusterIdentity } from '../../../ports/cluster.ts'
import { clusterRule, readAnswer } from '../http/api-server-refusal.ts'
import { listAll } from '../http/paged-list.ts'
import type { Transport } from '../http/api-transport.ts'

const GROUP = 'rbac.authorization.k8s.io'
/** Every authenticated user has this group, so its bindings are not listed. */
const EVERYBODY = 'system:authenticated'

export const BINDING = z.object({
  metadata: z.object({
    name: z.string(),
    namespace: z.string().default(''),
    uid: z.string(),
    annotations: z.record(z.string(), z.string()).default({}),
    deletionTimestamp: z.string().nullable().default(null),
  }),
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
})

export type Binding = z.infer<typeof BINDING>

/** Lists each kind once, on first use. */
export class Bindings {
  readonly #transport: Transport
  #lists: Promise<readonly Binding[] | null> | null = null

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** As text, sorted; null if the bindings cannot be read. This is advice: nothing fails without it. */
  async of({ username, groups }: ClusterIdentity): Promise<readonly string[] | null> {
    const names = (subject: { readonly kind: string; readonly name: string }): boolean =>
      (subject.kind === 'User' && subject.name === username) ||
      (subject.kind === 'Group' && subject.name !== EVERYBODY && groups.includes(subject.name))
    this.#lists ??= this.#all()
    const found = await this.#lists
    if (found === null) return null
    return found
      .filter(({ subjects }) => subjects.some(names))
      .map(inWords)
      .toSorted()
  }

  async #all(): Promise<readonly Binding[] | null> {
    try {
      return await listBindings(this.#transport)
    } catch (cause) {
      if (cause instanceof CountersignError) return null
      throw cause
    }
  }
}

/** Both kinds, of every namespace. */
export async function listBindings(transport: Transport): Promise<readonly Binding[]> {
  const kinds = ['clusterrolebindings', 'rolebindings']
  return (await Promise.all(kinds.map(kind => list(transport, kind)))).flat()
}

async function list(transport: Transport, resource: string): Promise<readonly Binding[]> {
  const doing = `list ${resource}`
  const needs = clusterRule(GROUP, resource, 'list')
  const call = { path: `/apis/${GROUP}/v1/${resource}`, doing, needs, objectBytes: null }
  const { items } = await listAll(transport, call, body =>
    readAnswer({ status: 200, body }, BINDING, doing, needs),
  )
  return items
}

function inWords({ metadata, roleRef }: Binding): string {
  const { name, namespace } = metadata
  return namespace === ''
    ? `ClusterRoleBinding ${name} (${roleRef.kind} ${roleRef.name})`
    : `RoleBinding ${namespace}/${name} (${roleRef.kind} ${roleRef.name})`
}
