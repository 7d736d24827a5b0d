// The table of codes and the source agree: every used code is explained, and every explained code is used.
import { describe, expect, test } from '@jest/globals'
import { CODES } from '../../src/domain/problem-codes.ts'
import { readSource } from './layout/source-files.ts'

/** Codes for designed parts that are not built yet, each with its part. Entries are only removed. */
const LATER: Readonly<Record<string, string>> = {}

const files = readSource()
const known = Object.keys(CODES)
const strings = new Set(files.flatMap(file => [...file.strings]))

describe('a problem code', () => {
  test('every code of a problem is in the table', () => {
    const carried = files.flatMap(file =>
      file.codes.filter(code => /^[A-Z0-9]+(_[A-Z0-9]+)+$/.test(code)),
    )
    expect(carried.filter(code => !known.includes(code))).toEqual([])
  })

  test('every code in the table is used, or listed with the part that will use it', () =>
    expect(known.filter(code => !strings.has(code) && LATER[code] === undefined)).toEqual([]))

  test('every listed code is in the table, and not used yet', () =>
    expect(Object.keys(LATER).filter(code => !known.includes(code) || strings.has(code))).toEqual(
      [],
    ))

  test.each(Object.entries(CODES))('the code %s is explained in a sentence', (code, meaning) => {
    expect(code).toMatch(/^[A-Z0-9]+(_[A-Z0-9]+)+$/)
    expect(meaning).toMatch(/^[A-Za-z].*[^ .!]\.$/)
  })
})
