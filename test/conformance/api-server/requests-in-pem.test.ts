import { expect, test } from '@jest/globals'
import { base64, opensslRequest, rsaKey } from '../../build/openssl-request.ts'
import { describeSubjects } from '../../build/subjects.ts'
import { invalidText, SIGNING_REQUESTS, signingRequest } from '../../build/signing-requests.ts'
import { generateKeyPairSync } from 'node:crypto'

function ecKey(namedCurve: string): string {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function ed25519Key(): string {
  return generateKeyPairSync('ed25519')
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
}

function ed448Key(): string {
  return generateKeyPairSync('ed448').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

const made = opensslRequest()
const body = made.pem.replaceAll(/-----.*-----|\s/g, '')
const BEGIN = '-----BEGIN CERTIFICATE REQUEST-----\n'
const END = '-----END CERTIFICATE REQUEST-----\n'
const WRONG_TYPE = 'PEM block type must be CERTIFICATE REQUEST'

function block(der: Buffer): string {
  return `${BEGIN}${der.toString('base64').replaceAll(/(.{64})/g, '$1\n')}\n${END}`
}

/** The same request with one flipped bit in the signature. */
function forged(der: Buffer): Buffer {
  const bytes = Buffer.from(der)
  bytes[bytes.length - 1]! ^= 1
  return bytes
}

describeSubjects('what may stand in spec.request', subject => {
  const send = (text: string) => {
    const object = signingRequest(subject().name('pem'), { request: base64(text) })
    return subject().admin.post(`${SIGNING_REQUESTS}?dryRun=All`, object)
  }

  test.each([
    ['text before the block', `hello\n${made.pem}`],
    ['junk after the block', `${made.pem}junk`],
    ['another block after it', made.pem + made.pem],
    ['CRLF line ends', made.pem.replaceAll('\n', '\r\n')],
    ['no final newline', made.pem.trimEnd()],
    ['one long line', `${BEGIN}${body}\n${END}`],
    ['headers', `${BEGIN}Name: value\n\n${body}\n${END}`],
    ['a block that cannot be decoded first', `${BEGIN}***\n${END}${made.pem}`],
    ['an empty subject', opensslRequest({ subject: '/' }).pem],
    ['RSA of 1024 bits', opensslRequest({ keyPem: rsaKey(1024) }).pem],
    ['RSA with SHA-1', opensslRequest({ keyPem: rsaKey(2048), arguments: ['-sha1'] }).pem],
    [
      'RSA-PSS',
      opensslRequest({
        keyPem: rsaKey(2048),
        arguments: ['-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'],
      }).pem,
    ],
    ['P-384', opensslRequest({ keyPem: ecKey('P-384'), arguments: ['-sha384'] }).pem],
    ['P-521', opensslRequest({ keyPem: ecKey('P-521'), arguments: ['-sha512'] }).pem],
    ['P-224', opensslRequest({ keyPem: ecKey('secp224r1') }).pem],
    ['Ed25519', opensslRequest({ keyPem: ed25519Key() }).pem],
    ['an extension nobody knows', opensslRequest({ extensions: ['1.2.3.4=DER:0500'] }).pem],
  ])('a PEM request is accepted: %s', async (_what, text) => {
    const answer = await send(text)
    expect([answer.code, answer.body.message ?? '']).toEqual([201, ''])
    expect(answer.body.spec.request).toBe(base64(text))
  })

  test.each([
    [
      'NEW CERTIFICATE REQUEST',
      made.pem.replaceAll('CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST'),
      WRONG_TYPE,
    ],
    ['bare DER', made.der.toString('latin1'), WRONG_TYPE],
    ['an indented block', made.pem.replaceAll(/^/gm, '  '), WRONG_TYPE],
    ['a key before the request', made.keyPem + made.pem, WRONG_TYPE],
    [
      'bytes after the DER',
      block(Buffer.concat([made.der, Buffer.from([0])])),
      'asn1: syntax error: trailing data',
    ],
    ['a block without content', BEGIN + END, 'asn1: syntax error: sequence truncated'],
    ['a forged ECDSA signature', block(forged(made.der)), 'x509: ECDSA verification failure'],
    [
      'a forged RSA signature',
      block(forged(opensslRequest({ keyPem: rsaKey(2048) }).der)),
      'crypto/rsa: verification error',
    ],
    [
      'RSA of 512 bits',
      opensslRequest({ keyPem: rsaKey(512) }).pem,
      'crypto/rsa: 512-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)',
    ],
    [
      'MD5',
      opensslRequest({ keyPem: rsaKey(2048), arguments: ['-md5'] }).pem,
      'x509: cannot verify signature: insecure algorithm MD5-RSA',
    ],
    [
      'secp256k1',
      opensslRequest({ keyPem: ecKey('secp256k1') }).pem,
      'x509: unsupported elliptic curve',
    ],
    [
      'Ed448',
      opensslRequest({ keyPem: ed448Key() }).pem,
      'x509: cannot verify signature: algorithm unimplemented',
    ],
    [
      'an IP address of three bytes',
      opensslRequest({ extensions: ['2.5.29.17=DER:30058703010203'] }).pem,
      'x509: cannot parse IP address of length 3',
    ],
  ])('a PEM request is refused: %s', async (_what, text, fault) => {
    const answer = await send(text)
    const value = `spec.request: Invalid value: "${base64(text)}": ${fault}`
    expect([answer.code, answer.body.message]).toEqual([
      422,
      invalidText(subject().name('pem'), value),
    ])
  })
})
