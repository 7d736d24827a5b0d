// The people of histories: logins are roles, ids never change.
import type { Right } from './history.ts'

export interface Role {
  readonly id: number
  readonly type: 'User' | 'Bot'
  readonly right: Right | 'none'
}

export const ROLES: Readonly<Record<string, Role>> = {
  author: { id: 101, type: 'User', right: 'write' },
  owner: { id: 102, type: 'User', right: 'admin' },
  reviewer: { id: 103, type: 'User', right: 'write' },
  colleague: { id: 104, type: 'User', right: 'write' },
  maintainer: { id: 105, type: 'User', right: 'maintain' },
  reader: { id: 106, type: 'User', right: 'read' },
  stranger: { id: 107, type: 'User', right: 'none' },
  /** A machine account, which GitHub treats as a user. */
  robot: { id: 108, type: 'User', right: 'write' },
  'helper[bot]': { id: 109, type: 'Bot', right: 'write' },
}

/** Names that rules know as requester.name; the author is jane, as in the documentation. */
export const NAMES: Readonly<Record<string, string>> = {
  author: 'jane',
  colleague: 'mark',
  reviewer: 'rose',
}

export const TEAM_IDS: Readonly<Record<string, number>> = { pki: 501, developers: 502 }

/** `{login, id}` of a role, as configuration files name people. */
export function personOf(login: string): { readonly login: string; readonly id: number } {
  const role = ROLES[login]
  if (role === undefined) throw new Error(`nobody is called ${login}`)
  return { login, id: role.id }
}

export function teamOf(slug: string): { readonly slug: string; readonly id: number } {
  const id = TEAM_IDS[slug]
  if (id === undefined) throw new Error(`no team is called ${slug}`)
  return { slug, id }
}
