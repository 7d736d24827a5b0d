// Facts to fetch before a question can be judged, so that GitHub is asked in few large requests.
import { uniqueBy } from '../../domain/lists.ts'
import type { Account } from '../../domain/proof/account.ts'
import type { FileAt, ObjectId } from '../../domain/proof/git-history.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import type { GatheredFacts, FileOrigin } from './proof-facts.ts'
import { replacedCommits } from './contributors/replaced-commits.ts'
import { reviewedHeads } from './reviews/reviewed-head.ts'
import { mergeBasesWith } from './merges/branch-history.ts'
import { attributesAbove } from './visibility/shown-files.ts'
import { possibleBases, possibleTips } from './merges/branch-tips.ts'
import { wholeLanding } from './merges/merged-range.ts'
import type { Branch } from './merges/branch-tips.ts'

/** Commits, heads and reviewed commits of the pull request, each once. They may be outside of the default branch's history. */
export function commitsOf(pull: PullRequest): readonly ObjectId[] {
  const { commits, reviews, forcePushes, runs, pushes, head } = pull
  return unique([
    head.commit,
    ...commits.map(({ id }) => id),
    ...reviews.map(({ commit }) => commit),
    ...forcePushes.flatMap(({ before, after }) => [before, after]),
    ...(runs ?? []).map(({ commit }) => commit),
    ...(pushes ?? []).flatMap(({ before, after }) => [before, after]),
  ])
}

/**
 * Every place where the proof reads the file or the attributes files above it: heads that were pushed or reviewed, commits with their
 * parents, and merge bases with the default branch. May repeat a place.
 */
export function filesToRead(
  fileOrigin: FileOrigin,
  pull: PullRequest,
  branch: Branch,
): readonly FileAt[] {
  const { path, recorded } = fileOrigin
  const { before } = wholeLanding(fileOrigin.landing, pull, branch)
  const asked = unique([
    ...commitsOf(pull),
    ...(recorded?.approvals ?? []).map(({ head }) => head),
    ...pull.commits.flatMap(commit => commit.parents),
    // The replaced commits themselves are among these parents, or are heads that were pushed.
    ...replacedCommits(pull, before, branch).flatMap(id => branch.ancestry.get(id)?.parents ?? []),
  ])
  const bases = before === null ? [] : asked.flatMap(mergeBasesWith(branch.ancestry, before))
  const seen = seenOf(fileOrigin, pull, branch)
  const shown = seen.flatMap(({ heads, tips }) =>
    heads.flatMap(head => possibleBases(head, tips, branch.ancestry)),
  )
  return [
    ...unique([...asked, ...bases, ...shown]).map(commit => ({ commit, path })),
    ...versionBefore(fileOrigin),
    ...attributesOf(fileOrigin, pull, branch),
  ]
}

/** The earlier version that the record names. */
function versionBefore({ path, recorded }: FileOrigin): readonly FileAt[] {
  const since = recorded?.since ?? null
  return since === null ? [] : [{ commit: since.commit, path: since.path ?? path }]
}

/**
 * The attributes files that may have decided whether GitHub showed the file, at each commit that it may have compared. Empty without
 * reviews.
 */
export function attributesOf(
  fileOrigin: FileOrigin,
  pull: PullRequest,
  branch: Branch,
): readonly FileAt[] {
  const compared = seenOf(fileOrigin, pull, branch).flatMap(({ heads, tips }) => [
    ...heads,
    ...heads.flatMap(head => possibleBases(head, tips, branch.ancestry)),
    ...tips,
  ])
  return attributesAbove(fileOrigin.path).flatMap(path =>
    unique(compared).map(commit => ({ commit, path })),
  )
}

/** People whose right to review may matter, each once: reviewers, those who dismissed a review, and reviewers in the record. */
export function accountsOf(fileOrigin: FileOrigin, pull: PullRequest): readonly Account[] {
  const gone = (fileOrigin.recorded?.approvals ?? []).map(({ reviewer }): Account => ({
    ...reviewer,
    type: 'User',
  }))
  const named = [
    ...reviewsOf(pull).map(({ author }) => author),
    ...pull.dismissals.map(({ by }) => by),
  ]
    .filter(account => account !== null)
    .filter(({ type }) => type === 'User')
  return uniqueBy([...gone, ...named], ({ id }) => id)
}

/**
 * Commits of the default branch whose configuration may have decided the effective request when the file was reviewed. Never empty:
 * the landing is the first.
 */
export function tipsOf(
  fileOrigin: FileOrigin,
  pull: PullRequest,
  facts: GatheredFacts,
): readonly ObjectId[] {
  return unique([
    fileOrigin.landing.commit,
    wholeLanding(fileOrigin.landing, pull, facts).commit,
    ...seenOf(fileOrigin, pull, facts).flatMap(({ tips }) => tips),
  ])
}

/** For each review: the heads that it may be of, and the tips of the default branch that GitHub may have compared them with. */
function seenOf({ landing: first, recorded }: FileOrigin, pull: PullRequest, branch: Branch) {
  const landing = wholeLanding(first, pull, branch)
  return reviewsOf(pull).map(review => {
    const known = recorded?.approvals.find(approval => approval.review === review.id) ?? null
    const heads = reviewedHeads(review, pull, known)?.heads ?? []
    const looked = unique([...heads, review.commit])
    return { heads: looked, tips: possibleTips(review.at, heads, landing, branch) }
  })
}

function reviewsOf({ reviews }: PullRequest): PullRequest['reviews'] {
  return reviews.filter(({ state }) => state !== 'COMMENTED' && state !== 'PENDING')
}

function unique(ids: readonly (ObjectId | null)[]): readonly ObjectId[] {
  return [...new Set(ids)].filter(id => id !== null)
}
