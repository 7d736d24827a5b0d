import { expect, test } from '@jest/globals'
import { SECOND } from '../../build/api-object.ts'
import type { ApiObject } from '../../build/api-object.ts'
import { JSON_PATCH, MERGE_PATCH } from '../../build/api-client.ts'
import { describeSubjects } from '../../build/subjects.ts'

const KEY =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')"
const SUBDOMAIN =
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
const NAME_PART =
  "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"
const LABEL_VALUE =
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
const TLS = 'kubernetes.io/tls'
const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again'

interface SentSecret extends Readonly<Record<string, unknown>> {
  readonly metadata: { readonly name: string }
}

function secret(name: string, rest: object = {}): SentSecret {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name }, data: { a: 'YQ==' }, ...rest }
}

describeSubjects('Secrets', subject => {
  const collection = (): string => `/api/v1/namespaces/${subject().namespace}/secrets`
  const path = (name: string): string => `${collection()}/${name}`
  const created = (name: string, rest: object = {}): Promise<ApiObject> =>
    subject().admin.created(collection(), secret(name, rest))

  test.each([
    [
      'a name in capitals',
      { metadata: { name: 'Bad' } },
      `metadata.name: Invalid value: "Bad": ${SUBDOMAIN}`,
    ],
    [
      'a label key with a space',
      { metadata: { name: 'Bad'.toLowerCase(), labels: { 'a b': '' } } },
      `metadata.labels: Invalid value: "a b": ${NAME_PART}`,
    ],
    [
      'a label value with a space',
      { metadata: { name: 'bad', labels: { a: 'x y' } } },
      `metadata.labels: Invalid value: "x y": ${LABEL_VALUE}`,
    ],
    [
      'a label value of 64 letters',
      { metadata: { name: 'bad', labels: { a: 'x'.repeat(64) } } },
      `metadata.labels: Invalid value: "${'x'.repeat(64)}": must be no more than 63 bytes`,
    ],
    [
      'an annotation with a space in its key',
      { metadata: { name: 'bad', annotations: { 'A B': '' } } },
      `metadata.annotations: Invalid value: "A B": ${NAME_PART}`,
    ],
    ['a key with a space', { data: { 'a b': '' } }, `data[a b]: Invalid value: "a b": ${KEY}`],
    ['the key ..', { data: { '..': '' } }, `data[..]: Invalid value: "..": must not be '..'`],
    [
      'data over 1 MiB',
      { data: { a: Buffer.alloc(1_048_577).toString('base64') } },
      'data: Too long: may not be more than 1048576 bytes',
    ],
    [
      'TLS without its keys',
      { type: TLS, data: {} },
      '[data[tls.crt]: Required value, data[tls.key]: Required value]',
    ],
    [
      'TLS without its key',
      { type: TLS, data: { 'tls.crt': 'YQ==' } },
      'data[tls.key]: Required value',
    ],
  ])('a Secret with %s is refused', async (_what, rest, text) => {
    const object = secret('bad', rest)
    const answer = await subject().admin.post(collection(), object)
    expect([answer.code, answer.body.message]).toEqual([
      422,
      `Secret "${object.metadata.name}" is invalid: ${text}`,
    ])
  })

  const HANDLED = 'Secret in version "v1" cannot be handled as a Secret: '
  const FIELD = 'into Go struct field'
  test.each([
    ['base64 that is none', { data: { a: '***' } }, 'illegal base64 data at input byte 0'],
    [
      'a number as data',
      { data: { a: 5 } },
      `json: cannot unmarshal number ${FIELD} Secret.data of type []uint8`,
    ],
    [
      'a list as data',
      { data: [] },
      `json: cannot unmarshal array ${FIELD} Secret.data of type map[string][]uint8`,
    ],
    [
      'a number as label',
      { metadata: { name: 'x', labels: { a: 5 } } },
      `json: cannot unmarshal number ${FIELD} ObjectMeta.metadata.labels of type string`,
    ],
    ['another kind', { kind: 'ConfigMap', data: {} }, null],
  ])('a Secret with %s is a decoding error', async (_what, rest, text) => {
    const answer = await subject().admin.post(collection(), secret('bad', rest))
    const expected =
      text === null
        ? 'ConfigMap in version "v1" cannot be handled as a Secret: converting (v1.ConfigMap) to (core.Secret): unknown conversion'
        : HANDLED + text
    expect([answer.code, answer.body.message]).toEqual([400, expected])
  })

  test.each([
    ['half of it', '{"a":', '{"a":'],
    ['nothing', '', '<empty>'],
  ])('a body that holds %s is a decoding error', async (_what, body, shown) => {
    const answer = await subject().admin.post(collection(), body)
    expect([answer.code, answer.body.message]).toEqual([
      400,
      `the object provided is unrecognized (must be of type Secret): couldn't get version/kind; json parse error: unexpected end of JSON input (${shown})`,
    ])
  })

  test('a body of an unknown media type is refused', async () => {
    const answer = await subject().admin.post(collection(), 'a', { type: 'text/plain' })
    expect([answer.code, answer.body.message]).toEqual([
      415,
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
    ])
  })

  test('a Secret without type is Opaque, and managedFields record the writer', async () => {
    const object = await created('plain')
    expect(object).toMatchObject({ type: 'Opaque', data: { a: 'YQ==' } })
    expect(object.metadata.namespace).toBe(subject().namespace)
    expect(object.metadata.managedFields).toEqual([
      {
        manager: 'unknown',
        operation: 'Update',
        apiVersion: 'v1',
        // Not always the second of the creation: the clock is read twice.
        time: expect.stringMatching(SECOND),
        fieldsType: 'FieldsV1',
        fieldsV1: { 'f:data': { '.': {}, 'f:a': {} }, 'f:type': {} },
      },
    ])
  })

  test('a TLS Secret without a certificate is stored with a warning', async () => {
    const object = secret('tls', { type: TLS, data: { 'tls.crt': 'YQ==', 'tls.key': '' } })
    const answer = await subject().admin.post(collection(), object)
    expect([answer.code, answer.headers['warning']]).toEqual([
      201,
      '299 - "tls: failed to find any PEM data in certificate input"',
    ])
    expect(answer.body.data).toEqual({ 'tls.crt': 'YQ==', 'tls.key': '' })
  })

  test('the type of a Secret is immutable', async () => {
    await created('typed')
    const object = secret('typed', { type: TLS, data: { 'tls.crt': '', 'tls.key': '' } })
    const answer = await subject().admin.put(path('typed'), object)
    expect([answer.code, answer.body.message]).toEqual([
      422,
      `Secret "typed" is invalid: type: Invalid value: "${TLS}": field is immutable`,
    ])
  })

  test('stringData becomes data', async () => {
    const object = await created('strings', { data: undefined, stringData: { x: 'hello' } })
    expect([object.data, object.stringData]).toEqual([{ x: 'aGVsbG8=' }, undefined])
  })

  test('a Secret in a missing namespace is refused', async () => {
    const answer = await subject().admin.post('/api/v1/namespaces/nowhere/secrets', secret('x'))
    expect([answer.code, answer.body.message, answer.body.details]).toEqual([
      404,
      'namespaces "nowhere" not found',
      { name: 'nowhere', kind: 'namespaces' },
    ])
    const read = await subject().admin.get('/api/v1/namespaces/nowhere/secrets/x')
    expect(read.body.message).toBe('secrets "x" not found')
  })

  test('name and namespace of a Secret must match the URL', async () => {
    await created('address')
    const other = await subject().admin.put(path('address'), secret('other'))
    expect([other.code, other.body.message]).toEqual([
      400,
      'the name of the object (other) does not match the name on the URL (address)',
    ])
    const metadata = { name: 'address', namespace: 'default' }
    const elsewhere = await subject().admin.put(path('address'), secret('', { metadata }))
    expect([elsewhere.code, elsewhere.body.message]).toEqual([
      400,
      'the namespace of the provided object does not match the namespace sent on the request',
    ])
  })

  test('PUT does not create a Secret', async () => {
    const answer = await subject().admin.put(path('absent'), secret('absent'))
    expect([answer.code, answer.body.message]).toEqual([404, 'secrets "absent" not found'])
  })

  test('a Secret is replaced only under the current resourceVersion and uid', async () => {
    const { metadata } = await created('replace')
    const { name, resourceVersion, uid } = metadata
    const data = { b: 'Yg==' }
    const put = (rest: object) =>
      subject().admin.put(path(name), secret(name, { metadata: { name, ...rest }, data }))
    expect((await put({ resourceVersion, uid })).code).toBe(200)
    const stale = await put({ resourceVersion })
    expect([stale.code, stale.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on secrets "replace": ${MODIFIED}`,
    ])
    const foreign = await put({ uid: 'abc' })
    expect([foreign.code, foreign.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on secrets "replace": StorageError: invalid object, Code: 4, Key: /registry/secrets/${subject().namespace}/replace, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: abc, UID in object meta: ${uid}`,
    ])
    const strange = await put({ resourceVersion: 'x' })
    expect([strange.code, strange.body.message]).toEqual([
      500,
      'strconv.ParseUint: parsing "x": invalid syntax',
    ])
  })

  test('a merge patch removes members that are null', async () => {
    await created('merge')
    const answer = await subject().admin.patch(
      path('merge'),
      { data: { a: null, b: 'Yg==' } },
      MERGE_PATCH,
    )
    expect(answer.body.data).toEqual({ b: 'Yg==' })
    const again = await subject().admin.patch(path('merge'), {}, MERGE_PATCH)
    expect(again.body.metadata.resourceVersion).toBe(answer.body.metadata.resourceVersion)
  })

  test('a patch with a stale resourceVersion is a conflict, and another uid is 422', async () => {
    await created('guarded')
    const patch = (metadata: object) =>
      subject().admin.patch(path('guarded'), { metadata, data: { b: 'Yg==' } }, MERGE_PATCH)
    const stale = await patch({ resourceVersion: '1' })
    expect([stale.code, stale.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on secrets "guarded": ${MODIFIED}`,
    ])
    const foreign = await patch({ uid: 'abc' })
    expect([foreign.code, foreign.body.message]).toEqual([
      422,
      'Secret "guarded" is invalid: metadata.uid: Invalid value: "abc": field is immutable',
    ])
    const absent = await subject().admin.patch(path('absent'), {}, MERGE_PATCH)
    expect(absent.code).toBe(404)
  })

  test('a JSON patch applies all of its operations or none', async () => {
    await created('operations')
    const patch = (...operations: readonly object[]) =>
      subject().admin.patch(path('operations'), operations, JSON_PATCH)
    const done = await patch(
      { op: 'test', path: '/data/a', value: 'YQ==' },
      { op: 'add', path: '/metadata/labels', value: { 'a/b': 'c' } },
      { op: 'copy', from: '/data/a', path: '/data/b' },
      { op: 'move', from: '/data/a', path: '/data/c' },
      { op: 'replace', path: '/metadata/labels/a~1b', value: 'd' },
    )
    expect(done.body.data).toEqual({ b: 'YQ==', c: 'YQ==' })
    expect(done.body.metadata.labels).toEqual({ 'a/b': 'd' })
    for (const operation of [
      { op: 'test', path: '/data/b', value: 'x' },
      { op: 'remove', path: '/data/zz' },
    ]) {
      const failed = await patch({ op: 'remove', path: '/data/b' }, operation)
      expect([failed.code, failed.body.message]).toEqual([
        422,
        'the server rejected our request due to an error in our request',
      ])
    }
    const wrong = await subject().admin.patch(path('operations'), {}, JSON_PATCH)
    expect([wrong.code, wrong.body.message]).toEqual([
      400,
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    ])
  })

  test('a patch of an unknown media type is refused', async () => {
    const answer = await subject().admin.patch(path('x'), {}, 'application/json')
    expect([answer.code, answer.body.message]).toEqual([415, '415: Unsupported Media Type'])
    const forced = await subject().admin.patch(`${path('x')}?force=true`, {}, MERGE_PATCH)
    expect(forced.body.message).toBe(
      'PatchOptions.meta.k8s.io "" is invalid: force: Forbidden: may not be specified for non-apply patch',
    )
  })

  test('a Secret is deleted only under the current uid and resourceVersion', async () => {
    const { metadata } = await created('delete')
    const { uid, resourceVersion } = metadata
    const remove = (preconditions: object, rest: object = {}) =>
      subject().admin.delete(path('delete'), { preconditions, ...rest })
    const foreign = await remove({ uid: 'abc' })
    expect([foreign.code, foreign.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on Secret "delete": the UID in the precondition (abc) does not match the UID in record (${uid}). The object might have been deleted and then recreated`,
    ])
    const stale = await remove({ uid, resourceVersion: '1' })
    expect([stale.code, stale.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on Secret "delete": the ResourceVersion in the precondition (1) does not match the ResourceVersion in record (${resourceVersion}). The object might have been modified`,
    ])
    expect((await remove({ uid, resourceVersion }, { dryRun: ['All'] })).code).toBe(200)
    expect((await subject().admin.get(path('delete'))).code).toBe(200)
    const gone = await remove({ uid, resourceVersion })
    expect([gone.code, gone.body.status, gone.body.details]).toEqual([
      200,
      'Success',
      { name: 'delete', kind: 'secrets', uid },
    ])
    const again = await remove({})
    expect([again.code, again.body.message]).toEqual([404, 'secrets "delete" not found'])
  })

  test('a DELETE with a body ignores the dry run in the URL', async () => {
    const { uid } = (await created('surprise')).metadata
    const kept = await subject().admin.delete(`${path('surprise')}?dryRun=All`)
    expect([kept.code, (await subject().admin.get(path('surprise'))).code]).toEqual([200, 200])
    const gone = await subject().admin.delete(`${path('surprise')}?dryRun=All`, {
      preconditions: { uid },
    })
    expect([gone.code, (await subject().admin.get(path('surprise'))).code]).toEqual([200, 404])
  })

  test('a method that the path does not support is refused', async () => {
    const calls = [
      ['PATCH', collection()],
      ['PUT', collection()],
      ['POST', path('x')],
    ] as const
    for (const [method, where] of calls) {
      const answer = await subject().admin.call(method, where, {}, { type: MERGE_PATCH })
      expect([answer.code, answer.body.message]).toEqual([
        405,
        'the server does not allow this method on the requested resource',
      ])
    }
  })
})
