import { describe, expect, test } from '@jest/globals'
import { readEvidence } from '../../../../src/lib/schema/evidence-schema.ts'
import { AUTHOR, evidence, objectOf } from '../../../build/evidence.ts'

/** The evidence as JSON with the value at a dotted path replaced, or taken out (undefined). */
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
    ['as it is written', evidence()],
    [
      'of a removed file, of gone accounts, with doubts',
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
  ])('%s is read back', (_, given) => {
    expect(readEvidence(JSON.parse(JSON.stringify(given)))).toEqual({ ok: true, value: given })
  })

  test.each([
    ['another version', 'version', 3],
    ['a member nobody knows', 'verdict', 'approved'],
    ['a member nobody knows, deeper', 'landing.note', 'x'],
    ['no commit', 'commit', undefined],
    ['a short commit', 'commit', 'c0ffee'],
    ['a commit in capitals', 'commit', objectOf('C')],
    ['a SHA-256 where a blob belongs', 'blob', 'b'.repeat(64)],
    ['a SHA-256 without its blob', 'blob', null],
    ['a blob without its SHA-256', 'sha256', null],
    ['a date without a zone', 'decidedAt', '2026-12-02T09:00:00'],
    ['a date in another zone', 'pullRequest.mergedAt', '2026-12-02T09:00:00+01:00'],
    ['a way of merging nobody knows', 'landing.by', 'magic'],
    ['a login for a person', 'pullRequest.author', 'author'],
    ['a person without id', 'contributors', [{ login: 'author' }]],
    ['an id that is text', 'contributors', [{ ...AUTHOR, id: '1001' }]],
    ['no approvals', 'approvals', []],
    ['a rule that needs none', 'rule.required', 0],
    ['a path of two lines', 'path', 'requests/\njane.yaml'],
    ['a configuration file without a blob', 'configuration', { 'countersign.yaml': 'x' }],
    ['a trust root without its algorithm', 'trustRoot.digest', '9'.repeat(64)],
  ])('with %s is refused', (_, path, value) => {
    const read = readEvidence(changed(path, value))
    expect(read).toMatchObject({ ok: false, problems: [{ code: 'APPROVAL_EVIDENCE_UNREADABLE' }] })
  })

  test.each([[null], ['text'], [[]], [{}]])('is not %j', value =>
    expect(readEvidence(value).ok).toBe(false),
  )

  test('names every fault with its place', () => {
    const read = readEvidence({ ...evidence(), tool: 3, rule: { name: 'people', required: 0 } })
    const told = read.ok ? [] : read.problems.map(({ message }) => message.split(':')[0])
    expect(told).toEqual(['"tool"', '"rule.required"'])
  })
})
