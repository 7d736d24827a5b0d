// The text of the one GitHub issue that lists what needs attention: which certificate, its end, the reason, and the next step.
import { compareNames, grouped } from '../../domain/lists.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import { VERSION } from '../../domain/version.ts'
import {
  code,
  firstOf,
  joinMarkdown,
  mark,
  NOTHING,
  onCluster,
  prose,
  tableHead,
  tableRow,
} from './safe-markdown.ts'
import type { Markdown } from './safe-markdown.ts'
import { COMMENT, fitPage, rows } from './comment-size-limit.ts'
import type { Page } from './comment-size-limit.ts'
import { hintMarkdown, placeMarkdown } from './problem-markdown.ts'
import { counted, minute, relative } from '../terminal/plural-words.ts'

/** First line of the issue. It identifies the issue among those of the same author. */
export const NOTICE_MARKER = '<!-- countersign:notice -->'

/**
 * When the stored certificate ends: `none` if there is none yet, `unknown` if it could not be read, `each` if the entry applies to
 * all certificates.
 */
export type Until = Date | 'none' | 'unknown' | 'each'

export interface NoticeEntry {
  readonly name: string
  readonly cluster: string | null
  readonly until: Until
  /** The reason; its hint says what to do. */
  readonly problem: Problem
}

/** `countersign: 3 requests need attention`: counts requests, not rows. If no entry is left, the issue is closed under the last title. */
export function noticeTitle(entries: readonly NoticeEntry[]): string {
  const named = new Set(entries.map(({ name, cluster }) => JSON.stringify([name, cluster])))
  return named.size === 0
    ? 'countersign: no request needs attention'
    : `countersign: ${counted(named.size, 'request needs', 'requests need')} attention`
}

/** Entries that apply to all certificates first, then the earliest end; entries without a certificate last. */
export function noticeBody(entries: readonly NoticeEntry[], now: Date): Page {
  const verdict =
    entries.length === 0
      ? mark`No request needs attention. Certificates that were revoked or have ended are not renewed: countersign status shows them.`
      : mark`These need attention. Every run rewrites this issue, and closes it when nothing is left.`
  const top = (isWhole: boolean): Markdown =>
    joinMarkdown(
      [
        { markdown: NOTICE_MARKER },
        mark`${verdict}${isWhole ? NOTHING : mark` Only the most urgent are shown.`}`,
      ],
      '\n',
    )
  const section = rows(
    tableHead(['request', 'works until', 'why', 'next step']),
    [...alike(entries, now).values()].map(same => noticeRow(same, now)),
    '# more; `countersign status` names them all',
    1,
  )
  const bottom = mark`<sub>as of ${{ markdown: minute(now) }} · countersign ${{ markdown: VERSION }}</sub>`
  return fitPage(top, [section], bottom, COMMENT)
}

/** What stops many requests alike is one row. */
function alike(entries: readonly NoticeEntry[], now: Date) {
  const sorted = entries.toSorted((a, b) => rank(a) - rank(b) || compareNames(a.name, b.name))
  return grouped(
    sorted.map(each => [JSON.stringify([each.problem, end(each.until, now)]), each] as const),
  )
}

const MOST_NAMES = 3

function noticeRow(same: NonEmpty<NoticeEntry>, now: Date): Markdown {
  const [{ until, problem }] = same
  const names = same.map(({ name, cluster }) => mark`${name}${onCluster(cluster)}`)
  const all = names.length > MOST_NAMES ? mark`: ${code('countersign status')}` : NOTHING
  const next = problem.hint === null ? mark`see why` : hintMarkdown(problem.hint)
  return tableRow([
    mark`${joinMarkdown(firstOf(names, MOST_NAMES), ', ')}${all}`,
    { markdown: end(until, now) },
    mark`${placeMarkdown(problem.at)}${prose(problem.message)} (${code(problem.code)})`,
    next,
  ])
}

const WITHOUT_DATE = {
  none: 'no certificate in use',
  unknown: 'unknown',
  each: 'each keeps its present end, and none is renewed',
} as const

function end(until: Until, now: Date): string {
  if (typeof until === 'string') return WITHOUT_DATE[until]
  return until > now
    ? `${minute(until)}, ${relative(until, now)}`
    : `expired ${relative(until, now)}`
}

function rank({ until }: NoticeEntry): number {
  if (until === 'each') return -Infinity
  if (until === 'unknown') return Number.MAX_SAFE_INTEGER
  return until === 'none' ? Infinity : until.getTime()
}
