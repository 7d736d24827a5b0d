// The port FileProposals at a Gitea server: git makes and pushes the commits, since the API writes no trees; the API opens pull requests.
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { FileProposals, OpenProposal } from '../../../ports/file-proposals.ts'
import { OBJECT_ID } from '../../github/connection/answer-shapes.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'
import type { FetchedObjects } from '../objects/fetched-objects.ts'
import { storedFiles } from '../objects/stored-files.ts'
import { commitsBetween } from '../objects/stored-history.ts'

const AUTHOR = z.object({ login: z.string(), email: z.string() })
const PULL = z.object({
  number: z.number().int(),
  html_url: z.string(),
  head: z.object({
    label: z.string(),
    sha: OBJECT_ID,
    repo: z.object({ full_name: z.string() }).nullish(),
  }),
})

/** `path`: `/repos/OWNER/NAME`. `tip`: the commit of a branch. Sends nothing. */
export function giteaProposals(
  connection: GiteaConnection,
  path: string,
  store: FetchedObjects,
  tip: (branch: string) => Promise<ObjectId | null>,
): FileProposals {
  return {
    forge: { url: connection.url },
    filesAt: commit => storedFiles(store, commit),

    async tip(branch) {
      const commit = await tip(branch)
      const tree = commit === null ? undefined : (await store.roots([commit])).get(commit)
      if (commit === null || tree === undefined) return null
      return { commit, tree, message: await store.run(['log', '-1', '--format=%B', commit]) }
    },

    async ahead(base, commit) {
      const commits = await commitsBetween(store, base, commit)
      const range = `${base}...${commit}`
      const names = await store.run(['diff', '--name-only', '--no-renames', '-z', range])
      return { commits, paths: new Set(names.split('\0').filter(name => name !== '')) }
    },

    async openPullRequest(branch, base) {
      const query = { state: 'open', base_branch: base }
      const call = {
        path: `${path}/pulls`,
        query,
        doing: 'list the pull requests',
        needs: 'read:repository',
      }
      const found = (await connection.list(call, PULL, ({ number }) => number)) ?? []
      const own = found.find(
        ({ head: { label, repo } }) =>
          label === branch && `/repos/${repo?.full_name}`.toLowerCase() === path.toLowerCase(),
      )
      return own === undefined ? null : opened(own)
    },

    async createTree(base, files) {
      await store.run(['read-tree', base])
      const lines: string[] = []
      for (const [name, text] of files) {
        const blob = text === null ? null : await store.run(['hash-object', '-w', '--stdin'], text)
        lines.push(`${blob === null ? `0 ${'0'.repeat(40)}` : `100644 ${blob.trim()}`}\t${name}\0`)
      }
      await store.run(['update-index', '-z', '--index-info'], lines.join(''))
      return (await store.run(['write-tree'])).trim()
    },

    async createCommit({ tree, parents, message }) {
      const call = { path: '/user', doing: 'find the account of the token', needs: 'read:user' }
      const { login, email } = AUTHOR.parse(await connection.get(call, AUTHOR))
      const person = [
        ['user.name', login],
        ['user.email', email],
      ] as const
      const from = parents.flatMap(parent => ['-p', parent])
      return (await store.run(['commit-tree', tree, ...from], message, person)).trim()
    },

    createBranch: (branch, commit) => store.push(commit, branch, true),
    moveBranch: (branch, commit) => store.push(commit, branch, false),

    async createPullRequest({ branch, ...pull }) {
      const call = {
        path: `${path}/pulls`,
        doing: 'open a pull request',
        needs: 'write:repository',
        alsoTakes: [409, 422],
      }
      const made = await connection.send('POST', call, { ...pull, head: branch }, PULL.nullish())
      return made ? opened(made) : null
    },
  }
}

function opened({ html_url: url, head }: z.output<typeof PULL>): OpenProposal {
  return { url, head: head.sha }
}
