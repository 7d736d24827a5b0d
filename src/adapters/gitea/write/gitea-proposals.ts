// The port FileProposals at a Gitea server: git makes and pushes the commits, since the API writes no trees; the API opens pull requests.
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { FileProposals, OpenProposal } from '../../../ports/file-proposals.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'
import type { FetchedObjects } from '../objects/fetched-objects.ts'
import { storedFiles } from '../objects/stored-files.ts'
import { commitsBetween } from '../objects/stored-history.ts'
import { GITEA_PULL } from '../read/pull-links.ts'
import type { GiteaPull, PullLinks } from '../read/pull-links.ts'

const AUTHOR = z.object({ login: z.string(), email: z.string() })
const READING = { path: '/user', doing: 'find the account of the token', needs: 'read:user' }
const OPENING = { doing: 'open a pull request', needs: 'write:repository', alsoTakes: [409, 422] }

/** `repository`: owner/name. `tip`: reads the commit of a branch. Sends nothing. */
export function giteaProposals(
  connection: GiteaConnection,
  repository: string,
  store: FetchedObjects,
  links: PullLinks,
  tip: (branch: string) => Promise<ObjectId | null>,
): FileProposals {
  const ours = repository.toLowerCase()
  return {
    forge: { url: connection.url },
    filesAt: commit => storedFiles(store, commit),
    createBranch: (branch, commit) => store.push(commit, branch, true),
    moveBranch: (branch, commit) => store.push(commit, branch, false),

    async tip(branch) {
      const commit = (await tip(branch)) ?? ''
      const tree = (await store.roots([commit])).get(commit)
      if (tree === undefined) return null
      return { commit, tree, message: await store.run(['log', '-1', '--format=%B', commit]) }
    },

    async ahead(base, commit) {
      const commits = await commitsBetween(store, base, commit)
      const range = ['--no-renames', '-z', `${base}...${commit}`]
      const names = (await store.run(['diff', '--name-only', ...range])).split('\0')
      return { commits, paths: new Set(names.filter(name => name !== '')) }
    },

    async openPullRequest(branch, base) {
      const found = await links.pulls({ state: 'open', base_branch: base })
      const own = found.find(
        ({ head }) => head.label === branch && head.repo?.full_name.toLowerCase() === ours,
      )
      return own === undefined ? null : opened(own)
    },

    async createTree(base, files) {
      const lines: string[] = []
      for (const [path, text] of files) {
        const blob = text === null ? '' : await store.run(['hash-object', '-w', '--stdin'], text)
        lines.push(`${text === null ? `0 ${'0'.repeat(40)}` : `100644 ${blob.trim()}`}\t${path}\0`)
      }
      await store.run(['read-tree', base])
      await store.run(['update-index', '-z', '--index-info'], lines.join(''))
      return (await store.run(['write-tree'])).trim()
    },

    async createCommit({ tree, parents, message }) {
      const { login, email } = AUTHOR.parse(await connection.get(READING, AUTHOR))
      const author = ['-c', `user.name=${login}`, '-c', `user.email=${email}`]
      const from = parents.flatMap(parent => ['-p', parent])
      return (await store.run([...author, 'commit-tree', tree, ...from], message)).trim()
    },

    async createPullRequest({ branch: head, ...pull }) {
      const call = { ...OPENING, path: `/repos/${repository}/pulls` }
      const made = await connection.send('POST', call, { ...pull, head }, GITEA_PULL.nullish())
      return made ? opened(made) : null
    },
  }
}

function opened({ html_url: url, head }: GiteaPull): OpenProposal {
  return { url, head: head.sha }
}
