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

describe('orderChain gives the leaf, then its issuers', () => {
  test.each([
    ['of a leaf alone', [LEAF], [LEAF]],
    ['as they came', [LEAF, lower, upper], [LEAF, lower, upper]],
    ['that came in the other order', [upper, lower, LEAF], [LEAF, lower, upper]],
    ['that came in no order', [lower, LEAF, upper], [LEAF, lower, upper]],
    ['without the self-signed root at the end', [LEAF, lower, upper, root], [LEAF, lower, upper]],
    ['without a root that came first', [root, LEAF, lower, upper], [LEAF, lower, upper]],
    ['without the root that signed the leaf itself', [ROOT.issue(), root], null],
  ])('%s', (_, blocks, expected) => {
    expect(ordered(...blocks)).toEqual(hashes(...(expected ?? blocks.slice(0, 1))))
  })

  test('of a self-signed certificate alone: it is the leaf', () => {
    expect(ordered(root)).toEqual(hashes(root))
  })

  test('whatever stands around the blocks', () => {
    const text = `issuer: lower\n${pemOf(LEAF)}and its issuer\n${pemOf(lower)}`
    expect(orderChain(text)).toMatchObject({
      ok: true,
      value: { leaf: { sha256: LEAF.sha256 }, intermediates: [{ sha256: lower.sha256 }] },
    })
  })
})

test('orderChain refuses more certificates than any chain has, before it checks a signature', () => {
  const many = orderChain(pemOf(...Array.from({ length: 33 }, () => authority('x').certificate)))
  expect(many).toMatchObject({ ok: false, problems: [{ code: 'CERTIFICATE_BROKEN' }] })
  expect(JSON.stringify(many)).toContain('33 certificates; at most 32')
})

describe('orderChain refuses as CERTIFICATE_BROKEN', () => {
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
    ['a leaf and a stranger’s root', [LEAF, STRANGER.certificate], /CN=elsewhere do not belong/],
    ['the same block twice', [LEAF, lower, LEAF], /certificates 1 and 3 are the same one/],
    ['a namesake of the issuer', [LEAF, authority('lower').certificate], /CN=jane and of CN=lower/],
  ])('%s', (_, blocks, message) => {
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
    ['text without a block', 'not yet', /no CERTIFICATE block/],
    ['a block of another kind', pemOf(LEAF).replaceAll('CERTIFICATE', 'PUBLIC KEY'), /PUBLIC KEY/],
    ['bytes that are no certificate', pemOf({ ...LEAF, der: Uint8Array.of(0x30, 0) }), /tbsCert/],
  ])('%s', (_, text, message) => {
    expect(orderChain(text)).toMatchObject({
      ok: false,
      problems: [{ code: 'CERTIFICATE_BROKEN', message: expect.stringMatching(message) }],
    })
  })

  test('two issuers of one leaf, of which one is no part of the chain', () => {
    const again = authority('root', {}, ROOT.key).certificate
    expect(orderChain(pemOf(ROOT.issue(), root, again))).toMatchObject({ ok: false })
  })

  test('every duplicate at once', () => {
    const twice = orderChain(pemOf(LEAF, lower, LEAF, lower))
    expect(twice).toMatchObject({ ok: false, problems: { length: 2 } })
  })
})
