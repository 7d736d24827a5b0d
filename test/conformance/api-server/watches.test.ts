import { expect, test } from '@jest/globals'
import type { ApiObject } from '../../build/api-object.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import { describeSubjects } from '../../build/subjects.ts'
import {
  condition,
  createRequest,
  SIGNING_REQUESTS,
  withConditions,
} from '../../build/signing-requests.ts'

describeSubjects('watches', subject => {
  const collection = (): string => `/api/v1/namespaces/${subject().namespace}/configmaps`
  const make = (name: string, labels: object = {}): Promise<ApiObject> =>
    subject().admin.created(collection(), { metadata: { name, labels } })
  const one = (name: string): string => `fieldSelector=metadata.name%3D${name}`
  const open = (query: string) => subject().admin.watch(`${collection()}?watch=1&${query}`)
  const label = (name: string, labels: object) =>
    subject().admin.patch(`${collection()}/${name}`, { metadata: { labels } }, MERGE_PATCH)

  test('a watch starts with the existing objects', async () => {
    const object = await make('there')
    const watch = await open(one('there'))
    expect([watch.code, await watch.next()]).toEqual([200, { type: 'ADDED', object }])
    watch.stop()
  })

  test('a watch reports creation, change and deletion', async () => {
    const watch = await open(one('story'))
    const made = await make('story')
    const changed = await label('story', { a: 'b' })
    await subject().admin.delete(`${collection()}/story`)
    const events = [await watch.next(), await watch.next(), await watch.next()]
    expect(events.map(event => event?.type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
    expect(events[0]?.object).toEqual(made)
    expect(events[1]?.object).toEqual(changed.body)
    const last = events[2]?.object.metadata
    expect(Number(last?.resourceVersion)).toBeGreaterThan(
      Number(changed.body.metadata.resourceVersion),
    )
    watch.stop()
  })

  test('a watch resumes from a resourceVersion', async () => {
    const { metadata } = await make('resume')
    await label('resume', { a: 'b' })
    const watch = await open(`${one('resume')}&resourceVersion=${metadata.resourceVersion}`)
    expect((await watch.next())?.type).toBe('MODIFIED')
    watch.stop()
  })

  test('a watch with a selector reports ADDED when an object starts to match, and DELETED when it stops', async () => {
    await make('wander')
    const watch = await open('labelSelector=wanders')
    await label('wander', { wanders: 'yes' })
    await label('wander', { wanders: 'still' })
    await label('wander', { wanders: null })
    const types = [await watch.next(), await watch.next(), await watch.next()]
    expect(types.map(event => event?.type)).toEqual(['ADDED', 'MODIFIED', 'DELETED'])
    watch.stop()
  })

  test('a watch ends after its timeout', async () => {
    const watch = await open(`${one('nothing')}&timeoutSeconds=1`)
    expect(await watch.next()).toBeNull()
  })

  test('a bookmark marks the end of the initial events', async () => {
    await make('marked')
    const watch = await open(
      `${one('marked')}&allowWatchBookmarks=true&sendInitialEvents=true&resourceVersionMatch=NotOlderThan`,
    )
    expect((await watch.next())?.type).toBe('ADDED')
    const bookmark = await watch.next()
    expect(bookmark).toMatchObject({
      type: 'BOOKMARK',
      object: {
        kind: 'ConfigMap',
        apiVersion: 'v1',
        metadata: { annotations: { 'k8s.io/initial-events-end': 'true' } },
      },
    })
    expect(bookmark?.object.metadata.resourceVersion).toMatch(/^\d+$/)
    watch.stop()
  })

  test('a watch has no bookmarks by default', async () => {
    await make('unmarked')
    const watch = await open(`${one('unmarked')}&timeoutSeconds=1`)
    expect([(await watch.next())?.type, await watch.next()]).toEqual(['ADDED', null])
  })

  test('a watch from an expired resourceVersion ends after an ERROR event', async () => {
    const watch = await subject().admin.watch(await subject().backend.staleWatch())
    expect(watch.code).toBe(200)
    const event = await watch.next()
    expect(event).toMatchObject({
      type: 'ERROR',
      object: { kind: 'Status', status: 'Failure', reason: 'Expired', code: 410 },
    })
    expect(event?.object.message).toMatch(/^too old resource version: 1 \(\d+\)$/)
    expect(await watch.next()).toBeNull()
  })

  test('a watch from an invalid resourceVersion is refused', async () => {
    const answer = await subject().admin.get(`${collection()}?watch=1&resourceVersion=abc`)
    expect([answer.code, answer.body.message]).toEqual([
      500,
      'resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax',
    ])
  })

  test('a watch follows a CertificateSigningRequest from its creation to its deletion', async () => {
    const object = await createRequest(subject(), 'followed')
    const { name } = object.metadata
    const watch = await subject().admin.watch(`${SIGNING_REQUESTS}?watch=1&${one(name)}`)
    expect(await watch.next()).toEqual({ type: 'ADDED', object })
    const approved = await subject().admin.put(
      `${SIGNING_REQUESTS}/${name}/approval`,
      withConditions(object, condition('Approved')),
    )
    expect(await watch.next()).toEqual({ type: 'MODIFIED', object: approved.body })
    await subject().admin.delete(`${SIGNING_REQUESTS}/${name}`)
    expect((await watch.next())?.type).toBe('DELETED')
    watch.stop()
  })
})
