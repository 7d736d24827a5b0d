// The rules of the ClusterRoles that a run granted, one line for each rule. The caller makes hidden characters visible.
import { shellWord } from '../../lib/source/shell-word.ts'
import type { RoleRule, RoleWithRules } from '../../domain/cluster/grant-binding.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'

const MOST_RULES = 12

/** Each role once for each cluster; the cluster is named if there are several. */
export function roleRuleLines(outcomes: readonly StepOutcome[]): readonly string[] {
  const clusters = new Set(outcomes.map(({ step }) => stepTarget(step).cluster))
  const lines = outcomes.flatMap(outcome => {
    const where = clusters.size > 1 ? ` on ${stepTarget(outcome.step).cluster}` : ''
    return ('roles' in outcome ? outcome.roles : []).flatMap(role => linesOf(role, where))
  })
  return [...new Set(lines)]
}

function linesOf({ clusterRole, rules }: RoleWithRules, where: string): readonly string[] {
  const more = rules.length - MOST_RULES
  const rest =
    more > 0
      ? [`and ${more} more rules: kubectl describe clusterrole ${shellWord(clusterRole)}`]
      : []
  const lines = [...rules.slice(0, MOST_RULES).map(ruleText), ...rest]
  return lines.map(text => `${clusterRole}${where}: ${text}`)
}

/** `get, list pods, services named web (core)`. */
function ruleText(rule: RoleRule): string {
  const groups = rule.apiGroups.map(group => (group === '' ? 'core' : group)).join(', ')
  const named = rule.resourceNames.length === 0 ? '' : ` named ${rule.resourceNames.join(', ')}`
  const what = [...rule.resources, ...rule.nonResourceURLs].join(', ')
  return `${rule.verbs.join(', ')} ${what}${named}${groups === '' ? '' : ` (${groups})`}`
}
