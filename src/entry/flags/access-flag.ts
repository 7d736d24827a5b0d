// --access of countersign new: roles, each with a namespace or the whole cluster.
import type { Access } from '../../domain/request/access.ts'
import { grouped } from '../../domain/lists.ts'
import { isNonEmpty, usageFailure } from '../../domain/problem.ts'
import { listOf } from './flag-values.ts'

const WHOLE_CLUSTER = '*'

/** `view@apps,view@web,cs-reader@*`, with the namespaces of one role together. Throws RUN_USAGE; the schema checks the names. */
export function readAccessFlag(text: string | null): readonly Access[] {
  if (text === null) return []
  const entries = listOf(text).map(entry => {
    const [role = '', namespace = '', ...more] = entry.split('@')
    if (role === '' || namespace === '' || more.length > 0)
      throw usageFailure(
        `--access takes ROLE@NAMESPACE, separated by commas: got ${entry}`,
        'write for example --access view@apps, or --access view@* for the whole cluster',
      )
    return [role, namespace] as const
  })
  if (entries.length === 0)
    throw usageFailure('--access names no role', 'name one, or leave --access out')
  return [...grouped(entries)].map(([clusterRole, list]) => {
    const named = list.filter(each => each !== WHOLE_CLUSTER)
    // A role for the whole cluster includes its namespaces.
    const isWhole = named.length < list.length
    return { clusterRole, namespaces: !isWhole && isNonEmpty(named) ? named : null }
  })
}
