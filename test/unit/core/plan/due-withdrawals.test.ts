import { describe, expect, test } from '@jest/globals'
import type { Refused } from '../../../../src/domain/cluster/plan-step.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { removedAttempts } from '../../../../src/core/plan/due-withdrawals.ts'
import { effective } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'

const SIGNED = { n: 2, objectName: 'cs-jane-2', sha256: 'ab', notAfter: secondsAfter(NOW, 60) }
const CUT_OFF = { holder: 'run', n: 3, objectName: 'cs-jane-3', deadline: NOW, grant: null }
const UNSTORED = { ...newRecord('jane', 'prod'), n: 2 }

function attempts(
  record: RequestRecord,
  requests: readonly EffectiveRequest[] = [],
  refused: readonly Pick<Refused, 'name'>[] = [],
) {
  const files = {
    requests,
    refused: refused.map(({ name }): Refused => ({
      path: 'requests/other.yaml',
      name,
      cluster: null,
      problems: [{ code: 'FILE_YAML', at: null, message: 'is not YAML', hint: null }],
    })),
  }
  return removedAttempts(files, [record])
}

describe('attempts of a record with a removed file', () => {
  const unrecorded = { ...UNSTORED, abandoned: [SIGNED] }
  const told = [{ request: 'jane', objectName: SIGNED.objectName, until: SIGNED.notAfter }]

  test.each<[string, RequestRecord, unknown]>([
    ['the attempt that was signed and never recorded', unrecorded, told],
    [
      'the attempt of a killed run, with an unknown end',
      { ...UNSTORED, claim: CUT_OFF },
      [{ request: 'jane', objectName: CUT_OFF.objectName, until: null }],
    ],
    [
      'the attempt after a withdrawal',
      requestRecord(effective(), { withdrawnAt: NOW, emptied: 1, abandoned: [SIGNED] }),
      told,
    ],
    ['no attempt before a withdrawal', { ...unrecorded, withdrawnAt: NOW, emptied: 2 }, []],
    ['no attempt where there was none', newRecord('jane', 'prod'), []],
    [
      'no attempt where a certificate exists, since that is withdrawn itself',
      { ...unrecorded, issued: issuedRecord(), claim: CUT_OFF },
      [],
    ],
  ])('the withdrawn attempts include %s', (_, record, expected) =>
    expect(attempts(record)).toEqual(expected),
  )

  test('no attempt is withdrawn while its file exists, is refused, or may be one that cannot be read', () => {
    expect(attempts(unrecorded, [effective({ name: 'jane' })])).toEqual([])
    expect(attempts(unrecorded, [], [{ name: 'jane' }])).toEqual([])
    expect(attempts(unrecorded, [], [{ name: null }])).toEqual([])
    const elsewhere = effective({ name: 'jane', cluster: 'staging' })
    expect(attempts(unrecorded, [elsewhere], [{ name: 'other' }])).toEqual(told)
  })
})
