// Writes of the git data API, and new pull requests: trees, commits, refs, in GitHub's order.
import { moveBranch } from '../../git/branches.ts'
import { withChanges } from '../../git/git-files.ts'
import { isAncestor } from '../../git/git-history.ts'
import { put } from '../../git/git-objects.ts'
import { filesOf, putTree } from '../../git/git-tree.ts'
import { signatureOf } from '../../git/signatures.ts'
import { openPullRequest } from '../../pull-requests/pull-requests.ts'
import type { AccountState } from '../../state.ts'
import { HttpRefusal, notFound, ok, refused, unprocessable } from '../answer.ts'
import type { Answer } from '../answer.ts'
import { writerOf } from '../author.ts'
import { commitIn, objectIn } from '../lookup.ts'
import { getGitCommit, getTree } from './git-object.ts'
import { nodeId } from './place.ts'
import type { RepositoryRequest } from './place.ts'
import { getPull } from './pull-request.ts'
import { apiUrl } from './repository.ts'

interface TreeBody {
  readonly base_tree: string
  readonly tree: readonly { readonly path: string; readonly content?: string }[]
}

/** POST /repos/{owner}/{repo}/git/trees: files with inline content on top of a tree; one with `sha: null` is removed. */
export function createTree(request: RepositoryRequest): Answer {
  const { objects } = request.site.world.state
  const { base_tree, tree } = request.body as TreeBody
  if (objectIn(request.site.world.state, request.repository, base_tree)?.kind !== 'tree')
    throw unprocessable('base_tree is not a valid tree oid')
  const changes = Object.fromEntries(tree.map(({ path, content = null }) => [path, content]))
  const id = refused(() =>
    putTree(objects, withChanges(objects, filesOf(objects, base_tree), changes)),
  )
  return created(getTree({ ...request, parameters: { tree_sha: id } }))
}

interface CommitBody {
  readonly message: string
  readonly tree: string
  readonly parents: readonly string[]
}

/** POST /repos/{owner}/{repo}/git/commits: author and committer are the caller. */
export function createCommit(request: RepositoryRequest): Answer {
  const { site, repository } = request
  const { state } = site.world
  const { message, tree, parents } = request.body as CommitBody
  if (parents.some(parent => commitIn(state, repository, parent) === null))
    throw unprocessable('Parent SHA does not exist or is not a commit object')
  if (objectIn(state, repository, tree)?.kind !== 'tree')
    throw unprocessable('Tree SHA does not exist')
  const signature = signatureOf(state, writer(request), state.now)
  const commit_sha = put(state.objects, {
    kind: 'commit',
    tree,
    parents,
    author: signature,
    committer: signature,
    message,
    isSignedByGitHub: false,
  })
  return created(getGitCommit({ ...request, parameters: { commit_sha } }))
}

/** POST /repos/{owner}/{repo}/git/refs */
export function createRef(request: RepositoryRequest): Answer {
  const { ref, sha } = request.body as { readonly ref: string; readonly sha: string }
  const branch = ref.replace(/^refs\/heads\//, '')
  const names = [...request.repository.branches.keys()]
  if (names.includes(branch)) throw unprocessable('Reference already exists')
  const isBlocked = names.some(
    name => name.startsWith(`${branch}/`) || branch.startsWith(`${name}/`),
  )
  if (isBlocked) throw unprocessable('Reference cannot be created')
  return created(moved(request, branch, sha))
}

/** PATCH /repos/{owner}/{repo}/git/refs/{ref}: forward only. */
export function updateRef(request: RepositoryRequest): Answer {
  const branch = (request.parameters['ref'] ?? '').replace(/^heads\//, '')
  const { sha, force } = request.body as { readonly sha: string; readonly force?: boolean }
  const before = request.repository.branches.get(branch)
  if (before === undefined) throw unprocessable('Reference does not exist')
  const { objects } = request.site.world.state
  if (force !== true && !isAncestor(objects, before, sha))
    throw unprocessable('Update is not a fast forward')
  return moved(request, branch, sha)
}

function moved(request: RepositoryRequest, branch: string, sha: string): Answer {
  const { site, repository } = request
  const { state } = site.world
  if (commitIn(state, repository, sha) === null) throw unprocessable('Object does not exist')
  moveBranch(state, repository, branch, sha, { actorId: writer(request).id, kind: 'push' })
  const url = `${apiUrl(site, repository)}/git`
  return ok({
    ref: `refs/heads/${branch}`,
    node_id: nodeId('REF', branch),
    url: `${url}/refs/heads/${branch}`,
    object: { type: 'commit', sha, url: `${url}/commits/${sha}` },
  })
}

interface PullBody {
  readonly title: string
  readonly body?: string
  readonly head: string
  readonly base: string
}

/** POST /repos/{owner}/{repo}/pulls: from a branch of the repository itself. */
export function createPull(request: RepositoryRequest): Answer {
  const { site, repository } = request
  const { title, body = '', head, base } = request.body as PullBody
  const actor = writer(request)
  if (!repository.branches.has(head) || !repository.branches.has(base))
    throw unprocessable('Validation Failed')
  const pull = refused(() =>
    openPullRequest(site.world.state, { actor, repository, base, branch: head, title, body }),
  )
  return created(getPull({ ...request, parameters: { pull_number: String(pull.number) } }))
}

function writer({ site, caller }: RepositoryRequest): AccountState {
  const id = writerOf(site.world.state, caller)
  if (id === null) throw new HttpRefusal(401, 'Requires authentication')
  const account = site.world.state.accounts.get(id)
  if (account === undefined) throw notFound()
  return account
}

function created(answer: Answer): Answer {
  return { ...answer, status: 201 }
}
