import { describe, expect, test } from '@jest/globals'
import { stringify } from 'yaml'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { parsePolicy } from '../../../../src/core/policy/load-policies.ts'
import { policyDraft } from '../../../../src/core/policy/policy-draft.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { effective, kubeconfigSink, secretSink } from '../../../build/effective.ts'
import { NOBODY, policyFile } from '../../../build/policy.ts'
import { valueOf } from '../../../build/request.ts'

const path = 'requests/robots/ci.yaml'
const CI = effective({ name: 'ci', path, organizations: ['deployers'] })

/** The decision of the draft for one request about another. */
function decision(from: EffectiveRequest, about: EffectiveRequest = from): string {
  const policy = valueOf(parsePolicy(policyFile(stringify(policyDraft(from, 'robots')), 'robots')))
  return judge(about, [policy], [], NOBODY).decision
}

const artifact = { kind: 'artifact', name: 'ci', format: null, recipients: [] } as const
const githubSecret = {
  kind: 'githubSecret',
  repository: 'acme/app',
  environment: 'prod',
  name: 'CI_KEY',
  format: null,
} as const

describe('the draft of a policy', () => {
  test.each<[string, Parameters<typeof effective>[0]]>([
    ['a client', {}],
    ['another common name', { commonName: 'deploy' }],
    [
      'names of a service',
      {
        commonName: null,
        dnsNames: ['web.example.com'],
        ipAddresses: ['10.0.0.1'],
        uris: ['spiffe://example.com/web'],
        emailAddresses: ['web@example.com'],
        usages: ['server auth'],
      },
    ],
    ['roles', { access: [{ clusterRole: 'view', namespaces: ['apps'] }] }],
    ['roles in the cluster', { access: [{ clusterRole: 'cs-reader', namespaces: null }] }],
    ['an artifact', { sinks: [{ ...artifact, recipients: ['age1example'] }] }],
    ['a secret of GitHub', { sinks: [githubSecret] }],
    ['a file', { sinks: [{ kind: 'file', path: 'out/ci.pem', format: null }] }],
    ['a kubeconfig in a secret of GitHub', { sinks: [{ kind: 'kubeconfig', into: githubSecret }] }],
    [
      'a kubeconfig in a Secret',
      {
        sinks: [kubeconfigSink({ namespace: 'apps', name: 'ci-login' })],
      },
    ],
    ['no sink', { sinks: [] }],
    ['a CSR', { format: 'pkcs10' }],
  ])('the draft allows its own request: %s', (_, changes) => {
    const request = effective({ name: 'ci', path, organizations: ['deployers'], ...changes })
    expect(decision(request)).toBe('allowed')
  })

  test('the draft allows another request of the folder with its own name', () => {
    const other = effective({ name: 'nightly', path: 'requests/robots/nightly.yaml', organizations: ['deployers'] })
    expect(decision(CI, other)).toBe('allowed')
  }) // prettier-ignore

  test.each<[string, Parameters<typeof effective>[0], Parameters<typeof effective>[0]]>([
    ['group', { organizations: ['*'] }, { organizations: ['system'] }],
    ['DNS name', { dnsNames: ['*.example.com'] }, { dnsNames: ['a.b.example.com'] }],
    ['common name', { commonName: 'c*' }, { commonName: 'ca' }],
  ])('a * in a %s of the request allows only itself', (_, own, other) => {
    const request = effective({ name: 'ci', path, ...own })
    expect(decision(request)).toBe('allowed')
    expect(decision(request, effective({ name: 'ci', path, ...other }))).toBe('denied')
  })

  test('the draft has * only for the whole name of the request', () => {
    const sink = secretSink({ namespace: 'apps', name: 'api-pki-a' })
    const draft = stringify(policyDraft(effective({ name: 'a', path, sinks: [sink] }), 'robots'))
    expect(draft).toContain('- api-pki-*\n')
  })

  test.each<[string, Parameters<typeof effective>[0]]>([
    ['another folder', { path: 'requests/people/ci.yaml' }],
    ['another group', { organizations: ['admins'] }],
    ['another name than its own', { commonName: 'other' }],
    ['another signer', { signerName: 'example.com/signer' }],
    ['another usage', { usages: ['server auth'] }],
    ['a longer lifetime', { durationSeconds: CI.durationSeconds + 1 }],
    ['a role', { access: [{ clusterRole: 'view', namespaces: ['apps'] }] }],
    ['another sink', { sinks: [artifact] }],
    ['a CSR', { format: 'pkcs10' }],
    ['a name of a server', { dnsNames: ['web.example.com'] }],
  ])('the draft denies %s', (_, changes) => {
    const base = { name: 'ci', path, organizations: ['deployers'] }
    expect(decision(CI, effective({ ...base, ...changes }))).toBe('denied')
  })
})

test('the draft for a request in the folder of requests allows nothing in the folders below it', () => {
  const from = effective({ name: 'bob', path: 'requests/bob.yaml', commonName: 'bob' })
  const at = (place: string) => decision(from, { ...from, path: place })
  expect([at('requests/bob.yaml'), at('requests/people/bob.yaml')]).toEqual(['allowed', 'denied'])
})
