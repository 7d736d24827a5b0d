// All policy files of one state of the repository: the policies in force, and the files that cannot be read.
import type { BrokenPolicy, Policy } from '../../domain/request/policy.ts'
import type { Problem } from '../../domain/problem.ts'
import { placeOf, type RequestFile } from '../../domain/request/request.ts'
import { brokenPolicy, parsePolicy } from './parse-policy.ts'

export interface Policies {
  /** Sorted by name. */
  readonly policies: readonly Policy[]
  /** Sorted by path. */
  readonly broken: readonly BrokenPolicy[]
}

/**
 * Reads every file given; a file that is no valid policy is in `broken` with its problems. Policies of the same name are all broken
 * (POLICY_NAME_TWICE), since it is unknown which one is meant.
 */
export function loadPolicies(files: readonly RequestFile[]): Policies {
  const policies: Policy[] = []
  const broken: BrokenPolicy[] = []
  for (const file of files) {
    const read = parsePolicy(file)
    if (read.ok) policies.push(read.value)
    else broken.push(brokenPolicy(file, read.problems))
  }
  const counts = new Map<string, readonly Policy[]>()
  for (const policy of policies) {
    counts.set(policy.name, [...(counts.get(policy.name) ?? []), policy])
  }
  const isAlone = ({ name }: Policy): boolean => counts.get(name)?.length === 1
  const twins = policies
    .filter(policy => !isAlone(policy))
    .map(policy => twin(policy, counts.get(policy.name) ?? []))
  return {
    policies: policies.filter(isAlone).sort((a, b) => compare(a.name, b.name)),
    broken: [...broken, ...twins].sort((a, b) => compare(a.path, b.path)),
  }
}

function twin(policy: Policy, same: readonly Policy[]): BrokenPolicy {
  const others = same.filter(other => other !== policy).map(other => other.path)
  const problem: Problem = {
    code: 'POLICY_NAME_TWICE',
    at: placeOf(policy.places, 'metadata.name'),
    message: `the policy "${policy.name}" is also in ${others.join(' and ')}`,
    hint: 'give one of them another name',
  }
  return { path: policy.path, problems: [problem], selector: policy.selector }
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0
}
