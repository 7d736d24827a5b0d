// The rows of the status: one for each certificate in use, each blocked request and each first certificate. What needs attention is first,
// then the soonest end.
import { recordedApprovers } from '../../domain/cluster/record.ts'
import type { AccessEnd } from '../../domain/cluster/grant.ts'
import type { BlockedStep, KeepStep, Plan, Step } from '../../domain/cluster/plan-step.ts'
import { clusterFlag } from '../../lib/source/shell-word.ts'
import { leafIn } from '../../lib/x509/x509-certificate.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { AbandonedAttempt, IssuedRecord, RequestRecord } from '../../domain/cluster/record.ts'
import { isNonEmpty } from '../../domain/problem.ts'
import { roleInPlaceText } from '../../domain/request/access.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { placeOfSink } from '../../domain/request/sink.ts'
import type { Sink } from '../../domain/request/sink.ts'
import { problemsOf } from './outcome-text.ts'
import { problemLine } from './problem-text.ts'
import {
  failureWords,
  isUnknown,
  minute,
  missingWords,
  removalWords,
  sinkWords,
  sinksWords,
  subjectWords,
} from './plural-words.ts'

export interface StatusRow extends ReturnType<typeof certificateFacts> {
  readonly name: string
  /** Null if a file does not name it. */
  readonly cluster: string | null
  /** Path of the request file. */
  readonly path: string
  /** Null if no certificate is in use, absent if this is unknown. */
  readonly until?: Date | null | undefined
  /** Null if no run will renew it. */
  readonly renewAt: Date | null
  readonly state: string
  /** What happens next, or who has to do what. */
  readonly next: string
  /** What it has in common with other blocked rows, in place of `next` where they are many. */
  readonly shared?: string
  /** The end of the access that its file asks for; null without one. */
  readonly accessUntil?: Date | null
  /** It ends at the time that its file asks for. */
  readonly endsAsAsked?: boolean
  /** It does not go on by itself. */
  readonly needsAttention: boolean
  /** Working certificates whose keys are lost. */
  readonly abandoned: readonly AbandonedAttempt[]
}

/**
 * The stored certificates of a plan, and the blocked requests. `within` seconds keeps only certificates that end so soon, or may
 * (null: all). `ended` has the SHA-256 of certificates whose access has ended. `merged`: paths on the default branch, null if unknown.
 */
export function statusRows(
  plan: Pick<Plan, 'steps'>,
  now: Date,
  within: number | null,
  ended: ReadonlyMap<string, AccessEnd> = new Map(),
  merged: ReadonlySet<string> | null = null,
): readonly StatusRow[] {
  const rows = plan.steps
    .flatMap(step => row(step, now, ended))
    .map(each => {
      const isLocal = each.next.startsWith(RENEWS) && merged?.has(each.path) === false
      const next = isLocal ? BY_APPLY : each.next
      if (!each.isEmergency) return { ...each, next }
      return { ...each, next: `${each.approvedBy.join()}; ${next}`, needsAttention: true }
    })
  const last = within === null ? null : new Date(now.getTime() + within * 1000)
  return rows
    .filter(
      ({ until }) => last === null || until === undefined || (until !== null && until <= last),
    )
    .toSorted(
      (a, b) => Number(b.needsAttention) - Number(a.needsAttention) || rank(a) - rank(b) || 0,
    )
}

/** The earliest end first, then unknown ends, then rows without a certificate. */
function rank({ until }: StatusRow): number {
  return until === undefined ? Number.MAX_SAFE_INTEGER : (until?.getTime() ?? Infinity)
}

/** The steps that a run left as they were. Those that it stopped are blocked. */
export function stepsLeft(outcomes: readonly StepOutcome[]): readonly Step[] {
  return outcomes.flatMap(outcome => {
    const { kind, step } = outcome
    if (kind === 'issued' || kind === 'withdrawn') return []
    const problems = problemsOf(outcome)
    if (step.kind === 'blocked' || !isNonEmpty(problems)) return [step]
    const { name, cluster, path } = stepTarget(step)
    const { current, until } = 'until' in step ? step : { until: null, current: null }
    const subject = 'request' in step ? step.request.subject : undefined
    const blocked = { kind: 'blocked', because: 'Refused', problems, validUntil: until } as const
    return [{ ...blocked, name, cluster, path, subject, current }]
  })
}

export const BLOCKED = 'blocked'
/** Codes of a cluster that could not be asked. */
export const CLUSTER_CODES = /^(?:CLUSTER|CONFIG|GITHUB)_/
export const RENEWS = 'renews by itself'
const BY_APPLY =
  'renewed by countersign apply only: the default branch of this checkout lacks its file'

function blockedRow(step: BlockedStep): StatusRow {
  const { name, cluster, path, current = null } = step
  return {
    ...certificateFacts(current, null, step.subject),
    name,
    cluster,
    path,
    until: step.validUntil,
    renewAt: null,
    state: BLOCKED,
    next: problemLine(step.problems[0]),
    shared: problemLine(step.problems[0], true),
    needsAttention: true,
    abandoned: [],
  }
}

const NO_PLACE = { pullRequest: null, rule: null, repository: null, commit: null }

/** True if the record was lost and built again: its approval is of the file, not of the certificate. */
function isUnproved(record: RequestRecord | null, current: IssuedRecord | null): boolean {
  const sha256 = leafIn(current?.certificate ?? null)?.sha256
  return record?.history.find(each => each.sha256 === sha256)?.approval === null
}

/** Also a first certificate has a row: the requester is waiting. */
function row(step: Step, now: Date, ended: ReadonlyMap<string, AccessEnd>): readonly StatusRow[] {
  if (step.kind === 'blocked') return [blockedRow(step)]
  const { until, current } = step.kind === 'issue' ? { until: null, current: null } : step
  const failed = step.kind === 'withdraw' ? '' : failureWords(step, now)
  if (step.kind !== 'issue' && until === null && failed === '') return []
  const { name, cluster, path } = stepTarget(step)
  const abandoned = step.record?.abandoned ?? []
  const proved = isUnproved(step.record, current) ? { approvedBy: [], ...NO_PLACE } : {}
  const known = { name, cluster, path, until, abandoned, ...proved }
  if (step.kind === 'withdraw') {
    const isAsked = step.because !== 'FileRemoved'
    const state = isAsked ? 'to be withdrawn' : removalWords(step, now)
    const when = isAsked || (until !== null && until <= now) ? 'next' : 'first'
    const next = `deleted by the ${when} apply${when === 'first' ? ' after it expires' : ''}`
    const facts = { ...certificateFacts(current, null), ...known }
    return [{ ...facts, renewAt: null, state, next, needsAttention: false }]
  }
  const { request } = step
  const isRenewal = step.kind === 'keep' || step.kind === 'renew'
  // A reissue is of a changed file, which may ask for other names, and grant access again.
  const asked = isRenewal || current === null ? request : null
  const facts = { ...certificateFacts(current, asked), ...known }
  const end = ended.get(facts.sha256 ?? '')
  const isOver = step.kind === 'keep' && until !== null && until <= now
  if (isRenewal && end !== undefined && !isOver) {
    const isRefused = step.warnings.some(({ code }) => code === 'ACCESS_NAMESPACE_CHANGED')
    const goesOn = (end === 'access removed' && !isRefused) || end === 'revoked, without access'
    const renewAt = goesOn ? (step.kind === 'keep' ? step.renewAt : now) : null
    const revoke = `countersign revoke ${name}${clusterFlag(request.cluster)}`
    const again =
      request.key.kind === 'own' && end !== 'access removed'
        ? `run: countersign new ${name} --own-key --rekey`
        : 'raise reissue in its file'
    const next = endWords(end, renewAt, revoke, again)
    return [{ ...facts, renewAt, state: end, next, needsAttention: true }]
  }
  if (step.kind === 'keep') {
    const needsAttention = isUnknown(step)
    const state = placesWords(request.sinks, needsAttention)
    const accessUntil = request.until
    const end = accessUntil && `; the access ends at ${minute(accessUntil)}, as its file says`
    const next = step.renewAt === null ? lastWords(step, now) : `${RENEWS}${end ?? ''}`
    const endsAsAsked = step.renewAt === null
    return [
      { ...facts, renewAt: step.renewAt, state, next, accessUntil, endsAsAsked, needsAttention },
    ]
  }
  // Every other step is due, however long its certificate still works.
  const isMissing = step.kind === 'renew' && step.because === 'CertificateMissingFromSink'
  const state = isMissing ? `to renew, ${missingWords(step)}` : `to ${step.kind}`
  const revoked = step.warnings.find(({ code }) => code === 'ACCESS_REVOKED')
  const needsAttention = failed !== '' || revoked !== undefined || (until !== null && until <= now)
  const isUnchanged = step.kind === 'renew' && step.current.blob === step.request.blob
  const approved = isUnchanged ? '' : ' if it is approved'
  // A new approval does not help the grant in a PKCS#10.
  const lifts = request.key.kind === 'own' ? '' : 'issued only if approved and merged after that; '
  const again = revoked && `access revoked: ${lifts}${revoked.hint ?? ''}`
  const next = failed || (again ?? `made by the next apply${approved}`)
  return [{ ...facts, renewAt: now, state, next, needsAttention }]
}

/** A request with an end renews no certificate that lasts until then. */
function lastWords({ request: { until } }: KeepStep, now: Date): string {
  if (until === null) return 'not renewed'
  const when = minute(until)
  if (until > now) return `ends at ${when}, as its file says`
  return `ended at ${when}, as its file says; for more, set a later until there, else remove the file`
}

/** Only Secrets are read: what another sink holds now is not known. */
function placesWords(sinks: readonly Sink[], isUnread: boolean): string {
  const [read, written] = [true, false].map(isSecret =>
    sinksWords(sinks.filter(sink => (placeOfSink(sink).kind === 'secret') === isSecret)),
  )
  const stored = read && `${isUnread ? 'unknown whether ' : ''}stored in ${read}`
  return [stored, written && `written to ${written}`].filter(Boolean).join('; ')
}

/** What happens to a certificate whose access ended, and what grants access `again`. Only a revocation keeps a renewal from binding again. */
function endWords(end: AccessEnd, renewAt: Date | null, revoke: string, again: string): string {
  if (end === 'revoked, but still bound') return `still has access by its bindings: ${revoke}`
  if (end === 'revoked, without access')
    return 'keeps the rights of its name and groups, and is renewed; to end it, set withdraw: true'
  if (end === 'writes refused')
    return `still logs in and reads by its groups until it expires; for another certificate, ${again}`
  if (end === 'revoked, bindings unknown') return `may still have access by bindings: ${revoke}`
  return renewAt === null
    ? `still logs in until it expires; to grant access again, ${again}; to end it, set withdraw: true`
    : `still logs in, and its renewal grants access again if role and namespace exist; to end it: ${revoke}`
}

/**
 * What the record says about a certificate; null, or empty, without one. `request` is null if no readable file asks for it. `refused`
 * is the subject that a refused request asks for.
 */
export function certificateFacts(
  issued: IssuedRecord | null,
  request: EffectiveRequest | null,
  refused?: EffectiveRequest['subject'],
) {
  const leaf = leafIn(issued?.certificate ?? null)
  const subject = request ?? leaf ?? (refused === undefined ? null : { subject: refused })
  const evidence = issued?.proof.evidence ?? null
  /** Those that were granted last: the caller asks the cluster for those of now. */
  const roles: readonly string[] = issued?.granted?.places.map(roleInPlaceText) ?? []
  const sinks: readonly string[] = issued?.sinks.map(sinkWords) ?? []
  return {
    who: subject === null ? '-' : subjectWords(subject),
    issuedAt: issued?.issuedAt ?? null,
    validFrom: leaf?.notBefore ?? null,
    serial: leaf?.serial ?? null,
    sha256: leaf?.sha256 ?? null,
    approvedBy: issued === null ? [] : recordedApprovers(issued.proof),
    isEmergency: issued?.proof.kind === 'emergency',
    pullRequest: evidence?.pullRequest.number ?? null,
    /** Name of the approver rule. */
    rule: evidence?.rule.name ?? null,
    /** The repository and the commit that were applied. */
    repository: evidence?.repository.name ?? null,
    commit: evidence?.commit ?? null,
    sinks,
    roles,
  }
}
