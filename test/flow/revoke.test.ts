// countersign revoke with exactly the rights of manifests revoker: what it ends, what it reports as left, and what a second run says.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { grantGroup } from '../../src/domain/cluster/grant.ts'
import { bindingName } from '../../src/domain/cluster/grant-binding.ts'
import { REVOKES_LABEL } from '../../src/domain/cluster/revocation.ts'
import { configure, requestText } from '../build/request-text.ts'
import { describeSubjects } from '../build/subjects.ts'
import { rulesOf, Workshop } from '../build/workshop.ts'

const RBAC = 'rbac.authorization.k8s.io'

describeSubjects('revoke', subject => {
  const workshop = new Workshop()
  let owner = ''
  let revoker = { certificatePem: '', keyPem: '' }
  let count = 0

  const folder = (isWide: boolean): string =>
    isWide
      ? `/apis/${RBAC}/v1/clusterrolebindings`
      : `/apis/${RBAC}/v1/namespaces/${subject().namespace}/rolebindings`
  /** Binds the role `view` as countersign does; returns the path. */
  const bound = async (request: string, grant: string, isWide = false): Promise<string> => {
    const name = bindingName(grant, 'view')
    await subject().admin.created(folder(isWide), {
      metadata: { name, annotations: { 'countersign.dev/request': request } },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: grant }],
    })
    const path = `${folder(isWide)}/${encodeURIComponent(name)}`
    if (isWide) subject().later(path)
    return path
  }
  const newGrant = (): string => grantGroup(owner, 'abcdefghij'.charAt(count++).repeat(20))
  const codeOf = async (path: string): Promise<number> => (await subject().admin.get(path)).code
  const revocations = async () => {
    const maps = `/api/v1/namespaces/${subject().namespace}/configmaps`
    const { items } = (
      await subject().admin.get(`${maps}?labelSelector=${REVOKES_LABEL}%3D${owner}`)
    ).body
    return items.map(({ data, metadata }): Readonly<Record<string, string>> => ({
      ...data,
      uid: metadata.uid,
    }))
  }

  beforeAll(async () => {
    owner = subject().name('owner')
    configure(workshop, { owner, namespace: subject().namespace })
    workshop.write('requests/jane.yaml', requestText({ name: 'jane' }))
    workshop.commit()
    workshop.useKubeconfig(subject().backend, subject().backend.admin)
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
    const user = subject().name('revoker')
    const printed = await workshop.run(['manifests', 'revoker', '--user', user])
    const { certificatePem = '', keyPem = '' } = await subject().backend.user(
      user,
      [],
      rulesOf(printed.stdout),
    )
    revoker = { certificatePem, keyPem }
    workshop.useKubeconfig(subject().backend, revoker)
  })
  afterAll(() => workshop.end())

  test('without a yes nothing is revoked', async () => {
    const path = await bound('jane', newGrant())
    const ran = await workshop.run(['revoke', 'jane'], { stdin: 'no\n' })
    expect(ran.stderr).toContain(`jane in test: view in ${subject().namespace}`)
    expect(ran.stderr).toContain('nothing was done')
    expect(ran.code).toBe(1)
    const report = await workshop.run(['revoke', 'jane', '-o', 'json'])
    expect(JSON.parse(report.stdout).problems).toMatchObject([
      { code: 'RUN_USAGE', message: 'nothing was done: nobody answered yes' },
    ])
    expect(await codeOf(path)).toBe(200)
    expect(await revocations()).toEqual([])
  })

  test('revoke ends every binding of a request and stores the revocation; a second run says so', async () => {
    const other = await bound('deployer', newGrant())
    const paths = [await bound('jane', newGrant()), await bound('jane', newGrant(), true)]
    const ran = await workshop.run(['revoke', 'jane', '--yes'])
    expect(ran.stdout).toMatch(/✓ {2}revoked {2}jane in test  view in the whole cluster, view in /)
    expect(ran.stdout).toContain('This does not stop:\n- watches, and sessions of exec')
    expect(ran.code).toBe(0)
    for (const path of paths) expect(await codeOf(path)).toBe(404)
    expect(await codeOf(other)).toBe(200)
    const ofJane = async () => (await revocations()).filter(each => each['value'] === 'jane')
    expect(await ofJane()).toMatchObject([{ what: 'request', by: subject().name('revoker') }])
    // Their grants end for good, since a PKCS#10 carries its grant for ever.
    const grants = (await revocations()).filter(each => each['what'] === 'grant')
    expect(grants.length).toBeGreaterThanOrEqual(2)
    workshop.useKubeconfig(subject().backend, subject().backend.admin)
    const { certificates } = JSON.parse((await workshop.run(['status', '-o', 'json'])).stdout)
    expect(certificates).toMatchObject([{ name: 'jane', state: 'revoked, without access' }])
    workshop.useKubeconfig(subject().backend, revoker)
    const again = await workshop.run(['revoke', 'jane', '--yes'])
    expect(again.stdout).toMatch(/= {2}already revoked {2}jane in test {2}no bindings/)
    expect(again.code).toBe(0)
    // A change that was approved in between would lift the first one.
    expect(await ofJane()).toHaveLength(2)
  })

  test('bindings that came after a revocation end by another one', async () => {
    const path = await bound('jane', newGrant())
    const ran = await workshop.run(['revoke', 'jane', '--yes'])
    expect(ran.stdout).toMatch(/✓ {2}revoked {2}jane in test/)
    expect(ran.code).toBe(0)
    expect(await codeOf(path)).toBe(404)
  })

  test('one grant is revoked by its letters, and other grants of the request stay', async () => {
    const [grant, other] = [newGrant(), newGrant()]
    const [path, kept] = [await bound('jane', grant), await bound('jane', other)]
    const ran = await workshop.run(['revoke', '--grant', grant.slice(-20), '--yes', '-o', 'json'])
    expect(JSON.parse(ran.stdout)).toMatchObject({
      revoked: [{ cluster: 'test', what: 'grant', value: grant, outcome: 'revoked', problems: [] }],
      problems: [],
      warnings: [],
      notStopped: expect.arrayContaining([expect.stringContaining('system:authenticated')]),
    })
    expect([await codeOf(path), await codeOf(kept)]).toEqual([404, 200])
  })

  test('a name that nothing is known of is refused with --yes, and revoked after a question', async () => {
    const refused = await workshop.run(['revoke', 'jane', 'stranger', '--yes'])
    expect(refused.stderr).toContain('nothing was revoked: stranger has no record, no binding and')
    const near = await workshop.run(['revoke', 'jnae', '--yes'])
    expect(near.stderr).toContain('did you mean "jane"? to revoke an unknown name, leave --yes out')
    expect([refused.code, near.code]).toEqual([2, 2])
    expect(await revocations()).not.toContainEqual(expect.objectContaining({ value: 'stranger' }))
    const asked = await workshop.run(['revoke', 'jnae'], { stdin: 'no\n' })
    expect(asked.stderr).toContain('did you mean "jane"? jnae is revoked all the same')
    const ran = await workshop.run(['revoke', 'stranger'], { stdin: 'yes\n' })
    expect(ran.stderr).toContain('warning: REQUEST_NONE  nothing is known of stranger in test')
    expect(ran.stdout).toMatch(/! {2}nothing to end {2}stranger in test/)
    expect(ran.code).toBe(0)
    expect(await revocations()).toContainEqual(expect.objectContaining({ value: 'stranger' }))
  })

  test('another binding that names the user or a group of the certificate makes the exit code 1', async () => {
    const name = subject().name('developers')
    subject().later(`${folder(true)}/${name}`)
    await subject().admin.created(folder(true), {
      metadata: { name },
      roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' },
      subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'developers' }],
    })
    const ran = await workshop.run(['revoke', 'jane', '--yes'])
    expect(ran.stdout).toContain(
      `error: ACCESS_LEFT  the certificate of jane may have access by ClusterRoleBinding ${name}`,
    )
    expect(ran.code).toBe(1)
  })

  test('a login without rights is one problem, with the command that gives the rights of the revoker', async () => {
    const user = await subject().backend.user(subject().name('reader'), [], [])
    const { certificatePem = '', keyPem = '' } = user
    workshop.useKubeconfig(subject().backend, { certificatePem, keyPem })
    const ran = await workshop.run(['revoke', 'jane'], { stdin: 'yes\n' })
    workshop.useKubeconfig(subject().backend, revoker)
    expect(ran.stderr).toContain('jane in test: bindings unknown')
    expect((ran.stdout + ran.stderr).match(/CLUSTER_FORBIDDEN/g)).toHaveLength(1)
    expect(ran.stderr).toContain(
      'countersign manifests revoker --user NAME --cluster test | kubectl --kubeconfig ADMIN apply -f -',
    )
    expect([ran.code, ran.stdout]).toEqual([1, expect.not.stringContaining('manifests rbac')])
  })

  test('a login that no record names is refused, and so is what is no name', async () => {
    const ran = await workshop.run(['revoke', '--login', 'reviewer', '--yes'])
    expect(ran.stderr).toContain('no record names reviewer as author or contributor')
    expect(ran.stdout).not.toContain('This does not stop')
    expect(ran.code).not.toBe(0)
    const file = await workshop.run(['revoke', 'requests/jane.yaml', '--yes'])
    expect(file.stderr).toContain('give the name, not the file')
    workshop.write('requests/jane-doe.yaml', requestText({ name: 'real' }))
    const named = await workshop.run(['revoke', 'jane-doe', '--yes'])
    expect(named.stderr).toContain('requests/jane-doe.yaml requests real: countersign revoke real')
    workshop.remove('requests/jane-doe.yaml')
    const configured = workshop.read('countersign.yaml')
    workshop.write('countersign.yaml', 'kind: [')
    workshop.commit()
    const broken = await workshop.run(['revoke', 'jane', '--yes'])
    workshop.write('countersign.yaml', configured)
    expect(broken.code).not.toBe(0)
    expect(broken.stderr).toMatch(/git show [0-9a-f]{40} > before.yaml, and add --config/)
    const both = await workshop.run(['revoke', 'jane', '--login', 'reviewer'])
    expect(both.stderr).toContain('revoke takes names, or --login, or --grant')
  })

  test('manifests authorization prints the grants that it denies, and refuses what is no grant', async () => {
    const grant = newGrant()
    const ran = await workshop.run(['manifests', 'authorization', '--grant', grant.slice(-20)])
    expect(ran.stdout).toContain(`"request.groups.exists(g, g in [\\"${grant}\\"])"`)
    expect(ran.code).toBe(0)
    const other = await workshop.run(['manifests', 'authorization', '--grant', 'jane'])
    expect(other.stderr).toContain(`"jane" is not a grant of ${owner}`)
    expect((await workshop.run(['manifests', 'authorization'])).stderr).toContain(
      '--grant or --user is missing',
    )
    const named = await workshop.run(['manifests', 'authorization', '--user', "O'Hara, Jane"])
    expect(parse(named.stdout.split('\n---\n')[0] ?? '')).toMatchObject({
      authorizers: [
        { webhook: { matchConditions: [{ expression: `request.user in ["O'Hara, Jane"]` }] } },
        { type: 'Node' },
        { type: 'RBAC' },
      ],
    })
    const node = await workshop.run(['manifests', 'authorization', '--user', 'system:apiserver'])
    expect(node.stderr).toContain('is a user of Kubernetes')
  })
})
