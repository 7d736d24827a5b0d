// Roles and bindings are refused if they give rights that their writer does not hold.
import { describe, expect, test } from '@jest/globals'
import { APPLY_PATCH, JSON_PATCH, MERGE_PATCH } from '../../build/api-client.ts'
import type { Answer, ApiClient } from '../../build/api-client.ts'
import { until } from '../../build/guarded-cluster.ts'
import { describeSubjects } from '../../build/subjects.ts'
import type { Rule } from '../../build/subjects.ts'

const GROUP = 'rbac.authorization.k8s.io'
const RBAC = `/apis/${GROUP}/v1`
const ADMISSION = '/apis/admissionregistration.k8s.io/v1'
const POLICIES = `${ADMISSION}/validatingadmissionpolicies`
const POLICY_BINDINGS = `${ADMISSION}/validatingadmissionpolicybindings`
const CLUSTER_KINDS = ['clusterroles', 'clusterrolebindings']
/** Lets a user write every object of RBAC: what a role or a binding gives is not in it. */
const WRITE: Rule = {
  apiGroups: [GROUP],
  resources: ['roles', 'clusterroles', 'rolebindings', 'clusterrolebindings'],
  verbs: ['create', 'update', 'patch'],
}
const MAPS = { apiGroups: [''], resources: ['configmaps'] }
const READ = { ...MAPS, verbs: ['get'] }
const DELETE = { ...MAPS, verbs: ['delete'] }
const LACKS_DELETE = '{APIGroups:[""], Resources:["configmaps"], Verbs:["delete"]}'
const on = (group: string, resource: string, ...verbs: readonly string[]) => ({
  apiGroups: [group],
  resources: [resource],
  verbs,
})
const path = (nonResourceURLs: readonly string[], ...verbs: readonly string[]) => ({
  nonResourceURLs,
  verbs,
})
const said = (answer: Answer): readonly unknown[] => [
  answer.code,
  answer.body.reason,
  answer.body.message,
]

describeSubjects('rights that a writer does not hold', subject => {
  const at = (plural: string, namespace = subject().namespace): string =>
    CLUSTER_KINDS.includes(plural)
      ? `${RBAC}/${plural}`
      : `${RBAC}/namespaces/${namespace}/${plural}`
  /** An object of this name, as an administrator makes it. */
  const make = async (plural: string, base: string, rest: object) => {
    const name = subject().name(base)
    subject().later(`${at(plural)}/${name}`)
    return subject().admin.created(at(plural), { metadata: { name }, ...rest })
  }
  const roleRef = (kind: string, base: string) => ({
    apiGroup: GROUP,
    kind,
    name: subject().name(base),
  })
  const user = (base: string) => ({ apiGroup: GROUP, kind: 'User', name: subject().name(base) })
  /** A user who may write RBAC objects and holds these rights in the whole cluster. */
  const writer = async (
    base: string,
    held: readonly object[],
    rules: readonly Rule[] = [WRITE],
    groups: readonly string[] = [],
  ): Promise<ApiClient> => {
    await make('clusterroles', base, { rules: held })
    const binding = { roleRef: roleRef('ClusterRole', base), subjects: [user(base)] }
    await make('clusterrolebindings', base, binding)
    return subject().as(subject().name(base), groups, rules)
  }
  const refusal = (plural: string, object: string, who: string, missing: string, groups = '') => [
    403,
    'Forbidden',
    `${plural}.${GROUP} "${subject().name(object)}" is forbidden: user "${subject().name(who)}" (groups=[${groups}"system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n${missing}`,
  ]
  const named = (base: string, rest: object = {}) => ({
    metadata: { name: subject().name(base) },
    ...rest,
  })
  /** The answer to a creation, which must be the one of its dry run. */
  const create = async (client: ApiClient, plural: string, body: object): Promise<Answer> => {
    const dry = await client.post(`${at(plural)}?dryRun=All`, body)
    const answer = await client.post(at(plural), body)
    if (answer.code === 201) subject().later(`${at(plural)}/${answer.body.metadata.name}`)
    expect(said(dry)).toEqual(said(answer))
    return answer
  }
  const applied = (kind: string, base: string, rest: object) => ({
    apiVersion: `${GROUP}/v1`,
    kind,
    ...named(base, rest),
  })

  describe('a ClusterRole', () => {
    test.each([
      ['a verb not held', [READ], [{ ...MAPS, verbs: ['get', 'delete'] }], LACKS_DELETE],
      [
        'every verb, with some held',
        [READ],
        [on('', 'configmaps', '*')],
        '{APIGroups:[""], Resources:["configmaps"], Verbs:["*"]}',
      ],
      ['a verb, with every verb held', [on('', 'configmaps', '*')], [READ, DELETE], null],
      ['rights of two rules held', [READ, DELETE], [{ ...MAPS, verbs: ['get', 'delete'] }], null],
      [
        'a group, with every group held',
        [on('*', 'jobs', 'list')],
        [on('batch', 'jobs', 'list')],
        null,
      ],
      [
        'every group, with one held',
        [on('batch', 'jobs', 'list')],
        [on('*', 'jobs', 'list')],
        '{APIGroups:["*"], Resources:["jobs"], Verbs:["list"]}',
      ],
      [
        'every resource, with one held',
        [READ],
        [on('', '*', 'get')],
        '{APIGroups:[""], Resources:["*"], Verbs:["get"]}',
      ],
      [
        'a subresource, with every resource held',
        [on('', '*', 'get')],
        [on('', 'pods/log', 'get')],
        null,
      ],
      [
        'a subresource, with its resource held',
        [on('', 'pods', 'get')],
        [on('', 'pods/log', 'get')],
        '{APIGroups:[""], Resources:["pods/log"], Verbs:["get"]}',
      ],
      [
        'a resource, with its subresource held',
        [on('', 'pods/log', 'get')],
        [on('', 'pods', 'get')],
        '{APIGroups:[""], Resources:["pods"], Verbs:["get"]}',
      ],
      [
        'a subresource of every resource held',
        [on('apps', '*/scale', 'get')],
        [on('apps', 'deployments/scale', 'get'), on('apps', 'deployments/status', 'get')],
        '{APIGroups:["apps"], Resources:["deployments/status"], Verbs:["get"]}',
      ],
      ['names, with every name held', [READ], [{ ...READ, resourceNames: ['a', 'b'] }], null],
      [
        'a name not held',
        [{ ...READ, resourceNames: ['a', 'c'] }],
        [{ ...READ, resourceNames: ['a', 'b'] }],
        '{APIGroups:[""], Resources:["configmaps"], ResourceNames:["b"], Verbs:["get"]}',
      ],
      [
        'every name, with one held',
        [{ ...READ, resourceNames: ['a'] }],
        [READ],
        '{APIGroups:[""], Resources:["configmaps"], Verbs:["get"]}',
      ],
      [
        'paths by prefix',
        [path(['/logs/*'], 'get')],
        [path(['/logs/a', '/metrics'], 'get', 'post')],
        '{NonResourceURLs:["/logs/a"], Verbs:["post"]}\n{NonResourceURLs:["/metrics"], Verbs:["get"]}\n{NonResourceURLs:["/metrics"], Verbs:["post"]}',
      ],
      [
        'a longer prefix of a path held',
        [path(['/logs/*'], '*')],
        [path(['/logs/a/*'], 'get')],
        null,
      ],
      [
        'every path, with one held',
        [path(['/logs/*'], '*')],
        [path(['*'], 'get')],
        '{NonResourceURLs:["*"], Verbs:["get"]}',
      ],
      [
        'what every user holds',
        [],
        [
          on('authorization.k8s.io', 'selfsubjectaccessreviews', 'create'),
          path(['/version'], 'get'),
        ],
        null,
      ],
      [
        'several rights not held',
        [],
        [
          on('', 'pods', 'list', 'get'),
          { apiGroups: ['batch', 'apps'], resources: ['b', 'a'], verbs: ['get', 'watch'] },
          { ...READ, resourceNames: ['y', 'x'] },
          on('', 'pods', 'watch', 'get'),
        ],
        [
          '{APIGroups:[""], Resources:["configmaps"], ResourceNames:["x"], Verbs:["get"]}',
          '{APIGroups:[""], Resources:["configmaps"], ResourceNames:["y"], Verbs:["get"]}',
          '{APIGroups:[""], Resources:["pods"], Verbs:["list" "get" "watch" "get"]}',
          '{APIGroups:["apps"], Resources:["a"], Verbs:["get" "watch"]}',
          '{APIGroups:["apps"], Resources:["b"], Verbs:["get" "watch"]}',
          '{APIGroups:["batch"], Resources:["a"], Verbs:["get" "watch"]}',
          '{APIGroups:["batch"], Resources:["b"], Verbs:["get" "watch"]}',
        ].join('\n'),
      ],
    ])(
      'a ClusterRole with %s is judged by what its writer holds',
      async (what, held, rules, missing) => {
        const base = what.replaceAll(/[^a-z]+/g, '-')
        const client = await writer(base, held)
        const answer = await create(client, 'clusterroles', named(`${base}-role`, { rules }))
        expect(said(answer)).toEqual(
          missing === null
            ? [201, undefined, undefined]
            : refusal('clusterroles', `${base}-role`, base, missing),
        )
      },
    )

    test('an aggregationRule needs every right, before and after an update', async () => {
      const aggregationRule = { clusterRoleSelectors: [{ matchLabels: { none: 'such' } }] }
      const some = await writer('some', [READ])
      const sum = named('sum', { aggregationRule, rules: [READ] })
      const detail = 'must have cluster-admin privileges to use the aggregationRule'
      const text = `clusterroles.${GROUP} "${subject().name('sum')}" is forbidden: ${detail}`
      expect(said(await create(some, 'clusterroles', sum))).toEqual([403, 'Forbidden', text])
      const more = { ...sum, rules: [DELETE] }
      expect(said(await create(some, 'clusterroles', more))).toEqual(
        refusal('clusterroles', 'sum', 'some', LACKS_DELETE),
      )
      const all = await writer('all', [on('*', '*', '*'), path(['*'], '*')])
      expect((await create(all, 'clusterroles', sum)).code).toBe(201)
      const one = `${at('clusterroles')}/${subject().name('sum')}`
      const gone = await some.patch(one, { aggregationRule: null, rules: [READ] }, MERGE_PATCH)
      expect(said(gone)).toEqual([403, 'Forbidden', text])
    })
  })

  test('rights in one namespace are given in this namespace only', async () => {
    const { namespace } = subject()
    const held = { ...READ, namespaces: [namespace] }
    const client = await subject().as(subject().name('local'), [], [WRITE, held])
    const body = named('local-role', { rules: [READ] })
    const missing = '{APIGroups:[""], Resources:["configmaps"], Verbs:["get"]}'
    const refused = (plural: string) => refusal(plural, 'local-role', 'local', missing)
    expect((await create(client, 'roles', body)).code).toBe(201)
    const elsewhere = await client.post(at('roles', 'default'), body)
    expect(said(elsewhere)).toEqual(refused('roles'))
    expect(said(await create(client, 'clusterroles', body))).toEqual(refused('clusterroles'))
  })

  test('the refusal names the groups of the writer, and not a name that is still to be generated', async () => {
    const client = await writer('grouped', [], [WRITE], ['dev', 'ops'])
    const answer = await create(client, 'roles', named('r', { rules: [DELETE] }))
    expect(said(answer)).toEqual(refusal('roles', 'r', 'grouped', LACKS_DELETE, '"dev" "ops" '))
    const generated = { metadata: { generateName: 'r-' }, rules: [DELETE] }
    const { body } = await client.post(at('roles'), generated)
    expect([body.reason, body.message]).toEqual([
      'Forbidden',
      `roles.${GROUP} is forbidden: user "${subject().name('grouped')}" (groups=["dev" "ops" "system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n${LACKS_DELETE}`,
    ])
  })

  test('system:masters may grant everything, and so may a user who holds everything', async () => {
    const rules = [on('*', '*', '*'), path(['*'], '*')]
    const headers = { 'impersonate-user': 'jane', 'impersonate-group': 'system:masters' }
    const dry = `${at('clusterroles')}?dryRun=All`
    const { admin } = subject()
    expect((await admin.post(dry, named('m', { rules }), { headers })).code).toBe(201)
    const client = await writer('mighty', rules)
    expect((await create(client, 'clusterroles', named('m', { rules }))).code).toBe(201)
  })

  test('the missing roles of a writer are in the refusal', async () => {
    const client = await writer('dangling', [])
    const refused = (end: string) => refusal('roles', 'r', 'dangling', LACKS_DELETE + end)
    const body = named('r', { rules: [DELETE] })
    const lost = (base: string): string => `roles.${GROUP} "${subject().name(base)}" not found`
    const gone = (kind: string, base: string) => ({
      roleRef: roleRef(kind, base),
      subjects: [user('dangling')],
    })
    await make('rolebindings', 'gone-1', gone('Role', 'gone'))
    const one = `; resolution errors: [${lost('gone')}]`
    expect(said(await create(client, 'roles', body))).toEqual(refused(one))
    await make('clusterrolebindings', 'gone-2', gone('ClusterRole', 'gone'))
    expect(said(await create(client, 'roles', body))).toEqual(refused(one))
    await make('clusterrolebindings', 'gone-3', gone('ClusterRole', 'too'))
    const two = `; resolution errors: [[${lost('gone')}, ${lost('too')}]]`
    expect(said(await create(client, 'roles', body))).toEqual(refused(two))
  })

  describe('an update of a role', () => {
    const refused = (who: string) => refusal('roles', `${who}-role`, who, LACKS_DELETE)
    /** A role beyond its writer's rights, and ways to change it. */
    const prepared = async (who: string) => {
      const client = await writer(who, [READ])
      const role = await make('roles', `${who}-role`, { rules: [DELETE] })
      const one = `${at('roles')}/${role.metadata.name}`
      return { client, role, one }
    }
    const merged = (client: ApiClient, one: string, change: object, query = '') =>
      client.patch(one + query, change, MERGE_PATCH)

    test('an update of a label alone is checked, in a dry run too', async () => {
      const { client, role, one } = await prepared('labels')
      const change = { metadata: { labels: { a: 'b' } } }
      expect(said(await merged(client, one, change))).toEqual(refused('labels'))
      expect(said(await merged(client, one, change, '?dryRun=All'))).toEqual(refused('labels'))
      const labelled = { ...role, metadata: { ...role.metadata, labels: { a: 'b' } } }
      expect(said(await client.put(one, labelled))).toEqual(refused('labels'))
    })

    test('an update of nothing, or of finalizers and owners alone, is not checked', async () => {
      const { client, role, one } = await prepared('owners')
      expect((await client.put(one, role)).code).toBe(200)
      const owner = { apiVersion: 'v1', kind: 'Secret', name: 'x', uid: role.metadata.uid }
      const owners = { metadata: { ownerReferences: [owner], finalizers: ['example.com/x'] } }
      expect((await merged(client, one, owners)).code).toBe(200)
      const none = { metadata: { ownerReferences: null, finalizers: null } }
      expect((await merged(client, one, none)).code).toBe(200)
      const bare = named('owners-role', { rules: [DELETE] })
      expect(said(await client.put(one, bare))).toEqual(refused('owners'))
    })

    test('an update may take rights that its writer does not hold, and may not give them back', async () => {
      const { client, one } = await prepared('taker')
      expect((await merged(client, one, { rules: [READ] })).code).toBe(200)
      expect(said(await merged(client, one, { rules: [READ, DELETE] }))).toEqual(refused('taker'))
      const add = [{ op: 'add', path: '/rules/0/verbs/-', value: 'delete' }]
      expect(said(await client.patch(one, add, JSON_PATCH))).toEqual(refused('taker'))
    })

    test('an update is checked after its uid, and before its revision and its labels', async () => {
      const { client, role, one } = await prepared('order')
      const old = { ...role, metadata: { ...role.metadata, resourceVersion: '1' } }
      expect(said(await client.put(one, old))).toEqual(refused('order'))
      const other = { ...role, metadata: { ...role.metadata, uid: 'x' } }
      expect((await client.put(one, other)).code).toBe(409)
      const labels = { metadata: { labels: { '/': 'b' } } }
      expect(said(await merged(client, one, labels))).toEqual(refused('order'))
    })

    test('a server-side apply of a role is checked, unless it changes nothing', async () => {
      const { client, one } = await prepared('applier')
      const apply = (rules: readonly object[], query = '') =>
        client.patch(
          `${one}?fieldManager=t&force=true${query}`,
          applied('Role', 'applier-role', { rules }),
          APPLY_PATCH,
        )
      expect((await apply([DELETE])).code).toBe(200)
      const more = [DELETE, READ]
      expect(said(await apply(more))).toEqual(refused('applier'))
      expect(said(await apply(more, '&dryRun=All'))).toEqual(refused('applier'))
      expect((await apply([READ])).code).toBe(200)
    })
  })

  test('an apply that creates a role is checked before the right to create', async () => {
    const patch: Rule = { ...WRITE, verbs: ['patch'] }
    const client = await writer('maker', [READ], [patch])
    const apply = (rules: readonly object[]) =>
      client.patch(
        `${at('roles')}/${subject().name('made')}?fieldManager=t`,
        applied('Role', 'made', { rules }),
        APPLY_PATCH,
      )
    expect(said(await apply([DELETE]))).toEqual(refusal('roles', 'made', 'maker', LACKS_DELETE))
    const text = `roles.${GROUP} "${subject().name('made')}" is forbidden: User "${subject().name('maker')}" cannot create resource "roles" in API group "${GROUP}" in the namespace "${subject().namespace}"`
    expect(said(await apply([READ]))).toEqual([403, 'Forbidden', text])
  })

  test('a creation is checked after its namespace, and before its name and an object of that name', async () => {
    const client = await writer('early', [])
    const body = named('taken', { rules: [DELETE] })
    const nowhere = await client.post(at('roles', subject().name('nowhere')), body)
    expect([nowhere.code, nowhere.body.reason]).toEqual([404, 'NotFound'])
    await make('roles', 'taken', {})
    const refused = refusal('roles', 'taken', 'early', LACKS_DELETE)
    expect(said(await create(client, 'roles', body))).toEqual(refused)
    const odd = { ...named('a%b'), rules: [DELETE] }
    expect(said(await create(client, 'roles', odd))).toEqual(
      refusal('roles', 'a%b', 'early', LACKS_DELETE),
    )
  })

  test('the verb escalate lets a user write a role, by name only if the name is in the URL', async () => {
    const escalate: Rule = { ...on(GROUP, 'roles', 'escalate') }
    const { namespace } = subject()
    const all = await writer('lifter', [], [WRITE, { ...escalate, namespaces: [namespace] }])
    expect((await create(all, 'roles', named('lifted', { rules: [DELETE] }))).code).toBe(201)
    const cluster = await create(all, 'clusterroles', named('lifted', { rules: [DELETE] }))
    expect(said(cluster)).toEqual(refusal('clusterroles', 'lifted', 'lifter', LACKS_DELETE))
    const byName = { ...escalate, resourceNames: [subject().name('exact')] }
    const one = await writer('exact-lifter', [], [WRITE, byName])
    const exact = named('exact', { rules: [DELETE] })
    const refused = refusal('roles', 'exact', 'exact-lifter', LACKS_DELETE)
    expect(said(await create(one, 'roles', exact))).toEqual(refused)
    const apply = (base: string) =>
      one.patch(
        `${at('roles')}/${subject().name(base)}?fieldManager=t`,
        applied('Role', base, { rules: [DELETE] }),
        APPLY_PATCH,
      )
    expect((await apply('exact')).code).toBe(201)
    const url = `${at('roles')}/${subject().name('exact')}`
    expect((await one.patch(url, { rules: [READ] }, MERGE_PATCH)).code).toBe(200)
    expect(said(await apply('other'))).toEqual(
      refusal('roles', 'other', 'exact-lifter', LACKS_DELETE),
    )
  })

  describe('a binding', () => {
    const to = (kind: string, role: string) => ({
      roleRef: roleRef(kind, role),
      subjects: [user('jane')],
    })

    test('a binding gives a role only if its writer holds every right of it', async () => {
      await make('clusterroles', 'mixed', { rules: [READ, DELETE] })
      await make('roles', 'mixed', { rules: [READ, DELETE] })
      const some = await writer('binder', [READ])
      const all = await writer('full-binder', [READ, DELETE])
      for (const [plural, kind] of [
        ['rolebindings', 'Role'],
        ['rolebindings', 'ClusterRole'],
        ['clusterrolebindings', 'ClusterRole'],
      ] as const) {
        const name = `by-${plural}-${kind.toLowerCase()}`
        const body = named(name, to(kind, 'mixed'))
        const refused = refusal(plural, name, 'binder', LACKS_DELETE)
        expect(said(await create(some, plural, body))).toEqual(refused)
        expect((await create(all, plural, body)).code).toBe(201)
      }
    })

    test('the verb bind lets a user give the named role in its namespace', async () => {
      await make('clusterroles', 'bound', { rules: [DELETE] })
      await make('clusterroles', 'unbound', { rules: [DELETE] })
      const bind = {
        ...on(GROUP, 'clusterroles', 'bind'),
        resourceNames: [subject().name('bound')],
        namespaces: [subject().namespace],
      }
      const client = await writer('bind', [], [WRITE, bind])
      const made = await create(client, 'rolebindings', named('b1', to('ClusterRole', 'bound')))
      expect(made.code).toBe(201)
      const other = await create(client, 'rolebindings', named('b2', to('ClusterRole', 'unbound')))
      expect(said(other)).toEqual(refusal('rolebindings', 'b2', 'bind', LACKS_DELETE))
      const wide = named('b3', to('ClusterRole', 'bound'))
      expect(said(await create(client, 'clusterrolebindings', wide))).toEqual(
        refusal('clusterrolebindings', 'b3', 'bind', LACKS_DELETE),
      )
    })

    test('a binding to a role that does not exist needs the verb bind', async () => {
      const bind = { ...on(GROUP, 'roles', 'bind'), resourceNames: [subject().name('later')] }
      const client = await writer('early-binder', [DELETE], [WRITE, bind])
      const lost = (kind: string) => named('lost', to(kind, 'missing'))
      const text = `bindings.${GROUP} "${subject().name('missing')}" not found`
      const namespaced = await create(client, 'rolebindings', lost('Role'))
      expect(said(namespaced)).toEqual([404, 'NotFound', `role${text}`])
      const wide = await create(client, 'clusterrolebindings', lost('ClusterRole'))
      expect(said(wide)).toEqual([404, 'NotFound', `clusterrole${text}`])
      const allowed = await create(client, 'rolebindings', named('later', to('Role', 'later')))
      expect(allowed.code).toBe(201)
    })

    test('a ClusterRoleBinding cannot refer to a Role, and no binding to another kind', async () => {
      const client = await writer('odd-binder', [])
      const role = await create(client, 'clusterrolebindings', named('odd', to('Role', 'x')))
      expect(said(role)).toEqual([400, 'BadRequest', 'Namespace parameter required.'])
      const kind = await create(client, 'rolebindings', named('odd', to('Group', 'x')))
      const text = 'unsupported role reference kind: "Group"'
      expect(said(kind)).toEqual([500, undefined, text])
    })

    test('a user without the rights of a role cannot change a binding to it', async () => {
      await make('clusterroles', 'kept', { rules: [DELETE] })
      const binding = await make('clusterrolebindings', 'kept', to('ClusterRole', 'kept'))
      const client = await writer('joiner', [READ])
      const one = `${at('clusterrolebindings')}/${binding.metadata.name}`
      const refused = refusal('clusterrolebindings', 'kept', 'joiner', LACKS_DELETE)
      const subjects = [user('jane'), user('joiner')]
      expect(said(await client.patch(one, { subjects }, MERGE_PATCH))).toEqual(refused)
      expect(said(await client.patch(`${one}?dryRun=All`, { subjects }, MERGE_PATCH))).toEqual(
        refused,
      )
      expect(said(await client.put(one, { ...binding, subjects: [] }))).toEqual(refused)
      const apply = applied('ClusterRoleBinding', 'kept', {
        ...to('ClusterRole', 'kept'),
        subjects,
      })
      const forced = `${one}?fieldManager=t&force=true`
      expect(said(await client.patch(forced, apply, APPLY_PATCH))).toEqual(refused)
      expect((await client.put(one, binding)).code).toBe(200)
      const finalizers = { metadata: { finalizers: ['example.com/x'] } }
      expect((await client.patch(one, finalizers, MERGE_PATCH)).code).toBe(200)
      expect((await client.patch(one, { metadata: { finalizers: null } }, MERGE_PATCH)).code).toBe(
        200,
      )
    })
  })

  test('a creation and an update are checked before the admission policies', async () => {
    const name = subject().name('denies')
    const { metadata } = await make('roles', 'policed-role', {})
    const matchConstraints = {
      resourceRules: [
        { apiGroups: [GROUP], apiVersions: ['v1'], resources: ['roles'], operations: ['*'] },
      ],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': subject().namespace } },
    }
    const objectSelector = { matchLabels: { denied: 'yes' } }
    subject().later(`${POLICIES}/${name}`)
    subject().later(`${POLICY_BINDINGS}/${name}`)
    await subject().admin.created(POLICIES, {
      metadata: { name },
      spec: { matchConstraints, validations: [{ expression: 'false' }] },
    })
    await subject().admin.created(POLICY_BINDINGS, {
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'], matchResources: { objectSelector } },
    })
    const client = await writer('policed', [READ])
    const labels = { denied: 'yes' }
    const body = (rules: readonly object[]) => ({
      metadata: { name: metadata.name, labels },
      rules,
    })
    const post = (rules: readonly object[]) => client.post(`${at('roles')}?dryRun=All`, body(rules))
    const patch = (rules: readonly object[]) =>
      client.patch(`${at('roles')}/${metadata.name}`, body(rules), MERGE_PATCH)
    await until(async () => (await post([READ])).code === 422)
    await until(async () => (await patch([READ])).code === 422)
    const refused = refusal('roles', 'policed-role', 'policed', LACKS_DELETE)
    expect(said(await post([DELETE]))).toEqual(refused)
    expect(said(await patch([DELETE]))).toEqual(refused)
  })
})
