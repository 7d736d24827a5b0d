// Background of a file, which its approval has to cover: its versions are judged from the oldest to the newest, each against the last
// proved one before it, by the rules that apply to the path today.
import type { Evidence } from '../../domain/proof/evidence.ts'
import type {
  Background,
  ProofFacts,
  Question,
  FileOrigin,
} from '../../core/approval/proof-facts.ts'
import { hiddenDiffReason } from '../../core/approval/visibility/hidden-diffs.ts'
import { judgeApproval } from '../../core/approval/judge-approval.ts'
import { isMixed } from '../../core/approval/merges/mixed-pull-request.ts'
import { forAnyRequester } from '../../core/policy/any-requester.ts'
import { approverRules } from './approver-rules.ts'
import { judgeRequest } from '../validate/judge-request.ts'
import { effectiveDigestUnder } from './effective-request-then.ts'
import { textOf } from '../validate/read-requests.ts'
import { fileOf, isKnown, renamedFrom, requestIn } from './recorded-versions.ts'
import type { JudgingPast, RulesNow } from './recorded-versions.ts'
import { requesterThen } from './requesters.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import type { OriginWithVersions } from './request-origins.ts'

/** The last proved version of the file, and everything since. */
export function lastProvedVersion(
  fileOrigin: OriginWithVersions,
  judging: JudgingPast,
  facts: ProofFacts,
): Background {
  const { past, earlier } = fileOrigin
  const recorded = earlier === null ? null : recordedBackground(earlier, fileOrigin, facts)
  if (recorded !== null) return recorded
  const rules = rulesNow(fileOrigin, judging)
  let background: Background = {
    proved: null,
    since: [],
    // The record that ended the search may turn out to be invalid.
    isCut: past.origin === 'unknown' || past.origin === 'recorded',
    ...renamedFrom(fileOrigin, judging, rules, facts),
  }
  for (const version of past.versions.toReversed()) {
    const { blob, landing } = version
    const state = { path: fileOrigin.path, blob, landing, earlier: null }
    const judged = isKnown(fileOrigin, version, judging, rules, facts)
      ? PROVED
      : judgeEarlierVersion(
          state,
          background,
          fileOrigin.cluster,
          { ...judging, rulesNow: rules },
          facts,
        )
    const since = judged.isProved && judged.isAllowed ? [] : [state, ...background.since]
    background = {
      ...background,
      ...(judged.isProved && { proved: { blob, commit: landing.commit }, upToProved: since }),
      since,
      isCut: background.isCut === true && !(judged.isProved && judged.isAllowed),
    }
  }
  return background
}

/** The version that the record names has to be an older state of the branch with those bytes; null if the record names none that is. */
function recordedBackground(
  evidence: Evidence,
  { path, landing }: OriginWithVersions,
  { line, blobAt }: ProofFacts,
): Background | null {
  const { since } = evidence
  if (since === null) return { proved: null, since: [] }
  const { blob, commit, path: then = path } = since
  const [at, older] = [line.indexOf(landing.commit), line.lastIndexOf(commit)]
  if (at === -1 || older <= at || blobAt({ commit, path: then }) !== blob) return null
  if (then === path || blob === null) return { proved: { blob, commit }, since: [] }
  return { proved: null, since: [], renamedFrom: [{ path: then, blob, commit }] }
}

/** The rules that earlier versions have to meet: each reviewer whom they count must have seen every line. */
function rulesNow({ path, blob, cluster }: OriginWithVersions, judging: JudgingPast): RulesNow {
  const { rules, isPublic, now } = judging
  const request = blob === null ? null : requestIn(path, blob, cluster, judging)
  if (request === null) return { ...approverRules(null, null, rules.config), isAllowed: false }
  const context = { requester: null, isPublic }
  // The requester is known only after this decision.
  const { verdict } = judgeRequest(request, forAnybody(rules), context, now)
  const isAllowed = verdict?.decision === 'allowed'
  return { ...approverRules(request, verdict, rules.config), isAllowed }
}

function forAnybody({ config, policies }: Rules): Rules {
  if (policies === null) return { config, policies }
  return { config, policies: { ...policies, policies: policies.policies.map(forAnyRequester) } }
}

interface Judged {
  readonly isProved: boolean
  /** By policy, for the requester of that version. */
  readonly isAllowed: boolean
}

const PROVED: Judged = { isProved: true, isAllowed: true }
const REFUSED: Judged = { isProved: false, isAllowed: false }

function judgeEarlierVersion(
  fileOrigin: FileOrigin,
  background: Background,
  cluster: string,
  judging: JudgingPast & { readonly rulesNow: RulesNow },
  facts: ProofFacts,
): Judged {
  const { path, blob } = fileOrigin
  const { rules, approvers, isPublic, now, places, configurations, rulesNow: today } = judging
  if (blob === null || isMixed(fileOrigin, places, facts) !== null) return REFUSED
  const file = fileOf(path, blob, judging)
  if (file === null || hiddenDiffReason(path, textOf(file)) !== null) return REFUSED
  const request = requestIn(path, blob, cluster, judging)
  const requester = requesterThen({ ...fileOrigin, background }, facts, rules.config)
  const judgement =
    request === null ? null : judgeRequest(request, rules, { requester, isPublic }, now)
  const question: Omit<Question, 'anyOf'> = {
    ...fileOrigin,
    floor: today.floor,
    extra: today.extra,
    background,
    purpose: 'past',
    effectiveDigestAt:
      request === null
        ? null
        : commit => {
            const then = configurations(commit)
            return then === null ? null : effectiveDigestUnder(then, file, request)
          },
  }
  const isProved = today.anyOf.every(
    rule => judgeApproval({ ...question, anyOf: [rule] }, approvers, facts).ok,
  )
  return { isProved, isAllowed: judgement !== null && judgement.problems.length === 0 }
}
