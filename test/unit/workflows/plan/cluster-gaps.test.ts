// What stops the steps of a run in their cluster, as far as it can be looked up.
import { expect, test } from '@jest/globals'
import { failure } from '../../../../src/domain/problem.ts'
import type { RoleRule } from '../../../../src/domain/cluster/grant-binding.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { Cluster, Right } from '../../../../src/ports/cluster.ts'
import { clusterGaps } from '../../../../src/workflows/plan/cluster-gaps.ts'
import { issueStep } from '../../../build/approved.ts'
import { clusterConfig, effective } from '../../../build/effective.ts'
import { standIn } from '../../../build/stand-in.ts'

const ACCESS: EffectiveRequest['access'] = [
  { clusterRole: 'view', namespaces: ['apps', 'gone'] },
  { clusterRole: 'empty', namespaces: ['apps'] },
  { clusterRole: 'nobody', namespaces: null },
]

/** What stops the first certificate of jane in a cluster with these answers. */
async function codes(...asked: Parameters<typeof gaps>): Promise<readonly string[]> {
  return (await gaps(...asked)).map(({ code }) => code)
}

async function gaps(
  lacks: Cluster['lacks'],
  rehearse: () => Promise<'absent'>,
  roles: Readonly<Record<string, readonly RoleRule[]>> | null = {},
) {
  const settings = clusterConfig()
  const cluster = standIn<Cluster>({
    name: settings.name,
    kubectl: 'kubectl --context lab',
    lacks,
    setupObjects: { read: async () => 'hidden' },
    records: standIn<Cluster['records']>({ rehearse: async () => undefined }),
    secrets: standIn<Cluster['secrets']>({ rehearse }),
    grants: standIn<Cluster['grants']>({
      async rulesOf(role) {
        if (roles === null) throw failure('CLUSTER_FORBIDDEN', 'no')
        return roles[role] ?? null
      },
      namespaceUid: async name => (name === 'apps' ? 'uid' : null),
    }),
  })
  const access = roles !== null && Object.keys(roles).length === 0 ? [] : ACCESS
  const request = effective({ name: 'jane', cluster: settings.name, access })
  const step = issueStep(request)
  const identity = { username: 'jane', groups: [] }
  const observed = [{ cluster, settings, version: '', identity, records: [], broken: [] }]
  const found = await clusterGaps([step], observed)
  return [...found.values()].flatMap(({ problems }) => problems)
}

const fails = (code: 'CLUSTER_TIMEOUT' | 'CLUSTER_QUOTA') => async (): Promise<never> => {
  throw failure(code, 'no')
}

test.each([
  [
    'a missing right that the step does not need',
    async () => [{ group: '', resource: 'secrets', verb: 'create' }],
    'absent',
  ],
  ['rights that cannot be asked for', fails('CLUSTER_TIMEOUT'), 'absent'],
  ['a dry run without an answer', async () => [], 'CLUSTER_TIMEOUT'],
  ['a dry run that is refused', async () => [], 'CLUSTER_QUOTA'],
] as const)('only what is known stops a step: %s', async (_, lacks, answer) => {
  const rehearse = answer === 'absent' ? async () => answer : fails(answer)
  const stopped = answer === 'CLUSTER_QUOTA' ? [answer] : []
  expect(await codes(lacks, rehearse)).toEqual(stopped)
})

test('a right that the step needs and the login lacks stops it', async () =>
  expect(await codes(async rights => rights.slice(0, 1), fails('CLUSTER_QUOTA'))).toEqual([
    'CLUSTER_FORBIDDEN',
  ]))

test('access to what does not exist, or by a role that gives nothing, stops a step with all its reasons', async () => {
  const none = { resourceNames: [], nonResourceURLs: [] }
  const rule: RoleRule = { apiGroups: [''], resources: ['pods'], verbs: ['get'], ...none }
  const found = await codes(
    async () => [],
    async () => 'absent',
    { view: [rule], empty: [] },
  )
  expect(found).toEqual(['ACCESS_ROLE_EMPTY', 'ACCESS_ROLE_UNKNOWN', 'ACCESS_NAMESPACE_MISSING'])
})

test('what lacks is made and looked for in its cluster', async () => {
  const found = await gaps(
    async () => [],
    async () => 'absent',
    { empty: [] },
  )
  expect(found.flatMap(({ hint }) => (hint?.startsWith('kubectl') === true ? [hint] : []))).toEqual(
    [
      'kubectl --context lab get clusterroles',
      'kubectl --context lab get clusterroles',
      expect.stringMatching(/^kubectl --context lab create namespace /),
    ],
  )
})

test('a missing right and access to what does not exist are reported at once', async () => {
  const lacks = async (rights: readonly Right[]) => rights.slice(0, 1)
  const found = await codes(lacks, async () => 'absent', { empty: [] })
  expect(found.toSorted()).toEqual([
    'ACCESS_NAMESPACE_MISSING',
    'ACCESS_ROLE_EMPTY',
    'ACCESS_ROLE_UNKNOWN',
    'ACCESS_ROLE_UNKNOWN',
    'CLUSTER_FORBIDDEN',
  ])
})

test('roles that this login may not read are left to apply', async () =>
  expect(
    await codes(
      async () => [],
      async () => 'absent',
      null,
    ),
  ).toEqual([]))
