// The acting account of a token: its person, or the bot of its app.
import { addUser, accountOf } from '../people.ts'
import type { GithubState } from '../state.ts'
import type { Caller } from './tokens.ts'

/** Id of the account that writes with this token; null for none. A bot is created with its first action. */
export function writerOf(state: GithubState, caller: Caller): number | null {
  if (caller.grant === null) return null
  if ('account' in caller.grant.as) return caller.grant.as.account
  const login = `${caller.grant.as.app}[bot]`
  return (accountOf(state, login) ?? addUser(state, login, { type: 'Bot' })).id
}

/** Whether this account is the token's own. */
export function isOwn(state: GithubState, caller: Caller, accountId: number): boolean {
  if (caller.grant === null) return false
  if ('account' in caller.grant.as) return caller.grant.as.account === accountId
  return accountOf(state, `${caller.grant.as.app}[bot]`)?.id === accountId
}
