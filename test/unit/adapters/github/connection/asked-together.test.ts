import { setImmediate } from 'node:timers/promises'
import { expect, test } from '@jest/globals'
import { AskedTogether } from '../../../../../src/adapters/github/connection/asked-together.ts'

function asking(answer: (keys: readonly string[]) => Promise<void> = () => Promise.resolve()) {
  const asked: (readonly string[])[] = []
  const together = new AskedTogether<string, number>(items => {
    asked.push([...items.keys()])
    return answer([...items.keys()])
  })
  const want = (...keys: readonly string[]): Promise<void> =>
    together.want(new Map(keys.map((key, index) => [key, index])))
  return { asked, want }
}

test('items of one turn are asked in one call, and each once', async () => {
  const { asked, want } = asking()
  await Promise.all([want('a', 'b'), want('b', 'c')])
  expect(asked).toEqual([['a', 'b', 'c']])
})

test('a caller without items asks nothing', async () => {
  const { asked, want } = asking()
  await want()
  expect(asked).toEqual([])
})

test('an item whose call is not answered yet is not asked again', async () => {
  const answers: (() => void)[] = []
  const { asked, want } = asking(() => new Promise(resolve => answers.push(resolve)))
  const first = want('a')
  await setImmediate()
  const second = want('a', 'b')
  await setImmediate()
  expect(asked).toEqual([['a'], ['b']])
  for (const answer of answers) answer()
  await Promise.all([first, second])
  // Its answer is kept by the caller: an item that is asked for later is asked again.
  const third = want('a')
  await setImmediate()
  answers[2]?.()
  await third
  expect(asked).toEqual([['a'], ['b'], ['a']])
})

test('a call that fails fails for each of its callers, and the next caller asks again', async () => {
  let fails = true
  const { asked, want } = asking(() =>
    fails ? Promise.reject(new Error('cut')) : Promise.resolve(),
  )
  const results = await Promise.allSettled([want('a'), want('a', 'b')])
  expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
  fails = false
  await want('a')
  expect(asked).toEqual([['a', 'b'], ['a']])
})
