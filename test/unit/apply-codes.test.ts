// Each code that apply can end with has a row here: plan sees it, and by which test; or why plan cannot see it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { CODES } from '../../src/domain/problem-codes.ts'
import { ROOT, readSource, readUsers } from './layout/source-files.ts'
import { reachedFrom } from './layout/rules.ts'

/** Code or first word of codes → a test of what plan reports, or of a function that plan runs. The more exact row counts. */
const SEEN: Readonly<Record<string, string>> = {
  // plan and apply read and judge the same files by the same functions.
  FILE: 'test/flow/refusals.test.ts',
  INVENTORY: 'test/unit/core/pending/load-inventory.test.ts',
  POLICY: 'test/flow/policy.test.ts',
  REQUEST: 'test/flow/refusals.test.ts',
  SIGNER: 'test/unit/lib/kubernetes/kubernetes-rules.test.ts',
  X509: 'test/unit/lib/x509/pkcs10.test.ts',
  CLUSTER_NO_CLIENT_SIGNER: 'test/unit/lib/kubernetes/cluster-providers.test.ts',
  SINK_ENVIRONMENT: 'test/unit/lib/schema/json-schema.test.ts',
  SINK_FILE_IN_ACTION: 'test/unit/core/sink/sink-capabilities.test.ts',
  SINK_NEEDS_KEY: 'test/unit/core/config/apply-defaults.test.ts',
  SINK_NO_RUNNER: 'test/unit/core/sink/sink-capabilities.test.ts',
  SINK_PLACEHOLDER: 'test/unit/core/config/apply-defaults.test.ts',
  SINK_PUBLIC: 'test/unit/core/policy/allowed-sinks.test.ts',
  SINK_RECIPIENTS: 'test/unit/core/config/apply-defaults.test.ts',
  SINK_TOKEN: 'test/unit/core/sink/sink-capabilities.test.ts',
  SINK_TOO_LARGE: 'test/unit/core/sink/sink-content.test.ts',
  SINK_UNSUPPORTED: 'test/unit/core/config/apply-defaults.test.ts',
  // plan logs in, and reads the records and the Secrets.
  CONFIG: 'test/flow/refusals.test.ts',
  PLAN: 'test/flow/limits.test.ts',
  CLUSTER_RESTORED: 'test/flow/restored-backup.test.ts',
  CLUSTER_RECORD: 'test/unit/core/plan/plan-steps.test.ts',
  CLUSTER_TOO_LARGE: 'test/flow/large-config-maps.test.ts',
  CLUSTER_UNAUTHORIZED: 'test/flow/attacks/cluster.test.ts',
  CLUSTER_UNREACHABLE: 'test/flow/clusters.test.ts',
  SINK_IMMUTABLE: 'test/flow/spoiled-sinks.test.ts',
  SINK_NOT_OWNED: 'test/flow/one-observation.test.ts',
  SINK_TYPE: 'test/flow/faults.test.ts',
  SINK_UNKNOWN: 'test/flow/one-observation.test.ts',
  // plan asks for rights, tries writes by dry runs, and reads revocations.
  ACCESS_REVOKED: 'test/flow/cluster-gaps.test.ts',
  ACCESS_NAMESPACE_MISSING: 'test/unit/workflows/plan/cluster-gaps.test.ts',
  ACCESS_ROLE_EMPTY: 'test/unit/workflows/plan/cluster-gaps.test.ts',
  ACCESS_ROLE_UNKNOWN: 'test/unit/workflows/plan/cluster-gaps.test.ts',
  CLUSTER_ADMISSION: 'test/flow/cluster-gaps.test.ts',
  CLUSTER_FORBIDDEN: 'test/flow/cluster-gaps.test.ts',
  CLUSTER_NOT_SET_UP: 'test/flow/cluster-gaps.test.ts',
  CLUSTER_QUOTA: 'test/flow/cluster-gaps.test.ts',
  CLUSTER_TERMINATING: 'test/flow/cluster-gaps.test.ts',
}

const NO_REVIEW =
  'the plan of a pull request lists the missing approvals; a plan at a terminal has no review'
const LATER = 'it is an event between the plan and the end of apply'
const NO_CERTIFICATE = 'there is no certificate before apply requested one'
const UNDER_CLAIM =
  'apply looks it up for each request under its claim, before it requests a certificate'
const AFTER_ISSUE = 'it is about a certificate or binding that apply just made'
const STOPS_NOTHING = 'it is a warning about other objects, and stops no step; status reports it'
const OUTSIDE = 'a plan asks neither GitHub nor this machine to write a sink'

/** Code or first word of codes → why plan cannot see it. A test for each code shows that apply reports it. */
const UNSEEN: Readonly<Record<string, string>> = {
  APPROVAL: NO_REVIEW,
  AUDIT_UNPROVED: UNDER_CLAIM,
  CERTIFICATE: NO_CERTIFICATE,
  GITHUB: OUTSIDE,
  RUN: 'it is about the run itself: its command line, files, git and interruption',
  PLAN_BACK_OFF: 'only runs that start by themselves wait',
  CLUSTER_ANSWER: LATER,
  CLUSTER_CHANGED: 'only the approver of pending requests reports it',
  CLUSTER_CLAIMED: LATER,
  CLUSTER_CLAIM_LOST: LATER,
  CLUSTER_DELETED: LATER,
  CLUSTER_DENIED: LATER,
  CLUSTER_DRAFT_DIFFERS: 'a plan makes no key and drafts no request',
  CLUSTER_FAILED: LATER,
  CLUSTER_NAME_OCCUPIED: LATER,
  CLUSTER_ORPHAN: STOPS_NOTHING,
  CLUSTER_REFUSED: 'a dry run shows it for new records and Secrets only, not for other objects',
  CLUSTER_REPLACED: LATER,
  CLUSTER_TIMEOUT: LATER,
  CLUSTER_UNSIGNED: LATER,
  SINK_ARTIFACT_BROKEN: OUTSIDE,
  SINK_CHANGED: UNDER_CLAIM,
  SINK_CONFLICT: LATER,
  SINK_DIFFERS: LATER,
  SINK_FILE: OUTSIDE,
  SINK_INCOMPLETE: AFTER_ISSUE,
  SINK_KEY_UNREADABLE: UNDER_CLAIM,
  SINK_LOGIN: NO_CERTIFICATE,
  SINK_NOT_DELETED: AFTER_ISSUE,
  SINK_PASSWORD: UNDER_CLAIM,
  ACCESS_BINDING_FOREIGN: AFTER_ISSUE,
  ACCESS_ENDED: STOPS_NOTHING,
  ACCESS_FINALIZER: AFTER_ISSUE,
  ACCESS_FORBIDDEN: AFTER_ISSUE,
  ACCESS_GRANT_TAKEN: UNDER_CLAIM,
  ACCESS_NAMESPACE_CHANGED: UNDER_CLAIM,
  ACCESS_NOT_SEEN: AFTER_ISSUE,
  ACCESS_ROLE_CHANGED: UNDER_CLAIM,
  ACCESS_UNGUARDED: UNDER_CLAIM,
  EMERGENCY: 'no plan is made in an emergency, in which only the controller issues',
}

const files = readSource()
const ENTRIES = ['entry/commands/apply-command.ts', 'workflows/issue/apply-reviewed.ts']
const loaded = new Set(ENTRIES.flatMap(entry => [...reachedFrom(entry, files, 'loads')]))
const ofApply = files.filter(
  ({ path }) => loaded.has(path) || path.startsWith('adapters/kubernetes/'),
)
/** Each code that a file of apply names. */
const codes = Object.keys(CODES).filter(code => ofApply.some(({ strings }) => strings.has(code)))

/** The key of the row of a code: the code itself, else its first word. */
function rowOf(code: string): readonly string[] {
  const rows = [...Object.keys(SEEN), ...Object.keys(UNSEEN)]
  const exact = rows.filter(row => row === code)
  return exact.length > 0 ? exact : rows.filter(row => row === code.split('_')[0])
}

describe('a code that apply can end with', () => {
  test('every code has exactly one row: seen by plan, or why not', () =>
    expect(codes.filter(code => rowOf(code).length !== 1)).toEqual([]))

  test('every row is for a code that apply can end with', () => {
    const used = new Set(codes.flatMap(rowOf))
    expect([...Object.keys(SEEN), ...Object.keys(UNSEEN)].filter(row => !used.has(row))).toEqual([])
  })

  test.each(Object.entries(SEEN))('the test of %s names it', (row, path) =>
    expect(readFileSync(join(ROOT, path), 'utf8')).toContain(row),
  )

  const tests = readUsers().filter(
    ({ path }) => path.endsWith('.test.ts') && !path.endsWith('/apply-codes.test.ts'),
  )
  const texts = tests.map(({ path }) => readFileSync(join(ROOT, 'src', path), 'utf8')).join('\n')

  test.each(codes.filter(code => rowOf(code).some(row => UNSEEN[row] !== undefined)))(
    'a test shows %s, which plan cannot see',
    code => expect(texts.includes(code)).toBe(true),
  )
})
