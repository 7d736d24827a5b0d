// The breaks of `npm run mutation` fit the code: each old text is in its file just once.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { BREAKS } from '../../mutation/breaks/all.mjs'
import { EQUIVALENT } from '../../mutation/equivalent.mjs'
import { PLANTED } from '../../mutation/planted.mjs'
import { drawBreaks } from '../../mutation/random.mjs'

const textOf = (file: string): string =>
  readFileSync(new URL(`../../../src/${file}`, import.meta.url), 'utf8')

describe('the breaks of the approval proof', () => {
  test('are at least four hundred, no two alike', () => {
    expect(BREAKS.length).toBeGreaterThanOrEqual(400)
    expect(new Set(BREAKS.map(each => each.join('\n'))).size).toBe(BREAKS.length)
  })

  test.each(BREAKS)('%s holds just once: %s', (file, from) => {
    expect(textOf(file).split(from)).toHaveLength(2)
  })
})

describe('the bugs that the model check has to find', () => {
  test('are at least forty, no two alike', () => {
    expect(PLANTED.length).toBeGreaterThanOrEqual(40)
    expect(new Set(PLANTED.map(([title]) => title)).size).toBe(PLANTED.length)
    expect(new Set(PLANTED.map(([, ...each]) => each.join('\n'))).size).toBe(PLANTED.length)
  })

  test.each(PLANTED)('%s: %s holds the text just once', (_, file, from) => {
    expect(textOf(file).split(from)).toHaveLength(2)
  })
})

describe('drawn breaks', () => {
  const drawn = drawBreaks(20, 7)

  test('are of as many lines of the proof, each with another text', () => {
    expect(new Set(drawn.map(({ file, line }) => `${file}:${line}`)).size).toBe(20)
    for (const { file, line, from, text } of drawn) {
      const [before, after] = [textOf(file).split('\n'), text.split('\n')]
      expect(before[line - 1]?.trim()).toBe(from)
      expect(before.filter((each, at) => each !== after[at])).toHaveLength(1)
    }
  })

  test('are the same for the same seed', () => {
    expect(drawBreaks(20, 7)).toEqual(drawn)
    expect(drawBreaks(20, 8)).not.toEqual(drawn)
  })

  test.each(EQUIVALENT)(
    'of %s may be equivalent only for a line that is there: %s',
    (file, from) => {
      expect(
        textOf(file)
          .split('\n')
          .map(line => line.trim()),
      ).toContain(from)
    },
  )
})
