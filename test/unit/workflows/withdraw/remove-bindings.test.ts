import { expect, test } from '@jest/globals'
import { grantGroup } from '../../../../src/domain/cluster/grant.ts'
import { CountersignError, ok, unplaced } from '../../../../src/domain/problem.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import type { Grants } from '../../../../src/ports/grants.ts'
import type { Records } from '../../../../src/ports/records.ts'
import type { Revocations } from '../../../../src/ports/grants.ts'
import type { Observed } from '../../../../src/workflows/plan/observe-clusters.ts'
import { removeBindings } from '../../../../src/workflows/withdraw/remove-bindings.ts'
import type { EndedAccess } from '../../../../src/workflows/withdraw/remove-bindings.ts'
import { grantBinding } from '../../../build/grant-binding.ts'
import { clusterConfig } from '../../../build/effective.ts'
import { standIn } from '../../../build/stand-in.ts'

const GRANT = grantGroup('acme', 'a'.repeat(20))

/** Ends the access in a cluster without records, where a binding grants some. */
async function ended(mayHaveBindings: boolean, unbind: Grants['unbind']): Promise<EndedAccess> {
  const cluster = standIn<Cluster>({
    name: 'prod',
    now: async () => new Date('2030-01-01T00:00:00Z'),
    grants: standIn<Grants>({
      list: async () => [grantBinding(GRANT)],
      unbind,
    }),
    revocations: standIn<Revocations>({ list: async () => ({ revocations: [], broken: [] }) }),
    records: standIn<Records>({ list: async () => ({ records: [], broken: [] }) }),
  })
  const approved = {
    owner: 'acme',
    steps: [],
    mayHaveBindings,
    processes: { holder: 'a run', isGone: () => false },
    overlapSeconds: null,
  }
  return removeBindings(
    [standIn<Observed>({ cluster, settings: clusterConfig(), records: [] })],
    approved,
  )
}

/** Names of the bindings that are removed. */
async function removed(mayHaveBindings: boolean): Promise<readonly string[]> {
  const names: string[] = []
  await ended(mayHaveBindings, async ({ name }) => {
    names.push(name)
    return ok('ended')
  })
  return names
}

test('bindings of lost records are removed while a policy allows access', async () => {
  expect(await removed(true)).toEqual([`${GRANT}:view`])
})

test('a removed binding whose grant no record lists is reported with its request, its access and the cause', async () => {
  const { warnings } = await ended(true, async () => ok('ended'))
  expect(warnings).toMatchObject([
    {
      code: 'ACCESS_ENDED',
      message: `the access of jane on prod was ended (view in apps): no record lists the grant of its binding ${GRANT}:view, which is deleted`,
    },
  ])
  expect((await ended(true, async () => ok('absent'))).warnings).toEqual([])
})

test('without records and without a policy that allows access, no binding is listed', async () => {
  expect(await removed(false)).toEqual([])
})

test('a binding that cannot be removed is a warning, and makes the access of its cluster unknown', async () => {
  const { warnings, failed } = await ended(true, async () => {
    throw new CountersignError(unplaced('CLUSTER_UNREACHABLE', 'the connection ended'))
  })
  expect(warnings.map(({ message }) => message)).toEqual([
    expect.stringContaining('the connection ended'),
  ])
  expect([...failed.keys()]).toEqual(['prod'])
})
