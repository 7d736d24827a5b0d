import { createHash, generateKeyPairSync } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  bitString,
  integer,
  nullValue,
  oid,
  sequence,
  tlv,
} from '../../../../src/lib/x509/der-write.ts'
import { readPublicKey } from '../../../../src/lib/x509/public-key.ts'
import { bytes, problemOf, testKey, valueOf } from './build.ts'

const RSA_OID = oid('1.2.840.113549.1.1.1')
const EC_OID = oid('1.2.840.10045.2.1')
const ED25519_OID = oid('1.3.101.112')
const P256_OID = oid('1.2.840.10045.3.1.7')

function rsa(modulus: bigint, exponent: bigint, parameters = [nullValue()]): Uint8Array {
  const key = sequence(integer(modulus), integer(exponent))
  return sequence(sequence(RSA_OID, ...parameters), bitString(key))
}

function spkiOf(key: KeyObject): Uint8Array {
  return new Uint8Array(key.export({ type: 'spki', format: 'der' }))
}

describe('the public key reader', () => {
  test.each([
    ['RSA-2048', 'RSA', 2048],
    ['P-256', 'ECDSA', 256],
    ['P-384', 'ECDSA', 384],
    ['P-521', 'ECDSA', 521],
    ['Ed25519', 'Ed25519', null],
    ['secp224r1', 'secp224r1', 224],
    ['secp256k1', 'secp256k1', 256],
    ['brainpoolP256r1', 'brainpoolP256r1', 256],
    ['brainpoolP384r1', 'brainpoolP384r1', 384],
    ['brainpoolP512r1', 'brainpoolP512r1', 512],
    ['prime192v1', 'secp192r1', 192],
    ['brainpoolP384t1', 'EC 1.3.36.3.3.2.8.1.1.12', null],
    ['Ed448', 'Ed448', null],
  ])('the algorithm of a %s key is %s, and its size is %s', (kind, algorithm, size) => {
    const { spki } = testKey(kind)
    const sha256 = createHash('sha256').update(spki).digest('hex')
    expect(valueOf(readPublicKey(spki))).toEqual({ algorithm, size, spki, sha256 })
  })

  test.each([
    ['RSA-PSS', generateKeyPairSync('rsa-pss', { modulusLength: 1024 }).publicKey],
    ['X25519', generateKeyPairSync('x25519').publicKey],
    ['X448', generateKeyPairSync('x448').publicKey],
  ])('the algorithm of a %s key is named', (name, key) => {
    expect(valueOf(readPublicKey(spkiOf(key)))).toMatchObject({ algorithm: name, size: null })
  })

  test('an algorithm without a name is shown by its OID', () => {
    const der = sequence(sequence(oid('1.2.3.4')), bitString(bytes('00')))
    expect(valueOf(readPublicKey(der)).algorithm).toBe('1.2.3.4')
  })

  test('the size of an RSA key is that of its modulus, not of its bytes', () => {
    expect(valueOf(readPublicKey(rsa(2n ** 2047n + 1n, 65_537n))).size).toBe(2048)
    expect(valueOf(readPublicKey(rsa(2n ** 2046n + 1n, 3n))).size).toBe(2047)
  })

  const compressed = bytes(`02 ${'11'.repeat(32)}`)
  const explicit = new Uint8Array(
    generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).publicKey.export({
      type: 'spki',
      format: 'der',
    }),
  )

  test.each([
    [
      'RSA without NULL',
      rsa(2n ** 2047n + 1n, 65_537n, []),
      'the RSA key lacks its NULL parameters',
    ],
    [
      'RSA with exponent 1',
      rsa(2n ** 2047n + 1n, 1n),
      'the RSA exponent is not an odd number of 31 bits',
    ],
    ['RSA with an even exponent', rsa(2n ** 2047n + 1n, 4n), 'the RSA exponent is not an odd'],
    ['RSA with a negative exponent', rsa(2n ** 2047n + 1n, -3n), 'the RSA exponent is not an odd'],
    [
      'RSA with an exponent that Go refuses',
      rsa(2n ** 2047n + 1n, 2n ** 31n + 1n),
      'the RSA exponent is not an odd',
    ],
    [
      'RSA with an even modulus',
      rsa(2n ** 2047n, 3n),
      'the RSA modulus is not a positive odd number',
    ],
    ['RSA with a negative modulus', rsa(-3n, 3n), 'the RSA modulus is not a positive odd number'],
    [
      'RSA with a key larger than OpenSSL reads',
      rsa(2n ** 16_384n + 1n, 3n),
      'an RSA key of 16385 bits',
    ],
    [
      'a compressed point',
      sequence(sequence(EC_OID, P256_OID), bitString(compressed)),
      'the key is not an uncompressed curve point',
    ],
    [
      'a hybrid point',
      sequence(sequence(EC_OID, P256_OID), bitString(bytes(`06 ${'11'.repeat(64)}`))),
      'not an uncompressed curve point',
    ],
    [
      'a point of another length',
      sequence(sequence(EC_OID, P256_OID), bitString(bytes(`04 ${'11'.repeat(62)}`))),
      'not an uncompressed curve point',
    ],
    [
      'a point that is not on its curve',
      sequence(sequence(EC_OID, P256_OID), bitString(bytes(`04 ${'11'.repeat(64)}`))),
      'the key is not a point on its curve',
    ],
    ['an explicit curve', explicit, 'the curve of the key is not named'],
    [
      'a missing curve',
      sequence(sequence(EC_OID), bitString(bytes('04'))),
      'the curve of the key is not named',
    ],
    [
      'Ed25519 with parameters',
      sequence(sequence(ED25519_OID, nullValue()), bitString(new Uint8Array(32))),
      'the Ed25519 key is not 32 bytes without parameters',
    ],
    [
      'Ed25519 of 31 bytes',
      sequence(sequence(ED25519_OID), bitString(new Uint8Array(31))),
      'the Ed25519 key is not 32 bytes',
    ],
  ])('the public key reader refuses %s', (_, der, message) => {
    expect(problemOf(readPublicKey(der))).toMatchObject({
      code: 'X509_ALGORITHM',
      message: expect.stringContaining(message),
    })
  })

  test.each([
    [
      'two parameters',
      sequence(sequence(RSA_OID, nullValue(), nullValue()), bitString(bytes('00'))),
      'has a field too many',
    ],
    [
      'an RSA key with a third number',
      sequence(
        sequence(RSA_OID, nullValue()),
        bitString(sequence(integer(5), integer(3), integer(1))),
      ),
      'the RSA key has a field too many',
    ],
    [
      'a key with unused bits',
      sequence(sequence(ED25519_OID), bitString(bytes('80'), 7)),
      'the public key does not hold whole bytes',
    ],
    [
      'a key that is not a BIT STRING',
      sequence(sequence(ED25519_OID), tlv(4)),
      'expected key (a BIT STRING)',
    ],
  ])('the public key reader refuses the structure of %s', (_, der, message) => {
    expect(problemOf(readPublicKey(der))).toMatchObject({
      code: 'X509_STRUCTURE',
      message: expect.stringContaining(message),
    })
  })

  test('offsets inside the key are counted from the start of the whole', () => {
    const der = sequence(sequence(RSA_OID, nullValue()), bitString(bytes('30 03 02 02 00 05')))
    expect(problemOf(readPublicKey(der)).message).toContain('cut short at byte 22')
  })

  test('the public key reader never throws', () => {
    const algorithm = fc.constantFrom(
      sequence(RSA_OID, nullValue()),
      sequence(EC_OID, P256_OID),
      sequence(ED25519_OID),
    )
    fc.assert(
      fc.property(algorithm, fc.uint8Array({ maxLength: 70 }), (identifier, key) => {
        expect(readPublicKey(sequence(identifier, bitString(key)))).toHaveProperty('ok')
      }),
    )
  })
})
