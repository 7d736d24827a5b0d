// Every end of an attempt for one CertificateSigningRequest: issued, or stopped with a code; always within its budget.
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { nodeKeys } from '../../../src/adapters/system/node-keys.ts'
import { orderChain } from '../../../src/core/certificate/certificate-chain.ts'
import { draft } from '../../../src/core/cluster/draft-attempt.ts'
import { signingRequestManifest } from '../../../src/core/cluster/signing-request-manifest.ts'
import { createApproveAndWait } from '../../../src/core/cluster/create-approve-wait.ts'
import type {
  SigningAttempt,
  SigningOutcome,
} from '../../../src/core/cluster/create-approve-wait.ts'
import { unplaced } from '../../../src/domain/problem.ts'
import type { Problem } from '../../../src/domain/problem.ts'
import type { EffectiveRequest } from '../../../src/domain/request/request.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { textAt } from '../../../src/sandbox/api/json-values.ts'
import type { JsonObject } from '../../../src/sandbox/api/json-values.ts'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import { shown, withMetadata } from '../../build/api-object.ts'
import { approvedStep } from '../../build/approved.ts'
import { clusterAt, failureOf, until } from '../../build/connected.ts'
import { effective } from '../../build/effective.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import { startRelay } from '../../build/relay.ts'
import type { Relay } from '../../build/relay.ts'
import { valueOf } from '../../build/request.ts'
import { SIGNING_REQUESTS, signingRequest } from '../../build/signing-requests.ts'
import { describeSubjects } from '../../build/subjects.ts'

const RECORDS = { owner: 'acme', cluster: 'prod', recordNamespace: 'countersign' }
const CSRS = 'certificatesigningrequests'
const TEAM = 'example.com/team'
const NOBODY = 'example.com/nobody'
const APPROVAL = /approval$/

let count = 0

async function attemptAt(
  username: string,
  request: EffectiveRequest,
  changes: Partial<SigningAttempt> = {},
): Promise<SigningAttempt> {
  const approved = approvedStep(request)
  count += 1
  return {
    approved,
    drafted: valueOf(await draft(approved, nodeKeys, null)),
    place: RECORDS,
    name: `cs-jane-00000000-${count}`,
    username,
    seconds: request.durationSeconds,
    budgetSeconds: 5,
    mayApprove: async () => true,
    objection: async () => null,
    reached: () => undefined,
    ...changes,
  }
}

function stopOf(settlement: SigningOutcome): Problem {
  if (settlement.kind === 'stopped') return settlement.problem
  throw new Error(`it is ${settlement.kind}`)
}

describeSubjects('a conversation', subject => {
  let open: Cluster
  let username = ''

  beforeAll(async () => {
    open = clusterAt(subject().backend, subject().backend.admin)
    username = (await open.whoAmI()).username
  })
  afterAll(() => open.close())

  async function attempt(
    base: string,
    changes: Partial<SigningAttempt> = {},
  ): Promise<SigningAttempt> {
    const name = subject().name(base)
    subject().later(`${SIGNING_REQUESTS}/${name}`)
    return attemptAt(username, effective(), { name, ...changes })
  }

  test('an attempt ends with a certificate for the drafted key', async () => {
    const reached: string[] = []
    const ours = await attempt('issued', { reached: state => reached.push(state) })
    const settled = await createApproveAndWait(ours, open.signingRequests, systemClock)
    if (settled.kind !== 'issued') throw new Error(JSON.stringify(settled))
    const spki = new X509Certificate(settled.certificate).publicKey.export({
      type: 'spki',
      format: 'der',
    })
    expect(new Uint8Array(spki)).toEqual(ours.drafted.key?.spki)
    expect(reached).toEqual(['created', 'approved'])
    expect(settled.object.conditions).toMatchObject([
      {
        type: 'Approved',
        reason: 'CountersignApproved',
        message: `approved at a terminal by owner as admin; proof sha256:${ours.approved.proof.digest}, plan sha256:${'ab'.repeat(32)}`,
      },
    ])
  })

  test('a resumed attempt finds the existing certificate', async () => {
    const ours = await attempt('resumed')
    const first = await createApproveAndWait(ours, open.signingRequests, systemClock)
    const again = await createApproveAndWait(ours, open.signingRequests, systemClock)
    expect(again).toEqual(first)
  })

  test('sixteen concurrent attempts each end with their own certificate', async () => {
    const attempts = await Promise.all(
      Array.from({ length: 16 }, (_, index) => attempt(`many-${index}`)),
    )
    const settled = await Promise.all(
      attempts.map(each => createApproveAndWait(each, open.signingRequests, systemClock)),
    )
    expect(settled.map(({ kind }) => kind)).toEqual(attempts.map(() => 'issued'))
  })

  test('an attempt whose name somebody else took first is never approved', async () => {
    const intruder = subject().name('intruder')
    const rule = { apiGroups: ['certificates.k8s.io'], resources: [CSRS], verbs: ['create'] }
    const as = await subject().as(intruder, [], [rule])
    const ours = await attempt('taken')
    const theirs = opensslRequest({ subject: '/O=developers/CN=jane' }).base64
    const manifest = signingRequestManifest(ours.approved, ours.drafted, RECORDS, ours)
    const { signerName, usages, expirationSeconds, labels, annotations } = manifest
    const spec = { request: theirs, signerName, usages, expirationSeconds }
    const metadata = { name: ours.name, labels, annotations }
    await as.created(SIGNING_REQUESTS, signingRequest(ours.name, spec, { metadata }))
    expect(await createApproveAndWait(ours, open.signingRequests, systemClock)).toEqual({
      kind: 'occupied',
      creator: intruder,
    })
    const { body } = await subject().admin.get(`${SIGNING_REQUESTS}/${ours.name}`)
    expect(body.status).toEqual({})
  })

  test('an attempt is not ours if somebody else sent the same bytes', async () => {
    const intruder = subject().name('copyist')
    const rule = { apiGroups: ['certificates.k8s.io'], resources: [CSRS], verbs: ['create'] }
    const as = await subject().as(intruder, [], [rule])
    const ours = await attempt('copied')
    const manifest = signingRequestManifest(ours.approved, ours.drafted, RECORDS, ours)
    const { signerName, usages, expirationSeconds } = manifest
    const request = Buffer.from(manifest.request).toString('base64')
    const spec = { request, signerName, usages, expirationSeconds }
    await as.created(SIGNING_REQUESTS, signingRequest(ours.name, spec))
    const settled = await createApproveAndWait(ours, open.signingRequests, systemClock)
    expect(settled).toEqual({ kind: 'occupied', creator: intruder })
  })

  test('an attempt without its claim is not approved: CLUSTER_CLAIM_LOST', async () => {
    const ours = await attempt('claim', { mayApprove: async () => false })
    const problem = stopOf(await createApproveAndWait(ours, open.signingRequests, systemClock))
    expect(problem).toMatchObject({
      code: 'CLUSTER_CLAIM_LOST',
      message: `the claim on ${ours.name} ended before it could be approved`,
    })
    expect((await open.signingRequests.read(ours.name))?.conditions).toEqual([])
  })

  test('an attempt whose proof is no longer valid is not approved', async () => {
    const problem = unplaced('APPROVAL_EXPIRED', 'it expired')
    const ours = await attempt('objection', { objection: async () => problem })
    const settled = await createApproveAndWait(ours, open.signingRequests, systemClock)
    expect(stopOf(settled)).toBe(problem)
    expect((await open.signingRequests.read(ours.name))?.conditions).toEqual([])
  })

  test('an attempt that the signer refuses is CLUSTER_FAILED with the message of the signer', async () => {
    const usages = ['client auth', 'server auth'] as const
    const ours = await attemptAt(username, effective({ usages }), {
      name: subject().name('failed'),
    })
    subject().later(`${SIGNING_REQUESTS}/${ours.name}`)
    expect(
      stopOf(await createApproveAndWait(ours, open.signingRequests, systemClock)),
    ).toMatchObject({
      code: 'CLUSTER_FAILED',
      message: `the signer kubernetes.io/kube-apiserver-client refused ${ours.name}: SignerValidationFailure: invalid usage for client certificate: server auth`,
    })
  })

  test('an attempt with an unknown signer ends within its budget: CLUSTER_UNSIGNED', async () => {
    const ours = await attemptAt(username, effective({ signerName: NOBODY }), {
      name: subject().name('unsigned'),
      budgetSeconds: 1,
    })
    subject().later(`${SIGNING_REQUESTS}/${ours.name}`)
    expect(stopOf(await createApproveAndWait(ours, open.signingRequests, systemClock))).toEqual({
      code: 'CLUSTER_UNSIGNED',
      at: null,
      message: `${ours.name} is approved, but the signer ${NOBODY} did not sign it within 1 s`,
      hint: expect.stringContaining(`check that a controller that signs for ${NOBODY} runs`),
    })
  })
})

describe('a conversation with a cluster', () => {
  let cluster: SandboxCluster
  let relay: Relay
  let open: Cluster

  beforeAll(async () => {
    cluster = await startSandboxCluster({
      authorities: 'two',
      signers: [{ signerName: TEAM, hasIntermediate: true }],
    })
  })
  afterAll(() => cluster.close())
  beforeEach(async () => {
    relay = await startRelay(cluster.server)
    const admin = cluster.clientFor('admin', ['system:masters'])
    open = clusterAt({ server: relay.server, caPem: cluster.caPem }, admin)
  })
  afterEach(async () => {
    cluster.faults.clear()
    cluster.signerFaults({})
    await open.close()
    await relay.close()
    await until(() => cluster.watchCount === 0)
  })

  const attempt = (changes: Partial<SigningAttempt> = {}, request = effective()) =>
    attemptAt('admin', request, changes)
  const settled = (ours: SigningAttempt) =>
    createApproveAndWait(ours, open.signingRequests, systemClock)
  const seen = (name: string, test: (object: JsonObject) => boolean) =>
    cluster.objects.next(
      CSRS,
      ({ object }) => textAt(object, 'metadata', 'name') === name && test(object),
    )
  const isApproved = (object: JsonObject | null): boolean =>
    (shown(object).status.conditions ?? []).some(({ type }) => type === 'Approved')

  /** An attempt with a silent signer; `act` runs once the object is approved. */
  async function whileWaiting(act: (name: string) => void): Promise<SigningOutcome> {
    cluster.signerFaults({ isSilent: true })
    const ours = await attempt()
    const approved = seen(ours.name, isApproved)
    const working = settled(ours)
    await approved
    act(ours.name)
    return working
  }

  test('an attempt is CLUSTER_DELETED if its object is deleted while waiting', async () => {
    const settlement = await whileWaiting(name => cluster.objects.remove(CSRS, '', name))
    expect(stopOf(settlement).code).toBe('CLUSTER_DELETED')
  })

  test('an attempt is CLUSTER_REPLACED if its object is deleted and created again while waiting', async () => {
    let name = ''
    const settlement = await whileWaiting(seenName => {
      name = seenName
      cluster.objects.recreate(name)
    })
    expect(stopOf(settlement).code).toBe('CLUSTER_REPLACED')
    expect(isApproved(cluster.objects.read(CSRS, '', name))).toBe(false)
  })

  test('an attempt is CLUSTER_FAILED if the signer fails after the approval', async () => {
    cluster.signerFaults({ failure: 'no' })
    expect(stopOf(await settled(await attempt())).message).toContain('SignerValidationFailure: no')
  })

  test('an attempt is CLUSTER_DENIED if somebody denies it before the approval', async () => {
    const ours = await attempt({
      mayApprove: async () => {
        cluster.objects.deny(ours.name, 'NotToday', 'ask me first')
        return true
      },
    })
    expect(stopOf(await settled(ours))).toMatchObject({
      code: 'CLUSTER_DENIED',
      message: `${ours.name} was denied in the cluster: NotToday: ask me first`,
    })
  })

  test('an attempt that somebody else approves meanwhile ends with the certificate', async () => {
    const ours = await attempt({
      mayApprove: async () => {
        cluster.objects.approve(ours.name)
        return true
      },
    })
    const settlement = await settled(ours)
    if (settlement.kind !== 'issued') throw new Error(JSON.stringify(settlement))
    expect(settlement.object.conditions.map(({ reason }) => reason)).toEqual(['KubectlApprove'])
  })

  test('an attempt is CLUSTER_DELETED if its object is deleted before the approval', async () => {
    const ours = await attempt({
      mayApprove: async () => {
        cluster.objects.remove(CSRS, '', ours.name)
        return true
      },
    })
    expect(stopOf(await settled(ours)).code).toBe('CLUSTER_DELETED')
  })

  test('an attempt is CLUSTER_REPLACED and not approved if its object is created again before the approval', async () => {
    const ours = await attempt({
      mayApprove: async () => {
        cluster.objects.recreate(ours.name)
        return true
      },
    })
    expect(stopOf(await settled(ours)).code).toBe('CLUSTER_REPLACED')
    expect(isApproved(cluster.objects.read(CSRS, '', ours.name))).toBe(false)
  })

  test('an attempt is approved as it is after somebody annotates it', async () => {
    let isFirst = true
    const ours = await attempt({
      mayApprove: async () => {
        const object = cluster.objects.read(CSRS, '', ours.name)
        const annotations = { ...shown(object).metadata.annotations, touched: 'yes' }
        if (isFirst) cluster.objects.replace(CSRS, withMetadata(object, { annotations }))
        isFirst = false
        return true
      },
    })
    expect((await settled(ours)).kind).toBe('issued')
  })

  test.each([
    ['create', { method: 'POST', path: SIGNING_REQUESTS }],
    ['approval', { method: 'PUT', path: APPROVAL }],
  ])(
    'an attempt resumes with its own object after a cut once the %s was handled',
    async (_, match) => {
      cluster.faults.plan(match, { kind: 'reset', when: 'after' })
      expect((await settled(await attempt())).kind).toBe('issued')
    },
  )

  test('an attempt retries on 429 and 503', async () => {
    cluster.faults.plan({ method: 'POST' }, { kind: 'answer', code: 429, retryAfterSeconds: 0 })
    cluster.faults.plan({ method: 'PUT', path: APPROVAL }, { kind: 'answer', code: 503 })
    expect((await settled(await attempt())).kind).toBe('issued')
  })

  test('an attempt gets its certificate from the next watch if one is cut', async () => {
    cluster.signerFaults({ isSilent: true })
    const ours = await attempt()
    const approved = seen(ours.name, isApproved)
    const working = settled(ours)
    await approved
    await until(() => cluster.watchCount === 1)
    relay.cut()
    cluster.signerFaults({})
    expect((await working).kind).toBe('issued')
  })

  test('an attempt with a silent watch finds its certificate with a last read', async () => {
    cluster.faults.plan({ path: /watch=1/ }, { kind: 'delay', milliseconds: 1500 }, 100)
    const ours = await attempt({ budgetSeconds: 1 })
    expect((await settled(ours)).kind).toBe('issued')
  })

  test('an attempt with a silent watch does not take the certificate of an object that replaced its own', async () => {
    cluster.faults.plan({ path: /watch=1/ }, { kind: 'delay', milliseconds: 1500 }, 100)
    cluster.signerFaults({ isSilent: true })
    const ours = await attempt({ budgetSeconds: 1 })
    const approved = seen(ours.name, isApproved)
    const working = settled(ours)
    await approved
    cluster.objects.recreate(ours.name)
    cluster.signerFaults({})
    cluster.objects.approve(ours.name)
    expect(stopOf(await working).code).toBe('CLUSTER_REPLACED')
  })

  test('an attempt whose object lost its label is issued', async () => {
    cluster.signerFaults({ isSilent: true })
    const ours = await attempt({ budgetSeconds: 2 })
    const approved = seen(ours.name, isApproved)
    const working = settled(ours)
    await approved
    const object = cluster.objects.read(CSRS, '', ours.name)
    cluster.objects.replace(CSRS, withMetadata(object, { labels: {} }))
    cluster.signerFaults({})
    expect((await working).kind).toBe('issued')
  })

  test('an attempt is CLUSTER_UNSIGNED if the signer answers after the budget', async () => {
    cluster.signerFaults({ isSilent: true })
    const problem = stopOf(await settled(await attempt({ budgetSeconds: 0.5 })))
    expect(problem.code).toBe('CLUSTER_UNSIGNED')
    expect(problem.hint).toContain('kube-controller-manager does not sign')
  })

  test('an attempt whose budget ends before the approval is not approved: CLUSTER_TIMEOUT', async () => {
    const ours = await attempt({
      budgetSeconds: 0.1,
      mayApprove: () => new Promise(resolve => setTimeout(() => resolve(true), 300)),
    })
    expect(stopOf(await settled(ours))).toMatchObject({
      code: 'CLUSTER_TIMEOUT',
      message: `${ours.name} could not be approved within 0.1 s`,
    })
    expect(isApproved(cluster.objects.read(CSRS, '', ours.name))).toBe(false)
  })

  test('an attempt without the right to watch ends at once', async () => {
    const rules = [
      { apiGroups: ['*'], resources: ['*'], verbs: ['get', 'list', 'create', 'update'] },
    ]
    cluster.allow({ user: 'blind' }, rules)
    const blind = clusterAt(cluster, cluster.clientFor('blind'))
    cluster.signerFaults({ isSilent: true })
    const ours = await attemptAt('blind', effective(), { budgetSeconds: 60 })
    const problem = await failureOf(createApproveAndWait(ours, blind.signingRequests, systemClock))
    expect(problem.code).toBe('CLUSTER_FORBIDDEN')
    await blind.close()
  })

  test('the watch ends with its attempt', async () => {
    await settled(await attempt({ mayApprove: async () => false }))
    await until(() => cluster.watchCount === 0)
  })

  test('a signer with an intermediate returns both blocks, leaf first', async () => {
    const request = effective({ signerName: TEAM })
    const settlement = await settled(await attempt({}, request))
    if (settlement.kind !== 'issued') throw new Error(JSON.stringify(settlement))
    const chain = valueOf(orderChain(settlement.certificate))
    expect(chain.intermediates).toHaveLength(1)
    expect(new X509Certificate(settlement.certificate).subject).toContain('CN=jane')
  })

  test('a certificate with text around it is readable', async () => {
    cluster.signerFaults({ textAround: true })
    const settlement = await settled(await attempt())
    if (settlement.kind !== 'issued') throw new Error(JSON.stringify(settlement))
    expect(settlement.certificate).toContain('issued by the sandbox')
    expect(valueOf(orderChain(settlement.certificate)).intermediates).toEqual([])
  })
})

test.each([
  ['without a signer', { signs: false }],
  ['with an expired CA', { clientCaNotAfter: new Date('2026-01-01T00:00:00Z') }],
])('an attempt in a cluster %s is CLUSTER_UNSIGNED within the budget', async (_, options) => {
  const cluster = await startSandboxCluster(options)
  cluster.addToken('t', 'admin', ['system:masters'])
  const open = clusterAt(cluster, { token: 't' })
  const ours = await attemptAt('admin', effective(), { budgetSeconds: 1 })
  const problem = stopOf(await createApproveAndWait(ours, open.signingRequests, systemClock))
  expect(problem.code).toBe('CLUSTER_UNSIGNED')
  expect(problem.hint).toContain('its CA has not expired')
  await open.close()
  await cluster.close()
})
