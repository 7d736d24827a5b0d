// The whole way on a real Gitea server and, where it is built, a real kube-apiserver with its guard: people use git and Gitea's API, one
// controller process with a token of least scopes plans, proves, issues, renews and withdraws, and revoke ends access.
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as pause } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { z } from 'zod'
import { blobId } from '../../src/adapters/system/git-command.ts'
import { trustedDigest } from '../../src/core/approval/configuration-digest.ts'
import { readCertificates } from '../../src/lib/x509/x509-certificate.ts'
import { Revoker, accessPlace, codeFor, pairOf } from '../build/access-place.ts'
import type { AccessPlace } from '../build/access-place.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { CONFIG_PATH, POLICY_PATH, usualFile } from '../build/history/usual-files.ts'
import type { Place } from '../build/place.ts'
import type { Ran } from '../build/reuse/run.ts'
import { Workshop } from '../build/workshop.ts'
import { giteaOfFile, hasGitea } from '../gitea/gitea-server.ts'
import { GiteaWorld, signatureOf } from '../gitea/gitea-world.ts'

/** One request for each style of merge. The fast-forward comes first: it needs a head on the tip. */
const STYLES = [
  ['fast', 'fast-forward-only'],
  ['rebased', 'rebase'],
  ['squashed', 'squash'],
  ['merged', 'merge'],
] as const
const NAMES = STYLES.map(([name]) => name)
const SCOPES = ['read:repository', 'write:issue', 'read:user', 'read:organization']
const READS = '/api/v1/namespaces/apps/configmaps'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLL_MS = 500
const COMMENTS = z.array(z.object({ body: z.string(), user: z.object({ login: z.string() }) }))
const OPENED = z.object({ number: z.number() })
const LINE = z.looseObject({ time: z.string(), level: z.string(), message: z.string() })

type Line = z.output<typeof LINE>

const truest = GUARDED.slice(-1)
const describeGitea = hasGitea() ? describe : describe.skip

describeGitea.each(truest)('%s: the whole way on a Gitea server', kind => {
  const gitea = giteaOfFile()
  const workshop = new Workshop()
  const log: Line[] = []
  let world: GiteaWorld
  let at: AccessPlace
  let place: Place
  let revoker: Revoker
  let child: ChildProcess
  let ended: Promise<Ran>
  let digest: string
  let firstSerial: string
  let unread: number
  let forge: Readonly<Record<string, string>>

  beforeAll(async () => {
    await startCluster()
    world = new GiteaWorld(gitea.server(), 'acme/certs', join(gitea.folder(), 'work'))
    await world.work.create()
    await world.api(null, 'POST', '/orgs', { username: 'acme' })
    const body = { name: 'certs', private: true, default_branch: 'main' }
    await world.api(null, 'POST', '/orgs/acme/repos', body)
    const owner = await world.addUser('owner')
    for (const login of ['author', 'reviewer', 'countersign']) await world.addUser(login)
    const rights = { owner: 'admin', author: 'write', reviewer: 'write', countersign: 'admin' }
    for (const [login, permission] of Object.entries(rights))
      await world.at(null, 'PUT', `/collaborators/${login}`, { permission })
    const files = {
      [CONFIG_PATH]: usualFile(CONFIG_PATH, {
        ...at.config,
        forge: { kind: 'gitea', url: world.server.url },
        defaults: [
          {
            paths: ['requests/**'],
            spec: {
              signerName: 'kubernetes.io/kube-apiserver-client',
              usages: ['digital signature', 'client auth'],
              duration: '1h',
              renewBefore: '59m',
              namespace: place.namespace,
            },
          },
        ],
        people: null,
        approval: { configuration: { required: 1, users: [{ login: 'owner', id: owner }] } },
      }),
      [POLICY_PATH]: usualFile(POLICY_PATH, {
        access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }],
        sinks: [{ secret: { namespaces: [place.namespace], names: ['*-tls'] } }],
      }),
    }
    const start = await world.commit({ parents: [], files, author: signatureOf('owner') })
    await world.push('owner', start, 'main')
    forge = {
      GITEA_SERVER_URL: world.server.url,
      GITEA_SERVER_TOKEN: await world.token('countersign', SCOPES),
    }
    const blobs = Object.entries(files).map(([path, text]) => [path, blobId(Buffer.from(text))])
    digest = trustedDigest(new Map(blobs as [string, string][]))
    startController()
  })

  afterAll(async () => {
    child?.kill('SIGTERM')
    await ended
    revoker?.end()
    await at?.end()
    workshop.end()
  })

  /** A guarded cluster whose apply identity also has what manifests controller prints. */
  async function startCluster(): Promise<void> {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['list'] }]
    at = await accessPlace(kind, { roles: { 'cs-reader': rules } })
    place = at.place
    workshop.write(CONFIG_PATH, usualFile(CONFIG_PATH, at.config))
    const words = ['manifests', 'controller', '--user', place.user, '--cluster', 'prod']
    const { stdout } = await workshop.run(words)
    workshop.remove(CONFIG_PATH)
    await at.cluster.apply(stdout)
    revoker = await Revoker.in(at)
  }

  function startController(): void {
    const args = ['controller', '--repository', 'acme/certs', '--trusted-config', digest]
    const more = ['--comment', '--listen', '127.0.0.1:0', '--github-calls', '999999']
    ended = workshop.run([...args, ...more], {
      env: { ...forge, CI: 'true', KUBECONFIG_PROD: place.kubeconfig },
      meanwhile: async running => {
        child = running
        if (running.stdout === null) return
        for await (const line of createInterface({ input: running.stdout })) {
          log.push(LINE.parse(JSON.parse(line)))
        }
      },
    })
  }

  /** Ends when the log has a line that `isWanted` accepts. Fails if the controller ended. */
  async function logged(isWanted: (line: Line) => boolean): Promise<Line> {
    for (;;) {
      const found = log.find(isWanted)
      if (found !== undefined) return found
      if (child !== undefined && child.exitCode !== null)
        throw new Error(`the controller ended: ${JSON.stringify(log)}`)
      await pause(POLL_MS)
    }
  }
  /** Ends when the log says this of a request, such as fast: issued. Fails if it was refused or failed. */
  async function said(message: string): Promise<void> {
    const [name] = message.split(':')
    const other = [`${name}: refused`, `${name}: failed`]
    const line = await logged(({ message: each }) => each === message || other.includes(each))
    expect(line).toMatchObject({ message })
  }

  async function commentsOn(number: number): Promise<readonly string[]> {
    const found = COMMENTS.parse(await world.at(null, 'GET', `/issues/${number}/comments`))
    return found.filter(({ user }) => user.login === 'countersign').map(({ body }) => body)
  }

  /** The one comment of countersign, once it has this text. */
  async function comment(number: number, text: string): Promise<string> {
    for (;;) {
      const found = await commentsOn(number)
      expect(found.length).toBeLessThanOrEqual(1)
      if (found[0] !== undefined && found[0].includes(text)) return found[0]
      if (child.exitCode !== null) throw new Error(`the controller ended: ${JSON.stringify(log)}`)
      await pause(POLL_MS)
    }
  }

  /** A pull request of the author from the tip of main. */
  async function open(
    name: string,
    files: Readonly<Record<string, string | null>>,
  ): Promise<number> {
    await world.work.fetch(world.address(null))
    const tip = (await world.tip('main')) ?? ''
    const made = await world.commit({ parents: [tip], files, author: signatureOf('author') })
    await world.push('author', made, name)
    const body = { title: name, head: name, base: 'main' }
    return OPENED.parse(await world.at('author', 'POST', '/pulls', body)).number
  }

  /** In a later second than the push: a review of the same second could have come before it, and does not count. */
  async function approve(number: number): Promise<void> {
    await world.nextSecond()
    const body = { event: 'APPROVED', body: 'read' }
    await world.at('reviewer', 'POST', `/pulls/${number}/reviews`, body)
  }

  async function merge(number: number, style: string): Promise<void> {
    const before = await world.newest('main')
    await world.mergeable(number)
    await world.nextSecond()
    await world.merge('owner', number, style)
    await world.recorded(world.repository, 'main', before)
  }

  const secretPath = (name: string): string =>
    `/api/v1/namespaces/${place.namespace}/secrets/${name}-tls`

  async function serialIn(name: string): Promise<string> {
    const { body } = await place.admin.get(secretPath(name))
    const pem = Buffer.from(body.data['tls.crt'] ?? '', 'base64').toString()
    const read = readCertificates(pem)
    return read.ok ? (read.value[0]?.serial ?? '') : ''
  }

  test('each open pull request gets its plan in one comment, without any CI', async () => {
    for (const name of NAMES) {
      const path = `requests/people/${name}.yaml`
      await open(name, { [path]: usualFile(path, { access: ACCESS }) })
    }
    for (const [at, name] of NAMES.entries())
      expect(await comment(at + 1, '### countersign: needs approval')).toContain(name)
  })

  test('after the review of a second person the comment says that nothing is missing', async () => {
    for (const at of NAMES.keys()) await approve(at + 1)
    for (const at of NAMES.keys()) await comment(at + 1, '### countersign: ready')
  })

  test('merged with each style, each request gets its Secret, and its comment the outcome', async () => {
    for (const [at, [, style]] of STYLES.entries()) await merge(at + 1, style)
    for (const [at, name] of NAMES.entries()) {
      await said(`${name}: issued`)
      await comment(at + 1, '✅ issued')
      const { body } = await place.admin.get(secretPath(name))
      expect(body.type).toBe('kubernetes.io/tls')
    }
    firstSerial = await serialIn('merged')
  })

  test('prove shows who approved, by the same token', async () => {
    const path = 'requests/people/rebased.yaml'
    const ran = await workshop.run(['prove', path, '--repository', 'acme/certs'], { env: forge })
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.stdout).toMatch(/reviewer/)
  })

  test('pull mode finds nothing to do after the controller', async () => {
    const args = ['apply', '--prove', '--repository', 'acme/certs', '--trusted-config', digest]
    const env = { ...forge, CI: 'true', KUBECONFIG_PROD: place.kubeconfig }
    const ran = await workshop.run(args, { env })
    expect(ran).toMatchObject({ code: 0 })
    expect(ran.stderr).toBe('')
    expect(ran.stdout).toContain('nothing to issue, renew or withdraw')
  })

  test('a request that an approved change withdraws loses its Secret', async () => {
    const [path, other] = ['requests/people/fast.yaml', 'requests/people/unread.yaml']
    const number = await open('leaves', { [path]: usualFile(path, { withdraw: true }) })
    await approve(number)
    await merge(number, 'merge')
    unread = await open('unread', { [other]: usualFile(other, {}) })
    await merge(unread, 'squash')
    await said('fast: withdrawn')
    expect(await place.admin.get(secretPath('fast'))).toMatchObject({ code: 404 })
  })

  test('a request that nobody approved is refused, and the notice names it', async () => {
    await said('unread: refused')
    await comment(unread, 'APPROVAL_MISSING')
    const issues = await world.at(null, 'GET', '/issues?type=issues&state=open')
    expect(issues).toMatchObject([{ user: { login: 'countersign' } }])
    expect(JSON.stringify(issues)).toContain('unread')
    expect(await place.admin.get(secretPath('unread'))).toMatchObject({ code: 404 })
  })

  test('a certificate is renewed when it is due', async () => {
    while ((await serialIn('merged')) === firstSerial) await pause(POLL_MS)
    await said('merged: renewed')
  })

  test('revoke ends the access at once, and the controller does not bind it again', async () => {
    const pair = await pairOf(place, 'squashed')
    expect(await codeFor(pair, READS, place)).toBe(200)
    await revoker.revokes('squashed')
    expect(await codeFor(pair, READS, place)).toBe(403)
    await said('squashed: refused')
    expect(await codeFor(pair, READS, place)).toBe(403)
    expect(await codeFor(await pairOf(place, 'merged'), READS, place)).toBe(200)
  })

  test('the controller ends cleanly, and its log has no secret', async () => {
    child.kill('SIGTERM')
    if (child.exitCode === null) await once(child, 'exit')
    const { code, stdout, stderr } = await ended
    expect(code).toBe(0)
    expect(stdout + stderr).not.toMatch(/PRIVATE KEY|BEGIN CERTIFICATE/)
    expect(stdout + stderr).not.toContain(forge['GITEA_SERVER_TOKEN'])
  })
})
