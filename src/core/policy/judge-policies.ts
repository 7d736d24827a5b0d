// Verdict of all policies on one request: allowed, denied or undecided, with the explanation of each policy. Requests are denied
// unless a policy allows them. One policy that applies and finds no violation is enough; no other policy can deny then.
import { shellWord } from '../../lib/source/shell-word.ts'
import { compareTexts } from '../../domain/lists.ts'
import type {
  AccessAllowance,
  BrokenPolicy,
  Creator,
  Explanation,
  JudgeContext,
  Policy,
  PolicySelector,
  Verdict,
} from '../../domain/request/policy.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import { isNonEmpty, sortProblems } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { Access, RoleInPlace } from '../../domain/request/access.ts'
import { roleInPlaceText, rolesInPlaces } from '../../domain/request/access.ts'
import { isForPending } from '../../domain/request/policy.ts'
import { matchesAnyGlob } from '../../lib/source/glob.ts'
import { judgedRequest } from './judged-request.ts'
import type { JudgedRequest } from './judged-request.ts'
import { nameProblems } from './allowed-names.ts'
import {
  caIsAllowed,
  durationFits,
  endFits,
  fileIsReadable,
  keyFits,
  rulesAreTrue,
  usagesAreAllowed,
} from './allowed-request.ts'
import type { PolicyCheck } from './allowed-request.ts'
import { sinksAreAllowed } from './allowed-sinks.ts'
import { matchesAnyWildcard } from './wildcard.ts'

// Check of a request's access against the list of one policy: a role in a place that no entry allows is denied.

/** POLICY_ACCESS for each role in each place that no entry allows. */
const accessIsAllowed: PolicyCheck = (policy, { request: { access, places } }) =>
  rolesInPlaces(access)
    .filter(role => !policy.access.some(entry => allows(entry, role)))
    .map(role => ({
      code: 'POLICY_ACCESS' as const,
      at: placeOf(places, `access[${access.findIndex(each => asksFor(each, role))}]`),
      message: `the policy "${policy.name}" does not allow the access ${roleInPlaceText(role)}`,
      hint: `it allows ${allowedText(policy)}`,
    }))

/** The roles of the request that an entry with `roleChanges: refuse` allows, in any of the policies. */
function fixedRoles(policies: readonly Policy[], access: readonly Access[]): string[] {
  const entries = policies.flatMap(policy => policy.access)
  const fixing = entries.filter(({ roleChanges }) => roleChanges === 'refuse')
  const roles = rolesInPlaces(access).filter(role => fixing.some(entry => allows(entry, role)))
  return [...new Set(roles.map(({ clusterRole }) => clusterRole))]
}

function allows({ clusterRoles, namespaces }: AccessAllowance, role: RoleInPlace): boolean {
  if (!clusterRoles.includes(role.clusterRole)) return false
  if (namespaces === null || role.namespace === null) return namespaces === role.namespace
  return matchesAnyWildcard(namespaces, role.namespace)
}

function asksFor({ clusterRole, namespaces }: Access, role: RoleInPlace): boolean {
  const isThere =
    role.namespace === null ? namespaces === null : namespaces?.includes(role.namespace)
  return clusterRole === role.clusterRole && isThere === true
}

function allowedText({ access }: Policy): string {
  const entries = access.map(({ clusterRoles, namespaces }) => {
    const namespace = namespaces === null ? null : namespaces.join(', ')
    return roleInPlaceText({ clusterRole: clusterRoles.join(', '), namespace })
  })
  return entries.join('; ') || 'no access at all'
}

/** All checks run, so that all violations are reported at once. */
const CHECKS: readonly PolicyCheck[] = [
  fileIsReadable, // no PKCS#10 that nobody can read
  nameProblems, // every RDN, every GeneralName
  usagesAreAllowed, // a subset
  caIsAllowed,
  durationFits,
  endFits, // of a request that must not last
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
  const sorted = [...policies].sort((a, b) => compareTexts(a.name, b.name))
  const { creator } = context
  const said = sorted.map(policy => explain(policy, judged, creator))
  const unread = [...broken]
    .sort((a, b) => compareTexts(a.path, b.path))
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
  return {
    decision,
    problems: [noneApplies(request, explanations)],
    explanations,
  }
}

function explain(policy: Policy, judged: JudgedRequest, creator?: Creator): Explanation {
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

function noneApplies(
  { path, places }: EffectiveRequest,
  explanations: readonly Explanation[],
): Problem {
  const reasons = explanations.flatMap(explanation =>
    explanation.result === 'notApplicable' ? [`${explanation.policy}: ${explanation.reason}`] : [],
  )
  const more = reasons.length > MOST_REASONS ? [`and ${reasons.length - MOST_REASONS} more`] : []
  const why = reasons.length === 0 ? ['there is no policy'] : reasons.slice(0, MOST_REASONS)
  const draft = `for a policy to start with, in a pull request of its own that is merged first: countersign policy draft ${shellWord(path)}`
  return {
    code: 'POLICY_NONE_APPLIES',
    at: placeOf(places, ''),
    message: 'no policy applies to this request, so it is denied',
    hint: [...why, ...more, ...(path === '' ? [] : [draft])].join('; '),
  }
}

// Match of a policy's selector with a request: one of a file, or a pending CertificateSigningRequest.

/**
 * A sentence about the first member of the selector that does not match; null if the policy applies to the request. `creator`: of a
 * pending CertificateSigningRequest, absent for the request of a file. No policy applies to both kinds.
 */
export function selectorMismatch(
  selector: PolicySelector,
  { path, cluster, signerName }: EffectiveRequest,
  creator?: Creator,
): string | null {
  const { paths, clusters, signerNames, usernames, groups } = selector
  if (isForPending(selector) !== (creator !== undefined))
    return WRONG_KIND[creator ? 'file' : 'pending']
  if (paths !== null && !matchesAnyGlob(paths, path)) return sentence('paths', paths, path)
  if (clusters !== null && !clusters.includes(cluster)) {
    return sentence('clusters', clusters, cluster)
  }
  if (signerNames !== null && !matchesAnyWildcard(signerNames, signerName)) {
    return sentence('signerNames', signerNames, signerName)
  }
  const { username = '', groups: member = [] } = creator ?? {}
  if (usernames !== null && !matchesAnyWildcard(usernames, username)) {
    return sentence('usernames', usernames, username)
  }
  if (groups !== null && !member.some(group => matchesAnyWildcard(groups, group))) {
    return sentence('groups', groups, member.join(', '))
  }
  return null
}

const WRONG_KIND = {
  pending:
    'selector.usernames and selector.groups are for pending CertificateSigningRequests, not for request files',
  file: 'without selector.usernames and selector.groups it is for request files, not for pending CertificateSigningRequests',
} as const

function sentence(member: string, wanted: readonly string[], given: string): string {
  const shown = wanted.length > 3 ? [...wanted.slice(0, 3), '…'] : wanted
  return `selector.${member} ${shown.join(', ')} does not match ${given}`
}
