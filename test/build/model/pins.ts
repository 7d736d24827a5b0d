// Which bots need no person behind them: listed ones, where a workflow changes nothing but the versions of its actions.
import type { RulesThen } from './meaning.ts'

export function excusedBots(
  path: string,
  before: string | null,
  after: string | null,
  { bots }: RulesThen,
): ReadonlySet<number> {
  const isPinned = path.startsWith('.github/workflows/') && before !== null && after !== null
  return new Set(isPinned && withoutVersions(before) === withoutVersions(after) ? bots : [])
}

/** Comments behind a pin are part of it. */
function withoutVersions(text: string): string {
  return text.replaceAll(/^( *(?:- )?uses: [^@\s]+)@.*$/gm, '$1')
}
