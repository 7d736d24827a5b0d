// Check of apiVersion and kind of our own files.
import type { Problem } from '../../domain/problem.ts'
import { memberAt, valuePlace } from '../source/located-values.ts'
import type { YamlTree } from '../source/located-values.ts'

/** The first of the two that is wrong, null if both are right. `what` is the file in words: `a policy`. */
export function wrongKind(tree: YamlTree, kind: string, what: string): Problem | null {
  const expected = { apiVersion: 'countersign.dev/v1', kind }
  for (const [field, value] of Object.entries(expected)) {
    if (memberAt(tree, [field])?.value === value) continue
    const message = `${what} must have ${field}: ${value}`
    return { code: 'FILE_KIND', at: valuePlace(tree, [field]), message, hint: null }
  }
  return null
}
