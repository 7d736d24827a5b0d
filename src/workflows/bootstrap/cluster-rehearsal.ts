// Dry runs of the planned writes. If one is forbidden, none is done.
import { shellWord } from '../../lib/source/shell-word.ts'
import type { SetupObjects, SetupWrite } from '../../ports/setup-objects.ts'
import type { ClusterStep } from './cluster-step.ts'

/** The same steps if the login may do all of them. Otherwise every step that would write is blocked. */
export async function allOrNothing(
  objects: SetupObjects,
  steps: readonly ClusterStep[],
): Promise<readonly ClusterStep[]> {
  const created = new Set(
    steps.flatMap(({ state, object }) =>
      state === 'create' && object.kind === 'Namespace' ? [object.metadata.name] : [],
    ),
  )
  const refusals = await Promise.all(
    steps.map(async ({ writes: [first] }) =>
      first === undefined ? null : objects.rehearse(standIn(first, created)),
    ),
  )
  const isAllowed =
    refusals.every(refusal => refusal === null) && steps.every(({ state }) => state !== 'blocked')
  if (isAllowed) return steps
  return steps.map((step, index) => {
    if (step.state === 'unchanged') return step
    const held = refusals[index] ?? 'is not written, because this login may not do all of it'
    const details = step.state === 'blocked' ? step.details : [held]
    return { ...step, state: 'blocked', details, command: commandFor(step), writes: [] }
  })
}

/**
 * The API server does not check a Role of a namespace that does not exist. Rights in such a namespace are rights in all of them, so
 * a ClusterRole with the same rules gets the same answer.
 */
function standIn(write: SetupWrite, created: ReadonlySet<string>): SetupWrite {
  if (write.verb !== 'create' || write.object.kind !== 'Role') return write
  const { namespace, name } = write.object.metadata
  if (namespace === undefined || !created.has(namespace)) return write
  return { verb: 'create', object: { ...write.object, kind: 'ClusterRole', metadata: { name } } }
}

/** The command for a person who may delete it. Everything else is done by bootstrap with that person's login. */
function commandFor({ state, object: { kind, metadata } }: ClusterStep): string | null {
  if (state !== 'delete') return null
  const { name, namespace } = metadata
  const within = namespace === undefined ? '' : ` -n ${namespace}`
  return `kubectl delete ${kind.toLowerCase()} ${shellWord(name)}${within}`
}
