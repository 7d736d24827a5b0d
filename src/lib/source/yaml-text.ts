// YAML text of values, in the style of a person and without folded lines: certificates are one long word.
import { stringify } from 'yaml'

export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0 })
}
