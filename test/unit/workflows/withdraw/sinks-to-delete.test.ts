import { describe, expect, test } from '@jest/globals'
import type { WithdrawStep } from '../../../../src/domain/cluster/plan-step.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { RequestFile } from '../../../../src/domain/request/request.ts'
import { sinkTarget } from '../../../../src/domain/request/sink.ts'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import { withSinksFromGit } from '../../../../src/workflows/withdraw/sinks-to-delete.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { issuedRecord, requestRecord } from '../../../build/issued.ts'
import { effective, secretSink } from '../../../build/effective.ts'
import { valueOf } from '../../../build/request.ts'
import { configText, requestText } from '../../../build/request-text.ts'

const PATH = 'requests/jane.yaml'
const CONFIG = valueOf(
  parseConfig(fileOf('countersign.yaml', configText({ owner: 'past', namespace: 'apps' }))),
)

function fileOf(path: string, text: string, blob = path): RequestFile {
  return { path, blob, mode: '100644', bytes: new TextEncoder().encode(text), uncommitted: false }
}

/** The file at a time, with the Secret that it named; its blob is the name. */
function state(name: string, more: readonly string[] = []): RequestFile {
  const sinks = ['sinks:', `- secret: {namespace: apps, name: ${name}}`]
  return fileOf(PATH, requestText({ name: 'jane', more: [...more, ...sinks] }), name)
}

const FIRST = state('first')
const SECOND = state('second')
const THIRD = state('third')
const WITHDRAWN = state('never', ['withdraw: true'])
const LATEST_FIRST = [WITHDRAWN, THIRD, SECOND, FIRST]

/** The names of the Secrets to delete, after those that the record lists. */
async function emptied(record: RequestRecord, states: readonly RequestFile[] = LATEST_FIRST) {
  const current = record.withdrawnAt === null ? record.issued : null
  const step: WithdrawStep = {
    kind: 'withdraw',
    because: 'WithdrawAsked',
    name: 'jane',
    cluster: 'test',
    path: PATH,
    sinks: [secretSink({ name: 'asked' })],
    record,
    bindings: null,
    current,
    until: null,
  }
  const past = states.map(file => ({ file, config: CONFIG }))
  const [found] = await withSinksFromGit([step], async () => past)
  return found?.kind === 'withdraw' ? found.sinks.map(sinkTarget) : found?.kind
}

const issuedBy = (blob: string, changes: Partial<RequestRecord> = {}) =>
  requestRecord(effective(), { issued: issuedRecord(effective(), { blob }), ...changes })

describe('the sinks to delete at a withdrawal', () => {
  const named = ['asked', 'first', 'second', 'third'].map(name => `Secret apps/${name}`)
  const [asked, first, second, third] = named

  test.each<[string, RequestRecord, readonly (string | undefined)[]]>([
    ['the sinks of the issued file', issuedBy('second'), [second]],
    [
      'the sinks of later files too, also of the one that requests the withdrawal, where an attempt was made',
      issuedBy('second', { n: 2 }),
      [asked, third, second],
    ],
    [
      'the sinks of files since a withdrawal',
      issuedBy('second', { n: 2, withdrawnAt: new Date(0), emptied: 1 }),
      [asked, third, second],
    ],
    [
      'the sinks of all files, where none is recorded',
      newRecord('jane', 'test'),
      [asked, third, second, first],
    ],
    [
      'the sinks of the last two files, where git lacks the issued one',
      issuedBy('lost'),
      [asked, third],
    ],
  ])('a withdrawal deletes %s', async (_, record, expected) =>
    expect(await emptied(record)).toEqual(expected),
  )

  test('a withdrawal lists each sink once', async () => {
    const states = [state('first', ['reissue: 1']), FIRST]
    expect(await emptied(newRecord('jane', 'test'), states)).toEqual([asked, first])
  })
})
