// One step of the setup of a cluster, with the writes that carry it out.
import type { ObjectName } from '../../domain/cluster/manifest.ts'
import type { SetupStep } from '../../domain/cluster/setup-step.ts'
import type { SetupWrite, StoredObject } from '../../ports/setup-objects.ts'

export interface ClusterStep extends SetupStep {
  readonly object: ObjectName
  /** Empty for a step that writes nothing. */
  readonly writes: readonly SetupWrite[]
}

/** State and details of an object that cannot be compared. */
export const HIDDEN = {
  state: 'blocked',
  details: ['may not be read with this login: use that of a cluster administrator'],
} as const

/** A step that writes nothing. */
export function stepFor(object: ObjectName): ClusterStep {
  const { kind, metadata } = object
  const path = metadata.namespace === undefined ? [] : [metadata.namespace]
  return {
    id: ['cluster', kind, ...path, metadata.name].join('/'),
    where: 'cluster',
    what: `${kind} ${[...path, metadata.name].join('/')}`,
    state: 'unchanged',
    details: [],
    command: null,
    object,
    writes: [],
  }
}

export function deletionStep(live: StoredObject): ClusterStep {
  return { ...stepFor(live), state: 'delete', writes: [{ verb: 'delete', live }] }
}
