// The blast radius: a run that would change too much stops before its first write.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { configure, requestText } from '../build/request-text.ts'
import { describeSubjects } from '../build/subjects.ts'
import { Workshop, givePrintedRights } from '../build/workshop.ts'

describeSubjects('limits', subject => {
  const workshop = new Workshop()
  const limit = (lifted = ''): void =>
    configure(workshop, {
      owner: subject().name('limits'),
      namespace: subject().namespace,
      more: [`limits: {maxIssue: 1, maxRenew: 1, lifted: [${lifted}]}`],
    })
  beforeAll(async () => {
    limit()
    for (const name of ['one', 'two'])
      workshop.write(`requests/${name}.yaml`, requestText({ name }))
    await givePrintedRights(subject(), workshop, subject().name('limits'))
  })
  afterAll(() => workshop.end())

  test('a run over maxIssue issues nothing and reports PLAN_LIMIT_ISSUE', async () => {
    const ran = await workshop.run(['apply', '--yes'])
    expect(ran.code).toBe(1)
    expect(ran.stdout.match(/PLAN_LIMIT_ISSUE {2}/g)).toHaveLength(2)
    const path = `/apis/certificates.k8s.io/v1/certificatesigningrequests?labelSelector=countersign.dev/owner=${subject().name('limits')}`
    expect((await subject().admin.get(path)).body.items).toEqual([])
  })

  test('status shows requests over maxIssue as blocked by the limit, not as issued by the next apply', async () => {
    const ran = await workshop.run(['status'])
    expect(ran.stderr).toContain('2 certificates would be issued in one run, and the limit is 1')
    expect(ran.stdout).toMatch(
      /^2 requests .* blocked\n {4}one, two\n {2}→ PLAN_LIMIT_ISSUE: if this/m,
    )
    expect(ran.stdout).not.toContain('made by the next apply')
  })

  test('the digest of the refusal lifts the limit for exactly these requests', async () => {
    const refused = await workshop.run(['plan'])
    const digest =
      /limits.lifted in a pull request:\n\s*"(sha256:[0-9a-f]{64})"\n/.exec(refused.stdout)?.[1] ??
      ''
    limit(digest)
    expect((await workshop.run(['plan'])).code).toBe(0)
    workshop.write('requests/three.yaml', requestText({ name: 'three' }))
    expect((await workshop.run(['plan'])).code).toBe(1)
    workshop.remove('requests/three.yaml')
    limit()
  })

  test('--max-issue raises the limit at a terminal', async () => {
    const ran = await workshop.run(['apply', '--yes', '--max-issue', '2'])
    expect(ran.stdout).toContain('2 of 2 · 2 done')
    expect(ran.code).toBe(0)
  })

  test('status promises a renewal beyond maxRenew for a later apply', async () => {
    const env = {
      NODE_OPTIONS: `--import ${new URL('../build/clock-ahead.mjs', import.meta.url).pathname}`,
      AHEAD_MS: String(20 * 3_600_000),
    }
    const { stdout } = await workshop.run(['status'], { env })
    expect(stdout.match(/(?<=→ ).*/g)).toEqual([
      'made by the next apply',
      'made by a later apply (limits.maxRenew)',
    ])
  })

  test('a withdrawal proceeds next to a removed file whose certificate is still valid', async () => {
    workshop.commit()
    workshop.remove('requests/one.yaml')
    workshop.edit('requests/two.yaml', 'spec:\n', 'spec:\n  withdraw: true\n')
    const ran = await workshop.run(['apply', '--yes', '-o', 'json'])
    expect(ran.code).toBe(0)
    expect(JSON.parse(ran.stdout).outcomes).toMatchObject([
      { name: 'one', kind: 'kept' },
      { name: 'two', kind: 'withdrawn' },
    ])
  })
})
