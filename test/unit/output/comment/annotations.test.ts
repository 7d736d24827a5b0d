import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Problem } from '../../../../src/domain/problem.ts'
import { annotations } from '../../../../src/output/comment/annotations.ts'
import { place } from '../../../build/effective.ts'
import { hostileText } from '../../../build/hostile-text.ts'
import { runs } from '../../../build/extent.ts'

const problem = (line: number, hint: string | null = null): Problem => ({
  code: 'POLICY_VALUE',
  at: place('requests/a.yaml', line),
  message: `line ${line}`,
  hint,
})
const many = (count: number): readonly Problem[] =>
  Array.from({ length: count }, (_, index) => problem(count - index))

describe('annotations of a pull request', () => {
  test('an annotation has the message, the place and the hint', () =>
    expect(annotations([problem(7, 'write another')])).toEqual([
      {
        level: 'error',
        title: 'POLICY_VALUE',
        message: 'line 7 (write another)',
        at: { file: 'requests/a.yaml', line: 7, column: 1 },
      },
    ]))

  test('an annotation of a problem without a place has no place', () =>
    expect(annotations([{ ...problem(1), at: null }])[0]?.at).toBeNull())

  test('annotations list errors first, in the order of the file', () =>
    expect(
      annotations([problem(5), problem(2)], [problem(1)]).map(({ level, message }) => [
        level,
        message,
      ]),
    ).toEqual([
      ['error', 'line 2'],
      ['error', 'line 5'],
      ['warning', 'line 1'],
    ]))

  test.each([
    [0, 0, 0, null],
    [9, 0, 9, null],
    [10, 0, 10, ['error', '1 more problem; the log of the run has them all']],
    [2000, 0, 10, ['error', '1991 more problems; the log of the run has them all']],
    [9, 3, 10, ['warning', '3 more problems; the log of the run has them all']],
  ])('%i errors and %i warnings become %i annotations', (errors, warnings, count, last) => {
    const all = annotations(many(errors), many(warnings))
    expect(all).toHaveLength(count)
    if (last !== null) expect([all.at(-1)?.level, all.at(-1)?.message]).toEqual(last)
  })

  test('annotations contain no character that the runner could read as a command', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), hostileText(), (file, message, hint) => {
        const told = annotations([{ code: 'POLICY_VALUE', at: place(file), message, hint }])
        for (const { message: text, at } of told)
          expect(`${text}${at?.file}`).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}]/u)
      }),
      { numRuns: runs(100, 20) },
    )
  })

  test('annotations that are too long are cut', () =>
    expect(annotations([{ ...problem(1), message: 'x'.repeat(10_000) }])[0]?.message).toMatch(
      /^x{1000}… 9000 more characters$/,
    ))
})
