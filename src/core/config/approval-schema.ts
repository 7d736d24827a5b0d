// The schema of the people and approval parts of countersign.yaml. Ids decide; logins and slugs are for reading.
import { z } from 'zod'
import { orElse, orEmpty, orNull } from '../../lib/schema/absent-members.ts'
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

export const approval = z
  .strictObject({
    configuration: orEmpty(approvalRule).describe('Who approves countersign.yaml and the policies'),
    requests: orEmpty(approvalRule).describe('Least approvals of every request'),
    strict: orElse(z.boolean(), false).describe('true lets only the newest push be approved'),
    maxAge: orNull(duration({ least: 3600, days: true })).describe(
      'How long renewals rely on an approval, for example 180d; no limit if absent',
    ),
    offlineGrace: orElse(
      duration({ least: 0, days: true }).refine(seconds => seconds <= LONGEST_GRACE_SECONDS, {
        error: 'is longer than 72h',
      }),
      0,
    ).describe(
      'How long the controller goes on to renew after its last look while GitHub does not answer, at most 72h; 0h where absent',
    ),
    never: orElse(users, []).describe('Users whose approval never counts'),
    bots: orElse(users, []).describe(
      'Bots that may change `uses:` pins of workflows without an extra approval',
    ),
    commandLine: orElse(z.enum(['ask', 'never']), 'ask').describe(
      'Whether a person at a terminal may approve',
    ),
    mixedPullRequests: orElse(z.enum(['refuse']), 'refuse').describe(
      'Pull requests that change requests and configuration are refused',
    ),
  })
  .describe('Which approvals count')
  .transform(({ maxAge: maxAgeSeconds, offlineGrace: offlineGraceSeconds, ...said }) => ({
    ...said,
    maxAgeSeconds,
    offlineGraceSeconds,
  }))
