// Key age (maxKeyAge of policies). A key is kept from one certificate to the next if it is the requester's own, or by
// rotationPolicy Never. No certificate is requested for a kept key that is older than that.
import { isIssuing } from '../../domain/cluster/plan-step.ts'
import type { IssuingStep, Step } from '../../domain/cluster/plan-step.ts'
import type { PolicyDecision } from '../../domain/request/policy.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { sinkTarget, placeOfSink } from '../../domain/request/sink.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { blockedBy } from './blocked-step.ts'
import { leafOf, currentCertificate } from './current-certificate.ts'

export type Verdicts = ReadonlyMap<EffectiveRequest, PolicyDecision>

/**
 * When the key of the issued certificate gets too old to be signed for. Null if there is no limit, or the key is generated for each
 * certificate.
 */
export function keyEnds(
  request: EffectiveRequest,
  record: RequestRecord | null,
  verdict: PolicyDecision | undefined,
): Date | null {
  const most = longestAge(verdict)
  const since = keptSince(request, record)
  return most === null || since === null ? null : new Date(since.getTime() + most * 1000)
}

/** Reminders begin two weeks before the end that they announce. */
export const REMINDED_MS = 14 * 86_400_000

/** The reminder during the certificate's life: its key ends within two weeks. Null if there is none. */
export function keyReminder(step: Step, verdicts: Verdicts, now: Date): Problem | null {
  if (step.kind !== 'keep') return null
  const { request, record } = step
  const verdict = verdicts.get(request)
  const ends = keyEnds(request, record, verdict)
  if (ends === null || ends.getTime() - now.getTime() > REMINDED_MS) return null
  return keyProblem(request, `is not signed for again after ${ends.toISOString()}`)
}

/**
 * The plan's steps. A step that would sign again for a key that is too old is blocked. Without records nothing is known of keys.
 */
export function withKeyAges(
  steps: readonly Step[],
  verdicts: Verdicts,
  now: Date,
): readonly Step[] {
  return steps.map(step => {
    if (!isIssuing(step) || isCompletion(step)) return step
    const verdict = verdicts.get(step.request)
    const ends = keyEnds(step.request, step.record, verdict)
    if (ends === null || now <= ends) return step
    return blockedBy(step, [tooOld(step, ends, longestAge(verdict) ?? 0)])
  })
}

/**
 * Whether the step only completes sinks. Writing the same certificate to its sink again is no new certificate. A lost generated key
 * is generated again; the requester's own key is never lost.
 */
function isCompletion({ because, request, record }: IssuingStep): boolean {
  if (because !== 'CertificateMissingFromSink') return false
  const issued = currentCertificate(record)
  return (
    request.key.kind === 'generated' ||
    (issued?.sinks ?? []).some(
      sink =>
        placeOfSink(sink).kind === 'secret' &&
        issued?.incomplete.includes(sinkTarget(sink)) === false,
    )
  )
}

/** Any policy that allows the request is enough, so the longest age counts; null if one policy sets no limit. */
function longestAge(verdict: PolicyDecision | undefined): number | null {
  if (verdict?.decision !== 'allowed') return null
  const ages = verdict.policies.map(({ maxKeyAgeSeconds }) => maxKeyAgeSeconds)
  return ages.some(age => age === null) ? null : Math.max(...ages.map(age => age ?? 0))
}

/** A withdrawal deletes a key that countersign stored, and leaves the requester's own. */
function keptSince({ key }: EffectiveRequest, record: RequestRecord | null): Date | null {
  if (key.kind === 'generated')
    return key.spec.rotationPolicy === 'Never'
      ? (currentCertificate(record)?.keySince ?? null)
      : null
  const issued = record?.issued ?? null
  const leaf = issued === null ? null : leafOf(issued)
  return leaf?.publicKey.sha256 === key.pkcs10.publicKey.sha256 ? (issued?.keySince ?? null) : null
}

function tooOld({ request }: IssuingStep, ended: Date, most: number): Problem {
  const allowed = `the ${formatDuration(most)} that the policy allows`
  return keyProblem(request, `is older than ${allowed}, since ${ended.toISOString()}`)
}

function keyProblem({ name, path, key, places }: EffectiveRequest, fault: string): Problem {
  return {
    code: 'POLICY_KEY_AGE',
    at: placeOf(places, key.kind === 'own' ? 'request' : 'privateKey.rotationPolicy'),
    message: `the key of ${name} ${fault}`,
    hint:
      key.kind === 'own'
        ? `make a new key and put its PKCS#10 into ${path} by a pull request; countersign new NAME --own-key makes both, under a name that is free`
        : 'set rotationPolicy: Always for one renewal, so that a new key is made',
  }
}
