// Which bots need no person: listed ones, in a workflow change of action versions only.
import type { RulesThen } from './request-meaning.ts'

export function excusedBots(
  path: string,
  before: string | null,
  after: string | null,
  { bots }: RulesThen,
): ReadonlySet<number> {
  const isPinned = path.startsWith('.github/workflows/') && before !== null && after !== null
  return new Set(isPinned && withoutVersions(before) === withoutVersions(after) ? bots : [])
}

/** A comment after a pin is part of it. */
function withoutVersions(text: string): string {
  return text.replaceAll(/^( *(?:- )?uses: [^@\s]+)@.*$/gm, '$1')
}
