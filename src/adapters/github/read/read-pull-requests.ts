// Pull requests with every fact for or against an approval: GraphQL for many at once, REST for who pushed when.
import { z } from 'zod'
import type {
  BaseChange,
  Dismissal,
  ForcePush,
  PullRequest,
  Review,
  SeenHead,
} from '../../../domain/proof/pull-request.ts'
import type { BranchMove } from '../../../domain/proof/git-history.ts'
import { inPortions } from '../../system/in-portions.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { DATE, ID, OBJECT_ID } from '../connection/answer-shapes.ts'
import { isLargeCommit, toCommit } from './commit-authors.ts'
import {
  MOST_COMMITS,
  MOST_FILES,
  PULL_REQUEST,
  PULL_REQUEST_FIELDS,
} from './pull-request-query.ts'
import type {
  CommitNode,
  EventNode,
  PullRequestAnswer,
  PullRequestOfGraphql,
  ReviewNode,
} from './pull-request-query.ts'
import { readLists } from './pull-request-lists.ts'
import type { PullRequestLists } from './pull-request-lists.ts'
import { lifeOf, readActivity } from './branch-activity.ts'

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
    size: { additions: answer.additions, deletions: answer.deletions },
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

function merge({ merged, mergedAt, mergedBy, mergeCommit }: PullRequestAnswer) {
  if (!merged || mergedAt === null) return null
  return { at: mergedAt, by: mergedBy, commit: mergeCommit?.oid ?? null }
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

// Moves of a pull request's head branch during the life of the branch, null if they are not completely known.

/**
 * `headRepository` is owner/name, null if the fork is gone. Returns null if GitHub does not show the moves, or if they have a gap:
 * any account could have made the missing push.
 */
async function readPushes(
  api: RepositoryApi,
  pull: PullRequestOfGraphql,
  headRepository: string | null,
): Promise<readonly BranchMove[] | null> {
  if (headRepository === null) return null
  const [owner = '', repo = ''] = headRepository.split('/')
  const moves = await readActivity(api, pull.head.branch, { owner, repo })
  return moves === null ? null : lifeOf(pull, moves, 0)
}

// Heads of a pull request that GitHub saw, from the workflow runs for them. Used if the branch activity cannot be read.

/** GitHub returns at most this many runs for a search. */
const MOST_RUNS = 1000
const PAGE = z.object({
  total_count: z.number().int(),
  workflow_runs: z.array(
    z.object({
      event: z.string(),
      head_branch: z.string().nullable(),
      head_sha: OBJECT_ID,
      created_at: DATE,
      head_repository: z.object({ id: ID }).nullish(),
    }),
  ),
})

/** First time of each head, oldest first; null if the runs cannot all be read. */
async function readSeenHeads(
  api: RepositoryApi,
  { head, createdAt, merged }: PullRequestOfGraphql,
): Promise<readonly SeenHead[] | null> {
  // Without the fork's id, runs of other forks with the same branch name look the same.
  if (head.repositoryId === null) return null
  const created = `${iso(createdAt)}..${merged === null ? '*' : iso(merged.at)}`
  const pages = await api.pages(
    {
      route: '/actions/runs',
      parameters: { event: 'pull_request', branch: head.branch, created },
      doing: `read the workflow runs of ${head.branch}`,
      needs: 'actions: read',
      alsoTakes: [403, 404],
    },
    PAGE,
  )
  const total = pages?.[0]?.total_count ?? null
  if (pages === null || total === null || total > MOST_RUNS) return null
  const runs = pages.flatMap(page => page.workflow_runs)
  if (runs.length < total) throw incomplete('the workflow runs of a pull request')
  const first = new Map<string, Date>()
  for (const run of runs) {
    const isOfHead =
      run.event === 'pull_request' &&
      run.head_branch === head.branch &&
      run.head_repository?.id === head.repositoryId &&
      run.created_at >= createdAt &&
      (merged === null || run.created_at <= merged.at)
    const before = first.get(run.head_sha)
    if (isOfHead && (before === undefined || run.created_at < before))
      first.set(run.head_sha, run.created_at)
  }
  return [...first]
    .map(([commit, at]) => ({ commit, at }))
    .toSorted((a, b) => a.at.getTime() - b.at.getTime())
}

/** As GitHub writes times: whole seconds. */
function iso(date: Date): string {
  return `${date.toISOString().slice(0, 19)}Z`
}
