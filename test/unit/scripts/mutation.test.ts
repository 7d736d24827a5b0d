// The breaks of `npm run mutation` fit the code: each old text occurs once in its file.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { BREAKS } from '../../mutation/breaks/all.mjs'
import { EQUIVALENT } from '../../mutation/equivalent.mjs'
import { PLANTED } from '../../mutation/planted.mjs'
import { drawBreaks } from '../../mutation/random.mjs'

const textOf = (file: string): string =>
  readFileSync(new URL(`../../../src/${file}`, import.meta.url), 'utf8')

describe('the breaks of the approval proof', () => {
  test('the breaks are at least four hundred different ones', () => {
    expect(BREAKS.length).toBeGreaterThanOrEqual(400)
    expect(new Set(BREAKS.map(each => each.join('\n'))).size).toBe(BREAKS.length)
  })

  test.each(BREAKS)('the file %s has the text once: %s (break %#)', (file, from) => {
    expect(textOf(file).split(from)).toHaveLength(2)
  })
})

describe('the planted bugs of the model check', () => {
  test('the planted bugs are at least forty different ones', () => {
    expect(PLANTED.length).toBeGreaterThanOrEqual(40)
    expect(new Set(PLANTED.map(([title]) => title)).size).toBe(PLANTED.length)
    expect(new Set(PLANTED.map(([, ...each]) => each.join('\n'))).size).toBe(PLANTED.length)
  })

  test.each(PLANTED)('the planted bug "%s" has its text once in %s', (_, file, from) => {
    expect(textOf(file).split(from)).toHaveLength(2)
  })
})

describe('random breaks', () => {
  const drawn = drawBreaks(20, 7)

  test('each random break changes another line of the proof', () => {
    expect(new Set(drawn.map(({ file, line }) => `${file}:${line}`)).size).toBe(20)
    for (const { file, line, from, text } of drawn) {
      const [before, after] = [textOf(file).split('\n'), text.split('\n')]
      expect(before[line - 1]?.trim()).toBe(from)
      expect(before.filter((each, at) => each !== after[at])).toHaveLength(1)
    }
  })

  test('the random breaks are the same for the same seed', () => {
    expect(drawBreaks(20, 7)).toEqual(drawn)
    expect(drawBreaks(20, 8)).not.toEqual(drawn)
  })

  test.each(EQUIVALENT)('the line of %s that may be equivalent exists: %s', (file, from) => {
    expect(
      textOf(file)
        .split('\n')
        .map(line => line.trim()),
    ).toContain(from)
  })
})
