// Access that was not seen to end: a withdrawal that cannot look at bindings fails, and audit and status show what bindings give now.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { BOTH, SITE_OWNER, startAccessSite } from '../build/access-site.ts'
import type { AccessSite } from '../build/access-site.ts'
import { applyOnServer, GUARDED, until } from '../build/guarded-cluster.ts'
import { kubeconfig } from '../build/workshop.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const ROLE = `${RBAC}/clusterroles/countersign-${SITE_OWNER}-apply`
const WITHDRAWN = ['withdraw: true']

interface RoleRule {
  readonly resources?: readonly string[]
}
const isOfBindings = ({ resources }: RoleRule): boolean =>
  resources?.includes('rolebindings') === true

interface Annotated {
  readonly annotations?: Readonly<Record<string, string>> | undefined
}
const requestOf = ({ annotations }: Annotated): string =>
  annotations?.['countersign.dev/request'] ?? ''

describe.each(GUARDED)('access that was not seen to end, on the %s', kind => {
  let site: AccessSite

  /** The verbs of the apply identity on bindings. */
  const allow = async (...verbs: readonly string[]): Promise<void> => {
    const { body } = await site.admin.get(ROLE)
    const { rules: all } = body as typeof body & { readonly rules: readonly RoleRule[] }
    const rules = all.map(rule => (isOfBindings(rule) ? { ...rule, verbs } : rule))
    expect((await site.admin.put(ROLE, { ...body, rules })).code).toBe(200)
  }
  const bindings = async () => {
    const all = [`${RBAC}/clusterrolebindings`, `${RBAC}/rolebindings`]
    const answers = await Promise.all(all.map(path => site.admin.get(path)))
    const names = answers.flatMap(({ body }) => body.items.map(({ metadata }) => metadata))
    return names.filter(
      ({ name }) => name.startsWith(`countersign:${SITE_OWNER}:`) && !name.endsWith('-grants'),
    )
  }
  const asAdmin = (...args: readonly string[]) =>
    site.workshop.run([...args, '--kubeconfig', 'admin'])
  const audited = async (name: string) => {
    const { stdout } = await asAdmin('audit', '-o', 'json')
    const all: readonly { request: string; state: string; roles: readonly string[] }[] =
      JSON.parse(stdout).certificates
    return all.filter(({ request }) => request === name)
  }

  beforeAll(async () => {
    site = await startAccessSite(kind)
    const { backend } = site.plane
    site.workshop.write('admin', kubeconfig(backend, backend.admin))
    for (const name of ['jane', 'robot', 'other']) site.ask(name, BOTH)
    expect((await site.apply([])).code).toBe(0)
  })
  afterAll(() => site.end())

  test('status and audit show that a binding was deleted', async () => {
    const gone = (await bindings()).find(
      each => each.namespace === 'apps' && requestOf(each) === 'robot',
    )
    const path = `${RBAC}/namespaces/apps/rolebindings/${encodeURIComponent(gone?.name ?? '')}`
    expect((await site.admin.delete(path)).code).toBe(200)
    expect(await audited('robot')).toMatchObject([
      {
        state: 'access removed',
        roles: ['cs-reader in the whole cluster', 'live grant'],
      },
    ])
    const { stdout } = await asAdmin('status')
    expect(stdout).toMatch(
      /^robot .* access removed\n {2}→ still logs in, and its renewal grants access again if role and namespace exist/m,
    )
    expect(stdout).toContain('1 removed, 2 later')
  })

  test('a withdrawal that may not list bindings fails, and audit shows the roles until a later run saw them end', async () => {
    await allow('get', 'create', 'update', 'delete')
    site.ask('jane', BOTH, WITHDRAWN)
    site.workshop.commit()
    const ran = await site.apply(['jane'])
    expect([ran.code, ran.stdout + ran.stderr]).toEqual([2, expect.stringContaining('list')])
    expect(ran.stdout + ran.stderr).toMatch(/CLUSTER_FORBIDDEN/)
    expect(ran.stdout).not.toMatch(/access has ended|withdrawn /)
    const [kept] = await audited('jane')
    expect(kept?.roles).toContain('cs-reader in the whole cluster')
    await allow('get', 'list', 'create', 'update', 'delete')
    await until(async () => (await site.apply(['jane'])).code === 0)
    expect(await audited('jane')).toMatchObject([{ state: 'withdrawn', roles: [] }])
  })

  test('the removal of a file that may not list bindings fails, too', async () => {
    await allow('get', 'create', 'update', 'delete')
    site.workshop.remove('requests/other.yaml')
    site.workshop.commit()
    expect((await site.apply([])).code).toBe(2)
    await allow('get', 'list', 'create', 'update', 'delete')
    await until(async () => (await site.apply([])).code === 0)
    expect((await bindings()).map(requestOf)).toEqual(['robot'])
  })

  test('a withdrawal fails after access left all policies and the identity was applied again', async () => {
    const policy = site.workshop.read('policies/everybody.yaml')
    site.workshop.write('policies/everybody.yaml', policy.slice(0, policy.indexOf('  access:')))
    const { stdout } = await site.workshop.run(['manifests', 'identity'])
    await applyOnServer(stdout, site.admin)
    site.workshop.write(
      'requests/robot.yaml',
      site.workshop.read('requests/robot.yaml').replace(/^ +access:.*$/m, '  withdraw: true'),
    )
    site.workshop.commit()
    const ran = await site.apply(['robot'])
    expect([ran.code, ran.stdout]).toEqual([2, expect.not.stringContaining('access has ended')])
    expect((await bindings()).length).toBeGreaterThan(0)
    const roles = ['cs-reader in the whole cluster', 'live grant']
    expect(await audited('robot')).toMatchObject([{ roles }])
  })
})
