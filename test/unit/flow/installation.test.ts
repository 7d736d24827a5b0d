import { describe, expect, test } from '@jest/globals'
import { installationOf } from '../../../src/flow/installation.ts'
import { clusterConfig, config } from '../../build/effective.ts'
import { policy } from '../../build/policy.ts'

const TEAM = 'example.com/team'
const CLIENT = 'kubernetes.io/kube-apiserver-client'
const prod = clusterConfig()
const of = (policies: Parameters<typeof installationOf>[1], cluster = prod) =>
  installationOf(config({ clusters: [cluster] }), policies, cluster, null)
const about = (selector: string, ...lines: readonly string[]) => policy(lines, 'people', selector)

describe('signers', () => {
  test('are those of the cluster, of defaults and of policies, exact ones only', () => {
    const spec = { signerName: 'example.com/default', clusters: null }
    const defaults = [{ paths: ['**'], spec }] as never
    const signers = [{ name: CLIENT, certificateAuthority: null, maxDurationSeconds: 3600 }]
    const cluster = clusterConfig({ signers })
    const found = installationOf(
      config({ clusters: [cluster], defaults }),
      [about(`{signerNames: [${TEAM}, "example.org/*"]}`)],
      cluster,
      null,
    )
    expect(found.signers.map(({ name }) => name)).toEqual(['example.com/default', TEAM, CLIENT])
  })

  test('are not those of policies for other clusters', () => {
    expect(of([about(`{clusters: [test], signerNames: [${TEAM}]}`)]).signers).toEqual([])
  })

  test.each([
    ['the cap of the signer', 3600, [], 3600],
    ['what the policy allows, where that is less', 7200, ['constraints: {maxDuration: 1h}'], 3600],
    ['the cap, where the policy allows more', 3600, ['constraints: {maxDuration: 5h}'], 3600],
    ['what the policy allows', null, ['constraints: {maxDuration: 1h}'], 3600],
    ['nothing', null, [], null],
  ])('are bounded by %s', (_title, maxDurationSeconds, lines, expected) => {
    const signers = [{ name: TEAM, certificateAuthority: null, maxDurationSeconds }]
    const found = of([about(`{signerNames: [${TEAM}]}`, ...lines)], clusterConfig({ signers }))
    expect(found.signers).toEqual([{ name: TEAM, maxDurationSeconds: expected }])
  })

  test('are as long as the most generous policy about them; one without a bound takes the bound away', () => {
    const hour = about(`{signerNames: [${TEAM}]}`, 'constraints: {maxDuration: 1h}')
    const day = about(`{signerNames: ["example.com/*"]}`, 'constraints: {maxDuration: 24h}')
    const open = about('{paths: ["**"]}')
    expect(of([hour, day]).signers).toEqual([{ name: TEAM, maxDurationSeconds: 86_400 }])
    expect(of([hour, open]).signers).toEqual([{ name: TEAM, maxDurationSeconds: null }])
  })
})

describe('Secrets', () => {
  const sinks = (...entries: readonly string[]) => [policy([`sinks: [${entries.join(', ')}]`])]

  test('go where policies let them, by name where every name is exact', () => {
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

  test('patterns of namespaces are told apart, and so is taking over', () => {
    const found = of(sinks('{secret: {namespaces: ["team-*"], adopt: true}}'))
    expect(found).toMatchObject({ secrets: [], namespacePatterns: ['team-*'], mayAdopt: true })
    expect(of(sinks('{secret: {namespaces: [apps]}}')).mayAdopt).toBe(false)
  })
})

test('who applies is a service account unless somebody else is named; then nobody else plans', () => {
  expect(of([])).toMatchObject({
    subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-apply' },
    planner: { name: 'countersign-plan' },
  })
  const user = { kind: 'User', name: 'me' } as const
  expect(installationOf(config(), [], prod, user)).toMatchObject({ subject: user, planner: null })
})
