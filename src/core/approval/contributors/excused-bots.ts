// Bots whose pull requests need no person behind them: listed under approval.bots, and changing nothing but pins of actions.
import type { Approvers, ProofFacts, Question } from '../proof-facts.ts'

const WORKFLOWS = '.github/workflows/'
/** `uses: owner/action@ref # comment`, with its indentation and list dash. */
const PIN = /^(\s*(?:-\s+)?uses:\s+)([^\s@#'"]+)@[^\s#'"]+\s*(?:#.*)?$/

/** Ids of the bots that this change may come from alone; none where it changes more than pins since the last proved version. */
export function excusedBots(
  { path, blob, background }: Question,
  { approval }: Approvers,
  { textOf }: Pick<ProofFacts, 'textOf'>,
): ReadonlySet<number> {
  const before = background?.proved?.blob ?? null
  if (!path.startsWith(WORKFLOWS) || approval.bots.length === 0) return new Set()
  if (blob === null || before === null) return new Set()
  const [older, newer] = [textOf(before), textOf(blob)]
  if (older === null || newer === null || !changesOnlyPins(older, newer)) return new Set()
  return new Set(approval.bots.map(({ id }) => id))
}

/** Whether each line that differs names another version of the same action, and nothing else. */
export function changesOnlyPins(older: string, newer: string): boolean {
  const [before, after] = [older.split('\n'), newer.split('\n')]
  if (before.length !== after.length) return false
  return before.every((line, at) => {
    const other = after[at] ?? ''
    if (line === other) return true
    const [was, is] = [PIN.exec(line), PIN.exec(other)]
    return was !== null && is !== null && was[1] === is[1] && was[2] === is[2]
  })
}
