// RoleBindings and ClusterRoleBindings that name a user or one of their groups: the rights that a certificate gives.
import { hash } from 'node:crypto'
import { z } from 'zod'
import { caughtProblem } from '../../../domain/problem.ts'
import type { Cluster } from '../../../ports/cluster.ts'
import type { Asking } from '../http/api-transport.ts'
import { ObjectClient } from './object-client.ts'

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
  subjects: z
    .array(z.object({ kind: z.string(), name: z.string(), namespace: z.string().default('') }))
    .default([]),
})

export type Binding = z.infer<typeof BINDING>

/** A binding in words, with the digests of its subjects: one name of others may have a megabyte. */
interface Named {
  readonly text: string
  readonly subjects: ReadonlySet<string>
}

/** Lists each kind once, on first use. */
export function bindingsOfUsers(transport: Asking): Cluster['bindingsOf'] {
  let lists: Promise<readonly Named[] | null> | null = null
  /** This is advice: nothing fails without it. */
  return async ({ username, groups }) => {
    const named = groups.filter(name => name !== EVERYBODY).map(name => digestOf('Group', name))
    const asked = [digestOf('User', username), ...named]
    lists ??= all()
    const found = await lists
    if (found === null) return null
    return found
      .filter(({ subjects }) => asked.some(each => subjects.has(each)))
      .map(({ text }) => text)
      .toSorted()
  }

  async function all(): Promise<readonly Named[] | null> {
    const listed = await listBindings(transport, binding => {
      const subjects = new Set(binding.subjects.map(({ kind, name }) => digestOf(kind, name)))
      return { text: inWords(binding), subjects }
    }).catch(caughtProblem)
    return 'code' in listed ? null : listed
  }
}

function digestOf(kind: string, name: string): string {
  return hash('sha256', `${kind} ${name}`, 'base64')
}

/**
 * Returns what `keep` returns for each binding of both kinds, in every namespace. Only that stays in memory: a user who may bind a role in
 * one namespace can write a megabyte of names.
 */
export async function listBindings<T>(
  transport: Asking,
  keep: (binding: Binding) => T | null,
): Promise<readonly T[]> {
  const lists = (['ClusterRoleBinding', 'RoleBinding'] as const).map(async kind => {
    const call = { doing: `list ${kind.toLowerCase()}s`, objectBytes: null }
    const { items } = await new ObjectClient(transport, kind).listOf(BINDING, call, keep)
    return items.filter(item => item !== null)
  })
  return (await Promise.all(lists)).flat()
}

function inWords({ metadata, roleRef }: Binding): string {
  const { name, namespace } = metadata
  return namespace === ''
    ? `ClusterRoleBinding ${name} (${roleRef.kind} ${roleRef.name})`
    : `RoleBinding ${namespace}/${name} (${roleRef.kind} ${roleRef.name})`
}
