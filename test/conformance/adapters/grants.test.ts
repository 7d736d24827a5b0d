// The ports Grants and Revocations against API servers: what binds, what ends access, and what an API server refuses.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { grantGroup, guardPolicyName } from '../../../src/domain/cluster/grant.ts'
import { bindingName } from '../../../src/domain/cluster/grant-binding.ts'
import { REVOKES_LABEL } from '../../../src/domain/cluster/revocation.ts'
import { ok, refuseAs } from '../../../src/domain/problem.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import type { WantedBinding } from '../../../src/ports/grants.ts'
import type { Credential } from '../../build/api-client.ts'
import { clusterAt, failureOf, until } from '../../build/connected.ts'
import { answering, startOddServer } from '../../build/odd-server.ts'
import type { OddServer } from '../../build/odd-server.ts'
import { describeSubjects, describeTruest, hasRealSubject } from '../../build/subjects.ts'
import type { Rule, Subject } from '../../build/subjects.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const POLICIES = '/apis/admissionregistration.k8s.io/v1'
const GROUPS = ['rbac.authorization.k8s.io']
const BINDINGS = ['rolebindings', 'clusterrolebindings']
const REVOKER: readonly Rule[] = BINDINGS.map(each => ({
  apiGroups: GROUPS,
  resources: [each],
  verbs: ['get', 'list', 'update', 'delete'],
}))
const UNREVOKED = async () => ok(null)
const LETTERS = 'abcdefghijklmnopqrstuvwxyz'

/** An owner and a ClusterRole of this run, and what the tests make with them. */
function workbench(subject: () => Subject) {
  const opened: Cluster[] = []
  let count = 0
  const bench = {} as { owner: string; role: string; admin: Cluster }

  const connect = (credential: Credential): Cluster => {
    const { namespace } = subject()
    const cluster = clusterAt(subject().backend, credential, { owner: bench.owner, namespace })
    opened.push(cluster)
    return cluster
  }
  const userWith = async (rules: readonly Rule[]): Promise<Cluster> =>
    connect(await subject().backend.user(subject().name(`user-${count++}`), [], rules))
  const wanted = (namespace: string | null = subject().namespace): WantedBinding => {
    const grant = grantGroup(bench.owner, LETTERS.charAt(count++).repeat(20))
    return { grant, clusterRole: bench.role, namespace, request: 'jane' }
  }
  const placeOf = ({ grant, clusterRole, namespace }: WantedBinding) => ({
    name: bindingName(grant, clusterRole),
    namespace,
  })
  const folderOf = (namespace: string | null): string =>
    namespace === null
      ? `${RBAC}/clusterrolebindings`
      : `${RBAC}/namespaces/${namespace}/rolebindings`
  const bound = async (name: string, groups: readonly string[], metadata: object = {}) => {
    await subject().admin.created(folderOf(subject().namespace), {
      metadata: { name, ...metadata },
      roleRef: { apiGroup: GROUPS[0], kind: 'ClusterRole', name: bench.role },
      subjects: groups.map(group => ({ apiGroup: GROUPS[0], kind: 'Group', name: group })),
    })
    return `${folderOf(subject().namespace)}/${encodeURIComponent(name)}`
  }

  beforeAll(async () => {
    bench.owner = subject().name('own')
    bench.role = subject().name('reader')
    bench.admin = connect(subject().backend.admin)
    subject().later(`${RBAC}/clusterroles/${bench.role}`)
    const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]
    await subject().admin.created(`${RBAC}/clusterroles`, { metadata: { name: bench.role }, rules })
  })
  afterAll(async () => {
    for (const cluster of opened) await cluster.close()
  })
  return { made: bench, userWith, wanted, placeOf, folderOf, bound }
}

describeSubjects('grants', subject => {
  const { made, userWith, wanted, placeOf, folderOf, bound } = workbench(subject)

  test.each([
    ['a namespace', (one: Subject) => one.namespace],
    ['the whole cluster', () => null],
  ])('a binding in %s is created once, listed, and ended', async (_, namespaceOf) => {
    const asked = wanted(namespaceOf(subject()))
    const binding = placeOf(asked)
    subject().later(`${folderOf(asked.namespace)}/${encodeURIComponent(binding.name)}`)
    expect(await made.admin.grants.bind(asked, UNREVOKED)).toEqual({ ok: true, value: null })
    expect(await made.admin.grants.bind(asked, UNREVOKED)).toEqual({ ok: true, value: null })
    const listed = (await made.admin.grants.list()).filter(({ name }) => name === binding.name)
    expect(listed).toEqual([
      {
        ...binding,
        clusterRole: made.role,
        request: 'jane',
        grants: [asked.grant],
        isOfTheseRecords: true,
        isExact: true,
        isGranting: true,
        uid: expect.stringMatching(/./),
      },
    ])
    expect(await made.admin.grants.unbind(binding)).toEqual({ ok: true, value: 'ended' })
    expect(await made.admin.grants.unbind(binding)).toEqual({ ok: true, value: 'absent' })
    expect((await made.admin.grants.list()).filter(({ name }) => name === binding.name)).toEqual([])
  })

  test('a binding gets its grant only after a look for revocations, which finds it without subjects', async () => {
    const asked = wanted()
    const listed = async () =>
      (await made.admin.grants.list()).find(({ name }) => name === placeOf(asked).name)
    const revoked = await made.admin.grants.bind(asked, async () => {
      expect(await listed()).toMatchObject({ isGranting: false, grants: [asked.grant] })
      return refuseAs('ACCESS_REVOKED', 'revoked')
    })
    expect(revoked).toMatchObject({ problems: [{ code: 'ACCESS_REVOKED' }] })
    expect(await listed()).toMatchObject({ isGranting: false })
    // A binding without subjects is filled in by the next run.
    expect(await made.admin.grants.bind(asked, UNREVOKED)).toEqual(ok(null))
    expect(await listed()).toMatchObject({ isGranting: true, isExact: true })
    await made.admin.grants.unbind(placeOf(asked))
  })

  test('a binding that is deleted before it gets its grant is not created again', async () => {
    const asked = wanted()
    const deleted = await made.admin.grants.bind(asked, async () => {
      await made.admin.grants.unbind(placeOf(asked))
      return ok(null)
    })
    expect(deleted).toMatchObject({ problems: [{ code: 'ACCESS_BINDING_FOREIGN' }] })
    const names = (await made.admin.grants.list()).map(({ name }) => name)
    expect(names).not.toContain(placeOf(asked).name)
  })

  test('a binding of another name to a grant is listed too, and one of another owner is not', async () => {
    const { grant } = wanted()
    await bound('by-someone', [grant, 'developers'])
    await bound('by-another-owner', [grantGroup('another', 'a'.repeat(20))])
    const found = (await made.admin.grants.list()).filter(({ name }) => name.startsWith('by-'))
    expect(found).toMatchObject([{ name: 'by-someone', grants: [grant], request: null }])
  })

  test('a binding with the wanted name and other subjects is ACCESS_BINDING_FOREIGN', async () => {
    for (const groups of [['developers'], ['developers', 'others']]) {
      const asked = wanted()
      const { name } = placeOf(asked)
      await bound(name, groups.length === 1 ? [asked.grant, ...groups] : groups)
      expect(await made.admin.grants.bind(asked, UNREVOKED)).toMatchObject({
        ok: false,
        problems: [
          {
            code: 'ACCESS_BINDING_FOREIGN',
            hint: `look at it, and delete it if nobody needs it:\nkubectl delete rolebindings ${name} --namespace ${subject().namespace}`,
          },
        ],
      })
    }
  })

  test('a namespace that does not exist is ACCESS_NAMESPACE_MISSING', async () => {
    const gone = subject().name('gone')
    expect(await made.admin.grants.bind(wanted(gone), UNREVOKED)).toMatchObject({
      problems: [{ code: 'ACCESS_NAMESPACE_MISSING', hint: `kubectl create namespace ${gone}` }],
    })
    expect(await made.admin.grants.namespaceUid(gone)).toBeNull()
    expect(await made.admin.grants.namespaceUid(subject().namespace)).toMatch(/./)
  })

  test('a login without the rights is ACCESS_FORBIDDEN with the rule that is missing', async () => {
    const create = { apiGroups: GROUPS, resources: ['rolebindings'], verbs: ['create'] }
    const creator = await userWith([create])
    expect(await creator.grants.bind(wanted(), UNREVOKED)).toMatchObject({
      problems: [
        {
          code: 'ACCESS_FORBIDDEN',
          hint: expect.stringContaining(
            `- {apiGroups: ["rbac.authorization.k8s.io"], resources: [clusterroles], resourceNames: ["${made.role}"], verbs: [bind]}`,
          ),
        },
      ],
    })
    const nobody = await userWith([])
    expect(await nobody.grants.bind(wanted(), UNREVOKED)).toMatchObject({
      problems: [
        {
          code: 'ACCESS_FORBIDDEN',
          hint: expect.stringContaining(
            '- {apiGroups: ["rbac.authorization.k8s.io"], resources: [rolebindings], verbs: [create]}',
          ),
        },
      ],
    })
    expect((await failureOf(nobody.grants.list())).code).toBe('CLUSTER_FORBIDDEN')
  })

  test('the right to bind a role is enough, and its rules can be read', async () => {
    const binder = await userWith([
      { apiGroups: GROUPS, resources: ['rolebindings'], verbs: ['create', 'update'] },
      {
        apiGroups: GROUPS,
        resources: ['clusterroles'],
        resourceNames: [made.role],
        verbs: ['bind'],
      },
    ])
    expect(await binder.grants.bind(wanted(), UNREVOKED)).toEqual({ ok: true, value: null })
    const rule = { verbs: ['get'], apiGroups: [''], resources: ['pods'] }
    const rules = [{ ...rule, resourceNames: [], nonResourceURLs: [] }]
    expect(await made.admin.grants.rulesOf(made.role)).toEqual(rules)
    expect(await made.admin.grants.rulesOf(subject().name('none'))).toBeNull()
  })

  test('a login that may not delete bindings is CLUSTER_FORBIDDEN', async () => {
    const asked = wanted()
    await bound(placeOf(asked).name, [asked.grant])
    const reader = await userWith([{ ...REVOKER[0]!, verbs: ['get'] }])
    const { code, hint } = await failureOf(reader.grants.unbind(placeOf(asked)))
    expect(code).toBe('CLUSTER_FORBIDDEN')
    expect(hint).toContain('resources: [rolebindings], verbs: [delete]')
  })

  /** A policy that refuses every binding of this owner to a group that is no grant. */
  const refusing = async (name: string): Promise<void> => {
    const rule = {
      apiGroups: GROUPS,
      apiVersions: ['v1'],
      resources: BINDINGS,
      operations: ['CREATE'],
    }
    subject().later(`${POLICIES}/validatingadmissionpolicies/${name}`)
    subject().later(`${POLICIES}/validatingadmissionpolicybindings/${name}`)
    await subject().admin.created(`${POLICIES}/validatingadmissionpolicies`, {
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules: [rule] },
        validations: [
          {
            expression: `!object.metadata.name.startsWith('countersign:${made.owner}:') || !has(object.subjects) || object.subjects.all(s, !s.name.endsWith(':other'))`,
            message: 'only grants',
            reason: 'Forbidden',
          },
        ],
      },
    })
    await subject().admin.created(`${POLICIES}/validatingadmissionpolicybindings`, {
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    })
  }

  test('the guard counts once its policy refuses a binding to a group that is no grant', async () => {
    expect(await made.admin.grants.checkGuard(made.role)).toMatchObject({
      problems: [
        {
          code: 'ACCESS_UNGUARDED',
          hint: expect.stringMatching(/manifests guard --cluster \S+ \| kubectl apply -f -$/),
        },
      ],
    })
    const nobody = await userWith([])
    expect(await nobody.grants.checkGuard(made.role)).toMatchObject({
      problems: [{ code: 'ACCESS_UNGUARDED' }],
    })
    // A policy of others with the same answer says nothing about the guard.
    const other = subject().name('other-policy')
    await refusing(other)
    let asked = await made.admin.grants.checkGuard(made.role)
    await until(async () => {
      asked = await made.admin.grants.checkGuard(made.role)
      return asked.ok || asked.problems[0].message.includes(other)
    })
    expect(asked.ok).toBe(false)
    await refusing(guardPolicyName(made.owner))
    await subject().admin.delete(`${POLICIES}/validatingadmissionpolicybindings/${other}`)
    await until(async () => (await made.admin.grants.checkGuard(made.role)).ok)
    expect(await made.admin.grants.bind(wanted(), UNREVOKED)).toEqual({ ok: true, value: null })
    expect((await made.admin.grants.list()).map(({ grants }) => grants)).not.toContainEqual([
      grantGroup(made.owner, 'a'.repeat(20)),
    ])
  })

  test('a binding belongs to the records of one cluster in one namespace', async () => {
    const asked = wanted()
    await made.admin.grants.bind(asked, UNREVOKED)
    const { name } = placeOf(asked)
    const isOurs = async (cluster: Cluster): Promise<boolean | undefined> =>
      (await cluster.grants.list()).find(each => each.name === name)?.isOfTheseRecords
    const elsewhere = clusterAt(subject().backend, subject().backend.admin, {
      owner: made.owner,
      namespace: 'elsewhere',
    })
    expect([await isOurs(made.admin), await isOurs(elsewhere)]).toEqual([true, false])
    await elsewhere.close()
    await made.admin.grants.unbind(placeOf(asked))
  })

  test('the holder of a certificate has the rights of a grant until its binding ends', async () => {
    const asked = wanted()
    const name = subject().name('holder')
    const { certificatePem = '', keyPem = '' } = await subject().backend.user(
      name,
      [asked.grant],
      [],
    )
    const right = { group: '', resource: 'pods', verb: 'get', namespace: subject().namespace }
    const may = (): Promise<boolean> => made.admin.mayAs(certificatePem, new Secret(keyPem), right)
    expect(await may()).toBe(false)
    await made.admin.grants.bind(asked, UNREVOKED)
    await until(may)
    await made.admin.grants.unbind(placeOf(asked))
    await until(async () => !(await may()))
  })

  describe('revocations', () => {
    const maps = (): string => `/api/v1/namespaces/${subject().namespace}/configmaps`

    test('each revocation is listed with the time of the API server, and removed', async () => {
      const revoked = { what: 'request', value: 'jane' } as const
      await made.admin.revocations.add(revoked, 'reviewer')
      await made.admin.revocations.add(revoked, 'author')
      const { revocations, broken } = await made.admin.revocations.list()
      const stored = { ...revoked, at: expect.any(Date), uid: expect.stringMatching(/./) }
      expect(broken).toEqual([])
      expect(revocations.toSorted((a, b) => a.by.localeCompare(b.by))).toMatchObject([
        { ...stored, by: 'author' },
        { ...stored, by: 'reviewer' },
      ])
      const [first, second] = revocations
      const left = async () => (await made.admin.revocations.list()).revocations
      await made.admin.revocations.remove({ ...first!, uid: 'another' })
      expect(await left()).toHaveLength(2)
      await made.admin.revocations.remove(first!)
      await made.admin.revocations.remove(first!)
      expect(await left()).toEqual([second])
      await made.admin.revocations.remove(second!)
    })

    test('an object with the label that is no revocation is reported, and hides none', async () => {
      const labels = { [REVOKES_LABEL]: made.owner }
      await subject().admin.created(maps(), { metadata: { name: 'odd', labels }, data: {} })
      await made.admin.revocations.add({ what: 'request', value: 'robot' }, 'reviewer')
      const { revocations, broken } = await made.admin.revocations.list()
      expect(revocations).toMatchObject([{ value: 'robot' }])
      expect(broken).toMatchObject([
        {
          code: 'CLUSTER_RECORD',
          hint: expect.stringContaining(
            `kubectl delete configmap odd --namespace ${subject().namespace}`,
          ),
        },
      ])
      await subject().admin.delete(`${maps()}/odd`)
      for (const each of revocations) await made.admin.revocations.remove(each)
    })
  })
})

// The embedded cluster deletes an object at once, whatever finalizers it has.
const describeReal = hasRealSubject ? describeTruest : () => undefined

describeReal('grants with a finalizer', subject => {
  const { made, userWith, wanted, placeOf, bound } = workbench(subject)

  test('a binding with a finalizer is emptied, and ACCESS_FINALIZER says how to delete it', async () => {
    const asked = wanted()
    const { name } = placeOf(asked)
    const path = await bound(name, [asked.grant], { finalizers: ['example.com/keep'] })
    expect(await made.admin.grants.unbind(placeOf(asked))).toMatchObject({
      problems: [{ code: 'ACCESS_FINALIZER', hint: expect.stringContaining('"finalizers":null') }],
    })
    expect((await subject().admin.get(path)).body).not.toHaveProperty('subjects')
    expect(await made.admin.grants.bind(asked, UNREVOKED)).toMatchObject({
      problems: [{ code: 'ACCESS_BINDING_FOREIGN' }],
    })
  })

  test('a login that may not bind the role ends a binding with a finalizer too', async () => {
    const asked = wanted()
    const { name } = placeOf(asked)
    const path = await bound(name, [asked.grant], { finalizers: ['example.com/keep'] })
    const revoker = await userWith(REVOKER)
    expect(await revoker.grants.unbind(placeOf(asked))).toEqual({ ok: true, value: 'ended' })
    expect((await subject().admin.get(path)).code).toBe(404)
  })
})

/** A server with one binding that a finalizer keeps. `mayBind`: whether its subjects may be changed. */
async function serverWithFinalizer(mayBind: boolean): Promise<OddServer> {
  const metadata = { name: "it's", uid: '1', deletionTimestamp: '2026-03-01T12:00:00Z' }
  const roleRef = { kind: 'ClusterRole', name: 'view' }
  let [subjects, isGone, puts]: [object[], boolean, number] = [
    [{ kind: 'Group', name: 'x' }],
    false,
    0,
  ]
  return startOddServer((request, response) => {
    const binding = { metadata, roleRef, subjects }
    if (request.method === 'GET')
      return answering(isGone ? 404 : 200, isGone ? {} : binding)(request, response)
    if (mayBind) subjects = []
    else isGone = ++puts > 1
    return answering(mayBind || isGone ? 200 : 403, binding)(request, response)
  })
}

test('a binding that a finalizer keeps is emptied, and its name is quoted for the shell', async () => {
  const odd = await serverWithFinalizer(true)
  const open = clusterAt({ server: odd.server, caPem: '' }, {})
  expect(await open.grants.unbind({ name: "it's", namespace: 'apps' })).toMatchObject({
    problems: [
      {
        code: 'ACCESS_FINALIZER',
        hint: expect.stringContaining(
          String.raw`rolebindings 'it'\''s' --namespace apps --type merge`,
        ),
      },
    ],
  })
  await open.close()
  await odd.close()
})

test('if subjects may not be changed, the finalizers are taken away', async () => {
  const odd = await serverWithFinalizer(false)
  const open = clusterAt({ server: odd.server, caPem: '' }, {})
  expect(await open.grants.unbind({ name: 'x', namespace: null })).toEqual({
    ok: true,
    value: 'ended',
  })
  expect(odd.asked.map(each => each.split(' ')[0])).toEqual(['GET', 'PUT', 'PUT', 'GET'])
  await open.close()
  await odd.close()
})
