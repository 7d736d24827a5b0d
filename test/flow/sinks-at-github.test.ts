// Private keys that leave through GitHub: sealed for an environment, or encrypted in an artifact, and in no other output.
import { X509Certificate, createPrivateKey } from 'node:crypto'
import { generateX25519Identity, identityToRecipient, Decrypter } from 'age-encryption'
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { Secret } from '../../src/domain/request/secret-value.ts'
import { ArtifactService } from '../github-double/artifacts/artifact-service.ts'
import { createEnvironment, putEnvironmentSecret } from '../github-double/environments.ts'
import type { EnvironmentState } from '../github-double/state.ts'
import type { Permissions } from '../github-double/server/tokens.ts'
import { readKeystore } from '../../src/lib/x509/pkcs12-read.ts'
import { encodePem } from '../../src/lib/x509/pem.ts'
import { atAcme } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
import { MAY_NOTIFY } from '../build/github-run.ts'
import { NOTHING_STANDS, standingIn } from '../build/place.ts'
import { valueOf } from '../build/request.ts'
import type { ActionRan } from '../build/runner.ts'
import { openedSecret } from '../build/sealed.ts'
import { rawUnzipped } from '../build/unzipped.ts'
import type { ShownProblem, ShownRecord, ShownStep } from '../build/shown-json.ts'

const JANE = 'requests/people/jane.yaml'
const RUN = 4711
const APP_TOKEN = 'ghs_of-an-app-that-may-write-secrets'
const PLACE = { repository: 'acme/certs', environment: 'production' }
const ALLOWED = [
  { secret: { namespaces: ['apps'], names: ['*-tls'] } },
  { githubSecret: { repositories: ['acme/certs'] } },
  { kubeconfig: { githubSecret: { repositories: ['acme/certs'] } } },
]

let service: ArtifactService
beforeEach(async () => {
  service = new ArtifactService()
  await service.start()
})
afterEach(() => service.close())

interface Stage extends Scene {
  readonly environment: EnvironmentState
}

function withSinks(
  act: (scene: Stage) => Promise<void>,
  allowed: readonly unknown[] = ALLOWED,
): Promise<void> {
  return atAcme(
    async scene => {
      const { world, repository } = scene.acme.stage
      const environment = createEnvironment(world.state, repository, 'production')
      await act({ ...scene, environment })
    },
    { given: { visibility: 'private', files: { 'policies/people.yaml': { sinks: allowed } } } },
  )
}

function apply(
  { acme }: Scene,
  {
    token = APP_TOKEN,
    may = 'write',
    event = 'push',
    preload = [],
  }: {
    token?: string
    may?: 'read' | 'write' | 'none'
    event?: string
    preload?: readonly string[]
  } = {},
): Promise<ActionRan> {
  const permissions: Permissions = { environments: may }
  acme.github.tokens.set(APP_TOKEN, { as: { app: 'countersign' }, permissions })
  const runner = { ...service.jobEnvironment(RUN), GITHUB_SERVER_URL: 'https://github.com' }
  const inputs = { 'app-token': token }
  return acme.apply({ env: runner, inputs, preload, permissions: MAY_NOTIFY }, event)
}

const asks = ({ acme }: Scene, number: number, sinks: readonly unknown[], more = {}): void =>
  acme.merges(number, { [JANE]: { sinks, ...more } })

const valueIn = async ({ acme }: Scene, name: string): Promise<string> =>
  (await openedSecret(acme.stage.repository, 'production', name)) ?? ''

function expectPair(pem: string): string {
  const certificate = new X509Certificate(pem)
  const key = createPrivateKey(pem.slice(pem.indexOf('-----BEGIN PRIVATE KEY')))
  expect(certificate.checkPrivateKey(key)).toBe(true)
  return certificate.fingerprint256
}

function expectNoKey(ran: ActionRan): void {
  const said = [ran.stdout, ran.stderr, ran.summary, ran.outputText, ...ran.files.values()]
  expect(said.join('\n')).not.toMatch(/PRIVATE KEY|client-key-data/)
  expect(said.join('\n').replaceAll(`::add-mask::${APP_TOKEN}`, '')).not.toContain(APP_TOKEN)
}

async function recordIn({ place }: Scene): Promise<ShownRecord> {
  const path = '/api/v1/namespaces/apps/configmaps/countersign-acme-certs-jane'
  return JSON.parse((await place.admin.get(path)).body.data['record.json'])
}

const problemsOf = ({ result }: ActionRan): readonly string[] =>
  result.outcomes.flatMap((outcome: ShownStep) =>
    (outcome.problems ?? []).map((each: ShownProblem) => each.code),
  )

describe('environment secrets', () => {
  const three = [
    { githubSecret: PLACE },
    { githubSecret: { ...PLACE, name: 'JANE_P12', format: 'pkcs12' } },
    { kubeconfig: { githubSecret: { ...PLACE, name: 'JANE_KUBECONFIG' } } },
  ]

  test('environment secrets hold one pair as PEM, kubeconfig and keystore, and the record holds their digests', () =>
    withSinks(async scene => {
      asks(scene, 1, three)
      const ran = await apply(scene)
      expectNoKey(ran)
      expect(ran).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const sha256 = expectPair(await valueIn(scene, 'JANE'))

      const file = Buffer.from(await valueIn(scene, 'JANE_P12'), 'base64')
      const { key, certificates } = valueOf(readKeystore(file, new Secret('')))
      const pem = encodePem('CERTIFICATE', certificates[0] ?? new Uint8Array())
      const keyPem = encodePem('PRIVATE KEY', key?.reveal() ?? new Uint8Array())
      expect(expectPair(pem + keyPem)).toBe(sha256)

      const { users, clusters } = parse(await valueIn(scene, 'JANE_KUBECONFIG'))
      const inside = (name: string) => Buffer.from(users[0].user[name], 'base64').toString()
      const both = inside('client-certificate-data') + inside('client-key-data')
      expect(expectPair(both)).toBe(sha256)
      expect(clusters[0].cluster.server).toBe(scene.place.server)

      const { issued } = await recordIn(scene)
      const keyId = scene.environment.key.id
      const target = 'GitHub secret acme/certs (production) JANE'
      expect(issued.sealed).toHaveLength(3)
      expect(issued.sealed[0]).toMatchObject({ target, keyId, sha256: expect.any(String) })
      expect(JSON.stringify(issued)).not.toContain('PRIVATE KEY')
      expect(await apply(scene)).toMatchObject({ outputs: { 'issued-count': '0' } })
    }))

  test('a withdrawal deletes environment secrets, except those that somebody else wrote since', () =>
    withSinks(async scene => {
      asks(scene, 1, three)
      expect(await apply(scene)).toMatchObject({ outputs: { 'issued-count': '1' } })
      const { world } = scene.acme.stage
      world.tick(60)
      const theirs = new Uint8Array(64)
      putEnvironmentSecret(world.state, scene.environment, 'JANE_P12', theirs)
      asks(scene, 2, three, { withdraw: true })
      const ran = await apply(scene)
      expect(ran.result.outcomes).toMatchObject([
        {
          kind: 'withdrawn',
          emptied: [
            'GitHub secret acme/certs (production) JANE',
            'GitHub secret acme/certs (production) JANE_KUBECONFIG',
          ],
          warnings: [{ code: 'SINK_NOT_DELETED', message: expect.stringContaining('JANE_P12') }],
        },
      ])
      expect([...scene.environment.secrets.keys()]).toEqual(['JANE_P12'])
      expect(scene.environment.secrets.get('JANE_P12')?.sealed).toEqual(theirs)
      expect(await apply(scene)).toMatchObject({ code: 0, result: { outcomes: [] } })
    }))

  test('an environment secret is written again after a withdrawal without a warning', () =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: PLACE }])
      expect((await apply(scene)).code).toBe(0)
      asks(scene, 2, [{ githubSecret: PLACE }], { withdraw: true })
      expect((await apply(scene)).result.outcomes).toMatchObject([{ kind: 'withdrawn' }])
      asks(scene, 3, [{ githubSecret: PLACE }])
      expect((await apply(scene)).result.outcomes).toMatchObject([{ kind: 'issued', warnings: [] }])
    }))

  test('a withdrawal without a token keeps an environment secret and reports the command that deletes it', () =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: PLACE }])
      expect(await apply(scene)).toMatchObject({ outputs: { 'issued-count': '1' } })
      asks(scene, 2, [{ githubSecret: PLACE }], { withdraw: true })
      const ran = await apply(scene, { token: '' })
      const hint = expect.stringContaining('gh secret delete JANE --env production')
      expect(ran.result.outcomes).toMatchObject([
        { kind: 'withdrawn', emptied: [], warnings: [{ code: 'SINK_NOT_DELETED', hint }] },
      ])
      expect([...scene.environment.secrets.keys()]).toEqual(['JANE'])
    }))

  test('a withdrawal that may not delete an environment secret fails, and the next run deletes it', () =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: PLACE }])
      expect(await apply(scene)).toMatchObject({ outputs: { 'issued-count': '1' } })
      asks(scene, 2, [{ githubSecret: PLACE }], { withdraw: true })
      const refused = await apply(scene, { may: 'read' })
      expect([refused.code, problemsOf(refused)]).toEqual([2, ['GITHUB_FORBIDDEN']])
      expect(await recordIn(scene)).toMatchObject({ claim: null, withdrawnAt: null })
      expect((await apply(scene)).result.outcomes).toMatchObject([{ kind: 'withdrawn' }])
      expect([...scene.environment.secrets.keys()]).toEqual([])
    }))

  test('an environment secret without an App token is SINK_TOKEN before anything is created', () =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: PLACE }])
      const ran = await apply(scene, { token: '' })
      expect([ran.code, problemsOf(ran)]).toEqual([1, ['SINK_TOKEN']])
      expect(await standingIn(scene.place)).toEqual(NOTHING_STANDS)
    }))

  test.each([
    ['may not use environments', { may: 'none' }, 'GITHUB_FORBIDDEN', 0],
    ['may only read environments', { may: 'read' }, 'GITHUB_FORBIDDEN', 1],
  ] as const)('a token that %s writes no environment secret', (_, words, code, signed) =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: PLACE }])
      const ran = await apply(scene, words)
      expect([ran.code, problemsOf(ran)]).toEqual([2, [code]])
      expectNoKey(ran)
      expect(scene.environment.secrets.size).toBe(0)
      expect((await standingIn(scene.place)).certificates).toHaveLength(signed)
      // With the right, the next run stores a pair and lists the lost one. A scheduled run waits one hour after an attempt; a manual
      // run does not.
      if (signed > 0) {
        const { result } = await apply(scene)
        expect(result.outcomes).toMatchObject([{ problem: { code: 'PLAN_BACK_OFF' } }])
      }
      expect((await apply(scene, { event: 'workflow_dispatch' })).code).toBe(0)
      expectPair(await valueIn(scene, 'JANE'))
      expect((await recordIn(scene)).abandoned).toHaveLength(1)
    }),
  )

  test('a secret of a missing environment fails before a key is made', () =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: { ...PLACE, environment: 'staging' } }])
      const ran = await apply(scene)
      expect([ran.code, problemsOf(ran)]).toEqual([2, ['GITHUB_NOT_FOUND']])
      expect((await standingIn(scene.place)).certificates).toEqual([])
    }))

  test('an environment secret of somebody else is not overwritten', () =>
    withSinks(async scene => {
      const { state } = scene.acme.stage.world
      putEnvironmentSecret(state, scene.environment, 'JANE', new Uint8Array(48))
      asks(scene, 1, [{ githubSecret: PLACE }])
      for (let run = 0; run < 2; run++) {
        const ran = await apply(scene, { event: 'workflow_dispatch' })
        expect([ran.code, problemsOf(ran)]).toEqual([2, ['SINK_NOT_OWNED']])
      }
      expect((await standingIn(scene.place)).certificates).toEqual([])
    }))

  test('an environment secret of somebody else is not overwritten after an interrupted attempt', () =>
    withSinks(async scene => {
      const secret = { secret: { namespace: 'apps', name: 'jane-tls' } }
      const writes = { method: 'PATCH', path: /secrets.*force=/ }
      asks(scene, 1, [secret])
      scene.cluster.faults.plan(writes, { kind: 'reset', when: 'before' }, 1000)
      expect((await apply(scene, { preload: ['test/build/skip-sleeps.mjs'] })).code).toBe(2)
      scene.cluster.faults.clear()
      expect((await apply(scene, { event: 'workflow_dispatch' })).code).toBe(0)
      const theirs = new Uint8Array(48)
      putEnvironmentSecret(scene.acme.stage.world.state, scene.environment, 'JANE', theirs)
      // The notice of the first run has number 2.
      asks(scene, 3, [secret, { githubSecret: PLACE }])
      expect(problemsOf(await apply(scene))).toContain('SINK_NOT_OWNED')
      expect(scene.environment.secrets.get('JANE')?.sealed).toEqual(theirs)
    }))

  test('an environment secret that somebody else wrote after a withdrawal is not overwritten', () =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: PLACE }])
      expect((await apply(scene)).code).toBe(0)
      asks(scene, 2, [{ githubSecret: PLACE }], { withdraw: true })
      expect((await apply(scene)).code).toBe(0)
      expect([...scene.environment.secrets.keys()]).toEqual([])
      const theirs = new Uint8Array(48)
      scene.acme.stage.world.tick(60)
      putEnvironmentSecret(scene.acme.stage.world.state, scene.environment, 'JANE', theirs)
      asks(scene, 3, [{ githubSecret: PLACE }])
      expect(problemsOf(await apply(scene))).toEqual(['SINK_NOT_OWNED'])
      expect(scene.environment.secrets.get('JANE')?.sealed).toEqual(theirs)
    }))

  test('our environment secret that somebody else changed is overwritten with a warning', () =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: PLACE }])
      expect((await apply(scene)).code).toBe(0)
      const { world } = scene.acme.stage
      world.tick(60)
      putEnvironmentSecret(world.state, scene.environment, 'JANE', new Uint8Array(48))
      asks(scene, 2, [{ githubSecret: PLACE }], { reissue: 1 })
      const ran = await apply(scene)
      expect(ran.code).toBe(0)
      expect(ran.result.outcomes).toMatchObject([{ warnings: [{ code: 'SINK_CHANGED' }] }])
      expectPair(await valueIn(scene, 'JANE'))
    }))

  test('an environment secret that cannot be written is completed later from the Secret', () =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: PLACE }, { secret: { namespace: 'apps', name: 'jane-tls' } }])
      const failed = await apply(scene, { may: 'read' })
      expect([failed.code, problemsOf(failed)]).toEqual([
        2,
        ['SINK_INCOMPLETE', 'GITHUB_FORBIDDEN'],
      ])
      const before = await standingIn(scene.place)
      expect(before).toMatchObject({ certificates: [expect.any(String)], secrets: ['jane-tls'] })
      expect((await recordIn(scene)).issued.incomplete).toHaveLength(1)
      // The certificate is valid and in use.
      expect(scene.acme.issues()[0]?.body).toMatch(
        /jane\S* on `prod` \| \d{4}-\d\d-\d\d \d\d:\d\dZ, in /,
      )
      expect((await apply(scene)).code).toBe(0)
      expect(await standingIn(scene.place)).toEqual(before)
      const path = '/api/v1/namespaces/apps/secrets/jane-tls'
      const { data } = (await scene.place.admin.get(path)).body
      const text = (name: string) => Buffer.from(data[name] ?? '', 'base64').toString()
      expect(await valueIn(scene, 'JANE')).toBe(text('tls.crt') + text('tls.key'))
    }))

  test('an environment secret whose write got no answer is ours', () =>
    withSinks(async scene => {
      asks(scene, 1, [{ githubSecret: PLACE }, { secret: { namespace: 'apps', name: 'jane-tls' } }])
      scene.acme.github.faults.push({
        kind: 'reset',
        when: 'after',
        times: 9,
        match: { method: 'PUT', path: '/repos/acme/certs/environments/production/secrets/JANE' },
      })
      const failed = await apply(scene, { preload: ['test/build/skip-sleeps.mjs'] })
      expect([failed.code, problemsOf(failed)[0]]).toEqual([2, 'SINK_INCOMPLETE'])
      expect([...scene.environment.secrets.keys()]).toEqual(['JANE'])
      const before = await standingIn(scene.place)
      scene.acme.github.faults.clear()
      const ran = await apply(scene)
      expect([ran.code, problemsOf(ran)]).toEqual([0, []])
      expect(await standingIn(scene.place)).toEqual(before)
      expectPair(await valueIn(scene, 'JANE'))
    }))

  test.each([
    ['could not be written', { may: 'read' }],
    ['had no token', { token: '' }],
  ] as const)('an environment secret is still ours after a later run that %s', (_, words) =>
    withSinks(async scene => {
      const both = [{ githubSecret: PLACE }, { secret: { namespace: 'apps', name: 'jane-tls' } }]
      asks(scene, 1, both)
      expect((await apply(scene)).code).toBe(0)
      const first = await valueIn(scene, 'JANE')
      scene.acme.stage.world.tick(60)
      asks(scene, 2, both, { reissue: 1 })
      expect((await apply(scene, words)).code).toBe(2)
      expect(await valueIn(scene, 'JANE')).toBe(first)
      const ran = await apply(scene)
      expect([ran.code, problemsOf(ran)]).toEqual([0, []])
      expect(ran.result.outcomes).toMatchObject([{ kind: 'issued', warnings: [] }])
      expect(await valueIn(scene, 'JANE')).not.toBe(first)
    }),
  )

  test('a withdrawal deletes an environment secret that a later run could not write', () =>
    withSinks(async scene => {
      const both = [{ githubSecret: PLACE }, { secret: { namespace: 'apps', name: 'jane-tls' } }]
      asks(scene, 1, both)
      expect((await apply(scene)).code).toBe(0)
      scene.acme.stage.world.tick(60)
      asks(scene, 2, both, { reissue: 1 })
      expect((await apply(scene, { may: 'read' })).code).toBe(2)
      // The notice of that run has number 3.
      asks(scene, 4, both, { reissue: 1, withdraw: true })
      expect((await apply(scene)).result.outcomes).toMatchObject([
        { kind: 'withdrawn', warnings: [] },
      ])
      expect([...scene.environment.secrets.keys()]).toEqual([])
    }))
})

test('a file sink in the action is refused at plan and at apply', () =>
  withSinks(
    async scene => {
      scene.acme.proposes(1, { [JANE]: { sinks: [{ file: { path: 'out/jane.pem' } }] } })
      expect((await scene.acme.plan(1)).stdout).toContain('SINK_FILE_IN_ACTION')
      scene.acme.lands(1)
      const ran = await apply(scene)
      expect([ran.code, problemsOf(ran)]).toEqual([1, ['SINK_FILE_IN_ACTION']])
      expect(await standingIn(scene.place)).toEqual(NOTHING_STANDS)
    },
    [{ file: { paths: ['out/**'] } }],
  ))

test('an artifact for recipients holds a pair that only they can decrypt', async () => {
  const identity = await generateX25519Identity()
  const recipients = [await identityToRecipient(identity)]
  await withSinks(
    async scene => {
      asks(scene, 1, [{ kubeconfig: { artifact: { recipients } } }])
      const ran = await apply(scene)
      expectNoKey(ran)
      expect(ran).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      const [artifact] = service.artifactsOf(RUN)
      const files = rawUnzipped(artifact?.bytes ?? new Uint8Array())
      expect([...files.keys()]).toEqual(['jane.kubeconfig.age'])
      const decrypter = new Decrypter()
      decrypter.addIdentity(identity)
      const plain = await decrypter.decrypt(files.get('jane.kubeconfig.age') ?? new Uint8Array())
      expect(parse(Buffer.from(plain).toString()).kind).toBe('Config')
    },
    [{ kubeconfig: { artifact: { recipients } } }],
  )
})
