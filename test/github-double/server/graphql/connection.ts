// GitHub's GraphQL connections: at most 100 members per page, from either end, with opaque cursors.
import type { FaultsOfRequest } from '../faults.ts'
import { failure, Shown } from './shown.ts'
import type { Field, Given, Value } from './shown.ts'

const MOST = 100

export interface ConnectionInput<Member> {
  /** Type of the connection: `PullRequestCommitConnection`. */
  readonly type: string
  /** Type of an edge, if it differs from the connection's. */
  readonly edge?: string
  /** Name of the field, for messages and faults. */
  readonly name: string
  readonly members: readonly Member[]
  /** Called for members of the page only. */
  readonly show: (member: Member) => Value
  /** More fields, from the number of members between the cursors and on the page. */
  readonly more?: (between: number, onPage: number) => Readonly<Record<string, Field>>
}

/** Returns the field: a function of `first`, `last`, `after`, `before`. */
export function connection<Member>(
  faults: FaultsOfRequest,
  input: ConnectionInput<Member>,
): (given: Given) => Shown {
  return given => {
    const size = sizeOf(given, input.name)
    const { members } = input
    const after = position(given.text('after'))
    const before = position(given.text('before'))
    const open = members.slice(after === null ? 0 : after + 1, before ?? members.length)
    const isFromEnd = given.number('first') === null
    const offset =
      (after === null ? 0 : after + 1) + (isFromEnd ? Math.max(0, open.length - size) : 0)
    const page = isFromEnd ? open.slice(-size || open.length) : open.slice(0, size)
    return shownPage(faults, input, { page, offset, between: open.length })
  }
}

function sizeOf(given: Given, name: string): number {
  const first = given.number('first')
  const side = first === null ? 'last' : 'first'
  const size = first ?? given.number('last')
  if (size === null) {
    const message = `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`
    throw failure('MISSING_PAGINATION_BOUNDARIES', message)
  }
  if (size > MOST) {
    const message = `Requesting ${size} records on the \`${name}\` connection exceeds the \`${side}\` limit of ${MOST} records.`
    throw failure('EXCESSIVE_PAGINATION', message)
  }
  if (size < 0)
    throw failure('INVALID_PAGINATION', `\`${side}\` on \`${name}\` cannot be negative.`)
  return size
}

function cursorOf(index: number): string {
  return Buffer.from(`cursor:${index}`).toString('base64')
}

function position(cursor: string | null): number | null {
  if (cursor === null) return null
  const [, index] = /^cursor:(\d+)$/.exec(Buffer.from(cursor, 'base64').toString('utf8')) ?? []
  if (index === undefined) {
    throw failure('INVALID_CURSOR_ARGUMENTS', `\`${cursor}\` does not appear to be a valid cursor.`)
  }
  return Number(index)
}

interface Page<Member> {
  readonly page: readonly Member[]
  /** Index of the page's first member. */
  readonly offset: number
  readonly between: number
}

function shownPage<Member>(
  faults: FaultsOfRequest,
  input: ConnectionInput<Member>,
  { page, offset, between }: Page<Member>,
): Shown {
  const fault = faults
    .all('truncatedPage')
    .find(({ connection: name }) => name === undefined || name === input.name)
  const kept = fault === undefined ? page : page.slice(0, Math.floor(page.length / 2))
  const isMore = offset + page.length < input.members.length
  const last = offset + kept.length - 1
  const lost = fault !== undefined && (fault.how ?? 'lostCursor') === 'lostCursor'
  const info = new Shown('PageInfo', {
    hasNextPage: fault === undefined ? isMore : lost,
    hasPreviousPage: offset > 0,
    startCursor: kept.length === 0 ? null : cursorOf(offset),
    endCursor: kept.length === 0 || lost ? null : cursorOf(last),
  })
  return new Shown(input.type, {
    totalCount: input.members.length,
    pageInfo: info,
    nodes: () => kept.map(input.show),
    edges: () => kept.map((member, index) => edge(input, member, offset + index)),
    ...input.more?.(between, kept.length),
  })
}

function edge<Member>(input: ConnectionInput<Member>, member: Member, index: number): Shown {
  const type = input.edge ?? input.type.replace(/Connection$/, 'Edge')
  return new Shown(type, { cursor: cursorOf(index), node: () => input.show(member) })
}
