// The ruleset of the default branch (GitHub REST, "Create a repository ruleset"). It requires a pull request, one approval and a
// review by code owners; the person who pushed last does not count. It forbids force pushes and deletion, and has no bypass actors.
import type { BranchProtection, Ruleset, RulesetRule } from '../domain/proof/repository-settings.ts'

export const RULESET: Ruleset = {
  name: 'countersign',
  target: 'branch',
  enforcement: 'active',
  bypass_actors: [],
  conditions: { ref_name: { include: ['~DEFAULT_BRANCH'], exclude: [] } },
  rules: [
    { type: 'deletion' },
    { type: 'non_fast_forward' },
    {
      type: 'pull_request',
      parameters: {
        required_approving_review_count: 1,
        dismiss_stale_reviews_on_push: true,
        require_code_owner_review: true,
        require_last_push_approval: true,
        required_review_thread_resolution: false,
      },
    },
  ],
}

/** As JSON for gh api -X POST repos/OWNER/NAME/rulesets --input - */
export function rulesetJson(): string {
  return JSON.stringify(RULESET, null, 2)
}

/** What the rulesets in force for a branch do not ask for; empty if they ask for everything that countersign relies on. */
export function missingProtection(found: BranchProtection): readonly string[] {
  const { pullRequest, forbidsForcePush, forbidsDeletion } = found
  return [
    ...(pullRequest === null ? ['a pull request'] : []),
    ...(pullRequest === null || pullRequest.approvals < 1 ? ['one approval'] : []),
    ...(pullRequest?.needsCodeOwners === true ? [] : ['review by code owners']),
    ...(forbidsForcePush ? [] : ['no force push']),
    ...(forbidsDeletion ? [] : ['no deletion']),
  ]
}

/** Where a ruleset asks for less than RULESET, one fact each; empty if it asks for as much or more. */
export function weaknesses(found: Ruleset, branch: string): readonly string[] {
  const { include, exclude } = found.conditions.ref_name
  const covering = ['~ALL', '~DEFAULT_BRANCH', `refs/heads/${branch}`]
  const bypassing = found.bypass_actors.length
  return [
    ...(found.enforcement === 'active' ? [] : [`its enforcement is ${found.enforcement}`]),
    ...(include.some(each => covering.includes(each)) ? [] : [`does not cover ${branch}`]),
    ...exclude.map(pattern => `excludes ${pattern}`),
    ...(bypassing > 0 ? [`${bypassing} bypass actors`] : []),
    ...RULESET.rules.flatMap(({ type, parameters }) => {
      const rule = found.rules.find(each => each.type === type)
      if (rule === undefined) return [`the rule ${type} is missing`]
      return Object.entries(parameters ?? {})
        .filter(([name, wanted]) => Number(rule.parameters?.[name] ?? 0) < Number(wanted))
        .map(([name, wanted]) => `${name} must be ${String(wanted)}`)
    }),
  ]
}

/** RULESET with further refs and rules of the other one, and with its stricter values. */
export function strengthened(found: Ruleset): Ruleset {
  const include = [RULESET, found].flatMap(each => each.conditions.ref_name.include)
  const isOurs = ({ type }: RulesetRule): boolean => RULESET.rules.some(each => each.type === type)
  const rules = RULESET.rules.map(wanted => stricter(wanted, found.rules))
  return {
    ...RULESET,
    conditions: { ref_name: { include: [...new Set(include)], exclude: [] } },
    rules: [...rules, ...found.rules.filter(rule => !isOurs(rule))],
  }
}

function stricter({ type, parameters: wanted }: RulesetRule, found: Ruleset['rules']): RulesetRule {
  if (wanted === undefined) return { type }
  const parameters = { ...wanted, ...found.find(each => each.type === type)?.parameters }
  for (const [name, value] of Object.entries(wanted))
    if (Number(parameters[name]) < Number(value)) parameters[name] = value
  return { type, parameters }
}
