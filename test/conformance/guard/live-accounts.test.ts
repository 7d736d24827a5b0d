// The accounts that the guard of writes asks about: nobody but the apply identity binds roles to those of its owner, in any form, and
// bindings of other accounts are left to everybody.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { guardedGrant, liveAccount, liveRole } from '../../../src/domain/cluster/grant.ts'
import { bindingName } from '../../../src/domain/cluster/grant-binding.ts'
import { guardManifests } from '../../../src/setup/guard/guard-policies.ts'
import { identityManifests } from '../../../src/setup/rbac/apply-identity.ts'
import type { ApiClient } from '../../build/api-client.ts'
import {
  EVERYTHING,
  GUARDED,
  inForce,
  refusedBy,
  startGuarded,
} from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation } from '../../build/installation.ts'

const OWNER = 'acme-certs'
const OTHER = 'beta-certs'
const POLICY = `countersign-${OWNER}-bindings`
const OTHER_POLICY = `countersign-${OTHER}-bindings`
const RBAC = 'rbac.authorization.k8s.io'
const bindingsIn = (namespace: string): string =>
  `/apis/${RBAC}/v1/namespaces/${namespace}/rolebindings?dryRun=All`
const THERE = bindingsIn('countersign')
const ELSEWHERE = bindingsIn('apps')

const grantOf = (owner: string): string => guardedGrant(owner, 'j'.repeat(20))
const accountOf = (owner: string): string => liveAccount(owner, grantOf(owner))
const account = (name: string, namespace = 'countersign'): object => ({
  kind: 'ServiceAccount',
  namespace,
  name,
})
const user = (name: string): object => ({
  apiGroup: RBAC,
  kind: 'User',
  name: `system:serviceaccount:${name}`,
})

function binding(subject: object, name = 'of-others', role = 'view'): object {
  const roleRef = { apiGroup: RBAC, kind: 'ClusterRole', name: role }
  return { metadata: { name }, roleRef, subjects: [subject] }
}

function live(owner: string, subject = account(accountOf(owner))): object {
  return binding(subject, bindingName(grantOf(owner), liveRole(owner)), liveRole(owner))
}

describe.each(GUARDED)('%s: the accounts that make grants live', kind => {
  let cluster: GuardedCluster
  let intruder: ApiClient
  beforeAll(async () => {
    cluster = await startGuarded(installation(), { intruder: [EVERYTHING] }, kind)
    intruder = cluster.as('intruder')
  })
  afterAll(() => cluster?.end())

  const answers = async (
    as: ApiClient,
    path: string,
    subjects: readonly object[],
  ): Promise<readonly (string | number | null)[]> => {
    const each: (string | number | null)[] = []
    for (const subject of subjects) {
      const answer = await as.post(path, binding(subject))
      each.push(answer.code === 201 ? 201 : refusedBy(answer))
    }
    return each
  }

  test('a user with every right binds no role to the account of a grant: with its namespace, without one, or as the user of its name', async () => {
    const name = accountOf(OWNER)
    const forms = [account(name), { kind: 'ServiceAccount', name }, user(`countersign:${name}`)]
    expect(await answers(intruder, THERE, forms)).toEqual([POLICY, POLICY, POLICY])
    const there = [account(name), user(`countersign:${name}`)]
    expect(await answers(intruder, ELSEWHERE, there)).toEqual([POLICY, POLICY])
  })

  test('an administrator binds roles to accounts with other names, of other namespaces and of other owners', async () => {
    const name = accountOf(OWNER)
    const others = [
      account('g-sync'),
      account(`g-${OWNER}-sync`),
      account(`${name}-sync`),
      account(accountOf(OTHER)),
      account(name, 'apps'),
      user('countersign:g-sync'),
      user(`countersign:g-${OWNER}-sync`),
      user(`apps:${name}`),
    ]
    const made = others.map(() => 201)
    expect(await answers(cluster.admin, THERE, others)).toEqual(made)
    expect(await answers(cluster.admin, ELSEWHERE, others)).toEqual(made)
  })

  test('an administrator binds roles to accounts without a namespace, which are those of the binding', async () => {
    const names = ['robot', 'g-sync', accountOf(OWNER)]
    const subjects = names.map(name => ({ kind: 'ServiceAccount', name }))
    expect(await answers(cluster.admin, ELSEWHERE, subjects)).toEqual([201, 201, 201])
    expect(await answers(cluster.admin, THERE, subjects)).toEqual([201, 201, POLICY])
  })

  test('two owners with one record namespace each make their own grants live, and not those of the other', async () => {
    const namespace = 'countersign'
    const subject = { kind: 'ServiceAccount', namespace, name: 'beta-apply' } as const
    const beta = installation({ owner: OTHER, subject })
    await cluster.apply(identityManifests(beta))
    await cluster.apply(guardManifests(beta, { approvers: [] }))
    await inForce(cluster.admin)
    const first = await cluster.serviceAccount(namespace, 'countersign-apply')
    const second = await cluster.serviceAccount(namespace, 'beta-apply')
    for (const [as, owner] of [
      [first, OWNER],
      [second, OTHER],
    ] as const)
      expect([owner, (await as.post(THERE, live(owner))).code]).toEqual([owner, 201])
    const crossed = live(OTHER, account(accountOf(OWNER)))
    expect((await second.post(THERE, crossed)).code).toBe(403)
    expect((await first.post(THERE, live(OTHER))).code).toBe(403)
    expect(await answers(intruder, THERE, [account(accountOf(OTHER))])).toEqual([OTHER_POLICY])
  })
})
