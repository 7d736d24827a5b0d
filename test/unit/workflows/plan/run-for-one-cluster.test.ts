// What `apply --prove --cluster` changes in the limits of a run. A failing test is a limit that can be passed by several runs.
import { describe, expect, test } from '@jest/globals'
import { planSteps } from '../../../../src/core/plan/plan-steps.ts'
import type { Plan } from '../../../../src/domain/cluster/plan-step.ts'
import type { Limit } from '../../../../src/domain/request/config.ts'
import { filterSteps } from '../../../../src/workflows/plan/filter-steps.ts'
import { WHOLE, limitedSteps } from '../../../../src/workflows/plan/run-scope.ts'
import { clusterConfig, config, effective, subject } from '../../../build/effective.ts'
import { NOW } from '../../../build/issued.ts'

const NAMES = ['a', 'b', 'c', 'd', 'e']
const CLUSTERS = NAMES.map(name => clusterConfig({ name }))

/** One new request in each of five clusters; only some clusters are read. */
function planOf(clusters: readonly string[]): Plan {
  const requests = NAMES.map(cluster =>
    effective({ name: `new-${cluster}`, cluster, subject: subject(`CN=new-${cluster}`) }),
  )
  return planSteps({
    requests,
    refused: [],
    warnings: new Map(),
    config: config({ clusters: CLUSTERS }),
    now: NOW,
    records: new Map(clusters.map(cluster => [cluster, []] as const)),
  })
}

function issued(plan: Plan, maxIssue: Limit): number {
  const { limits } = config()
  const settings = config({ clusters: CLUSTERS, limits: { ...limits, maxIssue } })
  const { allowed } = limitedSteps(plan, settings, WHOLE, { now: NOW, isHeld: () => false })
  return allowed.filter(({ kind }) => kind === 'issue').length
}

describe.each([
  ['2', { kind: 'count', count: 2 }],
  ['10%', { kind: 'percent', percent: 10 }],
] as const)('a limit of %s certificates', (_, limit) => {
  test('one run for all clusters issues nothing beyond it', () => {
    expect(issued(planOf(NAMES), limit)).toBe(0)
  })

  test.failing('five runs with --cluster issue no more than one run for all', () => {
    const each = NAMES.map(name =>
      issued(filterSteps(planOf([name]), { cluster: name, requestFolder: null }), limit),
    )
    expect(each.reduce((sum, one) => sum + one, 0)).toBe(0)
  })
})
