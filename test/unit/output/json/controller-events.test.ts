import { expect, test } from '@jest/globals'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { PassReport } from '../../../../src/domain/cluster/pass-report.ts'
import { eventsOf, pendingEventsOf } from '../../../../src/output/json/controller-events.ts'
import { passLines } from '../../../../src/output/json/controller-log.ts'
import { issueStep } from '../../../build/approved.ts'
import { NOW, pemOf, authority } from '../../../build/issued.ts'

const step = issueStep()
const certificate = pemOf(authority('cluster').issue({}))
const ISSUED: StepOutcome = {
  kind: 'issued',
  step,
  serial: '0a',
  sha256: 'ab'.repeat(32),
  notAfter: NOW,
  certificate,
  stored: ['Secret apps/jane-tls'],
  roles: [],
  logsInAs: null,
  warnings: [],
}
const FAILED: StepOutcome = {
  kind: 'failed',
  step,
  problems: [{ code: 'CLUSTER_TIMEOUT', at: null, message: 'no answer', hint: null }],
}
const pass = (...steps: readonly StepOutcome[]): PassReport => ({
  because: 'due',
  commit: 'c'.repeat(40),
  isOffline: false,
  steps,
  warnings: [],
  problems: [],
  calls: 12,
  milliseconds: 900,
  dueAt: NOW,
  at: NOW,
})

test('each outcome that is news makes one Event', () => {
  const seen = new Map<string, string>()
  const reasons = [
    pass(FAILED),
    pass(FAILED),
    pass(ISSUED),
    pass({ kind: 'kept', step }),
    pass(FAILED),
  ].map(report => eventsOf(report, seen).map(({ type, reason }) => `${type} ${reason}`))
  expect(reasons).toEqual([['Warning Failed'], [], ['Normal Issued'], [], ['Warning Failed']])
})

test('an Event says what failed, with its code', () =>
  expect(eventsOf(pass(FAILED), new Map())).toEqual([
    {
      regarding: { kind: 'record', request: 'jane' },
      type: 'Warning',
      reason: 'Failed',
      message: 'CLUSTER_TIMEOUT no answer',
      at: NOW,
    },
  ]))

test('the log has one line for each outcome that changed something, and a summary; no line has a certificate', () => {
  const lines = passLines(pass(ISSUED, FAILED, { kind: 'kept', step }))
  expect(lines.map(line => JSON.parse(line))).toMatchObject([
    { level: 'info', message: 'jane: issued', certificate: { serial: '0a' } },
    { level: 'error', message: 'jane: failed', problems: [{ code: 'CLUSTER_TIMEOUT' }] },
    { message: 'pass finished', calls: 12, steps: { issued: 1, failed: 1, kept: 1 } },
  ])
  expect(lines.join('\n')).not.toContain('BEGIN')
})

test('a request that is gone is forgotten, but not by a pass without GitHub', () => {
  const seen = new Map<string, string>()
  eventsOf(pass(FAILED), seen)
  eventsOf({ ...pass(), isOffline: true }, seen)
  expect(seen.size).toBe(1)
  eventsOf(pass(), seen)
  expect(seen.size).toBe(0)
})

test('an approver makes one Event for each reason why requests stay pending, and again at another commit', () => {
  const seen = new Map<string, string>()
  const left = (name: string, commit: string) => ({
    signerName: 'example.com/nodes',
    commit,
    pending: 2,
    decided: [
      {
        name,
        username: 'author',
        decision: 'left' as const,
        policy: null,
        problems: [
          { code: 'POLICY_BROKEN' as const, at: null, message: 'it is broken', hint: null },
        ],
      },
      { name: 'ok', username: 'author', decision: 'approved' as const, policy: 'a', problems: [] },
    ],
    at: NOW,
  })
  const notes = [left('a', 'c1'), left('b', 'c1'), left('b', 'c2')].map(report =>
    pendingEventsOf(report, 'lease', seen).map(({ message }) => message),
  )
  expect(notes).toEqual([
    ['a stays pending: POLICY_BROKEN it is broken'],
    [],
    ['b stays pending: POLICY_BROKEN it is broken'],
  ])
})
