// Requests in past versions of a file, and the approver rules that such a version has to meet.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import type { Question } from '../../core/approval/proof-facts.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { effectiveDigest, effectiveJson } from '../../core/plan/plan-digests.ts'
import { forAnyRequester } from '../../core/policy/any-requester.ts'
import { judgeRequest } from '../validate/judge-request.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { approverRules } from './approver-rules.ts'
import type { Configurations } from './effective-request-then.ts'
import type { LookUps } from './look-up-facts.ts'
import type { OriginWithVersions } from './request-origins.ts'
import type { RulesAt } from './rules-at-landings.ts'

export interface JudgingPast {
  /** Those of today. */
  readonly rules: Rules
  readonly rulesAt: RulesAt
  /** Paths of the configuration: a pull request that changed one of them proves no request. */
  readonly places: readonly string[]
  readonly isPublic: boolean
  readonly now: Date
  /** Null if GitHub no longer has the blob, or was not asked for it yet. */
  readonly bytesOf: (blob: ObjectId) => Uint8Array | null
  readonly request: LookUps['request']
  readonly configurations: Configurations
}

/** The file whose approvals are judged. */
type AskedFile = Pick<OriginWithVersions, 'path' | 'blob' | 'cluster'>

interface NeededRules extends Pick<Question, 'anyOf' | 'floor' | 'extra'> {
  /** True if a policy allows the request for some requester. */
  readonly isAllowed: boolean
}

/**
 * The rules of then for what the file requests now, since these approvals count for that. If no policy of then allowed it, those for what
 * the version requested, and those of the configuration.
 */
export function rulesThen(
  rules: Rules,
  file: AskedFile,
  version: Pick<AskedFile, 'path' | 'blob'>,
  judging: JudgingPast,
): NeededRules {
  const then = rulesOf(rules, file, judging)
  if (then.isAllowed) return then
  const own = rulesOf(rules, { ...file, ...version }, judging)
  return { ...own, extra: Math.max(then.extra, own.extra) }
}

/** Each of them has to be met, since each may turn out to be the one that counts. */
export function rulesOf(
  rules: Rules,
  { path, blob, cluster }: AskedFile,
  judging: JudgingPast,
): NeededRules {
  const request = blob === null ? null : requestIn(path, blob, cluster, rules, judging)
  if (request === null) return { ...approverRules(null, null, rules.config), isAllowed: false }
  const context = { requester: null, isPublic: judging.isPublic }
  // The requester is known only after this decision.
  const { verdict } = judgeRequest(request, forAnybody(rules), context, judging.now)
  const isAllowed = verdict?.decision === 'allowed'
  return { ...approverRules(request, verdict, rules.config), isAllowed }
}

function forAnybody({ config, policies }: Rules): Rules {
  if (policies === null) return { config, policies }
  return { config, policies: { ...policies, policies: policies.policies.map(forAnyRequester) } }
}

/** The effective request of a version for one cluster, by the defaults of the rules; null if it cannot be read. */
export function requestIn(
  path: string,
  blob: ObjectId,
  cluster: string,
  { config }: Rules,
  judging: JudgingPast,
): EffectiveRequest | null {
  const request = judging.request(path, blob, config.requests)
  if (request === null) return null
  const effective = effectiveRequests(request, config)
  return effective.ok ? (effective.value.find(each => each.cluster === cluster) ?? null) : null
}

/** Its effective digest by the same rules. */
export function digestIn(request: EffectiveRequest | null, { config }: Rules): string | null {
  const at = config.clusters.find(({ name }) => name === request?.cluster)
  return request === null || at === undefined ? null : effectiveDigest(effectiveJson(request, at))
}

export function fileOf(
  path: string,
  blob: ObjectId,
  { bytesOf }: Pick<JudgingPast, 'bytesOf'>,
): RequestFile | null {
  const bytes = bytesOf(blob)
  return bytes === null ? null : { path, mode: '100644', blob, bytes, uncommitted: false }
}
