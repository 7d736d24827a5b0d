// A request in progress has a line that counts seconds until the request is done.
import { jest, afterEach, beforeEach, expect, test } from '@jest/globals'
import { progressOn } from '../../../src/entry/live-progress.ts'
import { issueStep } from '../../build/approved.ts'
import { effective } from '../../build/effective.ts'

beforeEach(() => void jest.useFakeTimers())
afterEach(() => void jest.useRealTimers())

function recorder(verbose: boolean) {
  const lines: string[] = []
  const terminal = {
    live: (_: string, text: string) => void lines.push(text),
    settle: (key: string) => void lines.push(`settled ${key}`),
    talk: (text: string) => void lines.push(`said ${text}`),
  }
  return { progress: progressOn({ terminal: terminal as never, options: { verbose } }), lines }
}

const kept = { kind: 'kept', step: issueStep(effective({ name: 'jane' })) } as const

test('the line says which signer is waited for, and counts the seconds until the request is done', () => {
  const { progress, lines } = recorder(false)
  progress.begin(1)
  progress.step(effective({ name: 'jane' }), 'approved')
  jest.advanceTimersByTime(2000)
  progress.done(kept)
  jest.advanceTimersByTime(5000)
  expect(lines).toEqual([
    '  … jane  approved, waiting for the signer kubernetes.io/kube-apiserver-client',
    '  … jane  approved, waiting for the signer kubernetes.io/kube-apiserver-client (1 s)',
    '  … jane  approved, waiting for the signer kubernetes.io/kube-apiserver-client (2 s)',
    'settled prod/jane',
  ])
})

test('above 20 requests a line above the others counts those that are done, and estimates the time left', () => {
  const { progress, lines } = recorder(false)
  progress.begin(50)
  progress.step(effective({ name: 'jane' }), 'created')
  jest.advanceTimersByTime(3000)
  for (let done = 0; done < 20; done++) progress.done(kept)
  jest.advanceTimersByTime(3000)
  for (let done = 20; done < 50; done++) progress.done(kept)
  expect(lines.slice(0, 2)).toEqual(['  0 of 50 done', '  … jane  created'])
  expect(lines).toContain('  20 of 50 done, about 5s left')
  expect(lines.filter(line => line.endsWith(' left')).at(-1)).toBe('  49 of 50 done, about 1s left')
  expect(lines.at(-1)).toBe('settled count')
})

test('requests that an interruption left are not counted as done', () => {
  const { progress, lines } = recorder(false)
  const problem = { code: 'RUN_INTERRUPTED', at: null, message: 'interrupted', hint: null } as const
  progress.begin(50)
  for (let done = 0; done < 3; done++) progress.done(kept)
  for (let left = 3; left < 50; left++) progress.done({ ...kept, kind: 'waiting', problem })
  expect(lines.filter(line => line.includes('3 of '))).not.toEqual([])
  expect(lines.filter(line => line.includes('4 of '))).toEqual([])
  expect(lines.at(-1)).toBe('settled count')
})

test('no request is waited for when the last one is done', () => {
  const { progress, lines } = recorder(false)
  progress.begin(21)
  progress.step(effective({ name: 'jane' }), 'created')
  for (let done = 0; done < 21; done++) progress.done(kept)
  const before = lines.length
  jest.advanceTimersByTime(5000)
  expect(lines).toHaveLength(before)
})

test('with --verbose the outcome is printed', () => {
  const { progress, lines } = recorder(true)
  progress.done(kept)
  expect(lines).toEqual(['settled prod/jane', 'said   jane kept another run did it'])
})
