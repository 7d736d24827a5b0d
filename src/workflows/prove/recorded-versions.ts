// Versions of a file that need no proof of their own: a record has one that GitHub does not contradict, or the owners take them as
// read.
import type { Evidence } from '../../domain/proof/evidence.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import { ruledTeams } from '../../core/approval/required-rules.ts'
import { contradiction } from '../../core/approval/evidence-contradiction.ts'
import { isTakenBack } from '../../core/approval/reviews/revoked-approvals.ts'
import { isHistoryRewrite } from '../../core/approval/merges/merge-source.ts'
import { requiredBy } from '../../core/approval/reviews/count-approvals.ts'
import { NOTHING_PROVED } from '../../core/approval/proof-facts.ts'
import type {
  Background,
  Approvers,
  NamedRule,
  ProofFacts,
  Question,
} from '../../core/approval/proof-facts.ts'
import { effectiveDigest, effectiveJson } from '../../core/plan/plan-digests.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { isOf, isWhole } from './stored-evidence.ts'
import type { Configurations } from './effective-request-then.ts'
import type { PastVersion } from './file-versions.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { OriginWithVersions } from './request-origins.ts'

export interface JudgingPast {
  readonly rules: Rules
  readonly approvers: Approvers
  /** Paths of the configuration: a pull request that changed one of them proves no request. */
  readonly places: readonly string[]
  readonly isPublic: boolean
  readonly now: Date
  /** Null if GitHub no longer has the blob, or was not asked for it yet. */
  readonly bytesOf: (blob: ObjectId) => Uint8Array | null
  readonly configurations: Configurations
}

/** The rules by which the file is approved now. Each of `anyOf` may turn out to be the one that counts. */
export interface RulesNow extends Pick<Question, 'anyOf' | 'floor' | 'extra'> {
  /** True if a policy allows the request for some requester. */
  readonly isAllowed: boolean
}

/**
 * True if the version needs no proof of its own: the record of this landing has one that GitHub does not contradict, or it is the oldest
 * version and the owners take it as read. An approval that was taken back since proves nothing.
 */
export function isKnown(
  { path, cluster, past, recorded }: OriginWithVersions,
  version: PastVersion,
  judging: JudgingPast,
  rules: RulesNow,
  facts: ProofFacts,
): boolean {
  const { blob, landing } = version
  if (past.origin === 'baseline' && version === past.versions.at(-1)) return true
  if (recorded === null || !isWhole(recorded)) return false
  const { evidence, issued } = recorded
  const isThis = evidence.path === path && evidence.landing.commit === landing.commit
  if (!isThis || isHistoryRewrite(landing, facts)) return false
  const request = blob === null ? null : requestIn(path, blob, cluster, judging)
  if (evidence.blob !== blob || request === null || !isOf(issued, request, judging.rules.config))
    return false
  return isUncontradicted(evidence, rules, judging, facts)
}

/** True if GitHub still shows the approvals of the evidence on its pull request, and nobody who may end one took it back. */
function isUncontradicted(
  evidence: Evidence,
  rules: RulesNow,
  { approvers }: JudgingPast,
  facts: ProofFacts,
): boolean {
  const { path, blob, landing } = evidence
  const question: Question = {
    path,
    blob,
    landing: { commit: landing.commit, before: null },
    earlier: evidence,
    anyOf: rules.anyOf,
    floor: rules.floor,
    extra: rules.extra,
    background: NOTHING_PROVED,
    purpose: 'renewal',
    effectiveDigestAt: null,
  }
  const pull = facts.pullRequests.get(evidence.pullRequest.number)
  return (
    pull !== undefined &&
    contradiction(question, pull) === null &&
    evidence.approvals.every(({ review }) => !isTakenBack(review, pull, question, approvers, facts))
  )
}

/**
 * The version that was issued under another path, if it met the same rules there and has the same effective request under the new path;
 * else empty.
 */
export function renamedFrom(
  { path, blob, cluster, recorded }: OriginWithVersions,
  judging: JudgingPast,
  rulesNow: RulesNow,
  facts: ProofFacts,
): Pick<Background, 'renamedFrom'> {
  const { rules, approvers } = judging
  if (recorded === null || blob === null || recorded.evidence.path === path) return {}
  if (!rulesNow.isAllowed) return {}
  const { evidence, issued } = recorded
  if (!isWhole(recorded) || evidence.blob === null) return {}
  if (!isUncontradicted(evidence, rulesNow, judging, facts)) return {}
  const then = requestIn(path, evidence.blob, cluster, judging)
  if (then === null || !isOf(issued, then, rules.config)) return {}
  const at = rules.config.clusters.find(({ name }) => name === cluster)
  if (at === undefined || effectiveDigest(effectiveJson(then, at)) !== issued.effective) return {}
  return meetsRules(evidence, rulesNow, ruledTeams({ path }, approvers, facts), facts)
    ? {
        renamedFrom: [
          { path: evidence.path, blob: evidence.blob, commit: evidence.landing.commit },
        ],
      }
    : {}
}

/** Counts approvals by the rule names in the evidence: as many are needed as for a first issue (`requiredBy`). */
function meetsRules(
  { approvals, unattributed, hasUnknownPusher }: Evidence,
  rulesNow: RulesNow,
  ruled: readonly NamedRule[],
  facts: ProofFacts,
): boolean {
  const counted = ({ name }: NamedRule): number =>
    approvals.filter(({ rules }) => rules.includes(name)).length
  const hands = { unattributed, hasUnknownPusher }
  return (
    [...rulesNow.anyOf, rulesNow.floor].every(
      each => counted(each) >= requiredBy(each, rulesNow, hands, facts),
    ) && ruled.every(each => counted(each) >= each.rule.required)
  )
}

/** The effective request of a version for one cluster, by today's defaults; null if it cannot be read. */
export function requestIn(
  path: string,
  blob: ObjectId,
  cluster: string,
  judging: Pick<JudgingPast, 'rules' | 'bytesOf'>,
): EffectiveRequest | null {
  const { config } = judging.rules
  const file = fileOf(path, blob, judging)
  const parsed = file === null ? null : parseRequest(file, config.requests)
  if (parsed === null || !parsed.ok) return null
  const effective = effectiveRequests(parsed.value, config)
  return effective.ok ? (effective.value.find(each => each.cluster === cluster) ?? null) : null
}

/** Null if GitHub no longer has the blob, or was not asked for it yet. */
export function fileOf(
  path: string,
  blob: ObjectId,
  { bytesOf }: Pick<JudgingPast, 'bytesOf'>,
): RequestFile | null {
  const bytes = bytesOf(blob)
  return bytes === null ? null : { path, mode: '100644', blob, bytes, uncommitted: false }
}
