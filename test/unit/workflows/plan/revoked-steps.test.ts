// Steps of requests whose access was revoked, in a plan at a terminal.
import { expect, test } from '@jest/globals'
import { failure } from '../../../../src/domain/problem.ts'
import type { Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import { withRevocations } from '../../../../src/workflows/plan/revoked-steps.ts'
import { issueStep } from '../../../build/approved.ts'
import { clusterConfig, effective } from '../../../build/effective.ts'
import { issuedRecord } from '../../../build/issued.ts'
import { standIn } from '../../../build/stand-in.ts'

type Kind = 'issue' | 'renew' | 'keep' | 'reissue'

const AT = new Date('2026-05-01T12:00:00Z')
const ACCESS = [{ clusterRole: 'view', namespaces: ['apps'] as const }]

/** The steps of jane after the revocations of these requests, and how often a cluster was asked. */
async function after(
  values: readonly string[],
  kind: Kind,
  access = ACCESS,
  uid: string | null = 'before',
) {
  let asked = 0
  const list = async () => {
    asked += 1
    const revocation = { what: 'request', by: 'owner', name: 'r', at: AT, uid: 'u' } as const
    return { revocations: values.map(value => ({ ...revocation, value })), broken: [] }
  }
  const revocations = standIn<Cluster['revocations']>({ list })
  const grants = standIn<Cluster['grants']>({
    namespaceUid: async () => {
      if (uid === 'forbidden') throw failure('CLUSTER_FORBIDDEN', 'no')
      return uid
    },
  })
  const cluster = standIn<Cluster>({ name: 'prod', revocations, grants })
  const request = effective({ name: 'jane', cluster: 'prod', access })
  const granted = { places: [], roles: {}, namespaces: { apps: 'before' } }
  const current = { ...issuedRecord(request), granted }
  const inUse = { ...issueStep(request), current, until: AT, renewAt: AT }
  const steps: Readonly<Record<Kind, Step>> = {
    issue: issueStep(request),
    renew: { ...inUse, kind: 'renew', because: 'RenewalDue' },
    keep: { ...inUse, kind: 'keep', because: 'UpToDate' },
    reissue: { ...inUse, kind: 'reissue', because: 'MeaningChanged', changes: [] },
  }
  const step = steps[kind]
  const observed = {
    cluster,
    settings: clusterConfig(),
    version: '',
    identity: { username: '', groups: [] },
  }
  const [found] = await withRevocations([step], [{ ...observed, records: [], broken: [] }])
  return { found, asked }
}

test.each(['issue', 'renew'] as const)(
  'after a revocation, the step %s is blocked, as apply at a terminal refuses it',
  async kind =>
    expect((await after(['jane'], kind)).found).toMatchObject({
      kind: 'blocked',
      name: 'jane',
      problems: [{ code: 'ACCESS_REVOKED', message: expect.stringContaining('by "owner"') }],
    }),
)

test.each(['keep', 'reissue'] as const)(
  'after a revocation, the step %s has a warning',
  async kind =>
    expect((await after(['jane'], kind)).found).toMatchObject({
      kind,
      warnings: [{ code: 'ACCESS_REVOKED' }],
    }),
)

test('the revocation of another request changes nothing', async () =>
  expect((await after(['deployer'], 'issue')).found).toMatchObject({ kind: 'issue', warnings: [] }))

test('a renewal into a namespace that was made again is blocked, a kept step has a warning, and a changed file neither', async () => {
  const problem = { code: 'ACCESS_NAMESPACE_CHANGED' }
  const found = async (kind: Kind, uid: string | null) => (await after([], kind, ACCESS, uid)).found
  expect(await found('renew', 'other')).toMatchObject({ kind: 'blocked', problems: [problem] })
  expect(await found('keep', 'other')).toMatchObject({ kind: 'keep', warnings: [problem] })
  for (const uid of ['before', 'forbidden', null])
    expect(await found('renew', uid)).toMatchObject({ kind: 'renew', warnings: [] })
  expect(await found('reissue', 'other')).toMatchObject({ kind: 'reissue', warnings: [] })
})

test('without access, no revocation is read', async () =>
  expect(await after(['jane'], 'issue', [])).toMatchObject({ found: { kind: 'issue' }, asked: 0 }))
