// RoleBindings and ClusterRoleBindings that name a user or one of their groups: the rights that a certificate gives.
import { createHash } from 'node:crypto'
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

/** A binding in words, with the digests of its subjects: one name of others may have a megabyte. */
interface Named {
  readonly text: string
  readonly subjects: ReadonlySet<string>
}

/** Lists each kind once, on first use. */
export class Bindings {
  readonly #transport: Transport
  #lists: Promise<readonly Named[] | null> | null = null

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** As text, sorted; null if the bindings cannot be read. This is advice: nothing fails without it. */
  async of({ username, groups }: ClusterIdentity): Promise<readonly string[] | null> {
    const named = groups.filter(name => name !== EVERYBODY).map(name => digestOf('Group', name))
    const asked = [digestOf('User', username), ...named]
    this.#lists ??= this.#all()
    const found = await this.#lists
    if (found === null) return null
    return found
      .filter(({ subjects }) => asked.some(each => subjects.has(each)))
      .map(({ text }) => text)
      .toSorted()
  }

  async #all(): Promise<readonly Named[] | null> {
    try {
      return await listBindings(this.#transport, binding => {
        const subjects = new Set(binding.subjects.map(({ kind, name }) => digestOf(kind, name)))
        return { text: inWords(binding), subjects }
      })
    } catch (cause) {
      if (cause instanceof CountersignError) return null
      throw cause
    }
  }
}

function digestOf(kind: string, name: string): string {
  return createHash('sha256').update(`${kind} ${name}`).digest('base64')
}

/**
 * Returns what `keep` returns for each binding of both kinds, in every namespace. Only that stays in memory: a user who may bind a role in
 * one namespace can write a megabyte of names.
 */
export async function listBindings<T>(
  transport: Transport,
  keep: (binding: Binding) => T | null,
): Promise<readonly T[]> {
  const kinds = ['clusterrolebindings', 'rolebindings']
  return (await Promise.all(kinds.map(kind => list(transport, kind, keep)))).flat()
}

async function list<T>(
  transport: Transport,
  resource: string,
  keep: (binding: Binding) => T | null,
): Promise<readonly T[]> {
  const doing = `list ${resource}`
  const needs = clusterRule(GROUP, resource, 'list')
  const call = { path: `/apis/${GROUP}/v1/${resource}`, doing, needs, objectBytes: null }
  const { items } = await listAll(transport, call, body => {
    const binding = keep(readAnswer({ status: 200, body }, BINDING, doing, needs))
    return binding === null ? [] : [binding]
  })
  return items.flat()
}

function inWords({ metadata, roleRef }: Binding): string {
  const { name, namespace } = metadata
  return namespace === ''
    ? `ClusterRoleBinding ${name} (${roleRef.kind} ${roleRef.name})`
    : `RoleBinding ${namespace}/${name} (${roleRef.kind} ${roleRef.name})`
}
