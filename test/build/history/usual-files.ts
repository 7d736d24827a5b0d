// The files that a repository of histories starts with, and how a history changes them: objects are merged, lists replaced,
// people and teams named by login and slug.
import { stringify } from 'yaml'
import { pemOf } from '../issued.ts'
import { NAMES, personOf, teamOf } from './people.ts'
import { SIGNER } from './signer.ts'

export const CONFIG_PATH = 'countersign.yaml'
export const WORKFLOW_PATH = '.github/workflows/countersign.yaml'
export const POLICY_PATH = 'policies/people.yaml'

type Tree = Readonly<Record<string, unknown>>

const SIGNER_NAME = 'kubernetes.io/kube-apiserver-client'

const CONFIG: Tree = {
  apiVersion: 'countersign.dev/v1',
  kind: 'Config',
  metadata: { name: 'acme-certs' },
  requests: 'requests',
  defaultCluster: 'prod',
  clusters: {
    prod: {
      provider: 'kubeadm',
      server: 'https://10.0.0.1:6443',
      auth: { kubeconfig: { secretEnv: 'KUBECONFIG_PROD' } },
      recordNamespace: 'countersign',
    },
  },
  defaults: [
    {
      paths: ['requests/**'],
      spec: {
        signerName: SIGNER_NAME,
        usages: ['digital signature', 'client auth'],
        duration: '168h',
        renewBefore: '72h',
        namespace: 'apps',
      },
    },
  ],
  people: Object.entries(NAMES).map(([login, name]) => ({ ...personOf(login), name })),
  approval: {
    configuration: { required: 1, users: [personOf('owner')] },
    requests: { required: 1 },
  },
  limits: { maxWithdraw: '100%' },
  rotation: { jitter: '0%' },
}

const POLICY: Tree = {
  apiVersion: 'countersign.dev/v1',
  kind: 'CertificateRequestPolicy',
  metadata: { name: 'people' },
  spec: {
    selector: { paths: ['requests/people/**'] },
    allowed: {
      commonName: {
        required: true,
        value: '*',
      },
      subject: { organizations: { values: ['developers', 'viewers'] } },
      usages: ['digital signature', 'client auth'],
    },
    constraints: { maxDuration: '720h' },
    sinks: [{ secret: { namespaces: ['apps'], names: ['*-tls'] } }],
  },
}

const WORKFLOW = `on:\n  push: {branches: [main]}\njobs:\n  apply:\n    runs-on: ubuntu-latest\n    environment: countersign\n    steps:\n    - uses: acme/countersign@v1\n`

/** The files of the first commit. */
export function usualFiles(): Readonly<Record<string, string>> {
  return {
    [CONFIG_PATH]: usualFile(CONFIG_PATH, {}),
    [POLICY_PATH]: usualFile(POLICY_PATH, {}),
    [WORKFLOW_PATH]: WORKFLOW,
    'README.md': 'Certificates of acme.\n',
  }
}

/**
 * The usual file of a path with changes: the configuration, a policy (changes to its `spec`), the workflow, or a request
 * (changes to its `spec`; `metadata` replaces its name, `comment` is a last line, `top` a first one, `lines` so many last ones).
 */
export function usualFile(path: string, changes: Tree): string {
  const key = `${path} ${JSON.stringify(changes)}`
  const text = WRITTEN.get(key) ?? written(path, changes)
  WRITTEN.set(key, text)
  return text
}

/** A cache, because the model check writes the same few files again and again. */
const WRITTEN = new Map<string, string>()

function written(path: string, changes: Tree): string {
  const { comment, top, lines, ...rest } = changes
  const line = (text: unknown): string => (typeof text === 'string' ? `# ${text}\n` : '')
  const many = Array.from({ length: Number(lines ?? 0) }, (_, n) => line(`line ${n + 1}`))
  return `${line(top)}${usualText(path, namedAccounts(rest) as Tree)}${many.join('')}${line(comment)}`
}

function usualText(path: string, changes: Tree): string {
  const name = /([^/]+)\.ya?ml$/.exec(path)?.[1] ?? path
  if (path === CONFIG_PATH) return stringify(merged(CONFIG, changes))
  if (path === WORKFLOW_PATH) return WORKFLOW
  if (path.startsWith('policies/'))
    return stringify(merged(POLICY, { metadata: { name }, spec: changes }))
  if (path.startsWith('nodes/') && path.endsWith('.yaml'))
    return stringify({
      apiVersion: 'countersign.dev/v1',
      kind: 'NodeInventory',
      metadata: { name },
      spec: merged({ nodes: [{ name: 'n1' }] }, changes),
    })
  if (!path.startsWith('requests/')) return `${path}\n`
  const { metadata = { name }, ...spec } = changes
  const usual = { commonName: name, subject: { organizations: ['developers'] } }
  return stringify({
    apiVersion: 'countersign.dev/v1',
    kind: 'CertificateRequest',
    metadata,
    spec: merged(usual, spec),
  })
}

function merged(base: Tree, changes: Tree): Tree {
  const result: Record<string, unknown> = { ...base }
  for (const [key, value] of Object.entries(changes)) {
    const before = result[key]
    if (value === null) delete result[key]
    else result[key] = isTree(before) && isTree(value) ? merged(before, value) : value
  }
  return result
}

/** Adds the ids of logins in `users`, `never` and `bots` and of slugs in `teams`, and the CA of the signer. */
function namedAccounts(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(namedAccounts)
  if (!isTree(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([key, member]) => [key, namedMember(key, member)]),
  )
}

function namedMember(key: string, member: unknown): unknown {
  // Created at run time, so a history can only name it.
  if (key === 'certificateAuthorityData' && member === 'that of the signer')
    return base64(pemOf(SIGNER.certificate))
  if (!Array.isArray(member) || !member.every(each => typeof each === 'string'))
    return namedAccounts(member)
  if (key === 'users' || key === 'never' || key === 'bots') return member.map(personOf)
  return key === 'teams' ? member.map(teamOf) : member
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function base64(text: string): string {
  return Buffer.from(text).toString('base64')
}
