// Changes of configuration files that GitHub folds away in a diff, so that their reviewers did not see them.
import type { Problem } from '../../../domain/problem.ts'
import { ACTIONS_LOCK, isNamedFreely } from '../configuration-places.ts'
import type { ProofFacts } from '../proof-facts.ts'
import type { ConfigurationChange } from '../trust-root.ts'
import { hiddenDiffReason, unusualPath } from './hidden-diffs.ts'

/** The problem of a change that GitHub hid from its reviewers; null if it did not. */
export function foldedChange(
  { path, blob }: ConfigurationChange,
  places: readonly string[],
  { textOf }: ProofFacts,
): Problem | null {
  // The lock file of actions cannot have another name.
  if (blob === null || path === ACTIONS_LOCK) return null
  // GitHub reads the text of files with this extension only.
  const folded = hiddenDiffReason(path, path.endsWith('.yml') ? (textOf(blob) ?? '') : '')
  return folded ?? (isNamedFreely(path, places) ? unusualPath(path) : null)
}
