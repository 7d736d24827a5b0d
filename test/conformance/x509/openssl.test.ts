// OpenSSL as a second opinion: it accepts our requests, and we read its requests with the same names.
import { sign } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { oid, sequence } from '../../../src/lib/x509/der-write.ts'
import { decodePem } from '../../../src/lib/x509/pem.ts'
import { formatName } from '../../../src/lib/x509/x500-name.ts'
import { readPkcs10 } from '../../../src/lib/x509/pkcs10.ts'
import { formatSan } from '../../../src/lib/x509/general-names.ts'
import {
  named,
  problemOf,
  rawRequest,
  request,
  testKey,
  valueOf,
} from '../../unit/lib/x509/build.ts'
import { makeRequest, showRequest, VERIFIED } from './openssl.ts'

/** RFC 4055 §5 requires readers to accept both forms of the algorithm. */
const RSA_SCHEMES: readonly (readonly [string, string, string])[] = [
  ['SHA-256', '1.2.840.113549.1.1.11', 'sha256'],
  ['SHA-384', '1.2.840.113549.1.1.12', 'sha384'],
  ['SHA-512', '1.2.840.113549.1.1.13', 'sha512'],
]
const RSA_KEY = testKey('RSA-2048')

describe('openssl accepts what we write', () => {
  test.each([
    ['RSA-2048', 'sha256WithRSAEncryption'],
    ['RSA-3072', 'sha256WithRSAEncryption'],
    ['RSA-4096', 'sha256WithRSAEncryption'],
    ['P-256', 'ecdsa-with-SHA256'],
    ['P-384', 'ecdsa-with-SHA384'],
    ['P-521', 'ecdsa-with-SHA512'],
    ['Ed25519', 'ED25519'],
  ])('openssl verifies our request with a key of %s', (kind, signature) => {
    const der = request({
      key: testKey(kind),
      subject: named('C=DE', 'O=Zoë 東京', 'CN=jane', 'emailAddress=jane@example.com'),
      sans: [
        { kind: 'dnsName', value: 'a.example' },
        { kind: 'emailAddress', value: 'jane@example.com' },
        { kind: 'uri', value: 'spiffe://cluster.local/ns/a' },
        { kind: 'ipAddress', value: '10.0.0.1' },
        { kind: 'ipAddress', value: '2001:db8::1' },
      ],
      keyUsage: ['digitalSignature', 'keyEncipherment'],
      extendedKeyUsage: ['1.3.6.1.5.5.7.3.1', '1.3.6.1.5.5.7.3.2'],
    })
    const text = showRequest(der)
    expect(text).toMatch(VERIFIED)
    expect(text).toContain(`Signature Algorithm: ${signature}`)
    expect(text).toContain(
      'Subject: C = DE, O = Zoë 東京, CN = jane, emailAddress = jane@example.com',
    )
    expect(text).toContain(
      'DNS:a.example, email:jane@example.com, URI:spiffe://cluster.local/ns/a, ' +
        'IP Address:10.0.0.1, IP Address:2001:DB8:0:0:0:0:0:1',
    )
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature, Key Encipherment/)
    expect(text).toContain('TLS Web Server Authentication, TLS Web Client Authentication')
  })

  test('openssl verifies our request without a subject and with a critical SAN', () => {
    const text = showRequest(request({ subject: [], sans: [{ kind: 'dnsName', value: 'a' }] }))
    expect(text).toMatch(VERIFIED)
    expect(text).toMatch(/Subject Alternative Name: critical\s+DNS:a\n/)
  })

  test.each(RSA_SCHEMES)(
    'openssl and countersign accept %s without the NULL parameters',
    (_, dotted, digest) => {
      const der = rawRequest({
        key: RSA_KEY,
        algorithm: sequence(oid(dotted)),
        sign: data => new Uint8Array(sign(digest, data, RSA_KEY.privateKey)),
      })
      expect(showRequest(der)).toMatch(VERIFIED)
      expect(readPkcs10(der).ok).toBe(true)
    },
  )

  test('openssl rejects a changed request', () => {
    const der = request({ subject: named('CN=jane') })
    der[Buffer.from(der).indexOf('jane')] = 'l'.charCodeAt(0)
    expect(showRequest(der)).not.toMatch(VERIFIED)
  })
})

const CONFIGURATION = `
[req]
distinguished_name = name
req_extensions = extensions
prompt = no
string_mask = utf8only
[name]
C = DE
0.O = développeurs
1.O = system:nodes
+OU = beside
CN = jane
emailAddress = jane@example.com
[extensions]
subjectAltName = critical,@names
keyUsage = critical,digitalSignature,nonRepudiation
extendedKeyUsage = clientAuth,1.2.3.4
basicConstraints = CA:FALSE
1.2.3.4.5 = ASN1:UTF8String:other
[names]
DNS.1 = a.example
DNS.2 = *.b.example
IP.1 = 10.0.0.1
IP.2 = 2001:db8::1
email = jane@example.com
URI = spiffe://cluster.local/ns/a
RID = 1.2.3.4
otherName = 1.3.6.1.4.1.311.20.2.3;UTF8:jane
dirName = directory
[directory]
CN = inside
`

const NAMES = [
  'DNS:a.example',
  'DNS:*.b.example',
  'IP:10.0.0.1',
  'IP:2001:db8::1',
  'email:jane@example.com',
  'URI:spiffe://cluster.local/ns/a',
  'RID:1.2.3.4',
  'otherName:1.3.6.1.4.1.311.20.2.3:0c046a616e65',
  'dirName:CN=inside',
]

const rsa = (bits: number) => ['-algorithm', 'RSA', '-pkeyopt', `rsa_keygen_bits:${bits}`]
const curve = (name: string) => ['-algorithm', 'EC', '-pkeyopt', `ec_paramgen_curve:${name}`]
const PSS = ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:digest']

const MADE: readonly (readonly [string, readonly string[], readonly string[], string, string])[] = [
  ['RSA', rsa(2048), [], 'RSA', 'sha256WithRSAEncryption'],
  ['RSA with SHA-1', rsa(1024), ['-sha1'], 'RSA', 'sha1WithRSAEncryption'],
  ['RSA with SHA-512', rsa(2048), ['-sha512'], 'RSA', 'sha512WithRSAEncryption'],
  ['RSA with PSS', rsa(2048), ['-sha384', ...PSS], 'RSA', 'RSASSA-PSS-SHA384'],
  [
    'an RSA-PSS key',
    ['-algorithm', 'RSA-PSS', '-pkeyopt', 'rsa_keygen_bits:2048'],
    ['-sha256', ...PSS],
    'RSA-PSS',
    'RSASSA-PSS-SHA256',
  ],
  ['P-256', curve('P-256'), [], 'ECDSA', 'ecdsa-with-SHA256'],
  ['P-256 with SHA-512', curve('P-256'), ['-sha512'], 'ECDSA', 'ecdsa-with-SHA512'],
  ['P-384', curve('P-384'), ['-sha384'], 'ECDSA', 'ecdsa-with-SHA384'],
  ['P-521', curve('P-521'), ['-sha512'], 'ECDSA', 'ecdsa-with-SHA512'],
  ['secp256k1', curve('secp256k1'), [], 'secp256k1', 'ecdsa-with-SHA256'],
  ['Ed25519', ['-algorithm', 'ED25519'], [], 'Ed25519', 'Ed25519'],
  ['Ed448', ['-algorithm', 'ED448'], [], 'Ed448', 'Ed448'],
]

describe('we read what openssl makes', () => {
  test.each(MADE)(
    'countersign reads a request of openssl with %s, and refuses it after a change',
    (_, key, more, algorithm, signature) => {
      const der = valueOf(decodePem(makeRequest(key, CONFIGURATION, more), 'CERTIFICATE REQUEST'))
      const read = valueOf(readPkcs10(der))
      expect([read.publicKey.algorithm, read.signatureAlgorithm]).toEqual([algorithm, signature])
      expect(formatName(read.subject)).toBe(
        'C=DE, O=développeurs, OU=beside+O=system:nodes, CN=jane, emailAddress=jane@example.com',
      )
      expect(read.sans.map(formatSan)).toEqual(NAMES)
      expect(read.keyUsage).toEqual(['digitalSignature', 'contentCommitment'])
      expect(read.extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.2', '1.2.3.4'])
      expect(read.extensions.map(({ oid, critical }) => `${oid} ${critical}`)).toEqual([
        '2.5.29.17 true',
        '2.5.29.15 true',
        '2.5.29.37 false',
        '2.5.29.19 false',
        '1.2.3.4.5 false',
      ])
      for (const at of [Buffer.from(der).indexOf('jane'), der.length - 1]) {
        const changed = der.with(at, der[at]! ^ 1)
        expect(showRequest(changed)).not.toMatch(VERIFIED)
        expect(problemOf(readPkcs10(changed)).code).toBe('X509_SIGNATURE')
      }
    },
  )

  const plain = (name: string, mask = 'utf8only', more = '') =>
    `[req]\ndistinguished_name = name\nprompt = no\nstring_mask = ${mask}\n${more}[name]\n${name}\n`

  test.each([
    ['a PrintableString', plain('CN = jane', 'pkix'), 'CN=jane'],
    ['a TeletexString in ASCII', plain('CN = a_b', 'nombstr'), 'CN=a_b'],
    ['a BMPString', plain('CN = Ωmega', 'pkix'), 'CN=Ωmega'],
    ['a UTF8String', plain('CN = 東京', 'utf8only'), 'CN=東京'],
  ])('countersign reads %s of openssl', (_, configuration, name) => {
    const pem = makeRequest(['-algorithm', 'ED25519'], configuration)
    const read = valueOf(readPkcs10(valueOf(decodePem(pem, 'CERTIFICATE REQUEST'))))
    expect(formatName(read.subject)).toBe(name)
  })

  test('a TeletexString beyond ASCII is refused', () => {
    const pem = makeRequest(['-algorithm', 'ED25519'], plain('CN = Zoë', 'default'))
    const der = valueOf(decodePem(pem, 'CERTIFICATE REQUEST'))
    expect(problemOf(readPkcs10(der))).toMatchObject({
      code: 'X509_STRING',
      message: expect.stringContaining('CN of a name is not a valid TeletexString'),
    })
  })

  test('a challenge password next to the extensions is listed', () => {
    const attributes = 'attributes = more\n[more]\nchallengePassword = secret-word\n'
    const pem = makeRequest(['-algorithm', 'ED25519'], plain('CN = jane', 'utf8only', attributes), [
      '-addext',
      'subjectAltName=DNS:a.example',
    ])
    const read = valueOf(readPkcs10(valueOf(decodePem(pem, 'CERTIFICATE REQUEST'))))
    expect(read.otherAttributes).toEqual(['1.2.840.113549.1.9.7'])
    expect(read.sans.map(formatSan)).toEqual(['DNS:a.example'])
  })
})
