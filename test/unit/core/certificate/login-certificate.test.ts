import { describe, expect, test } from '@jest/globals'
import { credentialProblems } from '../../../../src/core/certificate/newest-certificate.ts'
import { EXTENDED_KEY_USAGE_OIDS } from '../../../../src/lib/x509/oids.ts'
import { NOW, authority, secondsAfter } from '../../../build/issued.ts'
import type { Order } from '../../../build/issued.ts'

const { anyExtendedKeyUsage, clientAuth, serverAuth } = EXTENDED_KEY_USAGE_OIDS
const CA = authority('cluster')

function codes(order: Order = {}, now = NOW, signers: readonly ReturnType<typeof authority>[] | null = [CA]) {
  const cas = signers?.map(({ certificate }) => certificate) ?? null
  const chain = { leaf: CA.issue(order), intermediates: [] }
  const { problems, warnings } = credentialProblems(chain, 'jane', cas, now)
  return [problems.map(({ code }) => code), warnings.map(({ code }) => code)]
} // prettier-ignore

describe('a certificate for login', () => {
  test.each<[string, Order, readonly string[]]>([
    ['every requirement met', {}, []],
    ['any purpose', { extendedKeyUsage: [anyExtendedKeyUsage] }, []],
    ['no purpose', { extendedKeyUsage: [] }, []],
    ['the purposes server and client', { extendedKeyUsage: [serverAuth, clientAuth] }, []],
    ['the purpose server only', { extendedKeyUsage: [serverAuth] }, ['CERTIFICATE_USAGE']],
    ['an end now', { notAfter: NOW }, ['CERTIFICATE_DATES']],
    ['a second left', { notAfter: secondsAfter(NOW, 1) }, []],
    ['a start in the future', { notBefore: secondsAfter(NOW, 1) }, ['CERTIFICATE_DATES']],
  ])('a login certificate with %s is checked', (_, order, expected) =>
    expect(codes(order)).toEqual([expected, []]),
  )

  test('a login certificate of another CA is refused', () => {
    expect(codes({}, NOW, [authority('other')])).toEqual([['CERTIFICATE_CHAIN'], []])
    expect(codes({}, NOW, [])).toEqual([['CERTIFICATE_CHAIN'], []])
  })

  test('a login certificate of an unknown CA has a warning', () => {
    expect(codes({}, NOW, null)).toEqual([[], ['CERTIFICATE_CHAIN_UNCHECKED']])
  })

  test('all problems of a login certificate are reported at once', () => {
    const order = { notAfter: secondsAfter(NOW, -1), extendedKeyUsage: [serverAuth] }
    expect(codes(order, NOW, [authority('other')])).toEqual([
      ['CERTIFICATE_DATES', 'CERTIFICATE_USAGE', 'CERTIFICATE_CHAIN'],
      [],
    ])
  })
})
