// ConfigMaps of 1 MB in the record namespace: each command reads the records among them, names and counts them, and goes on.
import { afterAll, beforeAll, expect } from '@jest/globals'
import { REVOKES_LABEL } from '../../src/domain/cluster/revocation.ts'
import { OWNER_LABEL } from '../../src/domain/cluster/record.ts'
import { testWhole } from '../build/extent.ts'
import { configure, requestText } from '../build/request-text.ts'
import { describeTruest, hasRealSubject } from '../build/subjects.ts'
import { Workshop, givePrintedRights } from '../build/workshop.ts'

/** JSON of an API server has `\u003c` for each. */
const FAT = '<'.repeat(1_000_000)
/** The embedded cluster writes a list as one text. */
const COUNT = hasRealSubject ? 100 : 12
/** Requests that are added while there is a flood. */
const LATER = ['among-records', 'among-revocations', 'among-foreign']

describeTruest('large ConfigMaps', subject => {
  const workshop = new Workshop()
  let owner = ''
  const maps = (): string => `/api/v1/namespaces/${subject().namespace}/configmaps`

  beforeAll(async () => {
    owner = subject().name('flood')
    configure(workshop, { owner, namespace: subject().namespace })
    for (const name of ['jane', ...LATER])
      workshop.write(`requests/${name}.yaml`, requestText({ name }))
    // For the Secrets of all of them.
    await givePrintedRights(subject(), workshop, owner, ['--with-bindings'])
    for (const name of LATER) workshop.remove(`requests/${name}.yaml`)
    workshop.commit()
    expect((await workshop.run(['apply', '--yes'])).code).toBe(0)
  })
  afterAll(() => workshop.end())

  /** What each command says of requests and of what is too large, while these exist. */
  const among = async (
    prefix: string,
    labels: object,
    issued: string,
  ): Promise<Readonly<Record<string, string>>> => {
    const names = Array.from({ length: COUNT }, (_, at) => `${prefix}-${at + 100}`)
    for (const name of names)
      await subject().admin.created(maps(), { metadata: { name, labels }, data: { x: FAT } })
    workshop.write(`requests/${issued}.yaml`, requestText({ name: issued }))
    const said: Record<string, string> = {}
    for (const command of ['plan', 'apply', 'status', 'audit']) {
      const more = { apply: ['--yes'], status: ['-o', 'wide'] }[command] ?? []
      const ran = await workshop.run([command, ...more])
      said[command] = ran.stdout + ran.stderr
    }
    for (const name of names) await subject().admin.delete(`${maps()}/${name}`)
    expect(said['plan']).toMatch(new RegExp(`\\+ .*${issued}`))
    expect(said['apply']).toMatch(new RegExp(`issued .*${issued}|${issued} .*issued`))
    for (const name of ['jane', issued]) {
      expect(said['status']).toMatch(new RegExp(`^${name} .* stored in Secret\\b`, 'm'))
      expect(said['audit']).toMatch(new RegExp(`^${name} .* in use `, 'm'))
    }
    return said
  }

  testWhole('with the label of records each of them is named, and others are issued', async () => {
    const prefix = `countersign-${owner}-fat`
    const said = await among(prefix, { [OWNER_LABEL]: owner }, 'among-records')
    for (const [command, text] of Object.entries(said)) {
      const named = new Set(text.match(/fat-1\d\d\b/g))
      expect([command, named.size]).toEqual([command, COUNT])
      expect(text).toContain('CLUSTER_TOO_LARGE')
    }
  })

  testWhole(
    'with the label of revocations they are counted, and records are in effect',
    async () => {
      const said = await among('forged', { [REVOKES_LABEL]: owner }, 'among-revocations')
      expect(said['status']).toContain(`too large to be read: ${COUNT} ConfigMaps: "forged-100"`)
    },
  )

  testWhole('without a label they change nothing', async () => {
    const said = await among('foreign', {}, 'among-foreign')
    for (const text of Object.values(said)) expect(text).not.toContain('CLUSTER_TOO_LARGE')
  })
})
