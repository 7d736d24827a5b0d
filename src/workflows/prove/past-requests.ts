// Requests in past versions of a file, and the approver rules that such a version has to meet.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { isNonEmpty } from '../../domain/problem.ts'
import type { NonEmpty } from '../../domain/problem.ts'
import type { Config } from '../../domain/request/config.ts'
import type { Verdict } from '../../domain/request/policy.ts'
import type { Approvers, Question } from '../../core/approval/proof-facts.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { effectiveDigestIn } from '../../core/plan/plan-digests.ts'
import { judgeRequest } from '../validate/judge-request.ts'
import { forAnybody } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { History } from './applied-history.ts'
import { approverRules } from './step-question.ts'
import type { Configurations } from './effective-request-then.ts'
import type { LookUps } from './look-up-facts.ts'
import type { OriginWithVersions } from './request-origins.ts'
import type { RulesAt } from './rules-at-landings.ts'

/** What a run, or the plan of a pull request, judges past versions by. */
export interface JudgingPast {
  /** Those of today. */
  readonly rules: Rules
  readonly approvers: Approvers
  readonly rulesAt: RulesAt
  readonly history: Pick<History, 'frame' | 'repository'>
  readonly now: Date
  readonly lookUps: Pick<LookUps, 'bytesOf' | 'request'>
  readonly configurations: Configurations
}

/** A file, or a version of it, as it asks for one cluster. */
type AskedFile = Pick<OriginWithVersions, 'path' | 'blob' | 'cluster'>

interface NeededRules extends Pick<Question, 'minimum' | 'extraApprovals'> {
  /** One rule of each list has to be met. */
  readonly lists: NonEmpty<Question['anyOf']>
  /** True if policies allow the request for some requester. */
  readonly isAllowed: boolean
}

/**
 * The rules of then for what the version requested, and for what the file requests now if a policy of then allowed it: these approvals
 * count for both.
 */
export function rulesThen(
  rules: Rules,
  file: AskedFile,
  version: Pick<AskedFile, 'path' | 'blob'>,
  judging: JudgingPast,
): NeededRules {
  const ofFile = rulesOf(rules, file, judging)
  const ofVersion = rulesOf(rules, { ...file, ...version }, judging)
  const known = ofVersion.lists.map(namesOf)
  const more = ofFile.lists.filter(list => ofFile.isAllowed && !known.includes(namesOf(list)))
  return {
    ...ofVersion,
    lists: [...ofVersion.lists, ...more],
    extraApprovals: Math.max(ofFile.extraApprovals, ofVersion.extraApprovals),
  }
}

/** By whose rules an approval of a file can be taken back, too. Nothing for null: rules that cannot be read. */
export function otherRules(
  by: Readonly<Pick<JudgingPast, 'rules' | 'approvers'>> | null,
  file: AskedFile,
  judging: JudgingPast,
): Pick<Question, 'otherRules'> {
  if (by === null) return {}
  const { lists, minimum } = rulesOf(by.rules, file, judging)
  const [first, ...others] = lists
  const anyOf = others.reduce<Question['anyOf']>((all, list) => [...all, ...list], first)
  return { otherRules: { approvers: by.approvers, anyOf, minimum } }
}

function namesOf(anyOf: Question['anyOf']): string {
  return anyOf.map(({ name }) => name).join('\n')
}

export function rulesOf(rules: Rules, file: AskedFile, judging: JudgingPast): NeededRules {
  const requests = requestsIn(file, rules.config, judging.lookUps)
  const needed = requests.map(request => neededBy(request, rules, judging))
  const { anyOf, minimum, extraApprovals } = approverRules(null, null, rules.config)
  const lists = needed.flatMap(each => each.lists)
  return {
    minimum,
    extraApprovals: Math.max(extraApprovals, ...needed.map(each => each.extraApprovals)),
    lists: isNonEmpty(lists) ? lists : [anyOf],
    isAllowed: needed.length > 0 && needed.every(({ isAllowed }) => isAllowed),
  }
}

/**
 * The requester is known only after this decision. One of the policies that allow it for everybody is enough; if there is none, each
 * policy that may allow it has to be met.
 */
function neededBy(request: EffectiveRequest, rules: Rules, judging: JudgingPast): NeededRules {
  const isPublic = judging.history.repository.visibility === 'public'
  const context = { requester: null, isPublic }
  const verdictBy = (by: Rules): Verdict | null =>
    judgeRequest(request, by, context, judging.now).verdict
  const everybody = verdictBy(rules)
  const isForAll = everybody?.decision === 'allowed'
  const verdict = isForAll ? everybody : verdictBy(forAnybody(rules))
  const { anyOf, minimum, extraApprovals } = approverRules(request, verdict, rules.config)
  const [first, ...others] = anyOf.map(each => [each] as const)
  return {
    minimum,
    extraApprovals,
    lists: isForAll || first === undefined ? [anyOf] : [first, ...others],
    isAllowed: verdict?.decision === 'allowed',
  }
}

/**
 * The effective requests of a version by the defaults of a configuration: the one for the cluster, or that of each of its clusters if it
 * is not for this one. Empty if it cannot be read.
 */
export function requestsIn(
  { path, blob, cluster }: AskedFile,
  config: Config,
  lookUps: Pick<LookUps, 'request'>,
): readonly EffectiveRequest[] {
  const parsed = blob === null ? null : lookUps.request(path, blob, config.requests)
  const effective = parsed === null ? null : effectiveRequests(parsed, config)
  if (effective?.ok !== true) return []
  const ofCluster = effective.value.filter(each => each.cluster === cluster)
  return ofCluster.length > 0 ? ofCluster : effective.value
}

/** Their effective digests by the same configuration; null if there is none. */
export function digestIn(
  file: AskedFile,
  config: Config | null,
  lookUps: Pick<LookUps, 'request'>,
): string | null {
  const effective =
    config === null
      ? []
      : requestsIn(file, config, lookUps).flatMap(each => effectiveDigestIn(each, config) ?? [])
  return effective.length === 0 ? null : effective.join(' ')
}

export function fileOf(
  path: string,
  blob: ObjectId,
  lookUps: Pick<LookUps, 'bytesOf'>,
): RequestFile | null {
  const bytes = lookUps.bytesOf(blob)
  return bytes === null ? null : { path, mode: '100644', blob, bytes, uncommitted: false }
}
