// Project Wycheproof's signatures, valid and invalid, through the path that verifies requests and certificates: an invalid one is
// never accepted; a valid one is accepted, unless Go's crypto/x509 does not support the scheme either.
import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { DerFault, readDer } from '../../../../src/lib/x509/der.ts'
import { context, integer, nullValue, oid, sequence } from '../../../../src/lib/x509/der-write.ts'
import { readPublicKey } from '../../../../src/lib/x509/public-key.ts'
import { isSignatureValid, schemeOf, verifyingKey } from '../../../../src/lib/x509/signature.ts'
import type { SignatureScheme } from '../../../../src/lib/x509/signature.ts'
import { bytes } from './build.ts'

const FOLDER = new URL('../../../vendor/wycheproof/', import.meta.url)

interface Vector {
  readonly tcId: number
  readonly comment: string
  readonly flags: readonly string[]
  readonly msg: string
  readonly sig: string
  readonly result: 'valid' | 'acceptable' | 'invalid'
}

interface Group {
  readonly type: string
  readonly publicKeyDer: string
  readonly sha?: string
  readonly mgfSha?: string
  readonly sLen?: number
  readonly tests: readonly Vector[]
}

interface Vectors {
  readonly numberOfTests: number
  readonly testGroups: readonly Group[]
}

const DIGESTS: Readonly<Record<string, string>> = {
  'SHA-1': '1.3.14.3.2.26',
  'SHA-224': '2.16.840.1.101.3.4.2.4',
  'SHA-256': '2.16.840.1.101.3.4.2.1',
  'SHA-384': '2.16.840.1.101.3.4.2.2',
  'SHA-512': '2.16.840.1.101.3.4.2.3',
  'SHA-512/224': '2.16.840.1.101.3.4.2.5',
  'SHA-512/256': '2.16.840.1.101.3.4.2.6',
}
const ECDSA: Readonly<Record<string, number>> = { 'SHA-256': 2, 'SHA-384': 3, 'SHA-512': 4 }
const PKCS1: Readonly<Record<string, number>> = { 'SHA-256': 11, 'SHA-384': 12, 'SHA-512': 13 }

function algorithmOf({ type, sha = '', mgfSha = '', sLen = 0 }: Group): Uint8Array {
  const digest = (name: string) => sequence(oid(DIGESTS[name]!), nullValue())
  switch (type) {
    case 'EcdsaVerify':
      return sequence(oid(`1.2.840.10045.4.3.${ECDSA[sha]}`))
    case 'EddsaVerify':
      return sequence(oid('1.3.101.112'))
    case 'RsassaPkcs1Verify':
      return sequence(oid(`1.2.840.113549.1.1.${PKCS1[sha]}`), nullValue())
    default:
      return sequence(
        oid('1.2.840.113549.1.1.10'),
        sequence(
          context(0, digest(sha)),
          context(1, sequence(oid('1.2.840.113549.1.1.8'), digest(mgfSha))),
          context(2, integer(sLen)),
        ),
      )
  }
}

/** Null where the scheme is not verified here. */
function schemeFor(group: Group): SignatureScheme | null {
  try {
    return schemeOf(readDer(algorithmOf(group)))
  } catch (error) {
    if (error instanceof DerFault) return null
    throw error
  }
}

function isAccepted(group: Group, { msg, sig }: Vector): boolean {
  const spki = bytes(group.publicKeyDer)
  const scheme = schemeFor(group)
  if (scheme === null || !readPublicKey(spki).ok) return false
  const key = verifyingKey(scheme, spki)
  return key !== null && isSignatureValid(scheme, key, bytes(msg), bytes(sig))
}

/** What RFC 4055 allows and Go's crypto/x509 does not read: other digests for the mask, salts of another length, SHA-1. */
function isNarrower({ type, sha, mgfSha, sLen }: Group): boolean {
  const lengths: Readonly<Record<string, number>> = { 'SHA-256': 32, 'SHA-384': 48, 'SHA-512': 64 }
  return type.startsWith('RsassaPss') && (sha !== mgfSha || lengths[sha ?? ''] !== sLen)
}

const files = readdirSync(FOLDER).filter(name => name.endsWith('.json'))
const read = (name: string) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8')) as Vectors

describe.each(files)('%s', name => {
  const { testGroups, numberOfTests } = read(name)
  const all = testGroups.flatMap(group => group.tests.map(vector => ({ group, vector })))
  const told = ({ vector }: (typeof all)[number]) => `${vector.tcId} ${vector.comment}`

  test(`the file ${name} is complete`, () => {
    expect(all).toHaveLength(numberOfTests)
    expect(numberOfTests).toBeGreaterThan(100)
  })

  test(`no invalid signature of ${name} is accepted`, () => {
    const invalid = all.filter(({ vector }) => vector.result === 'invalid')
    expect(invalid.filter(({ group, vector }) => isAccepted(group, vector)).map(told)).toEqual([])
  })

  test(`every valid signature of ${name} is accepted, except schemes that Go does not read`, () => {
    const valid = all.filter(({ group, vector }) => vector.result === 'valid' && !isNarrower(group))
    expect(valid.filter(({ group, vector }) => !isAccepted(group, vector)).map(told)).toEqual([])
    expect(valid.length).toBeGreaterThan(0)
  })

  test(`no signature of ${name} with a scheme that Go does not read is accepted`, () => {
    const narrower = all.filter(({ group }) => isNarrower(group))
    expect(narrower.filter(({ group, vector }) => isAccepted(group, vector)).map(told)).toEqual([])
  })
})
