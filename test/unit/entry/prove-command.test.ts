// What countersign prove refuses before it asks GitHub or a cluster.
import { expect, test } from '@jest/globals'
import type { Context } from '../../../src/entry/command-context.ts'
import { prove } from '../../../src/entry/commands/prove-command.ts'
import { standIn } from '../../build/stand-in.ts'

test.each([
  ['HEAD~3', "git rev-parse 'HEAD~3' prints it"],
  ['main', 'git rev-parse main prints it'],
  ['3f2c1ab', 'git rev-parse 3f2c1ab prints it'],
])(
  'prove asks nothing about --commit %s, and names the command for its SHA',
  async (commit, hint) => {
    const flags = { commit, evidence: null } as never
    await expect(prove(standIn<Context>({}), ['jane'], flags)).rejects.toMatchObject({
      problem: {
        code: 'RUN_USAGE',
        message: `--commit takes a SHA of 40 hex digits (got ${commit})`,
        hint,
      },
    })
  },
)
