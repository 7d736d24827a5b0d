// The schema of the emergency part of countersign.yaml.
import { z } from 'zod'
import { LEAST_SECONDS } from '../../domain/cluster/emergency.ts'
import { orElse } from '../../lib/schema/absent-members.ts'
import { duration } from '../../lib/schema/spec-members.ts'
import { DNS_LABEL, textList } from '../../lib/schema/text-rules.ts'

const HOUR = 3600
const LONGEST_SECONDS = 12 * HOUR

/** Service accounts and all other names of Kubernetes itself are left out: their logins are no people. */
const USER = {
  pattern: /^(?!system:)\S(?:[^\n\t]{0,251}\S)?$/,
  says: 'is not the name of a person: one line of at most 253 characters that does not begin with system:',
}

export const emergency = z
  .strictObject({
    people: textList(USER)
      .refine(said => said.length >= 2, { error: 'names fewer than two people' })
      .describe(
        'Names of Kubernetes users, exact as kubectl auth whoami prints them; two or more, none with a certificate of countersign',
      ),
    maxDuration: orElse(
      duration({ least: LEAST_SECONDS, days: false }).refine(said => said <= LONGEST_SECONDS, {
        error: 'is longer than 12h',
      }),
      4 * HOUR,
    ).describe('Longest life of a certificate, and of an ask; from 10m to 12h, 4h where absent'),
    requests: textList(DNS_LABEL)
      .min(1)
      .describe('Names of the requests that may be issued in an emergency'),
  })
  .describe('Who may have requests issued without the server of the repository')
  .transform(({ maxDuration: maxDurationSeconds, ...said }) => ({ ...said, maxDurationSeconds }))
