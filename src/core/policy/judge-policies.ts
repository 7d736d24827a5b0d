// Verdict of all policies on one request: allowed, denied or undecided, with the explanation of each policy. Requests are denied
// unless a policy allows them. One policy that applies and finds no violation is enough; no other policy can deny then.
import type {
  BrokenPolicy,
  Creator,
  Explanation,
  JudgeContext,
  Policy,
  Verdict,
} from '../../domain/request/policy.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import { isNonEmpty, sortProblems } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { judgedRequest } from './judged-request.ts'
import type { Judged } from './judged-request.ts'
import { nameProblems } from './allowed-names.ts'
import {
  caIsAllowed,
  durationFits,
  fileIsReadable,
  keyFits,
  rulesAreTrue,
  usagesAreAllowed,
} from './allowed-request.ts'
import type { PolicyCheck } from './allowed-request.ts'
import { selectorMismatch } from './policy-selector.ts'
import { accessIsAllowed, fixedRoles } from './allowed-access.ts'
import { sinksAreAllowed } from './allowed-sinks.ts'

/** All checks run, so that all violations are reported at once. */
const CHECKS: readonly PolicyCheck[] = [
  fileIsReadable, // no PKCS#10 that nobody can read
  nameProblems, // every RDN, every GeneralName
  usagesAreAllowed, // a subset
  caIsAllowed,
  durationFits,
  keyFits,
  sinksAreAllowed, // a changed sink is a changed key holder
  accessIsAllowed, // each role in each place
  rulesAreTrue, // CEL over the whole request
]

const MOST_REASONS = 10

/**
 * The verdict on the request that would be signed; `policies` in it are all that allow it, by name. `broken` are policy files that
 * could not be read: if one of them might apply and no policy allows the request, it is undecided. Codes: those of the checks,
 * POLICY_BROKEN, POLICY_NONE_APPLIES. The order of the files does not matter.
 */
export function judge(
  request: EffectiveRequest,
  policies: readonly Policy[],
  broken: readonly BrokenPolicy[],
  context: JudgeContext,
): Verdict {
  const judged = judgedRequest(request, context)
  const sorted = [...policies].sort((a, b) => compare(a.name, b.name))
  const { creator } = context
  const said = sorted.map(policy => explain(policy, judged, creator))
  const unread = [...broken]
    .sort((a, b) => compare(a.path, b.path))
    .map(file => explainBroken(file, request, creator))
  const explanations = [...said, ...unread]
  const allowing = sorted.filter((_, index) => said[index]?.result === 'allowed')
  if (isNonEmpty(allowing)) {
    const by = allowing[0].name
    const fixed = fixedRoles(allowing, request.access)
    return { decision: 'allowed', by, policies: allowing, fixedRoles: fixed, explanations }
  }
  const problems = explanations.flatMap(explanation =>
    'problems' in explanation ? explanation.problems : [],
  )
  const decision = explanations.some(({ result }) => result === 'undecided')
    ? ('undecided' as const)
    : ('denied' as const)
  if (isNonEmpty(problems)) return { decision, problems, explanations }
  return { decision, problems: [noneApplies(request, explanations)], explanations }
}

function explain(policy: Policy, judged: Judged, creator?: Creator): Explanation {
  const reason = selectorMismatch(policy.selector, judged.request, creator)
  if (reason !== null) return { policy: policy.name, result: 'notApplicable', reason }
  const problems = sortProblems(CHECKS.flatMap(check => check(policy, judged)))
  if (!isNonEmpty(problems)) return { policy: policy.name, result: 'allowed' }
  return { policy: policy.name, result: resultOf(problems), problems }
}

/** One certain violation denies. `undecided` only if every problem is a rule that could not be decided. */
function resultOf(problems: NonEmpty<Problem>): 'denied' | 'undecided' {
  return problems.every(({ code }) => code === 'POLICY_EXPRESSION_FAILED') ? 'undecided' : 'denied'
}

function explainBroken(
  broken: BrokenPolicy,
  request: EffectiveRequest,
  creator?: Creator,
): Explanation {
  const { path, selector } = broken
  const reason = selector === null ? null : selectorMismatch(selector, request, creator)
  if (reason !== null) return { policy: path, result: 'notApplicable', reason }
  const [first] = broken.problems
  const problem: Problem = {
    code: 'POLICY_BROKEN',
    at: first.at,
    message: `the policy file ${path} cannot be read (${first.code}: ${first.message}), and it may apply to this request`,
    hint: 'correct the policy file',
  }
  return { policy: path, result: 'undecided', problems: [problem] }
}

function noneApplies({ places }: EffectiveRequest, explanations: readonly Explanation[]): Problem {
  const reasons = explanations.flatMap(explanation =>
    explanation.result === 'notApplicable' ? [`${explanation.policy}: ${explanation.reason}`] : [],
  )
  const more = reasons.length > MOST_REASONS ? [`and ${reasons.length - MOST_REASONS} more`] : []
  return {
    code: 'POLICY_NONE_APPLIES',
    at: placeOf(places, ''),
    message: 'no policy applies to this request, so it is denied',
    hint:
      reasons.length === 0
        ? 'there is no policy; add one below policies/'
        : [...reasons.slice(0, MOST_REASONS), ...more].join('; '),
  }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
