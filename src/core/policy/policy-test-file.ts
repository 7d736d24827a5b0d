// Test files of policies (`*.test.yaml` next to them): request files as text, each with the expected verdict.
import { z } from 'zod'
import type { Place, Problem, Checked } from '../../domain/problem.ts'
import { refuse } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import type { Creator } from '../../domain/request/policy.ts'
import { orElse, orNull } from '../../lib/schema/absent-members.ts'
import { fault, readSchema } from '../../lib/schema/check-schema.ts'
import { text } from '../../lib/schema/text-rules.ts'
import type { TextRule } from '../../lib/schema/text-rules.ts'
import { keyPlace, valuePlace } from '../../lib/source/located-values.ts'
import type { YamlTree } from '../../lib/source/located-values.ts'
import { readYamlFile } from '../../lib/source/read-yaml.ts'

const MAX_BYTES = 262_144

const ALLOWED: TextRule = {
  pattern: /^allowed$/,
  says: 'is no verdict',
  hint: 'write allowed, or denied with the codes: {denied: [POLICY_DURATION]}',
}

const TEST_FILE = z.strictObject({
  apiVersion: z.literal('countersign.dev/v1'),
  kind: z.literal('CertificateRequestPolicyTest'),
  metadata: z.strictObject({ name: z.string() }),
  tests: z.array(
    z
      .strictObject({
        name: z.string().describe('What the test says, in a sentence'),
        path: orNull(z.string()).describe(
          'Path of the request file; its ending gives the format. Not with pending',
        ),
        pending: orNull(
          z.strictObject({
            username: z.string().describe('User name that the API server stamped on it'),
            groups: orElse(z.array(z.string()), []).describe('Groups of that user'),
          }),
        ).describe(
          'The request is a pending CertificateSigningRequest of another user: who created it',
        ),
        requester: orNull(z.string()).describe(
          'Login of the requester, from people of the configuration',
        ),
        file: z.string().describe('The text of the request file'),
        expect: z
          .union([text(ALLOWED), z.strictObject({ denied: z.array(z.string()).min(1) })])
          .describe('allowed, or the codes it is denied with'),
      })
      .superRefine(({ path, pending, requester }, context) => {
        const isPending = pending !== null
        if ((path === null) === isPending && (requester === null || !isPending)) return
        const message = 'a test has a path and perhaps a requester, or it has pending'
        context.addIssue(fault({ message, atKey: true, hint: 'keep one of them' }))
      }),
  ),
})

const PENDING_PATH = 'pending.yaml'

export interface PolicyTest {
  readonly name: string
  readonly path: string
  /** Who created the pending request that it is; null for a request file. */
  readonly pending: Creator | null
  readonly requester: string | null
  readonly file: string
  /** Null: it should be allowed. Else the codes of all expected problems. */
  readonly codes: readonly string[] | null
  readonly at: Place
}

/**
 * The tests in the order of the file, or all problems: FILE_YAML (also for more than 262,144 bytes) and FILE_FIELD_…; two tests of
 * one name are FILE_FIELD_VALUE.
 */
export function parsePolicyTests(file: RequestFile): Checked<readonly PolicyTest[]> {
  const tree = readYamlFile(file, MAX_BYTES)
  if (!tree.ok) return tree
  const read = readSchema(TEST_FILE, tree.value)
  if (!read.ok) return read
  const [first, ...others] = sameNames(read.value.tests, tree.value)
  if (first !== undefined) return refuse(first, ...others)
  const tests = read.value.tests.map(({ path, expect, ...test }, index) => ({
    ...test,
    path: path ?? PENDING_PATH,
    codes: typeof expect === 'string' ? null : expect.denied,
    at: valuePlace(tree.value, ['tests', index, 'name']),
  }))
  return { ok: true, value: tests }
}

function sameNames(
  tests: readonly { readonly name: string }[],
  tree: YamlTree,
): readonly Problem[] {
  return tests.flatMap(({ name }, index): readonly Problem[] => {
    if (tests.findIndex(test => test.name === name) === index) return []
    const at = keyPlace(tree, ['tests', index, 'name'])
    return [{ code: 'FILE_FIELD_VALUE', at, message: `two tests are called "${name}"`, hint: null }]
  })
}
