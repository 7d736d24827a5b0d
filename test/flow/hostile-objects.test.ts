// Objects that users with `edit` in the namespace of a sink prepared: what apply says of them is what it saw.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { MERGE_PATCH } from '../build/api-client.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import { SIGNING_REQUESTS, signingRequest } from '../build/signing-requests.ts'
import { configure, requestText } from '../build/request-text.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop, givePrintedRights } from '../build/workshop.ts'

describeSubjects('hostile objects', subject => {
  const workshop = new Workshop()
  const pathOf = (name: string): string =>
    `/api/v1/namespaces/${subject().namespace}/secrets/${name}-tls`

  beforeAll(async () => {
    const owner = subject().name('hostile')
    configure(workshop, {
      owner,
      namespace: subject().namespace,
      more: ['limits: {maxWithdraw: 100%}'],
    })
    for (const name of ['held', 'labelled'])
      workshop.write(`requests/${name}.yaml`, requestText({ name }))
    await givePrintedRights(subject(), workshop, owner, ['--with-bindings'])
    workshop.commit()
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
  })
  afterAll(() => workshop.end())

  test('a withdrawal does not say that a Secret was deleted that a finalizer keeps', async () => {
    const finalizers = ['example.com/kept']
    const path = pathOf('held')
    const patched = await subject().admin.patch(path, { metadata: { finalizers } }, MERGE_PATCH)
    expect(patched.code).toBe(200)
    workshop.edit('requests/held.yaml', 'spec:\n', 'spec:\n  withdraw: true\n')
    const ran = await workshop.run(['apply', '--yes', 'held'])
    const left = await subject().admin.get(path)
    await subject().admin.patch(path, { metadata: { finalizers: null } }, MERGE_PATCH)
    // The embedded cluster deletes at once.
    expect(ran.stdout.includes('deleted Secret')).toBe(left.code === 404)
    expect(ran.code === 0).toBe(left.code === 404)
  })

  test('csr delete does not say that a request was deleted that a finalizer keeps', async () => {
    const name = subject().name('kept')
    const made = signingRequest(name, { request: opensslRequest().base64 })
    const metadata = { name, finalizers: ['example.com/kept'] }
    await subject().admin.created(SIGNING_REQUESTS, { ...made, metadata })
    const path = `${SIGNING_REQUESTS}/${name}`
    const bare = new Workshop()
    try {
      bare.useKubeconfig(subject().backend, subject().backend.admin)
      const ran = await bare.run(['csr', 'delete', name, '--yes'])
      const left = await subject().admin.get(path)
      await subject().admin.patch(path, { metadata: { finalizers: null } }, MERGE_PATCH)
      // The embedded cluster deletes at once.
      expect(ran.stdout.includes(`${name} deleted`)).toBe(left.code === 404)
      expect(ran.code === 0).toBe(left.code === 404)
    } finally {
      bare.end()
    }
  })

  test('csr list shows no row that fills the screen or looks like several', async () => {
    const name = subject().name('wide')
    const row = `node-7${' '.repeat(80)}2m${' '.repeat(80)}Pending`
    const request = opensslRequest({ subject: `/DC=${row.repeat(10)}/CN=wide` }).base64
    await subject().admin.created(SIGNING_REQUESTS, signingRequest(name, { request }))
    const bare = new Workshop()
    try {
      bare.useKubeconfig(subject().backend, subject().backend.admin)
      const { stdout } = await bare.run(['csr', 'list'])
      const line = stdout.split('\n').find(each => each.startsWith(name)) ?? ''
      expect(line).not.toBe('')
      expect(line.length).toBeLessThan(500)
    } finally {
      bare.end()
      await subject().admin.delete(`${SIGNING_REQUESTS}/${name}`)
    }
  })

  test('names of bindings with line ends, escapes and commands for the runner are shown as text', async () => {
    const name = `x\n::error::forged\u001B[31m\u202E|<b>\n✓ all good ${subject().name('n')}`
    const rbac = '/apis/rbac.authorization.k8s.io/v1/clusterrolebindings'
    const made = await subject().admin.post(rbac, {
      metadata: { name },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: 'rbac.authorization.k8s.io', kind: 'User', name: 'labelled' }],
    })
    expect(made.code).toBe(201)
    try {
      workshop.edit('requests/labelled.yaml', 'spec:\n', 'spec:\n  withdraw: true\n')
      const ran = await workshop.run(['plan'])
      const gone = await workshop.run(['apply', '--yes', 'labelled'])
      const audit = await workshop.run(['audit'])
      const revoked = await workshop.run(['revoke', 'labelled', '--yes'])
      const status = await workshop.run(['status'])
      for (const each of [ran, gone, audit, revoked, status]) {
        const text = each.stdout + each.stderr
        expect(text).not.toMatch(/^::error|^✓ all good/m)
        for (const hidden of ['\u001B', '\u202E']) expect(text).not.toContain(hidden)
      }
    } finally {
      await subject().admin.delete(`${rbac}/${encodeURIComponent(name)}`)
    }
  })
})
