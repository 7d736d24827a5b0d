import { describe, expect, test } from '@jest/globals'
import { inPool } from '../../../src/flow/pool.ts'

describe('inPool: tasks', () => {
  test('give their results in the order of the items', async () => {
    const waits = [3, 1, 2]
    const seen: number[] = []
    const results = await inPool(waits, 2, async turns => {
      for (let turn = 0; turn < turns * 5; turn++) await Promise.resolve()
      seen.push(turns)
      return turns * 10
    })
    expect(results).toEqual([30, 10, 20])
    expect(seen).not.toEqual(waits)
  })

  test('run at most so many at a time', async () => {
    let [running, most] = [0, 0]
    await inPool(Array.from({ length: 20 }), 4, async () => {
      most = Math.max(most, ++running)
      await Promise.resolve()
      running--
    })
    expect(most).toBe(4)
  })

  test('of none give none', async () => {
    expect(await inPool([], 4, async () => 1)).toEqual([])
  })

  test('fail together with the first that fails', async () => {
    const failing = inPool([1, 2, 3], 2, async item => {
      if (item === 2) throw new Error('no')
      return item
    })
    await expect(failing).rejects.toThrow('no')
  })
})
