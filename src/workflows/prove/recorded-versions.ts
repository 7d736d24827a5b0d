// Versions of a file that need no proof of their own: a record holds one that GitHub does not contradict, or their owners took them as
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
import type {
  Background,
  Approvers,
  NamedRule,
  ProofFacts,
  Question,
} from '../../core/approval/proof-facts.ts'
import { effectiveDigest, effectiveJson } from '../../core/plan/plan-digests.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { isOf } from './stored-evidence.ts'
import type { Configurations } from './effective-request-then.ts'
import type { PastVersion } from './file-versions.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { isProvedToday } from './request-origins.ts'
import type { OriginWithVersions } from './request-origins.ts'

export interface JudgingPast {
  readonly rules: Rules
  readonly approvers: Approvers
  /** Places of configuration: a pull request that changed one of them proves no request. */
  readonly places: readonly string[]
  readonly isPublic: boolean
  readonly now: Date
  /** Null where GitHub no longer has the blob, or was not asked yet. */
  readonly bytesOf: (blob: ObjectId) => Uint8Array | null
  readonly configurations: Configurations
}

/** The rules by which the file is approved now; each of the named ones may turn out to be the one that counts. */
export interface RulesNow extends Pick<Question, 'anyOf' | 'floor' | 'extra'> {
  /** By a policy, for somebody. */
  readonly isAllowed: boolean
}

/**
 * A version needs no proof of its own where the record of this very landing holds one that GitHub does not contradict. Nor does the
 * oldest one where the owners took it as read. An approval that was taken back since proves nothing.
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
  if (recorded === null || !isProvedToday(recorded)) return false
  const { evidence, issued } = recorded
  const isThis = evidence.path === path && evidence.landing.commit === landing.commit
  if (!isThis || isHistoryRewrite(landing, facts)) return false
  const request = blob === null ? null : requestIn(path, blob, cluster, judging)
  if (evidence.blob !== blob || request === null || !isOf(issued, request, judging.rules.config))
    return false
  return isUncontradicted(evidence, rules, judging, facts)
}

/** GitHub still shows the approvals of the evidence on its pull request, and nobody who can end them took one back. */
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
    background: null,
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
 * What was issued under another path counts here, where the same rules were met there, and the file means the same under its
 * new path.
 */
export function renamedFrom(
  { path, blob, cluster, recorded }: OriginWithVersions,
  judging: JudgingPast,
  asked: RulesNow,
  facts: ProofFacts,
): Pick<Background, 'renamedFrom'> {
  const { rules, approvers } = judging
  if (recorded === null || blob === null || recorded.evidence.path === path) return {}
  if (!asked.isAllowed) return {}
  const { evidence, issued } = recorded
  if (!isProvedToday(recorded) || evidence.blob === null) return {}
  if (!isUncontradicted(evidence, asked, judging, facts)) return {}
  const then = requestIn(path, evidence.blob, cluster, judging)
  if (then === null || !isOf(issued, then, rules.config)) return {}
  const at = rules.config.clusters.find(({ name }) => name === cluster)
  if (at === undefined || effectiveDigest(effectiveJson(then, at)) !== issued.effective) return {}
  return meetsRules(evidence, asked, ruledTeams({ path }, approvers, facts), facts)
    ? {
        renamedFrom: [
          { path: evidence.path, blob: evidence.blob, commit: evidence.landing.commit },
        ],
      }
    : {}
}

/** By the names of the rules that each approval counted for, as many as a first issue needs (`requiredBy`). */
function meetsRules(
  { approvals, unattributed, hasUnknownPusher }: Evidence,
  asked: RulesNow,
  ruled: readonly NamedRule[],
  facts: ProofFacts,
): boolean {
  const counted = ({ name }: NamedRule): number =>
    approvals.filter(({ rules }) => rules?.includes(name) === true).length
  const hands = { unattributed, hasUnknownPusher }
  return (
    [...asked.anyOf, asked.floor].every(
      each => counted(each) >= requiredBy(each, asked, hands, facts),
    ) && ruled.every(each => counted(each) >= each.rule.required)
  )
}

/** What a version asked for in one cluster, by the defaults of today; null where it cannot be read. */
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

/** Null where GitHub no longer has the blob, or was not asked yet. */
export function fileOf(
  path: string,
  blob: ObjectId,
  { bytesOf }: Pick<JudgingPast, 'bytesOf'>,
): RequestFile | null {
  const bytes = bytesOf(blob)
  return bytes === null ? null : { path, mode: '100644', blob, bytes, uncommitted: false }
}
