// RBAC objects, service accounts and their tokens, and the reviews behind `kubectl auth can-i`.
import { beforeAll, expect, test } from '@jest/globals'
import type { ApiClient } from '../../build/api-client.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import { until } from '../../build/guarded-cluster.ts'
import { describeSubjects } from '../../build/subjects.ts'
import type { Subject } from '../../build/subjects.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const GROUP = 'rbac.authorization.k8s.io'
const REVIEWS = '/apis/authorization.k8s.io/v1'
const TOKEN = {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'TokenRequest',
  spec: { expirationSeconds: 600 },
}

/** Whether a user may do this, by a SubjectAccessReview of an administrator. */
async function may(
  subject: Subject,
  user: string,
  resourceAttributes: object,
  groups: readonly string[] = [],
): Promise<boolean> {
  const review = await subject.admin.created(`${REVIEWS}/subjectaccessreviews`, {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SubjectAccessReview',
    spec: { user, groups, resourceAttributes },
  })
  return review.status.allowed
}

describeSubjects('rights by roles and bindings', subject => {
  const at = (plural: string): string =>
    ['clusterroles', 'clusterrolebindings'].includes(plural)
      ? `${RBAC}/${plural}`
      : `${RBAC}/namespaces/${subject().namespace}/${plural}`
  const make = async (plural: string, base: string, rest: object) => {
    const name = subject().name(base)
    subject().later(`${at(plural)}/${name}`)
    return subject().admin.created(at(plural), { metadata: { name }, ...rest })
  }
  const to = (kind: string, base: string) => ({ apiGroup: GROUP, kind, name: subject().name(base) })
  const READ = { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }
  const read = (rest: object = {}) => ({ resource: 'configmaps', verb: 'get', ...rest })

  test('a RoleBinding gives a user the rules of a Role in its namespace only', async () => {
    const jane = subject().name('jane')
    await make('roles', 'reader', { rules: [READ] })
    await make('rolebindings', 'reader', {
      roleRef: to('Role', 'reader'),
      subjects: [{ kind: 'User', name: jane }],
    })
    await until(() => may(subject(), jane, read({ namespace: subject().namespace })))
    expect(await may(subject(), jane, read({ namespace: 'default' }))).toBe(false)
    expect(await may(subject(), jane, read())).toBe(false)
    const write = { ...read({ namespace: subject().namespace }), verb: 'delete' }
    expect(await may(subject(), jane, write)).toBe(false)
    const other = subject().name('other')
    expect(await may(subject(), other, read({ namespace: subject().namespace }))).toBe(false)
  })

  test('a RoleBinding limits a ClusterRole to its namespace, and a ClusterRoleBinding does not', async () => {
    const team = subject().name('team')
    const ops = subject().name('ops')
    await make('clusterroles', 'shared', { rules: [READ] })
    await make('rolebindings', 'shared', {
      roleRef: to('ClusterRole', 'shared'),
      subjects: [{ kind: 'Group', name: team }],
    })
    await make('clusterrolebindings', 'shared', {
      roleRef: to('ClusterRole', 'shared'),
      subjects: [{ kind: 'Group', name: ops }],
    })
    const here = read({ namespace: subject().namespace })
    await until(() => may(subject(), 'x', here, [team]))
    await until(() => may(subject(), 'x', read(), [ops]))
    expect(await may(subject(), 'x', read({ namespace: 'default' }), [team])).toBe(false)
    expect(await may(subject(), 'x', read({ namespace: 'default' }), [ops])).toBe(true)
    expect(await may(subject(), 'x', here, [])).toBe(false)
  })

  test('rules are matched by resourceNames, subresources and wildcards', async () => {
    const name = subject().name('exact')
    await make('clusterroles', 'exact', {
      rules: [
        { apiGroups: [''], resources: ['secrets'], resourceNames: ['a'], verbs: ['get'] },
        { apiGroups: ['apps'], resources: ['*/scale'], verbs: ['*'] },
        { apiGroups: ['*'], resources: ['jobs'], verbs: ['list'] },
      ],
    })
    await make('clusterrolebindings', 'exact', {
      roleRef: to('ClusterRole', 'exact'),
      subjects: [{ kind: 'User', name }],
    })
    const secret = { resource: 'secrets', verb: 'get' }
    await until(() => may(subject(), name, { ...secret, name: 'a' }))
    const asked = [
      { ...secret, name: 'b' },
      secret,
      { ...secret, verb: 'list', name: 'a' },
      { group: 'apps', resource: 'deployments', subresource: 'scale', verb: 'patch' },
      { group: 'apps', resource: 'deployments', verb: 'patch' },
      { group: 'batch', resource: 'jobs', verb: 'list' },
    ]
    const answers: boolean[] = []
    for (const each of asked) answers.push(await may(subject(), name, each))
    expect(answers).toEqual([false, false, false, true, false, true])
  })

  test('a rule for paths matches the exact path, or by prefix if it ends in an asterisk', async () => {
    const name = subject().name('paths')
    await make('clusterroles', 'paths', {
      rules: [{ nonResourceURLs: ['/metrics', '/logs/*'], verbs: ['get'] }],
    })
    await make('clusterrolebindings', 'paths', {
      roleRef: to('ClusterRole', 'paths'),
      subjects: [{ kind: 'User', name }],
    })
    const mayPath = async (path: string): Promise<boolean> => {
      const spec = { user: name, nonResourceAttributes: { path, verb: 'get' } }
      const review = await subject().admin.created(`${REVIEWS}/subjectaccessreviews`, { spec })
      return review.status.allowed
    }
    await until(() => mayPath('/metrics'))
    expect(await mayPath('/metrics/x')).toBe(false)
    expect(await mayPath('/logs/x/y')).toBe(true)
  })

  test('a deleted binding ends its rights, and a missing role gives none', async () => {
    const name = subject().name('leaver')
    const binding = await make('clusterrolebindings', 'leaver', {
      roleRef: to('ClusterRole', 'leaver'),
      subjects: [{ kind: 'User', name }],
    })
    expect(await may(subject(), name, read())).toBe(false)
    await make('clusterroles', 'leaver', { rules: [READ] })
    await until(() => may(subject(), name, read()))
    await subject().admin.delete(`${at('clusterrolebindings')}/${binding.metadata.name}`)
    await until(async () => !(await may(subject(), name, read())))
  })

  test('a binding gets its API groups, and its role cannot change', async () => {
    const binding = await make('rolebindings', 'fixed', {
      roleRef: { kind: 'Role', name: 'a' },
      subjects: [
        { kind: 'User', name: 'jane' },
        { kind: 'ServiceAccount', name: 'robot', namespace: 'default' },
      ],
    })
    expect(binding).toMatchObject({
      roleRef: { apiGroup: GROUP, kind: 'Role', name: 'a' },
      subjects: [
        { apiGroup: GROUP, kind: 'User', name: 'jane' },
        { kind: 'ServiceAccount', name: 'robot', namespace: 'default' },
      ],
    })
    const path = `${at('rolebindings')}/${binding.metadata.name}`
    const answer = await subject().admin.patch(path, { roleRef: { name: 'b' } }, MERGE_PATCH)
    expect(answer.code).toBe(422)
    expect(answer.body.message).toContain('cannot change roleRef')
  })

  test('a review lists the rules of its user in a namespace', async () => {
    const name = subject().name('lister')
    const client = await subject().as(name, [], [{ ...READ, resourceNames: ['a'] }])
    const review = await client.created(`${REVIEWS}/selfsubjectrulesreviews`, {
      apiVersion: 'authorization.k8s.io/v1',
      kind: 'SelfSubjectRulesReview',
      spec: { namespace: subject().namespace },
    })
    expect(review.status).toMatchObject({
      resourceRules: expect.arrayContaining([
        {
          verbs: ['get', 'list'],
          apiGroups: [''],
          resources: ['configmaps'],
          resourceNames: ['a'],
        },
      ]),
      nonResourceRules: expect.arrayContaining([
        { verbs: ['get'], nonResourceURLs: expect.arrayContaining(['/apis/*', '/version']) },
      ]),
    })
    const nowhere = await client.post(`${REVIEWS}/selfsubjectrulesreviews`, { spec: {} })
    expect([nowhere.code, nowhere.body.message]).toEqual([400, 'no namespace on request'])
  })

  test('a review of another user needs a user or a group, and the right to create reviews', async () => {
    const path = `${REVIEWS}/subjectaccessreviews`
    const answer = await subject().admin.post(path, { spec: { resourceAttributes: read() } })
    expect([answer.code, answer.body.message]).toEqual([
      422,
      '.authorization.k8s.io "" is invalid: spec.user: Invalid value: "": at least one of user or group must be specified',
    ])
    const nobody = await subject().as(subject().name('curious'), [], [])
    expect((await nobody.post(path, { spec: { user: 'x' } })).code).toBe(403)
  })
})

describeSubjects('service accounts', subject => {
  const accounts = (): string => `/api/v1/namespaces/${subject().namespace}/serviceaccounts`
  const whoIs = async (client: ApiClient): Promise<unknown> => {
    const answer = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {})
    return answer.code === 201 ? answer.body.status.userInfo : answer.code
  }
  const tokenOf = async (name: string): Promise<string> => {
    const made = await subject().admin.created(`${accounts()}/${name}/token`, TOKEN)
    return made.status.token
  }

  beforeAll(async () => {
    await subject().admin.created(accounts(), { metadata: { name: 'robot' } })
  })

  test('a token logs in as its service account, with the groups of its namespace', async () => {
    const { namespace } = subject()
    const stored = await subject().admin.get(`${accounts()}/robot`)
    expect(await whoIs(subject().with({ token: await tokenOf('robot') }))).toEqual({
      username: `system:serviceaccount:${namespace}:robot`,
      uid: stored.body.metadata.uid,
      groups: [
        'system:serviceaccounts',
        `system:serviceaccounts:${namespace}`,
        'system:authenticated',
      ],
      extra: { 'authentication.kubernetes.io/credential-id': [expect.stringMatching(/^JTI=/)] },
    })
  })

  test('the answer to a token request names the account and the end of the token', async () => {
    const answer = await subject().admin.post(`${accounts()}/robot/token`, TOKEN)
    expect([answer.code, answer.body]).toMatchObject([
      201,
      {
        kind: 'TokenRequest',
        apiVersion: 'authentication.k8s.io/v1',
        metadata: { name: 'robot', namespace: subject().namespace },
        spec: { audiences: [expect.any(String)], expirationSeconds: 600 },
        status: { token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/) },
      },
    ])
    const { status }: { readonly status: { readonly expirationTimestamp: string } } = JSON.parse(
      answer.text,
    )
    const seconds = (new Date(status.expirationTimestamp).getTime() - Date.now()) / 1000
    expect(seconds).toBeGreaterThan(540)
    expect(seconds).toBeLessThan(660)
  })

  test('a token of less than ten minutes is refused', async () => {
    const short = { ...TOKEN, spec: { expirationSeconds: 599 } }
    const answer = await subject().admin.post(`${accounts()}/robot/token`, short)
    expect([answer.code, answer.body.message]).toEqual([
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    ])
  })

  test('a token needs its service account, the right to create it, and the Secret that it is bound to', async () => {
    const missing = await subject().admin.post(`${accounts()}/nobody/token`, TOKEN)
    expect([missing.code, missing.body.message]).toEqual([
      404,
      'serviceaccounts "nobody" not found',
    ])
    const name = subject().name('tokenless')
    const weak = await subject().as(name, [], [])
    const refused = await weak.post(`${accounts()}/robot/token`, TOKEN)
    expect([refused.code, refused.body.message]).toEqual([
      403,
      `serviceaccounts "robot" is forbidden: User "${name}" cannot create resource "serviceaccounts/token" in API group "" in the namespace "${subject().namespace}"`,
    ])
    const boundObjectRef = { apiVersion: 'v1', kind: 'Secret', name: 'gone' }
    const bound = { ...TOKEN, spec: { expirationSeconds: 600, boundObjectRef } }
    const answer = await subject().admin.post(`${accounts()}/robot/token`, bound)
    expect([answer.code, answer.body.message]).toEqual([404, 'secrets "gone" not found'])
  })

  test('a token ends with its service account', async () => {
    await subject().admin.created(accounts(), { metadata: { name: 'brief' } })
    const client = subject().with({ token: await tokenOf('brief') })
    await subject().admin.delete(`${accounts()}/brief`)
    await until(async () => (await whoIs(client)) === 401)
  })

  test('a service account has the rights that bindings give it', async () => {
    const { namespace } = subject()
    const client = subject().with({ token: await tokenOf('robot') })
    const maps = `/api/v1/namespaces/${namespace}/configmaps`
    expect((await client.get(maps)).code).toBe(403)
    const roles = `${RBAC}/namespaces/${namespace}`
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
    await subject().admin.created(`${roles}/roles`, { metadata: { name: 'robot' }, rules })
    await subject().admin.created(`${roles}/rolebindings`, {
      metadata: { name: 'robot' },
      roleRef: { apiGroup: GROUP, kind: 'Role', name: 'robot' },
      subjects: [{ kind: 'ServiceAccount', name: 'robot', namespace }],
    })
    await until(async () => (await client.get(maps)).code === 200)
  })
})

describeSubjects('impersonation', subject => {
  const asked = async (client: ApiClient, headers: Record<string, string>) => {
    const path = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
    const answer = await client.post(path, {}, { headers })
    return answer.code === 201 ? answer.body.status.userInfo : answer.body.message
  }

  test('an administrator acts as a user with groups, and as a service account with those of its namespace', async () => {
    const headers = { 'impersonate-user': 'jane', 'impersonate-group': 'devs' }
    expect(await asked(subject().admin, headers)).toEqual({
      username: 'jane',
      groups: ['devs', 'system:authenticated'],
    })
    const robot = { 'impersonate-user': 'system:serviceaccount:default:robot' }
    expect(await asked(subject().admin, robot)).toEqual({
      username: 'system:serviceaccount:default:robot',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:default', 'system:authenticated'],
    })
  })

  test('a user without the right to impersonate cannot act as another one', async () => {
    const name = subject().name('plain')
    const client = await subject().as(name, [], [])
    // The real server names the verb of constrained impersonation, which the embedded cluster does not have.
    expect(await asked(client, { 'impersonate-user': 'jane' })).toMatch(
      new RegExp(
        `is forbidden: User "${name}" cannot impersonate(-on:user-info:create)? resource `,
      ),
    )
  })

  test('a user with the right to impersonate one user acts as that one, and with no other group', async () => {
    const rule = { apiGroups: [''], resources: ['users'], resourceNames: ['jane'] }
    const name = subject().name('helper')
    const client = await subject().as(name, [], [{ ...rule, verbs: ['impersonate'] }])
    expect(await asked(client, { 'impersonate-user': 'jane' })).toMatchObject({ username: 'jane' })
    expect(await asked(client, { 'impersonate-user': 'jim' })).toContain('users "jim" is forbidden')
    const both = { 'impersonate-user': 'jane', 'impersonate-group': 'system:masters' }
    expect(await asked(client, both)).toContain('groups "system:masters" is forbidden')
  })
})
