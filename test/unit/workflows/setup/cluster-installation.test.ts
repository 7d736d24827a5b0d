import { describe, expect, test } from '@jest/globals'
import { installationOf } from '../../../../src/workflows/setup/cluster-installation.ts'
import { clusterConfig, config } from '../../../build/effective.ts'
import { policy } from '../../../build/policy.ts'
import { valueOf } from '../../../build/request.ts'

const TEAM = 'example.com/team'
const CLIENT = 'kubernetes.io/kube-apiserver-client'
const TODAY = new Date('2026-12-31T23:59:59Z')
const prod = clusterConfig({
  signers: [{ name: CLIENT, certificateAuthority: null, retiring: null, maxDurationSeconds: null }],
})
const asked = (policies: Parameters<typeof installationOf>[1], cluster = prod) =>
  installationOf(config({ clusters: [cluster] }), policies, cluster, null, TODAY)
const of = (...given: Parameters<typeof asked>) => valueOf(asked(...given))
const about = (selector: string, ...lines: readonly string[]) => policy(lines, 'people', selector)

describe('the signers of an installation', () => {
  test('the signers are those of the cluster, of defaults and of policies, by name or by domain', () => {
    const spec = { signerName: 'example.com/default', clusters: null }
    const defaults = [{ paths: ['**'], spec }] as never
    const signers = [
      { name: CLIENT, certificateAuthority: null, retiring: null, maxDurationSeconds: 3600 },
    ]
    const cluster = clusterConfig({ signers })
    const found = valueOf(
      installationOf(
        config({ clusters: [cluster], defaults }),
        [about(`{signerNames: [${TEAM}, "example.org/*", "*"]}`)],
        cluster,
        null,
        TODAY,
      ),
    )
    expect(found.signers.map(({ name }) => name)).toEqual([
      'example.com/default',
      TEAM,
      'example.org/*',
      CLIENT,
    ])
  })

  test('the signers of policies for other clusters are not included', () => {
    expect(of([about(`{clusters: [test], signerNames: [${TEAM}]}`)]).signers).toEqual([
      { name: CLIENT, maxDurationSeconds: null },
    ])
  })

  test.each(['{paths: ["**"]}', '{signerNames: ["*"]}'])(
    'a policy with the selector %s and no named signer is refused, since rights without names cover every signer',
    selector => {
      expect(asked([about(selector)], clusterConfig())).toMatchObject({
        ok: false,
        problems: [
          {
            code: 'CONFIG_SIGNER_MISSING',
            message: 'neither countersign.yaml nor a policy names a signer for the cluster prod',
            hint: expect.stringContaining('clusters.prod.signers: {'),
          },
        ],
      })
    },
  )

  test('if only policies for pending requests name signers, the hint names these', () => {
    const limits = ['constraints: {maxDuration: 24h}', 'approvals: {required: 0}']
    const selector = '{groups: [system:nodes], signerNames: [kubernetes.io/kubelet-serving]}'
    expect(asked([policy(limits, 'nodes', selector)], clusterConfig())).toMatchObject({
      problems: [
        {
          code: 'CONFIG_SIGNER_MISSING',
          hint: expect.stringContaining(
            'clusters.prod.signers: {kubernetes.io/kubelet-serving: {}}. Then',
          ),
        },
      ],
    })
  })

  test.each([
    ['example.com/team-*', '"example.com/*"'],
    ['*.example.com/team', '"example.com/*"'],
  ])(
    'the signer pattern %s is refused, and the hint has %s, since rights cannot express it',
    (pattern, says) => {
      const found = asked([about(`{signerNames: [${TEAM}, "${pattern}"]}`)])
      expect(found).toMatchObject({
        ok: false,
        problems: [
          {
            code: 'POLICY_SIGNER_PATTERN',
            message: expect.stringContaining(`selects the signers "${pattern}"`),
            hint: expect.stringContaining(says),
            at: { file: 'policies/people.yaml', line: 5 },
          },
        ],
      })
    },
  )

  test.each([
    ['the maxDuration of the signer', 3600, [], 3600],
    [
      'the maxDuration of the policy, where that is shorter',
      7200,
      ['constraints: {maxDuration: 1h}'],
      3600,
    ],
    [
      'the maxDuration of the signer, where the policy allows more',
      3600,
      ['constraints: {maxDuration: 5h}'],
      3600,
    ],
    ['the maxDuration of the policy', null, ['constraints: {maxDuration: 1h}'], 3600],
    ['no limit', null, [], null],
  ])('the duration of a signer has %s', (_title, maxDurationSeconds, lines, expected) => {
    const signers = [{ name: TEAM, certificateAuthority: null, retiring: null, maxDurationSeconds }]
    const found = of([about(`{signerNames: [${TEAM}]}`, ...lines)], clusterConfig({ signers }))
    expect(found.signers).toEqual([{ name: TEAM, maxDurationSeconds: expected }])
  })

  test('a policy for pending requests gives the apply identity no signer and changes no duration', () => {
    const pending = about(
      '{usernames: ["*"], signerNames: [example.com/pending]}',
      'constraints: {maxDuration: 1h}',
      'approvals: {required: 0}',
    )
    expect(of([pending]).signers).toEqual(of([]).signers)
    expect(of([]).approver).toBeNull()
    expect(of([pending]).approver).toMatchObject({
      subject: { name: 'countersign-approver' },
      signers: ['example.com/pending'],
    })
  })

  test('the longest maxDuration of the policies applies, and none where one policy has none', () => {
    const hour = about(`{signerNames: [${TEAM}]}`, 'constraints: {maxDuration: 1h}')
    const day = about(`{signerNames: ["example.com/*"]}`, 'constraints: {maxDuration: 24h}')
    const open = about('{paths: ["**"]}')
    expect(of([hour, day]).signers).toContainEqual({ name: TEAM, maxDurationSeconds: 86_400 })
    expect(of([hour, open]).signers).toContainEqual({ name: TEAM, maxDurationSeconds: null })
  })
})

describe('the Secrets of an installation', () => {
  const sinks = (...entries: readonly string[]) => [policy([`sinks: [${entries.join(', ')}]`])]

  test('Secrets go where policies allow them, by name where every name is exact', () => {
    const found = of(
      sinks(
        '{secret: {namespaces: [apps], names: [jane-tls]}}',
        '{secret: {namespaces: [apps, shop], names: [web-tls]}}',
        '{kubeconfig: {secret: {namespaces: [tools], names: ["*-kubeconfig"]}}}',
      ),
    )
    expect(found.secrets).toEqual([
      { namespace: 'apps', names: ['jane-tls', 'web-tls'] },
      { namespace: 'shop', names: ['web-tls'] },
      { namespace: 'tools', names: null },
    ])
  })

  test('patterns of namespaces and adoption are listed separately', () => {
    const found = of(sinks('{secret: {namespaces: ["team-*"], adopt: true}}'))
    expect(found).toMatchObject({ secrets: [], namespacePatterns: ['team-*'], mayAdopt: true })
    expect(of(sinks('{secret: {namespaces: [apps]}}')).mayAdopt).toBe(false)
  })
})

describe('the roles of an installation', () => {
  const ALL = ['cluster-admin', 'system:node', 'view']
  const access = (roles: string, selector = '{paths: ["**"]}') =>
    about(selector, `access: [{clusterRoles: [${roles}], namespaces: ["team-*"]}]`)

  test('the roles are those of all policies that may select the cluster, sorted and once', () => {
    const found = of([
      access('view, team-reader'),
      access('view, cs-reader', '{clusters: [prod]}'),
      access('other', '{clusters: [test]}'),
    ])
    expect(found.accessRoles).toEqual(['cs-reader', 'team-reader', 'view'])
    expect(of([]).accessRoles).toEqual([])
  })

  test.each<[string, object, readonly string[]]>([
    ['of its value', { values: ['cluster-admin'] }, ['cluster-admin', 'view']],
    ['of the beginning of its value', { values: ['system:*'] }, ['system:node', 'view']],
    ['for files of the policy', { paths: ['requests/ops/x/*'] }, ALL],
    ['for one file of the policy', { paths: ['requests/ops/root.yaml'] }, ALL],
    ['for files that may be of the policy', { paths: ['**/root.yaml'] }, ALL],
    ['for other files', { paths: ['requests/dev/**'], values: ['cluster-admin'] }, ['view']],
    ['that has ended', { values: ['cluster-admin'], until: '2026-12-30' }, ['view']],
    ['of another rule', { values: ['cluster-admin'], code: 'POLICY_NAME_FORM' }, ['view']],
    ['without paths and values', {}, ['view']],
  ])('a reserved role is left out but for an exception %s', (_, changes, roles) => {
    const policies = [
      access('cluster-admin, "system:node", view', '{paths: ["requests/ops/**"]}'),
      about('{paths: ["**"]}', 'access: [{clusterRoles: [view], cluster: true}]'),
    ]
    const exception = {
      code: 'POLICY_ACCESS_RESERVED',
      paths: [],
      values: [],
      until: '2026-12-31',
      reason: 'migration',
      ...changes,
    }
    const waived = config({ clusters: [prod], exceptions: [exception] })
    const found = valueOf(installationOf(waived, policies, prod, null, TODAY))
    expect(found.accessRoles).toEqual(roles)
    expect(found.accessPlaces).toEqual([
      { clusterRoles: expect.arrayContaining([...roles]), namespaces: ['team-*'] },
      { clusterRoles: ['view'], namespaces: null },
    ])
  })
})

test('the apply identity is a service account unless a user is given, who then also plans', () => {
  expect(of([])).toMatchObject({
    subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-apply' },
    planner: { name: 'countersign-plan' },
  })
  const user = { kind: 'User', name: 'me' } as const
  expect(valueOf(installationOf(config(), [], prod, user, TODAY))).toMatchObject({
    subject: user,
    planner: null,
  })
})
