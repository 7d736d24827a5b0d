import { generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  containsPrivateKey,
  decodePem,
  decodePemBlocks,
  encodePem,
  privateKeyOffset,
} from '../../../../src/lib/x509/pem.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { bytes, problemOf, valueOf } from './build.ts'

const LABEL = 'CERTIFICATE REQUEST'
const BODY = 'AAECAwQ=\n'
const BLOCK = block(LABEL, BODY)

function block(label: string, body: string): string {
  return `-----BEGIN ${label}-----\n${body}-----END ${label}-----\n`
}

describe('the PEM reader', () => {
  test.each([
    ['a plain block', BLOCK],
    ['CRLF line ends', BLOCK.replaceAll('\n', '\r\n')],
    ['no newline at the end', BLOCK.trimEnd()],
    ['empty lines and spaces around the block', `\n \t\n${BLOCK} \n\t\n`],
    ['spaces after BEGIN and END', BLOCK.replaceAll('-----\n', '-----  \n')],
    ['short lines', block(LABEL, 'AAEC\nAw\nQ=\n')],
  ])('the reader accepts %s', (_, text) => {
    expect(valueOf(decodePem(text, LABEL))).toEqual(bytes('0001020304'))
  })

  test.each([
    ['an empty text', '', 'there is no CERTIFICATE REQUEST block'],
    ['bare base64', 'AAECAwQ=\n', 'there is no CERTIFICATE REQUEST block'],
    ['a second block', BLOCK + BLOCK, 'a second CERTIFICATE REQUEST block follows the first'],
    [
      'a second block that is cut off',
      BLOCK + BLOCK.slice(0, 40),
      'block 2 (CERTIFICATE REQUEST) does not end',
    ],
    [
      'a private key after the block',
      BLOCK + block('EC PRIVATE KEY', BODY),
      'found a EC PRIVATE KEY block where only CERTIFICATE REQUEST is allowed',
    ],
    [
      'a block of another kind',
      block('CERTIFICATE', BODY),
      'found a CERTIFICATE block where only CERTIFICATE REQUEST is allowed',
    ],
    [
      'the label NEW CERTIFICATE REQUEST',
      block('NEW CERTIFICATE REQUEST', BODY),
      'found a NEW CERTIFICATE REQUEST block where only CERTIFICATE REQUEST is allowed',
    ],
    [
      'an invalid label',
      block('\u202Egnp', BODY),
      'found a strange block where only CERTIFICATE REQUEST is allowed',
    ],
    ['text before the block', `subject: CN=jane\n${BLOCK}`, 'there is text before the block'],
    ['a byte order mark before the block', `\uFEFF${BLOCK}`, 'there is text before the block'],
    ['an indented BEGIN', `  ${BLOCK}`, 'the BEGIN line is indented'],
    ['text after the block', `${BLOCK}CN=jane`, 'text follows the block'],
    [
      'a missing END line',
      BLOCK.slice(0, 40),
      'the block has no line -----END CERTIFICATE REQUEST-----',
    ],
    [
      'an END line with another label',
      BLOCK.replace('END CERTIFICATE REQUEST', 'END CERTIFICATE'),
      'the block has no line -----END CERTIFICATE REQUEST-----',
    ],
    [
      'text on the BEGIN line',
      BLOCK.replace('-----\nAA', '-----AA'),
      'text follows BEGIN on its line',
    ],
    [
      'an indented END line',
      BLOCK.replace('-----END', ' -----END'),
      'the END line does not begin in the first column',
    ],
    ['headers', block(LABEL, `Proc-Type: 4,ENCRYPTED\n\n${BODY}`), 'the block has headers'],
    [
      'an empty line inside the block',
      block(LABEL, `\n${BODY}`),
      'line 1 of the block is not base64',
    ],
    ['a space inside the block', block(LABEL, 'AAEC AwQ=\n'), 'line 1 of the block is not base64'],
    ['base64url', block(LABEL, 'AAEC\n-_8=\n'), 'line 2 of the block is not base64'],
    ['an empty block', block(LABEL, ''), 'the block is empty'],
    [
      'missing padding',
      block(LABEL, 'AAECAwQ\n'),
      'the base64 of the block is not canonical (padding, or left-over bits)',
    ],
    [
      'left-over bits',
      block(LABEL, 'AAECAwR=\n'),
      'the base64 of the block is not canonical (padding, or left-over bits)',
    ],
    [
      'padding in the middle',
      block(LABEL, 'AA==\nAAAA\n'),
      'the base64 of the block is not canonical (padding, or left-over bits)',
    ],
  ])('the reader refuses %s', (_, text, message) => {
    expect(problemOf(decodePem(text, LABEL))).toMatchObject({ code: 'X509_PEM', message })
  })

  test('the hint for a private key says that it is treated as published', () => {
    const { hint } = problemOf(decodePem(block('PRIVATE KEY', BODY), LABEL))
    expect(hint).toContain('treat it as published')
  })

  test('the reader reports text before and after at once', () => {
    const read = decodePem(`before\n${BLOCK}after`, LABEL)
    expect(read.ok ? [] : read.problems.map(({ message }) => message)).toEqual([
      'there is text before the block',
      'text follows the block',
    ])
  })

  test('a PEM block is read as it was written', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), der => {
        expect(valueOf(decodePem(encodePem('X', der), 'X'))).toEqual(der)
      }),
    )
  })

  test('the reader refuses invalid text and never throws', () => {
    fc.assert(
      fc.property(pemLikeText(), text => {
        const read = decodePem(text, LABEL)
        if (read.ok) expect(encodePem(LABEL, read.value)).toContain('AAEC')
        else expect(read.problems.every(({ code }) => code === 'X509_PEM')).toBe(true)
        decodePemBlocks(text)
      }),
    )
  })
})

function pemLikeText(): fc.Arbitrary<string> {
  const parts = ['-----BEGIN ', '-----END ', '-----', LABEL, '\n', '\r\n', 'AAEC', '=', ':', ' ']
  return fc
    .array(fc.oneof(fc.constantFrom(...parts), fc.string()), { maxLength: 20 })
    .map(list => list.join(''))
}

test('a certificate in place of a request is refused with the command that makes a request from it', () => {
  const read = decodePem(block('CERTIFICATE', BODY), 'CERTIFICATE REQUEST')
  expect(read.ok ? null : read.problems[0].hint).toContain('openssl x509 -x509toreq')
})

test('the PEM writer uses 64 columns and ends with a newline', () => {
  expect(encodePem('CERTIFICATE', new Uint8Array(49)).split('\n')).toEqual([
    '-----BEGIN CERTIFICATE-----',
    'A'.repeat(64),
    'AA==',
    '-----END CERTIFICATE-----',
    '',
  ])
})

describe('the reader of several PEM blocks', () => {
  test('the reader accepts text around and between blocks', () => {
    const text = `Bag Attributes\n${BLOCK}\nissuer=ca\r\n${block('CERTIFICATE', 'AA==\r\n')}end`
    expect(valueOf(decodePemBlocks(text))).toEqual([
      { label: LABEL, der: bytes('0001020304'), hasHeaders: false },
      { label: 'CERTIFICATE', der: bytes('00'), hasHeaders: false },
    ])
  })

  test('the reader reports the headers of a block', () => {
    const text = block('CERTIFICATE', 'Proc-Type: 4\n\nAA==\n')
    expect(valueOf(decodePemBlocks(text))[0]?.hasHeaders).toBe(true)
  })

  test('a plain text has no blocks', () => {
    expect(valueOf(decodePemBlocks('nothing here'))).toEqual([])
  })

  test.each([
    ['a block without an end', BLOCK.slice(0, 40), 'does not end'],
    ['a block inside a block', `-----BEGIN X-----\n${BLOCK}`, 'or inside another block'],
    ['an indented BEGIN', ` ${BLOCK}`, 'a BEGIN line is indented'],
    ['a body that is not base64', block('X', 'A?==\n'), 'block 1 (X) is not base64'],
    ['a body without padding', block('X', 'AA\n'), 'block 1 (X) is not base64'],
    ['a second block that is not base64', BLOCK + block('X', 'A\n'), 'block 2 (X) is not base64'],
  ])('the reader of blocks refuses %s', (_, text, message) => {
    expect(problemOf(decodePemBlocks(text))).toMatchObject({
      code: 'X509_PEM',
      message: expect.stringContaining(message),
    })
  })

  test('the reader needs time in proportion to the text, also for many blocks without an end', () => {
    const text = '-----BEGIN X-----\n'.repeat(50_000)
    expect(decodePemBlocks(text).ok).toBe(false)
  })
})

describe('the search for private keys', () => {
  test('a JWK with its private member is found, and a public one is not', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const { d, ...shared } = privateKey.export({ format: 'jwk' })
    expect(containsPrivateKey(JSON.stringify({ ...shared, d }, null, 2))).toBe(true)
    expect(containsPrivateKey(`key:\n  kty: EC\n  d: ${d}\n`)).toBe(true)
    expect(containsPrivateKey(`{"kty": "EC", "d":\n"${d}"}`)).toBe(true)
    expect(containsPrivateKey(JSON.stringify(shared))).toBe(false)
    expect(containsPrivateKey(`d: ${d}`)).toBe(false)
  })

  test('an age identity is found, and a recipient is not', async () => {
    const { generateIdentity, identityToRecipient } = await import('age-encryption')
    const identity = await generateIdentity()
    expect(containsPrivateKey(`recipients: [${identity}]`)).toBe(true)
    expect(containsPrivateKey(`recipients: [${await identityToRecipient(identity)}]`)).toBe(false)
  })

  test.each([
    'PRIVATE KEY',
    'RSA PRIVATE KEY',
    'EC PRIVATE KEY',
    'DSA PRIVATE KEY',
    'OPENSSH PRIVATE KEY',
    'ENCRYPTED PRIVATE KEY',
    'PGP PRIVATE KEY BLOCK',
  ])('the search finds -----BEGIN %s-----', label => {
    expect(containsPrivateKey(`${BLOCK}key: "-----BEGIN ${label}-----\\nMC4C…"`)).toBe(true)
  })

  test.each([
    ['PKCS#8 in PEM', 'pem', 'pkcs8'],
    ['SEC1 in PEM', 'pem', 'sec1'],
    ['PKCS#8 in DER', 'der', 'pkcs8'],
    ['SEC1 in DER', 'der', 'sec1'],
  ] as const)('the search finds base64 of a key, %s', (_, format, type) => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const exported =
      format === 'pem' ? privateKey.export({ format, type }) : privateKey.export({ format, type })
    const base64 = Buffer.from(exported).toString('base64')
    expect(privateKeyOffset(`kind: Secret\ndata: {tls.key: ${base64}}`)).toBe(29)
  })

  test.each(['rsa', 'ed25519'] as const)('the search finds base64 of a key of type %s', type => {
    const { privateKey } =
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 })
        : generateKeyPairSync('ed25519')
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')
    expect(containsPrivateKey(`key: ${pkcs8}`)).toBe(true)
    if (type === 'rsa')
      expect(
        containsPrivateKey(privateKey.export({ format: 'der', type: 'pkcs1' }).toString('base64')),
      ).toBe(true)
  })

  test('the search finds a key in wrapped base64, in base64 of a kubeconfig, and in UTF-16', () => {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const pem = privateKey.export({ format: 'pem', type: 'sec1' }).toString()
    const base64 = (bytes: string | Buffer): string => Buffer.from(bytes).toString('base64')
    const behind = base64(`${'x'.repeat(80)}\n${pem}`)
    const wrapped = behind.replaceAll(/.{64}/g, '$&\n    ')
    const inKubeconfig = base64(`users: [{user: {client-key-data: ${base64(pem)}}}]`)
    // 10,000 letters of base64 are 7,500 bytes: the BEGIN line is in two matches.
    const inLongLine = base64(`${'x'.repeat(7490)}-----BEGIN PGP PRIVATE KEY BLOCK-----`)
    for (const text of [wrapped, inKubeconfig, inLongLine, base64(Buffer.from(pem, 'utf16le'))])
      expect(containsPrivateKey(`data:\n    ${text}\n`)).toBe(true)
  })

  test.each([
    ['one line', 'x'.repeat(1 << 22)],
    ['short lines', 'x\n'.repeat(1 << 21)],
    ['long lines', `${'x'.repeat(64)}\n`.repeat(1 << 16)],
    ['dashes', '-'.repeat(1 << 22)],
    ['spaces below a line', `${'x'.repeat(44)}\n${' '.repeat(1 << 22)}`],
    ['spaces in a JWK', `{"kty": "EC", "d"${' '.repeat(1 << 22)}`],
    ['spaces between lines', `${'x'.repeat(44)}\n${' '.repeat(1 << 10)}`.repeat(1 << 12)],
  ])('the search ends on 4 MB of %s, where quadratic time would take hours', (_, text) => {
    expect(containsPrivateKey(text)).toBe(false)
    expect(containsPrivateKey('y'.repeat(64) + text)).toBe(false)
  })

  test('the search finds no private key in base64 of a public key, a CSR or a digest', () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const spki = publicKey.export({ format: 'der', type: 'spki' }).toString('base64')
    const { base64, pem } = opensslRequest({ subject: '/CN=jane' })
    for (const text of [spki, base64, pem, 'a'.repeat(64), `sha256:${'0'.repeat(64)}`])
      expect(containsPrivateKey(text)).toBe(false)
  })

  test.each([BLOCK, block('PUBLIC KEY', BODY), 'my PRIVATE KEY', '-----begin private key-----'])(
    'the search finds no private key in %j',
    text => expect(containsPrivateKey(text)).toBe(false),
  )
})
