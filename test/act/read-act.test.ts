// act says less than GitHub's runner in some places, and ends well where GitHub would not: that must not pass.
import { expect, test } from '@jest/globals'
import { readAct } from './read-act.ts'

test.each([
  ['a job had no runner', '{"msg":"Skipping unsupported platform -- Try running with `-P`"}\n'],
  ['nothing ran', ''],
])('it is a failure where %s', (_, stdout) => {
  expect(() => readAct(stdout, 'the reason')).toThrow(/act ran nothing[^]*the reason/)
})
