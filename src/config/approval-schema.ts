// The people and approval parts of countersign.yaml. Ids decide; logins and slugs are for reading.
import type { ApprovalConfig, ApprovalRule } from '../domain/config.ts'
import { duration } from '../source/members.ts'
import { fault, z } from '../source/schema.ts'
import { ONE_LINE, text } from '../source/text-rules.ts'

const LOGIN = {
  pattern: /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,37}[A-Za-z0-9])?(?:\[bot\])?$/,
  says: 'is not a GitHub login',
}

const id = z.int().min(1).describe('Numeric id on GitHub: gh api users/LOGIN --jq .id')
const login = text(LOGIN).describe('Login on GitHub, for reading')
const user = z.strictObject({ login, id })
const team = z.strictObject({
  slug: text({ pattern: /^[a-z0-9_-]+$/, says: 'is not the slug of a team' }).describe(
    'Slug of the team, for reading',
  ),
  id: z.int().min(1).describe('Numeric id of the team: gh api orgs/ORG/teams/SLUG --jq .id'),
})
const users = uniqueIds(z.array(user))

/** The same person twice would count for two readers, and once for GitHub. */
function uniqueIds<T extends z.ZodType<readonly { readonly id: number }[]>>(list: T) {
  return list.superRefine((entries, context) => {
    entries.forEach(({ id: one }, index) => {
      if (entries.findIndex(entry => entry.id === one) === index) return
      const message = `the id ${one} stands twice`
      context.addIssue(fault({ path: [index, 'id'], message, hint: 'keep one' }))
    })
  })
}

export const people = uniqueIds(
  z.array(
    z.strictObject({
      login,
      id,
      name: text(ONE_LINE).describe('Name that rules know as requester.name'),
    }),
  ),
).describe('People, for rules such as request.commonName == requester.name')

const rule = z
  .strictObject({
    required: z.int().min(1).optional().describe('How many approvals; 1 where absent'),
    users: users.optional().describe('Users whose approval counts'),
    teams: uniqueIds(z.array(team)).optional().describe('Teams whose members count'),
    codeOwners: z.boolean().optional().describe('true lets the code owners of the file count'),
  })
  .transform((said): ApprovalRule => ({
    required: said.required ?? 1,
    users: said.users ?? [],
    teams: said.teams ?? [],
    codeOwners: said.codeOwners ?? false,
  }))

const ONE_APPROVAL: ApprovalRule = { required: 1, users: [], teams: [], codeOwners: false }

export const approval = z
  .strictObject({
    configuration: rule.optional().describe('Who approves countersign.yaml and the policies'),
    requests: rule.optional().describe('What every request needs at least'),
    strict: z.boolean().optional().describe('true lets only the newest push be approved'),
    maxAge: duration({ least: 3600, days: true })
      .optional()
      .describe('How long an approval carries renewals, for example 180d; no end where absent'),
    never: users.optional().describe('Users whose approval never counts'),
    commandLine: z
      .enum(['ask', 'never'])
      .optional()
      .describe('Whether a person at a terminal may approve'),
    mixedPullRequests: z
      .enum(['refuse'])
      .optional()
      .describe('Pull requests that change requests and configuration are refused'),
  })
  .describe('Which approvals count')

/** The approval part with everything absent filled. */
export function approvalConfig(said: z.output<typeof approval> = {}): ApprovalConfig {
  return {
    configuration: said.configuration ?? ONE_APPROVAL,
    requests: said.requests ?? ONE_APPROVAL,
    strict: said.strict ?? false,
    maxAgeSeconds: said.maxAge ?? null,
    never: said.never ?? [],
    commandLine: said.commandLine ?? 'ask',
    mixedPullRequests: said.mixedPullRequests ?? 'refuse',
  }
}
