// Accounts: ids are fixed, logins can be released and reused by others.
import { ask } from './refusal.ts'
import type { AccountState, GithubState } from './state.ts'

export interface NewUser {
  readonly id?: number
  readonly type?: AccountState['type']
}

/** The committer of commits by GitHub: github.com/web-flow. */
export const WEB_FLOW_ID = 19_864_447
/** The bot that pushes and merges for the merge queue. */
export const MERGE_QUEUE_ID = 118_344_674

/** GitHub's own accounts. */
export function addHouseAccounts(state: GithubState): void {
  addUser(state, 'web-flow', { id: WEB_FLOW_ID })
  addUser(state, 'github-merge-queue[bot]', { id: MERGE_QUEUE_ID, type: 'Bot' })
}

/** A new account; its login must be free, independent of letter case. */
export function addUser(state: GithubState, login: string, options: NewUser = {}): AccountState {
  askFree(state, login)
  const id = options.id ?? newId(state)
  ask(!state.accounts.has(id), 422, `an account ${id} exists already`)
  const account: AccountState = { id, login, type: options.type ?? 'User', isDeleted: false }
  state.accounts.set(id, account)
  return account
}

/** Repositories of the account move with its login. */
export function rename(state: GithubState, account: AccountState, login: string): void {
  askFree(state, login)
  for (const repository of state.repositories.values())
    if (repository.owner === account.login) repository.owner = login
  account.login = login
}

/** Deletes an account with its repositories, rights and memberships. Its actions are shown without an account. */
export function deleteAccount(state: GithubState, account: AccountState): void {
  account.isDeleted = true
  for (const repository of state.repositories.values()) {
    repository.collaborators.delete(account.id)
    if (repository.owner === account.login) state.repositories.delete(repository.id)
  }
  for (const organization of state.organizations.values())
    for (const team of organization.teams.values()) team.members.delete(account.id)
}

/** The account that has a login now, or null. */
export function accountOf(state: GithubState, login: string): AccountState | null {
  for (const account of state.accounts.values())
    if (!account.isDeleted && isSameLogin(account.login, login)) return account
  return null
}

/** The next number for an account, a review, a row of activity, … */
export function newId(state: GithubState): number {
  return state.nextId++
}

/** Refuses a deleted account. */
export function askAlive(account: AccountState): void {
  ask(!account.isDeleted, 401, `${account.login} has been deleted`)
}

export function askFree(state: GithubState, login: string): void {
  const isTaken =
    accountOf(state, login) !== null ||
    [...state.organizations.keys()].some(name => isSameLogin(name, login))
  ask(!isTaken, 422, `the login ${login} is taken`)
}

function isSameLogin(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}
