// The lines of CODEOWNERS that give everything which decides to the owners of the configuration.
import type { OwnerSetup } from '../../domain/request/repository-setup.ts'

/** Everything that decides: the workflow, who owns what, how GitHub shows changes, the configuration, the policies. */
const OWNED = [
  '/.github/',
  '/CODEOWNERS',
  '/docs/CODEOWNERS',
  '.gitattributes',
  '/countersign.yaml',
  '/policies/',
] as const

/** Where no owner is known the lines name nobody that GitHub takes. */
export function codeOwnersText(owners: readonly OwnerSetup[]): string {
  return `# Who has to review what decides about certificates. countersign doctor checks these lines.\n${codeOwnersLines(owners)}\n`
}

export function codeOwnersLines(owners: readonly OwnerSetup[]): string {
  const names = owners.length === 0 ? '<FILL-IN>' : owners.map(({ login }) => `@${login}`).join(' ')
  const width = Math.max(...OWNED.map(path => path.length))
  return OWNED.map(path => `${path.padEnd(width)} ${names}`).join('\n')
}
