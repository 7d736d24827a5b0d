import { describe, expect, test } from '@jest/globals'
import { blobId } from '../../../../src/adapters/system/git-command.ts'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import type { Pkcs10 } from '../../../../src/domain/cluster/certificate.ts'
import { decodePem } from '../../../../src/lib/x509/pem.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { differOnlyInKey, rekeyRequest } from '../../../../src/workflows/import/rekey-request.ts'
import { NOW } from '../../../build/issued.ts'
import { newKey, opensslRequest } from '../../../build/openssl-request.ts'
import { config, ownYaml, requestFile, valueOf } from '../../../build/request.ts'

const CONFIG = config('clusters: {prod: {provider: other}}')
const OLD = opensslRequest({ subject: '/O=developers/CN=jane', keyPem: newKey() }).pem

/** An own request file with this PKCS#10. */
function fileText(pkcs10: string): string {
  const block = pkcs10.trimEnd().replaceAll(/^/gm, '    ')
  return ownYaml(
    'clusters: [prod]',
    'signerName: kubernetes.io/kube-apiserver-client',
    'commonName: jane',
    'subject: {organizations: [developers]}',
    'usages: [client auth]',
    'duration: 24h',
    'sinks: [{artifact: {}}]',
    `request: |\n${block}`,
  )
}

function rekey(text: string, others: Readonly<Record<string, string>> = {}, name = 'jane') {
  const all = { 'requests/jane.yaml': text, ...others }
  const listed = Object.entries(all).map(([path, content]) =>
    requestFile(content, { path, blob: blobId(new TextEncoder().encode(content)) }),
  )
  const files: RepositoryFiles = {
    description: 'working tree',
    read: async path => listed.find(file => file.path === path) ?? null,
    list: async () => listed,
  }
  const rules = { config: CONFIG, policies: null }
  const asked = { rules, name, keys: nodeKeys, requester: null, now: NOW, blobOf: blobId }
  return rekeyRequest(files, asked)
}

function pkcs10In(text: string): Pkcs10 {
  const lines = text.replaceAll(/^ +/gm, '')
  const pem = /-----BEGIN CERTIFICATE REQUEST-----[^]*REQUEST-----/.exec(lines)?.[0] ?? ''
  return valueOf(readPkcs10(valueOf(decodePem(pem, 'CERTIFICATE REQUEST'))))
}

describe('a request with a new key', () => {
  test('the PKCS#10 has the new key and the old names, and the rest of the file stays', async () => {
    const before = fileText(OLD)
    const { text, file, key } = valueOf(await rekey(before))
    const [old, fresh] = [pkcs10In(before), pkcs10In(text)]
    expect(file.path).toBe('requests/jane.yaml')
    expect(fresh.publicKey.spki).toEqual(key.spki)
    expect(fresh.publicKey.sha256).not.toBe(old.publicKey.sha256)
    const { algorithm, size } = old.publicKey
    expect(fresh.publicKey).toMatchObject({ algorithm, size })
    expect([fresh.subject, fresh.sans]).toEqual([old.subject, old.sans])
    const around = (content: string): string => content.replace(/ *-----BEGIN[^]*REQUEST-----/, '')
    expect(around(text)).toBe(around(before))
  })

  test('without a folder of requests the missing request is named, with the command that makes it', async () => {
    const files = { description: 'work tree', read: async () => null, list: async () => null }
    const rules = { config: CONFIG, policies: null }
    const asked = { rules, name: 'jane', keys: nodeKeys, requester: null, now: NOW, blobOf: blobId }
    expect(await rekeyRequest(files, asked)).toMatchObject({
      problems: [
        {
          message: 'no request is called jane',
          hint: 'if it is on the default branch: git pull; else: countersign new jane --own-key',
        },
      ],
    })
  })

  test.each(['', 'kind: ['])('the problem of a file without a readable name is reported: %j', async text => {
    const others = { 'requests/people/dora.yaml': text }
    expect(await rekey(fileText(OLD), others, 'dora')).toMatchObject({
      problems: [{ code: 'FILE_YAML', at: { file: 'requests/people/dora.yaml' } }],
    })
  }) // prettier-ignore

  test.each([
    ['an unknown name', fileText(OLD), 'mark', 'no request is called mark'],
    [
      'a generated key',
      ownYaml(
        'clusters: [prod]',
        'signerName: kubernetes.io/kube-apiserver-client',
        'commonName: jane',
        'usages: [client auth]',
        'duration: 24h',
        'sinks: [{secret: {namespace: apps}}]',
      ),
      'jane',
      'requests/jane.yaml has no key of a person: countersign makes a new one at each issue',
    ],
    [
      'a second PKCS#10 in a comment',
      `${fileText(OLD)}\n# ${Buffer.from(OLD).toString('base64')}\n`,
      'jane',
      'the PKCS#10 request in requests/jane.yaml cannot be replaced: it is not there exactly once as PEM',
    ],
  ])('%s is refused', async (_, text, name, message) =>
    expect(await rekey(text, {}, name)).toMatchObject({
      ok: false,
      problems: [{ code: 'RUN_USAGE', message }],
    }),
  )

  test('a request that would be refused with its new key is refused now', async () => {
    const { pem } = opensslRequest({ subject: '/O=developers/CN=jane', keyPem: newKey() })
    const twice = await rekey(fileText(OLD), { 'requests/nodes/jane.yaml': fileText(pem) })
    expect(twice).toMatchObject({ ok: false, problems: [{ code: 'PLAN_NAME_TWICE' }] })
  })
})

describe('two states of a request file', () => {
  const pkcs10 = (subject: string): string => opensslRequest({ subject, keyPem: newKey() }).pem
  const differInKey = (one: string, other: string): boolean =>
    differOnlyInKey(requestFile(one), requestFile(other), 'requests')
  /** Names are only in the PKCS#10. */
  const bareText = (subject: string): string =>
    fileText(pkcs10(subject)).replaceAll(/^ *(?:commonName|subject): .*\n/gm, '')
  const before = bareText('/O=developers/CN=jane')

  test('another key for the same names is the only difference', () => {
    expect(differInKey(before, bareText('/O=developers/CN=jane'))).toBe(true)
  })

  test('another group in the PKCS#10 is a further difference', () => {
    expect(differInKey(before, bareText('/O=admins/CN=jane'))).toBe(false)
  })

  test('one more line is a further difference', () => {
    expect(differInKey(before, `${before}# more\n`)).toBe(false)
  })

  test('two files without a PKCS#10 are not taken for equal', () => {
    expect(differInKey('one', 'other')).toBe(false)
  })
})
