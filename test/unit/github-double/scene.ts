// A small scene for the tests of the double: a repository with a file, its owner, an author and a reviewer who may write.
import type { FileChanges } from '../../github-double/git/git-files.ts'
import { World } from '../../github-double/world.ts'
import type { WorldOptions } from '../../github-double/world.ts'
import type { AccountState, PullRequestState, RepositoryState } from '../../github-double/state.ts'

export const FILE = 'requests/jane.yaml'
export const LINES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine']

/** The file of the scene with some of its lines replaced. */
export function text(changes: Readonly<Record<string, string>> = {}): string {
  return LINES.map(line => `${changes[line] ?? line}\n`).join('')
}

export interface Scene {
  readonly world: World
  readonly repository: RepositoryState
  readonly owner: AccountState
  readonly author: AccountState
  readonly reviewer: AccountState
  /** Commits to a branch (created from main if missing) and pushes; a minute passes. Returns the commit. */
  readonly change: (branch: string, files: FileChanges, by?: AccountState) => string
  /** A pull request of the author with one commit on a new branch. */
  readonly propose: (branch: string, files: FileChanges) => PullRequestState
  /** The text of a file in a commit. */
  readonly read: (commit: string, path?: string) => string | null
}

export function scene(options: WorldOptions = {}): Scene {
  const world = new World(options)
  const [owner, author, reviewer] = ['owner', 'author', 'reviewer'].map(login =>
    world.addUser(login),
  ) as [AccountState, AccountState, AccountState]
  const repository = world.createRepository({
    owner: owner.login,
    name: 'certificates',
    files: { [FILE]: text(), 'README.md': 'hello\n' },
  })
  world.addCollaborator(repository, author, 'write')
  world.addCollaborator(repository, reviewer, 'write')
  world.tick(60)
  const change: Scene['change'] = (branch, files, by = author) => {
    const parent = repository.branches.get(branch) ?? world.tipOf(repository)
    const commit = world.commit({ parent, files, author: by })
    world.push({ actor: by, repository, branch, commit })
    world.tick(60)
    return commit
  }
  const propose: Scene['propose'] = (branch, files) => {
    change(branch, files)
    const pr = world.openPullRequest({ actor: author, repository, branch, title: `Add ${branch}` })
    world.tick(60)
    return pr
  }
  const read: Scene['read'] = (commit, path = FILE) => {
    const blob = world.state.objects.get(world.blobAt(commit, path) ?? '')
    return blob?.kind === 'blob' ? Buffer.from(blob.bytes).toString() : null
  }
  return { world, repository, owner, author, reviewer, change, propose, read }
}
