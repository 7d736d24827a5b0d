// Lookups in the state by GitHub's rules: present logins, deleted accounts as null.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type {
  AccountState,
  CommitState,
  GithubState,
  GitObject,
  PullRequestState,
  RepositoryState,
} from '../state.ts'

/** Null for no account, for an unknown id, and for a deleted account. */
export function accountById(state: GithubState, id: number | null): AccountState | null {
  const account = id === null ? undefined : state.accounts.get(id)
  return account === undefined || account.isDeleted ? null : account
}

/** A login belongs to its present account, in any letter case. A bot is found with and without `[bot]`. */
export function accountByLogin(state: GithubState, login: string): AccountState | null {
  const wanted = bareLogin(login.toLowerCase())
  for (const account of state.accounts.values()) {
    if (!account.isDeleted && bareLogin(account.login.toLowerCase()) === wanted) return account
  }
  return null
}

/** REST writes a bot with `[bot]`, GraphQL without. */
export function bareLogin(login: string): string {
  return login.replace(/\[bot\]$/, '')
}

export function repositoryByName(
  state: GithubState,
  owner: string,
  name: string,
): RepositoryState | null {
  for (const repository of state.repositories.values()) {
    if (isSame(repository.owner, owner) && isSame(repository.name, name)) return repository
  }
  return null
}

/** The repository that had the name, if none has it now. */
export function repositoryOnceNamed(
  state: GithubState,
  owner: string,
  name: string,
): RepositoryState | null {
  const all = [...state.repositories.values()]
  const moved = all.find(each => each.formerNames.some(once => isSame(once, `${owner}/${name}`)))
  return repositoryByName(state, owner, name) === null ? (moved ?? null) : null
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase()
}

/** Null if the repository never had the object or no longer serves it. */
export function objectIn(
  state: GithubState,
  repository: RepositoryState,
  id: ObjectId,
): GitObject | null {
  return repository.collected.has(id) ? null : (state.objects.get(id) ?? null)
}

export function commitIn(
  state: GithubState,
  repository: RepositoryState,
  id: ObjectId,
): CommitState | null {
  const object = objectIn(state, repository, id)
  return object?.kind === 'commit' ? object : null
}

export function pullRequestIn(
  repository: RepositoryState,
  number: number,
): PullRequestState | null {
  return repository.pullRequests.find(each => each.number === number) ?? null
}

export function fullName(repository: RepositoryState): string {
  return `${repository.owner}/${repository.name}`
}
