// Pages of a REST list by GitHub's rules, with the Link header to the others.
import { ok } from './answer.ts'
import type { Answer, Json } from './answer.ts'

const PER_PAGE = 30
const MOST = 100

function numberIn(url: URL, name: string, otherwise: number): number {
  const value = Number.parseInt(url.searchParams.get(name) ?? '', 10)
  return Number.isFinite(value) && value > 0 ? value : otherwise
}

export function perPage(url: URL): number {
  return Math.min(MOST, numberIn(url, 'per_page', PER_PAGE))
}

/** The page of `page` and `per_page`; `show` is called for its members only. */
export function pageOf<Member>(
  members: readonly Member[],
  url: URL,
  show: (member: Member) => Json,
  wrap: (shown: readonly Json[]) => Json = shown => shown,
): Answer {
  const size = perPage(url)
  const page = numberIn(url, 'page', 1)
  const last = Math.max(1, Math.ceil(members.length / size))
  const shown = members.slice((page - 1) * size, page * size).map(show)
  return ok(wrap(shown), linkHeader(pageLinks(url, page, last)))
}

function pageLinks(url: URL, page: number, last: number): readonly (readonly [string, string])[] {
  const to = (number: number): string => withQuery(url, { page: String(number) })
  return [
    ...(page > 1 ? ([['prev', to(page - 1)]] as const) : []),
    ...(page < last ? ([['next', to(page + 1)]] as const) : []),
    ...(page < last ? ([['last', to(last)]] as const) : []),
    ...(page > 1 ? ([['first', to(1)]] as const) : []),
  ]
}

/** The page of the cursors `before` and `after`; members are newest first and have an id. */
export function cursorPageOf<Member extends { readonly id: number }>(
  members: readonly Member[],
  url: URL,
  show: (member: Member) => Json,
): Answer {
  const size = perPage(url)
  const after = cursorIndex(members, url.searchParams.get('after'))
  const before = cursorIndex(members, url.searchParams.get('before'))
  const end = before ?? members.length
  const start = after === null ? Math.max(0, before === null ? 0 : end - size) : after + 1
  const shown = members.slice(start, Math.min(end, start + size))
  const [first, last] = [shown[0], shown.at(-1)]
  const links: (readonly [string, string])[] = []
  if (last !== undefined && last !== members.at(-1))
    links.push(['next', cursorUrl(url, 'after', last.id)])
  if (first !== undefined && first !== members[0])
    links.push(['prev', cursorUrl(url, 'before', first.id)])
  return ok(shown.map(show), linkHeader(links))
}

function cursorIndex(
  members: readonly { readonly id: number }[],
  cursor: string | null,
): number | null {
  if (cursor === null || cursor === '') return null
  const id = Number(Buffer.from(cursor, 'base64url').toString('utf8'))
  const index = members.findIndex(member => member.id === id)
  return index < 0 ? null : index
}

function cursorUrl(url: URL, side: 'before' | 'after', id: number): string {
  const cursor = Buffer.from(String(id)).toString('base64url')
  return withQuery(url, { before: null, after: null, [side]: cursor })
}

function withQuery(url: URL, values: Readonly<Record<string, string | null>>): string {
  const copy = new URL(url)
  for (const [name, value] of Object.entries(values)) {
    if (value === null) copy.searchParams.delete(name)
    else copy.searchParams.set(name, value)
  }
  return copy.href
}

function linkHeader(
  links: readonly (readonly [string, string])[],
): Readonly<Record<string, string>> {
  if (links.length === 0) return {}
  return { link: links.map(([relation, to]) => `<${to}>; rel="${relation}"`).join(', ') }
}
