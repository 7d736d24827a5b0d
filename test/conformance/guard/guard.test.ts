// The guard on API servers: each known bypass is refused by the server; what the guard ignores; and the rights that are above it. The
// embedded cluster has no controllers that make tokens for Secrets or approve kubelets, and no roles of its own.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { leaseName } from '../../../src/domain/cluster/controller-lease.ts'
import { guardManifests } from '../../../src/setup/guard/guard-policies.ts'
import { controllerManifests } from '../../../src/setup/rbac/least-rights.ts'
import { installationOf } from '../../../src/workflows/setup/cluster-installation.ts'
import { issuedNameMaps } from '../../../src/domain/cluster/controller-lease.ts'
import { approverLease } from '../../../src/setup/approver-lease.ts'
import { approverManifests } from '../../../src/setup/rbac/approver-identity.ts'
import { APPLY_PATCH, JSON_PATCH, MERGE_PATCH, STRATEGIC_PATCH } from '../../build/api-client.ts'
import type { ApiClient } from '../../build/api-client.ts'
import type { ApiObject } from '../../build/api-object.ts'
import { clusterConfig, config } from '../../build/effective.ts'
import {
  EVERYTHING,
  GUARDED,
  inForce,
  refusedBy,
  startGuarded,
  until,
} from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import { policy } from '../../build/policy.ts'
import { valueOf } from '../../build/request.ts'
import {
  CLIENT_SIGNER,
  SIGNING_REQUESTS,
  condition,
  plainRequest,
  signingRequest,
  withConditions,
} from '../../build/signing-requests.ts'

const KUBELET_SIGNER = 'kubernetes.io/kube-apiserver-client-kubelet'
const OWNER = 'acme-certs'
const DAY = 86_400
const APPLY_USER = 'system:serviceaccount:countersign:countersign-apply'
const RECORDS = '/api/v1/namespaces/countersign/configmaps'
const LEASES = '/apis/coordination.k8s.io/v1/namespaces/countersign/leases'
const SECRETS = '/api/v1/namespaces/apps/secrets'
const APPROVALS = `countersign-${OWNER}-approvals`
const REQUESTS = `countersign-${OWNER}-requests`
const RECORDS_POLICY = `countersign-${OWNER}-records`
const MARKS = `countersign-${OWNER}-marks`
const IDENTITY = `countersign-${OWNER}-identity`

const prod = clusterConfig({
  auth: { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null },
  signers: [
    { name: CLIENT_SIGNER, certificateAuthority: null, retiring: null, maxDurationSeconds: DAY },
    { name: KUBELET_SIGNER, certificateAuthority: null, retiring: null, maxDurationSeconds: null },
  ],
})
const sinks = ['sinks: [{secret: {namespaces: [apps], names: ["*-tls"]}}]']
const SERVING = 'kubernetes.io/kubelet-serving'
const serving = policy(
  ['constraints: {maxDuration: 24h}', 'approvals: {required: 0}'],
  'serving',
  `{usernames: ["*"], signerNames: [${SERVING}]}`,
)
const installation = valueOf(
  installationOf(config({ clusters: [prod] }), [policy(sinks), serving], prod, null, new Date()),
)

describe.each(GUARDED)('%s: the guard', kind => {
  // The embedded cluster has no kube-controller-manager approver, no tokens in Secrets and no built-in roles.
  const testReal = kind === 'real kube-apiserver' ? test : test.skip
  let cluster: GuardedCluster
  let apply: ApiClient
  /** A user with every right by RBAC who is not in system:masters. */
  let intruder: ApiClient
  let count = 0

  beforeAll(async () => {
    const rule = {
      apiGroups: [''],
      resources: ['serviceaccounts/token', 'pods'],
      verbs: ['create'],
      namespaces: ['countersign'],
    }
    const users = { intruder: [EVERYTHING], 'other-approver': [EVERYTHING], editor: [rule] }
    cluster = await startGuarded(installation, users, kind)
    apply = await cluster.serviceAccount('countersign', 'countersign-apply')
    intruder = cluster.as('intruder')
  })
  afterAll(() => cluster?.end())

  const ownName = (): string => `cs-jane-0a1b2c3d-${++count}`
  const marked = (name: string) => ({
    metadata: { name, labels: { 'countersign.dev/owner': OWNER } },
  })
  const ours = (name: string, spec: object = {}): object => ({
    ...signingRequest(name, { signerName: CLIENT_SIGNER, expirationSeconds: 3600, ...spec }),
    ...marked(name),
  })
  const pending = (): Promise<ApiObject> => apply.created(SIGNING_REQUESTS, ours(ownName()))
  const approvalOf = ({ metadata }: ApiObject): string =>
    `${SIGNING_REQUESTS}/${metadata.name}/approval`
  const approved = (object: ApiObject, type = 'Approved'): object =>
    withConditions(object, condition(type, { reason: 'Test', message: 'test' }))
  const record = (name: string): object => ({ ...marked(`countersign-${OWNER}-${name}`), data: {} })
  const storedRecord = (): Promise<ApiObject> => apply.created(RECORDS, record(`r${++count}`))

  describe('the approver', () => {
    const LEASES = '/apis/coordination.k8s.io/v1/namespaces/countersign/leases'
    const lease = (name: string): object => ({ ...marked(name), spec: { holderIdentity: 'one' } })
    let approver: ApiClient

    beforeAll(async () => {
      const identity = installation.approver
      if (identity === null) throw new Error('no policy is for pending requests')
      // With more rights than it gets, so that the guard is what refuses.
      const signers = [SERVING, CLIENT_SIGNER, 'example.com/other'] as const
      await cluster.apply(approverManifests(installation, { ...identity, signers }))
      approver = await cluster.serviceAccount('countersign', 'countersign-approver')
    })

    test.each([
      ['a request of its signer', SERVING, 'csr-n', null],
      ['a request of a signer of countersign', CLIENT_SIGNER, 'csr-n', APPROVALS],
      ['a request of another signer', 'example.com/other', 'csr-n', APPROVALS],
      ['a request with a name of countersign', SERVING, 'cs-n', APPROVALS],
    ])('the guard judges the approval of %s', async (_title, signerName, base, refusedFor) => {
      const name = `${base}${++count}`
      const usages = signerName === SERVING ? ['digital signature', 'server auth'] : ['client auth']
      const object = await cluster.admin.created(
        SIGNING_REQUESTS,
        signingRequest(name, { signerName, usages }),
      )
      const answer = await approver.put(approvalOf(object), approved(object, 'Denied'))
      if (refusedFor === null) expect(answer.code).toBe(200)
      else expect(refusedBy(answer)).toBe(refusedFor)
    })

    test('the approver writes its own Leases, and no Lease or record of apply', async () => {
      const name = approverLease(OWNER, SERVING)
      expect((await approver.post(LEASES, lease(name))).code).toBe(201)
      const other = await approver.post(LEASES, lease(`countersign-${OWNER}-controller`))
      expect(refusedBy(other)).toBe(RECORDS_POLICY)
      expect(refusedBy(await intruder.post(LEASES, lease(`${name}0`)))).toBe(RECORDS_POLICY)
    })

    test('the approver keeps names in its own ConfigMaps, and writes no record or revocation', async () => {
      const map = (metadata: object) => ({
        apiVersion: 'v1',
        kind: 'ConfigMap',
        metadata,
        data: {},
      })
      const [name = ''] = issuedNameMaps(approverLease(OWNER, SERVING))
      expect((await approver.post(RECORDS, map({ name }))).code).toBe(201)
      expect((await approver.put(`${RECORDS}/${name}`, map({ name }))).code).toBe(200)
      for (const other of [`countersign-${OWNER}-jane`, `countersign-${OWNER}-revoked-1`])
        expect(refusedBy(await approver.post(RECORDS, map({ name: other })))).toBe(RECORDS_POLICY)
      const labels = { 'countersign.dev/owner': OWNER }
      for (const metadata of [{ name: 'other' }, { name: 'other', labels }])
        expect(refusedBy(await approver.post(RECORDS, map(metadata)))).toBe(RECORDS_POLICY)
      expect(refusedBy(await intruder.put(`${RECORDS}/${name}`, map({ name })))).toBe(
        RECORDS_POLICY,
      )
    })
  })

  describe('the work of the apply identity', () => {
    test('the apply identity approves its own request, and the signer signs it', async () => {
      const object = await pending()
      expect((await apply.put(approvalOf(object), approved(object))).code).toBe(200)
      await until(async () => {
        const seen = await apply.get(`${SIGNING_REQUESTS}/${object.metadata.name}`)
        return seen.body.status.certificate !== undefined
      })
    })

    test('the apply identity denies its own request', async () => {
      const object = await pending()
      expect((await apply.put(approvalOf(object), approved(object, 'Denied'))).code).toBe(200)
    })

    test('the apply identity writes and updates records', async () => {
      const stored = await storedRecord()
      const path = `${RECORDS}/${stored.metadata.name}`
      expect((await apply.put(path, { ...stored, data: { more: 'x' } })).code).toBe(200)
    })

    test('the apply identity rehearses, writes and rewrites its Secrets', async () => {
      const secret = (mark: string): object => ({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: {
          name: 'work-tls',
          labels: { 'countersign.dev/owner': OWNER },
          annotations: { 'countersign.dev/attempt': mark },
        },
      })
      const bare = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'work-tls' } }
      const path = `${SECRETS}/work-tls?fieldManager=countersign`
      expect((await apply.patch(`${path}&dryRun=All`, bare, APPLY_PATCH)).code).toBe(201)
      expect((await apply.patch(path, secret('1'), APPLY_PATCH)).code).toBe(201)
      expect((await apply.patch(path, secret('2'), APPLY_PATCH)).code).toBe(200)
    })
  })

  describe('approvals by others', () => {
    test('a user with every right cannot approve', async () => {
      const object = await pending()
      const answer = await intruder.put(approvalOf(object), approved(object))
      expect(refusedBy(answer)).toBe(APPROVALS)
      expect(answer.body.message).toContain('approved and denied by countersign (acme-certs)')
    })

    test('system:masters cannot approve', async () => {
      const object = await pending()
      expect(refusedBy(await cluster.admin.put(approvalOf(object), approved(object)))).toBe(
        APPROVALS,
      )
    })

    test('a requester with every right cannot approve their own request', async () => {
      const object = await intruder.created(
        SIGNING_REQUESTS,
        signingRequest(`mine-${++count}`, { signerName: CLIENT_SIGNER }),
      )
      expect(refusedBy(await intruder.put(approvalOf(object), approved(object)))).toBe(APPROVALS)
    })

    test.each([
      ['merge patch', MERGE_PATCH],
      ['strategic merge patch', STRATEGIC_PATCH],
    ])('a %s cannot approve', async (_title, type) => {
      const object = await pending()
      const patch = { status: { conditions: [condition('Approved')] } }
      expect(refusedBy(await intruder.patch(approvalOf(object), patch, type))).toBe(APPROVALS)
    })

    test('a JSON patch cannot approve', async () => {
      const object = await pending()
      const value = { conditions: [condition('Approved')] }
      const patch = [{ op: 'add', path: '/status', value }]
      expect(refusedBy(await intruder.patch(approvalOf(object), patch, JSON_PATCH))).toBe(APPROVALS)
    })

    test('a server-side apply cannot approve', async () => {
      const object = await pending()
      const patch = {
        apiVersion: 'certificates.k8s.io/v1',
        kind: 'CertificateSigningRequest',
        metadata: { name: object.metadata.name },
        status: { conditions: [condition('Approved')] },
      }
      const path = `${approvalOf(object)}?fieldManager=intruder&force=true`
      expect(refusedBy(await intruder.patch(path, patch, APPLY_PATCH))).toBe(APPROVALS)
    })

    test('a dry run cannot approve', async () => {
      const object = await pending()
      const path = `${approvalOf(object)}?dryRun=All`
      expect(refusedBy(await intruder.put(path, approved(object)))).toBe(APPROVALS)
    })

    testReal('kubectl certificate approve is refused', async () => {
      const object = await pending()
      const kubectl = () => cluster.kubectl(['certificate', 'approve', object.metadata.name])
      expect(kubectl).toThrow(/countersign-acme-certs-approvals/)
    })

    test('a user with every right cannot deny, mark as failed or add a condition', async () => {
      const object = await pending()
      for (const type of ['Denied', 'Failed', 'Perhaps'])
        expect(refusedBy(await intruder.put(approvalOf(object), approved(object, type)))).toBe(
          APPROVALS,
        )
    })

    test('an update of the whole object changes no condition', async () => {
      const object = await pending()
      const path = `${SIGNING_REQUESTS}/${object.metadata.name}`
      expect((await intruder.put(path, approved(object))).code).toBe(200)
      expect((await intruder.get(path)).body.status.conditions).toBeUndefined()
    })

    test('the API server refuses Approved in the subresource status', async () => {
      const object = await pending()
      const path = `${SIGNING_REQUESTS}/${object.metadata.name}/status`
      expect((await intruder.put(path, approved(object))).code).toBe(422)
    })

    test('a user who impersonates the apply identity cannot approve', async () => {
      const object = await pending()
      const answer = await intruder.call('PUT', approvalOf(object), approved(object), {
        headers: { 'impersonate-user': APPLY_USER },
      })
      expect([APPROVALS, MARKS]).toContain(refusedBy(answer))
    })

    testReal('a token of the service account from a Secret cannot approve', async () => {
      const metadata = {
        name: 'forever',
        annotations: { 'kubernetes.io/service-account.name': 'countersign-apply' },
      }
      const path = '/api/v1/namespaces/countersign/secrets'
      await intruder.created(path, { metadata, type: 'kubernetes.io/service-account-token' })
      await until(async () => {
        const { data } = (await intruder.get(`${path}/forever`)).body as { data?: object }
        return data !== undefined
      })
      const { data } = (await intruder.get(`${path}/forever`)).body
      const forever = cluster.with({
        token: Buffer.from(data['token'] ?? '', 'base64').toString('utf8'),
      })
      const object = await pending()
      const answer = await forever.put(approvalOf(object), approved(object))
      expect([APPROVALS, MARKS]).toContain(refusedBy(answer))
    })

    test('the plan identity has no right to approve', async () => {
      const plan = await cluster.serviceAccount('countersign', 'countersign-plan')
      const object = await pending()
      const answer = await plan.put(approvalOf(object), approved(object))
      expect([answer.code, refusedBy(answer)]).toEqual([403, null])
    })
  })

  describe('the limits of the apply identity', () => {
    test.each([
      ['create a request under another name', () => ours(`jane-${++count}`), 'cs-…'],
      [
        'create a request for another signer',
        () => ours(ownName(), { signerName: 'example.com/team' }),
        'signer',
      ],
      [
        'request a longer duration',
        () => ours(ownName(), { expirationSeconds: DAY + 1 }),
        'at most 86400',
      ],
      [
        'create a request without a duration',
        () => ours(ownName(), { expirationSeconds: undefined }),
        'at most 86400',
      ],
      [
        'create a request without its label',
        () => signingRequest(ownName(), { signerName: CLIENT_SIGNER, expirationSeconds: 3600 }),
        'label',
      ],
    ])('the apply identity may not %s', async (_title, body, says) => {
      const answer = await apply.post(SIGNING_REQUESTS, body())
      expect([REQUESTS, MARKS]).toContain(refusedBy(answer))
      expect(answer.body.message).toContain(says)
    })

    test('the apply identity may not approve the request of another user, whatever its name', async () => {
      const name = ownName()
      const object = await intruder.created(
        SIGNING_REQUESTS,
        signingRequest(name, { signerName: CLIENT_SIGNER, expirationSeconds: 3600 }),
      )
      const answer = await apply.put(approvalOf(object), approved(object))
      expect([APPROVALS, MARKS]).toContain(refusedBy(answer))
    })

    test('the apply identity may not approve what its other rules would refuse, made before the guard', async () => {
      const bindings = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'
      for (const name of [MARKS, REQUESTS]) await cluster.admin.delete(`${bindings}/${name}`)
      const made = async (by: ApiClient, object: () => object): Promise<ApiObject> => {
        let answer = await by.post(SIGNING_REQUESTS, object())
        await until(async () => {
          if (answer.code !== 201) answer = await by.post(SIGNING_REQUESTS, object())
          return answer.code === 201
        })
        return answer.body
      }
      const objects = [
        await made(intruder, () => ours(ownName())),
        await made(apply, () => ours(`jane-${++count}`)),
        await made(apply, () => ours(ownName(), { expirationSeconds: DAY + 1 })),
      ]
      await cluster.apply(guardManifests(installation, { approvers: ['other-approver'] }))
      await inForce(cluster.admin)
      for (const object of objects) {
        const answer = await apply.put(approvalOf(object), approved(object))
        expect([object.metadata.name, refusedBy(answer)]).toEqual([object.metadata.name, APPROVALS])
      }
    })

    test('the apply identity may not overwrite the Secret of another user, with or without label', async () => {
      await intruder.created(SECRETS, { metadata: { name: 'theirs-tls' } })
      const body = { apiVersion: 'v1', kind: 'Secret', ...marked('theirs-tls') }
      const path = `${SECRETS}/theirs-tls?fieldManager=countersign&force=true`
      expect(refusedBy(await apply.patch(path, body, APPLY_PATCH))).toBe(MARKS)
      const bare = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'theirs-tls' } }
      expect(
        refusedBy(await apply.patch(path, { ...bare, data: { a: 'Yg==' } }, APPLY_PATCH)),
      ).toBe(MARKS)
    })

    test('the apply identity may not create a Secret without its label', async () => {
      const body = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'bare-tls' } }
      const path = `${SECRETS}/bare-tls?fieldManager=countersign`
      expect(refusedBy(await apply.patch(path, body, APPLY_PATCH))).toBe(MARKS)
    })
  })

  describe('records and other users', () => {
    test('another user cannot create a record', async () => {
      expect(refusedBy(await intruder.post(RECORDS, record('forged')))).toBe(RECORDS_POLICY)
      expect(refusedBy(await cluster.admin.post(RECORDS, record('forged')))).toBe(RECORDS_POLICY)
    })

    test('another user cannot create a record in a dry run or with generateName', async () => {
      expect(refusedBy(await intruder.post(`${RECORDS}?dryRun=All`, record('forged')))).toBe(
        RECORDS_POLICY,
      )
      const metadata = { generateName: `countersign-${OWNER}-` }
      expect(refusedBy(await intruder.post(RECORDS, { metadata }))).toBe(RECORDS_POLICY)
    })

    test('another user cannot create a ConfigMap under the name of a record', async () => {
      const metadata = { name: `countersign-${OWNER}-jane` }
      expect(refusedBy(await intruder.post(RECORDS, { metadata }))).toBe(RECORDS_POLICY)
    })

    test('another user cannot change a record, by update, patch or apply', async () => {
      const stored = await storedRecord()
      const path = `${RECORDS}/${stored.metadata.name}`
      const data = { record: '{}' }
      const applied = { apiVersion: 'v1', kind: 'ConfigMap', ...marked(stored.metadata.name), data }
      const answers = [
        await intruder.put(path, { ...stored, data }),
        await intruder.patch(path, { data }, MERGE_PATCH),
        await intruder.patch(path, { data }, STRATEGIC_PATCH),
        await intruder.patch(path, [{ op: 'add', path: '/data', value: data }], JSON_PATCH),
        await intruder.patch(`${path}?fieldManager=x&force=true`, applied, APPLY_PATCH),
      ]
      expect(answers.map(refusedBy)).toEqual(answers.map(() => RECORDS_POLICY))
    })

    test('another user cannot remove the label of a record or give it to another object', async () => {
      const stored = await storedRecord()
      const without = { metadata: { labels: { 'countersign.dev/owner': null } } }
      const path = `${RECORDS}/${stored.metadata.name}`
      expect(refusedBy(await intruder.patch(path, without, MERGE_PATCH))).toBe(RECORDS_POLICY)
      const other = await intruder.created(RECORDS, { metadata: { name: `plain-${++count}` } })
      const label = { metadata: { labels: { 'countersign.dev/owner': OWNER } } }
      const at = `${RECORDS}/${other.metadata.name}`
      expect(refusedBy(await intruder.patch(at, label, MERGE_PATCH))).toBe(RECORDS_POLICY)
    })

    test('nobody creates a labelled ConfigMap of another name', async () => {
      for (const client of [apply, intruder])
        expect(refusedBy(await client.post(RECORDS, marked(`odd-${++count}`)))).toBe(RECORDS_POLICY)
    })

    test('another user cannot delete one record or all records', async () => {
      const stored = await storedRecord()
      const path = `${RECORDS}/${stored.metadata.name}`
      expect(refusedBy(await intruder.delete(path))).toBe(RECORDS_POLICY)
      expect(refusedBy(await cluster.admin.delete(path))).toBe(RECORDS_POLICY)
      await intruder.delete(`${RECORDS}?labelSelector=countersign.dev%2Fowner%3D${OWNER}`)
      expect((await apply.get(path)).code).toBe(200)
    })

    test('another user cannot create, take or delete the Lease of the controllers, and other Leases are free', async () => {
      await cluster.apply(controllerManifests(installation))
      const lease = (name: string, holderIdentity: string): object => ({
        metadata: { name },
        spec: { holderIdentity, leaseDurationSeconds: 90 },
      })
      const path = `${LEASES}/${leaseName(OWNER)}`
      expect(refusedBy(await intruder.post(LEASES, lease(leaseName(OWNER), 'x')))).toBe(
        RECORDS_POLICY,
      )
      const stored = await apply.created(LEASES, lease(leaseName(OWNER), 'one'))
      const taken = { spec: { holderIdentity: 'x' } }
      const commit = { metadata: { annotations: { 'countersign.dev/commit': 'x' } } }
      const answers = [
        await intruder.put(path, { ...stored, ...taken }),
        await intruder.patch(path, taken, MERGE_PATCH),
        await intruder.patch(path, commit, MERGE_PATCH),
        await intruder.delete(path),
        await cluster.admin.delete(path),
      ]
      expect(answers.map(refusedBy)).toEqual(answers.map(() => RECORDS_POLICY))
      expect((await apply.put(path, { ...stored, ...taken })).code).toBe(200)
      expect((await intruder.post(LEASES, lease('another-controller', 'x'))).code).toBe(201)
    })

    test('another user cannot add an owner reference to a record', async () => {
      const stored = await storedRecord()
      const owner = { apiVersion: 'v1', kind: 'ConfigMap', name: 'gone', uid: 'gone' }
      const patch = { metadata: { ownerReferences: [owner] } }
      const path = `${RECORDS}/${stored.metadata.name}`
      expect(refusedBy(await intruder.patch(path, patch, MERGE_PATCH))).toBe(RECORDS_POLICY)
    })

    test('a user who impersonates the apply identity cannot create a record', async () => {
      const headers = { 'impersonate-user': APPLY_USER }
      const answer = await intruder.call('POST', RECORDS, record('forged'), { headers })
      expect(refusedBy(answer)).toBe(RECORDS_POLICY)
    })
  })

  describe('labels and annotations of countersign', () => {
    const annotation = { 'countersign.dev/effective': 'forged' }

    test('another user cannot create a Secret with the label or annotations of countersign', async () => {
      const name = `forged-${++count}`
      const body = {
        metadata: { name, labels: { 'countersign.dev/owner': OWNER }, annotations: annotation },
      }
      expect(refusedBy(await intruder.post(SECRETS, body))).toBe(MARKS)
      const only = { metadata: { name, annotations: annotation } }
      expect(refusedBy(await intruder.post(SECRETS, only))).toBe(MARKS)
      expect(refusedBy(await cluster.admin.post(SECRETS, only))).toBe(MARKS)
    })

    test('another user cannot add, change or remove the annotations of our Secret', async () => {
      const path = `${SECRETS}/ours-tls`
      const labels = { 'countersign.dev/owner': OWNER }
      const annotations = { 'countersign.dev/attempt': '1' }
      const metadata = { name: 'ours-tls', labels, annotations }
      const body = { apiVersion: 'v1', kind: 'Secret', metadata }
      await apply.patch(`${path}?fieldManager=countersign`, body, APPLY_PATCH)
      const changes = [
        { annotations: annotation },
        { annotations: { 'countersign.dev/attempt': '2' } },
        { annotations: { 'countersign.dev/attempt': null } },
        { labels: { 'countersign.dev/owner': null } },
        { labels: { 'countersign.dev/owner': 'another' } },
      ]
      for (const change of changes) {
        const answer = await intruder.patch(path, { metadata: change }, MERGE_PATCH)
        expect(refusedBy(answer)).toBe(MARKS)
      }
      const note = { metadata: { annotations: { 'example.com/note': 'seen' } } }
      expect((await intruder.patch(path, note, MERGE_PATCH)).code).toBe(200)
    })

    test('another user cannot copy an annotation of countersign into another namespace', async () => {
      const body = { metadata: { name: `copy-${++count}`, annotations: annotation } }
      expect(refusedBy(await intruder.post('/api/v1/namespaces/default/secrets', body))).toBe(MARKS)
    })

    test('another user cannot change what cert-manager signs by annotations of our request', async () => {
      const object = await pending()
      const path = `${SIGNING_REQUESTS}/${object.metadata.name}`
      for (const name of ['request-is-ca', 'request-duration']) {
        const annotations = { [`experimental.cert-manager.io/${name}`]: 'true' }
        const patch = { metadata: { annotations } }
        expect(refusedBy(await intruder.patch(path, patch, MERGE_PATCH))).toBe(MARKS)
        expect(refusedBy(await intruder.patch(`${path}/status`, patch, MERGE_PATCH))).toBe(MARKS)
      }
    })

    test('another user cannot create a request with our label, or remove the label of our request', async () => {
      const name = `forged-${++count}`
      const forged = { ...signingRequest(name), ...marked(name) }
      expect(refusedBy(await intruder.post(SIGNING_REQUESTS, forged))).toBe(MARKS)
      const object = await pending()
      const path = `${SIGNING_REQUESTS}/${object.metadata.name}`
      const patch = { metadata: { labels: { 'countersign.dev/owner': null } } }
      expect(refusedBy(await intruder.patch(path, patch, MERGE_PATCH))).toBe(MARKS)
      expect(refusedBy(await intruder.patch(`${path}/status`, patch, MERGE_PATCH))).toBe(MARKS)
    })
  })

  describe('tokens of the apply identity', () => {
    const account = '/api/v1/namespaces/countersign/serviceaccounts/countersign-apply/token'
    const body = {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'TokenRequest',
      spec: { expirationSeconds: 3600 },
    }

    test('a user with the rights to edit a namespace gets no token of the apply identity', async () => {
      const editor = cluster.as('editor')
      expect(refusedBy(await editor.post(account, body))).toBe(IDENTITY)
      const approver = account.replace('-apply/', '-approver/')
      expect(refusedBy(await editor.post(approver, body))).toBe(IDENTITY)
      const other = account.replace('-apply/', '-plan/')
      expect((await editor.post(other, body)).code).toBe(201)
      const pod = (serviceAccountName: string): object => ({
        metadata: { name: `p-${++count}` },
        spec: { serviceAccountName, containers: [{ name: 'c', image: 'x' }] },
      })
      const pods = '/api/v1/namespaces/countersign/pods'
      expect(refusedBy(await editor.post(pods, pod('countersign-apply')))).toBe(IDENTITY)
      expect((await editor.post(pods, pod('countersign-plan'))).code).toBe(201)
    })
  })

  describe('what the guard ignores', () => {
    test('signers that the configuration does not name can be approved by others', async () => {
      const object = await intruder.created(SIGNING_REQUESTS, signingRequest(`free-${++count}`))
      expect((await intruder.put(approvalOf(object), approved(object))).code).toBe(200)
    })

    test('approvers that the guard names can approve', async () => {
      const other = cluster.as('other-approver')
      const object = await intruder.created(
        SIGNING_REQUESTS,
        signingRequest(`named-${++count}`, { signerName: CLIENT_SIGNER }),
      )
      expect((await other.put(approvalOf(object), approved(object))).code).toBe(200)
    })

    testReal(
      'kube-controller-manager approves kubelets, even if the configuration names their signer',
      async () => {
        const request = opensslRequest({ subject: '/O=system:nodes/CN=system:node:n1' })
        const object = await cluster.admin.created(
          SIGNING_REQUESTS,
          signingRequest(`node-${++count}`, {
            request: request.base64,
            signerName: KUBELET_SIGNER,
            usages: ['client auth', 'digital signature'],
          }),
        )
        await until(async () => {
          const seen = await cluster.admin.get(`${SIGNING_REQUESTS}/${object.metadata.name}`)
          return seen.body.status.certificate !== undefined
        })
      },
    )

    test('labels and records of another installation are not guarded', async () => {
      const labels = { 'countersign.dev/owner': 'another' }
      const annotations = { 'countersign.dev/attempt': '1' }
      const secret = { metadata: { name: `another-${++count}`, labels, annotations } }
      expect((await intruder.post(SECRETS, secret)).code).toBe(201)
      const map = { metadata: { name: `countersign-another-${++count}`, labels } }
      expect((await intruder.post(RECORDS, map)).code).toBe(201)
    })

    test('a namespace with records can be deleted', async () => {
      const path = '/api/v1/namespaces/countersign'
      await storedRecord()
      expect((await cluster.admin.delete(path)).code).toBe(200)
      await until(async () => (await cluster.admin.get(path)).code === 404)
    })
  })

  test('a user who may impersonate the credential id and the uid passes the guard', async () => {
    const object = await intruder.created(
      SIGNING_REQUESTS,
      signingRequest(`above-${++count}`, { signerName: CLIENT_SIGNER }),
    )
    const headers = {
      'impersonate-user': APPLY_USER,
      'impersonate-extra-authentication.kubernetes.io%2Fcredential-id': 'JTI=forged',
      'impersonate-uid': 'forged',
    }
    const url = approvalOf(object)
    const answer = await intruder.call('PUT', url, approved(object), { headers })
    // The server takes this user for countersign, and reports one of the two rules first.
    expect(answer.body.message).toMatch(
      /countersign decides on its own requests only|writes what carries its own label/,
    )
  })

  testReal('the role edit gives no right to impersonate a credential id', async () => {
    const role = await cluster.admin.get(
      '/apis/rbac.authorization.k8s.io/v1/clusterroles/system:aggregate-to-edit',
    )
    expect(role.text).toContain('"impersonate"')
    expect(role.text).not.toContain('userextras')
  })

  test('an administrator who deletes the binding passes the guard', async () => {
    const object = await intruder.created(
      SIGNING_REQUESTS,
      signingRequest(`above-${++count}`, { signerName: CLIENT_SIGNER, request: plainRequest() }),
    )
    const bindings = '/apis/admissionregistration.k8s.io/v1/validatingadmissionpolicybindings'
    await cluster.admin.delete(`${bindings}/${APPROVALS}`)
    await until(
      async () => (await cluster.admin.put(approvalOf(object), approved(object))).code === 200,
    )
  })
})
