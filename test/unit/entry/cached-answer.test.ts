// The fast path of `countersign credential`: an answer from the cache, or nothing, so that the command runs.
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { certificateCacheFile } from '../../../src/adapters/system/certificate-cache-file.ts'
import { cachedAnswer } from '../../../src/entry/commands/own-key/cached-answer.ts'
import type { AnswerPorts } from '../../../src/entry/commands/own-key/cached-answer.ts'
import { store } from '../../../src/workflows/setup/current-credential.ts'
import { NOW, authority, keyPair, pemOf, secondsAfter } from '../../build/issued.ts'

const KEYS = keyPair()
const DATES = { notBefore: NOW, notAfter: secondsAfter(NOW, 86_400) }
const CERTIFICATE = pemOf(authority('cluster').issue({ spki: KEYS.spki, ...DATES }))
const KEY = KEYS.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const ARGS = ['jane', '--cluster', 'prod', '--repository', 'acme/certs']
const info = (version: string): string =>
  JSON.stringify({ kind: 'ExecCredential', apiVersion: `client.authentication.k8s.io/${version}` })

let home: string
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'countersign-answer-'))
  mkdirSync(join(home, '.countersign'), { mode: 0o700 })
  writeFileSync(join(home, '.countersign/jane.key'), KEY, { mode: 0o600 })
  const owner = { name: 'jane', repository: 'acme/certs', spki: KEYS.spki }
  const cache = certificateCacheFile(join(home, '.countersign'), { ...owner, cluster: 'prod' })
  const clock = { now: () => NOW, sleep: async () => undefined }
  const found = { cluster: 'prod', certificate: CERTIFICATE, ...DATES, signerCa: null }
  await store({ cache, clock }, owner, { ...found, renewBefore: null }, [])
})
afterEach(() => rmSync(home, { recursive: true }))

function answer(
  args: readonly string[] = ARGS,
  { environment = {}, ...more }: Partial<AnswerPorts> = {},
): Promise<string | null> {
  const world = { folder: home, isTerminal: false, now: secondsAfter(NOW, 60), ...more }
  return cachedAnswer(args, { ...world, environment: { HOME: home, ...environment } })
}

describe('an answer from the cache', () => {
  test('the answer has the cached certificate and the key, with and without a question', async () => {
    const asked = { environment: { KUBERNETES_EXEC_INFO: info('v1') } }
    for (const text of [await answer(), await answer(ARGS, asked)])
      expect(JSON.parse(text ?? '')).toMatchObject({
        kind: 'ExecCredential',
        status: { clientCertificateData: CERTIFICATE, clientKeyData: KEY },
      })
  })

  test('the other flags of a written kubeconfig are accepted', async () => {
    const key = join(home, '.countersign/jane.key')
    const more = ['--key', key, '--config', 'c.yaml', '--token-env', 'T']
    expect(await answer([...ARGS, ...more])).not.toBeNull()
  })

  test.each<[string, readonly string[]]>([
    ['a missing cluster', ['jane', '--repository', 'acme/certs']],
    ['a missing repository', ['jane', '--cluster', 'prod']],
    ['an unknown flag', [...ARGS, '--verbose', 'x']],
    ['a flag without its value', [...ARGS, '--key']],
    ['a flag in place of a value', [...ARGS, '--key', '--help']],
    ['another cluster', ['jane', '--cluster', 'lab', '--repository', 'acme/certs']],
    ['a name that leads out of the folder', ['../jane', ...ARGS.slice(1)]],
    ['a key that is missing', [...ARGS, '--key', 'missing.key']],
    ['no arguments', []],
  ])('%s is left to the command', async (_, args) => expect(await answer(args)).toBeNull())

  test('a key that other users may read is left to the command, which warns', async () => {
    chmodSync(join(home, '.countersign/jane.key'), 0o644)
    expect(await answer()).toBeNull()
  })

  test('a terminal never gets an answer', async () =>
    expect(await answer(ARGS, { isTerminal: true })).toBeNull())

  test('a question of another version is left to the command', async () => {
    const environment = { KUBERNETES_EXEC_INFO: info('v1beta1') }
    expect(await answer(ARGS, { environment })).toBeNull()
  })

  test('a due look, another key and a shared folder are left to the command', async () => {
    expect(await answer(ARGS, { now: secondsAfter(NOW, 80_000) })).toBeNull()
    chmodSync(join(home, '.countersign'), 0o777)
    expect(await answer()).toBeNull()
    chmodSync(join(home, '.countersign'), 0o700)
    const other = keyPair().privateKey.export({ type: 'pkcs8', format: 'pem' })
    writeFileSync(join(home, '.countersign/jane.key'), other)
    expect(await answer()).toBeNull()
  })
})
