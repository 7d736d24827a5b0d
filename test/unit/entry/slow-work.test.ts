// Slow work shows its seconds on a terminal.
import { jest, afterEach, beforeEach, expect, test } from '@jest/globals'
import { whileShown } from '../../../src/entry/slow-work.ts'
import { deferred } from '../../build/deferred.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

function recorder() {
  const lines: string[] = []
  const terminal = {
    live: (_: string, text: string) => void lines.push(text),
    settle: (key: string) => void lines.push(`settled ${key}`),
  }
  return { context: { terminal } as never, lines }
}

test('work of less than a second shows nothing', async () => {
  const { context, lines } = recorder()
  expect(await whileShown(context, 'reading', async () => 7)).toBe(7)
  expect(lines).toEqual(['settled reading'])
})

test('longer work counts its seconds, and the line ends with it', async () => {
  const { context, lines } = recorder()
  const work = deferred()
  const done = whileShown(context, 'reading', () => work.promise)
  jest.advanceTimersByTime(2500)
  work.resolve()
  await done
  jest.advanceTimersByTime(5000)
  expect(lines).toEqual(['  … reading (1 s)', '  … reading (2 s)', 'settled reading'])
})

test('the line ends with work that fails', async () => {
  const { context, lines } = recorder()
  await expect(
    whileShown(context, 'reading', () => Promise.reject(new Error('no'))),
  ).rejects.toThrow('no')
  expect(lines).toEqual(['settled reading'])
})
