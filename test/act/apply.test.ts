// x
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { storedPair } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Acme } from './acme.ts'
import { JANE_CNF } from './files.ts'

const MINUTE = 60_000

describeSubjects('apply', subject => {
  let acme: Acme
  beforeAll(async () => {
    acme = new Acme(subject())
    await acme.start(['jane-tls'])
  }, MINUTE)
  afterAll(() => acme.stop())

  test('an OpenSSL configuration', async () => {
    const pull = acme.propose({ branch: 'jane', files: { 'requests/jane.cnf': JANE_CNF } })
    acme.approve(pull)
    const ran = await acme.onPush(acme.merge(pull))
    console.log(JSON.stringify({ ...ran, left: ran.left.length, lines: ran.lines.length, shown: 0 }, null, 1), pull.comments)
    console.log(acme.server.unknownRoutes, acme.server.problems, acme.server.calls())
    expect(ran.code).toBe(0)
    console.log(await storedPair(subject(), subject().namespace, 'jane-tls'))
  }, MINUTE)
})
