// act succeeds in some cases in which GitHub's runner would fail; the tests must not pass then.
import { expect, test } from '@jest/globals'
import { readAct } from './read-act.ts'

test.each([
  ['a job had no runner', '{"msg":"Skipping unsupported platform -- Try running with `-P`"}\n'],
  ['nothing ran', ''],
])('an act run is a failure where %s', (_, stdout) => {
  expect(() => readAct(stdout, 'the reason')).toThrow(/act ran nothing[^]*the reason/)
})
