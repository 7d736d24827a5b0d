// The guard of asks on API servers: two people write one object together, and nobody writes it alone.
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { grantGroup } from '../../../src/domain/cluster/grant.ts'
import { ApiClient, APPLY_PATCH, JSON_PATCH, MERGE_PATCH } from '../../build/api-client.ts'
import type { Answer } from '../../build/api-client.ts'
import { EVERYTHING, GUARDED, refusedBy, startGuarded, until } from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation } from '../../build/installation.ts'

const OWNER = 'acme-certs'
const MAPS = '/api/v1/namespaces/countersign/configmaps'
const NAME = `countersign.emergency.${OWNER}.jane`
const ASK = `${MAPS}/${NAME}`
const POLICY = `countersign-${OWNER}-emergency`
const RECORDS = `countersign-${OWNER}-records`
const CREDENTIAL_ID = 'impersonate-extra-authentication.kubernetes.io%2Fcredential-id'
const LABELS = { 'countersign.dev/emergency': OWNER }

const INSTALLED = installation({
  emergency: {
    people: ['owner@example.com', 'reviewer@example.com', 'system-looking', 'system-other'],
    maxDurationSeconds: 14_400,
    requests: ['jane', 'web'],
  },
})
const WRITES = {
  apiGroups: [''],
  resources: ['configmaps'],
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update'],
}

const WEB = {
  metadata: { name: `countersign.emergency.${OWNER}.web` },
  data: { request: 'web' },
}

interface AskChanges {
  readonly data?: object
  readonly metadata?: object
  readonly [member: string]: unknown
}

function ask(first: string, { data, metadata, ...more }: AskChanges = {}): object {
  return {
    metadata: { name: NAME, labels: LABELS, ...metadata },
    data: { request: 'jane', seconds: '3600', reason: 'the forge is down', first, ...data },
    ...more,
  }
}

describe.each(GUARDED)('%s: asks of an emergency', kind => {
  let cluster: GuardedCluster
  let owner: ApiClient
  let reviewer: ApiClient
  let editor: ApiClient
  let apply: ApiClient
  let granted: ApiClient
  let otherwise: ApiClient
  const FIRST = 'owner@example.com'
  const SECOND = 'reviewer@example.com'

  beforeAll(async () => {
    const users = {
      [FIRST]: [],
      [SECOND]: [WRITES],
      editor: [WRITES],
      master: [EVERYTHING],
      'Owner@example.com': [WRITES],
    }
    let [login, other] = [{}, {}]
    cluster = await startGuarded(INSTALLED, users, kind, {
      before: async backend => {
        const early = new ApiClient(backend, backend.admin)
        await early.created(MAPS, ask(FIRST, { ...WEB, metadata: { ...WEB.metadata, labels: {} } }))
        early.close()
        login = await backend.user('system-looking', [grantGroup(OWNER, 'a'.repeat(20))], [WRITES])

        other = await backend.user('system-other', [grantGroup('other', 'a'.repeat(20))], [WRITES])
      },
    })
    owner = cluster.as(FIRST)
    reviewer = cluster.as(SECOND)
    editor = cluster.as('editor')
    granted = cluster.with(login)
    otherwise = cluster.with(other)
    apply = await cluster.serviceAccount('countersign', 'countersign-apply')
    await until(
      async () =>
        refusedBy(await apply.post(`${MAPS}?dryRun=All`, ask(FIRST))) === POLICY &&
        (await owner.post(`${MAPS}?dryRun=All`, ask(FIRST))).code === 201,
    )
  })
  afterAll(() => cluster?.end())
  beforeEach(async () => {
    await apply.delete(ASK)
  })

  const joined = (first: string, second: string): object => ask(first, { data: { second } })

  test('the first person creates an ask, another one joins it, and countersign deletes it', async () => {
    expect((await owner.post(MAPS, ask(FIRST))).code).toBe(201)
    expect((await reviewer.put(ASK, joined(FIRST, SECOND))).code).toBe(200)
    expect((await reviewer.get(ASK)).body.data).toMatchObject({ first: FIRST, second: SECOND })
    expect((await apply.delete(ASK)).code).toBe(200)
  })

  test('the second person joins by a patch too', async () => {
    await owner.post(MAPS, ask(FIRST))
    const patch = { data: { second: SECOND } }
    expect(refusedBy(await cluster.as('master').patch(ASK, patch, MERGE_PATCH))).toBe(POLICY)
    expect((await reviewer.patch(ASK, patch, MERGE_PATCH)).code).toBe(200)
  })

  test('a person deletes an ask, and no other user does', async () => {
    await owner.post(MAPS, ask(FIRST))
    expect(refusedBy(await editor.delete(ASK))).toBe(POLICY)
    expect(refusedBy(await cluster.admin.delete(ASK))).toBe(POLICY)
    await editor.delete(MAPS)
    expect((await owner.get(ASK)).code).toBe(200)
    expect((await reviewer.delete(ASK)).code).toBe(200)
  })

  test.each<readonly [string, () => Promise<Answer>]>([
    ['in the name of another person', () => owner.post(MAPS, ask(SECOND))],
    ['for both people at once', () => owner.post(MAPS, joined(FIRST, SECOND))],
    ['twice as one person, at once', () => owner.post(MAPS, joined(FIRST, FIRST))],
    [
      'by server-side apply for both',
      () =>
        reviewer.patch(`${ASK}?fieldManager=test`, apiObject(joined(SECOND, FIRST)), APPLY_PATCH),
    ],
    ['as a user who is no person', () => editor.post(MAPS, ask('editor'))],
    ['as a user who is no person, in the name of one', () => editor.post(MAPS, ask(FIRST))],
    ['as an administrator', () => cluster.admin.post(MAPS, ask(FIRST))],
    ['as the controller', () => apply.post(MAPS, ask(FIRST))],
    [
      'as the controller, with its own name',
      () => apply.post(MAPS, ask('system:serviceaccount:countersign:countersign-apply')),
    ],
    [
      'as a person with a certificate that countersign issued',
      () => granted.post(MAPS, ask('system-looking')),
    ],
    [
      'as a person with a certificate that another installation issued',
      () => otherwise.post(MAPS, ask('system-other')),
    ],
    [
      'as a person whose name is in other letters',
      () => cluster.as('Owner@example.com').post(MAPS, ask('Owner@example.com')),
    ],
    [
      'by impersonation of a person',
      () => cluster.admin.post(MAPS, ask(FIRST), { headers: { 'impersonate-user': FIRST } }),
    ],
    [
      'by impersonation with two ids',
      () =>
        cluster.admin.post(MAPS, ask(FIRST), {
          headers: { 'impersonate-user': FIRST, [CREDENTIAL_ID]: ['X509SHA256=1', 'X509SHA256=2'] },
        }),
    ],
    [
      'with an annotation',
      () => owner.post(MAPS, ask(FIRST, { metadata: { annotations: { a: 'b' } } })),
    ],
    [
      'with another label',
      () => owner.post(MAPS, ask(FIRST, { metadata: { labels: { ...LABELS, a: 'b' } } })),
    ],
    ['without the label', () => owner.post(MAPS, ask(FIRST, { metadata: { labels: {} } }))],
    [
      'with a finalizer',
      () => owner.post(MAPS, ask(FIRST, { metadata: { finalizers: ['example.com/stays'] } })),
    ],
    [
      'with an owner',
      () =>
        owner.post(
          MAPS,
          ask(FIRST, {
            metadata: {
              ownerReferences: [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'a', uid: 'b' }],
            },
          }),
        ),
    ],
    ['that is immutable', () => owner.post(MAPS, ask(FIRST, { immutable: true }))],
    ['with binary data', () => owner.post(MAPS, ask(FIRST, { binaryData: { a: 'Yg==' } }))],
    ['with one more value', () => owner.post(MAPS, ask(FIRST, { data: { more: 'x' } }))],
    [
      'under a name of the own choice',
      () => owner.post(MAPS, ask(FIRST, { metadata: { name: 'prepared' } })),
    ],
    [
      'for another request than its name says',
      () => owner.post(MAPS, ask(FIRST, { data: { request: 'web' } })),
    ],
    [
      'for a request that the configuration does not name',
      () =>
        owner.post(
          MAPS,
          ask(FIRST, {
            metadata: { name: `countersign.emergency.${OWNER}.root` },
            data: { request: 'root' },
          }),
        ),
    ],
    [
      'for longer than is allowed',
      () => owner.post(MAPS, ask(FIRST, { data: { seconds: '14401' } })),
    ],
    ['for less than ten minutes', () => owner.post(MAPS, ask(FIRST, { data: { seconds: '599' } }))],
    [
      'for a time that is no number',
      () => owner.post(MAPS, ask(FIRST, { data: { seconds: '1h' } })),
    ],
    [
      'with a reason of 301 characters',
      () => owner.post(MAPS, ask(FIRST, { data: { reason: 'x'.repeat(301) } })),
    ],
    ['without a reason', () => owner.post(MAPS, ask(FIRST, { data: { reason: '' } }))],
  ])('an ask %s is refused', async (_, attempt) => {
    expect(refusedBy(await attempt())).toBe(POLICY)
    expect((await cluster.admin.get(ASK)).code).toBe(404)
  })

  test.each<readonly [string, () => Promise<Answer>]>([
    ['the same person again', () => owner.put(ASK, joined(FIRST, FIRST))],
    ['the same person in the name of another', () => owner.put(ASK, joined(FIRST, SECOND))],
    ['another person who changes the first name', () => reviewer.put(ASK, joined(SECOND, SECOND))],
    [
      'another person who asks for longer',
      () => reviewer.put(ASK, ask(FIRST, { data: { second: SECOND, seconds: '7200' } })),
    ],
    [
      'another person who changes the reason',
      () => reviewer.put(ASK, ask(FIRST, { data: { second: SECOND, reason: 'other' } })),
    ],
    [
      'another person who adds a label',
      () =>
        reviewer.put(
          ASK,
          ask(FIRST, { data: { second: SECOND }, metadata: { labels: { ...LABELS, a: 'b' } } }),
        ),
    ],
    [
      'another person who takes the label away',
      () => reviewer.put(ASK, ask(FIRST, { data: { second: SECOND }, metadata: { labels: {} } })),
    ],
    ['another person who changes nothing', () => reviewer.put(ASK, ask(FIRST))],
    [
      'the first person who changes the reason',
      () => owner.put(ASK, ask(FIRST, { data: { reason: 'other' } })),
    ],
    ['a user who is no person', () => editor.put(ASK, joined(FIRST, 'editor'))],
    [
      'a user who patches in a person',
      () => editor.patch(ASK, [{ op: 'add', path: '/data/second', value: SECOND }], JSON_PATCH),
    ],
    ['the controller', () => apply.put(ASK, joined(FIRST, SECOND))],
    [
      'an administrator who impersonates a person',
      () =>
        cluster.admin.call('PUT', ASK, joined(FIRST, SECOND), {
          headers: { 'impersonate-user': SECOND },
        }),
    ],
  ])('an ask is not joined by %s', async (_, attempt) => {
    await owner.post(MAPS, ask(FIRST))
    expect(refusedBy(await attempt())).toBe(POLICY)
    expect((await reviewer.get(ASK)).body.data).not.toHaveProperty('second')
  })

  test('a third write to an ask is refused', async () => {
    await owner.post(MAPS, ask(FIRST))
    await reviewer.put(ASK, joined(FIRST, SECOND))
    for (const [person, object] of [
      [owner, ask(FIRST)],
      [reviewer, ask(SECOND, { data: { second: FIRST } })],
      [owner, joined(SECOND, FIRST)],
      [reviewer, joined(FIRST, SECOND)],
    ] as const)
      expect(refusedBy(await person.put(ASK, object))).toBe(POLICY)
  })

  test('an object that was prepared without the label does not become an ask', async () => {
    const path = `${MAPS}/prepared`
    await editor.post(MAPS, { metadata: { name: 'prepared' }, data: {} })
    const labelled = { metadata: { name: 'prepared', labels: LABELS } }
    expect(refusedBy(await editor.patch(path, labelled, MERGE_PATCH))).toBe(POLICY)
    await editor.delete(path)
  })

  test('an object with the name of an ask, from before the guard, is not joined', async () => {
    const second = { ...WEB, data: { ...WEB.data, second: SECOND } }
    expect(refusedBy(await reviewer.put(`${MAPS}/${WEB.metadata.name}`, ask(FIRST, second)))).toBe(
      POLICY,
    )
  })

  test('people write no record, no lease, no trusted configuration and no Secret', async () => {
    const named = (name: string) => ({ metadata: { name }, data: {} })
    expect(refusedBy(await owner.post(MAPS, named(`countersign-${OWNER}-jane`)))).toBe(RECORDS)
    expect(refusedBy(await owner.post(MAPS, named(`countersign-${OWNER}-trusted.files`)))).toBe(
      RECORDS,
    )
    const labelled = { metadata: { name: 'record', labels: { 'countersign.dev/owner': OWNER } } }
    expect(refusedBy(await owner.post(MAPS, labelled))).toBe(RECORDS)
    const revocation = { metadata: { name: `countersign.revoked.${OWNER}.x` }, data: {} }
    expect(refusedBy(await owner.post(MAPS, revocation))).toBe(RECORDS)
    const answers = [
      await owner.get(MAPS),
      await owner.put(`${MAPS}/countersign-${OWNER}-jane`, named(`countersign-${OWNER}-jane`)),
      await owner.delete(`${MAPS}/kube-root-ca.crt`),
      await owner.post('/api/v1/namespaces/countersign/secrets', named('any')),
    ]
    expect(answers.map(({ code }) => code)).toEqual([403, 403, 403, 403])
  })
})

function apiObject(object: object): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', ...object }
}
