// The guard on records, as this run sees it: only with it, a record may add what GitHub cannot know any more.
import type { Installation } from '../../domain/cluster/installation.ts'
import { contains } from '../../lib/kubernetes/object-differences.ts'
import type { ClusterIdentity } from '../../ports/cluster.ts'
import { guardObjects } from '../../setup/guard/guard-policies.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import { installationOf } from '../setup/cluster-installation.ts'
import type { Rules } from '../validate/rules-in-force.ts'

/** Whether this run saw the guard on the records of a cluster. */
export type IsGuarded = (cluster: string) => Promise<boolean>

/**
 * True if the policies of `parts` and their bindings are stored as `manifests guard` prints them for this login. An answer that is hidden
 * is no guard. A cluster is asked at its first question only.
 */
export function guardInForce(
  observed: readonly Observed[],
  rules: Rules,
  today: Date,
  parts: readonly string[] = ['records'],
): IsGuarded {
  const asked = new Map<string, Promise<boolean>>()
  return name => {
    const found = observed.find(({ cluster }) => cluster.name === name)
    if (found === undefined) return Promise.resolve(false)
    const answer = asked.get(name) ?? isGuarded(found, rules, today, parts)
    asked.set(name, answer)
    return answer
  }
}

async function isGuarded(
  { cluster, identity }: Observed,
  { config, policies }: Rules,
  today: Date,
  parts: readonly string[],
): Promise<boolean> {
  const at = config.clusters.find(({ name }) => name === cluster.name)
  if (at === undefined) return false
  const found = installationOf(config, policies?.policies ?? [], at, null, today)
  if (!found.ok) return false
  const printed = subjectsOf(identity).map(subject =>
    guardParts({ ...found.value, subject }, parts),
  )
  const [first = []] = printed
  const stored = await Promise.all(first.map(object => cluster.setupObjects.read(object)))
  return printed.some(objects =>
    objects.every(({ spec }, index) => {
      const there = stored[index] ?? null
      return there !== null && there !== 'hidden' && contains(there['spec'], spec)
    }),
  )
}

/** The login as a user, and each of its groups: the guard may name any of them. */
function subjectsOf({ username, groups }: ClusterIdentity): readonly Installation['subject'][] {
  return [
    { kind: 'User', name: username },
    ...groups.map(name => ({ kind: 'Group', name }) as const),
  ]
}

function guardParts(installation: Installation, parts: readonly string[]) {
  return guardObjects(installation, { approvers: [] }).filter(({ metadata }) =>
    parts.some(part => metadata.name.endsWith(`-${part}`)),
  )
}
