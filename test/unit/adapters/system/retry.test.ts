import { describe, expect, test } from '@jest/globals'
import { backOff, retry } from '../../../../src/adapters/system/retry.ts'

/** A clock that moves only during a sleep. */
function clockAt(start: number) {
  let now = start
  const pauses: number[] = []
  return {
    pauses,
    now: () => new Date(now),
    sleep: async (ms: number) => {
      pauses.push(ms)
      now += ms
    },
  }
}

test('pauses double up to 32 times the first, with a jitter of half of them at most', () => {
  expect([0, 1, 2, 5, 9].map(attempt => backOff(100, attempt, 0.5))).toEqual([
    100, 200, 400, 3200, 3200,
  ])
  expect(backOff(100, 0, 0)).toBe(50)
  expect(backOff(100, 0, 1)).toBe(150)
})

describe('a retried call', () => {
  const tries = async (pauses: readonly (number | null)[], limitMs: number) => {
    const clock = clockAt(1000)
    const left: number[] = []
    const result = await retry(
      clock,
      () => 1000 + limitMs,
      async (attempt, leftMs) => {
        left.push(leftMs)
        return { pauseMs: pauses[attempt] ?? null, result: () => attempt }
      },
    )
    return { result, left, pauses: clock.pauses }
  }

  test('a call is retried until one try needs no other', async () => {
    expect(await tries([10, 20], 100)).toEqual({
      result: 2,
      left: [100, 90, 70],
      pauses: [10, 20],
    })
  })

  test('a call is not retried where the pause would end after the deadline', async () => {
    expect(await tries([10, 91], 100)).toEqual({ result: 1, left: [100, 90], pauses: [10] })
    expect((await tries([10, 90], 100)).result).toBe(2)
  })

  test('a call fails with the failure of its last try', async () => {
    const once = async () => ({
      pauseMs: null,
      result: (): never => {
        throw new Error('refused')
      },
    })
    await expect(retry(clockAt(0), () => 1, once)).rejects.toThrow('refused')
  })
})
