import { describe, expect, test } from '@jest/globals'
import { sharedCall, sharedCalls } from '../../../../src/workflows/issue/cluster-session.ts'
import { deferred } from '../../../build/deferred.ts'

describe('a shared call', () => {
  test('callers who ask while a call runs share the next one, and none gets an answer from before it asked', async () => {
    const ends = [deferred(), deferred(), deferred()]
    let begun = 0
    const ask = sharedCall(async () => {
      begun += 1
      const answer = begun
      await ends[answer - 1]?.promise
      return answer
    })
    const first = ask()
    await Promise.resolve()
    await Promise.resolve()
    const [second, third] = [ask(), ask()]
    expect(begun).toBe(1)
    ends[0]?.resolve()
    expect(await first).toBe(1)
    ends[1]?.resolve()
    expect(await Promise.all([second, third])).toEqual([2, 2])
    ends[2]?.resolve()
    expect(await ask()).toBe(3)
  })

  test('a call that fails fails for those who asked for it, and the next caller asks again', async () => {
    let begun = 0
    const ask = sharedCall(async () => {
      begun += 1
      if (begun === 1) throw new Error('the server is gone')
      return begun
    })
    await expect(ask()).rejects.toThrow('the server is gone')
    expect(await ask()).toBe(2)
  })

  test('calls for two arguments do not share an answer', async () => {
    const asked: string[] = []
    const ask = sharedCalls(async of => {
      asked.push(of)
      return `rules of ${of}`
    })
    expect(await Promise.all([ask('view'), ask('edit'), ask('view')])).toEqual([
      'rules of view',
      'rules of edit',
      'rules of view',
    ])
    expect(asked).toEqual(['view', 'edit'])
  })
})
