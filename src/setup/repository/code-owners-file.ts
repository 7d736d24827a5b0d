// The lines of CODEOWNERS for all files that decide about approvals. They name the owners of the configuration.
import type { OwnerSetup } from '../../domain/request/initial-setup.ts'

/** All files that decide: the workflow, code owners, how GitHub shows changes, the configuration, the policies. */
const OWNED = [
  '/.github/',
  '/CODEOWNERS',
  '/docs/CODEOWNERS',
  '.gitattributes',
  '/countersign.yaml',
  '/policies/',
] as const

/** If no owner is known, the lines contain a name that GitHub does not accept. */
export function codeOwnersText(owners: readonly OwnerSetup[], forge: string | null = null): string {
  // Gitea reads regular expressions. It asks owners for a review, and requires none.
  if (forge !== null) return `${codeOwnersLines(owners).replaceAll(/\/( +@)/g, '/.*$1')}\n`
  return `# Owners of the files that decide about certificates. countersign doctor checks these lines.\n${codeOwnersLines(owners)}\n`
}

export function codeOwnersLines(owners: readonly OwnerSetup[]): string {
  const names = owners.length === 0 ? '<FILL-IN>' : owners.map(({ login }) => `@${login}`).join(' ')
  const width = Math.max(...OWNED.map(path => path.length))
  return OWNED.map(path => `${path.padEnd(width)} ${names}`).join('\n')
}
