import { expect, test } from '@jest/globals'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import { issueAll } from '../../../../src/workflows/issue/issue-steps.ts'
import type { IssuePorts } from '../../../../src/workflows/issue/cluster-session.ts'
import type { StepProofs } from '../../../../src/workflows/issue/issue-steps.ts'
import type { Observed } from '../../../../src/workflows/plan/observe-clusters.ts'
import { approvedStep } from '../../../build/approved.ts'
import { noExternalSinks } from '../../../build/delivery-payload.ts'
import { clusterConfig } from '../../../build/effective.ts'
import { STEP_CONFIG } from '../../../build/one-step.ts'
import { standIn } from '../../../build/stand-in.ts'

test('after an interrupt no step begins: its proof is not requested', async () => {
  const { step } = approvedStep()
  const observed = [
    standIn<Observed>({
      cluster: standIn<Cluster>({ name: step.request.cluster }),
      settings: clusterConfig(),
      identity: { username: 'a', groups: [] },
    }),
  ]
  const world = standIn<IssuePorts>({
    keys: standIn({}),
    processes: standIn({}),
    clock: standIn({}),
    progress: { begin: () => undefined, step: () => undefined, done: () => undefined },
    externalSinks: noExternalSinks(),
  })
  const outcomesOf = async (signal: AbortSignal): Promise<readonly string[]> => {
    let asked = 0
    const proofs = standIn<StepProofs>({
      approve: async () => {
        asked += 1
        return {
          ok: false,
          problems: [{ code: 'APPROVAL_EXPIRED', at: null, message: '', hint: null }],
        }
      },
    })
    const places = { config: STEP_CONFIG, observed }
    const [outcome] = await issueAll([step], proofs, places, world, signal)
    return [outcome?.kind ?? '', String(asked)]
  }
  expect(await outcomesOf(new AbortController().signal)).toEqual(['refused', '1'])
  expect(await outcomesOf(AbortSignal.abort())).toEqual(['waiting', '0'])
})
