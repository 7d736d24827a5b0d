// A real kube-apiserver with kube-controller-manager as a subject, on this machine only and over HTTP only.
import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { ApiClient } from './api-client.ts'
import type { Credential, Endpoint } from './api-client.ts'
import { opensslRequest } from './openssl-request.ts'
import type { Backend, Rule } from './subjects.ts'
import { PATIENCE_MS } from './patience.ts'

const RBAC = '/apis/rbac.authorization.k8s.io/v1'
const SIGNING_REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
const LOOPBACK = new Set(['127.0.0.1', 'localhost', '[::1]'])

/** Path of the kubeconfig that leads to it. */
export const realKubeconfig = process.env['COUNTERSIGN_TEST_KUBECONFIG']

/** Whether the suite runs on a real kube-apiserver too. */
export const hasRealSubject = realKubeconfig !== undefined && realKubeconfig !== ''

export async function realSubject(kubeconfigPath: string): Promise<Backend> {
  const { endpoint, admin } = readKubeconfig(kubeconfigPath)
  const client = new ApiClient(endpoint, admin)
  const made: string[] = []
  return {
    ...endpoint,
    admin,
    user: async (name, groups, rules) => {
      for (const [index, rule] of rules.entries()) {
        made.push(...(await grant(client, name, `${name}-${index}`, rule)))
      }
      const credential = await issue(client, name, groups, made)
      for (const rule of rules) await inForce(client, name, rule)
      return credential
    },
    staleWatch: () => staleWatch(client, made),
    close: async () => {
      for (const path of made.reverse()) await client.delete(path)
      client.close()
    },
  }
}

type Members = Readonly<Record<string, string>>

interface Kubeconfig {
  readonly 'current-context': string
  readonly contexts: readonly { readonly name: string; readonly context: Members }[]
  readonly clusters: readonly { readonly name: string; readonly cluster: Members }[]
  readonly users: readonly { readonly name: string; readonly user: Members }[]
}

function readKubeconfig(path: string): { endpoint: Endpoint; admin: Credential } {
  const config = parse(readFileSync(path, 'utf8')) as Kubeconfig
  const { context } = config.contexts.find(one => one.name === config['current-context'])!
  const { cluster } = config.clusters.find(one => one.name === context['cluster'])!
  const { user } = config.users.find(one => one.name === context['user'])!
  if (!LOOPBACK.has(new URL(cluster['server']!).hostname)) {
    throw new Error(
      `COUNTERSIGN_TEST_KUBECONFIG leads to ${cluster['server']}; tests run on loopback only`,
    )
  }
  const pem = (holder: Members, member: string): string => {
    const data = holder[`${member}-data`]
    return data === undefined
      ? readFileSync(holder[member]!, 'utf8')
      : Buffer.from(data, 'base64').toString('utf8')
  }
  return {
    endpoint: { server: cluster['server']!, caPem: pem(cluster, 'certificate-authority') },
    admin: { certificatePem: pem(user, 'client-certificate'), keyPem: pem(user, 'client-key') },
  }
}

/** Creates role and binding for one rule; returns their paths. */
async function grant(
  client: ApiClient,
  user: string,
  name: string,
  { namespaces, ...rule }: Rule,
): Promise<readonly string[]> {
  const metadata = { name }
  const subjects = [{ kind: 'User', apiGroup: 'rbac.authorization.k8s.io', name: user }]
  const role = `${RBAC}/clusterroles`
  await client.created(role, { metadata, rules: [rule] })
  const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name }
  const bindings =
    namespaces === undefined
      ? [`${RBAC}/clusterrolebindings`]
      : namespaces.map(namespace => `${RBAC}/namespaces/${namespace}/rolebindings`)
  for (const path of bindings) await client.created(path, { metadata, subjects, roleRef })
  return [role, ...bindings].map(path => `${path}/${name}`)
}

/** Waits until a rule is in effect in the authorizer. */
async function inForce(client: ApiClient, user: string, rule: Rule): Promise<void> {
  const [plural = '', subresource = ''] = (rule.resources[0] ?? '').split('/')
  const resourceAttributes = {
    group: rule.apiGroups[0],
    resource: plural,
    subresource,
    verb: rule.verbs[0],
    name: rule.resourceNames?.[0] ?? '',
    namespace: rule.namespaces?.[0] ?? '',
  }
  const spec = { user, resourceAttributes }
  await poll(async () => {
    const path = '/apis/authorization.k8s.io/v1/subjectaccessreviews'
    return (await client.created(path, { spec })).status.allowed
  })
}

async function poll(test: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS
  while (!(await test())) {
    if (Date.now() > deadline) throw new Error('the API server did not come to it in time')
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

/** A client certificate by the cluster's own signer. */
async function issue(
  client: ApiClient,
  user: string,
  groups: readonly string[],
  made: string[],
): Promise<Credential> {
  const subject = `${groups.map(group => `/O=${group}`).join('')}/CN=${user}`
  const { base64, keyPem } = opensslRequest({ subject })
  const name = `${user.replaceAll(':', '-')}-login`
  const path = `${SIGNING_REQUESTS}/${name}`
  const object = await client.created(SIGNING_REQUESTS, {
    metadata: { name },
    spec: {
      request: base64,
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['client auth'],
    },
  })
  made.push(path)
  const status = { conditions: [{ type: 'Approved', status: 'True', reason: 'Test' }] }
  await client.put(`${path}/approval`, { ...object, status })
  const watch = await client.watch(
    `${SIGNING_REQUESTS}?watch=1&fieldSelector=metadata.name%3D${name}`,
  )
  const event = await watch.until(({ object: seen }) => seen.status?.certificate !== undefined)
  watch.stop()
  const certificatePem = Buffer.from(event.object.status.certificate, 'base64').toString('utf8')
  return { certificatePem, keyPem }
}

/** A newly defined kind has no earlier history: resourceVersion 1 is too old for it. */
async function staleWatch(client: ApiClient, made: string[]): Promise<string> {
  const group = `g${Date.now().toString(36)}.example.com`
  const definitions = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions'
  const names = { plural: 'things', singular: 'thing', kind: 'Thing', listKind: 'ThingList' }
  const schema = { openAPIV3Schema: { type: 'object' } }
  const version = { name: 'v1', served: true, storage: true, schema }
  await client.created(definitions, {
    metadata: { name: `things.${group}` },
    spec: { group, names, scope: 'Cluster', versions: [version] },
  })
  made.push(`${definitions}/things.${group}`)
  const path = `/apis/${group}/v1/things`
  await poll(async () => (await client.get(path)).code === 200)
  return `${path}?watch=1&resourceVersion=1`
}
