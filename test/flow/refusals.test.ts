// Bad input: one clear problem each, nothing is created or lost, no stack trace.
import { chmodSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { configure, requestText } from '../build/request-text.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop, givePrintedRights, kubeconfig, rulesOf } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'

function expectClear(ran: Ran, code: string): void {
  const said = ran.stdout + ran.stderr
  expect(said).toContain(code)
  expect(said).not.toMatch(/^\s+at .*\(|RUN_BUG|undefined|\[object/m)
}

describe('validate with a bad file', () => {
  let workshop: Workshop
  beforeAll(() => {
    workshop = new Workshop()
    configure(workshop, { owner: 'refusals', namespace: 'apps' })
  })
  afterAll(() => workshop.end())

  const manifest = (request: string): string =>
    `apiVersion: certificates.k8s.io/v1\nkind: CertificateSigningRequest\nmetadata: {name: broken}\nspec:\n  request: ${request}\n  signerName: kubernetes.io/kube-apiserver-client\n  usages: [client auth]\n`
  const brokenPem =
    '-----BEGIN CERTIFICATE REQUEST-----\nMIIBAgMEBQ==\n-----END CERTIFICATE REQUEST-----\n'

  test.each([
    ['broken YAML', 'requests/a.yaml', 'kind: [', 'FILE_YAML', /requests\/a.yaml:\d+:\d+/],
    [
      'a wrong kind',
      'requests/a.yaml',
      'apiVersion: v1\nkind: Pod\n',
      'FILE_KIND',
      /requests\/a.yaml:[12]:\d+/,
    ],
    [
      'an unknown field',
      'requests/a.yaml',
      requestText({ name: 'a', more: ['organisation: x'] }),
      'FILE_FIELD_UNKNOWN',
      /a.yaml:7:3/,
    ],
    [
      'two documents',
      'requests/a.yaml',
      `${requestText({ name: 'a' })}---\n${requestText({ name: 'b' })}`,
      'FILE_YAML',
      /a.yaml:7:1/,
    ],
    [
      'a megabyte',
      'requests/a.yaml',
      `# ${'x'.repeat(1024 * 1024)}`,
      'REQUEST_TOO_LARGE',
      /a.yaml/,
    ],
    [
      'broken DER in a manifest',
      'requests/a.yaml',
      manifest(Buffer.from(brokenPem).toString('base64')),
      'REQUEST_CSR_BROKEN',
      /byte \d+/,
    ],
    [
      'a private key',
      'requests/a.pem',
      '-----BEGIN EC PRIVATE KEY-----\nAAAA\n-----END EC PRIVATE KEY-----\n',
      'FILE_PRIVATE_KEY',
      /a.pem/,
    ],
    ['nothing we read', 'requests/a.txt', 'hello', 'REQUEST_FORMAT_UNKNOWN', /a.txt/],
  ])('a request file with %s is one clear problem', async (_, path, content, code, place) => {
    workshop.write(path, content)
    const ran = await workshop.run(['validate'])
    workshop.remove(path)
    expect(ran.code).toBe(1)
    expectClear(ran, code)
    expect(ran.stdout).toMatch(place)
    expect(ran.stdout).toContain('1 problem in 1 of 3 files')
    expect(ran.stdout).not.toContain('AAAA')
  })

  test('a request file that is a symbolic link is refused', async () => {
    workshop.write('requests/.keep', '')
    symlinkSync('/etc/hostname', join(workshop.folder, 'requests/a.yaml'))
    const ran = await workshop.run(['validate'])
    workshop.remove('requests/a.yaml')
    expect(ran.code).toBe(1)
    expectClear(ran, 'REQUEST_MODE')
  })

  test('a request file with several faults gets a problem for each, at line and column', async () => {
    workshop.write(
      'requests/a.yaml',
      requestText({
        name: 'a',
        more: ['usages: [serverauth, client auth]', 'duration: 5m', 'colour: red'],
      }),
    )
    const ran = await workshop.run(['validate'])
    workshop.remove('requests/a.yaml')
    expect(ran.stdout).toMatch(/a.yaml:7:12 {2}error: REQUEST_USAGE_UNKNOWN/)
    expect(ran.stdout).toContain('did you mean "server auth"?')
    expect(ran.stdout).toMatch(/a.yaml:9:3 {2}error: FILE_FIELD_UNKNOWN/)
    expect(ran.stdout).toContain('problems in 1 of 3 files')
  })

  test('validate -o json has the same problems', async () => {
    workshop.write('requests/a.yaml', requestText({ name: 'a', more: ['colour: red'] }))
    const ran = await workshop.run(['validate', '-o', 'json'])
    workshop.remove('requests/a.yaml')
    expect(JSON.parse(ran.stdout).problems).toMatchObject([
      { code: 'FILE_FIELD_UNKNOWN', at: { file: 'requests/a.yaml', line: 7, column: 3 } },
    ])
  })
})

describe('plan with a bad environment', () => {
  let workshop: Workshop
  beforeAll(() => {
    workshop = new Workshop()
    configure(workshop, { owner: 'refusals', namespace: 'apps' })
    workshop.write('requests/a.yaml', requestText({ name: 'a' }))
  })
  afterAll(() => workshop.end())

  test('plan without a cluster is CONFIG_KUBECONFIG', async () => {
    const ran = await workshop.run(['plan'])
    expect(ran.code).toBe(2)
    expectClear(ran, 'CONFIG_KUBECONFIG')
  })

  test('plan with an unknown context lists the existing ones', async () => {
    workshop.useKubeconfig({ server: 'https://127.0.0.1:1', caPem: '' }, { token: 'none' })
    const ran = await workshop.run(['plan', '--context', 'prod'])
    expect(ran.code).toBe(2)
    expectClear(ran, 'the kubeconfig has no context "prod"')
    expect(ran.stdout).toContain('it has: test')
  })

  test('validate of a missing folder names it', async () => {
    const ran = await workshop.run(['validate', 'wishes'])
    expect(ran.code).toBe(2)
    expectClear(ran, 'there is no file or folder wishes')
  })

  test('plan with an unknown flag names it', async () => {
    const ran = await workshop.run(['plan', '--yess'])
    expect(ran.code).toBe(2)
    expect(ran.stderr).toContain("unknown option '--yess'")
  })

  test('plan with an insecure server is CONFIG_SERVER_INSECURE', async () => {
    workshop.write(
      'kubeconfig',
      kubeconfig({ server: 'http://192.0.2.1:8080', caPem: '' }, { token: 'none' }),
    )
    const ran = await workshop.run(['plan'])
    expect(ran.code).toBe(2)
    expectClear(ran, 'CONFIG_SERVER_INSECURE')
  })

  test('sandbox with an unwritable kubeconfig path is RUN_FILES', async () => {
    workshop.write('locked/file', '')
    chmodSync(join(workshop.folder, 'locked'), 0o500)
    const ran = await workshop.run(['sandbox', '--write-kubeconfig', 'locked/file'])
    expect(ran.code).toBe(2)
    expectClear(ran, 'RUN_FILES')
  })

  test('sandbox never overwrites a kubeconfig, and its hint names another file first', async () => {
    workshop.write('left', 'mine')
    const ran = await workshop.run(['sandbox', '--write-kubeconfig', 'left'])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('name another file;')])
    expect(workshop.read('left')).toBe('mine')
  })
})

describeSubjects('apply, refused', subject => {
  const workshop = new Workshop()
  let owner = ''
  beforeAll(async () => {
    owner = subject().name('refused')
    configure(workshop, { owner, namespace: subject().namespace })
    workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
    await givePrintedRights(subject(), workshop, owner)
  })
  afterAll(() => workshop.end())

  async function expectNothingCreated(): Promise<void> {
    const selector = `labelSelector=countersign.dev/owner=${owner}`
    const objects = await subject().admin.get(
      `/apis/certificates.k8s.io/v1/certificatesigningrequests?${selector}`,
    )
    const records = await subject().admin.get(
      `/api/v1/namespaces/${subject().namespace}/configmaps?${selector}`,
    )
    expect([...objects.body.items, ...records.body.items]).toEqual([])
  }

  test.each(['CI', 'GITHUB_ACTIONS'])(
    'apply at a terminal is refused where %s is set',
    async variable => {
      const ran = await workshop.run(['apply', '--yes'], { env: { [variable]: 'true' } })
      expect(ran.code).toBe(1)
      expectClear(ran, 'APPROVAL_COMMAND_LINE')
      await expectNothingCreated()
    },
  )

  test('a plan names the API server to a person, and not in logs of CI', async () => {
    const { server } = subject().backend
    expect((await workshop.run(['plan'])).stdout).toContain(server)
    const logged = await workshop.run(['plan'], { env: { CI: 'true' } })
    expect(logged.stdout).toContain('test (v')
    expect(logged.stdout).not.toContain(server)
  })

  test.each(['no\n', 'y\n', 'Yes\n', ''])('apply is refused by the answer %j', async stdin => {
    const ran = await workshop.run(['apply'], { stdin })
    expect(ran.code).toBe(1)
    expectClear(ran, 'APPROVAL_DECLINED')
    await expectNothingCreated()
  })

  test('apply at a terminal is refused where commandLine is never', async () => {
    configure(workshop, {
      owner,
      namespace: subject().namespace,
      more: ['approval: {commandLine: never}'],
    })
    const ran = await workshop.run(['apply', '--yes'])
    configure(workshop, { owner, namespace: subject().namespace })
    expect(ran.code).toBe(1)
    expectClear(ran, 'APPROVAL_COMMAND_LINE')
    await expectNothingCreated()
  })

  test('apply without the right to approve is refused before anything is created, with the command that adds it', async () => {
    const printed = await workshop.run(['manifests', 'rbac'])
    const rules = rulesOf(printed.stdout).filter(({ resources }) => !resources.includes('signers'))
    const other = new Workshop()
    for (const path of ['countersign.yaml', 'policies/everybody.yaml', 'requests/jane.yaml'])
      other.write(path, workshop.read(path))
    other.edit('countersign.yaml', `name: ${owner}`, `name: ${subject().name('noright')}`)
    other.useKubeconfig(
      subject().backend,
      await subject().backend.user(subject().name('noright'), [], rules),
    )
    const ran = await other.run(['apply', '--yes'])
    other.end()
    expect(ran.code).toBe(1)
    expectClear(ran, 'CLUSTER_FORBIDDEN')
    expect(ran.stdout).toContain(' may not approve signers kubernetes.io/kube-apiserver-client\n')
    expect(ran.stdout).toContain('countersign manifests rbac --user ')
    await expectNothingCreated()
  })

  test('apply with a Secret of somebody else is refused before anything is created', async () => {
    const path = `/api/v1/namespaces/${subject().namespace}/secrets`
    await subject().admin.created(path, {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'jane-tls' },
      stringData: { a: 'b' },
    })
    const ran = await workshop.run(['apply', '--yes'])
    expect(ran.code).toBe(1)
    expectClear(ran, 'SINK_NOT_OWNED')
    const kept = await subject().admin.get(`${path}/jane-tls`)
    expect(kept.body.data).toEqual({ a: Buffer.from('b').toString('base64') })
    await subject().admin.delete(`${path}/jane-tls`)
  })

  test('apply issues after the answer yes', async () => {
    const ran = await workshop.run(['apply'], { stdin: 'yes\n' })
    expect(ran.stderr).toContain('Apply jane? Only yes is accepted: ')
    expect(ran.stdout).toContain('1 of 1 · 1 done')
    expect(ran.code).toBe(0)
  })
})
