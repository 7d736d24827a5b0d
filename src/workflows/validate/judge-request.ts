// The judgement of one request before a review: rules of Kubernetes and its signers, built-in rules with their exceptions, and
// policies. It reports all problems at once.
import { signerNamed } from '../../domain/request/config.ts'
import type { JudgeContext, Verdict } from '../../domain/request/policy.ts'
import type { Problem } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { providerProblems } from '../../lib/kubernetes/cluster-providers.ts'
import { signerProblems } from '../../lib/kubernetes/kubernetes-rules.ts'
import { builtInProblems, withoutExcepted } from '../../core/policy/built-in/built-in-rules.ts'
import type { BuiltInProblem } from '../../core/policy/built-in/built-in-problem.ts'
import { judge } from '../../core/policy/judge-policies.ts'
import type { Rules } from './rules-in-force.ts'

export interface Judgement {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  /** Null if no policy judged it. */
  readonly verdict: Verdict | null
}

/** `now` decides which exceptions are still in effect, and how far away the end of the request is. `shared`: problems with other request files. */
export function judgeRequest(
  request: EffectiveRequest,
  { config, policies }: Rules,
  context: JudgeContext,
  now: Date,
  shared: readonly BuiltInProblem[] = [],
): Judgement {
  const cluster = config.clusters.find(({ name }) => name === request.cluster)
  const signer = cluster === undefined ? null : signerNamed(cluster, request.signerName)
  const kubernetes = signerProblems(request, signer)
  const provider = cluster === undefined ? [] : providerProblems(request, cluster)
  const builtIn = withoutExcepted(
    [...builtInProblems(request, config.emergency), ...shared],
    request,
    config.exceptions,
    now,
  )
  const verdict =
    policies === null
      ? null
      : judge(request, policies.policies, policies.broken, { now, ...context })
  const policy = verdict === null || verdict.decision === 'allowed' ? [] : verdict.problems
  return {
    problems: [...kubernetes.problems, ...provider, ...builtIn.problems, ...policy],
    warnings: [...request.remarks, ...kubernetes.warnings, ...builtIn.warnings],
    verdict,
  }
}
