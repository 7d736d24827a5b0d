// Computation of steps from desired requests, records and time. It is pure: the same files, records and moment always give the same
// plan.
import { compareNames, compareTexts } from '../../domain/lists.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import type { ClusterConfig, Config } from '../../domain/request/config.ts'
import { signerNamed } from '../../domain/request/config.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type {
  IssuingFacts,
  KeepStep,
  Plan,
  Refused,
  RenewStep,
  Step,
} from '../../domain/cluster/plan-step.ts'
import type { BrokenRecord, IssuedRecord, RequestRecord } from '../../domain/cluster/record.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { PolicyDecision } from '../../domain/request/policy.ts'
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import { predict } from '../../lib/kubernetes/predict-certificate.ts'
import { blockedStep } from './blocked-step.ts'
import { secondsToAsk, withUntil } from './access-end.ts'
import { changesBetween } from './request-changes.ts'
import { effectiveDigest, effectiveJson } from './plan-digests.ts'
import { unrecordedAttempt } from './claim-rules.ts'
import { conflictingRequests, nameHeldBy, seniorityOf } from './conflicting-requests.ts'
import { renewalTime } from './renewal-time.ts'
import { casOfSigner, needsRetiringCa } from './retiring-authority.ts'
import { byRequestKey, requestKey } from './request-index.ts'
import { leafOf, currentCertificate, withBroken } from './current-certificate.ts'
import { askedWithdrawal, removedRequests } from './due-withdrawals.ts'

/** The judged requests of files and defaults. */
export interface Desired {
  readonly requests: readonly EffectiveRequest[]
  readonly refused: readonly Refused[]
  readonly warnings: ReadonlyMap<EffectiveRequest, readonly Problem[]>
  readonly verdicts?: ReadonlyMap<EffectiveRequest, PolicyDecision>
  readonly config: Config
  readonly now: Date
}

export interface Compared extends Desired {
  /** The records of each cluster that answered. Requests for other clusters are compared, and get no steps. */
  readonly records: ReadonlyMap<string, readonly RequestRecord[]>
  /** Unreadable records. Their requests are blocked. */
  readonly broken?: readonly BrokenRecord[]
  /** The present, if `now` is a later time whose renewals are foreseen. */
  readonly present?: Date
}

export function planSteps(compared: Compared): Plan {
  const { requests } = compared
  const { refused, stopped } = withBroken(compared)
  const known = {
    ...compared,
    clusters: compared.config.clusters.map(({ name }) => name),
    files: new Set([...requests, ...refused].map(({ path }) => path)),
  }
  const records = [...compared.records.values()].flat()
  const recorded = byRequestKey(records, ({ cluster, request }) => requestKey(cluster, request))
  const factsOf = new Map(
    requests.map(request => {
      const record = recorded.get(requestKey(request.cluster, request.name)) ?? null
      return [request, issuingFacts(request, record, compared)] as const
    }),
  )
  // A cluster that did not answer may hold certificates for its requests, so they keep what they claim.
  const isSilent = ({ cluster, name }: EffectiveRequest): boolean =>
    !compared.records.has(cluster) || stopped.has(requestKey(cluster, name))
  const clashing = conflictingRequests(requests, request => {
    if (isSilent(request)) return 0
    const facts = factsOf.get(request)
    const issued = currentCertificate(facts?.record ?? null)
    return seniorityOf(request, issued, issued?.effective === facts?.effective)
  })
  const refusedPaths = new Set(refused.map(({ path }) => path))
  const steps = [...factsOf].flatMap(([request, facts]) => {
    if (isSilent(request)) return []
    // What another file claims keeps nobody from ending what this one has.
    const issued = currentCertificate(facts.record)
    const isEnding = issued?.path === request.path && isToEnd(issued, request, compared.now)
    const problems = isEnding ? null : (clashing.get(request) ?? heldElsewhere(facts, refusedPaths))
    return problems === null
      ? stepFor(facts, compared)
      : [blockedStep({ ...request, problems }, known)]
  })
  const all = [
    ...steps,
    ...refused.filter(each => !isWithdrawn(each, recorded)).map(each => blockedStep(each, known)),
    ...removedRequests({ requests, refused }, records),
  ]
  const ending = withUntil(all, compared.present ?? compared.now)
  return { basis: 'cluster', steps: inOrder(ending), problems: [], effects: [] }
}

/** Whether the withdrawal is complete. The file then requests nothing, so a policy of today has nothing to refuse. */
function isWithdrawn(
  { withdraw, cluster, name, path }: Refused,
  recorded: ReadonlyMap<string, RequestRecord>,
): boolean {
  if (withdraw !== true || cluster === null || name === null) return false
  const record = recorded.get(requestKey(cluster, name)) ?? null
  if (record === null || unrecordedAttempt(record) !== null) return false
  return record.withdrawnAt !== null && record.issued?.path === path
}

/** A name that is recorded for another file is not free while that file is only refused. */
function heldElsewhere(
  { request, record }: IssuingFacts,
  refusedPaths: ReadonlySet<string>,
): NonEmpty<Problem> | null {
  const path = currentCertificate(record)?.path ?? request.path
  return path !== request.path && refusedPaths.has(path) ? [nameHeldBy(request, path)] : null
}

/** The step of one request without problems of its own. There is none if it asks for withdrawal and nothing is stored. */
function stepFor(facts: IssuingFacts, desired: Desired): readonly Step[] {
  const { request, record } = facts
  const issued = currentCertificate(record)
  if (isToEnd(issued, request, desired.now)) return askedWithdrawal(record, request)
  if (issued === null) return [{ kind: 'issue', because: 'NoCertificateYet', ...facts }]
  const certificate = leafOf(issued)
  if (certificate === null)
    return [blockedStep({ ...request, problems: [brokenRecord(request)] }, null)]
  // An emergency is no approval, also if it was for the same.
  if (issued.effective === facts.effective && issued.proof.kind !== 'emergency')
    return [renewOrKeep(facts, certificate, issued, desired)]
  const changes = changesBetween(
    issued.meaning,
    effectiveJson(request, clusterOf(request, desired.config)),
  )
  const inUse = { current: issued, until: certificate.notAfter }
  return [{ kind: 'reissue', because: 'MeaningChanged', ...facts, ...inUse, changes }]
}

/** Whether the request asks to withdraw the certificate in use, or has ended before it. */
function isToEnd(issued: IssuedRecord | null, request: EffectiveRequest, now: Date): boolean {
  return request.withdraw || outlives(issued, request, now)
}

/** Whether the request has ended, and its certificate, which an earlier version of it asked for, works longer. */
function outlives(issued: IssuedRecord | null, { until }: EffectiveRequest, now: Date): boolean {
  const leaf = issued === null ? null : leafOf(issued)
  return leaf !== null && until !== null && until <= now && leaf.notAfter > until
}

function renewOrKeep(
  facts: IssuingFacts,
  certificate: X509Certificate,
  issued: IssuedRecord,
  { config, now }: Desired,
): RenewStep | KeepStep {
  const { request } = facts
  const inUse = { current: issued, until: certificate.notAfter }
  const renewed = { owner: config.owner, cluster: request.cluster, name: request.name }
  const { renewBefore } = request
  const renewAt = renewalTime(certificate, renewBefore, config.rotation, renewed, now)
  if (certificate.notAfter <= now)
    return { kind: 'renew', because: 'CertificateExpired', ...facts, ...inUse }
  if (renewAt <= now) return { kind: 'renew', because: 'RenewalDue', ...facts, ...inUse }
  const signer = signerNamed(clusterOf(request, config), request.signerName)
  if (needsRetiringCa(issued, casOfSigner(signer)))
    return { kind: 'renew', because: 'AuthorityRetires', ...facts, ...inUse }
  const isSameFile = issued.blob === request.blob && issued.path === request.path
  return {
    kind: 'keep',
    because: isSameFile ? 'UpToDate' : 'OnlyBytesChanged',
    ...facts,
    ...inUse,
    renewAt,
  }
}

/** Facts of every issuing step: the effective digest, the prediction, warnings. */
export function issuingFacts(
  request: EffectiveRequest,
  record: RequestRecord | null,
  desired: Desired,
): IssuingFacts {
  const cluster = clusterOf(request, desired.config)
  const signer = signerNamed(cluster, request.signerName)
  const verdict = desired.verdicts?.get(request)
  const asked = secondsToAsk(request, desired.now) ?? request.durationSeconds
  return {
    request,
    effective: effectiveDigest(effectiveJson(request, cluster)),
    prediction: predict({ ...request, durationSeconds: asked }, signer),
    warnings: desired.warnings.get(request) ?? [],
    fixedRoles: verdict?.decision === 'allowed' ? verdict.fixedRoles : [],
    record,
  }
}

/** By cluster, name and file, so that the order of reading does not matter. Steps without a cluster come last. */
export function inOrder(steps: readonly Step[]): readonly Step[] {
  return steps.toSorted((one, other) => {
    const [a, b] = [stepTarget(one), stepTarget(other)]
    return (
      compareNames(a.cluster ?? '\u{ffff}', b.cluster ?? '\u{ffff}') ||
      compareNames(a.name, b.name) ||
      compareTexts(a.path, b.path)
    )
  })
}

/** Requests for clusters that are not in the configuration were refused before. */
export function clusterOf(request: EffectiveRequest, config: Config): ClusterConfig {
  const cluster = config.clusters.find(({ name }) => name === request.cluster)
  if (cluster === undefined) throw new RangeError(`no cluster ${request.cluster}`)
  return cluster
}

function brokenRecord(request: EffectiveRequest): Problem {
  return {
    code: 'CLUSTER_RECORD',
    at: placeOf(request.places, ''),
    message: `the record of ${request.name} holds no readable certificate`,
    hint: 'it was changed outside of countersign; to have a new certificate issued, delete the ConfigMap',
  }
}
