// What a pass keeps for emergencies.
import { expect, test } from '@jest/globals'
import { keepForEmergency } from '../../../../src/workflows/control/kept-files.ts'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import { config, effective } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'
import type { KeptFiles } from '../../../../src/ports/records.ts'

test('a file with an end too soon for a certificate is kept for no emergency, approved or not', async () => {
  const approved = effective()
  const pushed = effective({ until: secondsAfter(NOW, 300), blob: 'f'.repeat(40) })
  const issued = issuedRecord(approved, {
    proof: { ...issuedRecord(approved).proof, kind: 'review' },
  } as never)
  const record = requestRecord(approved, { issued })
  const emergency = { people: ['a', 'b'], maxDurationSeconds: 3600, requests: ['jane'] } as never
  const rules = { config: config({ emergency }), policies: null }
  const plan = planSteps({
    requests: [pushed],
    refused: [],
    warnings: new Map(),
    config: rules.config,
    records: new Map([['prod', [record]]]),
    now: NOW,
  })
  expect(plan.steps).toMatchObject([{ kind: 'blocked', problems: [{ code: 'REQUEST_UNTIL' }] }])
  const before = [{ path: issued.path, blob: issued.blob, bytes: new Uint8Array() }]
  let kept: KeptFiles | null = null
  const problems = await keepForEmergency(
    {
      emergencies: {
        readKept: async () => ({ files: before }),
        keep: async (k: KeptFiles) => {
          kept = k
        },
      },
    } as never,
    {
      commit: {
        files: {
          read: async (path: string) => ({ path, blob: 'f'.repeat(40), bytes: new Uint8Array() }),
          list: async () => [],
        },
        rules,
        history: { repository: { defaultBranch: 'main' } },
      },
      frame: { commit: 'c'.repeat(40), trustedConfig: 'x' },
      reviewed: { approved: [], keepProofs: [], refused: [], plan },
      observed: [{ records: [record] }],
    } as never,
  )
  expect(problems).toEqual([])
  expect((kept as KeptFiles | null)?.files.map(({ path }) => path)).not.toContain(issued.path)
  expect(kept).not.toBeNull()
})
