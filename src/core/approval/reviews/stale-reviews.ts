// Stale reviews: approvals of other bytes than those that were merged, or of another effective request.
import { contentOf, GONE } from '../../../domain/proof/git-history.ts'
import type { BlobAt, ObjectId } from '../../../domain/proof/git-history.ts'
import { mergeBasesWith } from '../merges/branch-history.ts'
import type { FileOrigin, ProofFacts, Question } from '../proof-facts.ts'
import { notShown } from '../visibility/shown-files.ts'
import type { VisibilityFault } from '../visibility/diff-size-limits.ts'

/** At the head of that time and at the commit that GitHub names, the file must have these bytes, and they must be a change. */
export function contentFault(
  question: Question,
  commits: readonly (ObjectId | null)[],
  facts: ProofFacts,
): VisibilityFault | null {
  const { path } = question
  const blob = question.blob === null ? null : contentOf(question.blob)
  const bases = baseBlobs(question, facts)
  for (const commit of commits) {
    const held = commit === null ? GONE : facts.blobAt({ commit, path })
    if (commit === null || held === GONE)
      return ['APPROVAL_UNVERIFIABLE', 'cannot be checked: the commit it was for is gone']
    if (held !== blob)
      return ['APPROVAL_OTHER_CONTENT', `was for another version (${commit.slice(0, 7)})`]
    if (bases(commit).includes(blob)) return notShown(path, commit)
  }
  return null
}

/** The effective request under the configuration at the review must equal the one under the configuration at the merge. */
export function effectiveRequestFault(
  then: readonly ObjectId[],
  { effectiveDigestAt, landing }: Question,
): VisibilityFault | null {
  if (effectiveDigestAt === null) return null
  const merged = effectiveDigestAt(landing.commit)
  if (then.length > 0 && merged !== null && then.every(tip => effectiveDigestAt(tip) === merged))
    return null
  return [
    'APPROVAL_OTHER_EFFECTIVE_REQUEST',
    'was given under another configuration, which makes a different request of the same file',
  ]
}

/** Gives the file at each merge base of a commit with the default branch before the landing; `[null]` without common history. */
export function baseBlobs(
  { landing, path }: Pick<FileOrigin, 'landing' | 'path'>,
  { ancestry, blobAt }: Pick<ProofFacts, 'ancestry' | 'blobAt'>,
): (commit: ObjectId) => readonly BlobAt[] {
  const { before } = landing
  if (before === null) return () => [null]
  const partings = mergeBasesWith(ancestry, before)
  return commit => {
    const bases = partings(commit)
    return bases.length === 0 ? [null] : bases.map(base => blobAt({ commit: base, path }))
  }
}
