import { describe, expect, test } from '@jest/globals'
import { certificateText, evidenceText } from '../../../../src/output/terminal/evidence-text.ts'
import { coloured, plain } from '../../../../src/output/terminal/terminal-colours.ts'
import { evidence, objectOf, OWNER } from '../../../build/evidence.ts'
import { provedCertificate } from '../../../build/statement.ts'

const [approval] = evidence().approvals

describe('the evidence of a file as text', () => {
  test('the text says who asked, who approved what, and what the proof relies on', () => {
    expect(evidenceText(evidence(), plain)).toMatchInlineSnapshot(`
     "requests/jane.yaml was approved by reviewer on pull request acme/certs#7
       bytes              blob bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb
                          SHA-256 5555555555555555555555555555555555555555555555555555555555555555
       effective request  eeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeeee
       applied from       commit cccccccccccccccccccccccccccccccccccccccc
       asked by           author (id 1001)
       changed by         author (id 1001)
       approved by        reviewer (id 1003) at 2026-12-01 11:00Z, review 123 of commit ddddddd, still allowed to approve 2026-12-02 09:00Z
       rule               people needs 1 approval, 1 counted
       merged             at 2026-12-01 12:00Z by owner (id 1002) as commit aaaaaaa, by the pull request
       configured by      countersign.yaml, blob 1111111
                          policies/people.yaml, blob 2222222
       trust root         sha256:9999999999999999999999999999999999999999999999999999999999999999, first in commit 0000000
       proved             at 2026-12-02 09:00Z by countersign 0.1.0"
    `)
  })

  test('the text of a removal says that the file was removed', () => {
    const text = evidenceText(evidence({ blob: null, sha256: null }), plain)
    expect(text.split('\n')[0]).toBe(
      'the removal of requests/jane.yaml was approved by reviewer on pull request acme/certs#7',
    )
    expect(text).toContain('none: the file is gone')
    expect(text).not.toContain('SHA-256')
  })

  test('the text names every approver once', () => {
    const approvals = [approval!, { ...approval!, reviewer: OWNER }, approval!]
    const text = evidenceText(evidence({ approvals }), plain)
    expect(text).toContain('was approved by reviewer and owner on')
    expect(text.match(/review 123 of commit/g)).toHaveLength(3)
  })

  test.each([
    [
      'deleted accounts',
      { pullRequest: { ...evidence().pullRequest, author: null, mergedBy: null } },
      'a deleted account',
    ],
    [
      'a merge by hand',
      { landing: { commit: objectOf('f'), by: 'push' } },
      'the file came with commit fffffff, by a push',
    ],
    [
      'the reasons for one more approval',
      { unattributed: 'commit 1234567 has no account', hasUnknownPusher: true },
      'one of them because commit 1234567 has no account, and GitHub did not say who pushed',
    ],
    ['missing contributors', { contributors: [] }, 'nobody GitHub names'],
  ] as const)('the text names %s', (_, changes, expected) =>
    expect(evidenceText(evidence(changes), plain)).toContain(expected),
  )

  test('the text shows values from elsewhere on one line, with hidden characters visible', () => {
    const hidden = 'x\u202E\u001B[31m\ny'
    const text = evidenceText(
      evidence({
        path: hidden,
        tool: hidden,
        repository: { id: 1, name: hidden },
        contributors: [{ id: 1, login: hidden }],
        approvals: [{ ...approval!, reviewer: { id: 2, login: hidden }, at: hidden, head: hidden }],
        rule: { name: hidden, required: 1 },
        unattributed: hidden,
        configuration: { [hidden]: hidden },
        meaning: hidden,
        commit: hidden,
        blob: hidden,
        sha256: hidden,
        trustRoot: { digest: hidden, anchor: hidden },
      }),
      plain,
    )
    expect(text).not.toMatch(/[^\P{C}\n]/u)
    expect(text.split('\n')).toHaveLength(evidenceText(evidence(), plain).split('\n').length - 1)
  })

  test('the text is the same without colour', () => {
    const bare = evidenceText(evidence(), coloured).replaceAll(/\p{Cc}\[\d+m/gu, '')
    expect(bare).toBe(evidenceText(evidence(), plain))
  })
})

describe('a certificate of a record as text', () => {
  const { found } = provedCertificate()

  test('the text says who requested and approved it, and how to prove that at GitHub', () => {
    const text = certificateText(found, plain)
    expect(text).toMatch(
      /^the record of jane in prod says\n {2}state +in use\n {2}names +O=developers, CN=jane\n/,
    )
    expect(text).toMatch(/asked by +author \(id 1001\)\n {2}approved by +reviewer \(id 1003\)\n/)
    const { path = '', commit = '' } = found.approval ?? {}
    expect(text).toContain(`countersign prove ${path} --commit ${commit}`)
  })

  test('a revoked certificate is shown with the user who revoked it', () => {
    const ended = {
      how: 'revoked',
      at: new Date('2026-12-01T12:00:00Z'),
      by: 'ad\u202emin',
    } as const
    expect(certificateText({ ...found, ended }, plain)).toContain(
      'revoked 2026-12-01 12:00Z by ad\\u{202e}min',
    )
  })

  test('a certificate that a run recorded before it was cut off may be stored', () => {
    expect(certificateText({ ...found, newest: null }, plain)).toContain('cut off, may be stored')
  })

  test('for an approval at a terminal the text has the user who confirmed the plan', () => {
    const approval = {
      ...found.approval!,
      pullRequest: null,
      commit: null,
      approvedBy: [],
      requestedBy: [],
      rule: null,
      terminalUser: 'owner',
    }
    const text = certificateText({ ...found, approval }, plain)
    expect(text).toMatch(/approved by +owner at a terminal\n/)
    expect(text).not.toMatch(/asked by|rule|--commit/)
  })
})
