// Pull requests with every fact for or against an approval: GraphQL for many at once, REST for who pushed when.
import type {
  BaseChange,
  Dismissal,
  ForcePush,
  PullRequest,
  Review,
} from '../../../domain/proof/pull-request.ts'
import { isLargeCommit, toCommit } from './commit-authors.ts'
import { inPortions } from '../../system/in-portions.ts'
import {
  MOST_COMMITS,
  MOST_FILES,
  PULL_REQUEST,
  PULL_REQUEST_FIELDS,
} from './pull-request-answer.ts'
import type {
  CommitNode,
  EventNode,
  PullRequestAnswer,
  ReviewNode,
  PullRequestOfGraphql,
} from './pull-request-answer.ts'
import { readLists } from './pull-request-lists.ts'
import type { PullRequestLists } from './pull-request-lists.ts'
import { readPushes } from './head-pushes.ts'
import { readSeenHeads } from './workflow-run-heads.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

/** Pull requests per query. Each has up to 100 commits, and GitHub verifies their signatures one by one. */
const SIZE = 25
const PUSHES_AT_ONCE = 5

/** In the order of the numbers. Throws GITHUB_NOT_FOUND for a number that is not a pull request. */
export async function readPullRequests(
  api: RepositoryApi,
  numbers: readonly number[],
): Promise<readonly PullRequest[]> {
  const answers = await api.each(numbers, {
    doing: 'read pull requests',
    needs: 'pull-requests: read',
    size: SIZE,
    shape: PULL_REQUEST,
    field: (number, query) =>
      `pullRequest(number: ${query.value('Int!', number)}) { ${PULL_REQUEST_FIELDS} }`,
  })
  const lists = await readLists(api, answers)
  const pulls = answers.map((answer, index) => ({ answer, lists: lists[index] ?? NONE }))
  return inPortions(pulls, PUSHES_AT_ONCE, pull => complete(api, pull.answer, pull.lists))
}

const NONE: PullRequestLists = { commits: [], reviews: [], events: [] }

async function complete(
  api: RepositoryApi,
  answer: PullRequestAnswer,
  lists: PullRequestLists,
): Promise<PullRequest> {
  const pull = toPullRequest(answer, lists)
  const pushes = await readPushes(api, pull, answer.headRepository?.nameWithOwner ?? null)
  const runs = pushes === null ? await readSeenHeads(api, pull) : null
  return { ...pull, pushes, runs }
}

function toPullRequest(answer: PullRequestAnswer, lists: PullRequestLists): PullRequestOfGraphql {
  const { number, author, createdAt, baseRefName, headRefName, headRefOid, headRepository } = answer
  const isTooLarge = isLarger(answer, lists.commits)
  return {
    number,
    author,
    createdAt,
    base: baseRefName,
    head: {
      branch: headRefName,
      repositoryId: headRepository?.databaseId ?? null,
      commit: headRefOid,
    },
    merged: merge(answer),
    commits: isTooLarge ? [] : lists.commits.map(({ commit }) => toCommit(commit)),
    isTooLarge,
    size: {
      files: answer.changedFiles,
      additions: answer.additions,
      deletions: answer.deletions,
    },
    reviews: lists.reviews.flatMap(toReview).toSorted((a, b) => a.at.getTime() - b.at.getTime()),
    dismissals: lists.events.flatMap(toDismissal),
    baseChanges: lists.events.flatMap(toBaseChange),
    forcePushes: lists.events.flatMap(toForcePush),
  }
}

/**
 * Whether the pull request has more commits than GitHub lists, more files than it shows, or a commit with an extreme number of
 * authors or parents. At exactly the limit the list may have been cut: then its last commit is not the head.
 */
function isLarger(answer: PullRequestAnswer, commits: readonly CommitNode[]): boolean {
  if (answer.commits.totalCount > MOST_COMMITS || answer.changedFiles > MOST_FILES) return true
  const isCut = commits.length === MOST_COMMITS && commits.at(-1)?.commit.oid !== answer.headRefOid
  return isCut || commits.some(({ commit }) => isLargeCommit(commit))
}

/** Null also if GitHub says merged but no longer knows the merge commit. */
function merge({ merged, mergedAt, mergedBy, mergeCommit }: PullRequestAnswer) {
  if (!merged || mergedAt === null || mergeCommit === null) return null
  return { at: mergedAt, by: mergedBy, commit: mergeCommit.oid }
}

/** A review that was not submitted yet does not count. */
function toReview({ fullDatabaseId, state, submittedAt, author, commit }: ReviewNode): Review[] {
  if (submittedAt === null && state === 'PENDING') return []
  if (submittedAt === null) throw incomplete('a review')
  return [{ id: fullDatabaseId, author, state, at: submittedAt, commit: commit?.oid ?? null }]
}

/** The dismissal of a deleted review dismisses nothing that could count. */
function toDismissal(event: EventNode): Dismissal[] {
  if (event.kind !== 'ReviewDismissedEvent' || event.review === null) return []
  const { createdAt: at, actor: by, previousReviewState: was, review } = event
  return [{ review: review.fullDatabaseId, at, by, was }]
}

function toBaseChange(event: EventNode): BaseChange[] {
  const isChange =
    event.kind === 'BaseRefChangedEvent' || event.kind === 'AutomaticBaseChangeSucceededEvent'
  return isChange ? [{ at: event.createdAt, from: event.from }] : []
}

function toForcePush(event: EventNode): ForcePush[] {
  if (event.kind !== 'HeadRefForcePushedEvent') return []
  const { createdAt: at, actor: by, beforeCommit, afterCommit } = event
  return [{ at, by, before: beforeCommit?.oid ?? null, after: afterCommit?.oid ?? null }]
}
