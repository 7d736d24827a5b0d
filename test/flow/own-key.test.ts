// Requesters with an own key: the certificate is an artifact and in the comment, and `countersign kubeconfig` joins it with the key.
// Without a runner, or in public, nothing is issued.
import { statSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { certificatesIn } from '../../src/output/comment/certificates-in-comment.ts'
import { ISSUED_MARKER } from '../../src/output/comment/outcome-comment.ts'
import { ArtifactService } from '../github-double/artifacts/artifact-service.ts'
import { addComment } from '../github-double/pull-requests/comments.ts'
import { ApiClient } from '../build/api-client.ts'
import { atAcme } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
import { newKey, opensslRequest } from '../build/openssl-request.ts'
import { NOTHING_STANDS, standingIn } from '../build/place.ts'
import type { ActionRan } from '../build/runner.ts'
import { unzipped } from '../build/unzipped.ts'
import { Workshop } from '../build/workshop.ts'
import type { Ran } from '../build/reuse/run.ts'

const JANE = 'requests/people/jane.yaml'
const MARK = 'requests/people/mark.yaml'
const RUN = 4711
const SECRETS = { secret: { namespaces: ['apps'], names: ['*-tls'] } }
const KEY = newKey()
const { pem: PKCS10 } = opensslRequest({ subject: '/O=developers/CN=jane', keyPem: KEY })

let service: ArtifactService
beforeEach(async () => {
  service = new ArtifactService()
  await service.start()
})
afterEach(() => service.close())

interface Words {
  readonly sinks?: readonly unknown[]
  readonly visibility?: 'public' | 'private'
  readonly maxKeyAge?: string
}

function withArtifacts(
  act: (scene: Scene) => Promise<void>,
  { sinks = [SECRETS, { artifact: {} }], visibility = 'private', ...more }: Words = {},
): Promise<void> {
  const files = { 'policies/people.yaml': { sinks, ...more } }
  return atAcme(act, { given: { visibility, files } })
}

/** A run on a runner of github.com; `over` replaces parts of its environment. */
function apply({ acme }: Scene, over: Readonly<Record<string, string>> = {}): Promise<ActionRan> {
  const runner = { ...service.jobEnvironment(RUN), GITHUB_SERVER_URL: 'https://github.com' }
  return acme.apply({ env: { ...runner, ...over } })
}

function asksForJane({ acme }: Scene, more: Readonly<Record<string, unknown>> = {}): void {
  acme.merges(1, { [JANE]: { request: PKCS10, ...more } })
}

/** Files by artifact. */
function kept(): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const found = service.artifactsOf(RUN)
  return Object.fromEntries(found.map(({ name, bytes }) => [name, unzipped(bytes)]))
}

const recordOf = (name: string): string =>
  `/api/v1/namespaces/apps/configmaps/countersign-acme-certs-${name}`
const NOBODY_LISTENS = { ACTIONS_RESULTS_URL: 'http://127.0.0.1:1/' }

const certificatesOf = (comment: { readonly body: string } | undefined) =>
  certificatesIn({ body: comment?.body ?? '', isByProgram: true })

describe('a certificate for an own key without sinks', () => {
  test('a certificate for an own key is an artifact with chain and CA, and is in the comment', () =>
    withArtifacts(async scene => {
      asksForJane(scene)
      const ran = await apply(scene)
      expect(ran).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      expect(ran.result.outcomes).toMatchObject([{ kind: 'issued', stored: ['artifact jane'] }])
      const { jane } = kept()
      expect(Object.keys(jane ?? {}).toSorted()).toEqual(['ca.crt', 'jane.crt'])
      expect(scene.acme.comments(1)[0]?.body).toContain(jane?.['jane.crt']?.trimEnd())
      expect([...ran.files.keys()].filter(path => path.includes('jane.crt'))).toEqual([])
      expect((await standingIn(scene.place)).secrets).toEqual([])
      expect(await apply(scene)).toMatchObject({ outputs: { 'issued-count': '0' } })
    }))

  test('a certificate for an own key stays in the comment when another request of the pull request fails', () =>
    withArtifacts(async scene => {
      const { acme } = scene
      const mark = opensslRequest({ subject: '/O=developers/CN=mark' }).pem
      asksForJane(scene)
      acme.merges(2, { [JANE]: { request: PKCS10, reissue: 1 }, [MARK]: { request: mark } })
      expect(await apply(scene)).toMatchObject({ outputs: { 'issued-count': '2' } })
      const both = certificatesOf(acme.comments(2)[0])
      expect(both.map(({ request }) => request)).toEqual(['jane', 'mark'])

      await scene.place.admin.delete(recordOf('mark'))
      expect(await apply(scene, NOBODY_LISTENS)).toMatchObject({ code: 2 })
      const [comment] = acme.comments(2)
      expect(comment?.body).toContain('### countersign: 1 failed')
      expect(certificatesOf(comment)).toEqual(both.slice(0, 1))
    }))

  test('a certificate for an own key stays in the comment while its request is refused', () =>
    withArtifacts(async scene => {
      const { acme } = scene
      const request = opensslRequest({ subject: '/O=developers/CN=mark' }).pem
      acme.merges(1, { [JANE]: { request: PKCS10 }, [MARK]: { request } })
      await apply(scene)
      const both = certificatesOf(acme.comments(1)[0])
      expect(both).toHaveLength(2)
      acme.merges(2, { [MARK]: { request, usages: ['client auth', 'any'] } })
      await scene.place.admin.delete(recordOf('jane'))
      expect(await apply(scene)).toMatchObject({ code: 1, outputs: { 'issued-count': '1' } })
      const [comment] = acme.comments(1)
      expect(comment?.body).toContain('### countersign: 1 issued, 1 refused')
      expect(certificatesOf(comment)).toContainEqual(both[1])
      expect(certificatesOf(comment)).toHaveLength(2)
    }))

  test('a cluster that cannot be reached does not take the certificate out of the comment', () =>
    withArtifacts(async scene => {
      const { acme } = scene
      asksForJane(scene)
      await apply(scene)
      const [before] = acme.comments(1)
      expect(certificatesOf(before)).toHaveLength(1)
      const dead = scene.place.kubeconfig.replace(/server: .*/, 'server: https://127.0.0.1:1')
      const ran = await apply(scene, { KUBECONFIG_PROD: dead })
      expect(ran.code).not.toBe(0)
      expect(acme.comments(1)).toEqual([before])
    }))

  test('a certificate for an own key is commented without text that somebody added in the record', () =>
    withArtifacts(async scene => {
      const { acme, place } = scene
      const mark = opensslRequest({ subject: '/O=developers/CN=mark' }).pem
      asksForJane(scene)
      acme.merges(2, { [JANE]: { request: PKCS10, reissue: 1 }, [MARK]: { request: mark } })
      await apply(scene)
      const told = certificatesOf(acme.comments(2)[0])
      const { body } = await place.admin.get(recordOf('jane'))
      const record = JSON.parse(body.data['record.json'])
      record.issued.certificate = `read this\n${record.issued.certificate}`
      const forged = { ...body, data: { 'record.json': JSON.stringify(record) } }
      expect((await place.admin.put(recordOf('jane'), forged)).code).toBe(200)
      await place.admin.delete(recordOf('mark'))
      await apply(scene, NOBODY_LISTENS)
      const [comment] = acme.comments(2)
      expect(certificatesOf(comment)).toEqual(told.slice(0, 1))
      expect(comment?.body).not.toContain('read this')
    }))

  test('a failed upload is repeated with the same certificate', () =>
    withArtifacts(async scene => {
      asksForJane(scene)
      const failed = await apply(scene, NOBODY_LISTENS)
      expect(failed.code).toBe(2)
      expect(failed.result.outcomes).toMatchObject([
        { kind: 'failed', problems: [{ code: 'SINK_ARTIFACT' }] },
      ])
      const { certificates } = await standingIn(scene.place)
      expect(certificates).toHaveLength(1)
      // The claim of an ended run does not block the next one.
      const { body } = await scene.place.admin.get(recordOf('jane'))
      const { claim, n } = JSON.parse(body.data['record.json'])
      expect([n, claim.n]).toEqual([1, 1])
      expect(Date.parse(claim.deadline)).toBeLessThan(Date.now() - 100_000)
      expect(await apply(scene)).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      expect(await standingIn(scene.place)).toMatchObject({ certificates })
      expect(kept()).toMatchObject({ jane: { 'jane.crt': expect.stringContaining('CERTIFICATE') } })
    }))

  test('a key that is older than maxKeyAge is refused, and a new key is issued', () =>
    withArtifacts(
      async scene => {
        asksForJane(scene)
        await apply(scene)
        const path = '/api/v1/namespaces/apps/configmaps/countersign-acme-certs-jane'
        const keySinceOf = async (): Promise<string> =>
          JSON.parse((await scene.place.admin.get(path)).body.data['record.json']).issued.keySince
        const first = await keySinceOf()
        scene.acme.merges(2, { [JANE]: { request: PKCS10, reissue: 1 } })
        expect(await apply(scene)).toMatchObject({ outputs: { 'issued-count': '1' } })
        expect(await keySinceOf()).toBe(first)

        const { body } = await scene.place.admin.get(path)
        const aged = JSON.parse(body.data['record.json'])
        aged.issued.keySince = new Date(Date.parse(first) - 30 * 86_400_000).toISOString()
        const data = { 'record.json': JSON.stringify(aged) }
        await scene.place.admin.put(path, { ...body, data })
        scene.acme.merges(3, { [JANE]: { request: PKCS10, reissue: 2 } })
        const ran = await apply(scene)
        expect(ran.code).toBe(1)
        expect(ran.result.outcomes).toMatchObject([
          { kind: 'refused', problems: [{ code: 'POLICY_KEY_AGE' }] },
        ])
        expect((await standingIn(scene.place)).certificates).toHaveLength(2)

        const { pem } = opensslRequest({ subject: '/O=developers/CN=jane' })
        scene.acme.merges(4, { [JANE]: { request: pem, reissue: 2 } })
        expect(await apply(scene)).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
        expect(Date.parse(await keySinceOf())).toBeGreaterThan(Date.parse(first) - 60_000)
      },
      { maxKeyAge: '30d' },
    ))

  test('an artifact without a runner is SINK_NO_RUNNER before anything is created', () =>
    withArtifacts(async scene => {
      asksForJane(scene)
      const ran = await apply(scene, { ACTIONS_RUNTIME_TOKEN: '' })
      expect(ran.code).toBe(1)
      expect(ran.result.outcomes).toMatchObject([
        { kind: 'refused', problems: [{ code: 'SINK_NO_RUNNER' }] },
      ])
      expect(await standingIn(scene.place)).toEqual(NOTHING_STANDS)
    }))

  test('an artifact is refused if no policy allows artifacts', () =>
    withArtifacts(
      async scene => {
        asksForJane(scene)
        const ran = await apply(scene)
        expect(ran.result.outcomes).toMatchObject([{ problems: [{ code: 'POLICY_SINK' }] }])
      },
      { sinks: [SECRETS] },
    ))
})

describe('public repositories', () => {
  test('an artifact of a public repository is SINK_PUBLIC at plan and at apply', () =>
    withArtifacts(
      async scene => {
        scene.acme.proposes(1, { [JANE]: { request: PKCS10 } })
        const planned = await scene.acme.plan(1)
        expect(planned.code).toBe(1)
        expect(planned.stdout).toContain('SINK_PUBLIC')
        scene.acme.lands(1)
        const ran = await apply(scene)
        expect(ran.result.outcomes).toMatchObject([{ problems: [{ code: 'SINK_PUBLIC' }] }])
        expect([await standingIn(scene.place), kept()]).toEqual([NOTHING_STANDS, {}])
      },
      { visibility: 'public' },
    ))

  test('an artifact with public true is allowed, and the comment holds no certificate', () =>
    withArtifacts(
      async scene => {
        asksForJane(scene)
        expect(await apply(scene)).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
        expect(Object.keys(kept())).toEqual(['jane'])
        expect(scene.acme.comments(1)[0]?.body).not.toContain('BEGIN CERTIFICATE')
      },
      { visibility: 'public', sinks: [{ artifact: { names: ['jane'], public: true } }] },
    ))
})

describe('a Secret and an artifact', () => {
  const sinks = [{ artifact: {} }, { secret: { namespace: 'apps', name: 'jane-tls' } }]

  test('a Secret keeps its certificate if the upload fails, and the next run uploads the same one', () =>
    withArtifacts(async scene => {
      asksForJane(scene, { sinks })
      expect(await apply(scene, NOBODY_LISTENS)).toMatchObject({ code: 2 })
      const before = await standingIn(scene.place)
      expect(before).toMatchObject({ secrets: ['jane-tls'] })
      const ran = await apply(scene)
      expect(ran.result.outcomes).toMatchObject([
        { kind: 'issued', stored: ['Secret apps/jane-tls', 'artifact jane'] },
      ])
      expect(await standingIn(scene.place)).toEqual(before)
      const path = '/api/v1/namespaces/apps/secrets/jane-tls'
      const { body } = await scene.place.admin.get(path)
      const stored = Buffer.from(body.data['tls.crt'] ?? '', 'base64').toString('utf8')
      expect(kept()['jane']?.['jane.crt']).toBe(stored)
    }))
})

test('an artifact with a generated key and without recipients is refused at plan', () =>
  withArtifacts(async scene => {
    scene.acme.proposes(1, { [JANE]: { sinks: [{ artifact: {} }] } })
    expect((await scene.acme.plan(1)).stdout).toContain('SINK_RECIPIENTS')
  }))

describe('countersign kubeconfig', () => {
  const TOKEN = 'ghp_of-the-author'
  const AUTHOR = 1001
  let workshop: Workshop
  beforeEach(() => {
    workshop = new Workshop()
    workshop.write('jane.key', KEY)
  })
  afterEach(() => workshop.end())

  function joined({ acme }: Scene, ...args: readonly string[]): Promise<Ran> {
    const permissions = { contents: 'read', pull_requests: 'read' } as const
    acme.github.tokens.set(TOKEN, { as: { account: AUTHOR }, permissions })
    const all = ['kubeconfig', 'jane', '--repository', 'acme/certs', ...args]
    return workshop.run(all, { env: { GITHUB_API_URL: acme.url, GITHUB_TOKEN: TOKEN } })
  }

  /** The user that the API server reports for a kubeconfig. */
  async function whoHas(text: string): Promise<string> {
    const { clusters, users } = parse(text)
    const decoded = (base64: string): string => Buffer.from(base64, 'base64').toString('utf8')
    const { server, 'certificate-authority-data': ca } = clusters[0].cluster
    const { 'client-certificate-data': certificate, 'client-key-data': key } = users[0].user
    const credential = { certificatePem: decoded(certificate), keyPem: decoded(key) }
    const client = new ApiClient({ server, caPem: decoded(ca) }, credential)
    const answer = await client.post('/apis/authentication.k8s.io/v1/selfsubjectreviews', {
      apiVersion: 'authentication.k8s.io/v1',
      kind: 'SelfSubjectReview',
    })
    client.close()
    return answer.body.status.userInfo.username
  }

  test('countersign kubeconfig joins key and certificate from the comment or the artifact', () =>
    withArtifacts(async scene => {
      asksForJane(scene)
      await apply(scene)
      const printed = await joined(scene, '--key', 'jane.key', '--pr', '1', '--embed-key')
      expect([printed.code, printed.stderr]).toEqual([
        0,
        expect.stringContaining('jane on prod, until 20'),
      ])
      expect(parse(printed.stdout)).toMatchObject({ 'current-context': 'jane@prod' })
      expect(await whoHas(printed.stdout)).toBe('jane')

      workshop.write('jane.crt', kept()['jane']?.['jane.crt'] ?? '')
      const file = ['--certificate', 'jane.crt', '--out', 'jane.kubeconfig', '--embed-key']
      const args = ['--key', 'jane.key', ...file]
      expect(await joined(scene, ...args)).toMatchObject({ code: 0, stdout: '' })
      expect(workshop.read('jane.kubeconfig')).toBe(printed.stdout)
      expect(statSync(join(workshop.folder, 'jane.kubeconfig')).mode & 0o777).toBe(0o600)
      const again = await joined(scene, ...args)
      expect(again).toMatchObject({ code: 2, stderr: expect.stringContaining('RUN_FILES') })

      workshop.commit()
      for (const flag of ['--out', '--merge'])
        expect(
          await joined(scene, '--key', 'jane.key', '--embed-key', flag, 'new/config'),
        ).toMatchObject({
          code: 2,
          stderr: expect.stringMatching(
            new RegExp(`is inside the repository .*with ${flag} FILE`, 's'),
          ),
        })

      workshop.write('other.key', newKey())
      const wrong = await joined(scene, '--key', 'other.key', '--pr', '1')
      expect(wrong).toMatchObject({ code: 1, stdout: expect.stringContaining('SINK_KEY_DIFFERS') })
      workshop.write('other.key.until-2026-11-30T00-00-00.000Z', KEY)
      const old = await joined(scene, '--key', 'other.key', '--pr', '1')
      expect(old.stdout).toMatch(/an old key fits: add --key \/\S+\/other\.key\.until-2026-11-30T/)
      const broken = await joined(scene, '--key', 'jane.crt', '--pr', '1')
      expect(broken.stderr).toContain('SINK_KEY_UNREADABLE')
      // A person can write the marker too.
      const { stage } = scene.acme
      addComment(stage.world.state, stage.pull(1), AUTHOR, `${ISSUED_MARKER}\nnothing`)
      expect(await joined(scene, '--key', 'jane.key', '--pr', '1')).toMatchObject({ code: 0 })
    }))

  test('countersign kubeconfig reports what is missing before anything is issued', () =>
    withArtifacts(async scene => {
      asksForJane(scene)
      const early = await joined(scene, '--key', 'jane.key', '--pr', '1')
      expect(early).toMatchObject({ code: 1 })
      expect(early.stdout).toMatch(/there is no certificate of \S+ on \S+ in the comments on #1/)
      expect((await joined(scene, '--key', 'jane.key')).stdout).toContain(
        'in the comments of acme/certs',
      )
      expect((await joined(scene, '--key', 'jane.key', '--pr', 'one')).stderr).toContain('"one"')
      expect((await joined(scene, '--pr', '1')).stderr).toContain('--key FILE')
      expect((await joined(scene, '--out', 'a', '--merge', 'b')).stderr).toContain('RUN_USAGE')
    }))

  test('pull mode refuses an artifact, because it has no runner', () =>
    withArtifacts(async scene => {
      asksForJane(scene)
      const { acme, place } = scene
      await joined(scene)
      const env = {
        GITHUB_API_URL: acme.url,
        GITHUB_TOKEN: TOKEN,
        KUBECONFIG_PROD: place.kubeconfig,
      }
      const args = ['apply', '--prove', '--repository', 'acme/certs', '-o', 'json']
      const ran = await workshop.run([...args, '--trusted-config', await acme.digest()], { env })
      expect(ran.code).toBe(1)
      expect(JSON.parse(ran.stdout).outcomes).toMatchObject([
        { kind: 'refused', problems: [{ code: 'SINK_NO_RUNNER' }] },
      ])
      expect(await standingIn(place)).toEqual(NOTHING_STANDS)
    }))
})
