// Pull requests in REST answers: lists, single ones, their commits and files, and those of a commit.
import { baseOf, headOf } from '../../pull-requests/pull-request-facts.ts'
import { diffSize, inOneAnswer } from '../../git/shown-diff.ts'
import type { PullRequestState, RepositoryState } from '../../state.ts'
import { notFound, ok, unprocessable } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { resolve } from '../git-path.ts'
import { pullRequestIn } from '../lookup.ts'
import { pageOf } from '../page.ts'
import { accountOrGhost, accountOrNull, ownerOf } from './account.ts'
import { authorAssociation } from './association.ts'
import { shownCommit } from './commit.ts'
import { diffEntry } from './diff-entry.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, fullRepository, htmlUrl } from './repository.ts'

type JsonObject = Readonly<Record<string, Json>>

/** GitHub lists at most this many commits and files of a pull request. */
const MOST_COMMITS = 250
const MOST_FILES = 3000

export function pullRequestOf({ repository, parameters }: RepositoryRequest): PullRequestState {
  const pull = pullRequestIn(repository, Number(parameters['pull_number']))
  if (pull === null) throw notFound()
  return pull
}

/** The form in lists. */
function simplePull(site: Site, repository: RepositoryState, pull: PullRequestState): JsonObject {
  return {
    ...urlsOf(site, repository, pull),
    id: repository.id * 100_000 + pull.number,
    node_id: nodeId('PR', `${repository.id}:${pull.number}`),
    number: pull.number,
    state: pull.state === 'open' ? 'open' : 'closed',
    locked: false,
    title: pull.title,
    user: accountOrNull(site, pull.authorId),
    body: pull.body,
    created_at: time(pull.createdAt),
    updated_at: time(lastChange(pull)),
    closed_at: pull.state === 'open' ? null : time(lastChange(pull)),
    merged_at: pull.mergedAt === null ? null : time(pull.mergedAt),
    merge_commit_sha: pull.mergeCommit,
    head: headSide(site, pull),
    base: baseSide(site, repository, pull),
    author_association: authorAssociation(site, repository, pull.authorId),
    ...NOT_USED,
  }
}

const NOT_USED = {
  assignee: null,
  assignees: [],
  auto_merge: null,
  draft: false,
  labels: [],
  milestone: null,
  requested_reviewers: [],
  requested_teams: [],
  active_lock_reason: null,
} as const

function lastChange(pull: PullRequestState): Date {
  const dates = [
    pull.createdAt,
    ...pull.timeline.map(({ at }) => at),
    ...pull.reviews.map(({ at }) => at),
  ]
  return dates.reduce((latest, date) => (date > latest ? date : latest))
}

function urlsOf(site: Site, repository: RepositoryState, pull: PullRequestState): JsonObject {
  const url = `${apiUrl(site, repository)}/pulls/${pull.number}`
  const issue = `${apiUrl(site, repository)}/issues/${pull.number}`
  const html = `${htmlUrl(site, repository)}/pull/${pull.number}`
  const statuses = `${apiUrl(site, repository)}/statuses/${headOf(site.world.state, pull)}`
  const href = (to: string): JsonObject => ({ href: to })
  return {
    url,
    html_url: html,
    diff_url: `${html}.diff`,
    patch_url: `${html}.patch`,
    issue_url: issue,
    commits_url: `${url}/commits`,
    comments_url: `${issue}/comments`,
    review_comments_url: `${url}/comments`,
    review_comment_url: `${apiUrl(site, repository)}/pulls/comments{/number}`,
    statuses_url: statuses,
    _links: {
      self: href(url),
      html: href(html),
      issue: href(issue),
      comments: href(`${issue}/comments`),
      review_comments: href(`${url}/comments`),
      review_comment: href(`${apiUrl(site, repository)}/pulls/comments{/number}`),
      commits: href(`${url}/commits`),
      statuses: href(statuses),
    },
  }
}

/** Null repository and user if the fork is deleted. */
function headSide(site: Site, pull: PullRequestState): JsonObject {
  const fork = site.world.state.repositories.get(pull.headRepositoryId)
  return {
    label: `${fork?.owner ?? 'unknown'}:${pull.headBranch}`,
    ref: pull.headBranch,
    sha: headOf(site.world.state, pull),
    user: fork === undefined ? null : ownerOf(site, fork.owner),
    repo: fork === undefined ? null : fullRepository(site, fork),
  }
}

function baseSide(site: Site, repository: RepositoryState, pull: PullRequestState): JsonObject {
  return {
    label: `${repository.owner}:${pull.base}`,
    ref: pull.base,
    sha: baseOf(site.world.state, pull),
    user: ownerOf(site, repository.owner),
    repo: fullRepository(site, repository),
  }
}

/** GET /repos/{owner}/{repo}/pulls/{pull_number} */
export function getPull(request: RepositoryRequest): Answer {
  const { site, repository } = request
  const pull = pullRequestOf(request)
  const { files, additions, deletions } = diffSize(site.world.shownFilesOf(pull))
  return ok({
    ...simplePull(site, repository, pull),
    user: accountOrGhost(site, pull.authorId),
    additions,
    deletions,
    changed_files: files,
    comments: pull.comments.length,
    commits: site.world.commitsOf(pull).length,
    maintainer_can_modify: false,
    mergeable: pull.state === 'open' ? true : null,
    mergeable_state: pull.state === 'open' ? 'clean' : 'unknown',
    merged: pull.state === 'merged',
    merged_by: accountOrNull(site, pull.mergedById),
    rebaseable: null,
    review_comments: 0,
  })
}

/** GET /repos/{owner}/{repo}/pulls */
export function listPulls({ site, repository, url }: RepositoryRequest): Answer {
  const wanted = url.searchParams.get('state') ?? 'open'
  const base = url.searchParams.get('base')
  const head = url.searchParams.get('head')
  if (!['open', 'closed', 'all'].includes(wanted)) throw unprocessable('Validation Failed')
  const isOpen = wanted === 'open'
  const pulls = repository.pullRequests
    .filter(pull => wanted === 'all' || (pull.state === 'open') === isOpen)
    .filter(pull => base === null || pull.base === base)
    .filter(pull => head === null || headSide(site, pull)['label'] === head)
  const ordered = url.searchParams.get('direction') === 'asc' ? pulls : [...pulls].reverse()
  return pageOf(ordered, url, pull => simplePull(site, repository, pull))
}

/** GET /repos/{owner}/{repo}/commits/{commit_sha}/pulls */
export function listPullsOfCommit({
  site,
  repository,
  parameters,
  url,
}: RepositoryRequest): Answer {
  const sha = parameters['commit_sha'] ?? ''
  const found = resolve([site.world.state, repository], sha)
  if (found === null) throw unprocessable(`No commit found for SHA: ${sha}`)
  const pulls = site.world.associatedPullRequests(repository, found.id)
  return pageOf(pulls, url, pull => simplePull(site, repository, pull))
}

/** GET /repos/{owner}/{repo}/pulls/{pull_number}/commits */
export function listPullCommits(request: RepositoryRequest): Answer {
  const { site, repository, url } = request
  const commits = site.world.commitsOf(pullRequestOf(request)).slice(0, MOST_COMMITS)
  return pageOf(commits, url, id => shownCommit(site, repository, id))
}

/** GET /repos/{owner}/{repo}/pulls/{pull_number}/files */
export function listPullFiles(request: RepositoryRequest): Answer {
  const { site, repository, url } = request
  const pull = pullRequestOf(request)
  const files = inOneAnswer(site.world.shownFilesOf(pull).slice(0, MOST_FILES))
  const head = headOf(site.world.state, pull)
  return pageOf(files, url, file => diffEntry(site, repository, head, file))
}
