import { NO_ROWS } from '../../../build/plan-page.ts'
import { describe, expect, test } from '@jest/globals'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { IssueStep } from '../../../../src/domain/cluster/plan-step.ts'
import {
  certificatesIn,
  hasCertificates,
} from '../../../../src/output/comment/certificates-in-comment.ts'
import { issuedComment } from '../../../../src/output/comment/outcome-comment.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { authority, NOW, pemOf } from '../../../build/issued.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { valueOf } from '../../../build/request.ts'

const CA = authority()
const BETWEEN = CA.authority('between')
const JANE = pemOf(BETWEEN.issue(), BETWEEN.certificate)
const MARK = pemOf(CA.issue())
const own = { kind: 'own', pkcs10: valueOf(readPkcs10(opensslRequest().der)) } as const
const stepOf = (name: string): IssueStep => issueStep(effective({ name, key: own }))

function comment(certificates: ReadonlyMap<IssueStep, string>): string {
  const outcomes = [...certificates].map(([step, certificate]): StepOutcome => ({
    kind: 'issued',
    step,
    certificate,
    serial: '01',
    sha256: 'ab'.repeat(32),
    notAfter: NOW,
    stored: [],
    logsInAs: null,
    roles: [],
    warnings: [],
  }))
  return issuedComment(outcomes, {
    pullRequest: 7,
    commit: '1'.repeat(40),
    visibility: 'private',
    hasCertificates: true,
    proofs: new Map(),
    certificates,
    ...NO_ROWS,
  }).text
}

const read = (body: string, isByProgram = true) => certificatesIn({ body, isByProgram })

describe('the certificates in a comment', () => {
  const written = comment(
    new Map([
      [stepOf('jane'), JANE],
      [stepOf('mark-2'), MARK],
    ]),
  )

  test('certificates are read from the comment as it was written, with their chains', () => {
    expect(read(written)).toEqual([
      { request: 'jane', cluster: 'prod', pem: JANE, isTrusted: true },
      { request: 'mark-2', cluster: 'prod', pem: MARK, isTrusted: true },
    ])
  })

  test('certificates in a comment of a person are not trusted', () =>
    expect(read(written, false).map(({ isTrusted }) => isTrusted)).toEqual([false, false]))

  test('certificates are read from comments of older versions, which name no cluster', () => {
    const older = written.replaceAll(' on <code>prod</code>: the', ': the')
    expect(read(older).map(({ cluster }) => cluster)).toEqual([null, null])
  })

  test('certificates are read with the line ends of a browser', () => {
    expect(read(written.replaceAll('\n', '\r\n'))).toHaveLength(2)
  })

  test.each([
    ['no certificate', comment(new Map())],
    ['a certificate outside its section', `\`\`\`\n${JANE}\`\`\``],
    ['a private key', written.replaceAll('BEGIN CERTIFICATE', 'BEGIN PRIVATE KEY')],
    ['no text', ''],
  ])('no certificate is found in a comment with %s', (_, text) => {
    expect(read(text)).toEqual([])
  })
})

test.each([
  ['private', false, true],
  ['internal', false, true],
  ['public', false, false],
  ['public', true, true],
] as const)(
  'comments in a %s repository with certificatesInPublicComments %p: certificates %p',
  (visibility, certificatesInPublicComments, expected) =>
    expect(hasCertificates({ visibility }, { certificatesInPublicComments })).toBe(expected),
)
