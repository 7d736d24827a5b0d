// Any file with certificates: what is found in it, where, and what belongs together; never a private key.
import { randomBytes } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { nodeKeys } from '../../../../src/adapters/system/node-keys.ts'
import { Secret } from '../../../../src/domain/request/secret-value.ts'
import { cachedText } from '../../../../src/core/certificate/cached-certificate.ts'
import { inspectFile } from '../../../../src/workflows/inspect/inspect-file.ts'
import { inspectionJson } from '../../../../src/output/json/inspection-json.ts'
import { inspectionText } from '../../../../src/output/terminal/inspection-text.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'
import { writeKeystore } from '../../../../src/lib/x509/pkcs12.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { authority } from '../../../build/issued.ts'
import { certificate, request, testKey } from '../../lib/x509/build.ts'
import { encodeName } from '../../../../src/lib/x509/x500-name.ts'
import { named } from '../../lib/x509/build.ts'

const KEY = testKey('Ed25519')
const CA = testKey('P-256')
const KEY_PEM = KEY.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const ROOT = certificate({ key: CA, signer: CA, subject: encodeName(named('CN=ca')) })
const LEAF = certificate({ key: KEY, signer: CA })
const CHAIN = encodePem('CERTIFICATE', LEAF) + encodePem('CERTIFICATE', ROOT)
const base64 = (text: string) => Buffer.from(text).toString('base64')

const opened = (content: string | Uint8Array, password: string, path = 'file') =>
  inspectFile(path, typeof content === 'string' ? Buffer.from(content) : content, {
    keys: nodeKeys,
    password: new Secret(password),
  })
const inspect = (content: string | Uint8Array) => opened(content, '')
const parts = (content: string | Uint8Array) =>
  inspect(content).parts.map(part => `${part.kind} ${part.where}`.trim())

test.each([
  ['a request in PEM', encodePem('CERTIFICATE REQUEST', request()), ['request']],
  ['a request with the old label', encodePem('NEW CERTIFICATE REQUEST', request()), ['request']],
  ['a request in DER', request(), ['request']],
  ['a certificate in DER', LEAF, ['certificate']],
  [
    'a request as kubectl prints spec.request',
    base64(encodePem('CERTIFICATE REQUEST', request())),
    ['request'],
  ],
  ['a chain', CHAIN, ['certificate block 1', 'certificate block 2']],
  ['a private key', KEY_PEM, ['private key']],
])('inspect finds %s', (_, content, found) => {
  expect(parts(content)).toEqual(found)
  expect(inspect(content).problems).toEqual([])
})

describe('a file that is none of these', () => {
  const problemOf = (content: string) => {
    const { parts: found, problems } = inspect(content)
    expect([found, problems.length]).toEqual([[], 1])
    return problems[0]!
  }

  test('an empty file is reported as empty', () => {
    expect(problemOf('').message).toBe('file is empty')
  })

  test('a document with a manifest in a code block is no manifest', () => {
    const text = '# Title\n\nSome words.\n\n```yaml\napiVersion: v1\nkind: Secret\n```\n'
    expect(problemOf(text)).toMatchObject({
      message: 'file is neither PEM, DER nor a manifest',
      hint: null,
    })
  })

  test('the table of kubectl get csr is named, and the command that prints the object', () => {
    expect(
      problemOf('NAME   AGE   SIGNERNAME   REQUESTOR\njane   1s    a/b   admin\n'),
    ).toMatchObject({
      message: 'this is the table of kubectl get csr, which holds no PKCS#10',
      hint: 'use the object: kubectl get csr jane -o yaml',
      at: { file: 'file', line: 1 },
    })
  })

  test('the command that decrypts an age file names that file', () => {
    expect(problemOf('age-encryption.org/v1\n-> X25519 a\n').message).toContain(
      'age --decrypt --identity KEY file | countersign inspect -',
    )
  })

  test('a manifest may begin with a comment, a document marker or another member', () => {
    const manifest = 'metadata: {name: a}\nkind: Secret\napiVersion: v1\n'
    expect(inspect(`# note\n---\n${manifest}`).what).toBe('Secret a')
  })
})

const SECRET = {
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'jane', namespace: 'apps' },
  data: { 'tls.crt': base64(CHAIN), 'tls.key': base64(KEY_PEM), other: base64('secret-word') },
}
const KUBECONFIG = {
  apiVersion: 'v1',
  kind: 'Config',
  clusters: [
    {
      name: 'prod',
      cluster: {
        server: 'https://a',
        'certificate-authority-data': base64(encodePem('CERTIFICATE', ROOT)),
      },
    },
  ],
  users: [
    {
      name: 'jane',
      user: {
        'client-certificate-data': base64(CHAIN),
        'client-key-data': base64(KEY_PEM),
        token: 'secret-word',
      },
    },
  ],
  contexts: [{ name: 'prod', context: { cluster: 'prod', user: 'jane' } }],
}

describe.each([
  ['a Secret', SECRET, 'data.tls.key', 'Secret apps/jane'],
  ['a kubeconfig', KUBECONFIG, 'users[jane].client-key-data', 'Config'],
])('%s', (_, manifest, keyAt, what) => {
  test.each([
    ['YAML', stringify(manifest)],
    ['JSON', JSON.stringify(manifest)],
  ])(
    `${what} in %s shows which key belongs to which certificate, and shows neither key nor token`,
    (_format, text) => {
      const inspection = inspect(text)
      expect([inspection.what, inspection.problems]).toEqual([what, []])
      const [leaf] = inspection.parts.filter(
        part => part.kind === 'certificate' && part.key !== null,
      )
      expect(leaf).toMatchObject({
        key: keyAt,
        issuer: expect.stringMatching(/block 2$|certificate-authority/),
      })
      const shown =
        inspectionText(inspection, new Date(), plain) + JSON.stringify(inspectionJson(inspection))
      expect(shown).not.toContain('secret-word')
      expect(shown).not.toContain(KEY_PEM.split('\n')[1])
      expect(shown).toContain(`${keyAt} belongs to it`)
    },
  )
})

test('usages are shown by their names', () => {
  const issued = authority().issue()
  const text = inspectionText(inspect(issued.der), issued.notBefore, plain)
  expect(text).toMatch(/usages +digitalSignature.*, clientAuth/)
})

test('a kubeconfig in a Secret is opened, and so are the items of a list', () => {
  const inner = { ...SECRET, data: { kubeconfig: base64(stringify(KUBECONFIG)) } }
  const list = { apiVersion: 'v1', kind: 'List', items: [inner] }
  expect(parts(stringify(list))).toContain(
    'private key items[0].data.kubeconfig.users[jane].client-key-data',
  )
})

test('a CertificateSigningRequest shows what was requested and what was issued', () => {
  const manifest = {
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'jane' },
    spec: { request: base64(encodePem('CERTIFICATE REQUEST', request())) },
    status: { certificate: base64(encodePem('CERTIFICATE', LEAF)) },
  }
  expect(parts(stringify(manifest))).toEqual([
    'request spec.request',
    'certificate status.certificate',
  ])
})

describe('a request file in the countersign format', () => {
  const file = (spec: object) =>
    stringify({ apiVersion: 'countersign.dev/v1', kind: 'CertificateRequest', spec })

  test('a request file shows its PKCS#10', () => {
    const pem = encodePem('CERTIFICATE REQUEST', request())
    const inspection = inspect(file({ commonName: 'jane', request: pem }))
    expect(inspection).toMatchObject({
      what: 'CertificateRequest',
      parts: [{ kind: 'request', where: 'spec.request' }],
      problems: [],
    })
  })

  test('a request file without PKCS#10 says that its key is made later', () => {
    const text = inspectionText(inspect(file({ commonName: 'jane' })), new Date(), plain)
    expect(text).toContain('key: made when the certificate is issued')
  })
})

test('several documents of YAML are named, with the command that reads all of them, and no line is shown', () => {
  const manifest = stringify({ apiVersion: 'v1', kind: 'Secret', data: {} })
  const { problems } = opened(`${manifest}---\n${manifest}`, '', 'all.yaml')
  expect(problems).toMatchObject([
    {
      code: 'FILE_YAML',
      at: { line: 4, excerpt: null },
      message: 'a second document begins here; one file holds one document',
      hint: 'put each into a file of its own; for requests: countersign import all.yaml',
    },
  ])
  const [broken] = opened(`${manifest}a: [`, '').problems
  expect(broken).toMatchObject({ message: expect.stringContaining('neither YAML'), hint: null })
})

test.each([
  ['a countersign configuration', 'Config', 'countersign.dev/v1'],
  ['a cert-manager CertificateRequest', 'CertificateRequest', 'cert-manager.io/v1'],
  ['a kind named like a member of Object', 'constructor', 'v1'],
])('%s is refused as an unknown kind', (_, kind, apiVersion) => {
  const { parts: found, problems } = inspect(stringify({ apiVersion, kind, users: [] }))
  expect(found).toEqual([])
  expect(problems).toMatchObject([{ code: 'FILE_KIND' }])
  expect(problems[0]?.message).toContain(`a ${kind} of ${apiVersion} holds no`)
})

test('a certificate cache of countersign is shown with its certificates', () => {
  const dates = { renewBefore: null, lookAt: new Date(0), etag: null }
  const signerCa = encodePem('CERTIFICATE', ROOT)
  const cache = cachedText({ key: 'ab', cluster: 'prod', certificate: CHAIN, signerCa, ...dates })
  expect(inspect(cache)).toMatchObject({ what: 'JSON or YAML', problems: [] })
  expect(parts(cache)).toEqual([
    'certificate certificate block 1',
    'certificate certificate block 2',
    'certificate signerCa',
  ])
})

test('a private key in a JSON file of another program is shown by its public half only', () => {
  const file = JSON.stringify({ result: [{ cert: encodePem('CERTIFICATE', LEAF), key: KEY_PEM }] })
  expect(parts(file)).toEqual(['certificate result.0.cert', 'private key result.0.key'])
  expect(inspectionText(inspect(file), new Date(), plain)).not.toContain('PRIVATE KEY')
})

test.each([
  ['a kubeconfig without entries', 'Config'],
  ['a Secret without data', 'Secret'],
  ['an empty list', 'List'],
])('%s is shown as empty', (_, kind) => {
  const text = inspectionText(inspect(stringify({ apiVersion: 'v1', kind })), new Date(), plain)
  expect(text).toBe(`${kind}\nthere is no certificate, request or key in it`)
})

describe('a keystore', () => {
  const pkcs8 = KEY.privateKey.export({ type: 'pkcs8', format: 'der' })
  const contents = { key: new Secret(new Uint8Array(pkcs8)), chain: [LEAF, ROOT], name: 'jane' }
  const keystore = (password: string): Uint8Array =>
    writeKeystore(contents, new Secret(password), randomBytes).reveal()
  const found = [
    'certificate certificate 1',
    'certificate certificate 2',
    'private key private key',
  ]

  test('a keystore without a password is opened, and its key belongs to its certificate', () => {
    const { parts: inside, problems } = inspect(keystore(''))
    expect(inside.map(({ kind, where }) => `${kind} ${where}`)).toEqual(found)
    expect(inside[0]).toMatchObject({ issuer: 'certificate 2', key: 'private key' })
    expect(problems).toEqual([])
  })

  test('a keystore with a password is opened by that password only', () => {
    expect(opened(keystore('correct horse'), 'correct horse').parts).toHaveLength(3)
    const [problem] = inspect(keystore('correct horse')).problems
    expect(problem).toMatchObject({ code: 'X509_PASSWORD' })
    expect(problem?.hint).toContain('--password-env')
    const [wrong] = opened(keystore('correct horse'), 'battery').problems
    expect(wrong?.hint).toContain('the variable of --password-env has another password')
  })

  test('a truncated keystore is a problem', () => {
    const codes = inspect(keystore('').subarray(0, 200)).problems.map(({ code }) => code)
    expect(codes).toEqual(['X509_DER'])
  })

  test('a keystore in a Secret with another password is a note', () => {
    const data = { 'keystore.p12': Buffer.from(keystore('correct horse')).toString('base64') }
    const secret = stringify({ ...SECRET, data: { ...SECRET.data, ...data } })
    expect(inspect(secret).problems).toEqual([])
    expect(parts(secret)).toContain('note data.keystore.p12')
    expect(opened(secret, 'correct horse').parts.map(({ where }) => where)).toContain(
      'data.keystore.p12 certificate 1',
    )
  })
})

describe('a file that cannot be read', () => {
  test.each([
    ['an empty file', '', 'REQUEST_FORMAT_UNKNOWN'],
    ['plain text', 'hello', 'REQUEST_FORMAT_UNKNOWN'],
    ['random bytes', Uint8Array.of(0, 1, 2), 'REQUEST_FORMAT_UNKNOWN'],
    ['an age file', 'age-encryption.org/v1\n-> X25519 a\n', 'REQUEST_FORMAT_UNKNOWN'],
    ['a zip archive', 'PK\x03\x04', 'REQUEST_FORMAT_UNKNOWN'],
    ['broken DER', request().subarray(0, 50), 'X509_DER'],
    ['broken YAML', 'kind: Secret\n  data: [', 'FILE_YAML'],
    ['another kind', 'apiVersion: v1\nkind: Pod\n', 'FILE_KIND'],
    ['invalid base64', 'kind: Secret\ndata: {a: "&&"}\n', 'FILE_FIELD_VALUE'],
  ])('%s is a problem', (_, content, code) => {
    const codes = inspect(content).problems.map(problem => problem.code)
    expect(new Set(codes)).toEqual(new Set([code]))
  })

  test('the problem of a broken kubeconfig shows none of its text', () => {
    const { problems } = inspect('kind: Config\ntoken: secret-word\n  "secret-word": [')
    expect(problems.length).toBeGreaterThan(0)
    expect(JSON.stringify(problems)).not.toContain('secret-word')
  })
})

describe('a request file without a PKCS#10', () => {
  const members = [
    ['subject', 'CN=jane,O=developers'],
    ['names', 'DNS:a.example.com'],
  ]
  const OWN = `apiVersion: countersign.dev/v1
kind: CertificateRequest
metadata: {name: jane}
spec: {commonName: jane, subject: {organizations: [developers]}, dnsNames: [a.example.com]}
`
  const CNF = `[req]
prompt = no
distinguished_name = dn
req_extensions = ext
[dn]
O = developers
CN = jane
[ext]
subjectAltName = DNS:a.example.com
`
  const CFSSL = JSON.stringify({
    CN: 'jane',
    hosts: ['a.example.com'],
    names: [{ O: 'developers' }],
  })
  const CERTIFICATE = `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: jane, namespace: apps}
spec:
  commonName: jane
  subject: {organizations: [developers]}
  dnsNames: [a.example.com]
  secretName: jane-tls
  issuerRef: {name: ca}
`

  test.each([
    ['requests/jane.yaml', OWN, 'CertificateRequest jane'],
    ['jane.cnf', CNF, 'OpenSSL configuration jane'],
    ['-', CNF, 'OpenSSL configuration jane'],
    ['jane.json', CFSSL, 'cfssl request jane'],
    ['jane.yaml', CERTIFICATE, 'cert-manager Certificate jane'],
  ])('inspect shows what %s asks for', (path, text, title) => {
    const { what, parts: found, problems } = opened(text, '', path)
    const shown = found.map(part => (part.kind === 'note' ? [part.where, part.text] : []))
    const sorted = shown.map(([where, said]) => [where, said?.split(/, ?/).toSorted().join(',')])
    expect([what, problems]).toEqual([title, []])
    expect(sorted.slice(0, 2)).toEqual(members)
  })

  test('inspect shows the problems of an OpenSSL configuration at their lines', () => {
    const { problems } = opened(CNF.replace('prompt', 'promt'), '', '-')
    expect(problems.length).toBeGreaterThan(0)
    expect(problems.every(({ at }) => at?.file === '-')).toBe(true)
  })
})
