// auth: inCluster as in a pod; the tests write its files.
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inCluster } from '../../../../../src/adapters/kubernetes/login/in-cluster.ts'
import { KubernetesClusters } from '../../../../../src/adapters/kubernetes/login/cluster-logins.ts'
import { Transport } from '../../../../../src/adapters/kubernetes/http/api-transport.ts'
import { Secret } from '../../../../../src/domain/request/secret-value.ts'
import { failureOf, quickClock } from '../../../../build/connected.ts'
import { clusterConfig } from '../../../../build/effective.ts'
import { answering, startOddServer } from '../../../../build/odd-server.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'countersign-pod-'))
  write('token', 'first-token\n')
  write('ca.crt', 'CA\n')
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const write = (name: string, text: string) => writeFileSync(join(folder, name), text)

const environment = (more: Readonly<Record<string, string>> = {}) => ({
  KUBERNETES_SERVICE_HOST: '10.96.0.1',
  KUBERNETES_SERVICE_PORT: '443',
  COUNTERSIGN_SERVICE_ACCOUNT_FOLDER: folder,
  ...more,
})
const open = (more?: Readonly<Record<string, string>>, clock = quickClock()) =>
  inCluster('prod', environment(more), clock)
const headerOf = async ({ authorization }: Awaited<ReturnType<typeof open>>, refused?: string) =>
  (await authorization(refused === undefined ? undefined : new Secret(refused)))?.reveal()

describe('the service account of a pod', () => {
  test('the login uses the address in the environment and the files of the pod', async () => {
    const credential = await open()
    expect(credential).toMatchObject({ ca: 'CA\n', certificate: null, key: null })
    expect(credential.server.href).toBe('https://10.96.0.1/')
    expect(await headerOf(credential)).toBe('Bearer first-token')
  })

  test('the login accepts an IPv6 address and another port', async () => {
    const at = { KUBERNETES_SERVICE_HOST: 'fd00::1', KUBERNETES_SERVICE_PORT: '6443' }
    expect((await open(at)).server.href).toBe('https://[fd00::1]:6443/')
  })

  test('the token is read again after some seconds, and not for every call', async () => {
    const clock = quickClock()
    const credential = await open({}, clock)
    write('token', 'second-token')
    expect(await headerOf(credential)).toBe('Bearer first-token')
    await clock.sleep(10_000)
    expect(await headerOf(credential)).toBe('Bearer second-token')
  })

  test('the token is read again at once when it is refused', async () => {
    const credential = await open()
    write('token', 'second-token')
    expect(await headerOf(credential, 'Bearer first-token')).toBe('Bearer second-token')
    expect(await headerOf(credential, 'Bearer second-token')).toBe('Bearer second-token')
  })

  test('the token is read through the link that the kubelet moves', async () => {
    const clock = quickClock()
    for (const at of ['one', 'two']) writeFileSync(join(folder, at), `${at}-token`)
    rmSync(join(folder, 'token'))
    symlinkSync('one', join(folder, 'token'))
    const credential = await open({}, clock)
    expect(await headerOf(credential)).toBe('Bearer one-token')
    symlinkSync('two', join(folder, 'next'))
    renameSync(join(folder, 'next'), join(folder, 'token'))
    await clock.sleep(10_000)
    expect(await headerOf(credential)).toBe('Bearer two-token')
  })

  test.each([
    ['host', { KUBERNETES_SERVICE_HOST: '' }],
    ['port', { KUBERNETES_SERVICE_PORT: '' }],
  ])('a pod without a %s in its environment has no service account', async (_, more) => {
    expect(await failureOf(open(more))).toEqual({
      code: 'CONFIG_AUTH_UNSUPPORTED',
      at: null,
      message: 'clusters.prod.auth is inCluster, which works only in a pod of that cluster',
      hint: 'run countersign as a CronJob there; elsewhere log in with --kubeconfig FILE or auth: {kubeconfig: …}',
    })
  })

  test.each([
    ['token', 'is missing', null],
    ['token', 'is empty', '\n'],
    ['ca.crt', 'is missing', null],
    ['ca.crt', 'is empty', ''],
  ])('the hint says to mount the service account where its %s %s', async (name, _, text) => {
    if (text === null) rmSync(join(folder, name))
    else write(name, text)
    const problem = await failureOf(open(), ['first-token'])
    expect(problem).toEqual({
      code: 'CONFIG_AUTH_UNSUPPORTED',
      at: null,
      message: `clusters.prod.auth is inCluster, and ${join(folder, name)} cannot be read or is empty`,
      hint: 'give the pod its service account: serviceAccountName, and not automountServiceAccountToken: false',
    })
  })

  test('the files are read from the default folder of pods', async () => {
    const problem = await failureOf(open({ COUNTERSIGN_SERVICE_ACCOUNT_FOLDER: '' }))
    expect(problem.message).toContain(
      ' /var/run/secrets/kubernetes.io/serviceaccount/ca.crt cannot',
    )
  })

  test('a refused token is reported where the file has no other one', async () => {
    const server = await startOddServer(answering(401, 'Unauthorized'))
    const credential = { ...(await open()), server: new URL(server.server) }
    const transport = new Transport(credential, quickClock(), () => 0.5)
    const problem = await failureOf(transport.ask({ method: 'GET', path: '/' }), ['first-token'])
    expect(problem.code).toBe('CLUSTER_UNAUTHORIZED')
    expect(problem.hint).toContain(`the token in ${folder} is not this API server's, or has ended`)
    expect(server.asked).toHaveLength(1)
    transport.close()
    await server.close()
  })
})

describe('a cluster with inCluster', () => {
  const masked: string[] = []
  const clusters = () =>
    new KubernetesClusters({
      environment: environment(),
      kubeconfig: null,
      context: null,
      isGithub: true,
      workspace: folder,
      clock: quickClock(),
      random: () => 0.5,
      mask: secret => masked.push(secret),
    })
  const config = (changes: object = {}) =>
    clusterConfig({
      auth: { kind: 'inCluster' },
      server: 'https://api.example.com:6443',
      certificateAuthority: 'C A',
      ...changes,
    })

  test('a cluster must have the configured CA, and its address may differ', async () => {
    const cluster = await clusters().open(config(), 'acme')
    expect(cluster.server).toBe('https://10.96.0.1')
    await cluster.close()
  })

  test('a cluster with another CA is refused', async () => {
    const other = clusters().open(config({ certificateAuthority: 'CB' }), 'acme')
    expect((await failureOf(other)).code).toBe('CONFIG_CLUSTER_DIFFERS')
  })

  test('a cluster needs server and CA in the configuration', async () => {
    const unpinned = clusters().open(config({ server: null }), 'acme')
    expect((await failureOf(unpinned)).code).toBe('CONFIG_CLUSTER_UNPINNED')
  })
})
