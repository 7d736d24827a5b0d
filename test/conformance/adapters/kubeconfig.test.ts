// Kubeconfigs of many kinds → credentials: each valid one logs in, each invalid one gets an error that names the fault.
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { parse, stringify } from 'yaml'
import { KubernetesClusters } from '../../../src/adapters/kubernetes/login/cluster-logins.ts'
import type { ClustersSettings } from '../../../src/adapters/kubernetes/login/cluster-logins.ts'
import { loadKubeconfig } from '../../../src/adapters/kubernetes/login/kubeconfig-login.ts'
import type { KubeconfigSource } from '../../../src/adapters/kubernetes/login/kubeconfig-login.ts'
import type { Credential } from '../../../src/adapters/kubernetes/login/cluster-credential.ts'
import { Transport } from '../../../src/adapters/kubernetes/http/api-transport.ts'
import type { ClusterConfig } from '../../../src/domain/request/config.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { ClientCredential } from '../../../src/sandbox/authorization/user-credentials.ts'
import { failureOf, quickClock } from '../../build/connected.ts'
import { clusterConfig } from '../../build/effective.ts'
import { answering, startOddServer } from '../../build/odd-server.ts'

const TOKEN = 'a-token-nobody-may-see'
const SELF = '/apis/authentication.k8s.io/v1/selfsubjectreviews'
const base64 = (text: string): string => Buffer.from(text).toString('base64')

let cluster: SandboxCluster
let jane: ClientCredential
let folder = ''
const secrets = (): readonly string[] => [TOKEN, jane.keyPem, base64(jane.keyPem)]

beforeAll(async () => {
  cluster = await startSandboxCluster({ authorities: 'two' })
  cluster.addToken(TOKEN, 'robot')
  jane = cluster.clientFor('jane')
  folder = mkdtempSync(join(tmpdir(), 'countersign-kubeconfig-'))
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await cluster.close()
})

function source(changes: Partial<KubeconfigSource> = {}): KubeconfigSource {
  const environment = { HOME: join(folder, 'nobody-home') }
  return { text: null, path: null, context: null, environment, mayRunPlugins: true, ...changes }
}

interface Words {
  readonly name?: string
  readonly cluster?: object
  readonly user?: object
  readonly more?: object
}

/** One cluster, user and context of a name; the user is jane. */
function text({ name = 'main', cluster: more = {}, user, more: top = {} }: Words = {}): string {
  const server = { server: cluster.server, 'certificate-authority-data': base64(cluster.caPem) }
  const certificate = {
    'client-certificate-data': base64(jane.certificatePem),
    'client-key-data': base64(jane.keyPem),
  }
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { ...server, ...more } }],
    users: [{ name, user: user ?? certificate }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
    ...top,
  })
}

function file(name: string, content: string, mode = 0o600): string {
  const path = join(folder, name)
  mkdirSync(join(path, '..'), { recursive: true })
  writeFileSync(path, content, { mode })
  chmodSync(path, mode)
  return path
}

/** The user name that the API server reports for this kubeconfig. */
async function whoIs(from: KubeconfigSource): Promise<string> {
  return whoHas((await loadKubeconfig(from)).credential)
}

async function whoHas(credential: Credential): Promise<string> {
  const transport = new Transport(credential, quickClock(), () => 0.5)
  try {
    const body = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
    const answer = await transport.ask({ method: 'POST', path: SELF, body })
    const told = answer.body as { status: { userInfo: { username: string } } }
    return told.status.userInfo.username
  } finally {
    transport.close()
  }
}

const refused = (from: KubeconfigSource) => failureOf(loadKubeconfig(from), secrets())

describe('a kubeconfig', () => {
  test('a kubeconfig logs in as text, as base64 and as base64 with line breaks', async () => {
    const wrapped = base64(text()).replaceAll(/.{64}/g, '$&\n')
    for (const each of [text(), base64(text()), `${wrapped}\n`])
      expect(await whoIs(source({ text: new Secret(each) }))).toBe('jane')
  })

  test('a kubeconfig in JSON logs in', async () => {
    const json = JSON.stringify(parse(text()))
    expect(await whoIs(source({ text: new Secret(json) }))).toBe('jane')
  })

  test('a kubeconfig with relative paths of certificate files logs in', async () => {
    file('relative/ca.pem', cluster.caPem)
    file('relative/pki/jane.crt', jane.certificatePem)
    file('relative/pki/jane.key', jane.keyPem)
    const server = { 'certificate-authority-data': undefined, 'certificate-authority': 'ca.pem' }
    const user = { 'client-certificate': 'pki/jane.crt', 'client-key': './pki/jane.key' }
    const path = file('relative/config', text({ cluster: server, user }))
    expect(await whoIs(source({ path }))).toBe('jane')
  })

  test('the kubeconfig in the home folder is used by default', async () => {
    file('home/.kube/config', text())
    expect(await whoIs(source({ environment: { HOME: join(folder, 'home') } }))).toBe('jane')
  })

  test('a kubeconfig with a token logs in', async () => {
    expect(await whoIs(source({ text: new Secret(text({ user: { token: TOKEN } })) }))).toBe(
      'robot',
    )
  })

  test('a tokenFile logs in despite its line end, and takes precedence over token', async () => {
    file('token/robot', `${TOKEN}\n`)
    const user = { tokenFile: 'robot', token: 'another' }
    const path = file('token/config', text({ user }))
    expect(await whoIs(source({ path }))).toBe('robot')
  })

  test('a tokenFile is read again when the API server refuses the token', async () => {
    for (const name of ['old', 'new']) cluster.addToken(`${name}-token`, name)
    const path = file('renewed/config', text({ user: { tokenFile: 'robot' } }))
    file('renewed/robot', 'old-token\n')
    const { credential } = await loadKubeconfig(source({ path }))
    expect(await whoHas(credential)).toBe('old')
    file('renewed/robot', 'new-token\n')
    expect(await whoHas(credential)).toBe('old')
    cluster.removeToken('old-token')
    expect(await whoHas(credential)).toBe('new')
  })

  test('a refused token is sent once', async () => {
    const { credential } = await loadKubeconfig(
      source({ text: new Secret(text({ user: { token: 'nobody-knows-it' } })) }),
    )
    const transport = new Transport(credential, quickClock(), () => 0.5)
    const before = cluster.log.length
    expect(await transport.ask({ method: 'GET', path: '/version' })).toMatchObject({ status: 401 })
    expect(cluster.log.length - before).toBe(1)
    transport.close()
  })

  test('a named context takes precedence over the current context', async () => {
    const path = file('two-contexts', text({ more: { 'current-context': 'nowhere' } }))
    expect((await loadKubeconfig(source({ path, context: 'main' }))).context).toBe('main')
  })

  test('tls-server-name is the name that the server must prove', async () => {
    const server = { 'tls-server-name': 'kubernetes.default.svc' }
    const path = file('server-name', text({ cluster: server }))
    expect(await whoIs(source({ path }))).toBe('jane')
    const other = file('other-name', text({ cluster: { 'tls-server-name': 'other.example' } }))
    expect((await failureOf(whoIs(source({ path: other })), secrets())).code).toBe(
      'CLUSTER_UNREACHABLE',
    )
  })

  test('a kubeconfig for http on loopback logs in', async () => {
    const odd = await startOddServer(answering(201, { status: { userInfo: { username: 'jane' } } }))
    const user = { token: TOKEN }
    const path = file('loopback', text({ cluster: { server: odd.server }, user }))
    expect(await whoIs(source({ path }))).toBe('jane')
    await odd.close()
  })
})

describe('KUBECONFIG with several files', () => {
  const several = (...paths: readonly string[]) =>
    source({ environment: { KUBECONFIG: paths.join(delimiter) } })

  test('several files merge, clusters of one with users of another', async () => {
    const clusters = file('s/clusters', text({ more: { users: [], contexts: [] } }))
    const rest = file('s/rest', text({ more: { clusters: [] } }))
    expect(await whoIs(several(clusters, rest))).toBe('jane')
  })

  test('the first file wins where names repeat', async () => {
    const first = file('s/first', text())
    const second = file('s/second', text({ user: { token: TOKEN } }))
    expect(await whoIs(several(first, second))).toBe('jane')
    expect(await whoIs(several(second, first))).toBe('robot')
  })

  test('the first current context that exists is used', async () => {
    const none = file('s/none', text({ name: 'other', more: { 'current-context': '' } }))
    const main = file('s/main', text())
    expect((await loadKubeconfig(several(none, main))).context).toBe('main')
    expect((await loadKubeconfig(several(main, none))).context).toBe('main')
  })

  test('commands for kubectl name the kubeconfig and the context unless they are its own', async () => {
    const first = file('s/other-current', text({ more: { 'current-context': 'nowhere' } }))
    const kubectl = async (more: Partial<KubeconfigSource>): Promise<string | undefined> =>
      (await loadKubeconfig(source(more))).credential.kubectl
    const environment = { KUBECONFIG: file('s/main', text()) }
    expect([
      await kubectl({ environment }),
      await kubectl({ environment: { KUBECONFIG: first }, context: 'main' }),
      await kubectl({ path: first, context: 'main' }),
      await kubectl({ text: new Secret(text()) }),
    ]).toEqual([
      'kubectl',
      'kubectl --context main',
      `kubectl --kubeconfig ${first} --context main`,
      undefined,
    ])
  })

  test('missing files and empty names are skipped', async () => {
    const main = file('s/there', text())
    expect(await whoIs(several('', join(folder, 'not-there'), main))).toBe('jane')
  })

  test('an error lists the files if none of them exists', async () => {
    const [a, b] = [join(folder, 'no-a'), join(folder, 'no-b')]
    expect(await refused(several(a, b))).toMatchObject({
      code: 'CONFIG_KUBECONFIG',
      message: `the kubeconfig ${a}:${b}: none of these files is there`,
    })
  })

  test('an error names the file that is broken', async () => {
    const broken = file('s/broken', `users: [${TOKEN}: {`)
    const problem = await refused(several(file('s/fine', text()), broken))
    expect(problem.message).toBe(`${broken} is not a kubeconfig`)
    expect(problem.hint).toBe(`kubectl config view --kubeconfig ${broken}`)
  })
})

describe('a refused kubeconfig', () => {
  const cases: readonly [string, () => Partial<KubeconfigSource>, string, string][] = [
    [
      'that does not exist',
      () => ({ path: join(folder, 'missing') }),
      'CONFIG_KUBECONFIG',
      'missing: there is no such file',
    ],
    ['that is a folder', () => ({ path: folder }), 'CONFIG_KUBECONFIG', 'it is a folder'],
    [
      'that is not YAML',
      () => ({ text: new Secret(`token: "${TOKEN}\n${jane.keyPem}`) }),
      'CONFIG_KUBECONFIG',
      'the kubeconfig is not a kubeconfig',
    ],
    [
      'that is empty',
      () => ({ path: file('empty', '') }),
      'CONFIG_KUBECONFIG',
      'empty: it has no contexts',
    ],
    [
      'without any entry',
      () => ({ path: file('object', '{}') }),
      'CONFIG_KUBECONFIG',
      'object: it has no contexts',
    ],
    [
      'that is a sentence',
      () => ({ path: file('sentence', 'hello there') }),
      'CONFIG_KUBECONFIG',
      'is not a kubeconfig',
    ],
    [
      'with a cluster without server',
      () => ({ path: file('no-server', text({ cluster: { server: '' } })) }),
      'CONFIG_KUBECONFIG',
      'is not a kubeconfig',
    ],
    [
      'without a current context',
      () => ({ path: file('no-current', text({ more: { 'current-context': undefined } })) }),
      'CONFIG_KUBECONFIG',
      'the kubeconfig has no current context',
    ],
    [
      'without the named context',
      () => ({ path: file('c', text()), context: 'prod' }),
      'CONFIG_KUBECONFIG',
      'the kubeconfig has no context "prod"',
    ],
    [
      'with a context of an unknown cluster',
      () => ({ path: file('d', text({ more: { clusters: [] } })) }),
      'CONFIG_KUBECONFIG',
      'the context "main" names a cluster that is not in the file',
    ],
    [
      'with a context of an unknown user',
      () => ({ path: file('e', text({ more: { users: [] } })) }),
      'CONFIG_KUBECONFIG',
      'the context "main" names a user that is not in the file',
    ],
    [
      'with insecure-skip-tls-verify',
      () => ({ path: file('f', text({ cluster: { 'insecure-skip-tls-verify': true } })) }),
      'CONFIG_SERVER_INSECURE',
      'the kubeconfig sets insecure-skip-tls-verify for https://127.0.0.1',
    ],
    [
      'for http that is not on loopback',
      () => ({ path: file('g', text({ cluster: { server: 'http://api.example.com' } })) }),
      'CONFIG_SERVER_INSECURE',
      'http://api.example.com is not https',
    ],
    [
      'for http on a name that only looks like loopback',
      () => ({ path: file('h', text({ cluster: { server: 'http://127.0.0.1.example.com' } })) }),
      'CONFIG_SERVER_INSECURE',
      'http://127.0.0.1.example.com is not https',
    ],
    [
      'with a server that is not a URL',
      () => ({ path: file('i', text({ cluster: { server: 'api.example.com' } })) }),
      'CONFIG_KUBECONFIG',
      '"api.example.com" is not the URL of an API server',
    ],
    [
      'with a proxy-url',
      () => ({ path: file('j', text({ cluster: { 'proxy-url': 'http://127.0.0.1:3128' } })) }),
      'CONFIG_AUTH_UNSUPPORTED',
      'a proxy-url in the kubeconfig is not supported',
    ],
    [
      'that impersonates somebody',
      () => ({ path: file('k', text({ user: { token: TOKEN, as: 'root' } })) }),
      'CONFIG_AUTH_UNSUPPORTED',
      'impersonation (as, as-uid, as-groups) in the kubeconfig is not supported',
    ],
    [
      'that impersonates groups',
      () => ({ path: file('l', text({ user: { token: TOKEN, 'as-groups': ['a'] } })) }),
      'CONFIG_AUTH_UNSUPPORTED',
      'impersonation (as, as-uid, as-groups) in the kubeconfig is not supported',
    ],
    [
      'with a missing key file',
      () => ({ path: file('m', text({ user: { 'client-key': 'gone.key' } })) }),
      'CONFIG_KUBECONFIG',
      'gone.key is not there',
    ],
  ]
  test.each(cases)('a kubeconfig %s is refused', async (_, from, code, words) => {
    const problem = await refused(source(from()))
    expect(problem.code).toBe(code)
    expect(problem.message).toContain(words)
  })

  test('an error lists the contexts of the file if the named one is missing', async () => {
    const path = file('contexts', text())
    expect((await refused(source({ path, context: 'prod' }))).hint).toBe(
      'it has: main; choose with --context',
    )
  })

  test('a missing tokenFile is an error when the token is needed', async () => {
    const path = file('token/none', text({ user: { tokenFile: 'gone' } }))
    const problem = await failureOf(whoIs(source({ path })), secrets())
    expect(problem.message).toMatch(/^the tokenFile .*token\/gone cannot be read$/)
  })
})

describe('a login program', () => {
  const ran = (): number => {
    try {
      return readFileSync(join(folder, 'ran'), 'utf8').length
    } catch {
      return 0
    }
  }
  afterEach(() => rmSync(join(folder, 'ran'), { force: true }))

  function execText(script: string): string {
    const command = file(
      'plugin',
      `#!/bin/sh\nprintf x >> ${join(folder, 'ran')}\n${script}`,
      0o700,
    )
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command, args: [] }
    return text({ user: { exec } })
  }
  const credential = (status: object): string =>
    `printf '%s' '${JSON.stringify({ kind: 'ExecCredential', status })}'\n`
  const login = (script: string, mayRunPlugins = true) =>
    source({ text: new Secret(execText(script)), mayRunPlugins })

  test('an exec entry is refused and not run where programs are not allowed', async () => {
    expect(await refused(login(credential({ token: TOKEN }), false))).toEqual({
      code: 'CONFIG_KUBECONFIG_EXEC',
      at: null,
      message: 'the kubeconfig logs in by an exec entry, which would run a program',
      hint: 'use a kubeconfig with a client certificate or a token, or githubOidc',
    })
    expect(ran()).toBe(0)
  })

  test('an auth-provider entry is refused where programs are not allowed', async () => {
    const user = { 'auth-provider': { name: 'oidc', config: {} } }
    const problem = await refused(
      source({ text: new Secret(text({ user })), mayRunPlugins: false }),
    )
    expect(problem.code).toBe('CONFIG_KUBECONFIG_EXEC')
    expect(problem.message).toContain('an auth-provider entry')
  })

  test('a login program logs in with the token that it prints', async () => {
    expect(await whoIs(login(credential({ token: TOKEN })))).toBe('robot')
  })

  test('a login program logs in with the client certificate that it prints', async () => {
    const status = { clientCertificateData: jane.certificatePem, clientKeyData: jane.keyPem }
    const path = file('status.json', JSON.stringify({ kind: 'ExecCredential', status }))
    expect(await whoIs(login(`cat ${path}\n`))).toBe('jane')
  })

  test('fifty calls at once run the login program at most twice', async () => {
    const loaded = await loadKubeconfig(login(credential({ token: TOKEN })))
    const asked = Array.from({ length: 50 }, () => loaded.credential.authorization())
    for (const each of await Promise.all(asked)) expect(each?.reveal()).toBe(`Bearer ${TOKEN}`)
    expect(ran()).toBeLessThanOrEqual(2)
  })

  test.each([
    ['fails', `echo ${TOKEN} >&2\nexit 3\n`],
    ['prints something else', `echo 'token ${TOKEN}'\n`],
    ['prints JSON without a status', `echo '{"token":"${TOKEN}"}'\n`],
  ])('the error of a login program that %s does not repeat what it printed', async (_, script) => {
    expect(await refused(login(script))).toEqual({
      code: 'CONFIG_KUBECONFIG',
      at: null,
      message: 'the login of the kubeconfig did not work',
      hint: 'try the same with kubectl auth whoami',
    })
  })

  test('the error of a login program has the first lines of its stderr without keys, tokens and passwords', async () => {
    const script = [
      'printf "no session\\033[2J\\n"',
      `echo "token: abc Bearer xyz; https://jane:pw@sso.example.com ${TOKEN}"`,
      'echo "run: sso login"',
      'echo "fourth line"',
      'exit 1',
    ].join(' >&2\n')
    const { message } = await refused(login(script))
    expect(message).toBe(
      String.raw`the login of the kubeconfig did not work: no session\u{1b}[2J token: … Bearer … https://…@sso.example.com … run: sso login`,
    )
    const pem = `echo 'key:' >&2\ncat >&2 <<E\n-----BEGIN EC PRIVATE KEY-----\nMHc=\nE\nexit 1`
    expect((await refused(login(pem))).message).toMatch(/did not work: key:$/)
    const long = await refused(login(`printf 'no %.0s' $(seq 500) >&2; exit 1`))
    expect(long.message.length).toBeLessThan(400)
  })

  test('the hint of a failed login names the kubeconfig and the context', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-program' }
    const path = file('other.kubeconfig', text({ user: { exec } }))
    const { hint } = await refused(source({ text: null, path }))
    expect(hint).toBe(`try the same with kubectl --kubeconfig ${path} auth whoami`)
  })

  test('the login program runs again when the API server refuses its token, whatever its expiry', async () => {
    cluster.addToken('first-token', 'first')
    cluster.addToken('second-token', 'second')
    const expirationTimestamp = '2100-01-01T00:00:00Z'
    const script = 'test "$(wc -c < ran)" -gt 1 && token=second-token || token=first-token\n'
    const print = `printf '%s' '${JSON.stringify({ kind: 'ExecCredential', status: { token: 'TOKEN', expirationTimestamp } })}' | sed "s/TOKEN/$token/"\n`
    const { credential } = await loadKubeconfig(login(`cd ${folder}\n${script}${print}`))
    expect(await whoHas(credential)).toBe('first')
    expect(await whoHas(credential)).toBe('first')
    expect(ran()).toBe(1)
    cluster.removeToken('first-token')
    expect(await whoHas(credential)).toBe('second')
    expect(ran()).toBe(2)
  })

  describe('the input of a login program', () => {
    const told = (): unknown => JSON.parse(readFileSync(join(folder, 'told'), 'utf8'))
    const tell = `printf '%s' "$KUBERNETES_EXEC_INFO" > "$TOLD"\n`
    function telling(exec: object, server: object = {}): KubeconfigSource {
      const command = file('telling', `#!/bin/sh\n${tell}${credential({ token: TOKEN })}`, 0o700)
      const env = [{ name: 'TOLD', value: join(folder, 'told') }]
      const apiVersion = 'client.authentication.k8s.io/v1beta1'
      const user = { exec: { apiVersion, command, env, ...exec } }
      return source({ text: new Secret(text({ user, cluster: server })) })
    }

    test('a login program receives its API version and interactive false', async () => {
      expect(await whoIs(telling({}))).toBe('robot')
      expect(told()).toEqual({
        kind: 'ExecCredential',
        apiVersion: 'client.authentication.k8s.io/v1beta1',
        spec: { interactive: false },
      })
    })

    test.each<[string, () => object]>([
      ['in the kubeconfig', () => ({})],
      [
        'in a file',
        () => ({
          'certificate-authority-data': undefined,
          'certificate-authority': file('told-ca.pem', cluster.caPem),
        }),
      ],
    ])(
      'a login program with provideClusterInfo receives the cluster, with its CA %s',
      async (_, where) => {
        const named = { ...where(), 'tls-server-name': 'localhost' }
        expect(await whoIs(telling({ provideClusterInfo: true }, named))).toBe('robot')
        expect(told()).toMatchObject({
          spec: {
            cluster: {
              server: cluster.server,
              'tls-server-name': 'localhost',
              'certificate-authority-data': base64(cluster.caPem),
            },
          },
        })
      },
    )
  })

  test('an error names a login program that is not installed', async () => {
    const exec = { apiVersion: 'client.authentication.k8s.io/v1', command: 'no-such-program' }
    const problem = await refused(source({ text: new Secret(text({ user: { exec } })) }))
    expect(problem.message).toBe(
      'the login of the kubeconfig did not work: no-such-program is not there',
    )
  })
})

describe('opening a cluster of the configuration', () => {
  function clusters(changes: Partial<ClustersSettings> = {}): KubernetesClusters {
    return new KubernetesClusters({
      environment: { PROD_KUBECONFIG: text() },
      kubeconfig: null,
      context: null,
      isGithub: true,
      workspace: join(folder, 'workspace'),
      clock: quickClock(),
      random: () => 0.5,
      mask: () => undefined,
      ...changes,
    })
  }
  const fromSecret = { kind: 'kubeconfigEnv', variable: 'PROD_KUBECONFIG', context: null } as const
  const pinned = (changes: Partial<ClusterConfig> = {}): ClusterConfig =>
    clusterConfig({
      server: cluster.server,
      certificateAuthority: cluster.caPem,
      auth: fromSecret,
      ...changes,
    })

  test('a kubeconfig in a secret logs in', async () => {
    const open = await clusters().open(pinned(), 'acme')
    expect(await open.whoAmI()).toMatchObject({ username: 'jane' })
    expect([open.name, open.server, open.serverCa]).toEqual(['prod', cluster.server, cluster.caPem])
    await open.close()
  })

  test.each([
    [null, 'jane'],
    ['second', 'robot'],
  ])(
    'a kubeconfig with several contexts, opened with context %s, logs in as %s',
    async (context, user) => {
      const entry = { name: 'second', context: { cluster: 'main', user: 'robot' } }
      const whole = parse(text()) as Record<'contexts' | 'users', object[]>
      whole.contexts.push(entry)
      whole.users.push({ name: 'robot', user: { token: TOKEN } })
      const wrapped = base64(stringify(whole)).replaceAll(/.{76}/g, '$&\r\n')
      const masked: string[] = []
      const from = clusters({
        environment: { PROD_KUBECONFIG: wrapped },
        mask: secret => masked.push(secret),
      })
      const open = await from.open(pinned({ auth: { ...fromSecret, context } }), 'acme')
      expect(await open.whoAmI()).toMatchObject({ username: user })
      expect(masked).toEqual(user === 'robot' ? [TOKEN] : [])
      await open.close()
    },
  )

  const cases: readonly [string, () => Promise<unknown>, string, string][] = [
    [
      'with an unset secret',
      () => clusters({ environment: {} }).open(pinned(), 'acme'),
      'CONFIG_KUBECONFIG',
      'the environment variable PROD_KUBECONFIG for cluster prod is not set',
    ],
    [
      'that is pinned to another server',
      () => clusters().open(pinned({ server: 'https://127.0.0.1:1' }), 'acme'),
      'CONFIG_CLUSTER_DIFFERS',
      'and countersign.yaml gives https://127.0.0.1:1',
    ],
    [
      'that is pinned to another CA',
      () => clusters().open(pinned({ certificateAuthority: cluster.clientCaPem }), 'acme'),
      'CONFIG_CLUSTER_DIFFERS',
      'the credential for prod has another CA for https://127.0.0.1',
    ],
    [
      'that is not pinned, at GitHub,',
      () => clusters().open(pinned({ server: null }), 'acme'),
      'CONFIG_CLUSTER_UNPINNED',
      'clusters.prod must give server and certificateAuthorityData here',
    ],
    [
      'with a kubeconfig in the workspace, at GitHub,',
      () =>
        clusters().open(
          pinned({ auth: { kind: 'kubeconfigPath', path: 'kubeconfig', context: null } }),
          'acme',
        ),
      'CONFIG_KUBECONFIG',
      'the kubeconfig kubeconfig lies in the workspace',
    ],
    [
      'with a kubeconfig path that leads back into the workspace, at GitHub,',
      () =>
        clusters().open(
          pinned({
            auth: { kind: 'kubeconfigPath', path: '../workspace/../workspace/x', context: null },
          }),
          'acme',
        ),
      'CONFIG_KUBECONFIG',
      'lies in the workspace',
    ],
    [
      'with a variable that holds other text',
      () =>
        clusters({ environment: { PROD_KUBECONFIG: `users: [${TOKEN}` } }).open(pinned(), 'acme'),
      'CONFIG_KUBECONFIG',
      'the environment variable PROD_KUBECONFIG is not a kubeconfig',
    ],
    [
      'with an expired client certificate',
      () => {
        const ended = cluster.clientFor('jane', [], { notAfter: new Date('2026-01-02T03:04:05Z') })
        const user = {
          'client-certificate-data': base64(ended.certificatePem),
          'client-key-data': base64(ended.keyPem),
        }
        return clusters({ environment: { PROD_KUBECONFIG: text({ user }) } }).open(pinned(), 'acme')
      },
      'CLUSTER_UNAUTHORIZED',
      'the client certificate for prod expired on 2026-01-02T03:04:05.000Z',
    ],
    [
      'with a client certificate that cannot be read',
      () => {
        const user = {
          'client-certificate-data': base64('none'),
          'client-key-data': base64(jane.keyPem),
        }
        return clusters({ environment: { PROD_KUBECONFIG: text({ user }) } }).open(pinned(), 'acme')
      },
      'CONFIG_KUBECONFIG',
      'the client certificate in the kubeconfig cannot be read',
    ],
  ]
  test.each(cases)('a cluster %s is refused', async (_, open, code, words) => {
    const problem = await failureOf(open(), secrets())
    expect(problem.code).toBe(code)
    expect(problem.message).toContain(words)
  })

  test('--kubeconfig and --context take precedence at a terminal', async () => {
    const path = file('flag', text({ more: { 'current-context': 'nowhere' } }))
    const at = clusters({ isGithub: false, kubeconfig: path, context: 'main', environment: {} })
    const open = await at.open(pinned({ server: null, certificateAuthority: null }), 'acme')
    expect(await open.whoAmI()).toMatchObject({ username: 'jane' })
    await open.close()
  })
})
