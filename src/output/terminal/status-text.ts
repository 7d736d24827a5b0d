// The status for people: who has access until when, one row per certificate: what needs attention, then soonest end first.
import type { EarlierCertificate } from '../../domain/cluster/record.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { BLOCKED, CLUSTER_CODES, RENEWS } from './status-rows.ts'
import type { StatusRow } from './status-rows.ts'
import { table, wordLines, wrappedTable } from './text-table.ts'
import { counted, minute, relative } from './plural-words.ts'

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
  /** Number of clusters that did not answer: what they hold is unknown. */
  readonly unreachable: number
}

export function statusText(
  rows: readonly StatusRow[],
  all: number,
  now: Date,
  { owner, lastApply, earlier, unreachable }: StatusFrame,
  isWide = false,
): string {
  const silent = unreachable === 0 ? '' : ` · ${counted(unreachable, 'cluster')} did not answer`
  const frame = `owner ${visible(owner)} · ${lastApplyText(lastApply, unreachable, now)}${silent}`
  if (rows.length === 0) {
    const known = all + earlier.length
    const unissued =
      unreachable > 0 ? 'no certificate is known' : 'no certificate has been issued yet'
    const nothing = known === 0 ? unissued : `none of ${all} expires that soon`
    const none = all === 0 && known > 0 ? 'no certificate is in use' : nothing
    return [none, ...earlierLines(earlier, now), frame].join('\n')
  }
  const head = ['NAME', 'CLUSTER', 'WHO', 'UNTIL', 'AGE', 'RENEWS', 'STATE']
  if (isWide) head.push('NEXT', 'APPROVED BY', 'PR', 'SERIAL', 'ROLES')
  const told = withSharedRows(rows)
  const lines = told.map(row => {
    const { name, cluster, who, until, issuedAt, renewAt, state, next } = row
    return [
      visible(name),
      cluster === null ? '-' : visible(cluster),
      visible(who),
      until === undefined ? 'unknown' : until === null ? '-' : relative(until, now),
      issuedAt === null ? '-' : relative(issuedAt, now).replace(/ ago$|^in /, ''),
      renewAt === null ? '-' : renewAt <= now ? 'due now' : relative(renewAt, now),
      state,
      ...(isWide ? [visible(next), ...wideCells(row)] : []),
    ]
  })
  const due = rows.filter(({ renewAt }) => renewAt !== null && renewAt <= now).length
  const stopped = rows.filter(({ state }) => state === BLOCKED).length
  const without = ['revoked', 'removed'].flatMap(word => {
    const count = rows.filter(({ state }) => state === `access ${word}`).length
    return count === 0 ? [] : [{ count, text: `${count} ${word}` }]
  })
  const ended = without.reduce((sum, { count: each }) => sum + each, 0)
  const count = [
    `${due} due`,
    ...(stopped === 0 ? [] : [`${stopped} blocked`]),
    ...without.map(({ text }) => text),
    `${rows.length - due - stopped - ended} later`,
    `${all} in all`,
  ].join(', ')
  const shown = isWide
    ? table([head, ...lines])
    : wrappedTable([head, ...lines], WIDTH).flatMap((row, index) => [
        ...row,
        ...nextLines(told[index - 1]),
      ])
  return [...shown, count, ...earlierLines(earlier, now), frame].join('\n')
}

/** Below a row, what happens next; not for what only renews by itself, since RENEWS says that. */
function nextLines(row: StatusRow | undefined): readonly string[] {
  if (row === undefined || (row.next === RENEWS && row.renewAt !== null)) return []
  const lines = wordLines(visible(row.next), WIDTH - INDENT)
  return lines.map((line, index) => `${(index === 0 ? '  → ' : '').padEnd(INDENT)}${line}`)
}

function wideCells({ approvedBy, pullRequest, serial, roles }: StatusRow): readonly string[] {
  const number = pullRequest === null ? '' : `#${pullRequest}`
  const cells = [approvedBy.join(', '), number, serial ?? '', roles.join(', ')]
  return cells.map(text => visible(text) || '-')
}

/** The rows of a cluster that did not answer say the same, so there is one for all of them. */
function withSharedRows(rows: readonly StatusRow[]): readonly StatusRow[] {
  const sharing = ({ state, until, cluster, next }: StatusRow): readonly StatusRow[] =>
    state === BLOCKED && until === undefined && CLUSTER_CODES.test(next)
      ? rows.filter(each => each.cluster === cluster && each.next === next)
      : []
  return rows.flatMap(row => {
    const same = sharing(row)
    if (same.length < 2) return [row]
    return same[0] === row ? [{ ...row, name: `${same.length} requests`, who: '-' }] : []
  })
}

/** If a cluster did not answer, it may have been applied there. */
function lastApplyText(lastApply: Date | null, unreachable: number, now: Date): string {
  if (lastApply !== null) return `last apply ${relative(lastApply, now)}`
  return unreachable > 0 ? 'last apply unknown' : 'nothing applied yet'
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
function earlierLines(earlier: readonly EarlierRow[], now: Date): readonly string[] {
  if (earlier.length === 0) return []
  const head = ['NAME', 'CLUSTER', 'UNTIL', 'ENDED', 'SERIAL', 'SHA-256', 'ISSUED FOR']
  const lines = earlier.map(({ name, cluster, notAfter, ended, endedAt, ...certificate }) => [
    visible(name),
    visible(cluster),
    `${minute(notAfter)} (${relative(notAfter, now)})`,
    endedAt === null ? ENDED[ended] : `${ENDED[ended]} ${relative(endedAt, now)}`,
    certificate.serial ?? '-',
    certificate.sha256,
    certificate.targets.length === 0 ? '-' : certificate.targets.map(visible).join(', '),
  ])
  const one = '1 more certificate works until it expires; Kubernetes cannot revoke it:'
  const many = `${lines.length} more certificates work until they expire; Kubernetes cannot revoke them:`
  return ['', lines.length === 1 ? one : many, ...table([head, ...lines]), '']
}
