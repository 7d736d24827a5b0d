// Keys, signatures and sizes: stricter than the API server, so that the server accepts what countersign accepts.
import { describe, expect, test } from '@jest/globals'
import type { San } from '../../../../src/domain/request/x500.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { signerProblems } from '../../../../src/lib/kubernetes/kubernetes-rules.ts'
import { boolean, sequence } from '../../../../src/lib/x509/der-write.ts'
import { extension } from '../../../../src/lib/x509/pkcs10-write.ts'
import { attribute } from '../../../../src/lib/x509/x500-name.ts'
import { named, request as pkcs10, requestFor, testKey } from '../x509/build.ts'
import { asked, generated, own, told } from './build.ts'

function refusals(parts: Partial<EffectiveRequest>) {
  const request = asked(parts)
  return told(signerProblems(request, null).problems, request)
}

describe('a key', () => {
  test.each([
    ['RSA', 2048],
    ['RSA', 8192],
    ['ECDSA', 256],
    ['ECDSA', 384],
    ['ECDSA', 521],
    ['Ed25519', null],
  ] as const)('a key of kind %s %s is accepted', (algorithm, size) =>
    expect(refusals({ key: generated({ algorithm, size }) })).toEqual([]),
  )

  test.each([
    ['RSA', 2047],
    ['RSA', 8193],
    ['RSA', null],
    ['ECDSA', 224],
    ['ECDSA', null],
  ] as const)('a key of kind %s %s is refused', (algorithm, size) =>
    expect(refusals({ key: generated({ algorithm, size }) })).toEqual(['SIGNER_KEY at privateKey']),
  )

  test('a key of 1024 bits in an own PKCS#10 is refused', () =>
    expect(refusals(own(pkcs10({ key: testKey('RSA-1024') })))).toEqual(['SIGNER_KEY at request']))

  test.each(['sha1WithRSAEncryption', 'ecdsa-with-SHA1', 'md5WithRSAEncryption', '1.2.3'])(
    'a PKCS#10 signed with %s is refused',
    signatureAlgorithm => expect(refusals(signedWith(signatureAlgorithm))).toHaveLength(1),
  )

  test.each(['sha256WithRSAEncryption', 'ecdsa-with-SHA512', 'RSASSA-PSS-SHA384', 'Ed25519'])(
    'a PKCS#10 signed with %s is accepted',
    signatureAlgorithm => expect(refusals(signedWith(signatureAlgorithm))).toEqual([]),
  )

  test('a PKCS#10 of a CA is refused', () => {
    const constraints = extension('2.5.29.19', true, sequence(boolean(true)))
    const request = own(requestFor(constraints))
    expect(refusals({ ...request, subject: named('CN=jane') })).toEqual(['SIGNER_KEY at request'])
  })
})

function signedWith(signatureAlgorithm: string): Partial<EffectiveRequest> {
  const { key, ...names } = own(pkcs10())
  if (key.kind === 'generated') throw new Error('not its own')
  return { ...names, key: { ...key, pkcs10: { ...key.pkcs10, signatureAlgorithm } } }
}

describe('the size of a request', () => {
  const names = (count: number): readonly San[] =>
    Array.from({ length: count }, (_, index) => ({
      kind: 'dnsName',
      value: `host-${String(index).padStart(4, '0')}.example.com`,
    }))

  test('a request with five hundred names is accepted', () =>
    expect(refusals({ sans: names(500) })).toEqual([]))

  test('a request with a thousand names is refused before it is created', () =>
    expect(refusals({ sans: names(1000) })).toEqual(['SIGNER_SIZE at request']))

  test.each([
    [190, []],
    [210, ['SIGNER_SIZE at request']],
  ])('of a request with %i groups the subject counts as it is encoded', (count, expected) => {
    const groups = Array.from({ length: count }, (_, index) =>
      attribute('2.5.4.10', String(index).padStart(57, '0')),
    )
    expect(refusals({ subject: [groups, [attribute('2.5.4.3', 'jane')]] })).toEqual(expected)
  })

  test('an own PKCS#10 of more than 16 KiB is refused', () =>
    expect(refusals(own(pkcs10({ sans: names(1000) })))).toEqual(['SIGNER_SIZE at request']))
})
