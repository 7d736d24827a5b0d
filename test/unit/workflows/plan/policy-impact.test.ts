import { expect, test } from '@jest/globals'
import type { AccessAllowance, Policy } from '../../../../src/domain/request/policy.ts'
import { policyImpact, rightsImpact } from '../../../../src/workflows/plan/policy-impact.ts'
import type { Rules } from '../../../../src/workflows/validate/rules-in-force.ts'
import { config, effective, place } from '../../../build/effective.ts'
import { policy } from '../../../build/policy.ts'

const VIEW: AccessAllowance = {
  clusterRoles: ['view'],
  namespaces: ['apps'],
  roleChanges: 'warn',
}
const NODES: AccessAllowance = {
  clusterRoles: ['node-reader'],
  namespaces: null,
  roleChanges: 'warn',
}

const SELECTOR = '{signerNames: ["kubernetes.io/kube-apiserver-client"]}'

function rules(...access: readonly AccessAllowance[]): Rules {
  const one: Policy = { ...policy([], 'people', SELECTOR), access }
  return { config: config(), policies: { policies: [one], broken: [] } }
}

const impact = (today: Rules, proposed: Rules) =>
  rightsImpact(today, proposed, new Date('2026-06-01T12:00:00Z'))

test('a policy that changes what bootstrap installs, and no role, names the command', () => {
  const longer: Policy = { ...policy([], 'people', SELECTOR) }
  const other = policy([], 'people', '{signerNames: ["example.com/servers"]}')
  const under = (one: Policy): Rules => ({
    config: config(),
    policies: { policies: [one], broken: [] },
  })
  const member = 'rights and guard (after the merge: countersign bootstrap --cluster prod)'
  expect(impact(under(longer), under(other))).toMatchObject([
    { request: 'rights in prod', changes: [{ member, from: 'as installed', to: 'changed' }] },
  ])
})

test('a policy that allows another role names the rights to apply again, by cluster', () => {
  expect(impact(rules(VIEW), rules(NODES, VIEW))).toEqual([
    {
      request: 'rights in prod',
      was: 'allowed',
      will: 'allowed',
      codes: [],
      changes: [
        {
          member: 'ClusterRoles to bind (after the merge: countersign bootstrap --cluster prod)',
          from: 'view in apps',
          to: 'node-reader in the whole cluster, view in apps',
        },
      ],
    },
  ])
})

test('a policy that allows the same roles in another order changes no rights', () => {
  expect(impact(rules(VIEW, NODES), rules(NODES, VIEW))).toEqual([])
  expect(impact(rules(), rules())).toEqual([])
})

test('the last role that leaves the policies is shown as none', () => {
  expect(impact(rules(VIEW), rules())).toMatchObject([
    { changes: [{ from: 'view in apps', to: 'none' }] },
  ])
})

test('a cluster that the configuration no longer names is listed with what stays there', () => {
  const one = rules(VIEW)
  const [prod] = one.config.clusters
  if (prod === undefined) throw new Error('no cluster')
  const two = { ...one, config: { ...one.config, clusters: [prod, { ...prod, name: 'lab' }] } }
  expect(impact(two, one)).toMatchObject([
    { request: 'cluster lab', will: 'absent', changes: [{ to: 'stays, and no run looks there' }] },
  ])
})

test('a file that other rules cannot read stands for each of its requests, with the reason', () => {
  const at = place('requests/jane.yaml')
  const problem = { code: 'FILE_FIELD_VALUE', at, message: 'too short', hint: null } as const
  const none = { warnings: new Map(), verdicts: new Map(), files: 1 }
  const refused = [
    { path: 'requests/jane.yaml', name: null, cluster: null, problems: [problem] as const },
  ]
  const readable = { requests: [effective(), effective({ cluster: 'lab' })], refused: [], ...none }
  const [today, proposed] = [readable, { requests: [], refused, ...none }].map(judgedRequests => ({
    rules: rules(),
    judgedRequests,
  }))
  if (today === undefined || proposed === undefined) throw new Error('two are given')
  const [was, will, codes, reason] = ['allowed', 'refused', ['FILE_FIELD_VALUE'], 'too short']
  expect(policyImpact(today, proposed)).toEqual([
    { request: 'lab/jane', was, will, codes, reason, changes: [] },
    { request: 'prod/jane', was, will, codes, reason, changes: [] },
  ])
  expect(policyImpact(proposed, today).map(each => [each.request, each.was, each.will])).toEqual([
    ['lab/jane', 'refused', 'allowed'],
    ['prod/jane', 'refused', 'allowed'],
  ])
  expect(policyImpact(proposed, proposed)).toEqual([])
})
