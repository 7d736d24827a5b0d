// The login program of a person with an own key: kubectl logs in with the cached certificate, and goes through renewals without
// anybody's help and with few calls of GitHub.
import { execFileSync } from 'node:child_process'
import { X509Certificate } from 'node:crypto'
import { chmodSync, readFileSync, readdirSync, statSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parse, stringify } from 'yaml'
import { ArtifactService } from '../github-double/artifacts/artifact-service.ts'
import { ApiClient } from '../build/api-client.ts'
import { withAcme } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
import { MAY_NOTIFY, configuration } from '../build/github-run.ts'
import { newKey, opensslRequest } from '../build/openssl-request.ts'
import { ownPlace } from '../build/place.ts'
import type { Place } from '../build/place.ts'
import type { Ran } from '../build/reuse/run.ts'
import { Workshop, kubeconfig } from '../build/workshop.ts'

const DAY_MS = 86_400_000
const ROOT = new URL('../../', import.meta.url).pathname
const JANE = 'requests/people/jane.yaml'
const AUTHOR = 1001
const TOKEN = 'ghp_of-the-author'
const INFO = JSON.stringify({
  kind: 'ExecCredential',
  apiVersion: 'client.authentication.k8s.io/v1',
  spec: { interactive: false },
})

let service: ArtifactService
let home: Workshop
let day = 0
let runs = 0
let key = ''
beforeEach(async () => {
  ;[day, runs] = [0, 0]
  service = new ArtifactService(() => new Date(Date.now() + day * DAY_MS))
  await service.start()
  home = new Workshop()
  key = newKey()
  home.write('.countersign/jane.key', key)
  chmodSync(join(home.folder, '.countersign'), 0o700)
  chmodSync(join(home.folder, '.countersign/jane.key'), 0o600)
})
afterEach(async () => {
  home.end()
  await service.close()
})

/** jane's certificate of 168 h is issued on day 0; the configuration names the CA of the signer. */
async function withJane(
  act: (scene: Scene) => Promise<void>,
  sinkOf: (place: Place) => object = () => ({ artifact: {} }),
  visibility: 'private' | 'public' = 'private',
  more: object = {},
): Promise<void> {
  const { pem } = opensslRequest({ subject: '/O=developers/CN=jane', keyPem: key })
  const now = (): Date => new Date(Date.now() + day * DAY_MS)
  const { place, cluster, end } = await ownPlace({ now })
  const base64 = (text: string): string => Buffer.from(text).toString('base64')
  const signer = { certificateAuthorityData: base64(cluster.clientCaPem) }
  const prod = {
    server: place.server,
    certificateAuthorityData: base64(place.caPem),
    recordNamespace: place.namespace,
    signers: { 'kubernetes.io/kube-apiserver-client': signer },
  }
  const files = {
    'countersign.yaml': configuration(place, { clusters: { prod }, ...more }),
    'policies/people.yaml': {
      sinks: [
        { artifact: { public: true } },
        { secret: { namespaces: [place.namespace], names: ['*-tls'] } },
      ],
    },
  }
  try {
    await withAcme(place, { visibility, files }, async acme => {
      const scene = { acme, place, cluster }
      const permissions = { contents: 'read', pull_requests: 'read' } as const
      acme.github.tokens.set(TOKEN, { as: { account: AUTHOR }, permissions })
      acme.merges(1, { [JANE]: { request: pem, sinks: [sinkOf(place)] } })
      await applies(scene)
      await act(scene)
    })
  } finally {
    await end()
  }
}

/** A run of the action on the current day. */
async function applies({ acme, place, cluster }: Scene): Promise<void> {
  const env = {
    ...service.jobEnvironment((runs += 1)),
    GITHUB_SERVER_URL: 'https://github.com',
    KUBECONFIG_PROD: kubeconfig(place, cluster.clientFor(place.user)),
    AHEAD_MS: String(day * DAY_MS),
  }
  const words = { env, permissions: MAY_NOTIFY, preload: ['test/build/clock-ahead.mjs'] }
  expect((await acme.apply(words, runs === 1 ? 'push' : 'schedule')).code).toBe(0)
}

function onDay(later: number, { acme }: Scene): void {
  acme.does(`${later - day} days pass`)
  day = later
}

/** The command line on the current day, in jane's home folder. */
function ran({ acme }: Scene, args: readonly string[], env: Record<string, string> = {}, folder = ''): Promise<Ran> {
  return home.run(args, {
    folder,
    env: {
      GITHUB_API_URL: acme.url,
      GITHUB_TOKEN: TOKEN,
      NODE_OPTIONS: `--import ${join(ROOT, 'test/build/clock-ahead.mjs')}`,
      AHEAD_MS: String(day * DAY_MS),
      ...env,
    },
  })
} // prettier-ignore

interface Answer {
  readonly certificate: X509Certificate
  readonly pem: string
  readonly keyPem: string
  readonly expiration: number
  /** Calls of GitHub. */
  readonly calls: number
}

/** What kubectl gets from the program that the kubeconfig names. */
async function login(scene: Scene, file = 'kubeconfig', env: Record<string, string> = {}): Promise<Answer> {
  const entry = parse(home.read(file)).users.find(({ name }: { name: string }) => name === 'jane@prod')
  const { command, args } = entry.user.exec
  expect(command).toBe('countersign')
  const { github } = scene.acme
  github.forget()
  const answer = await ran(scene, args, { KUBERNETES_EXEC_INFO: INFO, ...env })
  if (answer.code !== 0) throw new Error(answer.stderr)
  const { status } = JSON.parse(answer.stdout)
  const { rest, graphql } = github.calls()
  return {
    certificate: new X509Certificate(status.clientCertificateData),
    pem: status.clientCertificateData,
    keyPem: status.clientKeyData,
    expiration: Date.parse(status.expirationTimestamp),
    calls: rest + graphql,
  }
} // prettier-ignore

/** The user that the API server reports. */
async function whoAmI({ place }: Scene, { pem, keyPem }: Answer): Promise<string> {
  const client = new ApiClient(place, { certificatePem: pem, keyPem })
  const review = { apiVersion: 'authentication.k8s.io/v1', kind: 'SelfSubjectReview' }
  const answer = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', review)
  client.close()
  return answer.body.status?.userInfo.username ?? `refused with ${answer.code}`
}

const KUBECONFIG = ['kubeconfig', 'jane', '--repository', 'acme/certs']

describe('countersign kubeconfig --merge', () => {
  const others = `# my clusters
apiVersion: v1
kind: Config
clusters:
- name: home   # at home
  cluster: {server: https://home}
contexts: []
users: []
current-context: home
`

  test('the entries are merged into the first file of KUBECONFIG, and kubectl logs in as jane without a call', () =>
    withJane(async scene => {
      home.write('kubeconfig', others)
      const KUBECONFIG_LIST = `${join(home.folder, 'kubeconfig')}:${join(home.folder, 'other')}`
      home.write('other', 'clusters: [{name: prod, cluster: {server: https://other}}]')
      const refused = await ran(scene, [...KUBECONFIG, '--merge'], { KUBECONFIG: KUBECONFIG_LIST })
      expect([refused.code, home.read('kubeconfig')]).toEqual([1, others])
      expect(refused.stdout + refused.stderr).toMatch(
        /the cluster prod of \S+other has another server/,
      )
      home.write('other', '')
      const merged = await ran(scene, [...KUBECONFIG, '--merge'], { KUBECONFIG: KUBECONFIG_LIST })
      expect([merged.code, merged.stdout]).toEqual([0, ''])
      expect(merged.stderr).toContain('kubectl --context jane@prod auth whoami')
      expect(merged.stderr).toContain('warning: kubectl runs countersign')
      const text = home.read('kubeconfig')
      expect(text.startsWith(others.slice(0, others.indexOf('contexts:')))).toBe(true)
      expect(text).not.toMatch(/KEY|client-key-data/)
      expect(parse(text)).toMatchObject({
        'current-context': 'home',
        clusters: [{ name: 'home' }, { name: 'prod', cluster: { server: scene.place.server } }],
      })
      expect(statSync(join(home.folder, 'kubeconfig')).mode & 0o777).toBe(0o600)
      const backup = readdirSync(home.folder).find(name => name.endsWith('.backup')) ?? ''
      expect(home.read(backup)).toBe(others)

      const answer = await login(scene)
      expect(answer.calls).toBe(0)
      expect(answer.keyPem).toBe(key)
      expect(await whoAmI(scene, answer)).toBe('jane')
      expect((await ran(scene, [...KUBECONFIG, '--merge'])).stderr).toContain('unchanged: ')
      expect(readdirSync(home.folder).filter(name => name.endsWith('.backup'))).toHaveLength(1)
    }))

  test('a certificate of a request that is withdrawn is merged without a promise of renewals', () =>
    withJane(async scene => {
      scene.acme.merges(2, { [JANE]: 'removed' })
      const merged = await ran(scene, [...KUBECONFIG, '--merge'])
      expect(merged).toMatchObject({ code: 0, stderr: expect.not.stringContaining('renewals') })
      expect(merged.stderr).toContain('not renewed, because the default branch does not request it')
    }))

  test('the server of a cluster that another context uses is not replaced, and the file stays as it is', () =>
    withJane(async scene => {
      const context = 'contexts: [{name: home, context: {cluster: prod, user: admin}}]'
      const foreign = others.replace('name: home', 'name: prod').replace('contexts: []', context)
      home.write('kubeconfig', foreign)
      const merged = await ran(scene, [...KUBECONFIG, '--merge'])
      expect(merged).toMatchObject({ code: 1, stdout: expect.stringContaining('CONFIG_KUBECONFIG') })
      expect(home.read('kubeconfig')).toBe(foreign)
    })) // prettier-ignore

  test('a missing kubeconfig is made, and there is no warning where countersign is on the PATH', () =>
    withJane(async scene => {
      symlinkSync(process.execPath, join(home.folder, 'countersign'))
      const PATH = `${home.folder}:${process.env['PATH'] ?? ''}`
      const merged = await ran(scene, [...KUBECONFIG, '--merge', 'new/config'], { PATH })
      expect(merged).toMatchObject({ code: 0, stderr: expect.not.stringContaining('warning') })
      expect(parse(home.read('new/config'))['current-context']).toBe('jane@prod')
      expect(await whoAmI(scene, await login(scene, 'new/config'))).toBe('jane')
      const path = join(home.folder, '.countersign/jane.key')
      chmodSync(path, 0o640)
      const open = await ran(scene, [...KUBECONFIG, '--merge', 'new/config'], { PATH })
      const warning = `warning: other users may read or change the private key; run: chmod 600 ${path}`
      expect(open).toMatchObject({ code: 0, stderr: expect.stringContaining(warning) })
    }))
})

describe('countersign credential', () => {
  test('kubectl goes through renewals: one call per look while nothing changed, one for the new certificate, else none', () =>
    withJane(async scene => {
      await ran(scene, [...KUBECONFIG, '--merge'])
      const first = await login(scene)
      onDay(3, scene)
      expect(await login(scene)).toMatchObject({ calls: 0, pem: first.pem })

      // Due, and not renewed yet.
      onDay(5, scene)
      expect(await login(scene)).toMatchObject({ calls: 1, pem: first.pem })
      expect(await login(scene)).toMatchObject({ calls: 0, pem: first.pem })
      await applies(scene)
      onDay(6, scene)
      const second = await login(scene)
      expect(second.calls).toBe(1)
      expect(second.certificate.serialNumber).not.toBe(first.certificate.serialNumber)
      expect(await whoAmI(scene, second)).toBe('jane')
      expect(await login(scene)).toMatchObject({ calls: 0, pem: second.pem })
      expect(second.expiration).toBeLessThan(Date.parse(second.certificate.validTo))

      onDay(10, scene)
      await applies(scene)
      onDay(11, scene)
      const third = await login(scene)
      expect(third.calls).toBe(1)
      expect([third.pem === second.pem, await whoAmI(scene, third)]).toEqual([false, 'jane'])
    }))

  test('without GitHub the certificate is used until it expires, with one warning per look', () =>
    withJane(async scene => {
      await ran(scene, [...KUBECONFIG, '--merge'])
      onDay(6, scene)
      const args = parse(home.read('kubeconfig')).users[0].user.exec.args
      const offline = { GITHUB_API_URL: 'http://127.0.0.1:1' }
      const warned = await ran(scene, args, offline)
      expect(warned).toMatchObject({ code: 0, stderr: expect.stringContaining('GITHUB_UNREACHABLE') })
      expect(await ran(scene, args, offline)).toMatchObject({ code: 0, stderr: '' })
      onDay(8, scene)
      const ended = await ran(scene, args, offline)
      expect(ended).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('GITHUB_UNREACHABLE') })
      expect(await ran(scene, args, offline)).toEqual(ended)
    })) // prettier-ignore

  test('kubectl commands that start after a look ask nobody until the next one', () =>
    withJane(async scene => {
      await ran(scene, [...KUBECONFIG, '--merge'])
      onDay(5, scene)
      const args = parse(home.read('kubeconfig')).users[0].user.exec.args
      await login(scene)
      scene.acme.github.forget()
      const all = await Promise.all(Array.from({ length: 8 }, () => ran(scene, args)))
      expect(all.map(({ code, stderr }) => [code, stderr])).toEqual(all.map(() => [0, '']))
      expect(scene.acme.github.calls()).toEqual({ rest: 0, graphql: 0 })
    }))

  test('without a cache the first call finds cluster and certificate, with the token of gh', () =>
    withJane(async scene => {
      home.write('bin/gh', `#!/bin/sh\necho ${TOKEN}\n`)
      chmodSync(join(home.folder, 'bin/gh'), 0o755)
      const PATH = `${join(home.folder, 'bin')}:${process.env['PATH'] ?? ''}`
      const args = ['credential', 'jane', '--repository', 'acme/certs']
      const answer = await ran(scene, args, { PATH, GITHUB_TOKEN: '' })
      expect([answer.code, answer.stderr]).toEqual([0, ''])
      expect(JSON.parse(answer.stdout).status.clientCertificateData).toContain('BEGIN CERTIFICATE')
      const none = await ran(scene, [...args, '--cluster', 'prod'], { GITHUB_TOKEN: '' })
      expect(none).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('RUN_USAGE') })
    })) // prettier-ignore

  test('a certificate in a Secret is read with the login of the person, and GitHub is not called', () =>
    withJane(
      async scene => {
        const { acme, place, cluster } = scene
        const admin = kubeconfig(place, cluster.clientFor('admin', ['system:masters']))
        home.write('admin', admin)
        const bare = join(home.folder, 'certs.git')
        acme.stage.world.exportTo(acme.stage.repository, bare)
        execFileSync('git', ['clone', '--quiet', bare, join(home.folder, 'checkout')])
        const secret = `${place.namespace}/jane-tls`
        const words = ['kubeconfig', 'jane', '--secret', secret, '--merge', '../kubeconfig']
        const env = { KUBECONFIG: join(home.folder, 'admin'), GITHUB_TOKEN: '' }
        const merged = await ran(scene, [...words, '--repository', 'acme/certs'], env, 'checkout')
        expect([merged.code, merged.stderr]).toEqual([0, expect.stringContaining('merged into')])
        expect(merged.stderr).toContain(
          'kubectl --kubeconfig ../kubeconfig --context jane@prod auth',
        )

        const entry = parse(home.read('kubeconfig')).clusters[0].cluster
        const info = JSON.stringify({
          ...JSON.parse(INFO),
          spec: { interactive: false, cluster: entry },
        })
        const asked = { KUBERNETES_EXEC_INFO: info, GITHUB_TOKEN: '' }
        const first = await login(scene, 'kubeconfig', asked)
        onDay(5, scene)
        const args = parse(home.read('kubeconfig')).users[0].user.exec.args
        expect((await ran(scene, args, asked)).stderr).toContain('CLUSTER_FORBIDDEN')
        cluster.allow({ user: 'jane' }, [
          { apiGroups: [''], resources: ['secrets'], verbs: ['get'], resourceNames: ['jane-tls'] },
        ])
        await applies(scene)
        onDay(6, scene)
        const second = await login(scene, 'kubeconfig', asked)
        expect([first.calls, second.calls]).toEqual([0, 0])
        expect([second.pem === first.pem, await whoAmI(scene, second)]).toEqual([false, 'jane'])
      },
      ({ namespace }) => ({ secret: { namespace, name: 'jane-tls' } }),
    ))

  test('a certificate in an artifact of a public repository is found without a flag and fetched by kubectl, and the token is not sent to its store', () =>
    withJane(
      async scene => {
        scene.acme.github.artifacts = service
        const early = await ran(scene, [...KUBECONFIG, '--merge'])
        expect([early.code, early.stdout]).toEqual([
          1,
          expect.stringMatching(
            /no certificate of jane on prod in the comments of acme\/certs or in artifact jane \(.*actions: read/,
          ),
        ])
        const permissions = { contents: 'read', pull_requests: 'read', actions: 'read' } as const
        scene.acme.github.tokens.set(TOKEN, { as: { account: AUTHOR }, permissions })
        const merged = await ran(scene, [...KUBECONFIG, '--merge'])
        expect([merged.code, merged.stderr]).toEqual([0, expect.stringContaining('merged into')])
        const first = await login(scene)
        expect([first.calls, await whoAmI(scene, first)]).toEqual([0, 'jane'])

        onDay(5, scene)
        await applies(scene)
        onDay(6, scene)
        const second = await login(scene)
        // The list, and the archive of the newest artifact.
        expect(second.calls).toBe(2)
        expect([second.pem === first.pem, await whoAmI(scene, second)]).toEqual([false, 'jane'])
        expect(service.tokensAtStore).toEqual([])
      },
      () => ({ artifact: {} }),
      'public',
    ))

  test('a certificate is in the comment of a public repository if the configuration says so, and kubectl logs in with it', () =>
    withJane(
      async scene => {
        const merged = await ran(scene, [...KUBECONFIG, '--merge'])
        expect([merged.code, merged.stderr]).toEqual([0, expect.stringContaining('merged into')])
        expect(await whoAmI(scene, await login(scene))).toBe('jane')
        expect(home.read('kubeconfig')).not.toContain('--artifact')
      },
      () => ({ artifact: {} }),
      'public',
      { certificatesInPublicComments: true },
    ))

  test('a new key on this machine does not log in with the old certificate', () =>
    withJane(async scene => {
      await ran(scene, [...KUBECONFIG, '--merge'])
      home.write('.countersign/jane.key', newKey())
      const args = parse(home.read('kubeconfig')).users[0].user.exec.args
      const answer = await ran(scene, args)
      expect(answer).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining('SINK_KEY_DIFFERS') })
    })) // prettier-ignore

  test('refusals print nothing on stdout and never the key', () =>
    withJane(async scene => {
      const credential = ['credential', 'jane', '--repository', 'acme/certs']
      const other = { KUBERNETES_EXEC_INFO: INFO.replace('/v1', '/v1beta1') }
      home.write('text.key', 'not a key: s3cret')
      for (const [args, env, says] of [
        [credential, other, 'got "client.authentication.k8s.io/v1beta1"'],
        [['credential', '../jane'], {}, 'is not a valid request name'],
        [[...credential, '--key', 'missing.key'], {}, 'RUN_FILES'],
        [[...credential, '--key', 'text.key', '--verbose'], {}, 'SINK_KEY_UNREADABLE'],
      ] as const) {
        const answer = await ran(scene, args, env)
        expect(answer).toMatchObject({ stdout: '', stderr: expect.stringContaining(says) })
        expect(answer.code).not.toBe(0)
        expect(answer.stderr).not.toMatch(/s3cret|PRIVATE/)
      }
    }))

  test('the program of the kubeconfig is run by our own client too', () =>
    withJane(async scene => {
      await ran(scene, [...KUBECONFIG, '--merge', 'kube/config'])
      const config = parse(home.read('kube/config'))
      const { exec } = config.users[0].user
      const args = [join(ROOT, 'build/cli.js'), ...exec.args]
      config.users[0].user.exec = { ...exec, command: process.execPath, args }
      home.write('kube/config', stringify(config))
      const listed = await ran(scene, ['csr', 'list', '--kubeconfig', 'kube/config'])
      // jane logs in, and her rights do not suffice.
      expect(listed.stdout + listed.stderr).toContain('CLUSTER_FORBIDDEN')
      expect(readFileSync(join(home.folder, 'kube/config'), 'utf8')).not.toContain('PRIVATE')
    }))
})
