// Every file below test/fixtures/requests, read as a request: the good ones are accepted, with their remarks, the bad ones are
// refused with place and reason.
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { CODES } from '../../../../src/domain/problem-codes.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { codesOf, requestFile } from '../../../build/request.ts'

const FIXTURES = new URL('../../../fixtures/requests/', import.meta.url)
const namesIn = (folder: string) =>
  readdirSync(new URL(folder, FIXTURES)).filter(name => !/\.(?:expect|remarks)$/.test(name))

function parse(folder: string, name: string) {
  const bytes = readFileSync(new URL(`${folder}/${name}`, FIXTURES))
  return parseRequest(requestFile(bytes, { path: `requests/${name}` }), 'requests')
}

/** The text of a neighbouring file, empty where there is none. */
function neighbour(path: string): string {
  const url = new URL(path, FIXTURES)
  return existsSync(url) ? readFileSync(url, 'utf8') : ''
}

function remarksOf(name: string): readonly Problem[] {
  const result = parse('good', name)
  return result.ok ? result.value.remarks : []
}

/** `CODE line:column`, and the offset where the fault is inside DER. */
function refusalsOf(name: string): readonly string[] {
  const result = parse('bad', name)
  const problems = result.ok ? [] : result.problems
  return codesOf(result).map((code, index) => {
    const offset = / at byte (\d+)$/.exec(problems[index]?.message ?? '')?.[1]
    return offset === undefined ? code : `${code} byte ${offset}`
  })
}

const lines = (codes: readonly string[]) => codes.map(line => `${line}\n`).join('')

function expectSentences(problems: readonly Problem[]): void {
  for (const { code, message, hint } of problems) {
    expect(Object.keys(CODES)).toContain(code)
    expect(message).toMatch(/^\S.*[^.!]$/)
    expect(hint ?? 'x').not.toMatch(/\.$|^$/)
  }
}

describe('a good request file', () => {
  test.each(namesIn('good'))(
    'the good request %s is accepted, with its remarks at their places',
    name => {
      expect(codesOf(parse('good', name))).toEqual([])
      const remarks = lines(codesOf({ ok: false, problems: remarksOf(name) as never }))
      expect(remarks).toBe(neighbour(`good/${name}.remarks`))
      expectSentences(remarksOf(name))
    },
  )

  test('requests of three formats have remarks', () => {
    const codes = new Set(
      namesIn('good')
        .flatMap(remarksOf)
        .map(({ code }) => code),
    )
    expect([...codes].toSorted()).toEqual([
      'REQUEST_CFSSL_AMBIGUOUS',
      'REQUEST_FIELD_UNSUPPORTED',
      'REQUEST_OPENSSL_IGNORED',
    ])
  })
})

describe('a bad request file', () => {
  test.each(namesIn('bad'))(
    'the bad request %s is refused with the expected codes and places',
    name => {
      expect(lines(refusalsOf(name))).toBe(neighbour(`bad/${name}.expect`))
    },
  )

  test.each(namesIn('bad'))('the problems of %s are full sentences', name => {
    const result = parse('bad', name)
    expectSentences(result.ok ? [] : result.problems)
  })

  test('every bad request has a file with its expected codes, and there are more than 150', () => {
    const neighbours = readdirSync(new URL('bad', FIXTURES)).filter(name =>
      name.endsWith('.expect'),
    )
    expect(neighbours.map(name => name.replace(/\.expect$/, '')).sort()).toEqual(
      namesIn('bad').sort(),
    )
    expect(neighbours.length).toBeGreaterThan(150)
  })
})
