// Change of the file that a commit or a push of a pull request proposes: compared with the default branch, not with the commit before.
import { GONE } from '../../../domain/proof/git-history.ts'
import type { BlobAt, BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import { mergeBasesWith } from '../merges/branch-history.ts'
import type { FileOrigin, ProofFacts, ProvedVersion } from '../proof-facts.ts'

/** The blob that a commit proposes for the file, null for its removal. A null proposal: what the base, or the proved version, has. */
type Proposal = { readonly blob: ObjectId | null } | null

export type Proposed = (commit: ObjectId) => Proposal

/**
 * A commit that cannot be looked up counts as a proposal of its own. One with the bytes of the last proved version changed nothing since
 * then: after a squash, the branch still has the commits that were squashed.
 */
export function proposals(
  { path, landing }: FileOrigin,
  facts: Pick<ProofFacts, 'ancestry' | 'blobAt'>,
  proved: ProvedVersion | null = null,
): Proposed {
  const bases = baseBlobs({ path, landing }, facts)
  return commit => {
    const blob = facts.blobAt({ commit, path })
    if (blob === GONE) return { blob }
    return blob === proved?.blob || bases(commit).every(base => base === blob) ? null : { blob }
  }
}

/**
 * Compares proposals, not files: a merge of the base that keeps an old text leaves the file of its branch as it was, but reverts the
 * newer text of the base.
 */
function isSame(one: Proposal, other: Proposal): boolean {
  return one?.blob !== GONE && other !== null && one?.blob === other.blob
}

/** A merge changes the file if it differs from every parent; taking over one parent's version is no change. */
export function changes({ id, parents }: PullRequestCommit, proposed: Proposed): boolean {
  const now = proposed(id)
  return now !== null && !parents.some(parent => isSame(now, proposed(parent)))
}

/** True if the move of the head branch changed the file. */
export function isChange({ before, after }: BranchMove, proposed: Proposed): boolean {
  const now = after === null ? null : proposed(after)
  return now !== null && (before === null || !isSame(now, proposed(before)))
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
