// Which RoleBindings and ClusterRoleBindings name a user or one of their groups: what a certificate is good for.
import { z } from 'zod'
import { CountersignError } from '../../../domain/problem.ts'
import type { ClusterIdentity } from '../../../ports/cluster.ts'
import { listAll } from '../http/paged-list.ts'
import type { Transport } from '../http/api-transport.ts'

const GROUP = 'rbac.authorization.k8s.io'
/** Everybody who logs in has it, so that it tells nothing of this one. */
const EVERYBODY = 'system:authenticated'

const BINDING = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string().default('') }),
  roleRef: z.object({ kind: z.string(), name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string() })).default([]),
})

type Binding = z.infer<typeof BINDING>

/** Lists each kind once, when it is first asked for. */
export class Bindings {
  readonly #transport: Transport
  #lists: Promise<readonly Binding[] | null> | null = null

  constructor(transport: Transport) {
    this.#transport = transport
  }

  /** In words, sorted; null where they may not be read, or are not. It is advice: nothing fails for the lack of it. */
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
    const kinds = ['clusterrolebindings', 'rolebindings']
    try {
      return (await Promise.all(kinds.map(kind => list(this.#transport, kind)))).flat()
    } catch (cause) {
      if (cause instanceof CountersignError) return null
      throw cause
    }
  }
}

async function list(transport: Transport, resource: string): Promise<readonly Binding[]> {
  const { items } = await listAll(transport, {
    path: `/apis/${GROUP}/v1/${resource}`,
    labelSelector: '',
    doing: `list ${resource}`,
    needs: { apiGroup: GROUP, resource, verb: 'list', namespace: null, name: null },
  })
  return items.flatMap(item => {
    const read = BINDING.safeParse(item)
    return read.success ? [read.data] : []
  })
}

function inWords({ metadata, roleRef }: Binding): string {
  const { name, namespace } = metadata
  return namespace === ''
    ? `ClusterRoleBinding ${name} (${roleRef.kind} ${roleRef.name})`
    : `RoleBinding ${namespace}/${name} (${roleRef.kind} ${roleRef.name})`
}
