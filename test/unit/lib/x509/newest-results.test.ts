import { describe, expect, test } from '@jest/globals'
import { keepingNewest } from '../../../../src/lib/x509/newest-results.ts'

describe('a function that keeps its newest results', () => {
  test('it computes a kept result once, and one that was dropped again', () => {
    const computed: string[] = []
    const upper = keepingNewest(2, text => {
      computed.push(text)
      return text.toUpperCase()
    })
    expect(['a', 'b', 'a', 'b'].map(upper)).toEqual(['A', 'B', 'A', 'B'])
    expect(computed).toEqual(['a', 'b'])
    expect(['c', 'a', 'c'].map(upper)).toEqual(['C', 'A', 'C'])
    expect(computed).toEqual(['a', 'b', 'c', 'a'])
  })

  test('an error is not kept', () => {
    let tries = 0
    const read = keepingNewest(2, text => {
      tries += 1
      if (tries === 1) throw new Error('unreadable')
      return text
    })
    expect(() => read('a')).toThrow('unreadable')
    expect(read('a')).toBe('a')
  })

  test('a text above the limit is not kept', () => {
    const computed: string[] = []
    const read = keepingNewest(2, text => computed.push(text), 3)
    for (const text of ['abc', 'abc', 'long', 'long', 'abc']) read(text)
    expect(computed).toEqual(['abc', 'long', 'long'])
  })
})
