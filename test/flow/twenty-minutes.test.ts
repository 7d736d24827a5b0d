// The first twenty minutes on a real control plane of its own, because the guard covers the whole cluster: init, the printed
// objects, the kubeconfig of the service account, doctor, a first request under the guard, and a refused administrator.
import { execFileSync } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { startControlPlane } from '../control-plane/start.mjs'
import type { ControlPlane } from '../control-plane/start.mjs'
import { ApiClient } from '../build/api-client.ts'
import { inForce } from '../build/guarded-cluster.ts'
import { realSubject } from '../build/real-subject.ts'
import { hasRealSubject } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'
const describeReal = hasRealSubject ? describe : describe.skip

describeReal('the first twenty minutes', () => {
  let plane: ControlPlane
  let repository: Workshop
  let admin: ApiClient
  let credential = ''

  beforeAll(async () => {
    plane = await startControlPlane({ separateClientCa: true, signerQps: 500 })
    const backend = await realSubject(plane.kubeconfig)
    admin = new ApiClient(backend, backend.admin)
    repository = new Workshop()
  })
  afterAll(async () => {
    admin?.close()
    repository?.end()
    await plane?.stop()
  })

  const run = (...args: readonly string[]): Promise<Ran> =>
    repository.run(args, {
      env: {
        KUBECONFIG: plane.kubeconfig,
        ...(credential === '' ? {} : { KUBECONFIG_PROD: credential }),
      },
    })
  const kubectl = (args: readonly string[], input = ''): string =>
    execFileSync(plane.binaries.kubectl, [...args], {
      input,
      encoding: 'utf8',
      env: { KUBECONFIG: plane.kubeconfig, HOME: plane.folder },
      stdio: ['pipe', 'pipe', 'pipe'],
    })
  const verdicts = ({ stdout }: Ran): readonly string[] =>
    stdout.split('\n').filter(line => /^. prod /.test(line))

  test('the printed steps lead from an empty repository to a certificate', async () => {
    const owners = ['--owners', 'owner=1,reviewer=2']
    const made = await run('init', '--cluster', 'prod', '--repository', 'acme/certs', ...owners)
    expect(made.code).toBe(0)
    const before = await run('doctor')
    expect(verdicts(before)).toContainEqual(
      expect.stringMatching(/^✗ prod {9}the admission guard is not installed/),
    )

    kubectl(['create', 'namespace', 'apps'])
    for (const what of ['identity', 'guard'])
      kubectl(['apply', '-f', '-'], (await run('manifests', what, '--cluster', 'prod')).stdout)
    await inForce(admin)
    const login = await run('manifests', 'kubeconfig', '--cluster', 'prod', '--duration', '1h')
    expect([login.code, login.stderr]).toEqual([
      0,
      expect.stringContaining('token of countersign/countersign-apply, valid until'),
    ])

    credential = login.stdout
    expect(verdicts(await run('doctor'))).toEqual([
      expect.stringMatching(/^✓ prod {9}reachable, v1/),
      '✓ prod         system:serviceaccount:countersign:countersign-apply has the rights that apply needs',
      '✓ prod         the guard decided correctly in dry runs: allowed to write a record',
      expect.stringMatching(
        /^! prod {9}the guard was not tried .*: make a request of its own \(there is no/,
      ),
      '✓ prod         the guard decided correctly in a dry run: refused to bind view to another group of countersign',
      expect.stringMatching(
        /^! prod {9}the flags of the API server cannot be seen with this login/,
      ),
      '✓ prod         no record lists a certificate here yet',
    ])

    expect((await run('new', 'jane', '--group', 'developers')).code).toBe(0)
    const applied = await run('apply', '--yes')
    expect([applied.code, applied.stdout]).toEqual([0, expect.stringContaining('1 of 1 · 1 done')])
    expect((await run('apply', '--yes')).code).toBe(0)
    const found = kubectl(['get', 'secret', '--namespace', 'apps', 'jane-tls', '-o', 'name'])
    expect(found.trim()).toBe('secret/jane-tls')
    const after = verdicts(await run('doctor'))
    expect(after).toContain('✓ prod         1 record, the newest certificate issued within a day')
    expect(after).toContain(
      '✓ prod         the guard decided correctly in dry runs: refused to make a request under another name; allowed to write a record, make a request of its own',
    )
  })

  test('an administrator who applies without the service account is refused by the guard', async () => {
    credential = ''
    expect((await run('new', 'joe', '--group', 'developers')).code).toBe(0)
    const { code, stdout, stderr } = await repository.run([
      'apply',
      '--yes',
      '--kubeconfig',
      plane.kubeconfig,
    ])
    expect([code, stdout + stderr]).toEqual([
      1,
      expect.stringContaining('countersign-acme-certs-records'),
    ])
  })
})
