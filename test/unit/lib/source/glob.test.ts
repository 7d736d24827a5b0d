import { describe, expect, test } from '@jest/globals'
import { matchesAnyGlob, matchesGlob } from '../../../../src/lib/source/glob.ts'

describe('a path pattern', () => {
  test.each([
    ['requests/people/**', 'requests/people/jane.yaml', true],
    ['requests/people/**', 'requests/people/eu/de/jane.yaml', true],
    ['requests/people/**', 'requests/people', false],
    ['requests/people/**', 'requests/peoples/jane.yaml', false],
    ['requests/**', 'other/requests/jane.yaml', false],
    ['**', 'a', true],
    ['**/jane.yaml', 'jane.yaml', true],
    ['**/jane.yaml', 'a/b/jane.yaml', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/x/y/c', false],
    ['a/**/b/**/c', 'a/b/x/b/c', true],
    ['requests/*', 'requests/jane.yaml', true],
    ['requests/*', 'requests/people/jane.yaml', false],
    ['requests/*.yaml', 'requests/jane.yaml', true],
    ['requests/*.yaml', 'requests/jane.yml', false],
    ['requests/j*e.*', 'requests/jane.yaml', true],
    ['requests/node-?.yaml', 'requests/node-7.yaml', true],
    ['requests/node-?.yaml', 'requests/node-17.yaml', false],
    ['requests/node-?.yaml', 'requests/node-/.yaml', false],
    ['requests/a.b', 'requests/axb', false],
  ])('the pattern %s matches %s: %p', (pattern, path, expected) => {
    expect(matchesGlob(pattern, path)).toBe(expected)
  })

  test('one matching pattern of a list is enough', () => {
    expect(matchesAnyGlob(['a/*', 'b/*'], 'b/c')).toBe(true)
    expect(matchesAnyGlob([], 'b/c')).toBe(false)
  })

  test('a list of patterns is compiled once for all paths', () => {
    let compiled = 0
    const patterns = new Proxy(['requests/people/**', '**/jane.yaml'], {
      get: (list, key) => {
        if (key === 'map') compiled++
        return Reflect.get(list, key)
      },
    })
    const paths = ['requests/people/a.yaml', 'requests/nodes/a.yaml', 'requests/nodes/jane.yaml']
    expect(paths.map(path => matchesAnyGlob(patterns, path))).toEqual([true, false, true])
    expect(compiled).toBe(1)
  })

  test('no pattern makes matching slow', () => {
    const pattern = `${'**/a/'.repeat(200)}x`
    expect(matchesGlob(pattern, 'a/'.repeat(2000))).toBe(false)
    expect(matchesGlob('*a'.repeat(500), 'a'.repeat(5000) + 'b')).toBe(false)
  })
})
