// Checks of everything in a request but its names against one policy: readability, usages, CA, constraints, rules.
import type { Policy } from '../../domain/request/policy.ts'
import type { Problem } from '../../domain/problem.ts'
import { isOpaque, memberProblem } from '../../domain/request/request.ts'
import { importCommand } from '../../lib/source/shell-word.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import type { JudgedRequest } from './judged-request.ts'
import { keyOf } from './key-of-request.ts'

/** One check: every violation it finds; empty if the request fits. */
export type PolicyCheck = (policy: Policy, judged: JudgedRequest) => readonly Problem[]

/** POLICY_OPAQUE for a format that no reviewer can read, unless the policy has `opaque: allow`. */
export const fileIsReadable: PolicyCheck = (policy, judged) => {
  if (policy.allowsOpaque || !isOpaque(judged.request.format)) return []
  const message = `the policy "${policy.name}" allows only files that a reviewer can read`
  const hint = `write it in a readable format: ${importCommand(judged.request.path)}`
  return [memberProblem('POLICY_OPAQUE', judged.request, '', message, hint)]
}

/** POLICY_USAGE for each usage that the policy does not list. */
export const usagesAreAllowed: PolicyCheck = (policy, judged) =>
  judged.request.usages.flatMap((usage, index) => {
    if (policy.allowed.usages.includes(usage)) return []
    const message = `the policy "${policy.name}" does not allow the usage "${usage}"`
    const hint = `it allows ${policy.allowed.usages.join(', ') || 'none'}`
    return [memberProblem('POLICY_USAGE', judged.request, `usages[${index}]`, message, hint)]
  })

/** POLICY_CA for a PKCS#10 that asks for a CA, unless the policy has `isCA: true`. */
export const caIsAllowed: PolicyCheck = (policy, judged) => {
  if (policy.allowed.isCa || !keyOf(judged.request.key).isCa) return []
  const message = `the policy "${policy.name}" does not allow CA certificates`
  return [
    memberProblem(
      'POLICY_CA',
      judged.request,
      'request',
      message,
      'make the request without CA:TRUE',
    ),
  ]
}

/** POLICY_DURATION for a duration outside of the bounds. Both bounds are in seconds and inclusive. */
export const durationFits: PolicyCheck = ({ name, constraints }, judged) => {
  const { durationSeconds: given } = judged.request
  const { minDuration, maxDuration } = constraints
  const said = formatDuration(given)
  const short = minDuration !== null && given < minDuration
  const long = maxDuration !== null && given > maxDuration
  if (!short && !long) return []
  const bound = formatDuration((short ? minDuration : maxDuration) ?? 0)
  const message = `the policy "${name}" does not allow the duration ${said}`
  const hint = short ? `it allows ${bound} and longer` : `it allows ${bound} and shorter`
  return [memberProblem('POLICY_DURATION', judged.request, 'duration', message, hint)]
}

/** POLICY_UNTIL for a request without an end, or with one that is further from now than the policy allows. */
export const endFits: PolicyCheck = ({ name, maxUntilSeconds: most }, { request, now }) => {
  if (most === null) return []
  const { until } = request
  const latest = (now?.getTime() ?? 0) + most * 1000
  if (until !== null && now !== null && until.getTime() <= latest) return []
  const given = until === null ? 'no end' : `the end ${until.toISOString()}`
  const message = `the policy "${name}" does not allow ${given}`
  const example = new Date(Math.floor(latest / 60_000) * 60_000).toISOString()
  const hint = `it allows ends at most ${formatDuration(most)} from now: write until: ${example.replace(':00.000Z', 'Z')}`
  return [memberProblem('POLICY_UNTIL', request, 'until', message, hint)]
}

/**
 * POLICY_KEY for each constraint that the key does not meet: algorithm, fewest bits, most bits. Ed25519 has the size -1 in
 * approver-policy, so any `minSize` refuses it, and no `maxSize` does.
 */
export const keyFits: PolicyCheck = ({ name, constraints: { privateKey } }, judged) => {
  if (privateKey === null) return []
  const { algorithm, size } = keyOf(judged.request.key)
  const bits = size ?? -1
  const { algorithm: wanted, minSize, maxSize } = privateKey
  const isKnown = ['RSA', 'ECDSA', 'Ed25519'].includes(algorithm)
  const misfits = [
    !isKnown || (wanted !== null && wanted !== algorithm) ? `it allows ${wanted ?? KINDS}` : null,
    minSize !== null && bits < minSize ? `it allows ${minSize} bits and more` : null,
    maxSize !== null && bits > maxSize ? `it allows ${maxSize} bits and fewer` : null,
  ]
  const key = size === null ? algorithm : `${algorithm} ${size}`
  const message = `the policy "${name}" does not allow the key ${key}`
  const member = judged.request.key.kind === 'own' ? 'request' : 'privateKey'
  return misfits.flatMap(hint =>
    hint === null ? [] : [memberProblem('POLICY_KEY', judged.request, member, message, hint)],
  )
}

const KINDS = 'RSA, ECDSA and Ed25519'

/** POLICY_RULE for each rule that is false, POLICY_EXPRESSION_FAILED for each that could not be decided. */
export const rulesAreTrue: PolicyCheck = ({ name, rules }, judged) =>
  rules.flatMap(({ expression, message: said }) => {
    const answer = expression.ask(judged.values)
    if (answer === true) return []
    const hint = said === null ? null : `the rule is ${expression.text}`
    const what = said ?? `the rule ${expression.text} is not true`
    if (answer === false) {
      const compared = expression.compared(judged.values)
      const values = compared === null ? '' : `: ${compared}`
      return [
        memberProblem(
          'POLICY_RULE',
          judged.request,
          '',
          `denied by policy "${name}": ${what}${values}`,
          hint,
        ),
      ]
    }
    const message = `the policy "${name}" could not decide: ${answer.failed}`
    const text = `the rule is ${expression.text}`
    return [memberProblem('POLICY_EXPRESSION_FAILED', judged.request, '', message, text)]
  })
