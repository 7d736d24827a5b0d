// Which outcomes the notice at GitHub shows, and which run may write it.
import { describe, expect, test } from '@jest/globals'
import type { StepOutcome } from '../../../src/domain/cluster/outcome.ts'
import { unplaced } from '../../../src/domain/problem.ts'
import type { Problem } from '../../../src/domain/problem.ts'
import { noticeOfStoppedRun, updateNotice } from '../../../src/entry/notice-issue.ts'
import type { Ready } from '../../../src/workflows/issue/apply-reviewed.ts'
import { issueStep } from '../../build/approved.ts'
import { NOW } from '../../build/issued.ts'
import { standIn } from '../../build/stand-in.ts'

const TIP = 'a'.repeat(40)

/** What the run does with the notice. */
async function written(
  act: (ports: Parameters<typeof noticeOfStoppedRun>[0]) => Promise<void>,
): Promise<readonly string[]> {
  const calls: string[] = []
  await act({
    notices: {
      keep: async (_, title) => void calls.push(`keeps ${title}`),
      close: async (_, title) => void calls.push(`closes ${title}`),
    },
    clock: { now: () => NOW, sleep: async () => undefined },
    attempt: (_, write) => write(),
    mayComment: true,
    repository: 'acme/certs',
  })
  return calls
}

/** A run of this commit with one outcome. */
function noticeOf(outcome: StepOutcome, commit = TIP): Promise<readonly string[]> {
  const ready = standIn<Ready>({
    frame: standIn<Ready['frame']>({ commit }),
    commit: standIn<Ready['commit']>({
      history: standIn<Ready['commit']['history']>({
        repository: standIn<Ready['commit']['history']['repository']>({
          tip: TIP,
          visibility: 'private',
        }),
      }),
    }),
    reviewed: standIn<Ready['reviewed']>({
      pullRequests: new Map(),
      judgedRequests: standIn<Ready['reviewed']['judgedRequests']>({ verdicts: new Map() }),
    }),
  })
  const plan = { basis: 'cluster', steps: [], problems: [], effects: [] } as const
  return written(action => updateNotice(action, ready, { plan, steps: [outcome], warnings: [] }))
}

const CLOSED = ['closes countersign: no request needs attention']
const OPEN = ['keeps countersign: 1 request needs attention']
const refused = (code: Problem['code']): StepOutcome => ({
  kind: 'refused',
  step: issueStep(),
  problems: [unplaced(code, 'no', null)],
})

describe('the notice after a run', () => {
  test('the notice shows a refused request', async () =>
    expect(await noticeOf(refused('APPROVAL_MISSING'))).toEqual(OPEN))

  test.each<[string, StepOutcome]>([
    ['is kept', { kind: 'kept', step: issueStep() }],
    ['is left to the run of a newer commit', refused('APPROVAL_FILE_MOVED')],
  ])('the notice is closed if the only request %s', async (_, outcome) =>
    expect(await noticeOf(outcome)).toEqual(CLOSED),
  )

  test('a run of an older commit leaves the notice as it is', async () =>
    expect(await noticeOf(refused('APPROVAL_MISSING'), 'b'.repeat(40))).toEqual([]))
})

describe('the notice after a run that stopped before its plan', () => {
  test.each<[Problem['code'], boolean, readonly string[]]>([
    ['APPROVAL_NO_TRUST_ROOT', true, OPEN],
    ['APPROVAL_NO_TRUST_ROOT', false, []],
    ['APPROVAL_CONFIG_MOVED', true, []],
    ['GITHUB_UNREACHABLE', true, []],
  ])('the problem %s of a run of the newest commit (%s) writes %j', async (code, isNewest, calls) =>
    expect(
      await written(action => noticeOfStoppedRun(action, isNewest, [unplaced(code, 'no', null)])),
    ).toEqual(calls),
  )
})
