// The status for people: who has access until when, one row per certificate: what needs attention, then soonest end first.
import type { EarlierCertificate } from '../../domain/cluster/record.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { grouped } from '../../domain/lists.ts'
import { FEW, namesOf, rowGroups } from './row-groups.ts'
import type { NamedRow, RowGroup } from './row-groups.ts'
import { BLOCKED, CLUSTER_CODES, RENEWS } from './status-rows.ts'
import type { StatusRow } from './status-rows.ts'
import { table, wordLines, wrappedTable } from './text-table.ts'
import { counted, minute, ONLY_WAITING, relative } from './plural-words.ts'

const WIDTH = 100
const INDENT = 4

/** A certificate of the request that still works, and that has no row of its own. */
export interface EarlierRow extends EarlierCertificate {
  readonly name: string
  readonly cluster: string
}

/** The owner of the records, and the time of the last change to one of them. */
export interface StatusFrame {
  readonly owner: string
  readonly lastApply: Date | null
  readonly earlier: readonly EarlierRow[]
  /** Number of clusters that did not answer or are restored: what they hold is unknown. */
  readonly unreachable: number
}

/** `grouped`: above 20 certificates, equal ones have one row. `each`: one row for each. `wide`: one line for each, with more columns. */
export type StatusForm = 'grouped' | 'each' | 'wide'

export function statusText(
  rows: readonly StatusRow[],
  all: number,
  now: Date,
  { owner, lastApply, earlier, unreachable }: StatusFrame,
  form: StatusForm = 'grouped',
): string {
  const silent = unreachable === 0 ? '' : ` · not read: ${counted(unreachable, 'cluster')}`
  const last = lastApply === null ? 'unknown' : relative(lastApply, now)
  const frame = `owner ${visible(owner)} · last change by apply ${last}${silent}`
  if (rows.length === 0) {
    const known = all + earlier.length
    const nothing =
      known === 0
        ? `no record ${unreachable === 0 ? '' : 'that was read '}lists a certificate`
        : `none of ${all} expires that soon`
    const isHeld = earlier.some(({ ended }) => ended === 'fileGone')
    const unused = isHeld ? 'no readable file asks for a certificate' : 'no certificate is in use'
    const none = all === 0 && known > 0 ? unused : nothing
    const first = known + unreachable > 0 ? [] : ['to write a request: countersign new NAME']
    return [none, ...first, ...earlierLines(earlier, now, form), frame].join('\n')
  }
  const head = ['NAME', 'CLUSTER', 'WHO', 'UNTIL', 'AGE', 'RENEWS', 'STATE']
  const isWide = form === 'wide'
  if (isWide) head.push('NEXT', 'APPROVED BY', 'PR', 'SERIAL', 'ROLES')
  const groups = groupsOf(rows, now, form)
  const lines = groups.map(group => groupCells(group, now, isWide))
  const kinds = grouped(rows.map(row => [rowKind(row, now), row] as const))
  const counts = KINDS.flatMap(kind => {
    const count = kinds.get(kind)?.length ?? 0
    return count > 0 || kind === 'due' || kind === 'later' ? [`${count} ${kind}`] : []
  })
  const count = [...counts, `${all} in all`].join(', ')
  const shown = isWide
    ? table([head, ...lines])
    : wrappedTable([head, ...lines], WIDTH).flatMap((row, index) => [
        ...row,
        ...linesBelow(groups[index - 1]),
      ])
  const isGrouped = groups.length < rows.length
  const more = isGrouped ? ['to list each certificate: countersign status -o wide'] : []
  return [...shown, count, ...more, ...earlierLines(earlier, now, form), frame].join('\n')
}

const KINDS = ['due', 'blocked', 'revoked', 'removed', 'not renewed', 'later'] as const

/** What the last line counts a row as. */
function rowKind({ state, renewAt }: StatusRow, now: Date): (typeof KINDS)[number] {
  if (renewAt !== null && renewAt <= now) return 'due'
  if (state === BLOCKED) return state
  if (/^(?:access )?revoked/.test(state)) return 'revoked'
  if (state === 'access removed') return 'removed'
  return renewAt === null ? 'not renewed' : 'later'
}

interface StatusLine extends NamedRow {
  readonly row: StatusRow
}

/** The rows of a cluster that did not answer are one group. Above 20 rows, so are equal rows that need no attention. */
function groupsOf(
  rows: readonly StatusRow[],
  now: Date,
  form: StatusForm,
): readonly RowGroup<StatusLine>[] {
  const shown = form === 'grouped' ? rows.map(withoutGrant) : rows
  const lines = shown.map(row => lineOf(row, now, rows.length > FEW))
  if (form !== 'grouped') return lines.map(line => ({ rows: [line], cells: line.cells }))
  const urgent = lines.filter(({ row }) => row.needsAttention)
  return [urgent, lines.filter(({ row }) => !row.needsAttention)].flatMap(rowGroups)
}

/** The group of one certificate says nothing to a reader of many rows. The other forms show it. */
function withoutGrant(row: StatusRow): StatusRow {
  return { ...row, who: row.who.replaceAll(GRANT, '') }
}

const GRANT = /, O=countersign:[^\s,:]+:[a-z0-9]{20}(?=,|$)/g

/** A blocked row of many may be for anybody. The cells have words of a time only if it is unknown, missing or past: rows with other times are equal. */
function lineOf(row: StatusRow, now: Date, isLarge: boolean): StatusLine {
  const { cluster, who, until, issuedAt, renewAt, state, needsAttention } = row
  const isMany = isLarge || row.next.startsWith('PLAN_LIMIT_')
  const next = (isMany ? row.shared : undefined) ?? row.next
  const isSilent = state === BLOCKED && until === undefined && CLUSTER_CODES.test(next)
  const cells = [
    cluster ?? '-',
    isSilent || (isLarge && state === BLOCKED) || state === ONLY_WAITING ? '-' : who,
    until === undefined ? 'unknown' : until === null ? '-' : '',
    issuedAt === null ? '-' : '',
    renewAt === null ? '-' : renewAt <= now ? 'due now' : '',
    state,
    next,
  ].map(visible)
  const isAlike = isSilent || next.startsWith('PLAN_LIMIT_') || state === ONLY_WAITING
  const isShared = isAlike || (isLarge && !needsAttention)
  return { row, name: visible(row.name), cells, isShared, isUnnamed: !needsAttention }
}

function groupCells(
  { rows: same, cells }: RowGroup<StatusLine>,
  now: Date,
  isWide: boolean,
): readonly string[] {
  const [cluster = '', who = '', until = '', age = '', renews = '', state = ''] = cells
  const rows = same.map(({ row }) => row)
  const times = (member: 'until' | 'issuedAt' | 'renewAt'): string =>
    range(
      rows.flatMap(row => row[member] ?? []),
      now,
    )
  const [alone] = rows.length === 1 ? rows : []
  return [
    alone === undefined ? `${rows.length} requests` : visible(alone.name),
    cluster,
    alone === undefined ? who : visible(alone.who),
    until || times('until'),
    age || times('issuedAt').replaceAll(/ ago\b|\bin /g, ''),
    renews || times('renewAt'),
    state,
    ...(isWide && alone !== undefined ? [visible(alone.next), ...wideCells(alone)] : []),
  ]
}

/** `in 3d`; for several times the nearest and the farthest: `in 3d to 6d`. */
function range(times: readonly Date[], now: Date): string {
  const distance = (time: Date): number => Math.abs(time.getTime() - now.getTime())
  const sorted = times.toSorted((a, b) => distance(a) - distance(b))
  const ends = [...sorted.slice(0, 1), ...sorted.slice(-1)].map(time => relative(time, now))
  return [...new Set(ends)].join(' to ').replace(/^in (.*) to in /, 'in $1 to ')
}

/** Names that need attention, and what happens next; not for what only renews by itself, since RENEWS says that. */
function linesBelow(group: RowGroup<StatusLine> | undefined): readonly string[] {
  if (group === undefined) return []
  const [{ row }] = group.rows
  const names = namesOf(group)
  if (row.next === RENEWS && row.renewAt !== null) return names
  const lines = wordLines(group.cells.at(-1) ?? '', WIDTH - INDENT)
  const next = lines.map((line, index) => `${(index === 0 ? '  → ' : '').padEnd(INDENT)}${line}`)
  return [...names, ...next]
}

function wideCells({ approvedBy, pullRequest, serial, roles }: StatusRow): readonly string[] {
  const number = pullRequest === null ? '' : `#${pullRequest}`
  const cells = [approvedBy.join(', '), number, serial ?? '', roles.join(', ')]
  return cells.map(text => visible(text) || '-')
}

export const ENDED: Readonly<Record<EarlierCertificate['ended'], string>> = {
  renewed: 'renewed',
  reissued: 'reissued',
  withdrawn: 'withdrawn',
  abandoned: 'abandoned, key lost',
  revoked: 'revoked',
  unrecorded: 'cut off, may be stored',
  fileGone: 'in use, no readable file',
}

/** Kubernetes cannot revoke. A reader of audit logs, or a person who checks who still has access, needs these. */
function earlierLines(
  earlier: readonly EarlierRow[],
  now: Date,
  form: StatusForm,
): readonly string[] {
  if (earlier.length === 0) return []
  const one = '1 more certificate works until it expires; Kubernetes cannot revoke it:'
  const many = `${earlier.length} more certificates work until they expire; Kubernetes cannot revoke them:`
  const above = ['', earlier.length === 1 ? one : many]
  if (form === 'grouped' && earlier.length > FEW) {
    const groups = grouped(earlier.map(each => [`${each.ended} ${each.cluster}`, each] as const))
    const rows = [...groups.values()].map(same => {
      const { cluster, ended } = same[0]
      const until = range(
        same.map(({ notAfter }) => notAfter),
        now,
      )
      return [`  ${same.length} ${ENDED[ended]}`, visible(cluster), until]
    })
    return [...above, ...table(rows), '']
  }
  const isWide = form === 'wide'
  const head = ['NAME', 'CLUSTER', 'UNTIL', 'ENDED', 'SERIAL']
  if (isWide) head.push('SHA-256', 'ISSUED FOR')
  const lines = earlier.map(({ name, cluster, notAfter, ended, endedAt, ...certificate }) => {
    const targets = certificate.targets.map(visible).join(', ')
    return [
      visible(name),
      visible(cluster),
      isWide ? `${minute(notAfter)} (${relative(notAfter, now)})` : relative(notAfter, now),
      endedAt === null ? ENDED[ended] : `${ENDED[ended]} ${relative(endedAt, now)}`,
      certificate.serial ?? '-',
      ...(isWide ? [certificate.sha256, targets || '-'] : []),
    ]
  })
  const shown = [head, ...lines]
  return [...above, ...(isWide ? table(shown) : wrappedTable(shown, WIDTH).flat()), '']
}
