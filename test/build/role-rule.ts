// A rule of a ClusterRole, with usual members: a test names only what matters.
import type { RoleRule } from '../../src/domain/cluster/grant-binding.ts'

export function ruleOf(changes: Partial<RoleRule> = {}): RoleRule {
  return {
    verbs: ['list'],
    apiGroups: [''],
    resources: ['pods'],
    resourceNames: [],
    nonResourceURLs: [],
    ...changes,
  }
}
