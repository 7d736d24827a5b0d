import { describe, expect, test } from '@jest/globals'
import canonicalize from 'canonicalize'
import {
  missingEvidence,
  statementFaults,
  statementText,
} from '../../../../src/core/approval/evidence-statement.ts'
import { evidenceDigest } from '../../../../src/core/approval/build-evidence.ts'
import { readEvidence } from '../../../../src/lib/schema/evidence-schema.ts'
import type { Statement } from '../../../../src/lib/schema/evidence-schema.ts'
import { EVIDENCE, provedCertificate } from '../../../build/statement.ts'

const { found } = provedCertificate()
const WHOLE = statementText(EVIDENCE, found, false)
const DIGESTS = statementText(EVIDENCE, found, true)

/** The Statement with the value at a dotted path replaced. */
function read(path = '', value: unknown = null, text = WHOLE): Statement {
  const json: unknown = JSON.parse(text)
  const steps = path.split('.')
  const last = steps.pop() ?? ''
  if (last !== '') Object(steps.reduce<unknown>((at, step) => Object(at)[step], json))[last] = value
  const result = readEvidence(json)
  if (!result.ok || !('predicate' in result.value)) throw new Error(JSON.stringify(result))
  return result.value
}

const messages = (statement: Statement, sha256: string | null = null): readonly string[] =>
  statementFaults(statement, sha256).map(({ message }) => message)

describe('a Statement', () => {
  test.each([WHOLE, DIGESTS])('a Statement is canonical JSON (%#)', text =>
    expect(text).toBe(canonicalize(JSON.parse(text))),
  )

  test('a Statement names the certificate and holds its facts and the evidence', () => {
    const { serial, subject, sans, grant, notBefore, notAfter, sha256 } = found
    expect(JSON.parse(WHOLE)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      predicateType: 'https://countersign.dev/evidence/v1',
      subject: [{ name: 'jane@prod', digest: { sha256 } }],
      predicate: {
        digests: {
          certificate: sha256,
          evidence: evidenceDigest(EVIDENCE),
          path: expect.stringMatching(/^[0-9a-f]{64}$/),
        },
        repository: 42,
        commit: EVIDENCE.commit,
        certificate: {
          cluster: 'prod',
          request: 'jane',
          signerName: found.newest?.signerName,
          serial,
          subject,
          sans,
          grant,
          notBefore: notBefore.toISOString(),
          notAfter: notAfter.toISOString(),
        },
        evidence: JSON.parse(JSON.stringify(EVIDENCE)),
      },
    })
  })

  test('the same record makes the same bytes', () => {
    expect(statementText(EVIDENCE, { ...found }, false)).toBe(WHOLE)
    expect(WHOLE).not.toContain('\n')
  })

  test('a Statement with digests only has no login, no name and no path', () => {
    for (const word of ['author', 'reviewer', 'owner', 'jane', 'acme', 'prod'])
      expect(DIGESTS).not.toContain(word)
    expect(JSON.parse(DIGESTS).predicate.digests).toEqual(JSON.parse(WHOLE).predicate.digests)
  })

  test('both kinds are read without faults', () => {
    expect(messages(read(), found.sha256)).toEqual([])
    expect(messages(read('', null, DIGESTS), found.sha256)).toEqual([])
  })

  test.each([
    ['predicate.evidence.tool', '0.2.0', 'evidence is '],
    ['predicate.evidence.path', 'requests/other.yaml', 'path is '],
    ['predicate.digests.path', 'ab'.repeat(32), 'path is '],
    ['predicate.digests.certificate', 'ab'.repeat(32), 'certificate is '],
    ['predicate.repository', 43, 'repository is 43, expected 42'],
    ['predicate.commit', 'ab'.repeat(20), 'commit is '],
  ])('another value of %s (%s) is a fault: %s', (path, value, message) => {
    const found = messages(read(path, value))
    expect(found.some(each => each.startsWith(message))).toBe(true)
  })

  test('a Statement about another certificate is a fault', () => {
    const other = 'cd'.repeat(32)
    expect(messages(read(), other)).toEqual([`subject is ${found.sha256}, expected ${other}`])
    expect(messages(read('', null, DIGESTS), other)).toHaveLength(1)
  })
})

describe('the evidence of a certificate in a record', () => {
  const { newest } = found
  const codes = (isNeeded: boolean, certificate: Partial<typeof found>): readonly string[] =>
    missingEvidence({ ...found, ...certificate }, isNeeded).map(({ code }) => code)

  test('evidence that has its digest is there, and evidence of another digest is missing', () => {
    expect(codes(true, {})).toEqual([])
    if (newest === null) throw new Error('no certificate is issued')
    const proof = { ...newest.proof, digest: '0'.repeat(64) }
    for (const isNeeded of [false, true])
      expect(codes(isNeeded, { newest: { ...newest, proof } })).toEqual([
        'APPROVAL_EVIDENCE_MISSING',
      ])
  })

  test('the evidence of a record that was lost and built again proves no certificate', () => {
    expect(codes(true, { approval: null })).toEqual(['APPROVAL_EVIDENCE_MISSING'])
    expect(codes(false, { approval: null })).toEqual([])
  })

  test('an earlier certificate lacks evidence only if a Statement is asked for', () => {
    expect(codes(false, { newest: null })).toEqual([])
    expect(codes(true, { newest: null })).toEqual(['APPROVAL_EVIDENCE_MISSING'])
  })
})
