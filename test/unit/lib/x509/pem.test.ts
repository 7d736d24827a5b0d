import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  containsPrivateKey,
  decodePem,
  decodePemBlocks,
  encodePem,
} from '../../../../src/lib/x509/pem.ts'
import { bytes, problemOf, valueOf } from './build.ts'

const LABEL = 'CERTIFICATE REQUEST'
const BODY = 'AAECAwQ=\n'
const BLOCK = block(LABEL, BODY)

function block(label: string, body: string): string {
  return `-----BEGIN ${label}-----\n${body}-----END ${label}-----\n`
}

describe('decodePem', () => {
  test.each([
    ['a plain block', BLOCK],
    ['CRLF line ends', BLOCK.replaceAll('\n', '\r\n')],
    ['no newline at the end', BLOCK.trimEnd()],
    ['empty lines and spaces around the block', `\n \t\n${BLOCK} \n\t\n`],
    ['spaces after BEGIN and END', BLOCK.replaceAll('-----\n', '-----  \n')],
    ['short lines', block(LABEL, 'AAEC\nAw\nQ=\n')],
  ])('reads %s', (_, text) => {
    expect(valueOf(decodePem(text, LABEL))).toEqual(bytes('0001020304'))
  })

  test.each([
    ['nothing', '', 'there is no CERTIFICATE REQUEST block'],
    ['bare base64', 'AAECAwQ=\n', 'there is no CERTIFICATE REQUEST block'],
    ['a second block', BLOCK + BLOCK, 'a second CERTIFICATE REQUEST block follows the first'],
    [
      'a private key behind it',
      BLOCK + block('EC PRIVATE KEY', BODY),
      'found a EC PRIVATE KEY block where only CERTIFICATE REQUEST may stand',
    ],
    [
      'a block of another kind',
      block('CERTIFICATE', BODY),
      'found a CERTIFICATE block where only CERTIFICATE REQUEST may stand',
    ],
    [
      'the old label',
      block('NEW CERTIFICATE REQUEST', BODY),
      'found a NEW CERTIFICATE REQUEST block where only CERTIFICATE REQUEST may stand',
    ],
    [
      'a label that is no label',
      block('\u202Egnp', BODY),
      'found a strange block where only CERTIFICATE REQUEST may stand',
    ],
    ['text before', `subject: CN=jane\n${BLOCK}`, 'text stands before the block'],
    ['a byte order mark before', `\uFEFF${BLOCK}`, 'text stands before the block'],
    ['an indented BEGIN', `  ${BLOCK}`, 'the BEGIN line is indented'],
    ['text after', `${BLOCK}CN=jane`, 'text follows the block'],
    ['no END', BLOCK.slice(0, 40), 'the block has no line -----END CERTIFICATE REQUEST-----'],
    [
      'another END',
      BLOCK.replace('END CERTIFICATE REQUEST', 'END CERTIFICATE'),
      'the block has no line -----END CERTIFICATE REQUEST-----',
    ],
    [
      'text on the BEGIN line',
      BLOCK.replace('-----\nAA', '-----AA'),
      'text follows BEGIN on its line',
    ],
    [
      'an END line that is indented',
      BLOCK.replace('-----END', ' -----END'),
      'the END line does not begin in the first column',
    ],
    ['headers', block(LABEL, `Proc-Type: 4,ENCRYPTED\n\n${BODY}`), 'the block has headers'],
    ['an empty line inside', block(LABEL, `\n${BODY}`), 'line 1 of the block is not base64'],
    ['a space inside', block(LABEL, 'AAEC AwQ=\n'), 'line 1 of the block is not base64'],
    ['base64url', block(LABEL, 'AAEC\n-_8=\n'), 'line 2 of the block is not base64'],
    ['no contents', block(LABEL, ''), 'the block is empty'],
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
  ])('refuses %s', (_, text, message) => {
    expect(problemOf(decodePem(text, LABEL))).toMatchObject({ code: 'X509_PEM', message })
  })

  test('names a private key with a hint that it is published now', () => {
    const { hint } = problemOf(decodePem(block('PRIVATE KEY', BODY), LABEL))
    expect(hint).toContain('must count as published')
  })

  test('tells about text before and after at once', () => {
    const read = decodePem(`before\n${BLOCK}after`, LABEL)
    expect(read.ok ? [] : read.problems.map(({ message }) => message)).toEqual([
      'text stands before the block',
      'text follows the block',
    ])
  })

  test('reads back every block that encodePem writes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), der => {
        expect(valueOf(decodePem(encodePem('X', der), 'X'))).toEqual(der)
      }),
    )
  })

  test('refuses an odd text, and never throws', () => {
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

test('encodePem writes 64 columns and a newline at the end', () => {
  expect(encodePem('CERTIFICATE', new Uint8Array(49)).split('\n')).toEqual([
    '-----BEGIN CERTIFICATE-----',
    'A'.repeat(64),
    'AA==',
    '-----END CERTIFICATE-----',
    '',
  ])
})

describe('decodePemBlocks', () => {
  test('reads blocks with text around and between them', () => {
    const text = `Bag Attributes\n${BLOCK}\nissuer=ca\r\n${block('CERTIFICATE', 'AA==\r\n')}end`
    expect(valueOf(decodePemBlocks(text))).toEqual([
      { label: LABEL, der: bytes('0001020304'), hasHeaders: false },
      { label: 'CERTIFICATE', der: bytes('00'), hasHeaders: false },
    ])
  })

  test('says where headers stood', () => {
    const text = block('CERTIFICATE', 'Proc-Type: 4\n\nAA==\n')
    expect(valueOf(decodePemBlocks(text))[0]?.hasHeaders).toBe(true)
  })

  test('finds no block in plain text', () => {
    expect(valueOf(decodePemBlocks('nothing here'))).toEqual([])
  })

  test.each([
    ['a block that does not end', BLOCK.slice(0, 40), 'does not end'],
    ['a block inside a block', `-----BEGIN X-----\n${BLOCK}`, 'stands inside another block'],
    ['an indented BEGIN', ` ${BLOCK}`, 'a BEGIN line is indented'],
    ['a body that is not base64', block('X', 'A?==\n'), 'block 1 (X) is not base64'],
    ['a body without padding', block('X', 'AA\n'), 'block 1 (X) is not base64'],
    ['a second block that is not base64', BLOCK + block('X', 'A\n'), 'block 2 (X) is not base64'],
  ])('refuses %s', (_, text, message) => {
    expect(problemOf(decodePemBlocks(text))).toMatchObject({
      code: 'X509_PEM',
      message: expect.stringContaining(message),
    })
  })

  test('takes a time in proportion to the text, however many blocks never end', () => {
    const text = '-----BEGIN X-----\n'.repeat(50_000)
    expect(decodePemBlocks(text).ok).toBe(false)
  })
})

describe('containsPrivateKey', () => {
  test.each([
    'PRIVATE KEY',
    'RSA PRIVATE KEY',
    'EC PRIVATE KEY',
    'DSA PRIVATE KEY',
    'OPENSSH PRIVATE KEY',
    'ENCRYPTED PRIVATE KEY',
    'PGP PRIVATE KEY BLOCK',
  ])('sees -----BEGIN %s-----', label => {
    expect(containsPrivateKey(`${BLOCK}key: "-----BEGIN ${label}-----\\nMC4C…"`)).toBe(true)
  })

  test.each([BLOCK, block('PUBLIC KEY', BODY), 'my PRIVATE KEY', '-----begin private key-----'])(
    'sees none in %j',
    text => expect(containsPrivateKey(text)).toBe(false),
  )
})
