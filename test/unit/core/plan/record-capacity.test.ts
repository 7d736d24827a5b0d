import { expect, test } from '@jest/globals'
import { encodeRecord } from '../../../../src/adapters/kubernetes/objects/record-json.ts'
import type { RecordedCertificate } from '../../../../src/domain/cluster/record.ts'
import { pruned, recordedApproval } from '../../../../src/core/plan/certificate-history.ts'
import { withRecordCapacity } from '../../../../src/core/plan/record-capacity.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { NOW, requestRecord, secondsAfter } from '../../../build/issued.ts'

const JANE = effective({ name: 'jane' })
const LONG_NAME = `cs-${'j'.repeat(52)}-00000000-`

const APPROVAL = recordedApproval(JANE, { by: 'author', evidence: null })

/** `count` certificates that were reissued one second after the other and are valid for an hour. */
function history(count: number): readonly RecordedCertificate[] {
  return Array.from({ length: count }, (_, n) => ({
    n,
    objectName: `${LONG_NAME}${n}`,
    serial: 'ab'.repeat(20),
    sha256: n.toString(16).padStart(64, '0'),
    notBefore: NOW,
    notAfter: secondsAfter(NOW, 3600 + n),
    targets: ['Secret apps/jane-tls'],
    proof: '0'.repeat(64),
    grant: null,
    subject: 'O=developers,CN=jane',
    sans: [],
    approval: APPROVAL,
    ended: { how: 'reissued', at: NOW },
  }))
}

function stepWith(count: number, sans: readonly string[] = []) {
  const entries = history(count).map(each => ({ ...each, sans }))
  const record = requestRecord(JANE, { history: entries })
  return { record, step: { ...issueStep(JANE), record } }
}

const kindsAt = (count: number, now: Date): readonly string[] =>
  withRecordCapacity([stepWith(count).step], now).map(({ kind }) => kind)

test('a record has room for 700 valid certificates and stays below the 1 MiB of a ConfigMap', () => {
  expect(kindsAt(700, NOW)).toEqual(['issue'])
  expect(encodeRecord(stepWith(1000).record).length).toBeLessThan(900 * 1024)
})

test('a record with a thousand valid certificates is blocked until some have expired', () => {
  const [step] = withRecordCapacity([stepWith(1000).step], NOW)
  expect(step).toMatchObject({ kind: 'blocked', problems: [{ code: 'PLAN_RECORD_FULL' }] })
  const [problem] = step?.kind === 'blocked' ? step.problems : []
  expect(problem?.message).toContain('1000 certificates of jane still work')
  expect(problem?.message).toContain(secondsAfter(NOW, 3600).toISOString())
  expect(kindsAt(1000, secondsAfter(NOW, 3600 + 300))).toEqual(['issue'])
})

test('expired certificates with many names leave room in the record for the next one', () => {
  const names = Array.from({ length: 500 }, (_, n) => `DNS:${'n'.repeat(50)}${n}`)
  const { step } = stepWith(100, names)
  const later = secondsAfter(NOW, 3600 + 200)
  expect(withRecordCapacity([step], later)).toEqual([step])
  expect(pruned(step.record, later).history.map(({ n }) => n)).toEqual([96, 97, 98, 99])
})

test('a step that issues nothing needs no room in the record', () => {
  const { record, step } = stepWith(1000)
  const { effective: digest, request, prediction, warnings, fixedRoles } = step
  const facts = { effective: digest, request, prediction, warnings, fixedRoles, record }
  const keep = { kind: 'keep', because: 'UpToDate', ...facts } as const
  const inUse = { current: null, until: null, renewAt: null }
  const kept = { ...keep, ...inUse }
  expect(withRecordCapacity([kept], NOW)).toEqual([kept])
})
