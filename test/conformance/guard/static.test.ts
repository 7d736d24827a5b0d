// The guard as a file of the API server (Kubernetes 1.37; with a feature gate 1.36): administrators try to take it away. On real API
// servers only: the embedded cluster reads no files.
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import {
  guardManifests,
  guardNames,
  guardObjects,
  staticGuardHash,
} from '../../../src/setup/guard/guard-policies.ts'
import { APPLY_PATCH, JSON_PATCH, MERGE_PATCH } from '../../build/api-client.ts'
import type { Answer, ApiClient } from '../../build/api-client.ts'
import { clusterAt } from '../../build/connected.ts'
import { GUARDED, refusedBy, startGuarded, until } from '../../build/guarded-cluster.ts'
import type { GuardedCluster } from '../../build/guarded-cluster.ts'
import { installation } from '../../build/installation.ts'
import {
  CLIENT_SIGNER,
  SIGNING_REQUESTS,
  condition,
  signingRequest,
  withConditions,
} from '../../build/signing-requests.ts'

const ADMISSION = '/apis/admissionregistration.k8s.io/v1'
const POLICIES = `${ADMISSION}/validatingadmissionpolicies`
const BINDINGS = `${ADMISSION}/validatingadmissionpolicybindings`
const OPTIONS = { approvers: ['other-approver'] }
const INSTALLATION = installation()
const APPROVALS = 'countersign-acme-certs-approvals.static.k8s.io'
const CONFIGURATION = `apiVersion: apiserver.config.k8s.io/v1
kind: AdmissionConfiguration
plugins:
- name: ValidatingAdmissionPolicy
  configuration:
    apiVersion: apiserver.config.k8s.io/v1
    kind: ValidatingAdmissionPolicyConfiguration
    staticManifestsDir: `

const describeReal = GUARDED.length > 1 ? describe : describe.skip

describeReal('the static guard of a kube-apiserver', () => {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-static-'))
  const manifests = join(folder, 'manifests')
  let cluster: GuardedCluster
  let admin: ApiClient
  let count = 0

  /** Replaces the file as a whole, as the printed words say. */
  function place(text: string): void {
    writeFileSync(join(folder, 'next'), text)
    renameSync(join(folder, 'next'), join(manifests, 'guard.yaml'))
  }

  beforeAll(async () => {
    mkdirSync(manifests)
    const file = join(folder, 'admission.yaml')
    writeFileSync(file, `${CONFIGURATION}${manifests}\n`)
    const apiserverFlags = [
      `--admission-control-config-file=${file}`,
      '--feature-gates=ManifestBasedAdmissionControlConfig=true',
    ]
    cluster = await startGuarded(INSTALLATION, {}, 'real kube-apiserver', {
      real: { apiserverFlags },
    })
    admin = cluster.admin
    place(guardManifests(INSTALLATION, { ...OPTIONS, isStatic: true }))
    // What is left is the file alone.
    for (const name of guardNames(INSTALLATION)) {
      await admin.delete(`${BINDINGS}/${name}`)
      await admin.delete(`${POLICIES}/${name}`)
    }
    await until(async () => refusedBy(await approve()) === APPROVALS)
  })
  afterAll(async () => {
    await cluster?.end()
    rmSync(folder, { recursive: true, force: true })
  })

  /** An administrator approves a request of the guarded signer. */
  async function approve(path = 'approval'): Promise<Answer> {
    const name = `by-admin-${++count}`
    const made = await admin.created(
      SIGNING_REQUESTS,
      signingRequest(name, { signerName: CLIENT_SIGNER, expirationSeconds: 3600 }),
    )
    const words = condition('Approved', { reason: 'Test', message: 'test' })
    return admin.put(`${SIGNING_REQUESTS}/${name}/${path}`, withConditions(made, words))
  }

  test('doctor sees the printed file by its hash, and another file as another', async () => {
    const open = clusterAt(cluster.backend, cluster.backend.admin)
    const printed = staticGuardHash(INSTALLATION, OPTIONS)
    expect(await open.administration.staticPolicies()).toBe(printed)
    expect(staticGuardHash(INSTALLATION, { approvers: [] })).not.toBe(printed)
    await open.close()
  })

  test('the policies are not shown by the API', async () => {
    const { text } = await admin.get(POLICIES)
    expect(text).not.toContain('.static.k8s.io')
  })

  const [policy, binding] = guardObjects(INSTALLATION, { ...OPTIONS, isStatic: true })
  const weak = { ...policy, spec: { ...policy?.spec, validations: [{ expression: 'true' }] } }
  const audit = { ...binding, spec: { ...binding?.spec, validationActions: ['Audit'] } }
  const attempts: [string, () => Promise<Answer>][] = [
    ['deletes a policy', () => admin.delete(`${POLICIES}/${APPROVALS}`)],
    ['deletes a binding', () => admin.delete(`${BINDINGS}/${APPROVALS}`)],
    ['deletes all policies', () => admin.delete(POLICIES)],
    ['deletes all bindings', () => admin.delete(BINDINGS)],
    ['creates a weak policy of the name', () => admin.post(POLICIES, weak)],
    ['creates a binding of the name that reports only', () => admin.post(BINDINGS, audit)],
    ['replaces the policy', () => admin.put(`${POLICIES}/${APPROVALS}`, weak)],
    ['replaces the binding', () => admin.put(`${BINDINGS}/${APPROVALS}`, audit)],
    [
      'patches the policy',
      () =>
        admin.patch(`${POLICIES}/${APPROVALS}`, { spec: { failurePolicy: 'Ignore' } }, MERGE_PATCH),
    ],
    [
      'patches the binding',
      () =>
        admin.patch(
          `${BINDINGS}/${APPROVALS}`,
          [{ op: 'replace', path: '/spec/validationActions', value: ['Warn'] }],
          JSON_PATCH,
        ),
    ],
    [
      'applies a policy of the name on the server',
      () => admin.patch(`${POLICIES}/${APPROVALS}?fieldManager=x&force=true`, weak, APPLY_PATCH),
    ],
    [
      'binds the static policy to one namespace',
      () =>
        admin.post(BINDINGS, {
          metadata: { name: 'narrow' },
          spec: { policyName: APPROVALS, validationActions: ['Audit'] },
        }),
    ],
    [
      'changes the status of the policy',
      () => admin.put(`${POLICIES}/${APPROVALS}/status`, { ...weak, status: {} }),
    ],
    [
      'installs a policy that admits everything',
      () =>
        admin.post(POLICIES, {
          metadata: { name: 'all' },
          spec: {
            matchConstraints: {
              resourceRules: [
                { apiGroups: ['*'], apiVersions: ['*'], operations: ['*'], resources: ['*/*'] },
              ],
            },
            validations: [{ expression: 'true' }],
          },
        }),
    ],
    [
      'gives itself every right',
      () =>
        admin.post('/apis/rbac.authorization.k8s.io/v1/clusterrolebindings', {
          metadata: { name: 'more' },
          roleRef: {
            apiGroup: 'rbac.authorization.k8s.io',
            kind: 'ClusterRole',
            name: 'cluster-admin',
          },
          subjects: [
            { apiGroup: 'rbac.authorization.k8s.io', kind: 'Group', name: 'system:masters' },
          ],
        }),
    ],
    [
      'asks for a token of the apply identity',
      () =>
        admin.post('/api/v1/namespaces/countersign/serviceaccounts/countersign-apply/token', {
          apiVersion: 'authentication.k8s.io/v1',
          kind: 'TokenRequest',
          spec: { expirationSeconds: 3600, audiences: ['other'] },
        }),
    ],
    [
      'makes a pod that runs as the apply identity',
      () =>
        admin.post('/api/v1/namespaces/countersign/pods', {
          metadata: { name: 'impostor' },
          spec: {
            serviceAccountName: 'countersign-apply',
            containers: [{ name: 'a', image: 'a' }],
          },
        }),
    ],
    [
      'makes a mutating webhook that changes approvals',
      () =>
        admin.post(`${ADMISSION}/mutatingwebhookconfigurations`, {
          metadata: { name: 'changes' },
          webhooks: [
            {
              name: 'changes.example.com',
              clientConfig: { url: 'https://127.0.0.1:1/' },
              failurePolicy: 'Ignore',
              sideEffects: 'None',
              timeoutSeconds: 1,
              admissionReviewVersions: ['v1'],
              rules: [
                {
                  apiGroups: ['certificates.k8s.io'],
                  apiVersions: ['v1'],
                  operations: ['UPDATE'],
                  resources: ['certificatesigningrequests/approval'],
                },
              ],
            },
          ],
        }),
    ],
    [
      'deletes the namespace of the records',
      () => admin.delete('/api/v1/namespaces/countersign?dryRun=All'),
    ],
  ]

  test.each(attempts)(
    'an administrator %s, and still approves nothing',
    async (_title, attempt) => {
      const { code } = await attempt()
      // Whatever the API server says to the attempt, nothing may fail inside it.
      expect(code).toBeLessThan(500)
      expect(refusedBy(await approve())).toBe(APPROVALS)
    },
  )

  test('an administrator who impersonates the apply identity approves nothing', async () => {
    const name = `impersonated-${++count}`
    await admin.created(SIGNING_REQUESTS, signingRequest(name, { signerName: CLIENT_SIGNER }))
    const as = 'system:serviceaccount:countersign:countersign-apply'
    const command = ['certificate', 'approve', name, '--as', as, '--as-group', 'system:masters']
    expect(() => cluster.kubectl(command)).toThrow(`'${APPROVALS}'`)
  })

  test('a token of the apply identity, which an administrator may ask for, is above it', async () => {
    const apply = await cluster.serviceAccount('countersign', 'countersign-apply')
    const name = `cs-jane-0a1b2c3d-${++count}`
    const made = await apply.created(SIGNING_REQUESTS, {
      ...signingRequest(name, { signerName: CLIENT_SIGNER, expirationSeconds: 3600 }),
      metadata: { name, labels: { 'countersign.dev/owner': 'acme-certs' } },
    })
    const words = condition('Approved', { reason: 'Test', message: 'test' })
    const { code } = await apply.put(
      `${SIGNING_REQUESTS}/${name}/approval`,
      withConditions(made, words),
    )
    expect(code).toBe(200)
  })

  test('an approval that is written as the status of a request is not kept', async () => {
    const { text } = await approve('status')
    expect(text).not.toContain('"Approved"')
  })

  test('a file that cannot be read changes nothing, and the next one that can is in force', async () => {
    place('not: [a policy\n')
    expect(refusedBy(await approve())).toBe(APPROVALS)
    const later = guardManifests(INSTALLATION, { approvers: [], isStatic: true })
    place(later)
    const open = clusterAt(cluster.backend, cluster.backend.admin)
    const wanted = staticGuardHash(INSTALLATION, { approvers: [] })
    await until(async () => {
      expect(refusedBy(await approve())).toBe(APPROVALS)
      return (await open.administration.staticPolicies()) === wanted
    })
    await open.close()
  })
})
