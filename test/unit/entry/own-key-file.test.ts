// Names of requests on the command line: which rule a name breaks, and the nearest name that keeps all of them.
import { createPrivateKey, generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from '@jest/globals'
import { nodeKeys } from '../../../src/adapters/system/node-keys.ts'
import type { Context } from '../../../src/entry/command-context.ts'
import { newKey } from '../../build/openssl-request.ts'
import { standIn } from '../../build/stand-in.ts'
import type { CountersignError } from '../../../src/domain/problem.ts'
import { checkRequestName, readOwnKey } from '../../../src/entry/commands/own-key/own-key-file.ts'

function saidOf(name: string) {
  try {
    checkRequestName(name)
  } catch (cause) {
    const { message, hint } = (cause as CountersignError).problem
    return [message, hint]
  }
  return null
}

test.each([
  ['Jane', 'it has "J"', 'jane'],
  ['jane_doe', 'it has "_"', 'jane-doe'],
  ['jane doe!', 'it has " "', 'jane-doe'],
  ['josé', 'it has "é"', 'jose'],
  ['-jane', 'it begins or ends with a dash', 'jane'],
  ['jane-', 'it begins or ends with a dash', 'jane'],
  ['a'.repeat(60), 'it has 60 characters', 'a'.repeat(52)],
  ['requests/people/lea.yaml', 'it has "/"', 'lea'],
  ['', 'it has 0 characters', 'jane'],
  ['///', 'it has "/"', 'jane'],
])('the name %j is refused because %s, and %s is proposed', (name, why, proposed) => {
  expect(saidOf(name)).toEqual([
    `"${name}" is not a valid request name: ${why}`,
    `use 1 to 52 lower-case letters, digits and dashes, with no dash at either end, for example ${proposed}`,
  ])
})

test.each(['a', 'jane', 'node-7', 'a'.repeat(52)])('the name %s is a name of a request', name => {
  expect(saidOf(name)).toBeNull()
})

test.each([
  [0o600, 0],
  [0o644, 1],
])('a key file of mode %o is read with %i warnings', async (mode, count) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-key-'))
  try {
    const path = join(folder, 'jane.key')
    writeFileSync(path, newKey(), { mode })
    const said: string[] = []
    const terminal = standIn<Context['terminal']>({ talk: line => void said.push(line) })
    await readOwnKey({ keys: nodeKeys, terminal }, path)
    expect(said).toHaveLength(count)
    for (const line of said)
      expect(line).toBe(
        `warning: other users may read or change the private key; run: chmod 600 ${path}`,
      )
  } finally {
    rmSync(folder, { recursive: true })
  }
})

const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
const encrypted = generateKeyPairSync('ed25519', {
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' },
})
const CREATES = /^name the file with --key FILE; countersign new NAME --own-key creates one/
const CONVERTS = /^in PEM without a passphrase: openssl pkey -in \S+jane\.key -out NEW-FILE$/

test.each<[string, string | Uint8Array, RegExp, RegExp]>([
  [
    'of another curve',
    String(secp256k1.export({ type: 'sec1', format: 'pem' })),
    /a private key of another kind than RSA, ECDSA \(P-256, P-384 or P-521\) and Ed25519/,
    CREATES,
  ],
  ['of OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\n', /a key of OpenSSH$/, CREATES],
  ['with a passphrase', encrypted.privateKey, /a private key with a passphrase$/, CONVERTS],
  ['that is public', encrypted.publicKey, /a public key$/, CREATES],
  [
    'in DER',
    createPrivateKey(newKey()).export({ type: 'pkcs8', format: 'der' }),
    /no private key in PEM$/,
    CONVERTS,
  ],
  ['that is none', 'root:x:0:0:root\n', /no private key in PEM$/, CREATES],
])('for a key %s the way out is one that works', async (_, content, says, way) => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-key-'))
  try {
    const path = join(folder, 'jane.key')
    writeFileSync(path, content)
    await expect(readOwnKey({ keys: nodeKeys }, path)).rejects.toMatchObject({
      problem: {
        code: 'SINK_KEY_UNREADABLE',
        message: expect.stringMatching(says),
        hint: expect.stringMatching(way),
      },
    })
  } finally {
    rmSync(folder, { recursive: true })
  }
})
