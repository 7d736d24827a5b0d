import { describe, expect, test } from '@jest/globals'
import { readEvidence } from '../../../../src/lib/schema/evidence-schema.ts'
import { statementText } from '../../../../src/core/approval/evidence-statement.ts'
import { AUTHOR, evidence, objectOf } from '../../../build/evidence.ts'
import { EVIDENCE, provedCertificate } from '../../../build/statement.ts'

/** The evidence as JSON with the value at a dotted path replaced, or removed (undefined). */
function changed(path: string, value: unknown): unknown {
  const json: unknown = JSON.parse(JSON.stringify(evidence()))
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  const parent = steps.reduce<unknown>((at, step) => Object(at)[step], json)
  Object(parent)[last] = value
  return JSON.parse(JSON.stringify(json))
}

describe('evidence', () => {
  test.each([
    ['of a file', evidence()],
    [
      'of a removed file with deleted accounts and unknown people',
      evidence({
        blob: null,
        sha256: null,
        unattributed: 'a commit has no account',
        hasUnknownPusher: true,
        pullRequest: { ...evidence().pullRequest, author: null, mergedBy: null },
        contributors: [],
        configuration: {},
        approvals: [...evidence().approvals, { ...evidence().approvals[0]!, commit: null }],
      }),
    ],
  ])('evidence %s is read as it was written', (_, given) => {
    expect(readEvidence(JSON.parse(JSON.stringify(given)))).toEqual({ ok: true, value: given })
  })

  test.each([
    ['another version', 'version', 2],
    ['an unknown member', 'verdict', 'approved'],
    ['an unknown member at a deeper level', 'landing.note', 'x'],
    ['no commit', 'commit', undefined],
    ['a short commit', 'commit', 'c0ffee'],
    ['a commit in upper case', 'commit', objectOf('C')],
    ['a SHA-256 in place of a blob', 'blob', 'b'.repeat(64)],
    ['a SHA-256 without its blob', 'blob', null],
    ['a blob without its SHA-256', 'sha256', null],
    ['a date without a zone', 'decidedAt', '2026-12-02T09:00:00'],
    ['a date in another zone', 'pullRequest.mergedAt', '2026-12-02T09:00:00+01:00'],
    ['an unknown kind of merge', 'landing.by', 'magic'],
    ['a login in place of a person', 'pullRequest.author', 'author'],
    ['a person without an id', 'contributors', [{ login: 'author' }]],
    ['an id as text', 'contributors', [{ ...AUTHOR, id: '1001' }]],
    ['no approvals', 'approvals', []],
    ['a rule that requires no approval', 'rule.required', 0],
    ['a path of two lines', 'path', 'requests/\njane.yaml'],
    ['a configuration file without a blob', 'configuration', { 'countersign.yaml': 'x' }],
    ['a trust root without its algorithm', 'trustRoot.digest', '9'.repeat(64)],
  ])('evidence with %s is refused', (_, path, value) => {
    const read = readEvidence(changed(path, value))
    expect(read).toMatchObject({ ok: false, problems: [{ code: 'APPROVAL_EVIDENCE_UNREADABLE' }] })
  })

  test.each([[null], ['text'], [[]], [{}]])('%j is not evidence', value =>
    expect(readEvidence(value).ok).toBe(false),
  )

  test('every fault of evidence is reported with its place', () => {
    const read = readEvidence({ ...evidence(), tool: 3, rule: { name: 'people', required: 0 } })
    const told = read.ok ? [] : read.problems.map(({ message }) => message.split(':')[0])
    expect(told).toEqual(['"tool"', '"rule.required"'])
  })
})

describe('a Statement', () => {
  const { found } = provedCertificate()
  const statement = JSON.parse(statementText(EVIDENCE, found, false))

  test.each([
    ['another type', { _type: 'https://in-toto.io/Statement/v0.1' }, '"_type": is not'],
    [
      'another version of the predicate',
      { predicateType: 'https://countersign.dev/evidence/v2' },
      '"predicateType": is not https://countersign.dev/evidence/v1',
    ],
    ['no subject', { subject: [] }, '"subject": is not exactly one subject'],
    [
      'two subjects',
      { subject: [...statement.subject, ...statement.subject] },
      '"subject": is not exactly',
    ],
    [
      'a subject without SHA-256',
      { subject: [{ digest: { sha1: 'ab' } }] },
      '"subject[0].digest.sha256": ',
    ],
    ['no predicate', { predicate: undefined }, '"predicate": '],
    [
      'evidence of an unknown version',
      { predicate: { ...statement.predicate, evidence: { ...EVIDENCE, version: 9 } } },
      '"predicate.evidence.version": ',
    ],
  ])('a Statement with %s is refused', (_, change, message) => {
    const read = readEvidence({ ...statement, ...change })
    expect(read.ok ? [] : read.problems.map(each => each.message)[0]).toContain(message)
  })

  test('members that this version does not know are ignored', () => {
    const later = { ...statement, predicate: { ...statement.predicate, later: true }, later: true }
    expect(readEvidence(later).ok).toBe(true)
  })
})
