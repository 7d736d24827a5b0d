import { generateKeyPairSync, randomBytes } from 'node:crypto'
import { createSecureContext } from 'node:tls'
import { describe, expect, test } from '@jest/globals'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import { readDer } from '../../../../src/lib/x509/der.ts'
import { integer, sequence } from '../../../../src/lib/x509/der-write.ts'
import { readKeystore } from '../../../../src/lib/x509/pkcs12-read.ts'
import { writeKeystore, writeTruststore } from '../../../../src/lib/x509/pkcs12.ts'
import { REQUESTED_KEY, authority } from '../../../build/issued.ts'
import { codesOf, valueOf } from '../../../build/request.ts'

const PASSWORD = new Secret('correct horse')
const pkcs8 = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'der' })
const chain = [authority().issue().der]
const contents = { key: new Secret(new Uint8Array(pkcs8)), chain, name: 'jane' }
const file = writeKeystore(contents, PASSWORD, randomBytes).reveal()

describe('a keystore', () => {
  test('a keystore returns its contents for its password only', () => {
    const { key, certificates } = valueOf(readKeystore(file, PASSWORD))
    expect(Buffer.from(key?.reveal() ?? [])).toEqual(pkcs8)
    expect(certificates.map(der => Buffer.from(der))).toEqual(chain.map(der => Buffer.from(der)))
    expect(codesOf(readKeystore(file, new Secret('correct hors')))).toEqual(['X509_PASSWORD'])
  })

  test('OpenSSL opens a keystore with its password, and with no other', () => {
    const { privateKey } = REQUESTED_KEY
    const own = privateKey.export({ type: 'pkcs8', format: 'der' })
    const asked = { ...contents, key: new Secret(new Uint8Array(own)) }
    const pfx = Buffer.from(writeKeystore(asked, PASSWORD, randomBytes).reveal())
    createSecureContext({ pfx, passphrase: PASSWORD.reveal() })
    expect(() => createSecureContext({ pfx, passphrase: 'correct hors' })).toThrow()
  })

  test('a keystore contains neither key nor certificate in plain bytes', () => {
    for (const plain of [pkcs8, Buffer.from(chain[0] ?? [])])
      expect(Buffer.from(file).includes(plain.subarray(-32))).toBe(false)
  })

  test('a keystore has other bytes each time and prints as [secret]', () => {
    const again = writeKeystore(contents, PASSWORD, randomBytes)
    expect(Buffer.from(again.reveal())).not.toEqual(Buffer.from(file))
    expect(String(again)).toBe('[secret]')
  })

  test('a keystore with any changed byte is refused', () => {
    for (let at = 0; at < file.length; at += 37) {
      const changed = Uint8Array.from(file, (byte, index) => (index === at ? byte ^ 1 : byte))
      const read = readKeystore(changed, PASSWORD)
      expect([at, read.ok]).toEqual([at, false])
    }
  })

  test('a keystore with too many iterations is refused before any work', () => {
    const [version, content, mac] = readDer(file).children
    const [digest, salt] = mac?.children ?? []
    const parts = [version, content].map(node => node?.bytes ?? new Uint8Array())
    const seal = [digest, salt].map(node => node?.bytes ?? new Uint8Array())
    const costly = sequence(...parts, sequence(...seal, integer(1_000_001)))
    expect(codesOf(readKeystore(costly, PASSWORD))).toEqual(['X509_ALGORITHM'])
  })
})

test('a truststore has certificates and no key', () => {
  const trust = writeTruststore(chain, 'ca', PASSWORD, randomBytes)
  const { key, certificates } = valueOf(readKeystore(trust, PASSWORD))
  expect([key, certificates.length]).toEqual([null, 1])
})
