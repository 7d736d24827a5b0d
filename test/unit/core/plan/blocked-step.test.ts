// Until when the certificate of a blocked request works: known, without a certificate, or not readable.
import { expect, test } from '@jest/globals'
import type { Refused } from '../../../../src/domain/cluster/plan-step.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import type { BrokenRecord, RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { blockedBy, blockedStep } from '../../../../src/core/plan/blocked-step.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { unreachable } from '../../../../src/workflows/plan/observe-clusters.ts'
import { planJson } from '../../../../src/output/json/results-json.ts'
import { issueStep } from '../../../build/approved.ts'
import { DAY, clusterConfig, config, effective } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'
import type { ShownRun, ShownStep } from '../../../build/shown-json.ts'

const PROBLEM: Problem = { code: 'POLICY_VALUE', at: null, message: 'no', hint: null }
const END = secondsAfter(NOW, 7 * DAY - 300)
const JANE = effective()
const FILE = JANE.path

interface State {
  readonly refused?: Partial<Refused>
  readonly requests?: readonly EffectiveRequest[]
  /** The records of each cluster that answered. */
  readonly records?: Readonly<Record<string, readonly RequestRecord[]>>
  readonly broken?: readonly BrokenRecord[]
}

/** The blocked steps in the JSON output. */
function blockedOf({
  refused,
  requests = [],
  records = { prod: [requestRecord()] },
  broken = [],
}: State): readonly ShownStep[] {
  const file = { path: FILE, name: 'jane', cluster: 'prod', problems: [PROBLEM] as const }
  const plan = planSteps({
    requests,
    refused: refused === undefined ? [] : [{ ...file, ...refused }],
    warnings: new Map(),
    config: config({ clusters: [clusterConfig(), clusterConfig({ name: 'lab' })] }),
    records: new Map(Object.entries(records)),
    broken,
    now: NOW,
  })
  const { steps }: ShownRun = JSON.parse(JSON.stringify(planJson(plan)))
  return steps.filter(({ kind }) => kind === 'blocked')
}

const until = (state: State): unknown => blockedOf({ refused: {}, ...state })[0]?.until

test('a blocked step ends with the certificate in the record of its cluster and name', () => {
  expect(until({})).toBe(END.toISOString())
  expect(until({ refused: { path: 'requests/moved.yaml' } })).toBe(END.toISOString())
})

test('a blocked step has no end where nothing was issued, or the certificate was withdrawn', () => {
  expect(until({ records: { prod: [] } })).toBeNull()
  expect(until({ records: { prod: [requestRecord(JANE, { issued: null })] } })).toBeNull()
  expect(until({ records: { prod: [requestRecord(JANE, { withdrawnAt: NOW })] } })).toBeNull()
  expect(until({ refused: { name: 'mark', path: 'requests/mark.yaml' } })).toBeNull()
})

test('a blocked step has an unknown end where the cluster did not answer, or the record or certificate cannot be read', () => {
  const broken = [{ request: 'jane', cluster: 'prod', problem: PROBLEM }]
  expect(until({ records: { lab: [] } })).toBeUndefined()
  expect(until({ records: { prod: [] }, broken })).toBeUndefined()
  expect(until({ records: { prod: [], lab: [] }, refused: { cluster: 'lab' }, broken })).toBeNull()
  const issued = issuedRecord(JANE, { certificate: 'none' })
  const records = { prod: [requestRecord(JANE, { issued })] }
  expect(until({ records })).toBeUndefined()
  expect(blockedOf({ requests: [JANE], records })).toMatchObject([
    { problems: [{ code: 'CLUSTER_RECORD' }] },
  ])
  expect(blockedOf({ requests: [JANE], records })[0]).not.toHaveProperty('until')
})

test('a blocked step of an unreadable file is found by its path, and the first end counts', () => {
  const refused = { name: null, cluster: null }
  const lab = effective({ cluster: 'lab', durationSeconds: 2 * DAY })
  const both = { prod: [requestRecord()], lab: [requestRecord(lab)] }
  expect(until({ refused, records: both })).toBe(secondsAfter(NOW, 2 * DAY - 300).toISOString())
  expect(until({ refused: { ...refused, path: 'requests/new.yaml' }, records: both })).toBeNull()
  expect(until({ refused, records: { prod: [requestRecord()] } })).toBe(END.toISOString())
  expect(until({ refused, records: { prod: [] } })).toBeUndefined()
})

test('a blocked step has no end where its name is recorded for another file', () => {
  const other = effective({ path: 'requests/people/another.yaml' })
  const [step, ...others] = blockedOf({ requests: [JANE, other] })
  expect(step).toMatchObject({ path: other.path, until: null })
  expect([step?.problems[0]?.code, others]).toEqual(['PLAN_NAME_TWICE', []])
})

test('a blocked step has the certificate that ends first, and none where nothing is in use', () => {
  const record = requestRecord()
  const known = {
    records: new Map([['prod', [record]]]),
    clusters: ['prod'],
    files: new Set([FILE]),
  }
  const refused = { path: FILE, name: 'jane', cluster: 'prod', problems: [PROBLEM] } as const
  expect(blockedStep(refused, known)).toMatchObject({ current: record.issued, validUntil: END })
  const nothing = blockedStep({ ...refused, name: 'mark', path: 'requests/mark.yaml' }, known)
  expect(nothing.current).toBeUndefined()
})

test('a step that its sink, its key or its record stops keeps the certificate in use and the subject', () => {
  const current = issuedRecord(JANE)
  const facts = { ...issueStep(JANE), current, until: END }
  const step = blockedBy({ ...facts, kind: 'renew', because: 'RenewalDue' }, [PROBLEM])
  expect(step).toMatchObject({ current, validUntil: END, subject: JANE.subject })
  expect(blockedBy(issueStep(JANE), [PROBLEM])).toMatchObject({ current: null, validUntil: null })
})

test('a request keeps its subject if it is refused, or its cluster does not answer', () => {
  const { path, name, cluster, subject } = JANE
  const refused = { path, name, cluster, subject, problems: [PROBLEM] } as const
  expect(blockedStep(refused, null)).toMatchObject({ subject })
  expect(unreachable([JANE], new Map([[cluster, PROBLEM]]))).toEqual([refused])
})
