import { describe, expect, test } from '@jest/globals'
import { exitCodeOf, EXIT_SIGPIPE } from '../../../src/entry/exit-code.ts'

describe('the exit code of a command', () => {
  test.each([
    ['nothing was refused and nothing failed', {}, 0],
    ['something was refused', { hasRefusals: true }, 1],
    [
      'something was refused, and fail-on is never',
      { hasRefusals: true, ignoresRefusals: true },
      0,
    ],
    ['something failed, whatever was refused', { hasFailed: true, hasRefusals: true }, 2],
    ['something failed, and fail-on is never', { hasFailed: true, ignoresRefusals: true }, 2],
    ['the run was interrupted, whatever failed', { isInterrupted: true, hasFailed: true }, 130],
  ])('a command has its exit code where %s', (_, result, code) =>
    expect(exitCodeOf(result)).toBe(code),
  )

  test('a reader that ended early gives the exit code of SIGPIPE', () =>
    expect(EXIT_SIGPIPE).toBe(141))
})
