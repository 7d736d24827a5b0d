// A person whom the guard lets approve stands in for the approver of kubelets: csr judges pending requests of kubelets by the same
// facts and rules. With the guard, on the embedded cluster and on a real control plane.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { installationOf } from '../../src/workflows/setup/cluster-installation.ts'
import { clusterConfig, config } from '../build/effective.ts'
import { EVERYTHING, GUARDED, startGuarded } from '../build/guarded-cluster.ts'
import type { GuardedCluster } from '../build/guarded-cluster.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import type { Credential } from '../build/api-client.ts'
import { INVENTORY_YAML, NODES_SELECTOR, NODE_LINES, SERVING } from '../build/pending.ts'
import { policy, policyYaml } from '../build/policy.ts'
import { valueOf } from '../build/request.ts'
import { CLIENT_SIGNER, SIGNING_REQUESTS, signingRequest } from '../build/signing-requests.ts'
import type { Backend } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'

const CONFIGURATION = `apiVersion: countersign.dev/v1
kind: Config
metadata: {name: acme-certs}
requests: requests
clusters:
  prod:
    nodeInventory: nodes/prod
    signers:
      ${SERVING}: {maxDuration: 24h}
`
const CREATES = {
  apiGroups: ['certificates.k8s.io'],
  resources: ['certificatesigningrequests'],
  verbs: ['create'],
}
const userOf = (node: string): string => `system:node:${node}`
const signers = [CLIENT_SIGNER, SERVING].map(name => ({
  name,
  certificateAuthority: null,
  retiring: null,
  maxDurationSeconds: 86_400,
}))
const rules = [
  policy(['sinks: [{secret: {namespaces: [apps], names: ["*-tls"]}}]']),
  policy(NODE_LINES, 'serving', NODES_SELECTOR),
]

describe.each(GUARDED)('%s: a person in place of the approver of kubelets', kind => {
  const workshop = new Workshop()
  const logins = new Map<string, Credential>()
  let cluster: GuardedCluster

  beforeAll(async () => {
    const prod = clusterConfig({
      signers,
      auth: { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null },
    })
    const made = installationOf(config({ clusters: [prod] }), rules, prod, null, new Date())
    const before = async (backend: Backend): Promise<void> => {
      for (const user of ['other-approver', 'intruder'])
        logins.set(user, await backend.user(user, [], [EVERYTHING]))
      for (const node of ['n1', 'n2', 'm1', 'm2', 'x1'])
        logins.set(node, await backend.user(userOf(node), ['system:nodes'], [CREATES]))
    }
    cluster = await startGuarded(valueOf(made), {}, kind, { before })
    workshop.write('countersign.yaml', CONFIGURATION)
    workshop.write('policies/serving.yaml', policyYaml(NODE_LINES, 'serving', NODES_SELECTOR))
    workshop.write('nodes/prod/rack-a.yaml', `${INVENTORY_YAML}\n`)
    login('other-approver')
  })
  afterAll(async () => {
    workshop.end()
    await cluster?.end()
  })

  const login = (user: string): void => workshop.useKubeconfig(cluster.backend, logins.get(user)!)
  const approve = (...names: readonly string[]) =>
    workshop.run(['csr', 'approve', ...names, '--yes'])
  /** The name of a request of the kubelet of a node. */
  const asked = async (node: string, ...sans: readonly string[]): Promise<string> => {
    const kubelet = cluster.with(logins.get(node)!)
    const request = opensslRequest({ subject: `/O=system:nodes/CN=${userOf(node)}`, sans }).base64
    const usages = ['digital signature', 'server auth']
    const name = `csr-${node}-${++count}`
    const spec = { request, signerName: SERVING, usages, expirationSeconds: 3600 }
    await kubelet.created(SIGNING_REQUESTS, signingRequest(name, spec))
    return name
  }
  let count = 0
  const decided = async (name: string) => {
    const { status } = JSON.parse((await cluster.admin.get(`${SIGNING_REQUESTS}/${name}`)).text)
    return (status.conditions ?? []).map(({ type }: { type: string }) => type)
  }

  test('a request that the approver would approve is approved, and the identity is named', async () => {
    const name = await asked('n1', 'DNS:n1.nodes.example.com', 'IP:10.1.0.1')
    const shown = await workshop.run(['csr', 'describe', name])
    expect([shown.code, shown.stdout]).toEqual([0, expect.stringContaining('allowed by serving')])
    const ran = await approve(name)
    expect([ran.code, ran.stdout]).toEqual([0, `${name} approved\n`])
    expect(ran.stderr).toContain('prod: you are logged in as other-approver\n')
    expect(await decided(name)).toEqual(['Approved'])
  })

  test.each([
    [
      'an address that the inventory has for another node',
      'n1',
      'IP:10.1.1.2',
      'PENDING_INVENTORY',
    ],
    [
      'a node that the inventory does not have',
      'x1',
      'DNS:x1.nodes.example.com',
      'PENDING_INVENTORY',
    ],
    ['a name that no policy allows', 'n1', 'IP:10.1.0.2,DNS:n1', 'POLICY_VALUE'],
  ])('a request for %s is not approved with --yes', async (_, node, sans, code) => {
    const name = await asked(node, ...sans.split(','))
    const ran = await approve(name)
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining(code)])
    expect(await decided(name)).toEqual([])
    const listed = JSON.parse((await workshop.run(['csr', 'list', '-o', 'json'])).stdout)
    const report = listed.signingRequests.find((each: { name: string }) => each.name === name)
    expect(JSON.stringify(report.policy)).toContain(code)
  })

  test('a node of a pool gets no address of an approved request of another one, also in one command', async () => {
    const [first, second] = [await asked('m1', 'IP:10.1.9.1'), await asked('m2', 'IP:10.1.9.1')]
    const both = await approve(first, second)
    expect([both.code, both.stdout]).toEqual([1, expect.stringContaining('PENDING_OTHER_NODE')])
    expect((await approve(first)).code).toBe(0)
    const ran = await approve(second)
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining('PENDING_OTHER_NODE')])
  })

  test('without the inventory of the cluster nothing of a kubelet is approved with --yes', async () => {
    const name = await asked('n2', 'DNS:n2.nodes.example.com')
    const text = workshop.read('nodes/prod/rack-a.yaml')
    workshop.remove('nodes')
    const ran = await approve(name)
    workshop.write('nodes/prod/rack-a.yaml', text)
    expect([ran.code, ran.stdout]).toEqual([1, expect.stringContaining('INVENTORY_MISSING')])
  })

  test('a person whom the guard does not let approve is refused by it', async () => {
    const name = await asked('n2', 'DNS:n2.nodes.example.com')
    login('intruder')
    const ran = await approve(name)
    login('other-approver')
    expect(ran.code).not.toBe(0)
    expect(ran.stdout + ran.stderr).toContain('countersign-acme-certs-approvals')
    expect(ran.stdout + ran.stderr).toMatch(
      /guard --approvers NAMES --cluster \S+ \| kubectl apply/,
    )
    expect(ran.stdout + ran.stderr).not.toContain('log in as the apply identity')
    expect(await decided(name)).toEqual([])
  })
})
