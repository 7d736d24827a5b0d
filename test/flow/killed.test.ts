// SIGKILL in the middle of apply: the next apply ends well, at most one certificate whose key exists, no Secret lost.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { isPair, storedPair, storedRecord, whoIs } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'
import { configure, requestText } from '../build/request-text.ts'
import { Workshop, givePrintedRights } from '../build/workshop.ts'

const MINUTE = 60_000
const CSRS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'

const POINTS = [
  ['before-claim', 'before POST /configmaps$'],
  ['after-claim', 'after POST /configmaps$'],
  ['before-create', 'before POST /certificatesigningrequests$'],
  ['after-create', 'after POST /certificatesigningrequests$'],
  ['after-approve', 'after PUT /approval$'],
  ['before-store', 'before PATCH /secrets/'],
  ['after-store', 'after PATCH /secrets/'],
  ['before-record', 'before PUT /configmaps/'],
  ['after-record', 'after PUT /configmaps/'],
] as const

describeSubjects('apply, killed', subject => {
  const workshop = new Workshop()
  let owner = ''

  beforeAll(async () => {
    owner = subject().name('killed')
    configure(workshop, { owner, namespace: subject().namespace })
    for (const [name] of POINTS) workshop.write(`requests/${name}.yaml`, requestText({ name }))
    for (const [name] of POINTS)
      workshop.write(`requests/renewed-${name}.yaml`, requestText({ name: `renewed-${name}` }))
    await givePrintedRights(subject(), workshop, owner)
    const first = await workshop.run([
      'apply',
      '--yes',
      ...POINTS.map(([name]) => `renewed-${name}`),
    ])
    expect(first.code).toBe(0)
  }, MINUTE)
  afterAll(() => workshop.end())

  test.each(POINTS)(
    '%s, for the first time, is healed by the next apply',
    async (name, killAt) => {
      const killed = await workshop.run(['apply', '--yes', name], { killAt })
      expect(killed.signal).toBe('SIGKILL')
      const healed = await workshop.run(['apply', '--yes', name])
      expect({ code: healed.code, stderr: healed.stderr }).toEqual({ code: 0, stderr: '' })
      await expectSettled(name)
    },
    MINUTE,
  )

  test.each(POINTS.slice(2))(
    '%s, of a reissue, keeps the old credential until the new one stands',
    async (point, killAt) => {
      const name = `renewed-${point}`
      const before = await storedPair(subject(), subject().namespace, `${name}-tls`)
      workshop.edit(`requests/${name}.yaml`, 'developers', 'releasers')
      const killed = await workshop.run(['apply', '--yes', name], { killAt })
      expect(killed.signal).toBe('SIGKILL')
      const between = await storedPair(subject(), subject().namespace, `${name}-tls`)
      expect(between === null || !isPair(between)).toBe(false)
      if (!['after-store', 'before-record', 'after-record'].includes(point))
        expect(between).toEqual(before)
      expect((await workshop.run(['apply', '--yes', name])).code).toBe(0)
      const pair = await expectSettled(name)
      expect((await whoIs(subject(), pair)).groups).toContain('releasers')
    },
    MINUTE,
  )

  test(
    'apply again has nothing to do',
    async () => {
      const names = POINTS.map(([name]) => name)
      const ran = await workshop.run(['apply', '--yes', ...names])
      expect(ran.code).toBe(0)
      expect(ran.stdout).not.toContain('issued')
    },
    MINUTE,
  )

  test(
    'a record that was deleted is rebuilt from the Secret, and nothing new is issued',
    async () => {
      const name = 'before-claim'
      const before = await storedPair(subject(), subject().namespace, `${name}-tls`)
      await subject().admin.delete(
        `/api/v1/namespaces/${subject().namespace}/configmaps/countersign-${owner}-${name}`,
      )
      expect((await workshop.run(['apply', '--yes', name])).code).toBe(0)
      expect((await expectSettled(name)).certificate).toBe(before?.certificate)
    },
    MINUTE,
  )

  /** One usable pair, the record says the same, and every other certificate of the decision is listed as abandoned. */
  async function expectSettled(name: string) {
    const pair = await storedPair(subject(), subject().namespace, `${name}-tls`)
    if (pair === null) throw new Error(`there is no Secret ${name}-tls`)
    expect(isPair(pair)).toBe(true)
    const record = await storedRecord(
      subject(),
      subject().namespace,
      `countersign-${owner}-${name}`,
    )
    expect(record).toMatchObject({ claim: null, issued: { certificate: pair.certificate } })
    const answer = await subject().admin.get(`${CSRS}?labelSelector=countersign.dev/owner=${owner}`)
    const signed = answer.body.items
      .filter((item: any) => item.metadata.annotations['countersign.dev/request'] === name)
      .filter(
        (item: any) =>
          item.metadata.annotations['countersign.dev/effective'] === record.issued.effective,
      )
      .filter((item: any) => item.status.certificate !== undefined)
      .map((item: any) => item.metadata.name)
    const known = [
      record.issued.objectName,
      ...record.abandoned.map((each: any) => each.objectName),
    ]
    expect(known).toEqual(expect.arrayContaining(signed))
    return pair
  }
})
