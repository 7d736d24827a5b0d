import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { placeOf } from '../../../../src/domain/request/request.ts'
import { isPassedOver } from '../../../../src/core/request/detect-format.ts'
import { parseRequest, readRequest } from '../../../../src/core/request/parse-request.ts'
import { formatName } from '../../../../src/lib/x509/x500-name.ts'
import { formatSan } from '../../../../src/lib/x509/general-names.ts'
import { anyText } from '../../../build/any-text.ts'
import { kubeconfigSink } from '../../../build/effective.ts'
import { codesOf, ownYaml, requestFile, valueOf } from '../../../build/request.ts'
import { runs } from '../../../build/extent.ts'

const GOOD = new URL('../../../fixtures/requests/good/', import.meta.url)

function good(name: string) {
  const file = requestFile(readFileSync(new URL(name, GOOD)), { path: `requests/${name}` })
  return valueOf(parseRequest(file, 'requests'))
}

function parse(text: string, path = 'requests/jane.yaml') {
  return parseRequest(requestFile(text, { path }), 'requests')
}

const TABLE = `NAME   AGE   SIGNERNAME                            REQUESTOR   REQUESTEDDURATION   CONDITION
jane   10s   kubernetes.io/kube-apiserver-client   admin       <none>              Pending
`

const problemsOf = (read: ReturnType<typeof parse>) => (read.ok ? [] : read.problems)

describe('a request in the countersign format', () => {
  test('the parser reads every member', () => {
    const { name, format, spec } = good('full.yaml')
    expect({ name, format }).toEqual({ name: 'everything', format: 'countersign' })
    const { subject, sans, ...members } = spec
    expect(formatName(subject)).toBe(
      'C=DE, O=viewers+O=developers, OU=Büro, L=Hamburg, ST=Hamburg, STREET=Am Hafen 1, postalCode=20457, CN=jane, serialNumber=4711',
    )
    expect(sans.map(formatSan)).toEqual([
      'DNS:web.example.com',
      'DNS:*.web.example.com',
      'email:jane@example.com',
      'IP:10.0.0.7',
      'IP:2001:db8::1',
      'URI:spiffe://example.org/web',
    ])
    expect(members).toMatchObject({
      clusters: ['prod', 'staging'],
      usages: ['digital signature', 'client auth'],
      duration: 604_800,
      renewBefore: { kind: 'seconds', seconds: 259_200 },
      privateKey: { algorithm: 'RSA', size: 4096, encoding: 'PKCS1', rotationPolicy: 'Never' },
      request: null,
      reissue: 1,
      access: null,
      withdraw: false,
    })
    expect(members.sinks).toEqual([
      {
        kind: 'secret',
        namespace: 'apps',
        name: 'jane-tls',
        labels: { 'app.kubernetes.io/name': 'web', tier: '' },
        annotations: { 'example.com/note': 'two words' },
        keystores: {
          pkcs12: { profile: 'LegacyDES', passwordSecretRef: { name: 'store', key: 'password' } },
        },
        adopt: true,
      },
      kubeconfigSink({ name: '{name}-kubeconfig' }),
      {
        kind: 'kubeconfig',
        into: {
          kind: 'githubSecret',
          repository: 'acme/shop',
          environment: '{cluster}',
          name: 'KUBECONFIG',
          format: null,
        },
      },
      {
        kind: 'githubSecret',
        repository: 'acme/shop',
        environment: 'prod-{cluster}',
        name: '{name}',
        format: 'pkcs12',
      },
      {
        kind: 'artifact',
        name: '{name}-{cluster}',
        format: 'pem',
        recipients: ['age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p'],
      },
      { kind: 'file', path: 'out/{name}-{cluster}.pem', format: null },
    ])
  })

  test('absent members are null, and an empty list is kept', () => {
    const { spec } = good('jane.yaml')
    const said = Object.entries(spec).filter(([, value]) => value !== null)
    expect(said.map(([member]) => member)).toEqual(['subject', 'sans'])
    expect(good('blocks.yml').spec.sinks).toEqual([])
  })

  test('the parser knows the place of each member', () => {
    const { places } = good('full.yaml')
    const at = (member: string) => {
      const place = placeOf(places, member)
      return `${place?.line}:${place?.column}`
    }
    expect(
      Object.fromEntries(
        [
          'metadata.name',
          'signerName',
          'commonName',
          'usages',
          'usages[1]',
          'subject.organizations[1]',
          'dnsNames[0]',
          'duration',
          'privateKey.size',
          'sinks[0].secret.name',
          'sinks[0].secret.missing',
          'sinks[4].artifact.recipients[0]',
          'nothing',
        ].map(member => [member, at(member)]),
      ),
    ).toEqual({
      'metadata.name': '4:9',
      signerName: '7:15',
      commonName: '8:15',
      usages: '22:11',
      'usages[1]': '22:31',
      'subject.organizations[1]': '10:30',
      'dnsNames[0]': '18:14',
      duration: '23:13',
      'privateKey.size': '25:38',
      'sinks[0].secret.name': '31:15',
      'sinks[0].secret.missing': '29:7',
      'sinks[4].artifact.recipients[0]': '45:22',
      nothing: '1:1',
    })
  })

  test('a request may have its own PKCS#10, and the names of that count', () => {
    const own = good('own-key.yaml').spec
    expect(own.request?.der).toBeInstanceOf(Uint8Array)
    expect(formatName(own.subject)).toBe('O=developers, CN=jane')
    expect(good('names-from-csr.yml').spec.sans.map(formatSan)).toEqual([
      'DNS:web.example.com',
      'IP:10.0.0.7',
    ])
    expect(placeOf(good('own-key.yaml').places, 'request')?.line).toBe(8)
  })

  test('a request with PKCS#10 must list every name of it, or none', () => {
    const pem = readFileSync(new URL('web.csr.pem', GOOD), 'utf8').trimEnd().split('\n')
    const spec = [
      'commonName: web.example.com',
      'dnsNames: [web.example.com, b.example.com]',
      'request: |',
    ]
    const result = parse(ownYaml(...spec, ...pem.map(line => `  ${line}`)))
    expect(!result.ok && result.problems[0]).toMatchObject({
      code: 'REQUEST_CSR_DIFFERS',
      message:
        'the names next to the request differ from those in it: DNS:b.example.com is not in the PKCS#10; IP:10.0.0.7 is only in the PKCS#10',
      at: { line: 6, column: 3 },
    })
  })

  test('several groups become one RDN, in the order of DER', () => {
    const { spec } = valueOf(parse(ownYaml('subject: {organizations: [bbb, aaa, z, cc]}')))
    expect(spec.subject).toHaveLength(1)
    expect(spec.subject[0]?.map(({ value }) => value)).toEqual(['z', 'cc', 'aaa', 'bbb'])
  })
})

describe('a request in another format', () => {
  test('a request in OpenSSL format keeps its order, and comments are not part of values', () => {
    const { name, format, spec, places } = good('jane.cnf')
    expect([name, format, formatName(spec.subject)]).toEqual([
      'jane',
      'openssl',
      'CN=jane, O=developers',
    ])
    expect(placeOf(places, 'subject.organizations[0]')).toMatchObject({
      line: 7,
      column: 5,
      length: 10,
    })
  })

  test('a request in OpenSSL format is read as OpenSSL reads it', () => {
    const { spec, places } = good('web-server.conf')
    expect(formatName(spec.subject)).toBe(
      "C=DE, ST=Hamburg, O=Büro # 1, O=R'n'D+OU=long name, CN=web.example.com, emailAddress=web@example.com",
    )
    expect(spec.sans.map(formatSan)).toEqual([
      'DNS:web.example.com',
      'DNS:b.example.com',
      'DNS:a.example.com',
      'IP:2001:db8::1',
      'email:web@example.com',
      'URI:spiffe://example.org/web',
    ])
    expect(spec.usages).toEqual([
      'digital signature',
      'key encipherment',
      'server auth',
      'client auth',
    ])
    expect(spec.privateKey).toEqual({
      algorithm: 'RSA',
      size: 4096,
      encoding: 'PKCS8',
      rotationPolicy: 'Always',
    })
    expect(placeOf(places, 'dnsNames[1]')).toMatchObject({ line: 32, column: 11, length: 13 })
    expect(placeOf(places, 'usages[2]')).toMatchObject({ line: 27, column: 24 })
  })

  test('a CertificateSigningRequest manifest is accepted', () => {
    const { name, format, spec, places } = good('manifest.yaml')
    expect({ name, format }).toEqual({ name: 'jane', format: 'csr-manifest' })
    expect(spec).toMatchObject({ duration: 86_400, usages: ['client auth'], sinks: null })
    expect(formatName(spec.subject)).toBe('O=developers, CN=jane')
    expect(placeOf(places, 'duration')?.line).toBe(8)
    expect(placeOf(places, 'request')?.line).toBe(6)
  })

  test('a PKCS#10 in PEM is accepted', () => {
    expect(good('web.csr.pem')).toMatchObject({
      name: 'web',
      format: 'pkcs10',
      spec: { usages: null },
    })
    expect(good('jane.csr').spec.request).not.toBeNull()
  })

  test.each([
    [
      'an object',
      '{\n  "CN": "a,}",\n  "names": [{"O": "developers"}],\n}\n',
      'requests/jane.json:3:33',
    ],
    ['a list', '{"CN": "jane", "hosts": ["a.example.com", ]}', 'requests/jane.json:1:41'],
  ])('a comma at the end of %s in cfssl JSON is shown at its place', (_, text, place) => {
    const problems = problemsOf(parse(text, 'requests/jane.json'))
    expect(problems.map(({ at }) => `${at?.file}:${at?.line}:${at?.column}`)).toEqual([place])
    expect(problems).toMatchObject([
      { code: 'FILE_YAML', message: 'nothing follows this comma', hint: 'remove the comma' },
    ])
  })

  test.each([
    ['requests/csr.txt', TABLE, 'jane'],
    ['requests/csr.yaml', TABLE, 'jane'],
    ['requests/csr.yaml', TABLE.split('\n')[0] ?? '', 'NAME'],
  ])(
    'the table of kubectl get csr in %s is named, and the command that prints the object',
    (path, text, name) => {
      expect(problemsOf(readRequest(requestFile(text, { path }), null))).toMatchObject([
        {
          code: 'REQUEST_FORMAT_UNKNOWN',
          message: 'this is the table of kubectl get csr, which holds no PKCS#10',
          hint: `use the object: kubectl get csr ${name} -o yaml`,
        },
      ])
    },
  )

  test('the hosts of cfssl JSON are sorted by kind, as cfssl writes them', () => {
    const hosts = ['https://web.example.com/a', '10.0.0.1', 'ops@example.com', 'web.example.com']
    const text = JSON.stringify({ CN: 'web', hosts, key: { algo: 'ecdsa', size: 256 } })
    expect(valueOf(parse(text, 'requests/web.json')).spec.sans.map(formatSan)).toEqual([
      'DNS:web.example.com',
      'email:ops@example.com',
      'IP:10.0.0.1',
      'URI:https://web.example.com/a',
    ])
  })
})

describe('a request file', () => {
  test.each([
    ['requests/people/jane.yaml', '100644', []],
    ['other/jane.yaml', '100644', ['REQUEST_PATH 1:1']],
    ['requests/../jane.yaml', '100644', ['REQUEST_PATH 1:1']],
    ['requests/./jane.yaml', '100644', ['REQUEST_PATH 1:1']],
    ['requests//jane.yaml', '100644', ['REQUEST_PATH 1:1']],
    ['requests/Jane.yaml', '100644', ['REQUEST_PATH 1:1']],
    ['requests/ja ne.yaml', '100644', ['REQUEST_PATH 1:1']],
    ['requestsx/jane.yaml', '100644', ['REQUEST_PATH 1:1']],
    ['/requests/jane.yaml', '100644', ['REQUEST_PATH 1:1']],
    ['requests/jane.yaml', '100755', ['REQUEST_MODE 1:1']],
    ['requests/jane.yaml', '120000', ['REQUEST_MODE 1:1']],
    ['requests/jane.yaml', '160000', ['REQUEST_MODE 1:1']],
  ])('the file %s with mode %s gives the problems %j', (path, mode, codes) => {
    const file = requestFile(ownYaml('commonName: jane'), { path, mode })
    expect(codesOf(parseRequest(file, 'requests'))).toEqual(codes)
  })

  test('a DER file is refused, and the hint has the command that converts it', () => {
    const der = requestFile(new Uint8Array([0x30, 0x82, 1, 2]), { path: 'requests/jane.csr' })
    const read = parseRequest(der, 'requests')
    expect(codesOf(read)).toEqual(['REQUEST_ENCODING 1:1'])
    expect(read.ok ? '' : read.problems[0].hint).toContain(
      'openssl req -inform DER -in requests/jane.csr -out requests/jane.csr.pem',
    )
  })

  test('a file larger than 64 KiB is refused without a size, since only its beginning was read', () => {
    const large = `${ownYaml('commonName: jane')}#${' '.repeat(65_536)}`
    const read = parse(large)
    expect(codesOf(read)).toEqual(['REQUEST_TOO_LARGE 1:1'])
    const message = 'the file has more than 65536 bytes, the most that is read'
    expect(read).toMatchObject({ problems: [{ message }] })
  })

  test.each([
    ['requests/README.md', true],
    ['requests/people/.gitkeep', true],
    ['requests/.hidden/jane.yaml', true],
    ['requests/jane.yaml', false],
    ['requests/jane.txt', false],
  ])('the file %s is skipped: %p', (path, expected) => expect(isPassedOver(path)).toBe(expected))
})

describe('a private key', () => {
  const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const pem = String(key.export({ type: 'pkcs8', format: 'pem' }))
  const sec1 = String(key.export({ type: 'sec1', format: 'pem' }))
  const base64 = Buffer.from(pem).toString('base64')
  const secret = pem.split('\n')[1] ?? ''
  const indented = pem.replaceAll(/^/gm, '    ')

  test.each([
    [
      'in the countersign format',
      `${ownYaml('commonName: jane', 'request: |')}${indented}`,
      'jane.yaml',
      6,
    ],
    [
      'in a comment',
      `# ${sec1.replaceAll('\n', '\n# ')}\n${ownYaml('commonName: jane')}`,
      'jane.yaml',
      1,
    ],
    ['in its own file', pem, 'jane.pem', 1],
    ['in a file without a format', pem, 'jane.key', 1],
    ['after a request', readFileSync(new URL('jane.csr', GOOD), 'utf8') + pem, 'jane.csr', 8],
    ['in JSON', JSON.stringify({ a: pem }), 'jane.json', 1],
    [
      'after an escape',
      `a: "${pem.replace('PRIV', String.raw`PR\u0049V`).replaceAll('\n', String.raw`\n`)}"`,
      'jane.yaml',
      1,
    ],
    ['in UTF-16', Buffer.from(pem, 'utf16le').toString('latin1'), 'jane.yaml', 1],
    [
      'in a manifest',
      `apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: jane}\nspec:\n  request: ${base64}\n  signerName: a.b/c\n  usages: [client auth]\n`,
      'jane.yaml',
      5,
    ],
  ])(
    'a private key %s is refused for that alone, and the key is not shown',
    (_, text, name, line) => {
      const file = requestFile(Buffer.from(text, 'latin1'), { path: `requests/${name}` })
      const result = parseRequest(file, 'requests')
      expect(codesOf(result)).toEqual([`FILE_PRIVATE_KEY ${line}:1`])
      const told = JSON.stringify(result)
      expect(told).not.toContain(secret)
      expect(told).not.toContain(base64.slice(40, 80))
      expect(!result.ok && result.problems[0].at?.excerpt).toBeNull()
    },
  )
})

describe('arbitrary bytes', () => {
  const WORDS = [
    'apiVersion: countersign.dev/v1\n',
    'kind: CertificateRequest\n',
    'spec:\n',
    '  ',
    'commonName: ',
    'jane',
    'usages: [',
    ']',
    'sinks:\n',
    '- ',
    'secret: ',
    '{',
    '}',
    '\n',
    '[req]\n',
    'prompt = no\n',
    'distinguished_name = dn\n',
    '[dn]\n',
    'CN = ',
    '"',
    "'",
    '\\',
    '#',
    '$',
    ',',
    '+',
    '😀',
    '-----BEGIN CERTIFICATE REQUEST-----\n',
    '-----END CERTIFICATE REQUEST-----\n',
    'MIHf',
  ] as const
  const text = fc.array(fc.constantFrom(...WORDS), { maxLength: 80 }).map(words => words.join(''))
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.oneof(anyText(), text).map(said => new TextEncoder().encode(said)),
  )
  const paths = ['jane.yaml', 'jane.json', 'jane.cnf', 'jane.csr', 'jane.txt'].map(
    name => `requests/${name}`,
  )

  test('the parser never throws, and every problem points inside the file', () => {
    fc.assert(
      fc.property(bytes, fc.constantFrom(...paths), (content, path) => {
        const result = parseRequest(requestFile(content, { path }), 'requests')
        const lines = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content).split('\n')
        for (const { at } of result.ok ? [] : result.problems) {
          expect(at?.file).toBe(path)
          const line = lines[(at?.line ?? 0) - 1]
          expect(line).toBeDefined()
          expect(at?.column).toBeGreaterThan(0)
          expect(at?.column).toBeLessThanOrEqual(Array.from(line ?? '').length + 1)
        }
      }),
      { numRuns: runs(3000) },
    )
  })
})

test.each([
  [
    'a misspelled kind is corrected',
    'jane.yaml',
    'apiVersion: cert-manager.io/v1\nkind: Certficate\n',
    'write apiVersion: cert-manager.io/v1 and kind: Certificate',
  ],
  [
    'an object of another kind is left out',
    'jane.yaml',
    'apiVersion: cert-manager.io/v1\nkind: Issuer\n',
    'this object is not a request: leave it out of what you import and of the folder of requests',
  ],
  [
    'a policy among the requests is moved, or the folder corrected',
    'people.yaml',
    'apiVersion: countersign.dev/v1\nkind: CertificateRequestPolicy\n',
    'move it out of the folder of requests, or correct `requests` in countersign.yaml',
  ],
  [
    'the CSR in the output of cfssl gencsr is written to a file',
    'jane.json',
    '{"csr": "-----BEGIN CERTIFICATE REQUEST-----"}',
    'to write the CSR to jane.csr: cfssljson -bare jane < requests/jane.json',
  ],
  [
    'a keystore is asked for a request with keytool',
    'jane.p12',
    '0',
    'keytool -certreq -keystore requests/jane.p12 -alias ALIAS -file NAME.csr',
  ],
  [
    'of a certificate it is said how a request with its names is made',
    'jane.crt',
    '-----BEGIN CERTIFICATE-----',
    'for a request with its names: openssl x509 -x509toreq -copy_extensions copyall -in CERTIFICATE -signkey KEY',
  ],
])('%s', (_, name, text, hint) => {
  const file = requestFile(text, { path: `requests/${name}` })
  const read = readRequest(file, null)
  expect(read.ok ? null : read.problems[0].hint).toBe(hint)
})

test('the hint for an executable request file takes the right from the file itself', () => {
  const read = parseRequest(requestFile('', { mode: '100755' }), 'requests')
  const hints = read.ok ? [] : read.problems.map(({ hint }) => hint)
  expect(hints).toContain('chmod -x requests/jane.yaml && git add requests/jane.yaml')
})

test('a CSR manifest that kubectl applied is read without its annotation, with a remark', () => {
  const text = readFileSync(new URL('manifest.yaml', GOOD), 'utf8')
  const key = 'kubectl.kubernetes.io/last-applied-configuration'
  const annotated = (name: string) =>
    parse(text.replace('metadata:\n', `metadata:\n  annotations: {${name}: "{}"}\n`))
  expect(valueOf(annotated(key)).remarks.map(({ message }) => message)).toContain(
    'metadata.annotations has no effect: countersign sets it itself',
  )
  const other = annotated('example.com/owner')
  expect(other.ok ? [] : other.problems.map(({ message }) => message)).toEqual([
    'metadata.annotations.example.com/owner would not reach the cluster',
  ])
})

describe('hints of request files', () => {
  const hintOf = (text: string, path?: string) => {
    const read = parse(text, path)
    return read.ok ? null : read.problems[0]?.hint
  }
  const jane = (member: string) => ownYaml('commonName: jane', member)

  test.each(['0', '0h', '5m'])('a lifetime of %s gets a valid lifetime as its hint', value => {
    expect(hintOf(jane(`duration: "${value}"`))).toBe('write 10m or more, for example 24h')
  })

  test.each([
    ['view@apps', '[{clusterRole: view, namespaces: [apps]}]'],
    ['view@*', '[{clusterRole: view, cluster: true}]'],
    ['view', '[{clusterRole: view, namespaces: [NAMESPACE]}]'],
    [
      'view@apps,edit@web',
      '[{clusterRole: view, namespaces: [apps]},{clusterRole: edit, namespaces: [web]}]',
    ],
  ])('access as the text %s gets its YAML as the hint', (value, yaml) => {
    expect(hintOf(jane(`access: "${value}"`))).toBe(`write it as a list: ${yaml}`)
  })

  test('an entry of access as text gets its YAML as the hint', () => {
    expect(hintOf(jane('access: [view@apps]'))).toBe(
      'write {clusterRole: view, namespaces: [apps]}',
    )
  })

  test.each(['requests/jane.yaml', 'requests/jane.csr', 'requests/jane.cnf'])(
    'a pointer of Git LFS in %s is called that',
    path => {
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 9\n`
      expect(hintOf(pointer, path)).toBe(
        'take its pattern out of .gitattributes, then: git add --renormalize .',
      )
    },
  )

  test.each(['requests/jane.yaml', 'requests/jane.csr', 'requests/jane.cnf'])(
    'base64 of PEM in %s is called that, without its text',
    path => {
      const pem = readFileSync(new URL('jane.csr', GOOD), 'utf8')
      const read = parse(`${Buffer.from(pem).toString('base64')}\n`, path)
      expect(read.ok ? [] : read.problems).toEqual([
        {
          code: 'REQUEST_ENCODING',
          at: expect.objectContaining({ line: 1, excerpt: null }),
          message:
            'the file is base64 of a PEM file, as in spec.request of a CertificateSigningRequest',
          hint: 'decode it first: base64 -d < FILE > NAME.csr, or in a pipe: base64 -d | countersign validate -; countersign inspect reads base64',
        },
      ])
    },
  )
})
