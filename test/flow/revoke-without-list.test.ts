// countersign revoke where the list of all bindings gives no answer: the names of those of a request are in its record.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BOTH, SITE_OWNER, startAccessSite } from '../build/access-site.ts'
import type { AccessSite } from '../build/access-site.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { kubeconfig } from '../build/workshop.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const GROUP = 'rbac.authorization.k8s.io'
const BINDINGS = ['rolebindings', 'clusterrolebindings']

describe.each(GUARDED)('revoke without the list of all bindings, on the %s', kind => {
  let site: AccessSite

  const bindings = async (): Promise<readonly string[]> => {
    const answers = await Promise.all(BINDINGS.map(each => site.admin.get(`${RBAC}/${each}`)))
    const names = answers.flatMap(({ body }) => body.items.map(({ metadata }) => metadata.name))
    return names.filter(name => name.startsWith(`countersign:${SITE_OWNER}:`))
  }

  beforeAll(async () => {
    site = await startAccessSite(kind)
    site.ask('jane', BOTH)
    expect((await site.apply([])).code).toBe(0)
    const name = 'ender'
    await site.admin.created('/api/v1/namespaces/countersign/serviceaccounts', {
      metadata: { name },
    })
    await site.admin.created(`${RBAC}/clusterroles`, {
      metadata: { name },
      rules: [
        { apiGroups: [GROUP], resources: BINDINGS, verbs: ['get', 'update', 'delete'] },
        { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'get', 'list'] },
        { apiGroups: ['countersign.dev'], resources: ['grants'], verbs: ['revoke'] },
      ],
    })
    await site.admin.created(`${RBAC}/clusterrolebindings`, {
      metadata: { name },
      roleRef: { apiGroup: GROUP, kind: 'ClusterRole', name },
      subjects: [{ kind: 'ServiceAccount', namespace: 'countersign', name }],
    })
    const path = `/api/v1/namespaces/countersign/serviceaccounts/${name}/token`
    const made = await site.admin.created(path, {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    })
    const { token = '' } = made.status as { readonly token?: string }
    site.workshop.write('ender.kubeconfig', kubeconfig(site.plane.backend, { token }))
  })
  afterAll(() => site?.end())

  test('the bindings that the record of a request names are ended, and the failure is reported', async () => {
    expect(await bindings()).not.toEqual([])
    const what = ['revoke', 'jane', '--yes', '--kubeconfig', 'ender.kubeconfig']
    const ran = await site.workshop.run(what)
    expect(ran.code).not.toBe(0)
    expect(ran.stdout + ran.stderr).toContain('list')
    expect(await bindings()).toEqual([])
  })
})
