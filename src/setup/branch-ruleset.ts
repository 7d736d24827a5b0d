// The ruleset of the default branch (GitHub REST, "Create a repository ruleset"). It requires a pull request, one approval and a
// review by code owners. It forbids force pushes and deletion, and has no bypass actors.
import type { BranchProtection, Ruleset, RulesetRule } from '../domain/proof/repository-settings.ts'

export const RULESET: Ruleset = {
  id: null,
  name: 'countersign',
  enforcement: 'active',
  include: ['~DEFAULT_BRANCH'],
  exclude: [],
  bypassActors: 0,
  rules: [
    { type: 'deletion', parameters: null },
    { type: 'non_fast_forward', parameters: null },
    {
      type: 'pull_request',
      parameters: {
        required_approving_review_count: 1,
        dismiss_stale_reviews_on_push: true,
        require_code_owner_review: true,
        require_last_push_approval: false,
        required_review_thread_resolution: false,
      },
    },
  ],
}

/** A ruleset as JSON for gh api -X POST repos/OWNER/NAME/rulesets --input - */
export function rulesetJson(): string {
  return JSON.stringify(rulesetBody(RULESET), null, 2)
}

/** The body of GitHub's calls that create and change a ruleset. Without bypass actors. */
export function rulesetBody(ruleset: Ruleset): Readonly<Record<string, unknown>> {
  const { name, enforcement, include, exclude, rules } = ruleset
  return {
    name,
    target: 'branch',
    enforcement,
    bypass_actors: [],
    conditions: { ref_name: { include, exclude } },
    rules: rules.map(({ type, parameters }) =>
      parameters === null ? { type } : { type, parameters },
    ),
  }
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
  const covering = ['~ALL', '~DEFAULT_BRANCH', `refs/heads/${branch}`]
  return [
    ...(found.enforcement === 'active' ? [] : [`its enforcement is ${found.enforcement}`]),
    ...(found.include.some(each => covering.includes(each)) ? [] : [`does not cover ${branch}`]),
    ...found.exclude.map(pattern => `excludes ${pattern}`),
    ...((found.bypassActors ?? 0) > 0 ? [`${found.bypassActors} bypass actors`] : []),
    ...RULESET.rules.flatMap(({ type, parameters }) => {
      const rule = found.rules.find(each => each.type === type)
      if (rule === undefined) return [`the rule ${type} is missing`]
      return Object.entries(parameters ?? {})
        .filter(([name, wanted]) => Number(rule.parameters?.[name] ?? 0) < Number(wanted))
        .map(([name, wanted]) => `${name} must be ${String(wanted)}`)
    }),
  ]
}

/** The ruleset with everything that RULESET asks for. Further rules and stricter values of it stay. */
export function strengthened(found: Ruleset): Ruleset {
  const others = found.rules.filter(({ type }) => !RULESET.rules.some(each => each.type === type))
  const rules = RULESET.rules.map(wanted =>
    stricter(
      wanted,
      found.rules.find(each => each.type === wanted.type),
    ),
  )
  const include = [...new Set([...RULESET.include, ...found.include])]
  return { ...RULESET, id: found.id, include, rules: [...rules, ...others] }
}

function stricter(wanted: RulesetRule, found: RulesetRule | undefined): RulesetRule {
  if (wanted.parameters === null) return wanted
  const parameters: Record<string, unknown> = { ...found?.parameters }
  for (const [name, value] of Object.entries(wanted.parameters))
    if (parameters[name] === undefined || Number(parameters[name]) < Number(value))
      parameters[name] = value
  return { type: wanted.type, parameters }
}
