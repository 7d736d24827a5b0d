// Objects that are too large to be read. They are named and counted, and hide no other object.
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { quoted } from './hidden-characters.ts'
import { shellWord } from './shell-word.ts'

const NAMED = 10

/** One problem for all of them; none without any. `namespace`: of ConfigMaps. */
export function tooLargeProblems(
  kind: 'CertificateSigningRequest' | 'ConfigMap',
  names: readonly string[],
  namespace: string | null = null,
): readonly Problem[] {
  if (names.length === 0) return []
  const first = names.toSorted().slice(0, NAMED)
  const more = names.length > NAMED ? `, and ${names.length - NAMED} more` : ''
  const message = `too large to be read: ${names.length} ${kind}${names.length === 1 ? '' : 's'}: ${first.map(quoted).join(', ')}${more}`
  const where = namespace === null ? '' : ` --namespace ${shellWord(namespace)}`
  const hint = `countersign makes none of that size; all others were read. Delete it if nobody needs it:\nkubectl delete ${kind.toLowerCase()} ${first.map(shellWord).join(' ')}${where}`
  return [unplaced('CLUSTER_TOO_LARGE', message, hint)]
}
