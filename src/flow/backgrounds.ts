// What an approval of each file has to cover: its versions are judged from the oldest to the newest, each against the last proved one
// before it, by the rules that hold for the path today.
import type { Evidence } from '../domain/evidence.ts'
import type { ObjectId } from '../domain/history.ts'
import type { EffectiveRequest, RequestFile } from '../domain/request.ts'
import { effectiveRequests } from '../config/defaults.ts'
import type {
  Background,
  Jurisdiction,
  NamedRule,
  ProofFacts,
  Question,
  Trail,
} from '../approval/facts.ts'
import { foldedAway } from '../approval/folded.ts'
import { judgeApproval } from '../approval/judge.ts'
import { isMixed } from '../approval/mixed.ts'
import { effectiveDigest, effectiveJson } from '../plan/digest.ts'
import { parseRequest } from '../request/parse.ts'
import { approverRules } from './approver-rules.ts'
import { isOf, isWhole } from './believed-evidence.ts'
import { judgeRequest } from './judge.ts'
import { meaningUnder } from './meaning.ts'
import type { Configurations } from './meaning.ts'
import type { PastVersion } from './pasts.ts'
import { textOf } from './read.ts'
import { requesterIn, requesterThen } from './requesters.ts'
import type { Rules } from './rules.ts'
import { isByRuleOfToday } from './trails.ts'
import type { DeepTrail } from './trails.ts'

export interface JudgingPast {
  readonly rules: Rules
  readonly jurisdiction: Jurisdiction
  /** Places of configuration: a pull request that changed one of them proves no request. */
  readonly places: readonly string[]
  readonly isPublic: boolean
  readonly now: Date
  /** Null where GitHub no longer has the blob, or was not asked yet. */
  readonly bytesOf: (blob: ObjectId) => Uint8Array | null
  readonly configurations: Configurations
}

/** Everything since the last version of the file that was proved. */
export function backgroundOf(
  trail: DeepTrail,
  judging: JudgingPast,
  facts: ProofFacts,
): Background {
  const { path, cluster, past, earlier } = trail
  // What an earlier run found of this very landing stands in its evidence.
  if (earlier !== null && isByRuleOfToday(earlier) && earlier.since !== undefined)
    return { proved: earlier.since, since: [] }
  let background: Background = { proved: null, since: [], ...renamedFrom(trail, judging) }
  const oldest = past.versions.at(-1)
  for (const version of past.versions.toReversed()) {
    const { blob, landing } = version
    const state = { path, blob, landing, earlier: null }
    const isOrigin = version === oldest && isKnown(trail, version, judging)
    const judged = isOrigin ? PROVED : judgeVersion(state, background, cluster, judging, facts)
    background = {
      ...background,
      proved: judged.isProved ? { blob, commit: landing.commit } : background.proved,
      since: judged.isProved && judged.isAllowed ? [] : [state, ...background.since],
    }
  }
  return background
}

interface Judged {
  readonly isProved: boolean
  /** By policy, for whoever asked then. */
  readonly isAllowed: boolean
}

const PROVED: Judged = { isProved: true, isAllowed: true }
const REFUSED: Judged = { isProved: false, isAllowed: false }

/** The oldest version needs no proof where a record holds one, or the owners took it as read. */
function isKnown(
  { path, cluster, past, recorded }: DeepTrail,
  { blob }: PastVersion,
  judging: JudgingPast,
): boolean {
  if (past.origin === 'baseline') return true
  if (past.origin !== 'recorded' || recorded === null || recorded.evidence.path !== path)
    return false
  if (recorded.evidence.blob !== blob) return false
  const request = blob === null ? null : requestIn(path, blob, cluster, judging)
  return request !== null && isOf(recorded.issued, request, judging.rules.config)
}

/**
 * What was issued under another path counts here, where the same rules were met there, and the file means the same under its
 * new path.
 */
function renamedFrom(
  { path, blob, cluster, recorded }: DeepTrail,
  judging: JudgingPast,
): Pick<Background, 'renamedFrom'> {
  const { rules } = judging
  if (recorded === null || blob === null || recorded.evidence.path === path) return {}
  const { evidence, issued } = recorded
  if (!isWhole(recorded) || !isByRuleOfToday(evidence) || evidence.blob === null) return {}
  const request = requestIn(path, blob, cluster, judging)
  const then = requestIn(path, evidence.blob, cluster, judging)
  if (request === null || then === null || !isOf(issued, then, rules.config)) return {}
  const at = rules.config.clusters.find(({ name }) => name === cluster)
  if (at === undefined || effectiveDigest(effectiveJson(then, at)) !== issued.effective) return {}
  const context = { requester: requesterIn(evidence, rules.config), isPublic: judging.isPublic }
  const { verdict } = judgeRequest(request, rules, context, judging.now)
  if (verdict?.decision !== 'allowed') return {}
  return meetsRules(evidence, approverRules(request, verdict, rules.config))
    ? { renamedFrom: { path: evidence.path, blob: evidence.blob } }
    : {}
}

/** By the names of the rules that each approval counted for. */
function meetsRules(
  { approvals }: Evidence,
  { anyOf, floor, extra }: Pick<Question, 'anyOf' | 'floor' | 'extra'>,
): boolean {
  const isMet = ({ name, rule }: NamedRule): boolean =>
    approvals.filter(({ rules }) => rules?.includes(name) === true).length >=
    Math.max(1, rule.required) + extra
  return anyOf.some(isMet) && isMet(floor)
}

function judgeVersion(
  trail: Trail,
  background: Background,
  cluster: string,
  judging: JudgingPast,
  facts: ProofFacts,
): Judged {
  const { path, blob } = trail
  const { rules, jurisdiction, isPublic, now, places, configurations } = judging
  if (blob === null || isMixed(trail, places, facts) !== null) return REFUSED
  const file = fileOf(path, blob, judging)
  if (file === null || foldedAway(path, textOf(file)) !== null) return REFUSED
  const request = requestIn(path, blob, cluster, judging)
  const requester = requesterThen({ ...trail, background }, facts, rules.config)
  const judgement =
    request === null ? null : judgeRequest(request, rules, { requester, isPublic }, now)
  // Which policy would have named its approvers is unknown where none allows it.
  const isAllowed = judgement?.verdict?.decision === 'allowed'
  if (!isAllowed && rules.policies?.policies.some(({ approvals }) => approvals !== null) === true)
    return REFUSED
  const question: Question = {
    ...trail,
    ...approverRules(request, judgement?.verdict ?? null, rules.config),
    background,
    purpose: 'past',
    meaningAt:
      request === null
        ? null
        : commit => {
            const then = configurations(commit)
            return then === null ? null : meaningUnder(then, file, request)
          },
  }
  const isProved = judgeApproval(question, jurisdiction, facts).ok
  return { isProved, isAllowed: judgement !== null && judgement.problems.length === 0 }
}

/** What a version asked for in one cluster, by the defaults of today; null where it cannot be read. */
function requestIn(
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

function fileOf(
  path: string,
  blob: ObjectId,
  { bytesOf }: Pick<JudgingPast, 'bytesOf'>,
): RequestFile | null {
  const bytes = bytesOf(blob)
  return bytes === null ? null : { path, mode: '100644', blob, bytes, uncommitted: false }
}
