// Reminders for holders of their own keys after a renewal. The same key works with the previous certificate until that ends, and
// only the holder can install the new one. countersign cannot see whether this was done, so a reminder ends by itself.
import type { Step } from '../../domain/cluster/plan-step.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { REMINDED_MS } from './key-age.ts'
import { leafOf, currentCertificate } from './current-certificate.ts'

/** Input of a reminder in addition to the step. */
export interface Fetching {
  /** The step has just ended with a new certificate; its record is the one before. */
  readonly isIssued: boolean
  /** The pull request whose comment shows the certificate, null if there is none. */
  readonly pullRequest: number | null
  /** Other clusters have a certificate of the request too. */
  readonly isOfSeveral: boolean
  readonly now: Date
}

export interface Reminder {
  /** When the previous certificate ends. */
  readonly until: Date
  readonly problem: Problem
}

/**
 * The reminder from a renewal to the end of the previous certificate, at most for the last two weeks of it. Without an artifact
 * among the sinks the certificate is already where it is used, and nobody has to fetch it.
 */
export function fetchReminder(step: Step, { isIssued, now, ...place }: Fetching): Reminder | null {
  if (!('request' in step)) return null
  const { request } = step
  const artifact = request.sinks.find(sink => sink.kind === 'artifact')
  const until = isIssued
    ? replacedUntil(step)
    : (currentCertificate(step.record)?.beforeUntil ?? null)
  if (request.key.kind !== 'own' || artifact === undefined || until === null) return null
  const left = until.getTime() - now.getTime()
  if (left <= 0 || left > REMINDED_MS) return null
  return { until, problem: renewed(request, place, artifact.name) }
}

/** When the certificate that a step replaced ends, if it was for the same key. */
function replacedUntil(step: Extract<Step, { readonly request: EffectiveRequest }>): Date | null {
  if (step.because === 'CertificateMissingFromSink')
    return currentCertificate(step.record)?.beforeUntil ?? null
  const issued = currentCertificate(step.record)
  const before = issued === null ? null : leafOf(issued)
  const { key } = step.request
  const isSameKey = key.kind === 'own' && before?.publicKey.sha256 === key.pkcs10.publicKey.sha256
  return isSameKey ? before.notAfter : null
}

function renewed(
  { name, cluster, places, usages }: EffectiveRequest,
  { pullRequest, isOfSeveral }: Pick<Fetching, 'pullRequest' | 'isOfSeveral'>,
  artifact: string,
): Problem {
  const which = isOfSeveral ? ` --cluster ${cluster}` : ''
  const [where, flag] =
    pullRequest === null
      ? [`artifact ${artifact} of the run that renewed it`, `--artifact ${artifact}`]
      : [`the comment on #${pullRequest}`, `--pr ${pullRequest}`]
  const next = usages.includes('client auth')
    ? `; kubectl fetches it by itself after countersign kubeconfig ${name} ${flag}${which} --merge`
    : ''
  return {
    code: 'PLAN_OWN_KEY_RENEWED',
    at: placeOf(places, 'request'),
    message: `the certificate of ${name} was renewed for the key that its requester keeps`,
    hint: `fetch the new one from ${where} before the old one ends, unless you did${next}`,
  }
}
