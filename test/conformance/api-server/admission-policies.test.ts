// ValidatingAdmissionPolicies and their bindings: which writes they judge, with which variables, and what they answer.
import { expect, test } from '@jest/globals'
import { APPLY_PATCH, MERGE_PATCH } from '../../build/api-client.ts'
import type { Answer, ApiClient } from '../../build/api-client.ts'
import { until } from '../../build/guarded-cluster.ts'
import { describeSubjects } from '../../build/subjects.ts'

const ROOT = '/apis/admissionregistration.k8s.io/v1'
const POLICIES = `${ROOT}/validatingadmissionpolicies`
const BINDINGS = `${ROOT}/validatingadmissionpolicybindings`
const MAPS = { apiGroups: [''], apiVersions: ['v1'], resources: ['configmaps'] }

describeSubjects('admission policies', subject => {
  const maps = (): string => `/api/v1/namespaces/${subject().namespace}/configmaps`
  /** A ConfigMap that only the policy of this name judges. */
  const map = (policy: string, name: string, rest: object = {}) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: `${policy}-${name}`, labels: { policy } },
    ...rest,
  })
  const rules = (operations: readonly string[], rest: object = {}) => ({
    resourceRules: [{ ...MAPS, operations }],
    ...rest,
  })
  const bind = async (base: string, rest: object = {}): Promise<void> => {
    const name = subject().name(base)
    subject().later(`${BINDINGS}/${name}`)
    await subject().admin.created(BINDINGS, {
      metadata: { name },
      spec: {
        policyName: name,
        validationActions: ['Deny'],
        matchResources: { objectSelector: { matchLabels: { policy: base } } },
        ...rest,
      },
    })
  }
  const define = async (base: string, spec: object): Promise<void> => {
    const name = subject().name(base)
    subject().later(`${POLICIES}/${name}`)
    await subject().admin.created(POLICIES, {
      metadata: { name },
      spec: { matchConstraints: rules(['CREATE', 'UPDATE', 'DELETE']), ...spec },
    })
    await bind(base)
  }
  /** Waits until the policy refuses this ConfigMap; returns that answer. */
  const refusal = async (body: object, client: ApiClient = subject().admin): Promise<Answer> => {
    const path = `${maps()}?dryRun=All`
    await until(async () => (await client.post(path, body)).code !== 201)
    return client.post(path, body)
  }
  const denied = (base: string, name: string, message: string): string =>
    `configmaps "${base}-${name}" is forbidden: ValidatingAdmissionPolicy '${subject().name(base)}' with binding '${subject().name(base)}' denied request: ${message}`

  test('a policy and its binding get their defaults', async () => {
    await define('defaults', { validations: [{ expression: 'true' }] })
    const policy = await subject().admin.get(`${POLICIES}/${subject().name('defaults')}`)
    const selectors = { namespaceSelector: {}, matchPolicy: 'Equivalent' }
    expect(policy.body.spec).toEqual({
      failurePolicy: 'Fail',
      matchConstraints: {
        ...selectors,
        objectSelector: {},
        resourceRules: [{ ...MAPS, operations: ['CREATE', 'UPDATE', 'DELETE'], scope: '*' }],
      },
      validations: [{ expression: 'true' }],
    })
    const binding = await subject().admin.get(`${BINDINGS}/${subject().name('defaults')}`)
    expect(binding.body.spec).toMatchObject({
      matchResources: { ...selectors, objectSelector: { matchLabels: { policy: 'defaults' } } },
    })
  })

  test('a false validation denies with its message and reason, in a dry run too', async () => {
    const expression = `!object.metadata.name.endsWith('bad')`
    const message = 'bad names are refused'
    await define('plain', { validations: [{ expression, message, reason: 'Forbidden' }] })
    const answer = await refusal(map('plain', 'bad'))
    const text = denied('plain', 'bad', message)
    expect([answer.code, answer.body]).toEqual([
      403,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: text,
        reason: 'Forbidden',
        details: {
          name: 'plain-bad',
          kind: 'configmaps',
          causes: [{ message: text.slice(text.indexOf('Validating')) }],
        },
        code: 403,
      },
    ])
    expect((await subject().admin.post(maps(), map('plain', 'bad'))).code).toBe(403)
    expect((await subject().admin.post(maps(), map('plain', 'good'))).code).toBe(201)
  })

  test('without reason the answer is 422, and without message it names the expression', async () => {
    await define('bare', { validations: [{ expression: `has(object.data)` }] })
    const answer = await refusal(map('bare', 'x'))
    expect([answer.code, answer.body.reason, answer.body.message]).toEqual([
      422,
      'Invalid',
      denied('bare', 'x', 'failed expression: has(object.data)'),
    ])
  })

  test('a computed message replaces the fixed one unless it fails or is empty', async () => {
    const computed = (base: string, messageExpression: string): Promise<void> =>
      define(base, { validations: [{ expression: 'false', message: 'fixed', messageExpression }] })
    await computed('computed', `'no ' + object.metadata.name`)
    await computed('broken', `string(object.data.nothing)`)
    await computed('blank', `' '`)
    expect((await refusal(map('computed', 'x'))).body.message).toBe(
      denied('computed', 'x', 'no computed-x'),
    )
    expect((await refusal(map('broken', 'x'))).body.message).toBe(denied('broken', 'x', 'fixed'))
    expect((await refusal(map('blank', 'x'))).body.message).toBe(denied('blank', 'x', 'fixed'))
  })

  test('variables are computed from earlier ones, and only when they are read', async () => {
    await define('variables', {
      variables: [
        { name: 'data', expression: 'has(object.data) ? object.data : {}' },
        { name: 'count', expression: 'variables.data.size()' },
        { name: 'broken', expression: `object.data['absent'] == ''` },
      ],
      validations: [{ expression: 'variables.count < 2 || variables.broken', message: 'too many' }],
    })
    const two = map('variables', 'two', { data: { a: '', b: '' } })
    const answer = await refusal(two)
    expect(answer.code).toBe(422)
    expect(answer.body.message).toContain(`resulted in error: `)
    expect((await subject().admin.post(maps(), map('variables', 'one'))).code).toBe(201)
  })

  test('an expression that fails denies, and failurePolicy Ignore admits', async () => {
    const spec = { validations: [{ expression: `object.data['a'] == 'x'`, message: 'm' }] }
    await define('strict', spec)
    await define('lenient', { ...spec, failurePolicy: 'Ignore' })
    const answer = await refusal(map('strict', 'x'))
    expect(answer.code).toBe(422)
    expect(answer.body.message).toContain(
      denied('strict', 'x', `expression 'object.data['a'] == 'x'' resulted in error: `),
    )
    const wrong = map('lenient', 'y', { data: { a: 'y' } })
    expect((await refusal(wrong)).body.message).toBe(denied('lenient', 'y', 'm'))
    expect((await subject().admin.post(maps(), map('lenient', 'x'))).code).toBe(201)
  })

  test('a policy applies only if all its conditions hold', async () => {
    await define('conditions', {
      matchConditions: [
        { name: 'by-name', expression: `object.metadata.name.endsWith('x')` },
        { name: 'by-data', expression: `has(object.data) && object.data['a'] == '1'` },
      ],
      validations: [{ expression: 'false', message: 'm' }],
    })
    await refusal(map('conditions', 'x', { data: { a: '1' } }))
    const free = [map('conditions', 'x'), map('conditions', 'y', { data: { a: '1' } })]
    for (const each of free)
      expect((await subject().admin.post(`${maps()}?dryRun=All`, each)).code).toBe(201)
  })

  test('an update sees both objects, by PUT, patch and apply, and a deletion sees the old one', async () => {
    const kept = `has(oldObject.data) && oldObject.data['keep'] == 'yes'`
    await define('updates', {
      matchConstraints: rules(['UPDATE', 'DELETE']),
      validations: [
        {
          expression: `object == null ? !(${kept}) : !(${kept}) || object.data['keep'] == 'yes'`,
          messageExpression: `request.operation + ' of ' + request.name`,
        },
      ],
    })
    await define('ready', { validations: [{ expression: 'false' }] })
    const stored = await subject().admin.created(
      maps(),
      map('updates', 'x', { data: { keep: 'yes' } }),
    )
    await refusal(map('ready', 'x'))
    const path = `${maps()}/updates-x`
    const data = { keep: 'no' }
    await until(async () => (await subject().admin.delete(`${path}?dryRun=All`)).code === 422)
    const answers = [
      await subject().admin.put(path, { ...stored, data }),
      await subject().admin.patch(path, { data }, MERGE_PATCH),
      await subject().admin.patch(
        `${path}?fieldManager=t&force=true`,
        map('updates', 'x', { data }),
        APPLY_PATCH,
      ),
      await subject().admin.delete(path),
    ]
    expect(answers.map(({ body }) => body.message)).toEqual([
      ...Array.from({ length: 3 }, () => denied('updates', 'x', 'UPDATE of updates-x')),
      denied('updates', 'x', 'DELETE of updates-x'),
    ])
    expect((await subject().admin.patch(path, { data: { more: 'x' } }, MERGE_PATCH)).code).toBe(200)
  })

  test('a policy sees who writes, in which namespace and whether it is a dry run', async () => {
    const name = subject().name('writer')
    const rule = { apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }
    const client = await subject().as(name, ['team'], [rule])
    await define('request', {
      validations: [
        {
          expression: 'false',
          messageExpression: `[request.userInfo.username, request.namespace, request.resource.resource, request.kind.kind, string(request.dryRun), string('team' in request.userInfo.groups), string('authentication.kubernetes.io/credential-id' in request.userInfo.extra), namespaceObject.metadata.name].join(' ')`,
        },
      ],
    })
    const { namespace } = subject()
    const seen = `${name} ${namespace} configmaps ConfigMap true true true ${namespace}`
    const answer = await refusal(map('request', 'x'), client)
    expect(answer.body.message).toBe(denied('request', 'x', seen))
  })

  test('a policy asks what the writer may do', async () => {
    const question = `authorizer.group('').resource('secrets').namespace('default').check('get').allowed()`
    await define('authorizer', { validations: [{ expression: question, message: 'not allowed' }] })
    const rule = { apiGroups: [''], resources: ['configmaps'], verbs: ['create'] }
    const client = await subject().as(subject().name('asker'), [], [rule])
    expect((await refusal(map('authorizer', 'x'), client)).body.message).toBe(
      denied('authorizer', 'x', 'not allowed'),
    )
    expect((await subject().admin.post(maps(), map('authorizer', 'y'))).code).toBe(201)
  })

  test('a binding selects namespaces by their labels', async () => {
    const inNamespace = (name: string) => ({
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': name } },
      objectSelector: { matchLabels: { policy: 'selected' } },
    })
    const name = subject().name('selected')
    subject().later(`${POLICIES}/${name}`)
    await subject().admin.created(POLICIES, {
      metadata: { name },
      spec: { matchConstraints: rules(['*']), validations: [{ expression: 'false' }] },
    })
    await bind('selected', { matchResources: inNamespace(subject().namespace) })
    await refusal(map('selected', 'x'))
    const elsewhere = '/api/v1/namespaces/default/configmaps?dryRun=All'
    expect((await subject().admin.post(elsewhere, map('selected', 'x'))).code).toBe(201)
  })

  test('a binding that only warns admits the request', async () => {
    const name = subject().name('warned')
    subject().later(`${POLICIES}/${name}`)
    await subject().admin.created(POLICIES, {
      metadata: { name },
      spec: {
        matchConstraints: rules(['*']),
        validations: [{ expression: 'false', message: 'm' }],
      },
    })
    await bind('warned', { validationActions: ['Warn'] })
    const path = `${maps()}?dryRun=All`
    const warning = async () => (await subject().admin.post(path, map('warned', 'x'))).headers
    await until(async () => (await warning())['warning'] !== undefined)
    expect((await warning())['warning']).toBe(
      `299 - "Validation failed for ValidatingAdmissionPolicy '${name}' with binding '${name}': m"`,
    )
  })

  test('a policy without rules, or with an expression that is not CEL, is refused', async () => {
    const name = subject().name('wrong')
    const answer = await subject().admin.post(POLICIES, {
      metadata: { name },
      spec: {
        matchConstraints: rules(['*']),
        validations: [{ expression: 'object.' }, { expression: 'nothing == 1' }],
      },
    })
    expect(answer.code).toBe(422)
    for (const index of [0, 1])
      expect(answer.body.message).toMatch(
        new RegExp(
          `spec\\.validations\\[${index}\\]\\.expression: Invalid value: .*compilation failed`,
        ),
      )
    const empty = { metadata: { name }, spec: { validations: [{ expression: 'true' }] } }
    expect((await subject().admin.post(POLICIES, empty)).code).toBe(422)
  })

  test('no policy judges policies', async () => {
    const name = subject().name('everything')
    subject().later(`${POLICIES}/${name}`)
    const all = { apiGroups: ['*'], apiVersions: ['*'], resources: ['*'], operations: ['*'] }
    const objectSelector = { matchLabels: { policy: 'everything' } }
    await subject().admin.created(POLICIES, {
      metadata: { name },
      spec: {
        matchConstraints: { resourceRules: [all], objectSelector },
        validations: [{ expression: 'false' }],
      },
    })
    await bind('everything', { matchResources: { objectSelector } })
    await refusal(map('everything', 'x'))
    const path = `${POLICIES}/${name}`
    const labelled = { metadata: { labels: { policy: 'everything' } } }
    expect((await subject().admin.patch(path, labelled, MERGE_PATCH)).code).toBe(200)
  })
})
