import { expect, test } from '@jest/globals'
import { APPLY_PATCH, MERGE_PATCH } from '../../build/api-client.ts'
import { SECOND } from '../../build/api-object.ts'
import { describeSubjects } from '../../build/subjects.ts'

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again'

describeSubjects('server-side apply of a Secret', subject => {
  const path = (name: string): string => `/api/v1/namespaces/${subject().namespace}/secrets/${name}`
  const apply = (name: string, rest: object = {}, query = 'fieldManager=cs') =>
    subject().admin.patch(
      `${path(name)}?${query}`,
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name },
        type: 'Opaque',
        data: { a: 'YQ==' },
        ...rest,
      },
      APPLY_PATCH,
    )
  const only = (name: string, rest: object, query: string) =>
    apply(name, { type: undefined, data: undefined, ...rest }, query)

  test('an apply creates a missing Secret', async () => {
    const answer = await apply('fresh')
    expect(answer.code).toBe(201)
    expect(answer.body.metadata.managedFields).toEqual([
      {
        manager: 'cs',
        operation: 'Apply',
        apiVersion: 'v1',
        // Not always the second of the creation: the clock is read twice.
        time: expect.stringMatching(SECOND),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { 'f:a': {} }, 'f:type': {} },
      },
    ])
  })

  test('a repeated apply changes nothing', async () => {
    const first = await apply('same')
    const second = await apply('same')
    expect([second.code, second.body]).toEqual([200, first.body])
  })

  test('an apply accepts YAML', async () => {
    const answer = await subject().admin.patch(
      `${path('yaml')}?fieldManager=cs`,
      'apiVersion: v1\nkind: Secret\nmetadata: {name: yaml}\nstringData: {x: hello}\n',
      APPLY_PATCH,
    )
    expect([answer.code, answer.body.data]).toEqual([201, { x: 'aGVsbG8=' }])
  })

  test('an apply removes fields that it applied before and now omits', async () => {
    const metadata = { name: 'dropped', labels: { x: 'y' } }
    await apply('dropped', { metadata, data: { a: 'YQ==', b: 'Yg==' } })
    const answer = await apply('dropped', { data: { b: 'Yw==' } })
    expect(answer.body.data).toEqual({ b: 'Yw==' })
    expect(answer.body.metadata).not.toHaveProperty('labels')
  })

  test('an apply keeps the fields of another field manager', async () => {
    await apply('shared')
    await subject().admin.patch(
      `${path('shared')}?fieldManager=other`,
      { data: { m: 'bQ==' } },
      MERGE_PATCH,
    )
    const answer = await apply('shared', { data: { b: 'Yg==' } })
    expect(answer.body.data).toEqual({ b: 'Yg==', m: 'bQ==' })
  })

  test('an apply that overwrites a field of another field manager is a conflict', async () => {
    await apply('conflict', { data: { a: 'YQ==', b: 'Yg==' } })
    const one = await only('conflict', { data: { b: 'Yw==' } }, 'fieldManager=other')
    expect([one.code, one.body]).toEqual([
      409,
      {
        kind: 'Status',
        apiVersion: 'v1',
        metadata: {},
        status: 'Failure',
        message: 'Apply failed with 1 conflict: conflict with "cs": .data.b',
        reason: 'Conflict',
        details: {
          causes: [
            { reason: 'FieldManagerConflict', message: 'conflict with "cs"', field: '.data.b' },
          ],
        },
        code: 409,
      },
    ])
    const two = await only('conflict', { data: { a: 'Yw==', b: 'Yw==' } }, 'fieldManager=other')
    expect(two.body.message).toBe(
      'Apply failed with 2 conflicts: conflicts with "cs":\n- .data.a\n- .data.b',
    )
  })

  test('a conflict names the API version of a manager that wrote without apply', async () => {
    await apply('update')
    await subject().admin.patch(
      `${path('update')}?fieldManager=other`,
      { data: { a: 'Yg==' } },
      MERGE_PATCH,
    )
    const answer = await apply('update')
    // The message names the manager and its API version, and no time.
    expect(answer.body.message).toBe(
      'Apply failed with 1 conflict: conflict with "other" using v1: .data.a',
    )
  })

  test('force overwrites a field and takes its ownership', async () => {
    await apply('force')
    const forced = await only('force', { data: { a: 'Yw==' } }, 'fieldManager=other&force=true')
    expect([forced.code, forced.body.data]).toEqual([200, { a: 'Yw==' }])
    const owners = forced.body.metadata.managedFields.map(entry => [entry.manager, entry.fieldsV1])
    expect(owners).toEqual([
      ['cs', { 'f:type': {} }],
      ['other', { 'f:data': { 'f:a': {} } }],
    ])
    const released = await only('force', {}, 'fieldManager=other')
    expect(released.body).not.toHaveProperty('data')
  })

  test('two managers that apply the same value share the field', async () => {
    await apply('agreed')
    const second = await only('agreed', { data: { a: 'YQ==' } }, 'fieldManager=other')
    expect(second.code).toBe(200)
    const released = await only('agreed', {}, 'fieldManager=other')
    expect(released.body.data).toEqual({ a: 'YQ==' })
  })

  test('an apply with a stale resourceVersion is a conflict', async () => {
    const { body } = await apply('versioned')
    const { name, resourceVersion, uid } = body.metadata
    const next = { data: { a: 'Yg==' } }
    const stale = await apply('versioned', { ...next, metadata: { name, resourceVersion: '1' } })
    expect([stale.code, stale.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on secrets "versioned": ${MODIFIED}`,
    ])
    const same = await apply('versioned', { metadata: { name, resourceVersion: '1' } })
    expect(same.code).toBe(409)
    const right = await apply('versioned', { ...next, metadata: { name, resourceVersion, uid } })
    expect([right.code, right.body.data]).toEqual([200, { a: 'Yg==' }])
  })

  test('an apply with another uid is 422 and not a conflict', async () => {
    await apply('foreign')
    const answer = await apply('foreign', { metadata: { name: 'foreign', uid: 'abc' } })
    expect([answer.code, answer.body.message]).toEqual([
      422,
      'Secret "foreign" is invalid: metadata.uid: Invalid value: "abc": field is immutable',
    ])
    expect(answer.body.details.causes).toHaveLength(2)
  })

  test('an apply with a uid does not create', async () => {
    const answer = await apply('ghost', { metadata: { name: 'ghost', uid: 'abc' } })
    expect([answer.code, answer.body.message]).toEqual([
      409,
      'Operation cannot be fulfilled on secrets "ghost": uid mismatch: the provided object specified uid abc, and no existing object was found',
    ])
  })

  test('an apply with only a resourceVersion creates, so it does not protect', async () => {
    const answer = await apply('revived', { metadata: { name: 'revived', resourceVersion: '12' } })
    expect(answer.code).toBe(201)
  })

  test('a dry run stores nothing', async () => {
    const answer = await apply('dry', {}, 'fieldManager=cs&dryRun=All')
    expect(answer.code).toBe(201)
    expect(answer.body.metadata).not.toHaveProperty('resourceVersion')
    expect((await subject().admin.get(path('dry'))).code).toBe(404)
  })

  test.each([
    [
      'no field manager',
      {},
      '',
      422,
      'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
    ],
    ['no kind', { kind: undefined }, 'fieldManager=cs', 400, 'invalid object type: /v1, Kind='],
    [
      'another kind',
      { kind: 'ConfigMap' },
      'fieldManager=cs',
      400,
      'invalid object type: /v1, Kind=ConfigMap',
    ],
    [
      'another name',
      { metadata: { name: 'other' } },
      'fieldManager=cs',
      400,
      'the name of the object (other) does not match the name on the URL (refused)',
    ],
    [
      'no name',
      { metadata: {} },
      'fieldManager=cs',
      400,
      'the name of the object (refused based on URL) was undeterminable: name must be provided',
    ],
    [
      'managedFields',
      {
        metadata: {
          name: 'refused',
          managedFields: [{ manager: 'x', operation: 'Apply', apiVersion: 'v1' }],
        },
      },
      'fieldManager=cs',
      400,
      'metadata.managedFields must be nil',
    ],
    [
      'an unknown member',
      { bogus: 1 },
      'fieldManager=cs',
      500,
      'failed to create typed patch object (/refused; /v1, Kind=Secret): .bogus: field not declared in schema',
    ],
    [
      'half of a TLS pair',
      { type: 'kubernetes.io/tls', data: { 'tls.crt': '' } },
      'fieldManager=cs',
      422,
      'Secret "refused" is invalid: data[tls.key]: Required value',
    ],
  ])('an apply with %s is refused', async (_what, rest, query, code, message) => {
    const answer = await apply('refused', rest, query)
    expect([answer.code, answer.body.message]).toEqual([code, message])
  })

  test('an apply into a missing namespace is refused', async () => {
    const answer = await subject().admin.patch(
      '/api/v1/namespaces/nowhere/secrets/x?fieldManager=cs',
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'x' } },
      APPLY_PATCH,
    )
    expect([answer.code, answer.body.message]).toEqual([404, 'namespaces "nowhere" not found'])
  })
})
