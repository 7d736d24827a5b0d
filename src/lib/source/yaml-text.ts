// Values → YAML as people write it by hand, without folded lines: certificates are one long word.
import { stringify } from 'yaml'

export function yamlText(value: unknown): string {
  return stringify(value, { lineWidth: 0 })
}
