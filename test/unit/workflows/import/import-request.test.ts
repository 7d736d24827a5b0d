// countersign import: the written file means the same as the given one and says where each part comes from; or the import is refused.
import { generateKeyPairSync } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { effectiveRequests } from '../../../../src/core/config/apply-defaults.ts'
import type { Config } from '../../../../src/domain/request/config.ts'
import { importRequest } from '../../../../src/workflows/import/import-request.ts'
import type { Imported } from '../../../../src/workflows/import/import-request.ts'
import { effectiveJson } from '../../../../src/core/plan/plan-digests.ts'
import { importJson, importText } from '../../../../src/output/terminal/import-text.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { decodePem } from '../../../../src/lib/x509/pem.ts'
import { codesOf, config, requestFile, valueOf } from '../../../build/request.ts'
import { runs } from '../../../build/extent.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'

const CONFIG = config(
  'defaultCluster: prod',
  'clusters: {prod: {provider: other}}',
  'issuers:',
  '- {name: team, kind: ClusterIssuer, signerName: example.com/team}',
  '- {name: clients, signerName: kubernetes.io/kube-apiserver-client}',
  'defaults:',
  '- paths: ["requests/**"]',
  '  spec:',
  '    signerName: kubernetes.io/kube-apiserver-client',
  '    usages: [client auth]',
  '    duration: 24h',
  '    namespace: apps',
)

function imported(name: string, content: string | Uint8Array, at: Config = CONFIG) {
  const file = requestFile(content, { path: `requests/${name}` })
  return importRequest(file, {
    config: at,
    name: null,
    adopt: false,
    leftOut: [],
    target: ({ name: own }) => `requests/${own}.yaml`,
  })
}

test.each([
  ['ann.key', 'import takes a CSR', 'openssl req -new -key ann.key -subj /O=GROUP/CN=ann | countersign import -'], // prettier-ignore
  ['requests/ann.pem', 'make a new key', 'every pushed key as published'],
  ['stdin.pem', 'make a new key', 'every pushed key as published'],
])('the private key %s is refused with the hint: %s', (path, ...says) => {
  const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' })
  const file = requestFile(pem.toString(), { path })
  const importing = { config: CONFIG, name: null, adopt: false, leftOut: [], target: () => '' }
  const result = importRequest(file, importing)
  if (result.ok) throw new Error('imported')
  expect(result.problems).toMatchObject([{ code: 'FILE_PRIVATE_KEY' }])
  for (const each of says) expect(result.problems[0].hint).toContain(each)
})

test('fields that the cluster sets are left out of the new file, and no warning asks to remove them', () => {
  const manifest = readFileSync('test/fixtures/requests/good/manifest-stamped.yaml')
  const { dropped, remarks } = valueOf(imported('jane.yaml', manifest))
  const what =
    'metadata.creationTimestamp, metadata.resourceVersion, metadata.uid, spec.username, spec.groups, status'
  expect([dropped, remarks]).toEqual([[{ what, why: 'without effect' }], []])
})

test('a PKCS#10 in DER is imported as the same in PEM', () => {
  const pem = readFileSync('test/fixtures/requests/good/jane.csr', 'utf8')
  const der = valueOf(decodePem(pem, 'CERTIFICATE REQUEST'))
  const { text } = valueOf(imported('jane.csr', pem))
  expect(valueOf(imported('jane.csr', der)).text).toBe(text)
  expect(valueOf(imported('jane.der', der)).text).toBe(text.replace('jane.csr', 'jane.der'))
})

/** The effective request of a request file. */
function meaning(path: string, content: string | Uint8Array): readonly string[] {
  const read = valueOf(parseRequest(requestFile(content, { path }), 'requests'))
  return valueOf(effectiveRequests(read, CONFIG)).map(each =>
    effectiveJson(each, CONFIG.clusters[0]!),
  )
}

const members = (told: Imported['taken']) =>
  told.map(({ member, at }) => `${member} ${at?.line ?? '-'}`)

describe('an OpenSSL configuration', () => {
  const cnf = `[req]
prompt = no
distinguished_name = dn
req_extensions = ext
default_bits = 3072
[dn]
O = developers
CN = jane
emailAddress = jane@example.com
[ext]
subjectAltName = DNS:jane.example.com, email:copy
extendedKeyUsage = clientAuth
`

  test('an OpenSSL configuration is imported as a readable file', () => {
    const { text } = valueOf(imported('jane.cnf', cnf))
    expect(text).toMatchInlineSnapshot(`
"# yaml-language-server: $schema=https://countersign.dev/schema/certificate-request.schema.json
# imported from "requests/jane.cnf"
apiVersion: countersign.dev/v1
kind: CertificateRequest
metadata:
  name: jane
spec:
  commonName: jane
  subject:
    organizations:
      - developers
  dnsNames:
    - jane.example.com
  emailAddresses:
    - jane@example.com
  usages:
    - client auth
  privateKey:
    algorithm: RSA
    size: 3072
    encoding: PKCS8
    rotationPolicy: Always
"
`)
  })

  test('the import lists the line of each part, the defaults, and what the signer drops', () => {
    const result = valueOf(imported('jane.cnf', cnf))
    expect(members(result.taken)).toEqual([
      'commonName 8',
      'subject.organizations 7',
      'dnsNames 11',
      'emailAddresses 11',
      'usages 12',
      'privateKey 5',
    ])
    expect(members(result.defaulted)).toEqual([
      'clusters 4',
      'signerName 12',
      'duration 14',
      'renewBefore -',
      'sinks -',
    ])
    expect(result.dropped.map(({ what }) => what)).toEqual(['emailAddress=jane@example.com'])
    const text = importText(result, plain)
    expect(text).toMatch(/^taken\n {2}commonName +requests\/jane\.cnf:8$/m)
    expect(text).toMatch(/^ {2}duration +countersign\.yaml:14$/m)
    expect(text).toContain('not in the new file\n  emailAddress=jane@example.com: ')
    expect(importJson(result)).toMatchObject({
      defaulted: expect.arrayContaining([{ member: 'sinks', by: 'countersign' }]),
    })
  })
})

describe('a request that the countersign format cannot express', () => {
  test('an import is refused for a signer that may keep what the format cannot express', () => {
    const cnf =
      '[req]\nprompt = no\ndistinguished_name = dn\n[dn]\nCN = jane\nemailAddress = a@b.example\n'
    const other = config(
      'defaultCluster: prod',
      'clusters: {prod: {provider: other}}',
      'defaults: [{paths: ["requests/**"], spec: {signerName: example.com/a, usages: [client auth], duration: 24h, namespace: apps}}]',
    )
    const refused = imported('jane.cnf', cnf, other)
    expect(codesOf(refused)).toEqual(['REQUEST_NOT_EXPRESSIBLE 1:1'])
    expect(imported('jane.cnf', cnf).ok).toBe(true)
  })

  test('a CSR with a part that the format cannot express can be made without it, or kept by a policy that allows opaque files', () => {
    const { pem } = opensslRequest({ subject: '/CN=bob/emailAddress=bob@b.example' })
    const refused = imported('bob.csr', pem)
    if (refused.ok) throw new Error('imported')
    expect(refused.problems).toMatchObject([
      {
        at: { file: 'requests/bob.csr' },
        hint: 'make a CSR without emailAddress=bob@b.example; or keep the file, if its policy has opaque: allow',
      },
    ])
  })

  test('an import is refused for a file in the countersign format, and for one that cannot be read', () => {
    const own =
      'apiVersion: countersign.dev/v1\nkind: CertificateRequest\nspec: {commonName: jane}\n'
    expect(codesOf(imported('jane.yaml', own))).toEqual(['FILE_KIND'])
    expect(codesOf(imported('jane.cnf', '[req\n'))).toEqual(['REQUEST_OPENSSL 1:1'])
  })
})

/** One sample of every format and more: each is imported with the same meaning, or refused. */
describe('a sample for import', () => {
  const SAMPLES = new URL('../../../fixtures/requests/good/', import.meta.url)
  const names = readdirSync(SAMPLES).filter(name => !name.endsWith('.remarks'))
  const isForeign = (name: string, text: string) =>
    !/\.ya?ml$|\.json$/.test(name) || !text.includes('countersign.dev/v1')

  test.each(names)('the sample %s is imported with the same meaning, or refused', name => {
    const bytes = readFileSync(new URL(name, SAMPLES))
    const result = imported(name, bytes)
    if (!isForeign(name, bytes.toString())) return expect(codesOf(result)).toEqual(['FILE_KIND'])
    if (!result.ok) {
      expect(codesOf(result).map(code => code.split(' ')[0])).toEqual(['REQUEST_NOT_EXPRESSIBLE'])
      return expect(result.problems[0].message).toMatch(
        /^(?:the countersign format|the converted request|after the conversion) /,
      )
    }
    expect(
      codesOf(
        parseRequest(requestFile(result.value.text, { path: 'requests/x.yaml' }), 'requests'),
      ),
    ).toEqual([])
    if (result.value.dropped.some(({ why }) => why !== 'without effect')) return
    expect(meaning('requests/x.yaml', result.value.text)).toEqual(
      meaning(`requests/${name}`, bytes),
    )
  })

  test('there is a sample of each format', () => {
    expect(existsSync(SAMPLES)).toBe(true)
    const formats = names.map(name => {
      const read = parseRequest(
        requestFile(readFileSync(new URL(name, SAMPLES)), { path: `requests/${name}` }),
        'requests',
      )
      return read.ok ? read.value.format : ''
    })
    expect(new Set(formats)).toEqual(
      new Set(['countersign', 'openssl', 'pkcs10', 'csr-manifest', 'cfssl', 'cert-manager']),
    )
  })
})

describe('an imported file', () => {
  const text = fc.constantFrom(
    'jane',
    'a b',
    'yes',
    'null',
    '0x10',
    '1e3',
    '~',
    "it's",
    '"q"',
    'a: b',
    '# c',
    '東京',
    '- x',
    '{a}',
    '@',
  )
  const host = fc.constantFrom(
    'a.example.com',
    '*.example.com',
    '10.0.0.7',
    '2001:db8::1',
    'jane@example.com',
    'spiffe://a/b',
  )
  const cfssl = fc.record({
    CN: text,
    hosts: fc.uniqueArray(host, { maxLength: 5 }),
    key: fc.constantFrom(
      { algo: 'rsa', size: 2048 },
      { algo: 'ecdsa', size: 384 },
      { algo: 'ed25519' },
    ),
    names: fc.array(fc.record({ O: text, OU: text, L: text }, { requiredKeys: [] }), {
      maxLength: 3,
    }),
  })

  test('an import of any text keeps its meaning', () => {
    fc.assert(
      fc.property(cfssl, said => {
        const json = JSON.stringify(said)
        const read = parseRequest(requestFile(json, { path: 'requests/jane.json' }), 'requests')
        if (!read.ok) return
        const { text: yaml } = valueOf(imported('jane.json', json))
        expect(meaning('requests/jane.yaml', yaml)).toEqual(meaning('requests/jane.json', json))
      }),
      { numRuns: runs(300) },
    )
  })
})
