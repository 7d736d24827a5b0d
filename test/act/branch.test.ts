// The built action on the default branch: for each way to merge, and for each event that starts the run.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { describeTruest } from '../build/subjects.ts'
import { Acme } from './acme.ts'
import { requestYaml } from './files.ts'
import { pairOf, requestsOf, serialOf, subjectOf } from './issued.ts'
const METHODS = ['merge', 'squash', 'rebase'] as const
const NAMES = ['merge', 'squash', 'rebase', 'one', 'two', 'late', 'hand', 'race', 'due']

describeTruest('the default branch', subject => {
  let acme: Acme
  beforeAll(async () => {
    acme = new Acme(subject())
    await acme.start(NAMES.map(name => `${name}-tls`))
  })
  afterAll(() => acme.stop())

  /** An approved pull request with a request of this name. */
  function approved(name: string, text = requestYaml(name)) {
    const files = { [`requests/${name}.yaml`]: text }
    const pull = acme.propose({ branch: name, files, commits: 2 })
    acme.approve(pull)
    return pull
  }

  const issues = (name: string) => async () => (await requestsOf(subject(), acme, name)).length

  describe('after a push', () => {
    test.each(METHODS)('a push issues what was merged by %s', async method => {
      const pull = approved(method)
      const ran = await acme.onPush(acme.merge(pull, method))
      expect([ran.code, ran.outputs['issued-count']]).toEqual([0, '1'])
      const pair = await pairOf(subject(), acme, method)
      expect(subjectOf(pair?.certificate ?? '')).toBe(`O=developers\nCN=${method}`)
      expect(acme.commentsOn(pull)).toHaveLength(1)
      expect(acme.leaksOf(ran)).toEqual([])
    })

    test('a push issues what two pull requests brought, and comments on each', async () => {
      const pulls = [approved('one'), approved('two')]
      const ran = await acme.onPush(acme.mergeTogether(pulls))
      expect([ran.code, ran.outputs['issued-count']]).toEqual([0, '2'])
      for (const [index, [name, other]] of [
        ['one', 'two'],
        ['two', 'one'],
      ].entries()) {
        expect(await pairOf(subject(), acme, name ?? '')).not.toBeNull()
        const [comment, ...more] = acme.commentsOn(pulls[index] ?? missing())
        expect(more).toEqual([])
        expect(comment).toContain(`\`${name}\``)
        expect(comment).not.toContain(`\`${other}\``)
      }
      expect(acme.leaksOf(ran)).toEqual([])
    })
  })

  describe.each([
    ['the schedule', 'late', () => acme.onSchedule()],
    ['a person', 'hand', () => acme.onDispatch()],
  ] as const)('a run that is started by %s', (_, name, start) => {
    test('a run issues once what an earlier push without a run had brought', async () => {
      acme.merge(approved(name))
      const ran = await start()
      expect([ran.code, ran.outputs['issued-count']]).toEqual([0, '1'])
      expect(await pairOf(subject(), acme, name)).not.toBeNull()
      const again = await start()
      expect([again.code, again.outputs['issued-count']]).toEqual([0, '0'])
      expect(await issues(name)()).toBe(1)
      expect([...acme.leaksOf(ran), ...acme.leaksOf(again)]).toEqual([])
    })
  })

  test('two concurrent runs issue one certificate', async () => {
    const move = acme.merge(approved('race'))
    const ran = await Promise.all([acme.onPush(move), acme.onSchedule()])
    const counts = ran.map(({ outputs }) => Number(outputs['issued-count']))
    expect(counts.reduce((sum, count) => sum + count)).toBe(1)
    expect(ran.map(({ code }) => code)).not.toContain(2)
    expect(await issues('race')()).toBe(1)
  })

  test('the schedule renews a due certificate with a new key by its first approval', async () => {
    const text = `${requestYaml('due')}  duration: 24h\n  renewBefore: 23h58m\n`
    const pull = approved('due', text)
    const issued = await acme.onPush(acme.merge(pull))
    expect([issued.code, issued.outputs['issued-count']]).toEqual([0, '1'])
    const before = await pairOf(subject(), acme, 'due')
    const ran = await acme.onSchedule()
    expect([ran.code, ran.outputs['issued-count'], ran.outputs['renewed-count']]).toEqual([
      0,
      '0',
      '1',
    ])
    const after = await pairOf(subject(), acme, 'due')
    expect(serialOf(after?.certificate ?? '')).not.toBe(serialOf(before?.certificate ?? ''))
    expect(after?.key).not.toBe(before?.key)
    expect(await issues('due')()).toBe(2)
    expect([...acme.leaksOf(issued), ...acme.leaksOf(ran)]).toEqual([])
  })

  test('the runs sent the double only calls that GitHub answers', () => {
    expect([acme.server.problems, acme.server.unknownRoutes]).toEqual([[], []])
  })
})

function missing(): never {
  throw new RangeError('there is no such pull request')
}
