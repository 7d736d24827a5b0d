// The schema and reader of evidence as plain JSON, alone or in an in-toto Statement, or every fault in it. The record's reader uses
// the same schema, and schema/evidence*.json are generated from it. So what is kept, printed and checked offline has one format.
import { z } from 'zod'
import type { Evidence } from '../../domain/proof/evidence.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { checked, ok, unplaced } from '../../domain/problem.ts'
import { quoted } from '../source/hidden-characters.ts'
import { dotted } from '../source/located-values.ts'

const object = z
  .string()
  .regex(/^[0-9a-f]{40}$/, 'is not a git object id: 40 lower-case hex digits')
const sha256 = z.string().regex(/^[0-9a-f]{64}$/, 'is not a SHA-256: 64 lower-case hex digits')
const digest = z
  .string()
  .regex(/^sha256:[0-9a-f]{64}$/, 'is not sha256: followed by 64 lower-case hex digits')
const date = z.iso.datetime('is not a date in UTC such as 2026-12-01T23:44:00Z')
const id = z.int().min(1)
const line = z
  .string()
  .regex(/^[^\p{Cc}]*$/u, 'is not one line of text')
  .min(1, 'is empty')

const person = z.strictObject({
  id: id.describe('Numeric id on GitHub; it decides'),
  login: line.describe('Login at the time, for reading'),
})

const landing = z
  .strictObject({
    commit: object.describe('Commit that brought the bytes'),
    by: z
      .enum(['pullRequestMerge', 'mergeQueueMerge', 'push', 'forcePush', 'unknown'])
      .describe('How the default branch came to hold it'),
  })
  .describe('How the bytes came to the default branch')

const pullRequest = z
  .strictObject({
    number: id.describe('Its number'),
    author: person.nullable().describe('Who opened it; null where the account is gone'),
    mergedAt: date.describe('When it was merged'),
    mergedBy: person.nullable().describe('Who merged it; null where the account is gone'),
    mergeCommit: object.describe('Merge commit, squashed commit or last rebased commit'),
  })
  .describe('The pull request that was approved')

const approval = z.strictObject({
  reviewer: person.describe('Who approved'),
  review: id.describe('Id of the review'),
  commit: object.nullable().describe('Commit the review names; null where it is gone'),
  head: object.describe('Head of the pull request when the review was submitted'),
  at: date.describe('When the review was submitted'),
  eligibleAt: date.describe('The last run that found the reviewer eligible'),
  rules: z.array(line).describe('Names of the rules it counted for'),
  bases: z.array(object).describe('Merge bases that GitHub showed the head against'),
})

const rule = z
  .strictObject({
    name: line.describe('Its name'),
    required: z.int().min(1).describe('How many approvals it needed'),
  })
  .describe('The rule that the approvals meet')

const trustRoot = z
  .strictObject({
    digest: digest.describe('Digest of the configuration that the installation trusts'),
    anchor: object.describe('First commit with it'),
  })
  .describe('What the configuration leads back to')

const LINK = {
  path: line.describe('Path of the request file'),
  blob: object.nullable().describe('Git blob of the file; null where it was removed'),
  landing,
  pullRequest,
  contributors: z
    .array(person)
    .describe('Who contributed to the file; their approval never counts'),
  unattributed: line.nullable().describe('Why one more approval was needed; null where none was'),
  hasUnknownPusher: z.boolean().describe('true where GitHub did not say who pushed'),
  approvals: z.array(approval).min(1).describe('The approvals that count'),
  rule,
  since: z
    .strictObject({
      blob: object.nullable().describe('Git blob; null where there was no file'),
      commit: object.describe('Commit that brought it'),
      path: line.optional().describe('Its path, where the file was renamed since'),
    })
    .nullable()
    .describe('Last proved version before these bytes; null where none is known'),
}

export const EVIDENCE_SCHEMA = z
  .strictObject({
    version: z.literal(3).describe('Version of this format'),
    tool: line.describe('Version of countersign'),
    decidedAt: date.describe('When the proof was made'),
    repository: z
      .strictObject({ id: id.describe('Numeric id on GitHub'), name: line.describe('owner/name') })
      .describe('The repository'),
    commit: object.describe('Commit whose files were applied'),
    ...LINK,
    sha256: sha256.nullable().describe('SHA-256 of its bytes; null where it was removed'),
    meaning: line.describe('Effective digest of the step'),
    below: z
      .array(z.strictObject(LINK))
      .describe('The approved versions below, newest first, that the approvals rely on'),
    configuration: z
      .record(line, object)
      .describe('Configuration files in force: path to git blob'),
    trustRoot,
  })
  .superRefine((said, context) => {
    if ((said.blob === null) === (said.sha256 === null)) return
    const message = 'is null only together with blob'
    context.addIssue({ code: 'custom', path: ['sha256'], message })
  })

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1'
/** Its last part is the version of the predicate. */
export const PREDICATE_TYPE = 'https://countersign.dev/evidence/v1'

const text = z.string()
const names = { cluster: text, request: text, signerName: text, serial: text, subject: text }
const others = { sans: z.array(text), notBefore: date, notAfter: date, grant: text.nullable() }
const evidence: z.ZodType<Evidence> = EVIDENCE_SCHEMA
const digests = z.object({
  certificate: sha256.describe('SHA-256 of the certificate in DER, the digest of the subject'),
  evidence: sha256.describe('SHA-256 of the evidence as RFC 8785 JSON'),
  path: sha256.describe('SHA-256 of the path of the request file'),
})

/** Unknown members are ignored, as in-toto asks. Without names and logins, `certificate` and `evidence` are absent. */
export const PREDICATE_SCHEMA = z.object({
  digests: digests.describe('Digests that can be published'),
  repository: id.describe('Numeric id of the repository on GitHub'),
  commit: object.describe('Commit whose files were applied'),
  certificate: z
    .object({ ...names, ...others })
    .optional()
    .describe('As the record has it'),
  evidence: evidence.optional().describe('All of it; absent with digests only'),
})

const STATEMENT = z.object({
  _type: z.literal(STATEMENT_TYPE, `is not ${STATEMENT_TYPE}`),
  predicateType: z.literal(PREDICATE_TYPE, `is not ${PREDICATE_TYPE}`),
  subject: z.tuple([z.object({ digest: z.object({ sha256 }) })], 'is not exactly one subject'),
  predicate: PREDICATE_SCHEMA,
})
export type Statement = z.infer<typeof STATEMENT>

/** Reads evidence, or a Statement with it. Code: APPROVAL_EVIDENCE_UNREADABLE, once for every fault. */
export function readEvidence(value: unknown): Checked<Evidence | Statement> {
  const schema = value instanceof Object && '_type' in value ? STATEMENT : evidence
  const result: z.ZodSafeParseResult<Evidence | Statement> = schema.safeParse(value)
  if (result.success) return ok(result.data)
  return checked(result.error.issues.map(problemOf), () => {
    throw new Error('zod refused without an issue')
  })
}

function problemOf(issue: z.core.$ZodIssue): Problem {
  const path = issue.path.map(step => (typeof step === 'number' ? step : String(step)))
  const where = path.length === 0 ? 'the evidence' : quoted(dotted(path))
  const isOtherVersion = path.at(-1) === 'version'
  const hint = isOtherVersion ? 'this countersign reads version 3; use the one that wrote it' : null
  return unplaced('APPROVAL_EVIDENCE_UNREADABLE', `${where}: ${issue.message}`, hint)
}
