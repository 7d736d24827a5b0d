// The port FileProposals over GitHub's REST API: trees, commits, refs and pull requests.
import { z } from 'zod'
import { failure } from '../../../domain/problem.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type {
  BranchTip,
  CommitsAhead,
  FileProposals,
  NewCommit,
  NewPullRequest,
  OpenPullRequest,
} from '../../../ports/file-proposals.ts'
import type { RepositoryFiles } from '../../../ports/repository-files.ts'
import { OBJECT_ID, understood } from '../connection/answer-shapes.ts'
import type { RestAnswer } from '../connection/github-connection.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { BlobContents } from '../read/blob-contents.ts'
import { GithubFiles } from '../read/commit-files.ts'
import { Trees } from '../read/git-trees.ts'
import { MOST_FILES } from '../read/pull-request-answer.ts'

const CONTENTS = 'contents: read'
const CREATED = z.object({ sha: OBJECT_ID })
const BRANCH = z.object({
  commit: z.object({
    sha: OBJECT_ID,
    commit: z.object({ message: z.string(), tree: CREATED }),
  }),
})
const PULL_REQUEST = z
  .object({ html_url: z.string(), head: z.object({ sha: OBJECT_ID }) })
  .transform(({ html_url: url, head }): OpenPullRequest => ({ url, head: head.sha }))
const MOST_COMMITS = 30
const AHEAD = z.object({
  total_commits: z.number(),
  commits: z.array(CREATED),
  files: z.array(z.object({ filename: z.string(), previous_filename: z.string().optional() })),
})

export class RestFileProposals implements FileProposals {
  readonly #api: RepositoryApi
  readonly #trees: Trees
  readonly #contents: BlobContents

  constructor(api: RepositoryApi) {
    this.#api = api
    this.#trees = new Trees(api)
    this.#contents = new BlobContents(api)
  }

  async tip(branch: string): Promise<BranchTip | null> {
    const doing = `read the branch ${branch}`
    const answer = await this.#api.get({
      route: '/branches/{branch}',
      parameters: { branch },
      doing,
      needs: CONTENTS,
      alsoTakes: [404],
    })
    if (answer.status === 404) return null
    const { sha, commit } = understood(BRANCH, answer.data, doing).commit
    return { commit: sha, tree: commit.tree.sha, message: commit.message }
  }

  filesAt(commit: ObjectId): RepositoryFiles {
    return new GithubFiles(commit, this.#trees, this.#contents)
  }

  async ahead(base: ObjectId, commit: ObjectId): Promise<CommitsAhead | null> {
    const doing = 'compare commits'
    const { status, data } = await this.#api.get({
      route: '/compare/{basehead}',
      parameters: { basehead: `${base}...${commit}`, per_page: MOST_COMMITS },
      doing,
      needs: CONTENTS,
      alsoTakes: [404],
    })
    if (status === 404) return null
    const { total_commits: total, commits, files } = understood(AHEAD, data, doing)
    if (total !== commits.length || files.length >= MOST_FILES) return null
    const paths = files.flatMap(({ filename, previous_filename: previous }) =>
      previous === undefined ? [filename] : [filename, previous],
    )
    return { commits: commits.map(({ sha }) => sha), paths: new Set(paths) }
  }

  async openPullRequest(branch: string, base: string): Promise<OpenPullRequest | null> {
    const doing = `look for a pull request from ${branch}`
    const { data } = await this.#api.get({
      route: '/pulls',
      parameters: { state: 'open', base, head: `${this.#api.owner}:${branch}` },
      doing,
      needs: 'pull-requests: read',
    })
    return understood(z.array(PULL_REQUEST), data, doing)[0] ?? null
  }

  async createTree(base: ObjectId, files: ReadonlyMap<string, string | null>): Promise<ObjectId> {
    const tree = [...files].map(([path, content]) => ({
      path,
      mode: '100644',
      type: 'blob',
      ...(content === null ? { sha: null } : { content }),
    }))
    return this.#create('/git/trees', { base_tree: base, tree })
  }

  async createCommit({ tree, parents, message }: NewCommit): Promise<ObjectId> {
    return this.#create('/git/commits', { tree, parents, message })
  }

  async createBranch(branch: string, commit: ObjectId): Promise<boolean> {
    const body = { ref: `refs/heads/${branch}`, sha: commit }
    return (await this.#write('POST', '/git/refs', {}, body)).status !== 422
  }

  async moveBranch(branch: string, commit: ObjectId): Promise<boolean> {
    const parameters = { ref: `heads/${branch}` }
    const body = { sha: commit, force: false }
    return (await this.#write('PATCH', '/git/refs/{ref}', parameters, body)).status !== 422
  }

  async createPullRequest(pullRequest: NewPullRequest): Promise<OpenPullRequest | null> {
    const { branch, ...rest } = pullRequest
    const answer = await this.#write('POST', '/pulls', {}, { ...rest, head: branch })
    if (answer.status === 422) return null
    return understood(PULL_REQUEST, answer.data, 'open a pull request')
  }

  async #create(route: string, body: Readonly<Record<string, unknown>>): Promise<ObjectId> {
    const doing = `create a ${route === '/git/trees' ? 'tree' : 'commit'}`
    return understood(CREATED, (await this.#write('POST', route, {}, body)).data, doing).sha
  }

  /** One write. GitHub answers 403 or 404 to a token without the permission. */
  async #write(
    method: 'POST' | 'PATCH',
    route: string,
    parameters: Readonly<Record<string, string>>,
    body: Readonly<Record<string, unknown>>,
  ): Promise<RestAnswer> {
    const doing = 'propose files'
    const alsoTakes = [403, 404, ...(/refs|pulls/.test(route) ? [422] : [])]
    const call = { route, parameters, body, doing, needs: 'contents: write', alsoTakes }
    const answer = await this.#api.send(method, call)
    if (answer.status !== 403 && answer.status !== 404) return answer
    throw failure(
      answer.status === 403 ? 'GITHUB_FORBIDDEN' : 'GITHUB_NOT_FOUND',
      `could not propose files in ${this.#api.owner}/${this.#api.name}: the token may not write (${answer.status})`,
      'the token needs contents: write and pull-requests: write, and workflows: write for a workflow file; run: gh auth refresh --scopes repo,workflow',
    )
  }
}
