// A GitHub App in place of tokens: the action reads teams and writes secrets with tokens that it makes itself, and the command line
// proves with them. No output shows the key or a token.
import { createPrivateKey, createPublicKey, generateKeyPairSync } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { createEnvironment } from '../github-double/environments.ts'
import type { AppState } from '../github-double/server/apps.ts'
import type { Permissions } from '../github-double/server/tokens.ts'
import { atAcme, withoutCluster } from '../build/at-acme.ts'
import type { Scene } from '../build/at-acme.ts'
import type { Acme } from '../build/github-run.ts'
import { openedSecret } from '../build/sealed.ts'
import { Workshop } from '../build/workshop.ts'

const JANE = 'requests/people/jane.yaml'
const REPOSITORY = 'acme/certs'
const SINK = { githubSecret: { repository: REPOSITORY, environment: 'production' } }
const { privateKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  publicKeyEncoding: { type: 'spki', format: 'pem' },
  privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
})
const GIVEN = {
  visibility: 'private',
  files: {
    'policies/people.yaml': {
      approvals: { teams: ['pki'] },
      sinks: [{ githubSecret: { repositories: [REPOSITORY] } }],
    },
  },
}

function install(acme: Acme, permissions: Permissions): AppState {
  const key = createPrivateKey(privateKey)
  const repositories = [REPOSITORY, 'acme/other']
  return acme.github.apps.add({
    slug: 'countersign',
    publicKey: createPublicKey(key),
    repositories,
    permissions,
  })
}

/** The tokens that the App got. */
const tokensOf = (acme: Acme): readonly string[] =>
  [...acme.github.tokens].filter(([, { endsAt }]) => endsAt !== undefined).map(([token]) => token)

function mergeJane({ acme }: Scene): void {
  createEnvironment(acme.stage.world.state, acme.stage.repository, 'production')
  acme.does('reviewer joins the team pki')
  acme.merges(1, { [JANE]: { sinks: [SINK] } })
}

function expectHidden(acme: Acme, shown: string): void {
  const secrets = [...privateKey.trim().split('\n'), ...tokensOf(acme)]
  for (const secret of secrets) expect(shown).not.toContain(secret)
}

describe('the action', () => {
  test('the action makes one token for its repository, reads teams and writes secrets with it', () =>
    atAcme(
      async scene => {
        const { acme } = scene
        const app = install(acme, {
          members: 'read',
          environments: 'write',
          administration: 'write',
        })
        const inputs = { 'app-id': String(app.id), 'app-private-key': privateKey }
        mergeJane(scene)
        const ran = await acme.apply({ inputs })
        expect(ran).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
        expect(await openedSecret(acme.stage.repository, 'production', 'JANE')).toContain(
          'PRIVATE KEY',
        )
        const [token = '', ...others] = tokensOf(acme)
        expect(others).toEqual([])
        const grant = acme.github.tokens.get(token)
        expect(grant?.repositories).toEqual([REPOSITORY])
        expect(grant?.permissions).toEqual({ members: 'read', environments: 'write' })
        for (const secret of [token, ...privateKey.trim().split('\n')])
          expect(ran.stdout).toContain(`::add-mask::${secret}`)
        const { stdout, stderr, summary, outputText, files } = ran
        const shown = [stdout.replaceAll(/^::add-mask::.*$/gm, ''), stderr, summary, outputText]
        expectHidden(acme, [...shown, ...files.values()].join('\n'))
      },
      { given: GIVEN },
    ))

  test('without an App the same request is refused', () =>
    atAcme(
      async scene => {
        mergeJane(scene)
        const ran = await scene.acme.apply()
        expect(ran.code).toBe(1)
        expect(ran.stdout).toContain('APPROVAL_TEAM_UNREADABLE')
      },
      { given: GIVEN },
    ))

  test('a key that is cut off is masked before it is refused, with a hint', () =>
    withoutCluster(async acme => {
      const cut = privateKey.slice(0, 400)
      const ran = await acme.run('push', {}, { inputs: { 'app-id': '12', 'app-private-key': cut } })
      expect(ran.code).toBe(2)
      expect(ran.stdout).toContain('GITHUB_APP_KEY')
      expect(ran.stdout).toContain(
        'gh secret set APP_PRIVATE_KEY --env countersign < app.private-key.pem',
      )
      const [, line = ''] = cut.split('\n')
      expect(ran.stdout.indexOf(`::add-mask::${line}`)).toBeLessThan(
        ran.stdout.indexOf('GITHUB_APP'),
      )
      expectHidden(acme, ran.stdout.replaceAll(/^::add-mask::.*$/gm, '') + ran.stderr)
      expect(acme.github.requests).toEqual([])
    }))

  test('a private key in place of the App id is masked and refused, and not shown', () =>
    withoutCluster(async acme => {
      const inputs = { 'app-id': privateKey, 'app-private-key': '12' }
      const ran = await acme.run('push', {}, { inputs })
      expect(ran.code).toBe(2)
      expect(ran.stdout).toContain('app-id is not the id of a GitHub App')
      expect(ran.stdout).toContain(`::add-mask::${privateKey.split('\n')[1]}`)
      expectHidden(acme, ran.stdout.replaceAll(/^::add-mask::.*$/gm, '') + ran.stderr)
    }))

  test.each([
    [{ 'app-id': '12' }, 'app-id is set, and app-private-key is not'],
    [{ 'app-private-key': privateKey }, 'app-private-key is set, and app-id is not'],
  ])('one input without the other is refused', (inputs, said) =>
    withoutCluster(async acme => {
      const ran = await acme.run('push', {}, { inputs })
      expect([ran.code, ran.stdout]).toEqual([2, expect.stringContaining(said)])
    }),
  )
})

describe('the command line', () => {
  test('pull mode proves and writes secrets with an App, and shows nothing of it', () =>
    atAcme(
      async scene => {
        const { acme, place } = scene
        const app = install(acme, {
          contents: 'read',
          pull_requests: 'read',
          actions: 'read',
          members: 'read',
          environments: 'write',
        })
        mergeJane(scene)
        const pod = new Workshop()
        const env = {
          GITHUB_API_URL: acme.url,
          COUNTERSIGN_APP_ID: app.clientId,
          COUNTERSIGN_APP_PRIVATE_KEY: privateKey,
          KUBECONFIG_PROD: place.kubeconfig,
        }
        const digest = ['--trusted-config', await acme.digest()]
        try {
          const args = ['apply', '--prove', '--repository', REPOSITORY, ...digest, '--verbose']
          const ran = await pod.run(args, { env })
          expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining('issued') })
          expect(await openedSecret(acme.stage.repository, 'production', 'JANE')).toContain(
            'PRIVATE KEY',
          )
          expect(tokensOf(acme).length).toBeGreaterThan(0)
          expectHidden(acme, ran.stdout + ran.stderr)
        } finally {
          pod.end()
        }
      },
      { given: GIVEN },
    ))

  test('a token is preferred to the App', () =>
    withoutCluster(async acme => {
      const app = install(acme, { contents: 'read' })
      const token = 'ghp_own'
      const permissions = { contents: 'read', pull_requests: 'read', actions: 'read' } as const
      acme.github.tokens.set(token, { as: { app: 'own' }, permissions })
      const pod = new Workshop()
      const env = {
        GITHUB_API_URL: acme.url,
        GITHUB_TOKEN: token,
        COUNTERSIGN_APP_ID: String(app.id),
        COUNTERSIGN_APP_PRIVATE_KEY: privateKey,
      }
      try {
        await pod.run(['prove', 'countersign.yaml', '--repository', REPOSITORY], { env })
        expect(acme.github.requests.length).toBeGreaterThan(0)
        expect(tokensOf(acme)).toEqual([])
      } finally {
        pod.end()
      }
    }))
})
