// An audit as text and as CSV, with names that try to be something else.
import { expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { auditCsv, auditText } from '../../../../src/output/terminal/audit-text.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'
import { unplaced } from '../../../../src/domain/problem.ts'
import { auditedCertificate, credentialUse } from '../../../build/audit-lines.ts'
import { hostileText } from '../../../build/hostile-text.ts'
import { NOW } from '../../../build/issued.ts'

const NONE = { all: 0, noEvent: 0, firstNoEvent: 0, tooLong: 0 }
const REPORT = {
  certificates: [auditedCertificate()],
  histories: [],
  findings: [],
  log: { lines: NONE, events: { all: 0 } },
  credentials: [],
  problems: [],
}

test('the text begins with the numbers and has a row for each certificate', () => {
  const [first, head, row] = auditText(REPORT, plain).split('\n')
  expect(first).toBe('1 certificate, 0 findings, 0 alarms')
  expect(head).toMatch(/^REQUEST +CLUSTER +NAMES .* SERIAL$/)
  expect(row).toMatch(/^jane +prod +O=developers, CN=jane .* author +reviewer +7 /)
})

test('the numbers say if not everything could be read', () => {
  const problems = [unplaced('CLUSTER_FORBIDDEN', 'no right', null)]
  const [first] = auditText({ ...REPORT, certificates: [], problems }, plain).split('\n')
  expect(first).toBe('0 certificates, 0 findings, 0 alarms, not everything could be read')
})

test('the text has findings, the uses in a log with their alarms, and where histories begin', () => {
  const alarm = unplaced('AUDIT_NEVER_ISSUED', 'a copy', 'revoke it')
  const credentials = [
    { ...credentialUse(), request: 'jane', state: 'alarm', alarm },
    { ...credentialUse(), request: null, state: 'listed', alarm: null },
  ] as const
  const report = {
    ...REPORT,
    credentials,
    findings: [unplaced('AUDIT_UNPROVED', 'somebody approved', null)],
    histories: [{ request: 'jane', begins: NOW }],
    log: { ...REPORT.log, lines: { all: 2, noEvent: 1, firstNoEvent: 2, tooLong: 0 } },
  }
  const text = auditText(report, plain)
  expect(text).toContain('1 certificate, 1 finding, 1 alarm')
  expect(text).toContain('the record of jane begins 2026-03-01 12:00Z')
  expect(text).toContain('AUDIT_UNPROVED  somebody approved')
  expect(text).toContain('AUDIT_NEVER_ISSUED  a copy')
  expect(text).toMatch(/listed +jane +- +1 /)
  expect(text).toContain('log: 2 lines, 1 of them no event (the first is line 2); ')
})

test.each([
  ['countersign:acme:abcdefghijklmnopqrst', '"revoked by owner"'],
  [null, '"revoked by owner; no grant, so it works until it expires"'],
])('a revoked certificate with the grant %j names who revoked it: %s', (grant, state) => {
  const certificates = [auditedCertificate({ state: 'revoked', endedBy: 'owner', grant })]
  expect(auditCsv({ certificates })).toContain(state)
})

test('neither text nor CSV has control characters, and no cell is a formula, whatever the names', () =>
  fc.assert(
    fc.property(hostileText(), name => {
      for (const begin of ['', '=', '+', '-', '@', '\t', '\r']) {
        const certificates = [auditedCertificate({ request: `${begin}${name}`, subject: name })]
        const csv = auditCsv({ certificates })
        expect(csv.replace('\r\n', '').slice(0, -1)).not.toMatch(/[\p{Cc}\u202e]/u)
        expect(csv).not.toMatch(/(?:^|,|\n)"[=+@\t\r-]/)
        const text = auditText({ ...REPORT, certificates }, plain).replaceAll('\n', '')
        expect(text).not.toMatch(/[\p{Cc}\u202e]/u)
        expect(csv.split('\r\n')).toHaveLength(2)
      }
    }),
  ))

test('a quote in a cell is doubled', () =>
  expect(auditCsv({ certificates: [auditedCertificate({ request: 'a"b,c' })] })).toContain(
    '\n"a""b,c","prod"',
  ))
