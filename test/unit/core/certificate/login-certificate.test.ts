import { describe, expect, test } from '@jest/globals'
import { credentialProblems } from '../../../../src/core/certificate/login-certificate.ts'
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

describe('credentialProblems', () => {
  test.each<[string, Order, readonly string[]]>([
    ['a good one', {}, []],
    ['any purpose', { extendedKeyUsage: [anyExtendedKeyUsage] }, []],
    ['no purpose named', { extendedKeyUsage: [] }, []],
    ['clients and servers', { extendedKeyUsage: [serverAuth, clientAuth] }, []],
    ['servers only', { extendedKeyUsage: [serverAuth] }, ['CERTIFICATE_USAGE']],
    ['an end at this moment', { notAfter: NOW }, ['CERTIFICATE_DATES']],
    ['a second left', { notAfter: secondsAfter(NOW, 1) }, []],
    ['a start to come', { notBefore: secondsAfter(NOW, 1) }, ['CERTIFICATE_DATES']],
  ])('of %s', (_, order, expected) => expect(codes(order)).toEqual([expected, []]))

  test('of one that another CA signed', () => {
    expect(codes({}, NOW, [authority('other')])).toEqual([['CERTIFICATE_CHAIN'], []])
    expect(codes({}, NOW, [])).toEqual([['CERTIFICATE_CHAIN'], []])
  })

  test('of one whose CA nobody knows is a warning', () => {
    expect(codes({}, NOW, null)).toEqual([[], ['CERTIFICATE_CHAIN_UNCHECKED']])
  })

  test('come all at once', () => {
    const order = { notAfter: secondsAfter(NOW, -1), extendedKeyUsage: [serverAuth] }
    expect(codes(order, NOW, [authority('other')])).toEqual([
      ['CERTIFICATE_DATES', 'CERTIFICATE_USAGE', 'CERTIFICATE_CHAIN'],
      [],
    ])
  })
})
