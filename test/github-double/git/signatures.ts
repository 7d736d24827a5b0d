// Author and committer of commits: free text in git, which GitHub links to an account by its address.
import { commitAt } from './git-objects.ts'
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { WEB_FLOW_ID } from '../people.ts'
import type { AccountState, GithubState, SignatureState } from '../state.ts'

/** An account (by its noreply address), an unlinked address, or null for an unknown person. */
export type Person = AccountState | { readonly name: string; readonly email: string } | null

const WEB_FLOW = { name: 'GitHub', email: 'noreply@github.com' }
const NOBODY = { name: 'Nobody', email: 'nobody@example.com' }
const NOREPLY = /^(\d+)\+[^@]+@users\.noreply\.github\.com$/i
const TRAILER = /^co-authored-by:\s*(.*?)\s*<([^<>]+)>\s*$/i

export function signatureOf(state: GithubState, person: Person, at: Date): SignatureState {
  const { name, email } = addressOf(person)
  return { name, email, at, accountId: linkedAccount(state, email) }
}

/** The committer of commits by GitHub. Anybody can write it; only GitHub's signature proves it. */
export function webFlow(at: Date): SignatureState {
  return { ...WEB_FLOW, at, accountId: WEB_FLOW_ID }
}

/** The message with its co-authors in the trailers. */
export function withCoAuthors(message: string, people: readonly Person[]): string {
  if (people.length === 0) return message
  const lines = people.map(addressOf).map(({ name, email }) => `Co-authored-by: ${name} <${email}>`)
  return `${message.trimEnd()}\n\n${lines.join('\n')}\n`
}

/** Author and co-authors of a commit in GitHub's list: each address once. */
export function authorsOf(state: GithubState, id: ObjectId): SignatureState[] {
  const { author, message } = commitAt(state.objects, id)
  const lastBlock =
    message
      .trimEnd()
      .split(/\n[ \t]*\n/)
      .at(-1) ?? ''
  const authors = [author]
  for (const line of message.includes('\n') ? lastBlock.split('\n') : []) {
    const [, name, email] = TRAILER.exec(line) ?? []
    if (name === undefined || email === undefined) continue
    if (authors.some(known => known.email.toLowerCase() === email.toLowerCase())) continue
    authors.push({ name, email, at: author.at, accountId: linkedAccount(state, email) })
  }
  return authors
}

/** The account that GitHub links an address to; null for none. The id in a noreply address stays valid after a rename. */
function linkedAccount(state: GithubState, email: string): number | null {
  if (email.toLowerCase() === WEB_FLOW.email) return WEB_FLOW_ID
  const id = Number(NOREPLY.exec(email)?.[1] ?? Number.NaN)
  return state.accounts.has(id) ? id : null
}

function addressOf(person: Person): { readonly name: string; readonly email: string } {
  if (person === null) return NOBODY
  if (!('login' in person)) return person
  if (person.id === WEB_FLOW_ID) return WEB_FLOW
  const { id, login } = person
  return { name: login, email: `${id}+${login}@users.noreply.github.com` }
}
