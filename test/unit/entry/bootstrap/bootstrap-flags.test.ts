// Flags of bootstrap that are refused before anything is read.
import { expect, test } from '@jest/globals'
import { flagValues } from '../../../../src/entry/flags/flag-values.ts'
import { COMMANDS } from '../../../../src/entry/table/command-table.ts'

const { flags, run } = COMMANDS.find(({ name }) => name === 'bootstrap')!

test.each(['', 'a/b c', 'a\nb', 'x'.repeat(256)])(
  'the environment %j is refused, because GitHub has no environment of this name',
  async environment => {
    const context = { options: { isConfigNamed: false, requests: null } } as never
    await expect(run(context, [], flagValues(flags, { environment }))).rejects.toMatchObject({
      problem: { code: 'RUN_USAGE', hint: 'for example --environment prod' },
    })
  },
)
