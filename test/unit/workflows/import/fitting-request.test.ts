// A new request of a robot or a service goes to the folder that a policy allows, with values that this policy names.
import { describe, expect, test } from '@jest/globals'
import type { NewRequest } from '../../../../src/output/request-file/new-request-yaml.ts'
import { fitRequest } from '../../../../src/workflows/import/fitting-request.ts'
import { NOW } from '../../../build/issued.ts'
import { policy } from '../../../build/policy.ts'
import { config } from '../../../build/request.ts'

const NEW: NewRequest = {
  name: 'ci',
  groups: [],
  dnsNames: [],
  access: [],
  grant: null,
  duration: null,
  until: null,
  cluster: null,
  more: {},
}
const WEB: NewRequest = { ...NEW, name: 'web', dnsNames: ['web.example.com'] }
const SIGNER = 'kubernetes.io/kube-apiserver-client'

const ROBOT_LINES = [
  'allowed:',
  '  commonName: {value: "*"}',
  '  subject: {organizations: {values: [deployers]}}',
  '  usages: [client auth, server auth]',
  'sinks: [{secret: {namespaces: [apps], names: ["*-tls"]}}]',
]
const ACCESS = 'access: [{clusterRoles: [edit, view], namespaces: ["team-*", apps]}]'
const robots = (lines: readonly string[] = [ACCESS], folder = 'requests/robots') =>
  policy([...ROBOT_LINES, ...lines], 'robots', `{paths: ["${folder}/**"]}`)
const SERVICE_LINES = [
  'allowed: {dnsNames: {values: ["*.example.com"]}, usages: [digital signature, server auth, client auth]}',
  'constraints: {maxDuration: 48h}',
  'sinks: [{secret: {namespaces: ["t-*", apps], names: ["*-cert"]}}]',
]
const services = (lines = SERVICE_LINES, signers = 'example.com/serving') =>
  policy(lines, 'services', `{paths: ["requests/services/**"], signerNames: ["${signers}"]}`)

function fit(
  request: NewRequest,
  kind: 'robots' | 'services',
  policies: readonly ReturnType<typeof policy>[],
) {
  const rules = {
    config: config(
      'clusters: {prod: {provider: other, signers: {example.com/serving: {}}}}',
      'defaultCluster: prod',
      `defaults: [{paths: ["requests/people/**", "requests/robots/**", "requests/machines/**"], spec: {signerName: ${SIGNER}, usages: [client auth], duration: 24h, namespace: apps}}]`,
    ),
    policies: { policies, broken: [] },
  }
  return fitRequest(request, kind, rules, NOW)
}

describe('the access of a new robot', () => {
  const view = [{ clusterRole: 'view', namespaces: ['apps'] }]

  test('a robot without groups gets the role view in a namespace that the policy names in full', () => {
    const found = fit(NEW, 'robots', [robots()])
    expect(found).toEqual({ folder: 'requests/robots', request: { ...NEW, access: view } })
  })

  test.each([
    [
      'the only role of the policy',
      ['access: [{clusterRoles: [reader], namespaces: [apps]}]'],
      ['reader'],
    ],
    [
      'no role of several without view',
      ['access: [{clusterRoles: [edit, admin], namespaces: [apps]}]'],
      [],
    ],
    ['no role in the whole cluster', ['access: [{clusterRoles: [view], cluster: true}]'], []],
    [
      'no role in a namespace by a pattern',
      ['access: [{clusterRoles: [view], namespaces: ["a-*"]}]'],
      [],
    ],
    ['no role that the policy does not name', [], []],
  ])('a robot gets %s', (_, lines, roles) => {
    const { request } = fit(NEW, 'robots', [robots(lines)]) ?? {}
    expect(request?.access.map(({ clusterRole }) => clusterRole)).toEqual(roles)
  })

  test('a robot with a group or with access of its own gets no other access', () => {
    const asked = { ...NEW, groups: ['deployers'] }
    expect(fit(asked, 'robots', [robots()])?.request.access).toEqual([])
    const own = { ...NEW, access: [{ clusterRole: 'edit', namespaces: ['apps'] as const }] }
    expect(fit(own, 'robots', [robots()])?.request.access).toEqual(own.access)
  })
})

describe('the folder of a new robot', () => {
  test('the folder is that of the policy that allows it', () => {
    const found = fit(NEW, 'robots', [robots([], 'requests/machines')])
    expect(found?.folder).toBe('requests/machines')
  })

  test('the folder of its kind comes first, and that of another kind never', () => {
    const two = [robots([], 'requests/machines'), robots([])]
    expect(fit(NEW, 'robots', two)?.folder).toBe('requests/robots')
    expect(fit(NEW, 'robots', [robots([], 'requests/people')])).toBeNull()
  })

  test('nothing fits a request that no policy allows', () => {
    expect(fit({ ...NEW, groups: ['admins'] }, 'robots', [robots()])).toBeNull()
    expect(fit(NEW, 'robots', [])).toBeNull()
  })
})

describe('the values of a new service', () => {
  test('a service without defaults has the signer, usages, lifetime and Secret of its policy', () => {
    expect(fit(WEB, 'services', [services()])).toEqual({
      folder: 'requests/services',
      request: {
        ...WEB,
        more: {
          signerName: 'example.com/serving',
          usages: ['digital signature', 'server auth'],
          duration: '48h',
          sinks: [{ secret: { namespace: 'apps', name: 'web-cert' } }],
        },
      },
    })
  })

  test('a lifetime of the flags stays', () => {
    const found = fit({ ...WEB, duration: '2h' }, 'services', [services()])
    expect(found?.request.more).not.toHaveProperty('duration')
  })

  test.each([
    ['signers by a pattern', SERVICE_LINES, 'example.com/*'],
    ['several signers', SERVICE_LINES, 'example.com/serving", "example.com/other'],
    ['no lifetime', SERVICE_LINES.filter(line => !line.startsWith('constraints')), undefined],
    [
      'Secrets in namespaces by a pattern',
      SERVICE_LINES.map(line => line.replace(', apps', '')),
      undefined,
    ],
  ])('nothing is invented for a policy with %s', (_, lines, signers) => {
    expect(fit(WEB, 'services', [services(lines, signers)])).toBeNull()
  })
})
