// Every file below test/fixtures/config, read as countersign.yaml: the good ones are accepted, the bad ones are refused with place and reason.
import { readFileSync, readdirSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import { codesOf, requestFile } from '../../../build/request.ts'

const FIXTURES = new URL('../../../fixtures/config/', import.meta.url)
const namesIn = (folder: string) =>
  readdirSync(new URL(folder, FIXTURES)).filter(name => !name.endsWith('.expect'))

function parse(folder: string, name: string) {
  const bytes = readFileSync(new URL(`${folder}/${name}`, FIXTURES))
  return parseConfig(requestFile(bytes, { path: name }))
}

describe('a configuration', () => {
  test.each(namesIn('good'))('the good configuration %s is accepted', name => {
    expect(codesOf(parse('good', name))).toEqual([])
  })

  test.each(namesIn('bad'))(
    'the bad configuration %s is refused with the expected codes and places',
    name => {
      const expected = readFileSync(new URL(`bad/${name}.expect`, FIXTURES), 'utf8')
      expect(
        codesOf(parse('bad', name))
          .map(line => `${line}\n`)
          .join(''),
      ).toBe(expected)
    },
  )
})
