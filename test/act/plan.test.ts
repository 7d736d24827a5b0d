// The built action on pull requests, as act runs it: what it says, and where.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { describeSubjects } from '../build/subjects.ts'
import { Acme } from './acme.ts'
import { JANE_CNF } from './files.ts'

const MINUTE = 60_000

describeSubjects('plan', subject => {
  let acme: Acme
  beforeAll(async () => {
    acme = new Acme(subject())
    await acme.start(['jane-tls'])
  }, MINUTE)
  afterAll(() => acme.stop())

  test(
    'an OpenSSL configuration',
    async () => {
      const pull = acme.propose({ branch: 'jane', files: { 'requests/jane.cnf': JANE_CNF } })
      const ran = await acme.onPullRequest(pull)
      console.log(
        JSON.stringify(
          { ...ran, left: ran.left.length, lines: ran.lines.length, shown: 0 },
          null,
          1,
        ),
        pull.comments,
      )
      expect(ran.code).toBe(0)
    },
    MINUTE,
  )
})
