// Which faults are retried, and after how long.
import { describe, expect, test } from '@jest/globals'
import {
  isTooSlow,
  githubPauseMs,
} from '../../../../../src/adapters/github/connection/github-retry.ts'
import type { Fault } from '../../../../../src/adapters/github/connection/github-fault.ts'

const status = (code: number): Fault => ({
  kind: 'status',
  status: code,
  message: '',
  accepted: null,
})
const graphql = (type: string, message: string, hasData: boolean): Fault => ({
  kind: 'graphql',
  errors: [{ type, message, path: '' }],
  hasData,
})
const WRONG = 'Something went wrong while executing your query.'

describe('a retry', () => {
  test.each<[string, Fault]>([
    ['500', status(500)],
    ['503', status(503)],
    ['a truncated answer', { kind: 'unreadable' }],
    ['no answer in time', { kind: 'timeout' }],
    ['a broken connection', { kind: 'broken', cause: null, passes: true }],
    ['a query without any data', graphql('', WRONG, false)],
  ])('a call is retried after %s, later each time', (_, fault) => {
    expect([0, 1, 2, 9].map(attempt => githubPauseMs(fault, attempt, 0.5))).toEqual([
      1000, 2000, 4000, 32_000,
    ])
    expect(githubPauseMs(fault, 0, 0)).toBe(500)
  })

  test.each<[string, Fault]>([
    ...[304, 400, 401, 403, 404, 410, 422].map((code): [string, Fault] => [
      String(code),
      status(code),
    ]),
    ['a name that does not exist', { kind: 'broken', cause: null, passes: false }],
    ['partial data', graphql('', WRONG, true)],
    ['a refused field', graphql('FORBIDDEN', WRONG, false)],
    ['an invalid query', graphql('', "Field 'x' doesn't exist", false)],
  ])('a call is not retried after %s', (_, fault) =>
    expect(githubPauseMs(fault, 0, 0.5)).toBeNull(),
  )

  test('a call is retried a little later than the limit says', () => {
    const fault: Fault = { kind: 'limited', waitMs: 60_000, frees: null }
    expect([0, 3].map(attempt => githubPauseMs(fault, attempt, 0.25))).toEqual([60_250, 60_250])
  })
})

describe('a smaller query', () => {
  test.each<[Fault, boolean]>([
    [status(502), true],
    [status(504), true],
    [status(503), false],
    [{ kind: 'timeout' }, true],
    [graphql('', WRONG, false), true],
    [graphql('', WRONG, true), false],
  ])('a smaller query may help after %j: %s', (fault, helps) =>
    expect(isTooSlow(fault)).toBe(helps),
  )
})
