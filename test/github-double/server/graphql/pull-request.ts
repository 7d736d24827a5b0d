// A pull request in GraphQL.
import { baseOf, headOf } from '../../pull-requests/pull-request-facts.ts'
import { diffSize } from '../../git/shown-diff.ts'
import type { PullRequestState, RepositoryState } from '../../state.ts'
import { authorAssociation } from '../rest/association.ts'
import { htmlUrl } from '../rest/repository.ts'
import { connection } from './connection.ts'
import type { Graph } from './graph.ts'
import { nodeId, time } from './graph.ts'
import { commentsField } from './issue-comment.ts'
import { reviewFields } from './review.ts'
import { Shown } from './shown.ts'
import type { Field } from './shown.ts'
import { timelineField } from './timeline.ts'

/** GitHub lists and counts at most this many commits of a pull request. */
const MOST_COMMITS = 250
const MOST_FILES = 3000

export function pullRequest(
  graph: Graph,
  repository: RepositoryState,
  pull: PullRequestState,
): Shown {
  const path = `/${repository.owner}/${repository.name}/pull/${pull.number}`
  return new Shown('PullRequest', {
    id: nodeId('PR', `${repository.id}:${pull.number}`),
    number: pull.number,
    title: pull.title,
    body: '',
    url: `${htmlUrl(graph.site, repository)}/pull/${pull.number}`,
    resourcePath: path,
    state: pull.state.toUpperCase(),
    closed: pull.state !== 'open',
    isDraft: false,
    createdAt: time(pull.createdAt),
    author: () => graph.actor(pull.authorId),
    authorAssociation: authorAssociation(graph.site, repository, pull.authorId),
    repository: () => graph.repository(repository),
    merged: pull.state === 'merged',
    mergedAt: pull.mergedAt === null ? null : time(pull.mergedAt),
    mergedBy: () => graph.actor(pull.mergedById),
    mergeCommit: () =>
      pull.mergeCommit === null ? null : graph.commit(repository, pull.mergeCommit),
    ...sides(graph, repository, pull),
    ...contents(graph, repository, pull),
    ...reviewFields(graph, repository, pull),
    comments: commentsField(graph, repository, pull),
    timelineItems: timelineField(graph, repository, pull),
  })
}

function sides(
  graph: Graph,
  repository: RepositoryState,
  pull: PullRequestState,
): Readonly<Record<string, Field>> {
  const { state } = graph.site.world
  const found = state.repositories.get(pull.headRepositoryId)
  const fork = found !== undefined && graph.canSee(found) ? found : undefined
  return {
    baseRefName: pull.base,
    baseRefOid: baseOf(state, pull),
    baseRef: () => graph.ref(repository, pull.base),
    baseRepository: () => graph.repository(repository),
    headRefName: pull.headBranch,
    headRefOid: headOf(state, pull),
    headRef: () => (fork === undefined ? null : graph.ref(fork, pull.headBranch)),
    headRepository: () => (fork === undefined ? null : graph.repository(fork)),
    isCrossRepository: pull.headRepositoryId !== repository.id,
  }
}

function contents(
  graph: Graph,
  repository: RepositoryState,
  pull: PullRequestState,
): Readonly<Record<string, Field>> {
  const { world } = graph.site
  return {
    changedFiles: () => diffSize(world.shownFilesOf(pull)).files,
    additions: () => diffSize(world.shownFilesOf(pull)).additions,
    deletions: () => diffSize(world.shownFilesOf(pull)).deletions,
    commits: given =>
      connection(graph.faults, {
        type: 'PullRequestCommitConnection',
        name: 'commits',
        members: world.commitsOf(pull).slice(0, MOST_COMMITS),
        show: id => pullCommit(graph, repository, pull, id),
      })(given),
    files: given =>
      connection(graph.faults, {
        type: 'PullRequestChangedFileConnection',
        name: 'files',
        members: world.shownFilesOf(pull).slice(0, MOST_FILES),
        show: file =>
          new Shown('PullRequestChangedFile', {
            path: file.path,
            changeType: CHANGES[file.status],
            additions: file.additions,
            deletions: file.deletions,
            viewerViewedState: 'UNVIEWED',
          }),
      })(given),
  }
}

const CHANGES = {
  added: 'ADDED',
  removed: 'DELETED',
  modified: 'MODIFIED',
  renamed: 'RENAMED',
  copied: 'COPIED',
  changed: 'CHANGED',
  unchanged: 'CHANGED',
} as const

function pullCommit(
  graph: Graph,
  repository: RepositoryState,
  pull: PullRequestState,
  id: string,
): Shown {
  const path = `/${repository.owner}/${repository.name}/pull/${pull.number}/commits/${id}`
  return new Shown('PullRequestCommit', {
    id: nodeId('PRC', `${repository.id}:${pull.number}:${id}`),
    url: `${graph.site.html}${path}`,
    resourcePath: path,
    commit: () => graph.commit(repository, id),
    pullRequest: () => graph.pullRequest(repository, pull),
  })
}
