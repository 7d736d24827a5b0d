// The schema of the people and approval parts of countersign.yaml. Ids decide; logins and slugs are for reading.
import { z } from 'zod'
import type { ApprovalConfig, ApprovalRule } from '../../domain/request/config.ts'
import { approvalRule, uniqueIds, user, users } from '../../lib/schema/approval-rule-schema.ts'
import { duration } from '../../lib/schema/spec-members.ts'
import { ONE_LINE, text } from '../../lib/schema/text-rules.ts'

export const people = uniqueIds(
  z.array(
    user.extend({
      name: text(ONE_LINE).describe('Name that rules know as requester.name'),
    }),
  ),
).describe('People, for rules such as request.commonName == requester.name')

const LONGEST_GRACE_SECONDS = 72 * 3600
const ONE_APPROVAL: ApprovalRule = { required: 1, users: [], teams: [], codeOwners: false }

export const approval = z
  .strictObject({
    configuration: approvalRule
      .optional()
      .describe('Who approves countersign.yaml and the policies'),
    requests: approvalRule.optional().describe('Least approvals of every request'),
    strict: z.boolean().optional().describe('true lets only the newest push be approved'),
    maxAge: duration({ least: 3600, days: true })
      .optional()
      .describe('How long renewals rely on an approval, for example 180d; no limit if absent'),
    offlineGrace: duration({ least: 0, days: true })
      .refine(seconds => seconds <= LONGEST_GRACE_SECONDS, { error: 'is longer than 72h' })
      .optional()
      .describe(
        'How long the controller goes on to renew after its last look while GitHub does not answer, at most 72h; 0h where absent',
      ),
    never: users.optional().describe('Users whose approval never counts'),
    bots: users
      .optional()
      .describe('Bots that may change `uses:` pins of workflows without an extra approval'),
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

/** The approval part, with absent members filled. */
export function approvalConfig(said: z.output<typeof approval> = {}): ApprovalConfig {
  return {
    configuration: said.configuration ?? ONE_APPROVAL,
    requests: said.requests ?? ONE_APPROVAL,
    strict: said.strict ?? false,
    maxAgeSeconds: said.maxAge ?? null,
    offlineGraceSeconds: said.offlineGrace ?? 0,
    never: said.never ?? [],
    bots: said.bots ?? [],
    commandLine: said.commandLine ?? 'ask',
    mixedPullRequests: said.mixedPullRequests ?? 'refuse',
  }
}
