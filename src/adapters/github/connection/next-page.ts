// The Link header of a REST list: the parameters of the next page (RFC 8288, as GitHub writes it).
import { incomplete } from './github-refusal.ts'

export type Parameters = Readonly<Record<string, string | number | readonly string[]>>

/**
 * The call's parameters with those of the next page, null after the last page. Only the query of the link is used, so a header
 * cannot choose where the token goes. Throws APPROVAL_API_INCOMPLETE for a next page that cannot be requested.
 */
export function nextPage(link: string, parameters: Parameters, doing: string): Parameters | null {
  const target = /<([^<>]*)>\s*;[^,]*\brel="?next"?/.exec(link)?.[1]
  if (target === undefined) return null
  const query = URL.canParse(target) ? [...new URL(target).searchParams] : []
  const next = { ...parameters, ...Object.fromEntries(query) }
  if (query.length === 0 || JSON.stringify(next) === JSON.stringify(parameters))
    throw incomplete(`what was asked for to ${doing}`)
  return next
}
