// Attacks in the cluster: objects under our names, forged records, Secrets of others, another signer.
import { describe, expect, test } from '@jest/globals'
import { X509Certificate } from 'node:crypto'
import { ApiClient } from '../../build/api-client.ts'
import { stepPrefix } from '../../../src/core/cluster/signing-request-name.ts'
import { atAcme } from '../../build/at-acme.ts'
import type { Scene } from '../../build/at-acme.ts'
import { opensslRequest } from '../../build/openssl-request.ts'
import { NOTHING_STANDS, standingIn } from '../../build/place.ts'
import { codesOf } from '../../build/refusals.ts'
import { kubeconfig } from '../../build/workshop.ts'

const JANE = 'requests/people/jane.yaml'
const REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const SIGNER = 'kubernetes.io/kube-apiserver-client'

/** What every reader of the repository can compute of the names of the next attempts for jane. */
async function namesOfJane({ acme, place }: Scene): Promise<readonly string[]> {
  acme.does('author pushes to add-jane', { [JANE]: 'usual' })
  acme.does('author opens PR1 from add-jane')
  const { result } = await acme.plan(1)
  const effective = result.steps[0]?.effective ?? ''
  acme.does('reviewer approves PR1')
  acme.does('author merges PR1 (squash)')
  const step = { owner: place.owner, cluster: 'prod', request: 'jane', effective }
  return Array.from({ length: 12 }, (_, at) => `${stepPrefix(step)}${at + 1}`)
}

/** Certificate and key in the Secret of jane. */
async function pairOfJane({
  place,
}: Scene): Promise<{ certificate: X509Certificate; key: string }> {
  const { body } = await place.admin.get(`/api/v1/namespaces/${place.namespace}/secrets/jane-tls`)
  const text = (member: string): string => {
    return Buffer.from(body.data?.[member] ?? '', 'base64').toString('utf8')
  }
  return { certificate: new X509Certificate(text('tls.crt')), key: text('tls.key') }
}

function recordPath({ place }: Scene, name = 'jane'): string {
  return `/api/v1/namespaces/${place.namespace}/configmaps/countersign-${place.owner}-${name}`
}

/** The members of a record that a forger changes. */
interface ForgedRecord {
  readonly issued: {
    sinks: readonly [object]
    certificate: string
    readonly proof: { readonly evidence: { readonly approvals: readonly [{ eligibleAt: string }] } }
  }
}

/** Changes a record as a user who can only write records. */
async function forgeRecord(scene: Scene, change: (record: ForgedRecord) => void): Promise<void> {
  const { admin } = scene.place
  const { body } = await admin.get(recordPath(scene))
  const record: ForgedRecord = JSON.parse(body.data?.['record.json'] ?? '')
  change(record)
  const forged = { ...body, data: { 'record.json': JSON.stringify(record) } }
  expect((await admin.put(recordPath(scene), forged)).code).toBe(200)
}

/** A record of jane with the claim of another user. */
async function writeRecord(scene: Scene, deadline: Date): Promise<void> {
  const { admin, owner } = scene.place
  const claim = { holder: 'elsewhere 1 x', n: 1, objectName: 'cs-x', deadline, grant: null }
  const parts = { n: 1, claim, issued: null, withdrawnAt: null, emptied: 0, abandoned: [] }
  const lists = { history: [], approvals: [], failures: null }
  const record = { version: 7, ...lists, request: 'jane', cluster: 'prod', ...parts }
  await admin.created(recordPath(scene).replace(/\/[^/]+$/, ''), {
    metadata: {
      name: `countersign-${owner}-jane`,
      labels: { 'countersign.dev/owner': owner },
    },
    data: { 'record.json': JSON.stringify(record) },
  })
}

describe('an object under our name', () => {
  const theirs = opensslRequest({ subject: '/O=developers/CN=jane' })
  const spec = {
    request: theirs.base64,
    signerName: SIGNER,
    usages: ['digital signature', 'client auth'],
  }

  test.each([
    ['a pending object of another user', 'admin', false, []],
    ['a signed object of another user', 'admin', true, ['Mine']],
    ['a pending object of our own login', 'ours', false, []],
    ['a signed object of our own login', 'ours', true, ['Mine']],
  ])('%s under our name is never approved or collected', (_, whose, isApproved, reasons) =>
    atAcme(async scene => {
      const { acme, place } = scene
      const [name = ''] = await namesOfJane(scene)
      const client = whose === 'ours' ? new ApiClient(place, place.credential) : place.admin
      await client.created(REQUESTS, { metadata: { name }, spec })
      if (client !== place.admin) client.close()
      if (isApproved) {
        const { body } = await place.admin.get(`${REQUESTS}/${name}`)
        const status = { conditions: [{ type: 'Approved', status: 'True', reason: 'Mine' }] }
        await place.admin.put(`${REQUESTS}/${name}/approval`, { ...body, status })
      }
      const ran = await acme.apply()
      expect(ran).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const { certificate } = await pairOfJane(scene)
      expect(certificate.publicKey.export({ type: 'spki', format: 'pem' })).not.toBe(theirs.keyPem)
      const { body: after } = await place.admin.get(`${REQUESTS}/${name}`)
      const found = (after.status.conditions ?? []).map(({ reason }) => reason)
      expect(found).toEqual(reasons)
    }),
  )

  test('names that others can compute and create first stop nothing', () =>
    atAcme(async scene => {
      const { acme, place } = scene
      for (const name of await namesOfJane(scene))
        await place.admin.created(REQUESTS, { metadata: { name }, spec })
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
    }))
})

describe('a forged record', () => {
  test('a record that is forged to hold the claim beyond any run does not stop apply', () =>
    atAcme(async scene => {
      const { acme, place } = scene
      acme.merges(1, { [JANE]: 'usual' })
      await writeRecord(scene, new Date(Date.now() + 60_000))
      expect(await acme.apply()).toMatchObject({ code: 1, outputs: { 'blocked-count': '1' } })
      expect(await standingIn(place)).toEqual(NOTHING_STANDS)
      await place.admin.delete(recordPath(scene))
      await writeRecord(scene, new Date('2099-01-01T00:00:00Z'))
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
    }))

  test('a record that is forged to claim another certificate does not replace an approval', () =>
    atAcme(async scene => {
      const { acme, place } = scene
      acme.merges(1, { [JANE]: 'usual' })
      await acme.apply()
      const before = await standingIn(place)
      acme.does('owner pushes to main', { [JANE]: { subject: { organizations: ['viewers'] } } })
      const refused = await acme.apply()
      expect(codesOf(refused)).toEqual(['APPROVAL_DIRECT_PUSH'])
      const step = refused.result.plan.steps[0]
      await forgeRecord(scene, ({ issued }) =>
        Object.assign(issued, { effective: step?.effective, blob: step?.request.blob }),
      )
      await acme.apply()
      await forgeRecord(scene, record => Object.assign(record, { issued: null, n: 0 }))
      expect(codesOf(await acme.apply())).toEqual(['APPROVAL_DIRECT_PUSH'])
      expect(await standingIn(place)).toEqual(before)
      expect((await pairOfJane(scene)).certificate.subject).toContain('O=developers')
    }))

  test('a record that is forged with another sink and a later date changes no sink', () =>
    atAcme(async scene => {
      const { acme, place, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      await acme.apply()
      const before = await standingIn(place)
      await forgeRecord(scene, ({ issued }) => {
        issued.sinks = [{ ...issued.sinks[0], name: 'mallory-tls' }]
        issued.certificate = cluster.strangeAuthority().certificatePem
        issued.proof.evidence.approvals[0].eligibleAt = '2099-01-01T00:00:00.000Z'
      })
      await acme.apply()
      const after = await standingIn(place)
      expect(after.secrets).toEqual(before.secrets)
      // The certificates of record and Secret differ, so the approved one is renewed once.
      const added = after.certificates.filter(name => !before.certificates.includes(name))
      expect([before.certificates, added]).toEqual([
        [expect.stringMatching(/^cs-jane-.*-1$/)],
        [expect.stringMatching(/^cs-jane-.*-2$/)],
      ])
    }))

  test('deleted records are rebuilt from the Secrets, and nothing is issued twice', () =>
    atAcme(async scene => {
      const { acme, place } = scene
      acme.merges(1, { [JANE]: 'usual', 'requests/people/mark.yaml': 'usual' })
      await acme.apply()
      const before = await standingIn(place)
      const serial = (await pairOfJane(scene)).certificate.serialNumber
      for (const name of ['jane', 'mark']) await place.admin.delete(recordPath(scene, name))
      const ran = await acme.apply()
      expect(ran.code).toBe(0)
      expect(await standingIn(place)).toEqual(before)
      expect((await pairOfJane(scene)).certificate.serialNumber).toBe(serial)
      expect((await place.admin.get(recordPath(scene))).code).toBe(200)
    }))
})

describe('Secrets and signers', () => {
  test('a Secret of another user under the name of a sink stays unchanged, and nothing is signed', () =>
    atAcme(async scene => {
      const { acme, place } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const path = `/api/v1/namespaces/${place.namespace}/secrets`
      const data = { theirs: 'eA==' }
      await place.admin.created(path, { metadata: { name: 'jane-tls' }, data })
      const ran = await acme.apply()
      expect(ran.code).toBe(1)
      expect((await place.admin.get(`${path}/jane-tls`)).body.data).toEqual(data)
      expect((await standingIn(place)).certificates).toEqual([])
    }))

  test('a sink that somebody adds to the file of another person gets nothing without an approval', () =>
    atAcme(async scene => {
      const { acme, place } = scene
      acme.merges(1, { [JANE]: 'usual' })
      await acme.apply()
      const sinks = ['jane-tls', 'colleague-tls'].map(name => ({
        secret: { namespace: place.namespace, name },
      }))
      acme.does('colleague pushes to more', { [JANE]: { sinks } })
      acme.does('colleague opens PR2 from more')
      const planned = await acme.plan(2)
      expect(planned.summary).toContain('colleague-tls')
      acme.does('colleague merges PR2 (squash)')
      expect(codesOf(await acme.apply())).toEqual(['APPROVAL_MISSING'])
      expect((await standingIn(place)).secrets).toEqual(['jane-tls'])
    }))

  test('a certificate of a CA that the cluster does not trust is not stored', () =>
    atAcme(async scene => {
      const { acme, place, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      cluster.signerFaults({ otherAuthority: cluster.strangeAuthority() })
      expect(await acme.apply()).toMatchObject({ code: 2 })
      expect((await standingIn(place)).secrets).toEqual([])
    }))

  test('a revoked login is reported, and no output holds its token', () =>
    atAcme(async scene => {
      const { acme, place } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const token = 'a-token-that-was-revoked'
      const ran = await acme.apply({ env: { KUBECONFIG_PROD: kubeconfig(place, { token }) } })
      expect(ran.code).toBe(2)
      expect(codesOf(ran)).toEqual(['CLUSTER_UNAUTHORIZED'])
      expect(acme.comments(1)).toMatchObject([
        { body: expect.stringContaining('CLUSTER_UNAUTHORIZED') },
      ])
      const said = ran.stdout.replaceAll(/^::add-mask::.*$/gm, '')
      expect(said + ran.summary + acme.comments(1)[0]?.body).not.toContain(token)
    }))

  test('the printed rights suffice for apply', () =>
    atAcme(async scene => {
      const { acme, cluster, place } = scene
      acme.merges(1, { [JANE]: 'usual' })
      await acme.apply()
      const refused = cluster.log.filter(({ user, code }) => user === place.user && code === 403)
      expect(refused.map(({ method, path }) => `${method} ${path}`)).toEqual([])
    }))
})
