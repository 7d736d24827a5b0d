// Files edited on the web: GitHub creates the commit, signs it, and is its committer.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { askPushRight, moveBranch } from '../git/branches.ts'
import { commitByGithub } from '../git/commits.ts'
import { withChanges } from '../git/git-files.ts'
import type { FileChanges } from '../git/git-files.ts'
import { commitFiles } from '../git/merge.ts'
import { tipOf } from '../repositories.ts'
import type { Person } from '../git/signatures.ts'
import type { AccountState, GithubState, RepositoryState } from '../state.ts'

export interface WebEdit {
  readonly actor: AccountState
  readonly repository: RepositoryState
  readonly branch: string
  readonly files: FileChanges
  readonly message?: string
  /** For a committed suggestion: its author. */
  readonly coAuthors?: readonly Person[]
  /** Creates this branch from `branch`, which stays unchanged. */
  readonly newBranch?: string
}

/** Returns the commit. The activity names the editor. */
export function editOnWeb(state: GithubState, input: WebEdit): ObjectId {
  const { actor, repository, branch, files } = input
  askPushRight(state, repository, branch, actor)
  const tip = tipOf(repository, branch)
  const content = {
    files: withChanges(state.objects, commitFiles(state.objects, tip), files),
    parents: [tip],
    message: input.message ?? `Update ${Object.keys(files).join(', ')}`,
  }
  const commit = commitByGithub(state, actor, content, input.coAuthors)
  const mover = { actorId: actor.id, kind: 'push' } as const
  moveBranch(state, repository, input.newBranch ?? branch, commit, mover)
  return commit
}
