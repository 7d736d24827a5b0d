// The uses of certificates in an audit log: counted once, and bounded.
import { expect, test } from '@jest/globals'
import { AuditLog } from '../../../../src/core/audit/audit-log.ts'
import { auditLine } from '../../../build/audit-lines.ts'
import { NOW, secondsAfter } from '../../../build/issued.ts'

function logOf(...lines: readonly (string | null)[]): AuditLog {
  const log = new AuditLog()
  for (const line of lines) log.add(line)
  return log
}

const after = (seconds: number): Date => secondsAfter(NOW, seconds)
const usesOf = (log: AuditLog) => [...log.uses.values()]

test('a request with three stages is counted once, and a watch that has not ended is seen', () => {
  const stages = ['RequestReceived', 'ResponseStarted', 'ResponseComplete']
  const log = logOf(...stages.map(stage => auditLine({ stage })))
  expect([log.events.all, usesOf(log)]).toMatchObject([3, [{ uses: 1 }]])
  expect(usesOf(logOf(auditLine({ stage: 'ResponseStarted' })))).toMatchObject([{ uses: 0 }])
})

test('uses have the first and the last time, also of lines in another order, and the last success', () => {
  const times = [20, 10, 30, 40]
  const log = logOf(...times.map(at => auditLine({ at: after(at), code: at > 25 ? 403 : 200 })))
  const [use] = usesOf(log)
  expect(use).toMatchObject({ uses: 4, first: after(10), last: after(40), lastSuccess: after(20) })
})

test('one id with two user names is two uses', () =>
  expect(usesOf(logOf(auditLine(), auditLine({ user: 'deployer' })))).toHaveLength(2))

test('at most eight actions, addresses and groups are kept, and a grant is among them', () => {
  const grant = `countersign:acme-certs:${'a'.repeat(20)}`
  const groups = [...Array.from({ length: 1000 }, (_, index) => `g${index}`), grant]
  const lines = Array.from({ length: 20 }, (_, index) =>
    auditLine({ groups, more: { verb: `v${index}`, sourceIPs: [`10.0.0.${index}`] } }),
  )
  const [use] = usesOf(logOf(...lines))
  expect([use?.actions.length, use?.addresses.length, use?.groups.length]).toEqual([8, 8, 8])
  expect(use?.groups).toContain(grant)
})

test('requests by tokens and anonymous requests are only counted', () => {
  const log = logOf(auditLine({ more: { user: { username: 'system:anonymous' } } }), auditLine())
  expect(log.events).toMatchObject({ withCertificate: 1, without: 1 })
  expect(log.uses.size).toBe(1)
})

test('lines that are no event are counted with the number of the first, and empty lines are none', () =>
  expect(logOf('', auditLine(), 'no', 'no', null).lines).toEqual({
    all: 5,
    noEvent: 2,
    firstNoEvent: 3,
    tooLong: 1,
  }))

test('of more than ten thousand certificates the rest is counted', () => {
  const log = new AuditLog()
  for (let index = 0; index < 10_003; index++)
    log.add(auditLine({ sha256: index.toString(16).padStart(64, '0') }))
  expect([log.uses.size, log.events.overMost]).toEqual([10_000, 3])
})

test('the memory of the aggregate does not grow with the number of lines', () => {
  const log = new AuditLog()
  const size = (): number => JSON.stringify(usesOf(log)).length
  const add = (count: number): void => {
    for (let index = 0; index < count; index++)
      log.add(auditLine({ sha256: `${index % 47}`.padStart(64, '0'), at: after(index) }))
  }
  add(1000)
  const before = size()
  add(20_000)
  expect(size() / before).toBeLessThan(1.1)
})
