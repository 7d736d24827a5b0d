// Attacks on an end that was approved: what nobody approved, on the branch above it, keeps the access alive no longer, or the run says so.
import { describe, expect, test } from '@jest/globals'
import { ACCESS, JANE, PEOPLE, untilScene } from '../../build/until-scene.ts'
import type { Files, UntilScene } from '../../build/until-scene.ts'

const ELSEWHERE = 'requests/people/elsewhere/jane.yaml'
const FARTHER = 'requests/people/farther/jane.yaml'
const NAMED_JANE = { metadata: { name: 'jane' }, commonName: 'jane', access: ACCESS }
const CONFIG = 'countersign.yaml'

async function issued(played: UntilScene): Promise<() => Promise<number>> {
  played.merges(0, played.jane(240))
  await played.applies(0)
  const pair = await played.pair()
  return () => played.code(pair)
}

/** Pushes that nobody approved, each after the one before it. */
const PUSHES: readonly (readonly [string, (played: UntilScene) => readonly Files[]])[] = [
  ['a second file of the same name', () => [{ [ELSEWHERE]: NAMED_JANE }]],
  ['another name in the file', () => [{ [JANE]: { metadata: { name: 'janet' }, access: ACCESS } }]],
  [
    'two moves',
    () => [
      { [JANE]: 'removed', [ELSEWHERE]: NAMED_JANE },
      { [ELSEWHERE]: 'removed', [FARTHER]: NAMED_JANE },
    ],
  ],
  ['a removal and a return', played => [{ [JANE]: 'removed' }, played.jane(240)]],
  ['a link in place of the file', () => [{ [JANE]: { text: 'other.yaml', mode: '120000' } }]],
  ['a file in place of the folder', () => [{ [JANE]: 'removed', 'requests/people': 'nothing' }]],
  ['a file in place of all requests', () => [{ [JANE]: 'removed', requests: 'nothing' }]],
  ['a file of two megabytes', () => [{ [JANE]: 'x'.repeat(2_000_000) }]],
  ['another file of two megabytes', () => [{ 'requests/people/big.yaml': 'x'.repeat(2_000_000) }]],
  ['no configuration', () => [{ [CONFIG]: 'removed' }]],
  [
    'a link in place of the configuration',
    () => [{ [CONFIG]: { text: 'other.yaml', mode: '120000' } }],
  ],
  ['no policy', () => [{ [PEOPLE]: 'removed' }]],
  ['a policy that cannot be read', () => [{ [PEOPLE]: 'apiVersion: [' }]],
  ['a policy of two megabytes', () => [{ [PEOPLE]: 'x'.repeat(2_000_000) }]],
  [
    'another policy and another end',
    played => [{ 'policies/more.yaml': { sinks: [] } }, played.jane(600)],
  ],
  ['three configurations', () => [1, 2, 3].map(each => ({ [CONFIG]: `a: ${each}` }))],
  [
    'nine configurations',
    () => Array.from({ length: 9 }, (_, each) => ({ [CONFIG]: `a: ${each}` })),
  ],
  ['24 ends', played => Array.from({ length: 24 }, (_, each) => played.jane(300 + each))],
]

test.each(PUSHES)('%s does not keep access past an end that was lowered', (_, pushes) =>
  untilScene(async played => {
    const code = await issued(played)
    played.merges(0, played.jane(-1))
    for (const files of pushes(played)) played.pushes(0, files)
    const [, output] = await played.applies(0)
    expect([await code(), output]).toEqual([403, expect.stringContaining('jane')])
  }),
)

test.each(PUSHES)('%s does not keep access past a withdrawal', (_, pushes) =>
  untilScene(async played => {
    const code = await issued(played)
    played.merges(0, played.jane(240, { withdraw: true }))
    for (const files of pushes(played)) played.pushes(0, files)
    const [, output] = await played.applies(0)
    expect([await code(), output]).toEqual([403, expect.stringContaining('jane')])
  }),
)

describe('an approved file elsewhere', () => {
  test('whose end was lowered there ends the access after a further move that nobody approved', () =>
    untilScene(async played => {
      const code = await issued(played)
      played.merges(0, {
        [JANE]: 'removed',
        [ELSEWHERE]: { ...NAMED_JANE, until: played.time(-1) },
      })
      played.pushes(0, { [ELSEWHERE]: 'removed', [FARTHER]: NAMED_JANE })
      const [, output] = await played.applies(0)
      expect([await code(), output]).toEqual([403, expect.stringContaining('jane')])
    }))

  test('that was removed ends the access after a return elsewhere that nobody approved', () =>
    untilScene(async played => {
      const code = await issued(played)
      played.merges(0, { [JANE]: 'removed', [ELSEWHERE]: NAMED_JANE })
      played.merges(0, { [ELSEWHERE]: 'removed' })
      played.pushes(0, { [FARTHER]: NAMED_JANE })
      const [, output] = await played.applies(0)
      expect([await code(), output]).toEqual([403, expect.stringContaining('jane')])
    }))
})

describe('so many changes without approval that not all are read', () => {
  const MANY = Array.from({ length: 26 }, (_, each) => each)

  test.each([
    ['of the file', (played: UntilScene, each: number): Files => played.jane(300 + each)],
    ['of the configuration', (_: UntilScene, each: number): Files => ({ [CONFIG]: `a: ${each}` })],
  ])('%s are told by the run, which fails', (_, change) =>
    untilScene(async played => {
      await issued(played)
      played.merges(0, played.jane(-1))
      for (const each of MANY) played.pushes(0, change(played, each))
      const [exit, output] = await played.applies(0)
      expect(exit).toBe(1)
      expect(output).toContain('APPROVAL_ENDS_UNREAD')
    }),
  )
})
