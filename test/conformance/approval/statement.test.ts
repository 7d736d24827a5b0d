// Statements of certificates, read by the Go types of in-toto.
import { describe, expect, test } from '@jest/globals'
import { statementText } from '../../../src/core/approval/evidence-statement.ts'
import { EVIDENCE, provedCertificate } from '../../build/statement.ts'
import { askInToto, hasJudge } from './statement-judge.ts'

const { found, pem } = provedCertificate()
const other = provedCertificate('mark').pem
const whole = statementText(EVIDENCE, found, false)
const digests = statementText(EVIDENCE, found, true)
const changed = (from: string, to: string): string => {
  expect(whole).toContain(from)
  return whole.replace(from, to)
}

const describeGo = hasJudge ? describe : describe.skip

describeGo('in-toto reads our Statements', () => {
  test('a whole Statement, and one with digests only, are valid for their certificate', () => {
    const questions = [whole, digests].map(statement => ({ statement, certificate: pem }))
    expect(askInToto(questions)).toEqual(['', ''])
  })

  test.each([
    [
      'with one changed byte in the evidence',
      changed('"author"', '"authos"'),
      pem,
      'other evidence',
    ],
    ['about another certificate', whole, other, 'another certificate'],
    [
      'of another version',
      changed('dev/evidence/v1', 'dev/evidence/v2'),
      pem,
      'predicate type https://countersign.dev/evidence/v2',
    ],
    ['that is not canonical', changed('{', '{ '), pem, 'not canonical'],
  ])('a Statement %s is refused', (_, statement, certificate, verdict) => {
    expect(askInToto([{ statement, certificate }])).toEqual([verdict])
  })
})
