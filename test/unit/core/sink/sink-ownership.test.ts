import { describe, expect, test } from '@jest/globals'
import { changedByOthers } from '../../../../src/core/sink/sink-ownership.ts'
import { effective } from '../../../build/effective.ts'
import { issuedRecord, NOW, requestRecord, secondsAfter } from '../../../build/issued.ts'

const TARGET = 'the secret TLS of the environment apps'
const LATER = secondsAfter(NOW, 60)
const sealed = [{ target: TARGET, keyId: '1', sha256: 'ab', updatedAt: NOW }]
const issued = issuedRecord(effective(), { sealed, written: [TARGET] })
const cutOff = { n: 2, objectName: 'cs-jane-00000000-2', sha256: 'cd', notAfter: LATER }

describe('changedByOthers: a GitHub secret of ours', () => {
  test('that is as it was written, or was never written, is nothing to tell', () => {
    expect(changedByOthers(TARGET, NOW, requestRecord(effective(), { issued }))).toBeNull()
    expect(changedByOthers('another', LATER, requestRecord(effective(), { issued }))).toBeNull()
  })

  test.each([
    ['was written since', LATER, 'was written at 2026-03-01T12:01:00.000Z, and not by'],
    ['is gone', null, 'was deleted, and not by countersign'],
  ])('that %s is told', (_, writtenAt, said) => {
    const found = changedByOthers(TARGET, writtenAt, requestRecord(effective(), { issued }))
    expect(found?.message).toContain(said)
  })

  test('that a run may have written which was cut off is not laid at the door of others alone', () => {
    const record = requestRecord(effective(), { issued, abandoned: [cutOff] })
    expect(changedByOthers(TARGET, LATER, record)?.message).toContain(
      'by a run that was cut off or',
    )
    expect(changedByOthers(TARGET, null, record)?.message).toContain('and not by countersign')
  })

  test('nor at that of a run whose sinks were emptied since', () => {
    const record = requestRecord(effective(), { issued, abandoned: [cutOff], emptied: 2 })
    expect(changedByOthers(TARGET, LATER, record)?.message).toContain('and not by countersign')
  })

  test.each([
    ['was signed before what is recorded', { ...cutOff, n: 1 }],
    ['was never signed', { ...cutOff, sha256: null }],
  ])('was not written by an attempt that %s', (_, attempt) => {
    const record = requestRecord(effective(), { issued, abandoned: [attempt] })
    expect(changedByOthers(TARGET, LATER, record)?.message).toContain('and not by countersign')
  })
})
