// Certificates whose access ended, by what the cluster has now.
import { expect, test } from '@jest/globals'
import { recordedCertificates } from '../../../../src/core/plan/certificate-history.ts'
import { grantGroup, guardedGrant, guardPolicyName } from '../../../../src/domain/cluster/grant.ts'
import { failure } from '../../../../src/domain/problem.ts'
import type { Cluster } from '../../../../src/ports/cluster.ts'
import { writesPolicy } from '../../../../src/setup/guard/guard-for-writes.ts'
import { endedCertificates } from '../../../../src/workflows/plan/revoked-records.ts'
import { installation } from '../../../build/installation.ts'
import { clusterConfig, effective } from '../../../build/effective.ts'
import { issuedRecord, requestRecord } from '../../../build/issued.ts'
import { standIn } from '../../../build/stand-in.ts'

const GRANT = grantGroup('acme', 'a'.repeat(20))
const BINDING = { grants: [GRANT], clusterRole: 'view', namespace: 'apps', isGranting: true }

const [WRITES] = writesPolicy(installation({ owner: 'acme' }))

/** The roles of each certificate that the last call returned. */
let seenRoles: readonly (readonly string[])[] = []

/** Bindings of the user jane by name; null: they cannot be listed. */
let ofUser: readonly string[] | null = []

/** The end of the access of jane, revoked or not, with these bindings; null: they cannot be listed. */
async function endOf(
  isRevoked: boolean,
  bindings: readonly (typeof BINDING)[] | null,
  grant: string | null = GRANT,
  places = [{ clusterRole: 'view', namespace: 'apps' }],
  policy: string | null = null,
  isLive: boolean | null = false,
) {
  const request = effective({ name: 'jane' })
  const granted = { places, roles: {}, namespaces: {} }
  const record = requestRecord(request, { issued: { ...issuedRecord(request), granted } })
  const history = recordedCertificates(record).map(each => ({ ...each, grant }))
  const revocation = { what: 'request', value: 'jane', by: 'owner', name: 'r', at: new Date(0), uid: 'u' } // prettier-ignore
  const cluster = standIn<Cluster>({
    name: 'prod',
    setupObjects: {
      read: async ({ kind }) => {
        const bound = { policyName: policy, validationActions: ['Deny'] }
        const spec = kind.endsWith('Binding') ? bound : WRITES?.spec
        return policy === null ? null : ({ spec } as never)
      },
    },
    revocations: standIn<Cluster['revocations']>({
      list: async () => ({ revocations: isRevoked ? [revocation as never] : [], broken: [] }),
    }),
    grants: standIn<Cluster['grants']>({
      list: async () => {
        if (bindings === null) throw failure('CLUSTER_FORBIDDEN', 'bindings')
        return bindings as never
      },
      isLive: async () => isLive,
    }),
    bindingsOf: async ({ username, groups }) =>
      username === 'jane' && groups.length === 0 ? ofUser : ['those of others'],
    now: async () => new Date(0),
  })
  const observed = {
    cluster,
    settings: clusterConfig(),
    version: '',
    identity: { username: '', groups: [] },
    broken: [],
  }
  const { ended, roles, unread } = await endedCertificates(
    [{ ...observed, records: [{ ...record, history }] }],
    'acme',
    new Date(0),
  )
  seenRoles = [...roles.values()]
  return { ends: [...ended.values()], unread: unread.length }
}

test.each([
  ['without bindings has no access', true, [], 'access revoked'],
  ['with a binding left still has access', true, [BINDING], 'revoked, but still bound'],
  [
    'with a binding without subjects has none',
    true,
    [{ ...BINDING, isGranting: false }],
    'access revoked',
  ],
] as const)('a revoked certificate %s', async (_title, isRevoked, bindings, end) =>
  // prettier-ignore
  expect(await endOf(isRevoked, bindings)).toEqual({ ends: [end], unread: 0 }),
)

test('a certificate has the roles that bindings give now, and those that were granted only while bindings cannot be listed', async () => {
  const places = ['apps', 'web'].map(namespace => ({ clusterRole: 'view', namespace }))
  await endOf(false, [BINDING], GRANT, places)
  expect(seenRoles).toEqual([['view in apps']])
  await endOf(false, null, GRANT, places)
  expect(seenRoles).toEqual([['view in apps', 'view in web']])
})

test('a revoked certificate is not without access while its bindings cannot be listed', async () =>
  expect(await endOf(true, null)).toEqual({ ends: ['revoked, bindings unknown'], unread: 1 }))

test('a revoked certificate without a grant lost nothing', async () =>
  expect(await endOf(true, [], null)).toEqual({ ends: ['revoked, without access'], unread: 0 }))

test('a certificate without a revocation has lost access only if no binding gives it', async () => {
  expect(await endOf(false, [BINDING])).toEqual({ ends: [], unread: 0 })
  expect(await endOf(false, [])).toEqual({ ends: ['access removed'], unread: 0 })
})

test('the writes of a revoked certificate without access are refused only where the guard was seen and the grant is not live', async () => {
  const grant = guardedGrant('acme', 'a'.repeat(20))
  const live = [{ clusterRole: 'countersign-acme-grants', namespace: 'countersign' }]
  const end = async (places: typeof live, policy: string | null, isLive?: boolean | null) =>
    (await endOf(true, [], grant, places, policy, isLive)).ends
  expect(await end(live, guardPolicyName('acme', 'writes'))).toEqual(['writes refused'])
  expect(await end(live, guardPolicyName('acme', 'writes'), true)).toEqual([
    'revoked, but still bound',
  ])
  expect(await end(live, guardPolicyName('acme', 'writes'), null)).toEqual(['access revoked'])
  expect(await end(live, null)).toEqual(['revoked, without access'])
  expect(await end(live, 'other')).toEqual(['revoked, without access'])
  const access = [{ clusterRole: 'view', namespace: 'apps' }]
  expect(await end(access, guardPolicyName('acme', 'writes'))).toEqual(['access revoked'])
})

test.each([
  ['with', ['RoleBinding apps/jane (ClusterRole edit)'], 'revoked, but still bound'],
  ['without', [], 'access revoked'],
  ['with unknown', null, 'access revoked'],
])('a revoked certificate %s bindings of others to its user', async (_title, bindings, end) => {
  ofUser = bindings
  expect(await endOf(true, [])).toMatchObject({ ends: [end] })
  const without = bindings === null ? 'revoked, bindings unknown' : 'revoked, without access'
  expect((await endOf(true, [], null)).ends).toEqual([bindings?.length === 1 ? end : without])
  ofUser = []
})
