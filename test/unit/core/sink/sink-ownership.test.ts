import { describe, expect, test } from '@jest/globals'
import { changedByOthers, foreignTarget } from '../../../../src/core/sink/sink-ownership.ts'
import { effective } from '../../../build/effective.ts'
import { issuedRecord, NOW, requestRecord, secondsAfter } from '../../../build/issued.ts'

const TARGET = 'the secret TLS of the environment apps'
const LATER = secondsAfter(NOW, 60)
const sealed = [{ target: TARGET, keyId: '1', sha256: 'ab', updatedAt: NOW }]
const issued = issuedRecord(effective(), { sealed, written: [TARGET] })
const cutOff = { n: 2, objectName: 'cs-jane-00000000-2', sha256: 'cd', notAfter: LATER }

describe('a GitHub secret that others changed', () => {
  test('an unchanged GitHub secret is not reported, and neither is one that was never written', () => {
    expect(changedByOthers(TARGET, NOW, requestRecord(effective(), { issued }))).toBeNull()
    expect(changedByOthers('another', LATER, requestRecord(effective(), { issued }))).toBeNull()
  })

  test.each([
    ['was written since', LATER, 'was written at 2026-03-01T12:01:00.000Z, and not by'],
    ['is gone', null, 'was deleted, and not by countersign'],
  ])('a GitHub secret that %s is reported', (_, writtenAt, said) => {
    const found = changedByOthers(TARGET, writtenAt, requestRecord(effective(), { issued }))
    expect(found?.message).toContain(said)
  })

  test('the message names a killed run where that may have written the GitHub secret', () => {
    const record = requestRecord(effective(), { issued, abandoned: [cutOff] })
    expect(changedByOthers(TARGET, LATER, record)?.message).toContain('by an interrupted run or')
    expect(changedByOthers(TARGET, null, record)?.message).toContain('and not by countersign')
  })

  test('the message does not name a killed run where the sinks were deleted since', () => {
    const record = requestRecord(effective(), { issued, abandoned: [cutOff], emptied: 2 })
    expect(changedByOthers(TARGET, LATER, record)?.message).toContain('and not by countersign')
  })

  test.each([
    ['was signed before the recorded one', { ...cutOff, n: 1 }],
    ['was never signed', { ...cutOff, sha256: null }],
  ])('an attempt that %s did not write the GitHub secret', (_, attempt) => {
    const record = requestRecord(effective(), { issued, abandoned: [attempt] })
    expect(changedByOthers(TARGET, LATER, record)?.message).toContain('and not by countersign')
  })
})

describe('a file or GitHub secret that exists', () => {
  const at = (writtenAt: Date | null) => ({ writtenAt })
  const listed = requestRecord(effective(), { issued })
  const withdrawn = { ...listed, withdrawnAt: LATER, emptied: 1 }
  const empty = requestRecord(effective(), { issued: null })

  test.each([
    ['that the record lists', at(LATER), listed, null],
    ['that the record lists, as it was before the withdrawal', at(NOW), withdrawn, null],
    ['with another date than before the withdrawal', at(LATER), withdrawn, 'SINK_NOT_OWNED'],
    ['that the record does not list', at(NOW), empty, 'SINK_NOT_OWNED'],
    ['that an attempt may have written', at(NOW), { ...empty, abandoned: [cutOff] }, null],
  ])('one %s may be written: %#', (_, found, record, expected) => {
    expect(foreignTarget(TARGET, found, record)?.code ?? null).toBe(expected)
  })
})
