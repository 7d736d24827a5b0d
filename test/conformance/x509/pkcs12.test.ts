// openssl, node:tls and Go's go-pkcs12 open our keystores, and we open theirs.
import { createPrivateKey, createPublicKey, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { encodePem } from '../../../src/lib/x509/pem.ts'
import { readKeystore } from '../../../src/lib/x509/pkcs12-read.ts'
import { writeKeystore, writeTruststore } from '../../../src/lib/x509/pkcs12.ts'
import { authority } from '../../build/issued.ts'
import { codesOf, valueOf } from '../../build/request.ts'
import { openssl, opensslFile, readOpensslFile } from './openssl.ts'
import { goMakes, goOpens, pkcs12Judge } from './pkcs12-judge.ts'

const KEYS: Readonly<Record<string, () => KeyObject>> = {
  'ECDSA P-256': () => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  'ECDSA P-384': () => generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  'RSA 2048': () => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  Ed25519: () => generateKeyPairSync('ed25519').privateKey,
}
const PASSWORDS = ['correct horse', 'pässwörd Ω', '']
const root = authority('root')
const below = root.authority('below')

function pair(make: () => KeyObject) {
  const key = make()
  const spki = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }))
  const chain = [below.issue({ spki }).der, below.certificate.der]
  const pkcs8 = key.export({ type: 'pkcs8', format: 'der' })
  return { pkcs8, chain, spki }
}

function keystore(of: ReturnType<typeof pair>, password: string): Uint8Array {
  const contents = { key: new Secret(new Uint8Array(of.pkcs8)), chain: of.chain, name: 'jane' }
  return writeKeystore(contents, new Secret(password), randomBytes).reveal()
}

describe.each(Object.entries(KEYS))('a keystore with a key of %s', (_, make) => {
  const of = pair(make)

  test.each(PASSWORDS)(
    'openssl opens the keystore with the password "%s" and with no other',
    password => {
      const file = opensslFile(keystore(of, password))
      const pkcs12 = ['pkcs12', '-in', file, '-nodes', '-passin']
      const opened = openssl([...pkcs12, `pass:${password}`]).text
      const key =
        /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----/.exec(opened)?.[0] ?? ''
      expect(createPrivateKey(key).export({ type: 'pkcs8', format: 'der' })).toEqual(of.pkcs8)
      expect(opened.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
      expect(opened).toContain('friendlyName: jane')
      const other = openssl([...pkcs12, `pass:${password}x`])
      expect([other.status, other.text]).toEqual([1, expect.stringMatching(/invalid password/)])
    },
  )

  test.each(PASSWORDS)('node:tls opens the keystore with the password "%s"', password => {
    const pfx = Buffer.from(keystore(of, password))
    createSecureContext({ pfx, passphrase: password })
    expect(() => createSecureContext({ pfx, passphrase: `${password}x` })).toThrow(/mac verify/)
  })

  test.each(pkcs12Judge === null ? [] : PASSWORDS)(
    'Go opens the keystore with the password "%s"',
    password => {
      const opened = goOpens('open', keystore(of, password), password)
      expect(opened).toMatchObject({ ok: true, error: '' })
      expect(opened.key).toEqual(of.pkcs8)
      expect(opened.certificates).toEqual(of.chain.map(der => Buffer.from(der)))
      expect(goOpens('open', keystore(of, password), `${password}x`).error).toMatch(/password/)
    },
  )

  test.each(PASSWORDS)(
    'countersign reads a keystore of openssl with the password "%s"',
    password => {
      const pem = `${encodePem('PRIVATE KEY', of.pkcs8)}${of.chain.map(der => encodePem('CERTIFICATE', der)).join('')}`
      const made = opensslFile('')
      openssl(['pkcs12', '-export', '-out', made, '-passout', `pass:${password}`], pem)
      expectOpened(readOpensslFile(made), password)
    },
  )

  test.each(pkcs12Judge === null ? [] : PASSWORDS)(
    'countersign reads a keystore of Go with the password "%s"',
    password => {
      const pem = `${encodePem('PRIVATE KEY', of.pkcs8)}${of.chain.map(der => encodePem('CERTIFICATE', der)).join('')}`
      expectOpened(goMakes(pem, password), password)
    },
  )

  function expectOpened(file: Uint8Array, password: string): void {
    const opened = valueOf(readKeystore(file, new Secret(password)))
    expect(Buffer.from(opened.key?.reveal() ?? [])).toEqual(of.pkcs8)
    expect(opened.certificates.map(der => Buffer.from(der))).toEqual(
      of.chain.map(der => Buffer.from(der)),
    )
    expect(codesOf(readKeystore(file, new Secret(`${password}x`)))).toEqual(['X509_PASSWORD'])
  }
})

describe('a truststore', () => {
  const password = 'changeit'
  const certificates = [root.certificate.der, below.certificate.der]
  const file = writeTruststore(certificates, 'ca', new Secret(password), randomBytes)

  test('openssl opens the truststore', () => {
    const { text } = openssl(['pkcs12', '-in', opensslFile(file), '-passin', `pass:${password}`])
    expect(text.match(/BEGIN CERTIFICATE/g)).toHaveLength(2)
    expect(text).toMatch(/friendlyName: ca\n[^]*friendlyName: ca-1\n/)
  })

  const goes = pkcs12Judge === null ? test.skip : test
  goes('Go opens the truststore, which requires the attribute that Java requires', () => {
    const opened = goOpens('trust', file, password)
    expect(opened.error).toBe('')
    expect(opened.certificates).toEqual(certificates.map(der => Buffer.from(der)))
  })
})
