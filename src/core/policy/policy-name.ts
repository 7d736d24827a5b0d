// Name of a policy, also of one that is no longer valid: an approval is asked which other file held it.
import { memberAt } from '../../lib/source/located-values.ts'
import { readYaml } from '../../lib/source/read-yaml.ts'
import { sourceText } from '../../lib/source/text-position.ts'

/** `metadata.name`; null if the text has none. */
export function policyName(path: string, text: string): string | null {
  const tree = readYaml(sourceText(path, text))
  const name = tree.ok ? memberAt(tree.value, ['metadata', 'name']) : null
  return typeof name?.value === 'string' ? name.value : null
}
