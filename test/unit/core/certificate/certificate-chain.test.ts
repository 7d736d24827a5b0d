import { describe, expect, test } from '@jest/globals'
import { orderChain } from '../../../../src/core/certificate/certificate-chain.ts'
import type { X509Certificate } from '../../../../src/domain/cluster/certificate.ts'
import { authority, pemOf } from '../../../build/issued.ts'

const ROOT = authority('root')
const UPPER = ROOT.authority('upper')
const LOWER = UPPER.authority('lower')
const LEAF = LOWER.issue()
const [root, upper, lower] = [ROOT.certificate, UPPER.certificate, LOWER.certificate]
const STRANGER = authority('elsewhere')

function ordered(...blocks: readonly X509Certificate[]): unknown {
  const chain = orderChain(pemOf(...blocks))
  if (!chain.ok) throw new Error(chain.problems.map(({ message }) => message).join('\n'))
  const { leaf, intermediates } = chain.value
  return [leaf, ...intermediates].map(({ sha256 }) => sha256)
}

function hashes(...certificates: readonly X509Certificate[]): unknown {
  return certificates.map(({ sha256 }) => sha256)
}

describe('the order of a certificate chain', () => {
  test.each([
    ['a leaf alone', [LEAF], [LEAF]],
    ['a chain in order', [LEAF, lower, upper], [LEAF, lower, upper]],
    ['a chain in the other order', [upper, lower, LEAF], [LEAF, lower, upper]],
    ['a chain in no order', [lower, LEAF, upper], [LEAF, lower, upper]],
    [
      'a chain with the self-signed root at the end',
      [LEAF, lower, upper, root],
      [LEAF, lower, upper],
    ],
    ['a chain with the root first', [root, LEAF, lower, upper], [LEAF, lower, upper]],
    ['a leaf with the root that signed it', [ROOT.issue(), root], null],
  ])('the order of %s is the leaf, then its issuers', (_, blocks, expected) => {
    expect(ordered(...blocks)).toEqual(hashes(...(expected ?? blocks.slice(0, 1))))
  })

  test('a self-signed certificate alone is the leaf', () => {
    expect(ordered(root)).toEqual(hashes(root))
  })

  test('text around the PEM blocks is ignored', () => {
    const text = `issuer: lower\n${pemOf(LEAF)}and its issuer\n${pemOf(lower)}`
    expect(orderChain(text)).toMatchObject({
      ok: true,
      value: { leaf: { sha256: LEAF.sha256 }, intermediates: [{ sha256: lower.sha256 }] },
    })
  })
})

test('a chain of more than 32 certificates is refused before any signature is checked', () => {
  const many = orderChain(pemOf(...Array.from({ length: 33 }, () => authority('x').certificate)))
  expect(many).toMatchObject({ ok: false, problems: [{ code: 'CERTIFICATE_BROKEN' }] })
  expect(JSON.stringify(many)).toContain('33 certificates; at most 32')
})

test('a chain with many CAs of one name is refused before any signature is checked', () => {
  const chainOf = (count: number) => {
    const others = Array.from({ length: count }, () => authority('root').certificate)
    return JSON.stringify(orderChain(pemOf(ROOT.issue(), ...others)))
  }
  expect(chainOf(3)).toContain('do not belong together')
  expect(chainOf(4)).toContain('too many of its certificates have the name of the same issuer')
})

describe('a broken certificate chain', () => {
  test.each([
    [
      'two leaves',
      [LEAF, LOWER.issue()],
      /of O=developers, CN=jane and of O=dev.* belong together/,
    ],
    [
      'a leaf and a CA that is not its issuer',
      [LEAF, upper],
      /CN=jane and of CN=upper do not belong/,
    ],
    [
      'a leaf and the root of another CA',
      [LEAF, STRANGER.certificate],
      /CN=elsewhere do not belong/,
    ],
    ['the same block twice', [LEAF, lower, LEAF], /certificates 1 and 3 are the same one/],
    [
      'a leaf and another CA with the name of its issuer',
      [LEAF, authority('lower').certificate],
      /CN=jane and of CN=lower/,
    ],
  ])('a chain of %s is refused', (_, blocks, message) => {
    expect(orderChain(pemOf(...blocks))).toEqual({
      ok: false,
      problems: [
        {
          code: 'CERTIFICATE_BROKEN',
          at: null,
          message: expect.stringMatching(message),
          hint: null,
        },
      ],
    })
  })

  test.each([
    ['without a PEM block', 'not yet', /no CERTIFICATE block/],
    [
      'with a block of another kind',
      pemOf(LEAF).replaceAll('CERTIFICATE', 'PUBLIC KEY'),
      /PUBLIC KEY/,
    ],
    [
      'with bytes that are not a certificate',
      pemOf({ ...LEAF, der: Uint8Array.of(0x30, 0) }),
      /tbsCert/,
    ],
  ])('a text %s is refused as a chain', (_, text, message) => {
    expect(orderChain(text)).toMatchObject({
      ok: false,
      problems: [{ code: 'CERTIFICATE_BROKEN', message: expect.stringMatching(message) }],
    })
  })

  test('a chain with a second issuer of one leaf is refused', () => {
    const again = authority('root', {}, ROOT.key).certificate
    expect(orderChain(pemOf(ROOT.issue(), root, again))).toMatchObject({ ok: false })
  })

  test('every duplicate is reported at once', () => {
    const twice = orderChain(pemOf(LEAF, lower, LEAF, lower))
    expect(twice).toMatchObject({ ok: false, problems: { length: 2 } })
  })
})
