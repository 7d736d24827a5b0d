// An end that was approved holds, whatever comes to the branch afterwards: the newest version that code review approved decides.
import { describe, expect, test } from '@jest/globals'
import { GUARDED } from '../build/guarded-cluster.ts'
import { ACCESS, JANE, PEOPLE, POLICY, untilScene } from '../build/until-scene.ts'
import type { Files, UntilScene } from '../build/until-scene.ts'

const OTHER = 'requests/people/alice.yaml'
const MOVED = 'requests/people/moved.yaml'
const NAMED_JANE = { metadata: { name: 'jane' }, commonName: 'jane', access: ACCESS }
const LATER: readonly (readonly [string, (played: UntilScene) => Files])[] = [
  ['a comment', played => played.jane(-1, { comment: 'for later' })],
  ['the earlier bytes', played => played.jane(240)],
  ['a typo', () => ({ [JANE]: 'apiVersion: [' })],
  ['a later end', played => played.jane(600)],
  ['a removal', () => ({ [JANE]: 'removed' })],
  ['a move', () => ({ [JANE]: 'removed', [MOVED]: NAMED_JANE })],
]
const A_POLICY: Files = { 'policies/more.yaml': { sinks: [] } }
const A_CONFIGURATION: Files = { 'countersign.yaml': 'apiVersion: [' }
const ALL: typeof LATER = [
  ...LATER,
  ['a policy', () => A_POLICY],
  ['a configuration that cannot be read', () => A_CONFIGURATION],
]

/** jane and alice have certificates for four hours. */
async function issued(played: UntilScene): Promise<() => Promise<number>> {
  played.merges(0, { ...played.jane(240), [OTHER]: { access: ACCESS } })
  await played.applies(0)
  const pair = await played.pair()
  return () => played.code(pair)
}

describe.each(GUARDED)('%s', kind => {
  test.each(ALL)('%s that nobody approved does not prolong an end that was lowered', (_, change) =>
    untilScene(
      async played => {
        const code = await issued(played)
        played.merges(0, played.jane(-1))
        played.pushes(0, change(played))
        const [, output] = await played.applies(0)
        expect(await code()).toBe(403)
        expect(output).toContain('APPROVAL_ENDED_BEFORE')
        expect(await played.code(await played.pair('alice'))).toBe(200)
      },
      { kind },
    ),
  )

  test.each(ALL)('%s that nobody approved does not stop a withdrawal', (_, change) =>
    untilScene(
      async played => {
        const code = await issued(played)
        played.merges(0, played.jane(240, { withdraw: true }))
        played.pushes(0, change(played))
        await played.applies(0)
        expect(await code()).toBe(403)
        expect(await played.code(await played.pair('alice'))).toBe(200)
      },
      { kind },
    ),
  )

  test.each(LATER)('%s that nobody approved ends nothing that was prolonged', (_, change) =>
    untilScene(
      async played => {
        const code = await issued(played)
        played.merges(0, played.jane(-1))
        played.merges(0, played.jane(300))
        played.pushes(0, change(played))
        const [, output] = await played.applies(0)
        expect(await code()).toBe(200)
        expect(output).not.toContain('APPROVAL_ENDED_BEFORE')
      },
      { kind },
    ),
  )

  test('several changes that nobody approved do not prolong an end that was lowered', () =>
    untilScene(
      async played => {
        const code = await issued(played)
        played.merges(0, played.jane(-1))
        for (const [, change] of LATER) played.pushes(0, change(played))
        played.pushes(0, A_POLICY)
        await played.applies(0)
        expect(await code()).toBe(403)
      },
      { kind },
    ))

  test('what was granted again after a withdrawal is not ended by it', () =>
    untilScene(
      async played => {
        await issued(played)
        played.merges(0, played.jane(240, { withdraw: true }))
        await played.applies(0)
        played.merges(0, played.jane(300))
        await played.applies(0)
        const again = await played.pair()
        played.pushes(0, played.jane(600))
        await played.applies(0)
        expect(await played.code(again)).toBe(200)
      },
      { kind },
    ))
})

describe('an end that was lowered to so soon that nothing can be issued', () => {
  test.each(LATER)('%s that nobody approved does not prolong it', (_, change) =>
    untilScene(async played => {
      const code = await issued(played)
      played.merges(20, played.jane(25))
      await played.applies(20)
      played.pushes(24, change(played))
      await played.applies(24)
      expect(await code()).toBe(200)
      await played.applies(27)
      expect(await code()).toBe(403)
    }),
  )

  test.each([
    ['that was approved holds', 200, 'merges'],
    ['that nobody approved does not', 403, 'pushes'],
  ] as const)('a later end, as soon, %s', (_, before, lands) =>
    untilScene(async played => {
      const code = await issued(played)
      played.merges(20, played.jane(45))
      played[lands](50, played.jane(75))
      await played.applies(66)
      expect(await code()).toBe(before)
      await played.applies(76)
      expect(await code()).toBe(403)
    }),
  )

  test('a runner whose clock is two hours behind ends the access after it', () =>
    untilScene(async played => {
      const code = await issued(played)
      played.merges(20, played.jane(25))
      await played.applies(20)
      await played.applies(27, -120)
      expect(await code()).toBe(403)
    }))

  test('limits.maxWithdraw does not prolong it', () =>
    untilScene(
      async played => {
        const web = (minutes: number): Files => ({
          'requests/people/web.yaml': { access: ACCESS, until: played.time(minutes) },
        })
        played.merges(0, { ...played.jane(240), ...web(240) })
        await played.applies(0)
        const pairs = [await played.pair(), await played.pair('web')]
        played.merges(20, { ...played.jane(25), ...web(25) })
        await played.applies(20)
        await played.applies(27)
        expect(await Promise.all(pairs.map(each => played.code(each)))).toEqual([403, 403])
      },
      { config: { limits: { maxIssue: '100%', maxWithdraw: '10%' } } },
    ))

  // What these approve is not approved any more: the certificate keeps its own end, and people who want less revoke it.
  test('an approval of a reviewer who left does not count for it, and the run says so', () =>
    untilScene(async played => {
      const day = 24 * 60
      played.merges(0, played.jane(6 * day))
      await played.applies(0)
      const pair = await played.pair()
      played.merges(2, played.jane(10))
      await played.applies(2)
      played.acme.does('reviewer gets the right none')
      const [code, output] = await played.applies(2 * day)
      expect(await played.code(pair)).toBe(200)
      expect(code).toBe(1)
      expect(output).toContain('APPROVAL_')
    }))

  test('a policy that does not allow the request any more refuses it, and the run says so', () =>
    untilScene(async played => {
      const code = await issued(played)
      const names = { allowed: { commonName: { required: true, value: 'x*' } } }
      played.merges(0, { [PEOPLE]: { ...POLICY, ...names } })
      played.merges(0, played.jane(-1))
      const [exit, output] = await played.applies(0)
      expect(await code()).toBe(200)
      expect(exit).toBe(1)
      expect(output).toContain('POLICY_')
    }))
})

test('a policy that nobody approved does not keep the certificate before a lowered end', () =>
  untilScene(async played => {
    played.merges(0, played.jane(240))
    await played.applies(0)
    const first = await played.pair()
    played.merges(20, played.jane(60))
    await played.applies(20)
    expect(played.endOf(await played.pair())).toBeLessThanOrEqual(60)
    played.pushes(21, A_POLICY)
    await played.applies(30)
    await played.applies(62)
    expect(await played.code(first)).toBe(403)
  }))

test('a runner whose clock is two hours ahead issues nothing beyond maxUntil', () =>
  untilScene(
    async played => {
      played.merges(0, played.jane(300))
      await played.applies(0, 120)
      await expect(played.pair()).rejects.toThrow()
    },
    { policy: { ...POLICY, maxUntil: '4h' } },
  ))
