// The end that a request asks for (`until`): its certificates end by then, and none is requested that could not.
import type { Step } from '../../domain/cluster/plan-step.ts'
import { isIssuing } from '../../domain/cluster/plan-step.ts'
import type { PolicyDecision } from '../../domain/request/policy.ts'
import type { Problem } from '../../domain/problem.ts'
import { memberProblem } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { blockedBy } from './blocked-step.ts'

/** The API server's minimum of expirationSeconds (pkg/apis/certificates/validation). */
const SHORTEST_SECONDS = 600
/** A signer counts from the moment when it signs. A certificate that is signed later than this ends too late, and is not stored. */
const SIGNING_SECONDS = 60
/** The built-in signers move the end of a long certificate back by five minutes. */
const LAST_SECONDS = SHORTEST_SECONDS + SIGNING_SECONDS

/**
 * The lifetime to ask for now, in seconds: the duration, or less where the request ends before. Null if the API server signs nothing
 * that short.
 */
export function secondsToAsk(
  { durationSeconds, until }: Pick<EffectiveRequest, 'durationSeconds' | 'until'>,
  now: Date,
): number | null {
  if (until === null) return durationSeconds
  const left = Math.floor(secondsBetween(now, until)) - SIGNING_SECONDS
  return left < SHORTEST_SECONDS ? null : Math.min(durationSeconds, left)
}

/** REQUEST_UNTIL: the request ends too early for a certificate. */
export function endsTooSoon(request: EffectiveRequest): Problem {
  return memberProblem(
    'REQUEST_UNTIL',
    request,
    'until',
    `${request.name} ends at ${request.until?.toISOString()}, and the shortest certificate needs ${formatDuration(LAST_SECONDS)} until then`,
    'nothing is issued for it any more: set a later until, or remove the file',
  )
}

interface Judged {
  /** Absent if no policies are applied. */
  readonly verdicts?: ReadonlyMap<EffectiveRequest, PolicyDecision>
  readonly now: Date
}

/**
 * The plan's steps. A step that needs a certificate is blocked if none can end in time, or if the policies allow no end as late as
 * this. A certificate that ends with its request is kept, and not renewed.
 */
export function withUntil(steps: readonly Step[], { verdicts, now }: Judged): readonly Step[] {
  return steps.map(step => {
    if (step.kind === 'keep' || step.kind === 'renew') {
      const isOver = secondsToAsk(step.request, now) === null
      const isLost = step.because === 'CertificateMissingFromSink'
      if (isOver || (!isLost && isLast(step.request, step.until)))
        return {
          ...step,
          kind: 'keep',
          because: isOver ? 'Ended' : 'LastCertificate',
          renewAt: null,
        }
    }
    if (!isIssuing(step)) return step
    const { request } = step
    const isLate = secondsToAsk(request, now) === null
    const problem = isLate
      ? endsTooSoon(request)
      : beyondPolicy(request, verdicts?.get(request), now)
    return problem === null ? step : blockedBy(step, [problem])
  })
}

/** Whether no other certificate of the request would end later than this one. */
export function isLast({ until }: Pick<EffectiveRequest, 'until'>, ends: Date | null): boolean {
  if (until === null || ends === null) return false
  return secondsBetween(ends, until) < LAST_SECONDS
}

/** Any policy that allows the request is enough, so the latest end counts; none if one policy sets no limit. */
function beyondPolicy(
  request: EffectiveRequest,
  verdict: PolicyDecision | undefined,
  now: Date,
): Problem | null {
  if (verdict?.decision !== 'allowed') return null
  const bounds = verdict.policies.map(({ maxUntilSeconds }) => maxUntilSeconds)
  if (bounds.some(each => each === null)) return null
  const most = Math.max(...bounds.map(each => each ?? 0))
  const { until } = request
  if (until !== null && secondsBetween(now, until) <= most) return null
  const latest = `the policy allows an end at most ${formatDuration(most)} from now`
  const message =
    until === null
      ? `${latest}, and ${request.name} has none`
      : `${latest}, not ${until.toISOString()}`
  const hint = 'set spec.until in the file, for example'
  const example = new Date(Math.floor((now.getTime() + most * 1000) / 60_000) * 60_000)
  return memberProblem(
    'POLICY_UNTIL',
    request,
    'until',
    message,
    `${hint} ${example.toISOString().replace(':00.000Z', 'Z')}`,
  )
}

function secondsBetween(one: Date, other: Date): number {
  return (other.getTime() - one.getTime()) / 1000
}
