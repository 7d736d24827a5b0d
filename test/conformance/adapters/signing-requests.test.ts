// The port SigningRequests against API servers: what is sent and returned, and which changes stop an approval.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import type {
  SigningRequest,
  SigningRequestManifest,
} from '../../../src/domain/cluster/signing-request.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { decide } from '../../../src/workflows/decide/decide-request.ts'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import { clusterAt, failureOf, quickClock } from '../../build/connected.ts'
import { answering, startOddServer } from '../../build/odd-server.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import {
  NO_SIGNER,
  SIGNING_REQUESTS,
  condition,
  withConditions,
} from '../../build/signing-requests.ts'
import { codesOf } from '../../build/request.ts'
import { describeSubjects } from '../../build/subjects.ts'

const REQUEST = opensslRequest({ subject: '/O=developers/CN=jane' })
const API_GROUP = ['certificates.k8s.io']

function manifest(
  name: string,
  changes: Partial<SigningRequestManifest> = {},
): SigningRequestManifest {
  return {
    name,
    labels: { 'countersign.dev/owner': 'acme' },
    annotations: { 'countersign.dev/request': 'jane' },
    request: REQUEST.pem,
    signerName: NO_SIGNER,
    usages: ['digital signature', 'client auth'],
    expirationSeconds: 3600,
    ...changes,
  }
}

const seenOf = (object: SigningRequest) => ({
  cluster: 'lab',
  object,
  state: 'Pending',
  asked: null,
  remarks: [],
  problems: [],
  issued: null,
})

describeSubjects('signing requests', subject => {
  let open: Cluster

  beforeAll(() => {
    open = clusterAt(subject().backend, subject().backend.admin)
  })
  afterAll(() => open.close())

  async function created(base: string, changes: object = {}): Promise<SigningRequest> {
    const name = subject().name(base)
    subject().later(`${SIGNING_REQUESTS}/${name}`)
    const answer = await open.signingRequests.create(manifest(name, changes))
    if (answer.kind !== 'created') throw new Error('it exists')
    return answer.object
  }

  test('a CertificateSigningRequest is created as given and read back the same', async () => {
    const before = Date.now()
    const object = await created('round')
    const { name, labels, annotations, ...spec } = manifest(object.name)
    expect(object).toMatchObject({ name, labels, annotations, ...spec, certificate: null })
    expect(object.conditions).toEqual([])
    expect(object.createdAt.getTime()).toBeGreaterThan(before - 5000)
    expect(await open.signingRequests.read(object.name)).toEqual(object)
  })

  test('a CertificateSigningRequest is listed by owner, and deleted only as it was read', async () => {
    const { signingRequests } = clusterAt(subject().backend, subject().backend.admin)
    const object = await created('removed')
    const names = async (owner: string | null): Promise<readonly string[]> =>
      (await signingRequests.list(owner)).items.map(({ name }) => name)
    expect(await names(null)).toContain(object.name)
    expect(await names(object.labels['countersign.dev/owner'] ?? '')).toContain(object.name)
    expect(await names('nobody')).not.toContain(object.name)
    const moved = { ...object, version: { ...object.version, uid: 'another' } }
    expect(await signingRequests.remove(moved)).toBe('changed')
    const denied = await signingRequests.deny(object, 'Test', 'no')
    expect(denied.kind).toBe('decided')
    const [seen, rules] = [seenOf(object), { reason: 'Test', message: 'yes' }]
    expect(codesOf(await decide('delete', seen, signingRequests, rules))).toEqual([
      'CLUSTER_CHANGED',
    ])
    expect(codesOf(await decide('approve', seen, signingRequests, rules))).toEqual([
      'CLUSTER_CHANGED',
    ])
    const newest = (await signingRequests.read(object.name))!
    expect(await decide('delete', seenOf(newest), signingRequests, rules)).toMatchObject({
      ok: true,
    })
    expect(await signingRequests.read(object.name)).toBeNull()
  })

  test('a deleted CertificateSigningRequest is not removed while a finalizer keeps it', async () => {
    const { signingRequests } = clusterAt(subject().backend, subject().backend.admin)
    const { name } = await created('held')
    const path = `${SIGNING_REQUESTS}/${name}`
    const metadata = { finalizers: ['example.com/kept'] }
    await subject().admin.patch(path, { metadata }, MERGE_PATCH)
    const held = (await signingRequests.read(name))!
    const problem = await failureOf(signingRequests.remove(held))
    expect(problem.message).toMatch(
      /it stays until these finalizers are removed: "example\.com\/kept"$/,
    )
    await subject().admin.patch(path, { metadata: { finalizers: null } }, MERGE_PATCH)
    expect(await signingRequests.read(name)).toBeNull()
  })

  test('a create under an existing name reports that it exists and changes nothing', async () => {
    const object = await created('twice')
    const again = manifest(object.name, { usages: ['server auth'] })
    expect(await open.signingRequests.create(again)).toEqual({ kind: 'exists' })
    expect(await open.signingRequests.read(object.name)).toEqual(object)
  })

  test('a missing CertificateSigningRequest reads as null', async () => {
    expect(await open.signingRequests.read(subject().name('nobody'))).toBeNull()
  })

  test.each(['approve', 'deny'] as const)('%s adds a condition and keeps the rest', async how => {
    const object = await created(how)
    const decided = await open.signingRequests[how](object, 'CountersignTest', 'by owner')
    if (!('object' in decided)) throw new Error('it changed')
    const type = how === 'approve' ? 'Approved' : 'Denied'
    const condition = { type, status: 'True', reason: 'CountersignTest', message: 'by owner' }
    expect(decided.object).toMatchObject({ ...manifest(object.name), conditions: [condition] })
    expect(await open.signingRequests.read(object.name)).toEqual(decided.object)
  })

  test('an approval keeps the condition of somebody else, with its times', async () => {
    const { name } = await created('foreign-condition')
    const path = `${SIGNING_REQUESTS}/${name}`
    const foreign = {
      ...condition('Reviewed', { reason: 'Stranger', message: 'seen' }),
      lastUpdateTime: '2026-01-02T03:04:05Z',
      lastTransitionTime: '2026-01-02T03:04:05Z',
    }
    const { body } = await subject().admin.get(path)
    const put = await subject().admin.put(`${path}/approval`, withConditions(body, foreign))
    expect(put.code).toBe(200)
    const seen = await open.signingRequests.read(name)
    if (seen === null) throw new Error('it is gone')
    expect((await open.signingRequests.approve(seen, 'r', 'm')).kind).toBe('decided')
    const { conditions } = (await subject().admin.get(path)).body.status
    expect(conditions).toContainEqual(foreign)
  })

  test('a CertificateSigningRequest that changed meanwhile is not approved', async () => {
    const object = await created('moved')
    await open.signingRequests.deny(object, 'Other', 'somebody')
    expect(await open.signingRequests.approve(object, 'r', 'm')).toEqual({ kind: 'changed' })
    expect((await open.signingRequests.read(object.name))?.conditions).toHaveLength(1)
  })

  test('a CertificateSigningRequest that was deleted and created again is not approved', async () => {
    const object = await created('again')
    await subject().admin.delete(`${SIGNING_REQUESTS}/${object.name}`)
    await open.signingRequests.create(manifest(object.name))
    expect(await open.signingRequests.approve(object, 'r', 'm')).toEqual({ kind: 'changed' })
    expect((await open.signingRequests.read(object.name))?.conditions).toEqual([])
  })

  test('a deleted CertificateSigningRequest is not approved', async () => {
    const object = await created('gone')
    await subject().admin.delete(`${SIGNING_REQUESTS}/${object.name}`)
    expect(await open.signingRequests.approve(object, 'r', 'm')).toEqual({ kind: 'changed' })
  })

  test('an invalid CertificateSigningRequest is CLUSTER_REFUSED with the message of the server (422)', async () => {
    const name = subject().name('broken')
    const broken = manifest(name, { request: 'not a PEM', expirationSeconds: 1 })
    const problem = await failureOf(open.signingRequests.create(broken))
    expect(problem.code).toBe('CLUSTER_REFUSED')
    expect(problem.message).toContain(
      `could not create CertificateSigningRequest ${name}: CertificateSigningRequest.certificates.k8s.io "${name}" is invalid: [`,
    )
    expect(problem.message).toContain('may not specify a duration less than 600 seconds')
    expect(problem.message.length).toBeLessThan(800)
  })

  test('the hint for a missing right on the signer names the rule to add (403)', async () => {
    const object = await created('signer')
    const user = subject().name('no-signer')
    const resources = ['certificatesigningrequests/approval']
    const rules = [{ apiGroups: API_GROUP, resources, verbs: ['update'] }]
    const credential = await subject().backend.user(user, [], rules)
    const as = clusterAt(subject().backend, credential)
    const work = as.signingRequests.approve(object, 'r', 'm')
    expect(await failureOf(work, [credential.keyPem ?? ''])).toEqual({
      code: 'CLUSTER_FORBIDDEN',
      at: null,
      message: `could not approve CertificateSigningRequest ${object.name}: certificatesigningrequests.certificates.k8s.io "${object.name}" is forbidden: user not permitted to approve requests with signerName "${NO_SIGNER}"`,
      hint: `add this rule to a ClusterRole bound to that user:\n- {apiGroups: ["certificates.k8s.io"], resources: [signers], resourceNames: ["${NO_SIGNER}"], verbs: [approve]}\n(countersign manifests rbac --cluster prod prints all it needs)`,
    })
    await as.close()
  })

  test.each([
    ['create', 'certificatesigningrequests', 'create'],
    ['read', 'certificatesigningrequests', 'get'],
    ['approve', 'certificatesigningrequests/approval', 'update'],
  ] as const)(
    'the hint for a %s without the right names the rule to add (403)',
    async (how, resource, verb) => {
      const object = await created(`no-${how}`)
      const as = clusterAt(
        subject().backend,
        await subject().backend.user(subject().name(`none-${how}`), [], []),
      )
      const work = {
        create: () => as.signingRequests.create(manifest('x')),
        read: () => as.signingRequests.read('x'),
        approve: () => as.signingRequests.approve(object, 'r', 'm'),
      }[how]
      const problem = await failureOf(work())
      expect(problem.code).toBe('CLUSTER_FORBIDDEN')
      expect(problem.hint).toContain(
        `add this rule to a ClusterRole bound to that user:\n- {apiGroups: ["certificates.k8s.io"], resources: [${resource}], verbs: [${verb}]}`,
      )
      await as.close()
    },
  )
})

describe('a cut connection', () => {
  let cluster: SandboxCluster
  let open: Cluster

  beforeAll(async () => {
    cluster = await startSandboxCluster()
    const admin = cluster.clientFor('admin', ['system:masters'])
    open = clusterAt(cluster, admin, { clock: quickClock() })
  })
  afterAll(async () => {
    await open.close()
    await cluster.close()
  })

  test('a create that is cut after it was handled reports that the object exists', async () => {
    cluster.faults.plan(
      { method: 'POST', path: SIGNING_REQUESTS },
      { kind: 'reset', when: 'after' },
    )
    const wanted = manifest('created')
    expect(await open.signingRequests.create(wanted)).toEqual({ kind: 'exists' })
    expect(await open.signingRequests.read('created')).toMatchObject({
      ...wanted,
      username: 'admin',
    })
  })

  test('a create that is cut before it was handled is repeated', async () => {
    cluster.faults.plan(
      { method: 'POST', path: SIGNING_REQUESTS },
      { kind: 'reset', when: 'before' },
    )
    expect((await open.signingRequests.create(manifest('late'))).kind).toBe('created')
  })

  test('an approval that is cut after it was handled reports a change, and approves once', async () => {
    await open.signingRequests.create(manifest('approved'))
    const object = await open.signingRequests.read('approved')
    if (object === null) throw new Error('it is not there')
    cluster.faults.plan({ method: 'PUT', path: /approval$/ }, { kind: 'reset', when: 'after' })
    expect(await open.signingRequests.approve(object, 'r', 'm')).toEqual({ kind: 'changed' })
    const conditions = (await open.signingRequests.read('approved'))?.conditions
    expect(conditions?.map(({ type }) => type)).toEqual(['Approved'])
  })
})

describe('an answer that Kubernetes does not document', () => {
  test.each([
    ['text', '<html>sign in</html>'],
    ['an empty object', {}],
    ['null', null],
    ['an object without its spec', { metadata: { name: 'x', uid: 'u', resourceVersion: '1' } }],
    ['a certificate that is a number', { status: { certificate: 7 } }],
  ])('a body that is %s is CLUSTER_ANSWER', async (_, body) => {
    const odd = await startOddServer(answering(200, body))
    const open = clusterAt({ server: odd.server, caPem: '' }, {})
    expect(await failureOf(open.signingRequests.read('x'))).toMatchObject({
      code: 'CLUSTER_ANSWER',
      message:
        'could not read CertificateSigningRequest x: the answer is not what Kubernetes documents',
    })
    await open.close()
    await odd.close()
  })

  test.each([
    [418, 'CLUSTER_ANSWER', 'HTTP 418, short and stout'],
    [401, 'CLUSTER_UNAUTHORIZED', 'the API server does not accept the credential (401)'],
    [400, 'CLUSTER_REFUSED', 'short and stout'],
    [413, 'CLUSTER_REFUSED', 'short and stout'],
    [302, 'CLUSTER_ANSWER', 'HTTP 302, short and stout'],
  ])('the status %i is %s', async (status, code, words) => {
    const odd = await startOddServer(answering(status, 'short and stout'))
    const open = clusterAt({ server: odd.server, caPem: '' }, {})
    const problem = await failureOf(open.signingRequests.create(manifest('x')))
    expect(problem.code).toBe(code)
    expect(problem.message).toBe(`could not create CertificateSigningRequest x: ${words}`)
    await open.close()
    await odd.close()
  })
})
