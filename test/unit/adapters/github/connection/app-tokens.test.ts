// The JWT of a GitHub App, read by OpenSSL, and the keys that are refused.
import { execFileSync } from 'node:child_process'
import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { appJwt, githubApp } from '../../../../../src/adapters/github/connection/app-tokens.ts'
import { Secret } from '../../../../../src/domain/request/secret-value.ts'
import { failureOf } from '../../../../build/connected.ts'

const NOW = new Date('2026-07-29T12:00:00.900Z')
const NOW_SECONDS = 1_785_326_400
const pair = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  // As GitHub writes its keys.
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})

const app = githubApp('Iv23liA', new Secret(pair.privateKey))

describe('the JWT of a GitHub App', () => {
  const [header = '', claims = '', signature = ''] = appJwt(app, NOW).reveal().split('.')
  const read = (part: string): unknown => JSON.parse(Buffer.from(part, 'base64url').toString())

  test('the JWT names the App, is issued a minute ago, and is valid for nine minutes', () => {
    expect(read(header)).toEqual({ alg: 'RS256', typ: 'JWT' })
    expect(read(claims)).toEqual({ iat: NOW_SECONDS - 60, exp: NOW_SECONDS + 540, iss: 'Iv23liA' })
  })

  test('OpenSSL verifies the signature of the JWT', () => {
    const folder = mkdtempSync(join(tmpdir(), 'countersign-jwt-'))
    writeFileSync(join(folder, 'key.pem'), pair.publicKey)
    writeFileSync(join(folder, 'signature'), Buffer.from(signature, 'base64url'))
    const args = ['dgst', '-sha256', '-verify', 'key.pem', '-signature', 'signature']
    const input = `${header}.${claims}`
    const said = execFileSync('openssl', args, { cwd: folder, input, encoding: 'utf8' })
    expect(said).toBe('Verified OK\n')
    rmSync(folder, { recursive: true })
  })

  test('neither App nor JWT shows a secret', () => {
    const shown = [app, appJwt(app, NOW)].map(each => `${inspect(each)}${JSON.stringify(each)}`)
    expect(shown.join('\n')).not.toMatch(/eyJ|PRIVATE|PrivateKey/)
  })
})

describe('the private key of a GitHub App', () => {
  const encoding = { type: 'pkcs8', format: 'pem' } as const
  const locked = { ...encoding, cipher: 'aes-256-cbc', passphrase: 'a passphrase' }
  const curve = { namedCurve: 'P-256' }

  test.each([
    ['text', 'not a key'],
    ['without line breaks', pair.privateKey.replaceAll('\n', String.raw`\n`)],
    ['the public key', pair.publicKey],
    ['without its end', pair.privateKey.slice(0, 900)],
    [
      'with a passphrase',
      generateKeyPairSync('rsa', {
        modulusLength: 2048,
        privateKeyEncoding: locked,
        publicKeyEncoding: { type: 'spki', format: 'pem' },
      }).privateKey,
    ],
    ['of a curve', generateKeyPairSync('ec', curve).privateKey.export(encoding).toString()],
  ])('a key that is %s is refused with a hint, and nothing of it is shown', async (_, pem) => {
    const parts = pem.split(/\\n|\n/).filter(line => line.length > 8)
    const read = async () => githubApp('12', new Secret(pem))
    expect(await failureOf(read(), parts)).toMatchObject({
      code: 'GITHUB_APP_KEY',
      message: 'the private key of the GitHub App 12 is not an RSA key in PEM without a passphrase',
      hint: expect.stringContaining(
        'export COUNTERSIGN_APP_PRIVATE_KEY="$(cat app.private-key.pem)"',
      ),
    })
  })
})
