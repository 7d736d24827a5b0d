// The files of init are valid for countersign and GitHub; a file with an unknown value is refused.
import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { ownersOf, parseCodeOwners } from '../../../../src/core/approval/reviews/code-owners.ts'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import type { Setup } from '../../../../src/domain/request/initial-setup.ts'
import { parsePolicy } from '../../../../src/core/policy/load-policies.ts'
import { codeOwnersText } from '../../../../src/setup/repository/code-owners-file.ts'
import {
  configurationText,
  missingIn,
} from '../../../../src/setup/repository/first-configuration.ts'
import { POLICY_TEXT } from '../../../../src/setup/repository/first-policy.ts'
import { stepsText } from '../../../../src/setup/repository/next-steps.ts'
import { workflowText } from '../../../../src/setup/repository/workflow-file.ts'
import { issuedAuthority } from '../../../build/authority-text.ts'
import { requestFile, valueOf } from '../../../build/request.ts'

const CA = issuedAuthority()
const DIGEST = `sha256:${'0'.repeat(64)}`
const FULL: Setup = {
  owner: 'acme-certs',
  repository: 'acme/certs',
  forge: null,
  repositoryId: null,
  defaultBranch: 'trunk',
  cluster: {
    name: 'prod-1',
    server: 'https://10.0.0.1:6443',
    serverCa: CA,
    provider: 'gke',
    clientCa: CA,
  },
  isPull: false,
  isPublic: false,
  owners: [
    { login: 'owner', id: 1001 },
    { login: '0x1f', id: 1002 },
  ],
}
const EMPTY: Setup = {
  owner: 'certs',
  repository: null,
  forge: null,
  repositoryId: null,
  defaultBranch: 'main',
  cluster: { name: 'prod', server: null, serverCa: null, provider: 'auto', clientCa: null },
  isPull: false,
  isPublic: false,
  owners: [],
}

const config = (setup: Setup) =>
  parseConfig(requestFile(configurationText(setup), { path: 'countersign.yaml' }))

describe('the countersign.yaml of init', () => {
  test('countersign.yaml has the detected values', () => {
    const { owner, clusters, approval } = valueOf(config(FULL))
    expect(owner).toBe('acme-certs')
    expect(clusters).toMatchObject([
      {
        name: 'prod-1',
        provider: 'gke',
        server: 'https://10.0.0.1:6443',
        certificateAuthority: CA,
        auth: { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD_1' },
        signers: [{ certificateAuthority: CA, maxDurationSeconds: 8760 * 3600 }],
      },
    ])
    expect(approval.configuration.users).toEqual(FULL.owners)
    expect(missingIn(FULL)).toEqual([])
  })

  test.each([true, false])(
    'certificates for own keys go into comments of a repository that is public: %p',
    isPublic => {
      const { certificatesInPublicComments } = valueOf(config({ ...FULL, isPublic }))
      expect(certificatesInPublicComments).toBe(isPublic)
    },
  )

  test.each([
    ['a server', { cluster: { ...FULL.cluster, server: null } }, 1],
    ['a CA', { cluster: { ...FULL.cluster, serverCa: null } }, 1],
    ['an id', { owners: [{ login: 'owner', id: null }] }, 1],
    ['owners', { owners: [] }, 1],
    ['all values', EMPTY, 3],
  ])('countersign.yaml is refused, at the place, while it lacks %s', (_title, changes, count) => {
    const read = config({ ...FULL, ...changes })
    const lines = read.ok ? [] : read.problems.map(({ at }) => at?.excerpt ?? '')
    expect(lines.length).toBeGreaterThanOrEqual(count)
    expect(lines.every(line => line.includes('FILL-IN'))).toBe(true)
    expect(missingIn({ ...FULL, ...changes })).toHaveLength(count)
  })
})

test('the policy of init is valid', () => {
  const policy = valueOf(parsePolicy(requestFile(POLICY_TEXT, { path: 'policies/people.yaml' })))
  expect(policy.selector.paths).toEqual(['requests/people/**'])
  expect(policy.constraints.maxDuration).toBe(168 * 3600)
})

describe('the CODEOWNERS of init', () => {
  test.each([
    '.github/workflows/countersign.yml',
    'CODEOWNERS',
    'docs/CODEOWNERS',
    '.gitattributes',
    'requests/.gitattributes',
    'countersign.yaml',
    'policies/people.yaml',
  ])('the owners own %s', path => {
    const owners = valueOf(parseCodeOwners('CODEOWNERS', codeOwnersText(FULL.owners)))
    expect(ownersOf(owners, path)).toEqual([
      { kind: 'user', login: 'owner' },
      { kind: 'user', login: '0x1f' },
    ])
  })

  test('requests have no code owners', () => {
    const owners = valueOf(parseCodeOwners('CODEOWNERS', codeOwnersText(FULL.owners)))
    expect(ownersOf(owners, 'requests/people/jane.yaml')).toEqual([])
  })

  test('CODEOWNERS without owners is refused', () => {
    expect(parseCodeOwners('CODEOWNERS', codeOwnersText([])).ok).toBe(false)
  })
})

describe('the workflow of init', () => {
  const { jobs, on, permissions } = parse(
    workflowText({
      defaultBranch: 'trunk',
      environment: 'countersign',
      variables: ['KUBECONFIG_PROD_1'],
      usesOidc: false,
      digest: DIGEST,
    }),
  )

  test('the workflow plans pull requests without a secret, and applies from the default branch in the environment', () => {
    expect(permissions).toEqual({})
    expect(on.push).toEqual({ branches: ['trunk'] })
    expect(on).not.toHaveProperty('pull_request_target')
    expect(JSON.stringify(jobs.plan)).not.toContain('secrets.')
    expect(jobs.apply.environment).toBe('countersign')
    expect(jobs.apply.if).toContain("github.ref == 'refs/heads/trunk'")
  })

  test('the workflow names the trusted configuration and the secret of the cluster', () => {
    const step = jobs.apply.steps.at(0)
    expect(step.with['trusted-config']).toBe(DIGEST)
    expect(step.env).toEqual({ KUBECONFIG_PROD_1: '${{ secrets.KUBECONFIG_PROD_1 }}' })
  })
})

test('the steps in pull mode store no credential at GitHub', () => {
  const text = stepsText({ ...FULL, isPull: true }, 'countersign')
  expect(text).not.toMatch(/environment |gh secret|manifests kubeconfig/)
  expect(text).toMatch(
    /\n 1 countersign manifests guard [^]*\n {3}countersign manifests identity [^]*\n 2 countersign manifests ruleset /,
  )
})

test('the steps of init name repository, branch, cluster, environment and secret', () => {
  const text = stepsText(FULL, 'prod')
  for (const part of [
    'manifests identity --cluster prod-1 | kubectl apply -f -',
    'repos/acme/certs/environments/prod/deployment-branch-policies -f name=trunk',
    'gh secret set KUBECONFIG_PROD_1 --env prod --repo acme/certs',
    'repos/acme/certs/rulesets',
    'countersign doctor',
  ])
    expect(text).toContain(part)
  expect(text).toContain('environment "prod", only from trunk')
  expect(text).not.toContain('environments/countersign')
})
