// Flags of bootstrap and init that are refused before anything is read.
import { expect, test } from '@jest/globals'
import { bootstrapEntries } from '../../../../src/entry/bootstrap/bootstrap-entries.ts'
import type { Flags } from '../../../../src/entry/flags/flag-parsing.ts'

const entries = bootstrapEntries(new AbortController().signal)

test.each(['', 'a/b c', 'a\nb', 'x'.repeat(256)])(
  'the environment %j is refused, because GitHub has no environment of this name',
  async environment => {
    const flags: Flags = {
      text: name => (name === 'environment' ? environment : null),
      isSet: () => false,
    }
    for (const { run } of entries)
      await expect(run({} as never, [], flags)).rejects.toMatchObject({
        problem: { code: 'RUN_USAGE', hint: 'for example --environment prod' },
      })
  },
)
