// Bots that need no person behind their pull request: listed under `approval.bots`, and changing nothing but pins of actions.
import type { Approvers, ProofFacts, Question } from '../proof-facts.ts'

const WORKFLOWS = '.github/workflows/'
/** `uses: owner/action@ref # comment`, with its indentation and list dash. */
const PIN = /^(\s*(?:-\s+)?uses:\s+)([^\s@#'"]+)@[^\s#'"]+\s*(?:#.*)?$/

/**
 * Ids of the bots that may make this change without a person: all of `approval.bots`, if a workflow file differs from its last proved
 * version in pins of actions only. Else empty, also without a proved version or if one of the texts cannot be read.
 */
export function excusedBots(
  { path, blob, background }: Question,
  { approval }: Approvers,
  { textOf }: Pick<ProofFacts, 'textOf'>,
): ReadonlySet<number> {
  const before = background.proved?.blob ?? null
  if (!path.startsWith(WORKFLOWS) || approval.bots.length === 0) return new Set()
  if (blob === null || before === null) return new Set()
  const [older, newer] = [textOf(before), textOf(blob)]
  if (older === null || newer === null || !changesOnlyPins(older, newer)) return new Set()
  return new Set(approval.bots.map(({ id }) => id))
}

/** True if the texts have the same lines, except for versions of the same actions and the comments after them. */
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
