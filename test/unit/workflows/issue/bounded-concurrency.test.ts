import { describe, expect, test } from '@jest/globals'
import { inPool } from '../../../../src/workflows/issue/bounded-concurrency.ts'

interface Door {
  readonly open: () => void
  readonly opened: Promise<void>
}

function door(): Door {
  let open: () => void = () => undefined
  const opened = new Promise<void>(resolve => (open = resolve))
  return { open: () => open(), opened }
}

describe('a pool of workers', () => {
  test('a pool gives results in the order of the items, whichever ends first', async () => {
    const doors = [door(), door(), door()]
    const working = inPool([0, 1, 2], 3, async index => {
      await doors[index]?.opened
      return `done ${index}`
    })
    for (const each of doors.toReversed()) each.open()
    expect(await working).toEqual(['done 0', 'done 1', 'done 2'])
  })

  test.each([
    [1, 1],
    [3, 3],
    [16, 10],
  ])('a pool of %i works on ten items, %i at a time at most', async (size, most) => {
    let [now, peak] = [0, 0]
    const items = Array.from({ length: 10 }, (_, index) => index)
    await inPool(items, size, async () => {
      peak = Math.max(peak, ++now)
      await new Promise(resolve => setImmediate(resolve))
      now--
    })
    expect(peak).toBe(most)
  })

  test('a pool begins the next item as soon as one ends', async () => {
    const doors = [door(), door(), door()]
    const begun: number[] = []
    const working = inPool([0, 1, 2], 2, async index => {
      begun.push(index)
      await doors[index]?.opened
    })
    expect(begun).toEqual([0, 1])
    doors[1]?.open()
    await new Promise(resolve => setImmediate(resolve))
    expect(begun).toEqual([0, 1, 2])
    for (const each of doors) each.open()
    await working
  })

  test('a pool without items has no results', async () => {
    expect(await inPool([], 4, async () => 'never')).toEqual([])
  })

  test('a pool keeps undefined results', async () => {
    expect(await inPool([1, 2], 1, async () => undefined)).toEqual([undefined, undefined])
  })

  test('a pool fails with the first failure', async () => {
    const working = inPool([1, 2, 3], 2, async item => {
      if (item === 2) throw new Error('two')
      return item
    })
    await expect(working).rejects.toThrow('two')
  })
})
