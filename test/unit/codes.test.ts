// The table of codes and the source agree: nothing carries a code that no table explains, nothing is explained for nobody.
import { describe, expect, test } from '@jest/globals'
import { CODES } from '../../src/domain/problem-codes.ts'
import { readSource } from './layout/source-files.ts'

/** Codes that wait for a part which is designed and not built yet, each with that part. It only ever gets shorter. */
const LATER: Readonly<Record<string, string>> = {}

const files = readSource().filter(file => file.path !== 'domain/codes.ts')
const known = Object.keys(CODES)
const strings = new Set(files.flatMap(file => [...file.strings]))
/** Readers that serve several kinds of files put the first word before the rest. */
const endings = files.flatMap(file => [...file.endings]).filter(text => /^(_[A-Z]+)+$/.test(text))
const isUsed = (code: string) => strings.has(code) || endings.some(ending => code.endsWith(ending))

describe('a code', () => {
  test('that a problem carries is in the table', () => {
    const carried = files.flatMap(file =>
      file.codes.filter(code => /^[A-Z0-9]+(_[A-Z0-9]+)+$/.test(code)),
    )
    expect(carried.filter(code => !known.includes(code))).toEqual([])
  })

  test('in the table is used, or waits for a part that is named', () =>
    expect(known.filter(code => !isUsed(code) && LATER[code] === undefined)).toEqual([]))

  test('that waits is in the table, and not used yet', () =>
    expect(Object.keys(LATER).filter(code => !known.includes(code) || isUsed(code))).toEqual([]))

  test.each(Object.entries(CODES))('%s has a meaning in a sentence', (code, meaning) => {
    expect(code).toMatch(/^[A-Z0-9]+(_[A-Z0-9]+)+$/)
    expect(meaning).toMatch(/^[A-Za-z].*[^ .!]\.$/)
  })
})
