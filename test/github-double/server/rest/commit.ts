// Commits in REST answers: git's data and the linked accounts.
import type { ObjectId } from '../../../../src/domain/proof/git-history.ts'
import type { CommitState, RepositoryState, SignatureState } from '../../state.ts'
import { notFound, ok, unprocessable } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { logOf } from '../git-log.ts'
import { resolve } from '../git-path.ts'
import { commitIn } from '../lookup.ts'
import { pageOf } from '../page.ts'
import { accountOrNull } from './account.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl } from './repository.ts'

type JsonObject = Readonly<Record<string, Json>>

export function gitUser(signature: SignatureState): JsonObject {
  return { name: signature.name, email: signature.email, date: time(signature.at) }
}

export function verification(commit: CommitState): JsonObject {
  if (!commit.isSignedByGitHub) {
    return {
      verified: false,
      reason: 'unsigned',
      signature: null,
      payload: null,
      verified_at: null,
    }
  }
  return {
    verified: true,
    reason: 'valid',
    signature: 'signature',
    payload: `tree ${commit.tree}\n`,
    verified_at: time(commit.committer.at),
  }
}

/** The form of `/commits`; `repository` must serve `commit`. */
export function shownCommit(site: Site, repository: RepositoryState, id: ObjectId): JsonObject {
  const commit = commitIn(site.world.state, repository, id)
  if (commit === null) throw notFound()
  const url = `${apiUrl(site, repository)}/commits/${id}`
  return {
    sha: id,
    node_id: nodeId('C', id),
    commit: innerCommit(site, repository, id, commit),
    url,
    html_url: `${htmlUrl(site, repository)}/commit/${id}`,
    comments_url: `${url}/comments`,
    author: accountOrNull(site, commit.author.accountId),
    committer: accountOrNull(site, commit.committer.accountId),
    parents: parentsOf(site, repository, commit),
  }
}

function innerCommit(
  site: Site,
  repository: RepositoryState,
  id: ObjectId,
  commit: CommitState,
): JsonObject {
  const git = `${apiUrl(site, repository)}/git`
  return {
    author: gitUser(commit.author),
    committer: gitUser(commit.committer),
    message: commit.message,
    tree: { sha: commit.tree, url: `${git}/trees/${commit.tree}` },
    url: `${git}/commits/${id}`,
    comment_count: 0,
    verification: verification(commit),
  }
}

export function parentsOf(site: Site, repository: RepositoryState, commit: CommitState): Json {
  return commit.parents.map(sha => ({
    sha,
    url: `${apiUrl(site, repository)}/commits/${sha}`,
    html_url: `${htmlUrl(site, repository)}/commit/${sha}`,
  }))
}

/** GET /repos/{owner}/{repo}/commits/{ref} */
export function getCommit({ site, repository, parameters }: RepositoryRequest): Answer {
  const found = resolve([site.world.state, repository], parameters['ref'] ?? '')
  if (found === null) throw unprocessable(`No commit found for SHA: ${parameters['ref'] ?? ''}`)
  return ok(shownCommit(site, repository, found.id))
}

/** GET /repos/{owner}/{repo}/commits */
export function listCommits({ site, repository, url }: RepositoryRequest): Answer {
  const start = url.searchParams.get('sha') ?? repository.defaultBranch
  const path = url.searchParams.get('path')
  const found = resolve([site.world.state, repository], start)
  if (found === null) throw notFound()
  const log = logOf([site.world.state, repository], found.id, path === '' ? null : path)
  return pageOf(log, url, id => shownCommit(site, repository, id))
}
