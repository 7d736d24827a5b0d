// The login of a cluster at a terminal: the current kubeconfig serves where the variable of auth is not set.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import {
  KubernetesClusters,
  withPersonalLogin,
} from '../../../../../src/adapters/kubernetes/login/cluster-logins.ts'
import type { ClusterConfig } from '../../../../../src/domain/request/config.ts'
import { quickClock } from '../../../../build/connected.ts'
import { kubeconfig } from '../../../../build/workshop.ts'

const SERVER = 'https://api.example.com:6443'
const folder = mkdtempSync(join(tmpdir(), 'countersign-logins-'))
const file = join(folder, 'config')
writeFileSync(file, kubeconfig({ server: SERVER, caPem: 'CA' }, { token: 'mine' }))
afterAll(() => rmSync(folder, { recursive: true }))

const PROD: ClusterConfig = {
  name: 'prod',
  provider: 'other',
  server: SERVER,
  certificateAuthority: 'CA',
  auth: { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: null },
  recordNamespace: 'countersign',
  signers: [],
  nodeInventory: null,
  knownCredentials: [],
}

interface Situation {
  readonly isAttended?: boolean
  readonly isGithub?: boolean
  readonly env?: Readonly<Record<string, string>>
}

/** What was reported, and the server that would be asked. */
async function opened(
  config: ClusterConfig,
  situation: Situation = {},
): Promise<readonly string[]> {
  const { isAttended = true, isGithub = false, env = {} } = situation
  const reports: string[] = []
  const clusters = new KubernetesClusters({
    environment: { KUBECONFIG: file, ...env },
    kubeconfig: null,
    context: null,
    isGithub,
    workspace: '/',
    clock: quickClock(),
    random: () => 0.5,
    reportCurrent: isAttended
      ? (cluster, variable) => void reports.push(`${cluster} ${variable}`)
      : undefined,
    mask: () => undefined,
  })
  const cluster = await clusters.open(config, 'acme')
  reports.push(cluster.server)
  await cluster.close()
  return reports
}

test.each([
  '/etc/kubernetes/admin.conf',
  '~/.kube/config\n',
  '../my clusters/prod',
  '$HOME/.kube/config',
  'prod.yaml',
  'kube/prod.kubeconfig',
])(
  'a variable of auth that holds the path %j is refused, and the path is not printed',
  async path => {
    const refused = await opened(PROD, { env: { KUBECONFIG_PROD: path } }).catch(String)
    expect(refused).toContain('KUBECONFIG_PROD for cluster prod holds a path, not the text')
    expect(refused).not.toContain(path.trim())
  },
)

test.each([
  ['in JSON on one line', (text: string) => JSON.stringify(parse(text))],
  ['in base64', (text: string) => Buffer.from(text).toString('base64')],
])('a kubeconfig %s in a variable of auth is not taken for a path', async (_, written) => {
  const text = kubeconfig({ server: SERVER, caPem: 'CA' }, { token: 'theirs' })
  expect(await opened(PROD, { env: { KUBECONFIG_PROD: written(text) } })).toEqual([SERVER])
})

test.each([
  ['at a terminal at most 20 s', {}, 0, 20],
  ['in automation up to a minute', { isAutomation: true }, 40, 60],
  ['at GitHub up to a minute', { isGithub: true }, 40, 60],
] as const)('a server that refuses connections is waited for %s', async (_, where, least, most) => {
  const server = 'https://127.0.0.1:1'
  const clock = quickClock()
  const clusters = new KubernetesClusters({
    environment: {
      KUBECONFIG_PROD: kubeconfig({ server, caPem: 'CA' }, { token: 'x' }),
    },
    kubeconfig: null,
    context: null,
    isGithub: false,
    ...where,
    workspace: '/',
    clock,
    random: () => 0.5,
    mask: () => undefined,
  })
  const cluster = await clusters.open({ ...PROD, server }, 'acme')
  await expect(cluster.version()).rejects.toThrow('CLUSTER_UNREACHABLE')
  const seconds = clock.slept.reduce((sum, each) => sum + each, 0) / 1000
  expect(seconds).toBeGreaterThan(least)
  expect(seconds).toBeLessThan(most)
  expect([...clusters.waiting]).toEqual([])
})

describe('a variable of auth that is not set', () => {
  test.each([
    [PROD.auth, 'prod KUBECONFIG_PROD'],
    [{ kind: 'githubOidc', audience: 'x' }, 'prod ACTIONS_ID_TOKEN_REQUEST_URL'],
    [{ kind: 'inCluster' }, 'prod KUBERNETES_SERVICE_HOST'],
  ] as const)('the current kubeconfig serves for %j, and it is reported', async (auth, line) => {
    expect(await opened({ ...PROD, auth })).toEqual([line, SERVER])
  })

  test('a variable that is set is used without a report', async () => {
    const text = kubeconfig({ server: SERVER, caPem: 'CA' }, { token: 'theirs' })
    expect(await opened(PROD, { env: { KUBECONFIG_PROD: text } })).toEqual([SERVER])
  })

  test.each<[string, ClusterConfig, Situation]>([
    ['in automation', PROD, { isAttended: false }],
    ['on GitHub', PROD, { isGithub: true }],
    [
      'without server and CA in the configuration',
      { ...PROD, server: null, certificateAuthority: null },
      {},
    ],
  ])('the cluster is refused %s', async (_, config, situation) => {
    await expect(opened(config, situation)).rejects.toThrow(
      'KUBECONFIG_PROD for cluster prod is not set',
    )
  })

  test('a kubeconfig of another server is refused, and both addresses are named', async () => {
    const other = { ...PROD, server: 'https://other.example.com' }
    await expect(opened(other)).rejects.toThrow(
      'CONFIG_CLUSTER_DIFFERS: the credential for prod is for https://api.example.com:6443, and countersign.yaml gives https://other.example.com',
    )
  })
})

describe('the context of a kubeconfig with several clusters', () => {
  const LAB = {
    ...PROD,
    name: 'lab',
    server: 'https://lab.example.com',
    certificateAuthority: 'LAB',
  }
  const base64 = (pem: string) => Buffer.from(pem).toString('base64')
  const caFile = join(folder, 'lab.pem')
  writeFileSync(caFile, 'LAB\n')
  const CLUSTERS = {
    prod: { server: SERVER, 'certificate-authority-data': base64('CA') },
    lab: { server: 'https://lab.example.com', 'certificate-authority': caFile },
    renewed: { server: 'https://lab.example.com', 'certificate-authority-data': base64('OTHER') },
    broken: { server: 'no address' },
  }
  /** `contexts`: each with its cluster; the first is the current one, and the last one in the file. Returns the tokens and addresses that are used. */
  const used = async (
    config: ClusterConfig,
    contexts: object,
    context: string | null = null,
    run: readonly ClusterConfig[] = [],
  ) => {
    const path = join(folder, 'several')
    const names = Object.keys(contexts)
    const text = {
      clusters: Object.entries(CLUSTERS).map(([name, cluster]) => ({ name, cluster })),
      users: names.map(name => ({
        name,
        user: name.includes('@')
          ? { exec: { command: 'countersign', args: ['credential', name.split('@')[0]] } }
          : { token: name },
      })),
      contexts: Object.entries(contexts)
        .toReversed()
        .map(([name, cluster]) => ({
          name,
          context: { cluster, user: name },
        })),
      'current-context': names[0],
    }
    writeFileSync(path, JSON.stringify(text))
    const masked: string[] = []
    const clusters = new KubernetesClusters({
      environment: { KUBECONFIG: path },
      kubeconfig: null,
      context,
      isGithub: false,
      workspace: '/',
      clock: quickClock(),
      random: () => 0.5,
      reportCurrent: () => undefined,
      mask: secret => void masked.push(secret),
    })
    const cluster = await clusters.open(config, 'acme', run)
    await cluster.version().catch(() => undefined)
    await cluster.close()
    return [cluster.server, masked[0]]
  }

  test('the context with the server and the CA of the configuration is used', async () => {
    const contexts = { a: 'prod', b: 'broken', c: 'renewed', d: 'lab' }
    expect(await used(LAB, contexts)).toEqual([LAB.server, expect.stringContaining('d')])
    expect(await used(PROD, contexts)).toEqual([SERVER, expect.stringContaining('a')])
  })

  test('the current context is used if several are for the cluster', async () => {
    expect(await used(LAB, { a: 'lab', b: 'lab' })).toEqual([
      LAB.server,
      expect.stringMatching(/a$/),
    ])
  })

  test('a person chooses if several contexts are for the cluster and none of them is current', async () => {
    const contexts = { a: 'prod', 'b c': 'lab', d: 'lab' }
    await expect(used(LAB, contexts)).rejects.toMatchObject({
      problem: {
        code: 'CONFIG_KUBECONFIG',
        message: expect.stringContaining('contexts of the kubeconfig are for lab'),
        hint: "choose one: --cluster lab --context d | --cluster lab --context 'b c'",
      },
    })
    expect(await used(LAB, contexts, 'd')).toEqual([LAB.server, expect.stringMatching(/d$/)])
  })

  test('a context that was named is used or refused, whatever others there are', async () => {
    await expect(used(LAB, { a: 'lab', b: 'prod' }, 'b')).rejects.toThrow(
      `for lab is for ${SERVER}, and countersign.yaml gives ${LAB.server}`,
    )
    await expect(used(LAB, { a: 'prod', b: 'renewed' })).rejects.toThrow('CONFIG_CLUSTER_DIFFERS')
  })

  test('a login by countersign credential is not used while another context is for the cluster', async () => {
    const contexts = { 'jane@prod': 'prod', admin: 'prod', 'jane@lab': 'lab', d: 'lab' }
    expect(await used(LAB, contexts)).toEqual([LAB.server, expect.stringMatching(/d$/)])
    expect(await used(PROD, contexts)).toEqual([SERVER, expect.stringMatching(/admin$/)])
    await expect(used(LAB, { admin: 'prod', 'jane@lab': 'lab' })).rejects.toThrow(
      'the login of the kubeconfig did not work',
    )
  })

  test('a context for one cluster of the run leaves the other cluster its own', async () => {
    const contexts = { a: 'prod', b: 'lab', c: 'lab' }
    const run = [PROD, LAB]
    expect(await used(LAB, contexts, 'c', run)).toEqual([LAB.server, expect.stringMatching(/c$/)])
    expect(await used(PROD, contexts, 'c', run)).toEqual([SERVER, expect.stringMatching(/a$/)])
    await expect(used(PROD, contexts, 'c', [PROD])).rejects.toThrow('CONFIG_CLUSTER_DIFFERS')
  })

  test('an administrator logs in with the file and the context that auth names', () => {
    const auth = { kind: 'kubeconfigPath', path: 'FILE', context: 'lab' } as const
    expect(withPersonalLogin({ ...LAB, auth }).auth).toEqual(auth)
    expect(withPersonalLogin(PROD).auth).toEqual({ kind: 'currentKubeconfig' })
  })

  test('without server and CA in the configuration the current context is used', async () => {
    const config = { ...LAB, server: null, certificateAuthority: null }
    const current = { ...config, auth: { kind: 'currentKubeconfig' } } as const
    expect(await used(current, { a: 'prod', b: 'lab' })).toEqual([SERVER, expect.any(String)])
  })
})
