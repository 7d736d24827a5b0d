// Pull requests of a Gitea repository with every fact for or against an approval.
import { z } from 'zod'
import type { BranchMove } from '../../../domain/proof/git-history.ts'
import type { Dismissal, PullRequest, Review } from '../../../domain/proof/pull-request.ts'
import { DATE } from '../../github/connection/answer-shapes.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'
import { incomplete } from '../../github/connection/github-refusal.ts'
import { lifeOf } from '../../github/read/branch-activity.ts'
import type { FetchedObjects } from '../objects/fetched-objects.ts'
import { storedDiffSize } from '../objects/stored-diff.ts'
import { LAG_MS, movesInFeed } from './activity-feed.ts'
import type { Feed } from './activity-feed.ts'
import { COMMIT_PARTS, GITEA_COMMIT, toPeople } from './commit-people.ts'
import { GITEA_USER } from './gitea-accounts.ts'
import type { AddressBook } from './gitea-accounts.ts'
import { GITEA_PULL } from './pull-links.ts'
import type { GiteaPull, PullLinks } from './pull-links.ts'
import { readTimeline } from './pull-timeline.ts'
import type { PullTimeline } from './pull-timeline.ts'

const REVIEW = z.object({
  id: z.number().int(),
  user: GITEA_USER,
  state: z.string(),
  commit_id: z.string(),
  dismissed: z.boolean(),
  submitted_at: DATE,
})
const STATES: Readonly<Record<string, Review['state']>> = {
  APPROVED: 'APPROVED',
  REQUEST_CHANGES: 'CHANGES_REQUESTED',
  COMMENT: 'COMMENTED',
}

type GiteaReview = z.output<typeof REVIEW>

export interface GiteaSource {
  readonly connection: GiteaConnection
  readonly store: FetchedObjects
  readonly addresses: AddressBook
  /** `/repos/OWNER/NAME` */
  readonly path: string
  /** The feed of the repository at such a path; null if it may not be read. */
  readonly feed: (path: string) => Promise<Feed | null>
  readonly links: PullLinks
}

/** Throws GITHUB_NOT_FOUND for a number that is not a pull request. */
export async function readPullRequest(source: GiteaSource, number: number): Promise<PullRequest> {
  const { connection, store, path, links } = source
  const call = { doing: `read pull request #${number}`, needs: 'read:repository' }
  const answer = await connection.get({ ...call, path: `${path}/pulls/${number}` }, GITEA_PULL)
  if (answer === null) throw incomplete(`pull request #${number}`)
  const head = await links.headOf(answer)
  const timeline = await readTimeline(connection, path, { number, isMerged: answer.merged })
  const reviewsCall = { ...call, path: `${path}/pulls/${number}/reviews` }
  const rows = (await connection.list(reviewsCall, REVIEW, ({ id }) => id, true)) ?? []
  const commitsCall = { ...call, path: `${path}/pulls/${number}/commits`, query: COMMIT_PARTS }
  const commits = (await connection.list(commitsCall, GITEA_COMMIT, ({ sha }) => sha)) ?? []
  const people = await Promise.all(commits.map(each => toPeople(each, source.addresses)))
  const merged = mergeOf(answer, timeline)
  const reviews = rows.flatMap(review => toReview(review, timeline))
  const life = { createdAt: answer.created_at, merged, head: { commit: head } }
  const pushes = await pushesOf(source, answer, life)
  return {
    number,
    author: answer.user,
    createdAt: answer.created_at,
    base: answer.base.ref,
    head: { branch: answer.head.label, repositoryId: answer.head.repo?.id ?? null, commit: head },
    merged,
    commits: people.toReversed(),
    isTooLarge: false,
    size: await storedDiffSize(store, answer.merge_base, head),
    reviews: reviews.toSorted((a, b) => a.at.getTime() - b.at.getTime() || a.id - b.id),
    dismissals: rows.flatMap(review => toDismissals(review, timeline)),
    baseChanges: timeline.baseChanges,
    forcePushes: (pushes ?? []).filter(({ kind }) => kind === 'forcePush'),
    pushes,
    runs: null,
  }
}

/**
 * The time is that of the event: `merged_at` of a merge by hand is a date in the commit, which anybody can set. Throws
 * APPROVAL_API_INCOMPLETE if the event is missing.
 */
function mergeOf(
  { number, merged, merged_by: by, merge_commit_sha: commit }: GiteaPull,
  timeline: PullTimeline,
): PullRequest['merged'] {
  if (!merged) return null
  if (timeline.merged === null) throw incomplete(`the events of #${number}`)
  return { at: timeline.merged.at, by, commit: commit ?? null }
}

/**
 * The time is that of the event: `submitted_at` is when a review was begun. An approval whose event was deleted counts as dismissed, since
 * what it was for is unknown.
 */
function toReview(review: GiteaReview, { submitted }: PullTimeline): readonly Review[] {
  const { id, user: author, commit_id: commit, dismissed } = review
  const given = STATES[review.state]
  if (given === undefined) return []
  const event = submitted.get(id)
  const isLost = dismissed || (event === undefined && given === 'APPROVED')
  const state = isLost && given !== 'COMMENTED' ? 'DISMISSED' : given
  const at = event?.at ?? review.submitted_at
  return [{ id, author, state, at, commit: /^[0-9a-f]{40}$/.test(commit) ? commit : null }]
}

function toDismissals({ id, state }: GiteaReview, timeline: PullTimeline): readonly Dismissal[] {
  const was = STATES[state]
  if (was === undefined) return []
  return (timeline.dismissed.get(id) ?? []).map(({ at, by }) => ({ review: id, at, by, was }))
}

/**
 * Moves of the head branch during the life of the branch; null if they are not completely known: an account can hide its own, and they
 * vanish with a deleted account.
 */
async function pushesOf(
  { store, feed: feedOf }: GiteaSource,
  { head: { label, repo } }: GiteaPull,
  life: Parameters<typeof lifeOf>[0],
): Promise<readonly BranchMove[] | null> {
  if (!repo || label === '') return null
  const path = `/repos/${repo.full_name.split('/').map(encodeURIComponent).join('/')}`
  const feed = await feedOf(path)
  if (feed === null) return null
  const moves = await movesInFeed(feed, label, (older, newer) => store.isAncestor(older, newer))
  return lifeOf(life, moves, LAG_MS)
}
