// Objects that users with `edit` in the namespace of a sink prepared: what apply says of them is what it saw.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { MERGE_PATCH } from '../build/api-client.ts'
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
    expect([left.code, ran.code]).toEqual([200, 2])
    expect(ran.stdout).not.toContain('deleted Secret')
    expect(ran.stdout + ran.stderr).toContain('"example.com/kept"')
    const again = await workshop.run(['apply', '--yes', 'held'])
    expect(again.stdout).toContain('deleted Secret')
    expect((await subject().admin.get(path)).code).toBe(404)
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
        expect(each.stdout + each.stderr).not.toMatch(/^::error|\u001B|\u202E|^✓ all good/m)
      }
    } finally {
      await subject().admin.delete(`${rbac}/${encodeURIComponent(name)}`)
    }
  })
})
