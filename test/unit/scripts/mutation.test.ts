// The breaks of `npm run mutation` fit the code: each old text occurs once in its file. The tests that judge them exist.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { EQUIVALENT } from '../../mutation/equivalent.mjs'
import { PLANTED } from '../../mutation/planted.mjs'
import { drawBreaks } from '../../mutation/random.mjs'
import { pathsOf, TABLES } from '../../mutation/tables.mjs'
import { ROOT } from '../layout/source-files.ts'

const { leftOut } = await import(join(ROOT, 'scripts/short-run.mjs'))
const { firstFailed } = await import(join(ROOT, 'test/mutation/witnesses.mjs'))

const textOf = (file: string): string =>
  readFileSync(new URL(`../../../src/${file}`, import.meta.url), 'utf8')

const LEAST: Readonly<Record<string, number>> = { approval: 400, control: 8 }
const BREAKS = TABLES.flatMap(({ breaks }) => breaks)

describe.each(TABLES)('the breaks of $name', ({ name, breaks, judges }) => {
  test('the breaks are many, and each is in one table', () => {
    expect(breaks.length).toBeGreaterThanOrEqual(LEAST[name] ?? 25)
    const all = new Set(BREAKS.map(each => each.join('\n')))
    expect(all.size).toBe(BREAKS.length)
  })

  test.each(breaks)('the file %s has the text once: %s (break %#)', (file, from) => {
    expect(textOf(file).split(from)).toHaveLength(2)
  })

  test('the tests that judge them exist, and npm test runs those of flow', () => {
    const [, skipped = ''] = leftOut('flow')[0].split('=')
    const paths = judges.flatMap(group => pathsOf(group))
    expect(paths.filter(path => !existsSync(join(ROOT, path)))).toEqual([])
    expect(paths.filter(path => new RegExp(skipped).test(`/${path}`))).toEqual([])
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

describe('the test that notices a break', () => {
  test('the first failed test of an output is named with its groups', () => {
    const output =
      'FAIL test/unit/a.test.ts\n  a group\n\n  ● a group › the first › fails\n\n  ● b › c\n'
    const witness = { suite: 'unit', path: 'test/unit/a.test.ts', name: 'a group the first fails' }
    expect(firstFailed('unit', output)).toEqual(witness)
  })

  test('a history is named by its file', () => {
    const witness = { suite: 'histories', path: 'test/fixtures/histories/jane.yaml', name: 'jane' }
    expect(firstFailed('histories', 'jane\n')).toEqual(witness)
    expect(firstFailed('histories', '')).toBeNull()
  })

  test('a file that could not be loaded names no test', () => {
    const output = 'FAIL test/unit/a.test.ts\n  ● Test suite failed to run\n'
    expect(firstFailed('unit', output)).toBeNull()
  })
})
