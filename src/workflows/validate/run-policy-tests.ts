// Policy tests: each test's file is read and judged as in a pull request. Rules that no test covers are reported.
import type { KnownInventory } from '../../domain/cluster/pending-request.ts'
import type { Config } from '../../domain/request/config.ts'
import { signerNamed } from '../../domain/request/config.ts'
import type { Creator, Policy } from '../../domain/request/policy.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { effectiveRequests } from '../../core/config/apply-defaults.ts'
import type { PolicyTest } from '../../core/policy/policy-test-file.ts'
import { withoutOneRule } from '../../core/policy/rule-mutation.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { DEFAULT_CAP_SECONDS } from '../../lib/kubernetes/signer-lifetime.ts'
import { judgeAsked } from '../pending/judge-pending.ts'
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

/** By cluster. */
export type Inventories = ReadonlyMap<string, KnownInventory>

export function runPolicyTest(
  test: PolicyTest,
  rules: Rules,
  inventories: Inventories,
  now: Date,
): TestResult {
  const problems = problemsOf(test, rules, inventories, now)
  const codes = [...new Set(problems.map(({ code }) => code))].toSorted()
  const wanted = [...new Set(test.codes ?? [])].toSorted()
  return { test, problems, codes, isPassed: codes.join() === wanted.join() }
}

/** Leaves out each rule of each policy once. If all tests still pass, no test covers the rule. */
export function untestedRules(
  tests: readonly PolicyTest[],
  rules: Rules,
  inventories: Inventories,
  now: Date,
): readonly UntestedRule[] {
  const { policies } = rules
  if (policies === null) return []
  return policies.policies.flatMap(policy =>
    withoutOneRule(policy).flatMap(({ what, policy: weaker }) => {
      const others = policies.policies.map(each => (each === policy ? weaker : each))
      const changed: Rules = { ...rules, policies: { ...policies, policies: others } }
      const isNoticed = tests.some(test => !runPolicyTest(test, changed, inventories, now).isPassed)
      return isNoticed ? [] : [{ policy, what }]
    }),
  )
}

function problemsOf(
  test: PolicyTest,
  rules: Rules,
  inventories: Inventories,
  now: Date,
): readonly Problem[] {
  const { pending, requester } = test
  const config = pending === null ? rules.config : withoutFile(rules.config)
  const bytes = new TextEncoder().encode(test.file)
  const path = pending === null ? test.path : `${config.requests}/${test.path}`
  const file: RequestFile = { path, bytes, mode: '100644', blob: '0'.repeat(40), uncommitted: null }
  const parsed = parseRequest(file, config.requests)
  if (!parsed.ok) return parsed.problems
  const effective = effectiveRequests(parsed.value, config)
  if (!effective.ok) return effective.problems
  if (pending !== null) {
    const seconds = parsed.value.spec.duration
    return effective.value.flatMap(each =>
      pendingProblems(each, seconds, pending, rules, inventories),
    )
  }
  const person = config.people.find(({ login }) => login === requester) ?? null
  const context = { requester: person, isPublic: false }
  return effective.value.flatMap(request => judgeRequest(request, rules, context, now).problems)
}

/** A pending request is in no folder and is stored nowhere: no default fills it, and it needs no sink. */
function withoutFile(config: Config): Config {
  const [first = null, ...others] = config.clusters
  const only = others.length === 0 ? first : null
  const nothing = {
    clusters: only === null ? null : [only.name],
    signerName: null,
    usages: null,
    duration: DEFAULT_CAP_SECONDS,
    renewBefore: null,
    privateKey: null,
    reissue: null,
    withdraw: null,
    sinks: null,
    namespace: 'default',
  }
  return { ...config, defaults: [{ paths: ['**'], spec: nothing }] }
}

const NONE = { policies: [], broken: [] }

/**
 * As the controller would decide if no other node exists and none has a certificate. `seconds` null: the file leaves the lifetime to the
 * signer, as kubelets do.
 */
function pendingProblems(
  request: EffectiveRequest,
  seconds: number | null,
  creator: Creator,
  { config, policies }: Rules,
  inventories: Inventories,
): readonly Problem[] {
  const cluster = config.clusters.find(({ name }) => name === request.cluster)
  const inventory = inventories.get(request.cluster)
  if (cluster === undefined || inventory === undefined)
    throw new RangeError(`${request.cluster} is not in the configuration`)
  const facts = { nodes: new Map(), addresses: new Map(), held: new Map() }
  const signer = signerNamed(cluster, request.signerName)
  const durationSeconds = seconds ?? signer?.maxDurationSeconds ?? DEFAULT_CAP_SECONDS
  const format = 'countersign'
  const asked: EffectiveRequest = {
    ...request,
    path: '',
    format,
    durationSeconds,
    sinks: [],
    access: [],
  }
  const { emergency } = config
  const rules = { policies: policies ?? NONE, cluster, emergency, facts, inventory }
  const decision = judgeAsked(asked, creator, rules, [])
  return decision.kind === 'approve' ? [] : decision.problems
}
