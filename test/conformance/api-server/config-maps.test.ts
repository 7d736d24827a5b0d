import { expect, test } from '@jest/globals'
import { MERGE_PATCH } from '../../build/api-client.ts'
import { describeSubjects } from '../../build/subjects.ts'

const MODIFIED =
  'the object has been modified; please apply your changes to the latest version and try again'

function configMap(name: string, data: object, metadata: object = {}): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data }
}

describeSubjects('ConfigMaps, the records', subject => {
  const collection = (): string => `/api/v1/namespaces/${subject().namespace}/configmaps`
  const path = (name: string): string => `${collection()}/${name}`

  test('a second create of a ConfigMap is refused', async () => {
    const made = await subject().admin.post(collection(), configMap('claim', { n: '1' }))
    const lost = await subject().admin.post(collection(), configMap('claim', { n: '2' }))
    expect([made.code, lost.code, lost.body.message]).toEqual([
      201,
      409,
      'configmaps "claim" already exists',
    ])
    expect(lost.body.details).toEqual({ name: 'claim', kind: 'configmaps' })
  })

  test('a ConfigMap is replaced only under its resourceVersion', async () => {
    const { metadata } = await subject().admin.created(collection(), configMap('swap', { n: '1' }))
    const { resourceVersion } = metadata
    const put = (n: string) =>
      subject().admin.put(path('swap'), configMap('swap', { n }, { resourceVersion }))
    const [won, lost] = [await put('2'), await put('3')]
    expect([won.code, won.body.data]).toEqual([200, { n: '2' }])
    expect(Number(won.body.metadata.resourceVersion)).toBeGreaterThan(Number(resourceVersion))
    expect([lost.code, lost.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on configmaps "swap": ${MODIFIED}`,
    ])
  })

  test('one of four concurrent writers wins', async () => {
    const { metadata } = await subject().admin.created(collection(), configMap('race', { n: '1' }))
    const { resourceVersion } = metadata
    const put = (n: string) =>
      subject().admin.put(path('race'), configMap('race', { n }, { resourceVersion }))
    const answers = await Promise.all(['2', '3', '4', '5'].map(put))
    expect(answers.filter(({ code }) => code === 200)).toHaveLength(1)
    expect(answers.filter(({ code }) => code === 409)).toHaveLength(3)
  })

  test('a replacement with the uid of another ConfigMap is a conflict', async () => {
    const { metadata } = await subject().admin.created(collection(), configMap('uid', { n: '1' }))
    const answer = await subject().admin.put(path('uid'), configMap('uid', {}, { uid: 'abc' }))
    expect([answer.code, answer.body.message]).toEqual([
      409,
      `Operation cannot be fulfilled on configmaps "uid": StorageError: invalid object, Code: 4, Key: /registry/configmaps/${subject().namespace}/uid, ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: abc, UID in object meta: ${metadata.uid}`,
    ])
  })

  test('a ConfigMap holds text only', async () => {
    const answer = await subject().admin.post(collection(), configMap('number', { n: 1 }))
    expect([answer.code, answer.body.message]).toEqual([
      400,
      'ConfigMap in version "v1" cannot be handled as a ConfigMap: json: cannot unmarshal number into Go struct field ConfigMap.data of type string',
    ])
  })

  test('a ConfigMap over 1 MiB is refused', async () => {
    const data = { a: 'x'.repeat(1_048_577) }
    const answer = await subject().admin.post(collection(), configMap('big', data))
    expect([answer.code, answer.body.message]).toEqual([
      422,
      'ConfigMap "big" is invalid: []: Too long: may not be more than 1048576 bytes',
    ])
  })

  test('a key with a slash is refused', async () => {
    const answer = await subject().admin.post(collection(), configMap('slash', { 'a/b': '' }))
    expect([answer.code, answer.body.details.causes[0]?.field]).toEqual([422, 'data[a/b]'])
  })

  test('the resourceVersion changes with every change and only then', async () => {
    const made = await subject().admin.created(collection(), configMap('count', { n: '1' }))
    const same = await subject().admin.put(path('count'), configMap('count', { n: '1' }))
    expect(same.body.metadata.resourceVersion).toBe(made.metadata.resourceVersion)
    const label = { metadata: { labels: { a: 'b' } } }
    const changed = await subject().admin.patch(path('count'), label, MERGE_PATCH)
    expect(changed.body.metadata.resourceVersion).not.toBe(made.metadata.resourceVersion)
    expect(changed.body.metadata.uid).toBe(made.metadata.uid)
  })

  test('a ConfigMap that is created again has another uid', async () => {
    const first = await subject().admin.created(collection(), configMap('again', {}))
    await subject().admin.delete(path('again'))
    const second = await subject().admin.created(collection(), configMap('again', {}))
    expect(second.metadata.uid).not.toBe(first.metadata.uid)
  })

  test('a namespace is created once and is readable', async () => {
    const name = subject().namespace
    const namespace = await subject().admin.get(`/api/v1/namespaces/${name}`)
    expect(namespace.body).toMatchObject({
      metadata: { name, labels: { 'kubernetes.io/metadata.name': name } },
      spec: { finalizers: ['kubernetes'] },
      status: { phase: 'Active' },
    })
    const again = await subject().admin.post('/api/v1/namespaces', { metadata: { name } })
    expect(again.body.message).toBe(`namespaces "${name}" already exists`)
    const missing = await subject().admin.get('/api/v1/namespaces/nowhere')
    expect(missing.body.message).toBe('namespaces "nowhere" not found')
  })
})
