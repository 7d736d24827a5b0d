// Every file below test/fixtures/requests, read as a request: the good ones are, the bad ones say where and why not.
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { CODES } from '../../../src/domain/codes.ts'
import { parseRequest } from '../../../src/request/parse.ts'
import { codesOf, requestFile } from '../../build/request.ts'

const FIXTURES = new URL('../../fixtures/requests/', import.meta.url)
const namesIn = (folder: string) =>
  readdirSync(new URL(folder, FIXTURES)).filter(name => !name.endsWith('.expect'))

function parse(folder: string, name: string) {
  const bytes = readFileSync(new URL(`${folder}/${name}`, FIXTURES))
  return parseRequest(requestFile(bytes, { path: `requests/${name}` }), 'requests')
}

describe('a good request file', () => {
  test.each(namesIn('good'))('%s is read', name => {
    expect(codesOf(parse('good', name))).toEqual([])
  })
})

describe('a bad request file', () => {
  test.each(namesIn('bad'))('%s is refused where and as expected', name => {
    const expected = readFileSync(new URL(`bad/${name}.expect`, FIXTURES), 'utf8')
    expect(
      codesOf(parse('bad', name))
        .map(line => `${line}\n`)
        .join(''),
    ).toBe(expected)
  })

  test.each(namesIn('bad'))('%s is told about in sentences a person can use', name => {
    const result = parse('bad', name)
    for (const { code, message, hint } of result.ok ? [] : result.problems) {
      expect(Object.keys(CODES)).toContain(code)
      expect(message).toMatch(/^\S.*[^.!]$/)
      expect(hint ?? 'x').not.toMatch(/\.$|^$/)
    }
  })

  test('has a neighbour that says what is wrong, and there are many', () => {
    const neighbours = readdirSync(new URL('bad', FIXTURES)).filter(name =>
      name.endsWith('.expect'),
    )
    expect(neighbours.map(name => name.replace(/\.expect$/, '')).sort()).toEqual(
      namesIn('bad').sort(),
    )
    expect(neighbours.length).toBeGreaterThan(100)
  })
})
