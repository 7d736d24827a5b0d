// Every file below test/fixtures/policies, read as a policy: the good ones are accepted, the bad ones are refused with place and reason.
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parsePolicy } from '../../../../src/core/policy/load-policies.ts'
import { codesOf, requestFile } from '../../../build/request.ts'

const FIXTURES = new URL('../../../fixtures/policies/', import.meta.url)
const namesIn = (folder: string) =>
  readdirSync(new URL(folder, FIXTURES)).filter(name => !name.endsWith('.expect'))

function parse(folder: string, name: string) {
  const bytes = readFileSync(new URL(`${folder}/${name}`, FIXTURES))
  return parsePolicy(requestFile(bytes, { path: name }))
}

describe('a policy', () => {
  test.each(namesIn('good'))('the good policy %s is accepted', name => {
    expect(codesOf(parse('good', name))).toEqual([])
  })

  test.each(namesIn('bad'))(
    'the bad policy %s is refused with the expected codes and places',
    name => {
      const expected = readFileSync(new URL(`bad/${name}.expect`, FIXTURES), 'utf8')
      const found = codesOf(parse('bad', name)).map(line => `${line}\n`)
      expect(found.join('')).toBe(expected)
    },
  )
})
