// countersign import of what people have: a folder, many files, several CSRs in one file, and CSRs as other tools print them.
import { execFileSync } from 'node:child_process'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { opensslRequest } from '../build/openssl-request.ts'
import { Workshop } from '../build/workshop.ts'

const CONFIG = `apiVersion: countersign.dev/v1
kind: Config
metadata: {name: acme}
requests: requests
defaultCluster: test
clusters:
  test: {provider: other, recordNamespace: apps}
defaults:
- paths: ["requests/people/**"]
  spec: {signerName: kubernetes.io/kube-apiserver-client, usages: [client auth], duration: 24h, namespace: apps}
- paths: ["requests/robots/**"]
  spec: {signerName: kubernetes.io/kube-apiserver-client, usages: [client auth], duration: 24h, namespace: apps}
`

const policy = (name: string, group: string) => `apiVersion: countersign.dev/v1
kind: CertificateRequestPolicy
metadata: {name: ${name}}
spec:
  selector: {paths: ["requests/${name}/**"]}
  allowed:
    commonName: {value: "*"}
    subject: {organizations: {values: [${group}]}}
    usages: [client auth]
  opaque: allow
  sinks:
  - secret: {namespaces: [apps], names: ["*-tls"], adopt: true}
  - artifact: {names: ["*"]}
`

const cfssl = (name: string, group: string) =>
  JSON.stringify({ CN: name, names: [{ O: group }], key: { algo: 'ecdsa', size: 256 } })

describe('countersign import, on what people have', () => {
  let workshop: Workshop
  const csrOf = (name: string) => opensslRequest({ subject: `/O=developers/CN=${name}` }).pem
  beforeEach(() => {
    workshop = new Workshop()
    workshop.write('countersign.yaml', CONFIG)
    workshop.write('policies/people.yaml', policy('people', 'developers'))
    workshop.write('policies/robots.yaml', policy('robots', 'deployers'))
  })
  afterEach(() => workshop.end())

  test('a folder without requests of other formats is refused', async () => {
    workshop.write('old/README.md', 'notes')
    workshop.write('old/ours.yaml', 'apiVersion: countersign.dev/v1\nkind: CertificateRequest\n')
    const ran = await workshop.run(['import', 'old'])
    expect([ran.code, ran.stdout]).toEqual([
      1,
      expect.stringContaining('REQUEST_NONE  there is no request of another format in old'),
    ])
  })

  test('a folder is imported into the folders whose defaults and policies fit, with existing Secrets, and the result is valid', async () => {
    workshop.write('old/jane.json', cfssl('jane', 'developers'))
    workshop.write('old/ci/deployer.json', cfssl('deployer', 'deployers'))
    workshop.write('old/README.md', 'notes')
    workshop.write('old/jane.key', 'no request')
    workshop.write('old/ours.yaml', 'apiVersion: countersign.dev/v1\nkind: CertificateRequest\n')
    const ran = await workshop.run(['import', 'old', '--adopt'])
    expect([ran.code, ran.stderr]).toEqual([0, ''])
    expect(ran.stdout.split('\n')).toEqual([
      'wrote requests/robots/deployer.yaml',
      'wrote requests/people/jane.yaml',
      'next: run countersign validate',
      '',
    ])
    expect(workshop.read('requests/people/jane.yaml')).toMatch(
      / {2}sinks:\n {4}- secret:\n {8}namespace: apps\n {8}name: "\{name\}-tls"\n {8}adopt: true\n$/,
    )
    const valid = await workshop.run(['validate'])
    expect([valid.code, valid.stdout]).toEqual([0, expect.stringContaining('OK: 2 requests')])
  })

  test('several CSRs of one file become request files with their common names', async () => {
    workshop.write('all.pem', `notes\n${csrOf('jane')}${csrOf('kim')}${csrOf('Not a name')}`)
    const ran = await workshop.run(['import', 'all.pem', '--to', 'requests/people/', '-o', 'json'])
    const { requests, problems } = JSON.parse(ran.stdout)
    expect([problems, requests.map((each: { path: string }) => each.path)]).toEqual([
      [],
      ['requests/people/jane.yaml', 'requests/people/kim.yaml', 'requests/people/all-3.yaml'],
    ])
    expect(requests.map((each: { dropped: unknown[] }) => each.dropped.length)).toEqual([1, 0, 0])
    const valid = await workshop.run(['validate'])
    expect([valid.code, valid.stdout]).toEqual([0, expect.stringContaining('OK: 3 requests')])
  })

  test('import takes the CSR out of what openssl req -text prints, and says what it left out', async () => {
    const printed = execFileSync('openssl', ['req', '-text'], { input: csrOf('jane') }).toString()
    workshop.write('jane.csr', printed)
    workshop.write('plain.csr', printed.slice(printed.indexOf('-----BEGIN')))
    const ran = await workshop.run(['import', 'jane.csr'])
    expect(ran.stdout).toContain(
      'not in the new file\n  the text from "Certificate Request:" on: a request file holds the CSR only\n',
    )
    const plain = await workshop.run(['import', 'plain.csr', '--to', '-', '--name', 'jane'])
    expect(plain.stdout.replace('plain.csr', 'jane.csr')).toBe(
      workshop.read('requests/people/jane.yaml'),
    )
  })

  test('import takes the label NEW CERTIFICATE REQUEST of keytool, and says so', async () => {
    workshop.write('jane.csr', csrOf('jane').replaceAll('CERTIFICATE REQ', 'NEW CERTIFICATE REQ'))
    const ran = await workshop.run(['import', 'jane.csr'])
    expect([ran.code, ran.stdout]).toEqual([
      0,
      expect.stringContaining('  the label NEW CERTIFICATE REQUEST: a request file holds'),
    ])
    expect((await workshop.run(['validate'])).stdout).toContain('OK: 1 request')
  })

  test('one cause is one problem for all files, and the other files are imported', async () => {
    workshop.edit('countersign.yaml', 'requests/people/**', 'requests/nobody/*.cnf')
    workshop.edit('countersign.yaml', 'requests/robots/**', 'elsewhere/**')
    for (const name of ['1', '2', 'a', 'b', 'c'])
      workshop.write(`old/${name}.json`, cfssl(name, 'x'))
    workshop.write('old/d.pem', '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n')
    workshop.write('old/e.pem', '-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n')
    const ran = await workshop.run(['import', 'old'])
    expect(ran.code).toBe(1)
    expect(ran.stderr.match(/error: .*/g)).toEqual([
      'error: REQUEST_CSR_BROKEN  the PEM text cannot be read: found a CERTIFICATE block where only CERTIFICATE REQUEST is allowed; the same in old/d.pem',
    ])
    expect(ran.stderr.match(/warning: .*/g)).toEqual([
      'warning: REQUEST_MEMBER_MISSING  neither the file nor a default sets signerName, usages, duration, sinks; the same in old/1.json, old/2.json, old/a.json and 1 more',
    ])
    expect(ran.stdout).toContain('wrote requests/c.yaml')
  })

  test('a second import of the same files changes nothing, and an edited file is not overwritten', async () => {
    workshop.write('old/jane.json', cfssl('jane', 'developers'))
    workshop.write('old/kim.json', cfssl('kim', 'developers'))
    const ran = await workshop.run(['import', 'old'])
    expect((await workshop.run(['import', 'old'])).stdout).toBe(ran.stdout)
    workshop.edit('requests/people/jane.yaml', 'developers', 'admins')
    const again = await workshop.run(['import', 'old'])
    expect([again.code, again.stderr.match(/error: .*/g)]).toEqual([
      2,
      ['error: RUN_USAGE  requests/people/jane.yaml exists and is not overwritten'],
    ])
    expect(again.stderr).toContain('name another folder with --to FOLDER/')
    expect(workshop.read('requests/people/jane.yaml')).toContain('admins')
  })

  test.each([
    ['one CSR', 'a.csr', 'b.csr', 'the same CSR', 'run: countersign import old/a.csr'],
    ['one CSR and name', 'a/jane.csr', 'b/jane.csr', 'the same CSR', 'run: countersign import old/a/jane.csr'],
    ['one name', 'a/jane.csr', 'b/jane.csr', 'the name jane', 'run: countersign import old/a/jane.csr && countersign import old/b/jane.csr --name jane-2'],
  ])('two files with %s are one problem with both names, neither is written, and the hint works', async (_, one, two, what, hint) => {
    workshop.write(`old/${one}`, csrOf('jane'))
    workshop.write(`old/${two}`, what === 'the same CSR' ? workshop.read(`old/${one}`) : csrOf('jane-2'))
    workshop.write('old/kim.json', cfssl('kim', 'developers'))
    const ran = await workshop.run(['import', 'old'])
    expect([ran.code, ran.stderr]).toEqual([1, `error: PLAN_NAME_TWICE  old/${one} and old/${two} have ${what}, and neither is written\n  = ${hint}\n`]) // prettier-ignore
    expect(ran.stdout.match(/wrote .*/g)).toEqual(['wrote requests/people/kim.yaml'])
    for (const command of hint.replace('run: countersign ', '').split(' && countersign '))
      expect(await workshop.run(command.split(' '))).toMatchObject({ code: 0 })
    expect(await workshop.run(['validate'])).toMatchObject({ code: 0 })
  }) // prettier-ignore

  test('two requests of one file with one name are not written', async () => {
    workshop.write('all.pem', `${csrOf('jane')}${csrOf('jane')}`)
    const ran = await workshop.run(['import', 'all.pem'])
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([
      1,
      '',
      expect.stringContaining('two requests in all.pem have the name jane, and neither is written'),
    ])
  })

  test('a private key next to CSRs, in PEM or in base64, is the only thing reported of its file', async () => {
    const { pem, keyPem } = opensslRequest()
    const base64 = keyPem.replaceAll(/-----.*-----|\s/g, '')
    for (const key of [keyPem, `${base64}\n`]) {
      workshop.write('jane.pem', `${key}${pem}`)
      const ran = await workshop.run(['import', 'jane.pem'])
      expect([ran.code, ran.stderr.match(/error: \w+/g)]).toEqual([1, ['error: FILE_PRIVATE_KEY']])
      expect(ran.stdout + ran.stderr).not.toContain(base64.slice(0, 20))
    }
  })

  const manifest = (name: string, signer = 'kubernetes.io/kube-apiserver-client') => ({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name, creationTimestamp: '2026-03-01T12:00:00Z', resourceVersion: '7' },
    spec: {
      request: Buffer.from(csrOf(name)).toString('base64'),
      signerName: signer,
      usages: ['client auth'],
      username: 'author',
    },
    status: {},
  })
  const certificate = `apiVersion: cert-manager.io/v1
kind: Certificate
metadata: {name: web, namespace: apps}
spec:
  secretName: web-tls
  commonName: web
  usages: [client auth]
  issuerRef: {name: ca}
`

  test('several documents and Lists of one file become request files with the names of their manifests', async () => {
    const list = { apiVersion: 'v1', kind: 'List', items: [manifest('jane'), manifest('kim')] }
    const all = ['# people', stringify(list), stringify(manifest('lee')), certificate]
    workshop.write('all.yaml', all.join('---\n'))
    workshop.write('list.json', JSON.stringify({ ...list, items: [manifest('ann')] }))
    const issuer = 'issuers: [{name: ca, signerName: kubernetes.io/kube-apiserver-client}]\n'
    workshop.write('countersign.yaml', `${CONFIG}${issuer}`)
    const ran = await workshop.run(['import', 'all.yaml', 'list.json', '--to', 'requests/people/'])
    expect(ran.stderr.match(/error: .*/g)).toBeNull()
    expect(ran.stdout.match(/wrote .*/g)).toEqual(
      ['jane', 'kim', 'lee', 'web', 'ann'].map(name => `wrote requests/people/${name}.yaml`),
    )
    expect(workshop.read('requests/people/kim.yaml')).toContain('commonName: kim')
  })

  test('a fault of one of several manifests is reported at its line, each cause once, and the others are imported', async () => {
    const broken = ['a', 'b'].map(name => ({ ...manifest(name), kind: 'Role' }))
    workshop.write('all.yaml', [manifest('jane'), ...broken].map(each => stringify(each)).join('---\n')) // prettier-ignore
    const ran = await workshop.run(['import', 'all.yaml'])
    const lines = workshop.read('all.yaml').split('\n')
    const [first, last] = [lines.indexOf('kind: Role'), lines.lastIndexOf('kind: Role')]
    expect([ran.code, ran.stderr.match(/.*error: .*/g)]).toEqual([
      1,
      [
        `all.yaml:${last + 1}:7  error: FILE_KIND  "certificates.k8s.io/v1" with the kind "Role" is not a request; the same in line ${first + 1}`,
      ],
    ])
    expect(ran.stdout).toContain('wrote requests/people/jane.yaml')
  })

  test('a private key in one of several manifests is reported, and not shown', async () => {
    const { keyPem } = opensslRequest()
    const secret = { apiVersion: 'v1', kind: 'Secret', data: { 'tls.key': Buffer.from(keyPem).toString('base64') } } // prettier-ignore
    workshop.write(
      'all.yaml',
      [manifest('jane'), secret].map(each => stringify(each)).join('---\n'),
    )
    const ran = await workshop.run(['import', 'all.yaml'])
    expect([ran.code, ran.stderr.match(/error: \w+/g)]).toEqual([1, ['error: FILE_PRIVATE_KEY']])
    expect(ran.stdout + ran.stderr).not.toContain(secret.data['tls.key'].slice(0, 40))
  })

  test.each([
    [
      'several documents',
      (two: readonly object[]) => two.map(each => stringify(each)).join('---\n'),
    ],
    [
      'a List',
      (two: readonly object[]) => stringify({ apiVersion: 'v1', kind: 'List', items: two }),
    ],
  ])('a request file with %s is refused, and the hint names import', async (_, write) => {
    workshop.write('requests/people/all.yaml', write([manifest('jane'), manifest('kim')]))
    const ran = await workshop.run(['validate'])
    expect([ran.code, ran.stdout]).toEqual([
      1,
      expect.stringContaining('countersign import requests/people/all.yaml\n'),
    ])
    const imported = await workshop.run(['import', 'requests/people/all.yaml'])
    // Policies refuse the CSR itself, which no reviewer can read, and allow the new file.
    expect(imported.stdout).not.toContain('not allowed yet')
    expect(imported.stdout).toContain(
      'refused: rm requests/people/all.yaml && countersign validate',
    )
    workshop.remove('requests/people/all.yaml')
    expect((await workshop.run(['validate'])).stdout).toContain('OK: 2 requests')
  })

  test('a folder whose name begins with a dot is imported, and --to FOLDER/ counts for files of the request folder too', async () => {
    workshop.write('.old/jane.json', cfssl('jane', 'developers'))
    workshop.write('requests/people/kim.json', cfssl('kim', 'developers'))
    const ran = await workshop.run([
      'import',
      '.old',
      'requests/people',
      '--to',
      'requests/robots/',
    ])
    expect(ran.stdout).toContain(
      'wrote requests/robots/jane.yaml, which is not allowed yet\nwrote requests/robots/kim.yaml, which is not allowed yet\n',
    )
    expect(ran.stdout).toContain('remove the old file,')
    expect(ran.stdout).toContain('refused: rm requests/people/kim.json &&')
  })

  test('--name and --to FILE are refused for several requests, and --to - writes nothing', async () => {
    workshop.write('all.pem', `${csrOf('jane')}${csrOf('kim')}`)
    for (const flag of ['--to', '--name']) {
      const ran = await workshop.run(['import', 'all.pem', flag, 'kim'])
      expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('got 2')])
    }
    const printed = await workshop.run(['import', 'all.pem', '--to', '-'])
    expect(printed.stdout.match(/^---$/gm)).toHaveLength(1)
    expect((await workshop.run(['validate'])).code).not.toBe(0)
  })
})
