// How much of the long tests runs. `npm test` takes a short part of each long matrix and of each random series; with
// COUNTERSIGN_TEST=all, which `npm run test:all` sets, they run whole. No other file reads these variables.
import { describe, test } from '@jest/globals'

/** Whether everything runs. Modules are shared by the test files of a worker, so this is read from the environment of the run. */
const IS_WHOLE = process.env['COUNTERSIGN_TEST'] === 'all'
/** Counts what a short run shortened, so that the rest of `test:all` runs these tests again: scripts/native-jest/costs.cjs. */
const SHORTENED = Symbol.for('countersign.shortened')
/** The number of random cases if set by hand: RUNS=100000. */
export const ASKED_RUNS = process.env['RUNS'] === undefined ? null : Number(process.env['RUNS'])
/** The seed of random cases to repeat a failure: FC_SEED=42. */
export const ASKED_SEED =
  process.env['FC_SEED'] === undefined ? null : Number(process.env['FC_SEED'])

/** The value of the whole test, or that of a short run. */
export function extent<Value>(whole: Value, short: Value): Value {
  if (IS_WHOLE) return whole
  const counted = Reflect.get(globalThis, SHORTENED) as { times: number } | undefined
  if (counted !== undefined) counted.times += 1
  return short
}

/** How many random cases to try: by default a tenth of the full number in a short run. */
export function runs(whole: number, short = Math.ceil(whole / 10)): number {
  return ASKED_RUNS ?? extent(whole, short)
}

/** All rows of a matrix, or those that a short run takes. */
export function rows<Row>(
  all: readonly Row[],
  isShort: (row: Row, index: number) => boolean,
): readonly Row[] {
  return IS_WHOLE ? all : all.filter(isShort)
}

/** Defines a group of tests that only `npm run test:all` runs: other tests of `npm test` prove the same without the command line. */
export function describeWhole(title: string, define: () => void): void {
  if (IS_WHOLE) describe(title, define)
  else describe.skip(title, define)
}

/** Defines one test that only `npm run test:all` runs. */
export function testWhole(title: string, act: () => Promise<void>): void {
  if (IS_WHOLE) test(title, act)
  else test.skip(title, act)
}
