// The status for people: who has access until when, one line per certificate, soonest end first.
import type { BlockedStep, IssueStep, Plan, Step } from '../../domain/cluster/plan-step.ts'
import { readCertificates } from '../../lib/x509/x509-certificate.ts'
import type {
  AbandonedAttempt,
  EarlierCertificate,
  IssuedRecord,
} from '../../domain/cluster/record.ts'
import { table } from './text-table.ts'
import {
  failureWords,
  isUnknown,
  minute,
  missingWords,
  relative,
  sinksWords,
  subjectWords,
  visible,
} from './plural-words.ts'

export interface StatusRow {
  readonly name: string
  /** Null if a file does not name it. */
  readonly cluster: string | null
  readonly who: string
  /** Null if no certificate is in use, absent if this is unknown. */
  readonly until?: Date | null | undefined
  /** Null if no run will renew it. */
  readonly renewAt: Date | null
  readonly state: string
  /** When the certificate was issued, null if this is unknown. */
  readonly issuedAt: Date | null
  /** What happens next, or who has to do what. */
  readonly next: string
  /** Working certificates whose keys are lost. */
  readonly abandoned: readonly AbandonedAttempt[]
}

/**
 * The stored certificates of a plan, and the blocked requests. `within` seconds keeps only certificates that end so soon, or may
 * (null: all).
 */
export function statusRows(plan: Plan, now: Date, within: number | null): readonly StatusRow[] {
  const rows = plan.steps.flatMap(step => row(step, now))
  const last = within === null ? null : new Date(now.getTime() + within * 1000)
  return rows
    .filter(
      ({ until }) => last === null || until === undefined || (until !== null && until <= last),
    )
    .toSorted((a, b) => rank(a) - rank(b) || 0)
}

/** The earliest end first, then unknown ends, then rows without a certificate. */
function rank({ until }: StatusRow): number {
  if (until === undefined) return Number.MAX_SAFE_INTEGER
  return until === null ? Infinity : until.getTime()
}

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
): string {
  const silent =
    unreachable === 0
      ? ''
      : ` · ${unreachable === 1 ? '1 cluster' : `${unreachable} clusters`} did not answer`
  const frame = `owner ${visible(owner)} · ${lastApplyText(lastApply, unreachable, now)}${silent}`
  if (rows.length === 0) {
    const known = all + earlier.length
    const unissued =
      unreachable > 0 ? 'no certificate is known' : 'no certificate has been issued yet'
    const nothing = known === 0 ? unissued : `none of ${all} expires that soon`
    const none = all === 0 && known > 0 ? 'no certificate is in use' : nothing
    return [none, ...earlierLines(earlier, now), frame].join('\n')
  }
  const head = ['NAME', 'CLUSTER', 'WHO', 'UNTIL', 'AGE', 'RENEWS', 'STATE', 'NEXT']
  const lines = withSharedRows(rows).map(
    ({ name, cluster, who, until, issuedAt, renewAt, state, next }) => [
      visible(name),
      cluster === null ? '-' : visible(cluster),
      visible(who),
      until === undefined ? 'unknown' : until === null ? '-' : relative(until, now),
      issuedAt === null ? '-' : relative(issuedAt, now).replace(/ ago$|^in /, ''),
      renewAt === null ? '-' : renewAt <= now ? 'due now' : relative(renewAt, now),
      state,
      visible(next),
    ],
  )
  const due = rows.filter(({ renewAt }) => renewAt !== null && renewAt <= now).length
  const stopped = rows.filter(({ state }) => state === BLOCKED).length
  const count = [
    `${due} due`,
    ...(stopped === 0 ? [] : [`${stopped} blocked`]),
    `${rows.length - due - stopped} later`,
    `${all} in all`,
  ].join(', ')
  return [...table([head, ...lines]), count, ...earlierLines(earlier, now), frame].join('\n')
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
    return same[0] === row ? [{ ...row, name: `${same.length} requests` }] : []
  })
}

/** Codes of a cluster that could not be asked. */
const CLUSTER_CODES = /^(?:CLUSTER|CONFIG|GITHUB)_/

/** If a cluster did not answer, it may have been applied there. */
function lastApplyText(lastApply: Date | null, unreachable: number, now: Date): string {
  if (lastApply !== null) return `last apply ${relative(lastApply, now)}`
  return unreachable > 0 ? 'last apply unknown' : 'nothing applied yet'
}

const ENDED: Readonly<Record<EarlierCertificate['ended'], string>> = {
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

const BLOCKED = 'blocked'

function blockedRow({ name, cluster, validUntil, problems: [problem] }: BlockedStep): StatusRow {
  const todo = (problem.hint ?? problem.message).replaceAll(/\s*\n\s*/g, ' ')
  return {
    name,
    cluster,
    who: '-',
    until: validUntil,
    renewAt: null,
    state: BLOCKED,
    issuedAt: null,
    next: `${problem.code}: ${todo}`,
    abandoned: [],
  }
}

function row(step: Step, now: Date): readonly StatusRow[] {
  if (step.kind === 'blocked') return [blockedRow(step)]
  if (step.kind === 'issue') return triedRow(step, now)
  if (step.until === null) return []
  const { until, record } = step
  const known = {
    issuedAt: step.current?.issuedAt ?? null,
    abandoned: record?.abandoned ?? [],
    until,
  }
  if (step.kind === 'withdraw') {
    const { name, cluster, because } = step
    const isAsked = because === 'WithdrawAsked'
    const state = isAsked ? 'to be withdrawn' : 'its file is removed'
    const next =
      isAsked || until <= now
        ? 'deleted by the next apply'
        : 'deleted by the first apply after it expires'
    return [{ name, cluster, who: subjectOf(step.current), renewAt: null, state, next, ...known }]
  }
  const { request } = step
  const facts = { name: request.name, cluster: request.cluster, who: subjectWords(request) }
  if (step.kind === 'keep') {
    const stored = `stored in ${sinksWords(request.sinks)}`
    const state = isUnknown(step) ? `unknown whether ${stored}` : stored
    return [{ ...facts, renewAt: step.renewAt, state, next: 'renews by itself', ...known }]
  }
  // Every other step is due, however long its certificate still works.
  const isMissing = step.kind === 'renew' && step.because === 'CertificateMissingFromSink'
  const state = isMissing ? `to renew, ${missingWords(step)}` : `to ${step.kind}`
  const next = failureWords(step, now) || 'made by the next apply'
  return [{ ...facts, renewAt: now, state, next, ...known }]
}

/** The subject of a certificate whose request file no longer says it. */
function subjectOf(issued: IssuedRecord | null): string {
  const read = issued === null ? null : readCertificates(issued.certificate)
  const leaf = read?.ok === true ? read.value[0] : undefined
  return leaf === undefined ? '-' : subjectWords(leaf)
}

/** A first certificate whose attempts failed: nothing is stored, and the requester is waiting. */
function triedRow(step: IssueStep, now: Date): readonly StatusRow[] {
  const next = failureWords(step, now)
  if (next === '') return []
  const { request, record } = step
  return [
    {
      name: request.name,
      cluster: request.cluster,
      who: subjectWords(request),
      until: null,
      renewAt: now,
      state: 'to issue',
      issuedAt: null,
      next,
      abandoned: record?.abandoned ?? [],
    },
  ]
}
