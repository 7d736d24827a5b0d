// The port FileProposals over GitHub's REST API: trees, commits, refs and pull requests.
import { z } from 'zod'
import { failure } from '../../../domain/problem.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { GITHUB_TRAITS } from '../../../domain/proof/repository-facts.ts'
import type { BranchTip, FileProposals, OpenProposal } from '../../../ports/file-proposals.ts'
import { OBJECT_ID, understood } from '../connection/answer-shapes.ts'
import type { RestAnswer } from '../connection/github-connection.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { BlobContents } from '../read/blob-contents.ts'
import { githubFiles } from '../read/commit-files.ts'
import { Trees } from '../read/git-trees.ts'
import { MOST_FILES } from '../read/pull-request-query.ts'

const CONTENTS = { needs: 'contents: read', alsoTakes: [404] }
const CREATED = z.object({ sha: OBJECT_ID })
const BRANCH = z
  .object({
    commit: z.object({
      sha: OBJECT_ID,
      commit: z.object({ message: z.string(), tree: CREATED }),
    }),
  })
  .transform(({ commit: { sha, commit } }): BranchTip => {
    return { commit: sha, tree: commit.tree.sha, message: commit.message }
  })
const PULL_REQUEST = z
  .object({ html_url: z.string(), head: z.object({ sha: OBJECT_ID }) })
  .transform(({ html_url: url, head }): OpenProposal => ({ url, head: head.sha }))
const MOST_COMMITS = 30
const AHEAD = z.object({
  total_commits: z.number(),
  commits: z.array(CREATED),
  files: z.array(z.object({ filename: z.string(), previous_filename: z.string().optional() })),
})

export function githubFileProposals(api: RepositoryApi): FileProposals {
  const trees = new Trees(api)
  const contents = new BlobContents(api)
  return {
    forge: GITHUB_TRAITS,

    tip(branch) {
      const call = { ...CONTENTS, doing: `read the branch ${branch}`, parameters: { branch } }
      return api.find({ ...call, route: '/branches/{branch}' }, BRANCH)
    },

    filesAt: commit => githubFiles(commit, trees, contents),

    async ahead(base, commit) {
      const parameters = { basehead: `${base}...${commit}`, per_page: MOST_COMMITS }
      const call = {
        ...CONTENTS,
        doing: 'compare commits',
        route: '/compare/{basehead}',
        parameters,
      }
      const found = await api.find(call, AHEAD)
      if (found === null) return null
      const { total_commits: total, commits, files } = found
      if (total !== commits.length || files.length >= MOST_FILES) return null
      const paths = files.flatMap(({ filename, previous_filename: previous }) =>
        previous === undefined ? [filename] : [filename, previous],
      )
      return { commits: commits.map(({ sha }) => sha), paths: new Set(paths) }
    },

    async openPullRequest(branch, base) {
      const call = {
        route: '/pulls',
        parameters: { state: 'open', base, head: `${api.owner}:${branch}` },
        doing: `look for a pull request from ${branch}`,
        needs: 'pull-requests: read',
      }
      return (await api.find(call, z.array(PULL_REQUEST)))?.[0] ?? null
    },

    async createTree(base, files) {
      const tree = [...files].map(([path, content]) => ({
        path,
        mode: '100644',
        type: 'blob',
        ...(content === null ? { sha: null } : { content }),
      }))
      return create('/git/trees', { base_tree: base, tree })
    },

    createCommit: ({ tree, parents, message }) =>
      create('/git/commits', { tree, parents, message }),

    async createBranch(branch, commit) {
      const body = { ref: `refs/heads/${branch}`, sha: commit }
      return (await write('POST', '/git/refs', {}, body)).status !== 422
    },

    async moveBranch(branch, commit) {
      const parameters = { ref: `heads/${branch}` }
      const body = { sha: commit, force: false }
      return (await write('PATCH', '/git/refs/{ref}', parameters, body)).status !== 422
    },

    async createPullRequest(pullRequest) {
      const { branch, ...rest } = pullRequest
      const answer = await write('POST', '/pulls', {}, { ...rest, head: branch })
      if (answer.status === 422) return null
      return understood(PULL_REQUEST, answer.data, 'open a pull request')
    },
  }

  async function create(route: string, body: Readonly<Record<string, unknown>>): Promise<ObjectId> {
    const doing = `create a ${route === '/git/trees' ? 'tree' : 'commit'}`
    return understood(CREATED, (await write('POST', route, {}, body)).data, doing).sha
  }

  /** One write. GitHub answers 403 or 404 to a token without the permission. */
  async function write(
    method: 'POST' | 'PATCH',
    route: string,
    parameters: Readonly<Record<string, string>>,
    body: Readonly<Record<string, unknown>>,
  ): Promise<RestAnswer> {
    const doing = 'propose files'
    const alsoTakes = [403, 404, ...(/refs|pulls/.test(route) ? [422] : [])]
    const call = { route, parameters, body, doing, needs: 'contents: write', alsoTakes }
    const answer = await api.send(method, call)
    if (answer.status !== 403 && answer.status !== 404) return answer
    throw failure(
      answer.status === 403 ? 'GITHUB_FORBIDDEN' : 'GITHUB_NOT_FOUND',
      `could not propose files in ${api.owner}/${api.name}: the token may not write (${answer.status})`,
      'the token needs contents: write and pull-requests: write, and workflows: write for a workflow file; run: gh auth refresh --scopes repo,workflow',
    )
  }
}
