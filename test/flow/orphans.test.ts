// A run is killed and its record is lost: its objects in the cluster are reported, and denied while they are undecided.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { until } from '../build/connected.ts'
import { startFaultProxy } from '../build/fault-proxy.ts'
import type { FaultProxy } from '../build/fault-proxy.ts'
import { configure, requestText } from '../build/request-text.ts'
import { signingRequest } from '../build/signing-requests.ts'
import { storedRecord } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'
import { rulesOf, Workshop } from '../build/workshop.ts'
import type { ApiObject } from '../build/api-object.ts'
import type { ShownProblem } from '../build/shown-json.ts'

const MINUTE = 60_000
const CSRS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

describeSubjects('a CertificateSigningRequest that no record knows', subject => {
  const workshop = new Workshop()
  let owner = ''
  let proxy: FaultProxy
  let foreign = ''
  let lost: ApiObject

  const objects = async (): Promise<readonly ApiObject[]> =>
    (await subject().admin.get(`${CSRS}?labelSelector=countersign.dev/owner=${owner}`)).body.items
  const of = async (request: string): Promise<ApiObject> =>
    (await objects()).find(each => each.metadata.name.startsWith(`cs-${request}-`))!
  const recordPath = (request: string): string =>
    `/api/v1/namespaces/${subject().namespace}/configmaps/countersign-${owner}-${request}`

  /** Kills a run at this point and deletes the record. */
  async function lose(request: string, killAt: string): Promise<void> {
    const killed = await workshop.run(['apply', '--yes', request], { killAt })
    expect(killed).toEqual({ ...killed, code: null, signal: 'SIGKILL' })
    expect((await subject().admin.delete(recordPath(request))).code).toBe(200)
  }

  beforeAll(async () => {
    owner = subject().name('orphans')
    configure(workshop, { owner, namespace: subject().namespace })
    for (const name of ['undecided', 'signed', 'again'])
      workshop.write(`requests/${name}.yaml`, requestText({ name }))
    workshop.useKubeconfig(subject().backend, subject().backend.admin)
    const printed = await workshop.run(['manifests', 'rbac', '--user', owner])
    expect(printed.code).toBe(0)
    const user = await subject().backend.user(owner, [], rulesOf(printed.stdout))
    proxy = await startFaultProxy(subject().backend, user)
    workshop.useKubeconfig(subject().backend, user)
    workshop.commit()
    await lose('undecided', 'after POST /certificatesigningrequests$')
    await lose('signed', 'after PUT /approval$')
    await lose('again', 'after PUT /approval$')
    for (const request of ['signed', 'again'])
      await until(async () => (await of(request)).status.certificate !== undefined)
    foreign = `cs-${subject().name('theirs')}-01234567-1`
    subject().later(`${CSRS}/${foreign}`)
    const labels = { 'countersign.dev/owner': owner }
    await subject().admin.created(CSRS, {
      ...signingRequest(foreign),
      metadata: { name: foreign, labels },
    })
    workshop.remove('requests/undecided.yaml')
    workshop.remove('requests/signed.yaml')
  })
  afterAll(async () => {
    await proxy.close()
    workshop.end()
  })

  test('apply issues under another name if its record was lost', async () => {
    lost = await of('again')
    const ran = await workshop.run(['apply', '--yes'])
    expect(ran).toEqual({ ...ran, code: 0, stderr: '' })
    const record = await storedRecord(subject(), subject().namespace, `countersign-${owner}-again`)
    expect(record).toMatchObject({ claim: null, issued: { n: 1 }, abandoned: [] })
    expect(record.issued?.objectName).not.toBe(lost.metadata.name)
  })

  test('status ignores an orphan while a run may be in progress', async () => {
    const ran = await workshop.run(['status'])
    expect(ran).toMatchObject({ code: 0, stderr: '' })
    expect((await of('undecided')).status.conditions).toBeUndefined()
  })

  test('status lists orphans once no run can be in progress, with the signed certificate', async () => {
    proxy.ahead = 13 * MINUTE
    workshop.useKubeconfig(proxy, { token: 'of-nobody' })
    const ran = await workshop.run(['status', '-o', 'json'])
    const { orphans } = JSON.parse(ran.stdout)
    const [undecided, signed] = [await of('undecided'), await of('signed')]
    const said = orphans.map(({ code, message }: ShownProblem) => `${code} ${message}`).toSorted()
    expect(said).toHaveLength(3)
    for (const [at, { metadata }] of [lost, signed].entries())
      expect(said[at]).toMatch(
        new RegExp(`^CLUSTER_ORPHAN ${metadata.name} is signed \\(SHA-256 [0-9a-f]{64}, until`),
      )
    expect(said[2]).toMatch(`CLUSTER_ORPHAN ${undecided.metadata.name} is undecided`)
    expect(undecided.status.conditions).toBeUndefined()
  })

  test('apply denies an undecided orphan, and never one of another creator', async () => {
    const ran = await workshop.run(['apply', '--yes'])
    const [undecided, signed] = [await of('undecided'), await of('signed')]
    expect(ran.code).toBe(0)
    expect(ran.stderr).toContain(
      `${undecided.metadata.name} was undecided, and no record listed it`,
    )
    expect(ran.stderr).toContain(`${signed.metadata.name} is signed`)
    expect(undecided.status.conditions).toMatchObject([
      { type: 'Denied', reason: 'CountersignAbandoned' },
    ])
    const theirs = await subject().admin.get(`${CSRS}/${foreign}`)
    expect(theirs.body.status.conditions).toBeUndefined()
  })

  test('status no longer lists a denied orphan', async () => {
    const { orphans } = JSON.parse((await workshop.run(['status', '-o', 'json'])).stdout)
    expect(orphans).toHaveLength(2)
  })
})
