// The guard of RoleBindings and ClusterRoleBindings on API servers: the apply identity, with every right by RBAC, binds the roles of the
// policies to its own grants and nothing else; others only take such bindings away; two installations do not touch each other.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { grantGroup } from '../../../src/domain/cluster/grant.ts'
import { bindingName } from '../../../src/domain/cluster/grant-binding.ts'
import { guardManifests } from '../../../src/setup/guard/guard-policies.ts'
import { identityManifests } from '../../../src/setup/rbac/apply-identity.ts'
import { APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from '../../build/api-client.ts'
import type { Answer, ApiClient } from '../../build/api-client.ts'
import type { ApiObject } from '../../build/api-object.ts'
import { EVERYTHING, GUARDED, refusedBy, startGuarded, until } from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation } from '../../build/installation.ts'

const OWNER = 'acme-certs'
const POLICY = `countersign-${OWNER}-bindings`
const RECORDS_POLICY = `countersign-${OWNER}-records`
const RBAC = 'rbac.authorization.k8s.io'
const CLUSTER = `/apis/${RBAC}/v1/clusterrolebindings`
const APPS = `/apis/${RBAC}/v1/namespaces/apps/rolebindings`
const ROLES = `/apis/${RBAC}/v1/clusterroles`
const MAPS = '/api/v1/namespaces/countersign/configmaps'
const APPLY_USER = 'system:serviceaccount:countersign:countersign-apply'
const CREDENTIAL_ID = 'authentication.kubernetes.io/credential-id'
const INVENTED_ID = {
  'impersonate-extra-authentication.kubernetes.io%2Fcredential-id': 'JTI=invented',
}
const INVENTED_LOGIN = { ...INVENTED_ID, 'impersonate-uid': 'invented' }

/** Its owner is the beginning of the other owner; its identity is a user with a client certificate. */
const SHORT = installation({
  owner: 'acme',
  subject: { kind: 'User', name: 'pipeline' },
  planner: null,
  signers: [{ name: 'example.com/short', maxDurationSeconds: null }],
  accessRoles: ['cs-reader'],
})

/** Bound before the guard, with a finalizer. */
const HELD = grantGroup(SHORT.owner, 'f'.repeat(20))

const NAME = 'makes and deletes bindings of its own grants only'
const ROLE = 'no policy of countersign allows this role as access there'
const FORM = 'the name of a binding is its grant, a colon and its role'
const SUBJECT = 'the only subject of a binding is the grant in its name'
const IMPOSTOR = 'acts with its own credential only'
const OTHERS = `only countersign (${OWNER}) binds roles to its grants`
const FINALIZER = 'gets no finalizers'

interface Changes {
  readonly name?: string
  readonly role?: string
  readonly kind?: string
  readonly subjects?: readonly object[]
  readonly metadata?: object
}

const group = (name: string): object => ({ apiGroup: RBAC, kind: 'Group', name })
const user = (name: string): object => ({ apiGroup: RBAC, kind: 'User', name })
const account = { kind: 'ServiceAccount', namespace: 'apps', name: 'default' }

function binding(grant: string, changes: Changes = {}): object {
  const { role = 'cs-reader', kind = 'ClusterRole', subjects = [group(grant)] } = changes
  return {
    metadata: { name: changes.name ?? bindingName(grant, role), ...changes.metadata },
    roleRef: { apiGroup: RBAC, kind, name: role },
    subjects,
  }
}

describe.each(GUARDED)('%s: the guard of bindings', kind => {
  // Constrained impersonation is a feature of Kubernetes 1.36 that the embedded cluster does not have.
  const testReal = kind === 'real kube-apiserver' ? test : test.skip
  let cluster: GuardedCluster
  let apply: ApiClient
  let intruder: ApiClient
  let pipeline: ApiClient
  let count = 0

  beforeAll(async () => {
    const impersonator = [
      {
        apiGroups: ['authentication.k8s.io'],
        resources: ['users', 'serviceaccounts', `userextras/${CREDENTIAL_ID}`],
        verbs: ['impersonate:user-info', 'impersonate:serviceaccount'],
      },
      {
        apiGroups: [RBAC],
        resources: ['clusterrolebindings'],
        verbs: ['impersonate-on:user-info:create', 'impersonate-on:serviceaccount:create'],
      },
    ]
    const revoker = [
      {
        apiGroups: [RBAC],
        resources: ['rolebindings', 'clusterrolebindings'],
        verbs: ['get', 'list', 'update', 'delete'],
      },
    ]
    const users = { intruder: [EVERYTHING], pipeline: [EVERYTHING], impersonator, revoker }
    const access = installation({
      accessRoles: ['cs-reader', 'team-reader', 'view', 'wide-reader'],
      accessPlaces: [
        { clusterRoles: ['cs-reader', 'view'], namespaces: null },
        { clusterRoles: ['cs-reader', 'view'], namespaces: ['ap*'] },
        { clusterRoles: ['team-reader'], namespaces: ['apps', 'web'] },
        { clusterRoles: ['wide-reader'], namespaces: null },
      ],
    })
    cluster = await startGuarded(access, users, kind, {
      real: { controllerManagerFlags: ['--controllers=garbagecollector'] },
    })
    await cluster.apply(identityManifests(SHORT))
    const subjects = [user('jane'), group(grantGroup(SHORT.owner, 'e'.repeat(20)))]
    await cluster.admin.created(
      CLUSTER,
      binding('', { name: 'earlier', role: 'cs-other', subjects }),
    )
    const finalizers = ['example.com/x']
    await cluster.admin.created(CLUSTER, binding(HELD, { metadata: { finalizers } }))
    await cluster.apply(guardManifests(SHORT, { approvers: [] }))
    apply = await cluster.serviceAccount('countersign', 'countersign-apply')
    intruder = cluster.as('intruder')
    pipeline = cluster.as('pipeline')
    const rules = [{ apiGroups: [''], resources: ['pods'], verbs: ['get'] }]
    for (const name of ['cs-reader', 'cs-other'])
      await cluster.admin.created(ROLES, { metadata: { name }, rules })
    for (const owner of [OWNER, SHORT.owner])
      await until(async () => {
        const made = binding(grantGroup(owner, 'a'.repeat(20)))
        return (await cluster.admin.post(`${CLUSTER}?dryRun=All`, made)).code === 403
      })
  })
  afterAll(() => cluster?.end())

  /** A new grant. */
  const grant = (owner = OWNER): string =>
    grantGroup(
      owner,
      String(++count)
        .padStart(20, '0')
        .replaceAll(/\d/g, digit => 'abcdefghij'.charAt(Number(digit))),
    )
  const nameOf = (made: object): string => (made as ApiObject).metadata.name
  /** A stored binding of the apply identity, and its path. */
  const stored = async (at = CLUSTER): Promise<readonly [string, ApiObject, string]> => {
    const own = grant()
    const object = await apply.created(at, binding(own))
    return [`${at}/${object.metadata.name}`, object, own]
  }
  const foreign = async (subjects = [user('jane')]): Promise<readonly [string, ApiObject]> => {
    const made = binding('', { name: `team-${++count}`, role: 'cs-other', subjects })
    const object = await cluster.admin.created(CLUSTER, made)
    return [`${CLUSTER}/${object.metadata.name}`, object]
  }
  const refused = (answer: Answer, says: string, policy = POLICY): void => {
    expect([answer.code, refusedBy(answer)]).toEqual([403, policy])
    expect(answer.body.message).toContain(says)
  }

  describe('the work of the apply identity with its printed rights', () => {
    test.each([
      ['in the whole cluster', CLUSTER],
      ['in a namespace', APPS],
    ])(
      'the apply identity binds a role to its grant, empties and deletes the binding %s',
      async (_where, at) => {
        const [path, object] = await stored(at)
        const empty = await apply.put(path, { ...object, subjects: [] })
        expect(empty.code).toBe(200)
        expect(empty.body).not.toHaveProperty('subjects.0')
        expect((await apply.delete(path)).code).toBe(200)
        expect((await apply.get(path)).code).toBe(404)
      },
    )

    test('the apply identity makes a binding without subjects and fills in its grant', async () => {
      const own = grant()
      const made = await apply.created(CLUSTER, binding(own, { subjects: [] }))
      const path = `${CLUSTER}/${made.metadata.name}`
      const { metadata } = made
      expect((await apply.put(path, { ...binding(own), metadata })).code).toBe(200)
    })

    test('the printed rights alone forbid the apply identity to bind another role', async () => {
      const other = await apply.post(CLUSTER, binding(grant(), { role: 'cs-other' }))
      expect([other.code, refusedBy(other)]).toEqual([403, null])
      const role = await apply.post(APPS, binding(grant(), { kind: 'Role' }))
      expect([[403, 404].includes(role.code), refusedBy(role)]).toEqual([true, null])
    })

    test('the printed rights let the apply identity read its roles and namespaces, and no other roles', async () => {
      const paths = [`${ROLES}/cs-reader`, '/api/v1/namespaces/apps', `${ROLES}/cs-other`]
      const codes = []
      for (const path of paths) codes.push((await apply.get(path)).code)
      expect(codes).toEqual([200, 200, 403])
      expect((await apply.get(`/apis/${RBAC}/v1/rolebindings`)).code).toBe(200)
    })
  })

  describe('the apply identity with every right by RBAC', () => {
    beforeAll(async () => {
      await cluster.admin.created(ROLES, {
        metadata: { name: 'everything' },
        rules: [{ apiGroups: ['*'], resources: ['*'], verbs: ['*'] }],
      })
      const subjects = [
        { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-apply' },
      ]
      const all = binding('', { name: 'turned', role: 'everything', subjects })
      await cluster.admin.created(CLUSTER, all)
      await until(async () => (await apply.get('/api/v1/secrets')).code === 200)
    })

    const created: readonly (readonly [string, (own: string) => object, string])[] = [
      ['another group', own => binding(own, { subjects: [group('developers')] }), SUBJECT],
      [
        'everybody who logs in',
        own => binding(own, { subjects: [group('system:authenticated')] }),
        SUBJECT,
      ],
      ['a user of the name of the grant', own => binding(own, { subjects: [user(own)] }), SUBJECT],
      ['a service account', own => binding(own, { subjects: [account] }), SUBJECT],
      ['two grants', own => binding(own, { subjects: [group(own), group(grant())] }), SUBJECT],
      ['one grant twice', own => binding(own, { subjects: [group(own), group(own)] }), SUBJECT],
      [
        'the grant and a user',
        own => binding(own, { subjects: [group(own), user('intruder')] }),
        SUBJECT,
      ],
      [
        'another grant than the one in the name',
        own => binding(own, { subjects: [group(grant())] }),
        SUBJECT,
      ],
      [
        'a group that only begins like the grant',
        own => binding(own, { subjects: [group(`${own}x`)] }),
        SUBJECT,
      ],
      [
        'the prefix of all grants',
        own => binding(own, { subjects: [group(`countersign:${OWNER}:`)] }),
        SUBJECT,
      ],
      ['a grant of another owner', () => binding(grant('other-certs')), NAME],
      ['a grant of an owner with the same beginning', () => binding(grant('acme-certs-2')), NAME],
      ['a grant with a name that is not one', own => binding(own, { name: 'innocent' }), NAME],
      ['a short grant', () => binding(`countersign:${OWNER}:abc`), NAME],
      ['a grant in capitals', () => binding(`countersign:${OWNER}:${'A'.repeat(20)}`), NAME],
      [
        'a grant under the name of another role',
        own => binding(own, { name: bindingName(own, 'view') }),
        FORM,
      ],
      [
        'a grant under the name of another role of the same length',
        own => binding(own, { name: bindingName(own, 'cs-writer') }),
        FORM,
      ],
      [
        'a grant under a longer name',
        own => binding(own, { name: bindingName(own, 'x:cs-reader') }),
        FORM,
      ],
      ['a role that is not listed', own => binding(own, { role: 'cs-other' }), ROLE],
      ['cluster-admin', own => binding(own, { role: 'cluster-admin' }), ROLE],
      [
        'a role that is not listed to nobody',
        own => binding(own, { role: 'cs-other', subjects: [] }),
        ROLE,
      ],
      [
        'a finalizer',
        own => binding(own, { metadata: { finalizers: ['example.com/x'] } }),
        FINALIZER,
      ],
      [
        'a generated name',
        own => ({
          ...binding(own),
          metadata: { generateName: bindingName(own, 'cs-reader') },
        }),
        FORM,
      ],
      [
        'a generated name and nobody',
        own => ({
          ...binding(own, { subjects: [] }),
          metadata: { generateName: bindingName(own, 'cs-reader') },
        }),
        FORM,
      ],
    ]
    test('the apply identity binds a role only where a policy allows it', async () => {
      const elsewhere = `/apis/${RBAC}/v1/namespaces/default/rolebindings`
      const team = (): object => binding(grant(), { role: 'team-reader' })
      const wide = (): object => binding(grant(), { role: 'wide-reader' })
      refused(await apply.post(CLUSTER, team()), ROLE)
      refused(await apply.post(elsewhere, team()), ROLE)
      refused(await apply.post(APPS, wide()), ROLE)
      expect((await apply.post(APPS, team())).code).toBe(201)
      expect((await apply.post(CLUSTER, wide())).code).toBe(201)
    })

    test.each(created)('the apply identity may not bind %s', async (_title, body, says) => {
      for (const at of [CLUSTER, APPS]) refused(await apply.post(at, body(grant())), says)
    })

    test('the apply identity may not bind a Role, also one of the name of a listed ClusterRole', async () => {
      const role = { metadata: { name: 'cs-reader' }, rules: [] }
      await cluster.admin.post(`/apis/${RBAC}/v1/namespaces/apps/roles`, role)
      refused(await apply.post(APPS, binding(grant(), { kind: 'Role' })), ROLE)
    })

    test('the apply identity may not do in a dry run what it may not do', async () => {
      const wide = binding(grant(), { subjects: [group('system:authenticated')] })
      refused(await apply.post(`${CLUSTER}?dryRun=All`, wide), SUBJECT)
    })

    const more = [group('system:authenticated')]
    const changed: readonly (readonly [
      string,
      (path: string, object: ApiObject, own: string) => Promise<Answer>,
      string,
    ])[] = [
      ['by PUT', (path, object) => apply.put(path, { ...object, subjects: more }), SUBJECT],
      [
        'by JSON patch',
        path => apply.patch(path, [{ op: 'add', path: '/subjects/-', value: more[0] }], JSON_PATCH),
        SUBJECT,
      ],
      ['by merge patch', path => apply.patch(path, { subjects: more }, MERGE_PATCH), SUBJECT],
      [
        'by strategic merge patch',
        path => apply.patch(path, { subjects: more }, STRATEGIC_PATCH),
        SUBJECT,
      ],
      [
        'by server-side apply',
        (path, object, own) =>
          apply.patch(
            `${path}?fieldManager=x&force=true`,
            {
              apiVersion: `${RBAC}/v1`,
              kind: 'ClusterRoleBinding',
              ...binding(own, { subjects: more }),
              metadata: { name: object.metadata.name },
            },
            APPLY_PATCH,
          ),
        SUBJECT,
      ],
      [
        'with a finalizer',
        path => apply.patch(path, { metadata: { finalizers: ['example.com/x'] } }, MERGE_PATCH),
        FINALIZER,
      ],
      [
        'with a finalizer and no subjects',
        path =>
          apply.patch(
            path,
            { subjects: [], metadata: { finalizers: ['example.com/x'] } },
            MERGE_PATCH,
          ),
        FINALIZER,
      ],
    ]
    test.each(changed)(
      'the apply identity may not widen a binding %s',
      async (_how, change, says) => {
        refused(await change(...(await stored())), says)
      },
    )

    test('the apply identity may not create a wide binding by server-side apply', async () => {
      const own = grant()
      const body = {
        apiVersion: `${RBAC}/v1`,
        kind: 'ClusterRoleBinding',
        ...binding(own, { subjects: more }),
      }
      const path = `${CLUSTER}/${nameOf(body)}?fieldManager=x`
      refused(await apply.patch(path, body, APPLY_PATCH), SUBJECT)
    })

    test('no binding changes its role', async () => {
      const [path, object] = await stored()
      const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: 'view' }
      const answer = await apply.put(path, { ...object, roleRef })
      expect([403, 422]).toContain(answer.code)
    })

    test('the apply identity may not change, take over, empty or delete a binding of others', async () => {
      const [path, object] = await foreign()
      const own = grant()
      const answers = [
        await apply.put(path, { ...object, subjects: [group(own)] }),
        await apply.put(path, { ...object, subjects: [] }),
        await apply.patch(path, { metadata: { labels: { a: 'b' } } }, MERGE_PATCH),
        await apply.delete(path),
      ]
      for (const answer of answers) refused(answer, NAME)
      expect((await cluster.admin.get(path)).code).toBe(200)
    })

    test('the apply identity may not delete a collection with bindings of others', async () => {
      const [path] = await foreign()
      await apply.delete(`${CLUSTER}?fieldSelector=metadata.name%3D${path.split('/').at(-1)}`)
      expect((await cluster.admin.get(path)).code).toBe(200)
    })

    test('the apply identity may delete, and not make, a binding of a grant in another installation', async () => {
      const other = binding(grant('acme'))
      const made = await pipeline.created(CLUSTER, other)
      const path = `${CLUSTER}/${made.metadata.name}`
      refused(await apply.delete(path), NAME)
      refused(await apply.put(path, { ...made, subjects: [] }), NAME)
    })
  })

  describe('bindings of grants and other users', () => {
    test.each([CLUSTER, APPS])('others may not bind a grant at %s', async at => {
      for (const client of [cluster.admin, intruder]) {
        refused(await client.post(at, binding(grant())), OTHERS)
        refused(await client.post(at, binding(grant(), { name: 'innocent' })), OTHERS)
        const mixed = [user('intruder'), group(grant())]
        refused(
          await client.post(at, binding(grant(), { name: 'innocent', subjects: mixed })),
          OTHERS,
        )
      }
    })

    test('others may not bind what only begins like a grant, or take the name of one', async () => {
      const own = grant()
      const prefix = { name: 'innocent', subjects: [group(`countersign:${OWNER}:x`)] }
      refused(await cluster.admin.post(CLUSTER, binding(own, prefix)), OTHERS)
      for (const subjects of [[], [user('intruder')]])
        refused(await cluster.admin.post(CLUSTER, binding(own, { subjects })), OTHERS)
      const metadata = { generateName: `countersign:${OWNER}:` }
      refused(await intruder.post(CLUSTER, { ...binding(own, { subjects: [] }), metadata }), OTHERS)
    })

    test('others may not add a grant to a binding of their own, by any kind of update', async () => {
      const [path, object] = await foreign()
      const subjects = [user('jane'), group(grant())]
      const add = [{ op: 'add', path: '/subjects/-', value: subjects[1] }]
      const applied = {
        apiVersion: `${RBAC}/v1`,
        kind: 'ClusterRoleBinding',
        metadata: { name: object.metadata.name },
        roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'cs-other' },
        subjects,
      }
      for (const client of [cluster.admin, intruder])
        for (const answer of [
          await client.put(path, { ...object, subjects }),
          await client.patch(path, add, JSON_PATCH),
          await client.patch(path, { subjects }, MERGE_PATCH),
          await client.patch(`${path}?fieldManager=x&force=true`, applied, APPLY_PATCH),
        ])
          refused(answer, OTHERS)
    })

    test('others may not change a binding of a grant, or give it other subjects or a finalizer', async () => {
      const [path, object, own] = await stored()
      for (const client of [cluster.admin, intruder]) {
        for (const subjects of [[user('intruder')], [group(own), user('intruder')]])
          refused(await client.put(path, { ...object, subjects }), OTHERS)
        const labels = { metadata: { labels: { a: 'b' }, annotations: { c: 'd' } } }
        refused(await client.patch(path, labels, MERGE_PATCH), OTHERS)
        const kept = { subjects: [], metadata: { finalizers: ['example.com/x'] } }
        refused(await client.patch(path, kept, MERGE_PATCH), FINALIZER)
      }
    })

    test('others may empty and delete a binding of a grant', async () => {
      for (const client of [cluster.admin, intruder]) {
        const [path] = await stored(APPS)
        expect((await client.patch(path, { subjects: [] }, MERGE_PATCH)).code).toBe(200)
        refused(await client.patch(path, { subjects: [user('intruder')] }, MERGE_PATCH), OTHERS)
        expect((await client.delete(path)).code).toBe(200)
        const [another] = await stored()
        expect((await client.delete(another)).code).toBe(200)
      }
    })

    test('a binding of a grant loses owners by any user, as by the garbage collector, and changes in nothing else', async () => {
      const own = grant()
      const owner = (uid: string, more = {}) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        name: 'o',
        uid,
        ...more,
      })
      const ownerReferences = [owner('1', { blockOwnerDeletion: true }), owner('2')]
      const made = binding(own, { metadata: { ownerReferences } })
      const { metadata } = await apply.created(CLUSTER, made)
      const path = `${CLUSTER}/${metadata.name}`
      const patch = (body: object): Promise<Answer> => intruder.patch(path, body, MERGE_PATCH)
      refused(await patch({ subjects: [group(own), user('intruder')] }), OTHERS)
      const owned = (...references: object[]) => ({ metadata: { ownerReferences: references } })
      refused(await patch({ metadata: { labels: { a: 'b' }, ownerReferences: [] } }), OTHERS)
      refused(await patch(owned(owner('1'), owner('3'))), OTHERS)
      expect((await patch(owned(owner('1'), owner('2')))).code).toBe(200)
      expect((await patch(owned(owner('2')))).code).toBe(200)
      expect((await patch(owned())).code).toBe(200)
    })

    testReal('the garbage collector deletes a binding of a grant in the foreground', async () => {
      const [path] = await stored()
      expect((await cluster.admin.delete(`${path}?propagationPolicy=Foreground`)).code).toBe(200)
      await until(async () => (await apply.get(path)).code === 404)
    })

    test('a binding from before the guard may only lose its grant', async () => {
      const path = `${CLUSTER}/earlier`
      const labels = { metadata: { labels: { a: 'b' } } }
      const says = 'only countersign (acme) binds roles to its grants'
      const by = 'countersign-acme-bindings'
      refused(await intruder.patch(path, labels, MERGE_PATCH), says, by)
      const subjects = [user('jane')]
      const kept = { subjects, metadata: { finalizers: ['example.com/x'] } }
      refused(await intruder.patch(path, kept, MERGE_PATCH), FINALIZER, by)
      expect((await intruder.patch(path, { subjects }, MERGE_PATCH)).code).toBe(200)
    })

    // The embedded cluster deletes an object at once, whatever finalizers it has.
    testReal(
      'finalizers are taken away from a binding that is being deleted, and nothing else changes in it',
      async () => {
        const path = `${CLUSTER}/${bindingName(HELD, 'cs-reader')}`
        const says = 'only countersign (acme) binds roles to its grants'
        const by = 'countersign-acme-bindings'
        const put = async (client: ApiClient, finalizers: string[], more: object[] = []) => {
          const { body } = await cluster.admin.get(path)
          const { metadata, subjects = [] } = body as ApiObject & { subjects?: object[] }
          return client.put(path, {
            ...body,
            metadata: { ...metadata, finalizers },
            subjects: [...subjects, ...more],
          })
        }
        const revoker = cluster.as('revoker')
        expect((await revoker.delete(path)).code).toBe(200)
        for (const more of [user('intruder'), group(grant('acme'))]) {
          refused(await put(intruder, [], [more]), says, by)
          refused(await put(pipeline, [], [more]), 'the only subject of a binding is', by)
        }
        expect((await put(intruder, ['example.com/x', 'example.com/y'])).code).toBe(422)
        expect((await put(revoker, [])).code).toBe(200)
        expect((await cluster.admin.get(path)).code).toBe(404)
      },
    )

    test('a user who may not bind the role deletes a binding of a grant, and Kubernetes lets the user not empty it', async () => {
      for (const at of [CLUSTER, APPS]) {
        const [path, object] = await stored(at)
        const empty = await cluster.as('revoker').put(path, { ...object, subjects: [] })
        expect([empty.code, refusedBy(empty)]).toEqual([403, null])
        expect((await cluster.as('revoker').delete(path)).code).toBe(200)
      }
    })

    test('a binding of 2,000 other subjects costs the guard less than its limit', async () => {
      const many = Array.from({ length: 2000 }, (_, index) => group(`countersign:acme-x:${index}`))
      const [path, object] = await foreign(many)
      refused(await intruder.put(path, { ...object, subjects: [...many, group(grant())] }), OTHERS)
      expect((await intruder.put(path, { ...object, subjects: many.slice(1) })).code).toBe(200)
    })

    test('others bind groups and roles of their own as before', async () => {
      const [path] = await foreign([group('developers')])
      const finalizers = ['example.com/x']
      expect((await intruder.patch(path, { metadata: { finalizers } }, MERGE_PATCH)).code).toBe(200)
      const similar = binding('', {
        name: `similar-${++count}`,
        subjects: [group('countersign:x')],
      })
      expect((await intruder.post(CLUSTER, similar)).code).toBe(201)
    })

    test('bindings of another installation are left to that installation', async () => {
      const [path] = await stored()
      expect((await pipeline.delete(path)).code).toBe(403)
      expect((await pipeline.post(CLUSTER, binding(grant('acme')))).code).toBe(201)
      for (const wide of [group('system:authenticated'), group(grant())]) {
        const body = binding(grant('acme'), { subjects: [wide] })
        const by = refusedBy(await pipeline.post(CLUSTER, body))
        expect(['countersign-acme-bindings', POLICY]).toContain(by)
      }
      const deep = grant('acme-certs-2')
      expect((await intruder.post(CLUSTER, binding(deep))).code).toBe(201)
    })
  })

  describe('impersonation of the apply identity', () => {
    const as = (client: ApiClient, who: string, body: object, extra = {}): Promise<Answer> =>
      client.call('POST', CLUSTER, body, { headers: { 'impersonate-user': who, ...extra } })

    test('a user who impersonates without a credential id binds no grant', async () => {
      refused(await as(intruder, APPLY_USER, binding(grant())), IMPOSTOR)
      refused(await as(cluster.admin, APPLY_USER, binding(grant())), IMPOSTOR)
    })

    test('a user who impersonates down to a credential id and a uid binds no more than the apply identity', async () => {
      for (const [body, says] of [
        [binding(grant(), { subjects: [group('system:authenticated')] }), SUBJECT],
        [binding(grant(), { name: 'innocent' }), NAME],
        [binding(grant(), { role: 'cluster-admin' }), ROLE],
      ] as const)
        refused(await as(intruder, APPLY_USER, body, INVENTED_LOGIN), says)
    })

    testReal('constrained impersonation with an invented credential id gives no more', async () => {
      const impersonator = cluster.as('impersonator')
      const wide = (owner: string) =>
        binding(grant(owner), { subjects: [group('system:authenticated')] })
      const serviceAccount = await as(impersonator, APPLY_USER, wide(OWNER), INVENTED_ID)
      expect([serviceAccount.code, refusedBy(serviceAccount)]).toEqual([403, null])
      const invented = await as(impersonator, 'pipeline', wide('acme'), INVENTED_ID)
      refused(invented, SUBJECT, 'countersign-acme-bindings')
    })
  })

  describe('revocations', () => {
    const revocation = (): object => ({
      metadata: { name: `countersign.revoked.${OWNER}.${++count}` },
      data: { what: 'request', value: 'jane', by: 'intruder' },
    })

    test('others add a revocation, nobody changes it, and only the apply identity deletes it', async () => {
      const made = await intruder.created(MAPS, revocation())
      const path = `${MAPS}/${made.metadata.name}`
      const says = `revocations of ${OWNER} are not changed, and are deleted by countersign only`
      for (const client of [intruder, cluster.admin, apply])
        refused(await client.put(path, { ...made, data: {} }), says, RECORDS_POLICY)
      for (const client of [intruder, cluster.admin])
        refused(await client.delete(path), says, RECORDS_POLICY)
      expect((await apply.delete(path)).code).toBe(200)
    })

    test('revocations of another installation are not guarded by this one', async () => {
      const name = `countersign.revoked.${OWNER}-2.${++count}`
      await intruder.created(MAPS, { metadata: { name } })
      expect((await intruder.delete(`${MAPS}/${name}`)).code).toBe(200)
    })

    test('a namespace with bindings and revocations can be deleted', async () => {
      await stored(APPS)
      await intruder.created(MAPS, revocation())
      for (const name of ['apps', 'countersign']) {
        const path = `/api/v1/namespaces/${name}`
        expect((await cluster.admin.delete(path)).code).toBe(200)
        await until(async () => (await cluster.admin.get(path)).code === 404)
      }
    })
  })
})
