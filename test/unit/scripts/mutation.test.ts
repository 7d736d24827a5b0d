// The breaks of `npm run mutation` fit the code: each old text stands in its file just once.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { BREAKS } from '../../mutation/breaks/all.mjs'

describe('the breaks of the approval proof', () => {
  test('are at least a hundred, no two alike', () => {
    expect(BREAKS.length).toBeGreaterThanOrEqual(100)
    expect(new Set(BREAKS.map(each => each.join('\n'))).size).toBe(BREAKS.length)
  })

  test.each(BREAKS)('%s holds just once: %s', (file, from) => {
    const text = readFileSync(new URL(`../../../src/${file}`, import.meta.url), 'utf8')
    expect(text.split(from)).toHaveLength(2)
  })
})
