// The schema of approvers and approval rules in configuration and policies. Ids decide; logins and slugs are for reading.
import { z } from 'zod'
import type { ApprovalRule } from '../../domain/request/config.ts'
import { orElse } from './absent-members.ts'
import { fault } from './check-schema.ts'
import { refuseRepeats } from './refinements.ts'
import { text } from './text-rules.ts'

const LOGIN = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?(?:\[bot\])?$/,
  says: 'is not a GitHub login',
}

const SLUG = { pattern: /^[a-z0-9_-]+$/, says: 'is not the slug of a team' }

/** A GitHub account. */
export const user = z.strictObject({
  login: text(LOGIN).describe('Login on GitHub, for reading'),
  id: z.int().min(1).describe('Numeric id on GitHub: gh api users/LOGIN --jq .id'),
})
const team = z.strictObject({
  slug: text(SLUG).describe('Slug of the team, for reading'),
  id: z.int().min(1).describe('Numeric id of the team: gh api orgs/ORG/teams/SLUG --jq .id'),
})

/** Accounts, each once. */
export const users = uniqueIds(z.array(user))

/** Refuses repeated ids: a person listed twice would look like two approvers, and GitHub counts them once. */
export function uniqueIds<T extends z.ZodType<readonly { readonly id: number }[]>>(list: T) {
  return list.superRefine((entries, context) => {
    const ids = entries.map(({ id }) => id)
    refuseRepeats(ids, context, index => {
      const message = `the id ${ids[index]} is given twice`
      return { path: [index, 'id'], message, hint: 'keep one' }
    })
  })
}

/** One approval rule, with absent members filled. */
export const approvalRule = approvalRuleOf(1)

/** The same with `least` as the lowest number of approvals. */
export function approvalRuleOf(least: 0 | 1) {
  const rule = z.strictObject({
    required: orElse(z.int().min(least), 1).describe('How many approvals; 1 where absent'),
    users: orElse(users, []).describe('Users whose approval counts'),
    teams: orElse(uniqueIds(z.array(team)), []).describe('Teams whose members count'),
    codeOwners: orElse(z.boolean(), false).describe('true lets the code owners of the file count'),
  })
  return rule.superRefine(enoughUsers)
}

/** Of teams and code owners, the number of people is unknown here. */
function enoughUsers(rule: ApprovalRule, context: z.RefinementCtx): void {
  const { required, users: named, teams, codeOwners } = rule
  if (named.length === 0 || named.length >= required || teams.length > 0 || codeOwners) return
  const message = `required is ${required} and users names ${named.length}: a change could never be approved`
  context.addIssue(
    fault({ path: ['required'], message, hint: 'name more users, or lower required' }),
  )
}
