// Check of a request's names against the `allowed` part of one policy. Source: approver-policy v0.28,
// pkg/internal/approver/allowed/evaluator.go: a name may be absent unless required; a name that is present needs values or
// validations, and every item must match one value and every validation.
import type {
  AllowedOid,
  AllowedValues,
  NameMember,
  Policy,
  PolicyRule,
} from '../../domain/request/policy.ts'
import { NAME_MEMBERS } from '../../domain/request/policy.ts'
import type { Code } from '../../domain/problem-codes.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import { placeOfValue, sanMember } from '../../lib/kubernetes/names-in-spec.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { formatSan } from '../../lib/x509/general-names.ts'
import type { JudgedRequest } from './judged-request.ts'
import { matchesAnyWildcard } from './wildcard.ts'

/** Limit of problems for one kind of name: a request may have ten thousand names. */
const MOST_REPORTED = 20

/** Members with a single text: an empty text counts as absent, as in approver-policy. */
const SINGLE: ReadonlySet<NameMember> = new Set<NameMember>(['commonName', 'subject.serialNumber'])

/**
 * Every violation of `allowed` by a name; empty if all fit. After 20 problems the rest of one kind of name is left out. Codes:
 * POLICY_REQUIRED, POLICY_VALUE, POLICY_EXPRESSION_FAILED (a rule could not be decided), POLICY_SAN_KIND (no policy can allow it).
 */
export function nameProblems(policy: Policy, judged: JudgedRequest): readonly Problem[] {
  const { allowed } = policy
  return [
    ...NAME_MEMBERS.flatMap(member => {
      const values = judged.names.get(member) ?? []
      const said = SINGLE.has(member) ? values.filter(value => value !== '') : values
      return memberProblems({ policy, judged, member }, said, allowed.names[member])
    }),
    ...oidProblems(
      { policy, judged, member: 'subject' },
      judged.otherAttributes,
      allowed.otherAttributes,
    ),
    ...oidProblems({ policy, judged, member: 'otherNames' }, judged.otherNames, allowed.otherNames),
    ...judged.unspeakable.slice(0, MOST_REPORTED).map((san): Problem => ({
      code: 'POLICY_SAN_KIND',
      at: placeOf(judged.request.places, sanMember(san)),
      message: `no policy can allow the alternative name ${formatSan(san)}`,
      hint: 'remove it from the request',
    })),
  ]
}

/** The names under check. `member` is their place in the request, and their name in messages. */
interface Subject {
  readonly policy: Policy
  readonly judged: JudgedRequest
  readonly member: string
}

function oidProblems(
  { policy, judged, member }: Subject,
  given: ReadonlyMap<string, readonly string[]>,
  allowed: readonly AllowedOid[],
): readonly Problem[] {
  const oids = new Set([...given.keys(), ...allowed.map(({ oid }) => oid)])
  return [...oids].flatMap(oid =>
    memberProblems(
      { policy, judged, member: `${member}.${oid}` },
      given.get(oid) ?? [],
      allowed.find(entry => entry.oid === oid) ?? null,
    ),
  )
}

function memberProblems(
  subject: Subject,
  values: readonly string[],
  allowed: AllowedValues | null,
): readonly Problem[] {
  if (values.length === 0) return allowed?.isRequired === true ? [missing(subject)] : []
  const problems: Problem[] = []
  for (const value of values) {
    if (problems.length >= MOST_REPORTED) break
    problems.push(...valueProblems(subject, value, allowed))
  }
  return problems
}

function missing({ policy, judged, member }: Subject): Problem {
  return {
    code: 'POLICY_REQUIRED',
    at: placeOf(judged.request.places, member),
    message: `the policy "${policy.name}" requires ${member}`,
    hint: `add ${member}`,
  }
}

function valueProblems(
  subject: Subject,
  value: string,
  allowed: AllowedValues | null,
): readonly Problem[] {
  const { policy, member } = subject
  const patterns = allowed?.values ?? null
  const validations = allowed?.validations ?? []
  const refused = `the policy "${policy.name}" does not allow ${member} ${quoted(value)}`
  if (patterns === null && validations.length === 0) {
    const hint = `the policy allows no ${member}`
    return [problem('POLICY_VALUE', subject, value, refused, hint)]
  }
  const misfit =
    patterns === null || matchesAnyWildcard(patterns, value)
      ? []
      : [problem('POLICY_VALUE', subject, value, refused, hintOf(patterns))]
  return [...misfit, ...validations.flatMap(rule => ruleProblem(subject, value, refused, rule))]
}

function hintOf(patterns: readonly string[]): string {
  if (patterns.length === 0) return 'its list of values is empty'
  const some = patterns.length > 5 ? [...patterns.slice(0, 5), '…'] : patterns
  return `it allows ${some.join(', ')}`
}

function ruleProblem(
  subject: Subject,
  value: string,
  refused: string,
  { expression, message }: PolicyRule,
): readonly Problem[] {
  const { variables, longestList, longestText } = subject.judged.values
  const answer = expression.ask({
    variables: { ...variables, self: value },
    longestList,
    longestText: Math.max(longestText, value.length),
  })
  if (answer === true) return []
  const hint = message ?? `the rule is ${expression.text}`
  if (answer === false) return [problem('POLICY_VALUE', subject, value, refused, hint)]
  const failed = `the policy "${subject.policy.name}" could not decide about ${subject.member} ${quoted(value)}: ${answer.failed}`
  return [problem('POLICY_EXPRESSION_FAILED', subject, value, failed, hint)]
}

function problem(
  code: Code,
  { judged, member }: Subject,
  value: string,
  message: string,
  hint: string,
): Problem {
  return { code, at: placeOfValue(judged.request.places, member, value), message, hint }
}
