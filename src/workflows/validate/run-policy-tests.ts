// Policy tests: each test's file is read and judged as in a pull request. Rules that no test covers are reported.
import { isForPending } from '../../domain/request/policy.ts'
import type { Policy } from '../../domain/request/policy.ts'
import type { Problem } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import type { PolicyTest } from '../../core/policy/policy-test-file.ts'
import { withoutOneRule } from '../../core/policy/rule-mutation.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { judgeRequest } from './judge-request.ts'
import type { Rules } from './rules-in-force.ts'

export interface TestResult {
  readonly test: PolicyTest
  /** Codes of every problem, once each and sorted; empty means allowed. */
  readonly codes: readonly string[]
  readonly problems: readonly Problem[]
  readonly isPassed: boolean
}

/** A rule whose removal no test notices. */
export interface UntestedRule {
  readonly policy: Policy
  readonly what: string
}

export function runPolicyTest(test: PolicyTest, rules: Rules, now: Date): TestResult {
  const problems = problemsOf(test, rules, now)
  const codes = [...new Set(problems.map(({ code }) => code))].toSorted()
  const wanted = [...new Set(test.codes ?? [])].toSorted()
  return { test, problems, codes, isPassed: codes.join() === wanted.join() }
}

/** Leaves out each rule of each policy once. If all tests still pass, no test covers the rule. */
export function untestedRules(
  tests: readonly PolicyTest[],
  rules: Rules,
  now: Date,
): readonly UntestedRule[] {
  const { policies } = rules
  if (policies === null) return []
  const forFiles = policies.policies.filter(({ selector }) => !isForPending(selector))
  return forFiles.flatMap(policy =>
    withoutOneRule(policy).flatMap(({ what, policy: weaker }) => {
      const others = policies.policies.map(each => (each === policy ? weaker : each))
      const changed: Rules = { ...rules, policies: { ...policies, policies: others } }
      const isNoticed = tests.some(test => !runPolicyTest(test, changed, now).isPassed)
      return isNoticed ? [] : [{ policy, what }]
    }),
  )
}

function problemsOf(test: PolicyTest, rules: Rules, now: Date): readonly Problem[] {
  const { config } = rules
  const bytes = new TextEncoder().encode(test.file)
  const file: RequestFile = {
    path: test.path,
    bytes,
    mode: '100644',
    blob: '0'.repeat(40),
    uncommitted: null,
  }
  const parsed = parseRequest(file, config.requests)
  if (!parsed.ok) return parsed.problems
  const effective = effectiveRequests(parsed.value, config)
  if (!effective.ok) return effective.problems
  const requester = config.people.find(({ login }) => login === test.requester) ?? null
  const context = { requester, isPublic: false }
  return effective.value.flatMap(request => judgeRequest(request, rules, context, now).problems)
}
