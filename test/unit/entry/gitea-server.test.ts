// Who names the Gitea server that gets a token: the operator or the remote of the clone, and never a file of the repository alone.
import { describe, expect, test } from '@jest/globals'
import { Git } from '../../../src/adapters/system/git-command.ts'
import type { Context, ContextOptions } from '../../../src/entry/command-context.ts'
import {
  giteaServer,
  giteaToken,
  missingGiteaToken,
  nameAtGitea,
} from '../../../src/entry/gitea-server.ts'
import { openAtGitea } from '../../../src/entry/commands/repository-and-token.ts'
import type { RepositoryFiles } from '../../../src/ports/repository-files.ts'
import { failureOf } from '../../build/connected.ts'
import { configYaml, requestFile } from '../../build/request.ts'
import { standIn } from '../../build/stand-in.ts'

const URL = 'https://git.example.com'

interface Given {
  readonly named?: string
  readonly configured?: string
  readonly remote?: string
}

function contextOf({ named, configured, remote = '' }: Given): Context {
  const forge = configured === undefined ? [] : [`forge: {kind: gitea, url: "${configured}"}`]
  const text = configYaml('clusters: {prod: {}}', ...forge)
  const file = requestFile(text, { path: 'countersign.yaml' })
  const git = new Git('/')
  git.remote = async () => remote
  return standIn<Context>({
    environment: named === undefined ? {} : { GITEA_SERVER_URL: named },
    files: standIn<RepositoryFiles>({
      description: 'work tree',
      read: async path => (path === file.path ? file : null),
    }),
    git,
    options: standIn<ContextOptions>({ config: file.path }),
  })
}

describe('the Gitea server', () => {
  test.each<[string, Given, object | null]>([
    ['nothing', {}, null],
    ['an origin at GitHub', { remote: 'https://github.com/acme/certs' }, null],
    ['an origin of unknown kind', { remote: `${URL}/acme/certs.git` }, null],
    ['the variable', { named: `${URL}/` }, { url: URL, origin: null }],
    ['variable and configuration', { named: URL, configured: URL }, { url: URL, origin: null }],
    [
      'the variable and an origin there',
      { named: URL, remote: `${URL}/acme/certs.git` },
      { url: URL, origin: 'acme/certs' },
    ],
    [
      'origin and configuration',
      { configured: URL, remote: 'https://jane@git.example.com/acme/certs' },
      { url: URL, origin: 'acme/certs' },
    ],
    [
      'a server below a path',
      { configured: `${URL}/git`, remote: `${URL}/git/acme/certs.git` },
      { url: `${URL}/git`, origin: 'acme/certs' },
    ],
  ])('with %s the server is known as it is named', async (_, given, found) => {
    expect(await giteaServer(contextOf(given))).toEqual(found)
  })

  test.each<[string, Given]>([
    ['no other', {}],
    ['an origin at GitHub', { remote: 'https://github.com/acme/certs' }],
    ['an origin with a longer host', { remote: `${URL}.evil.example/acme/certs` }],
    ['an origin that has it as its user', { remote: `${URL}@evil.example/acme/certs` }],
    ['an origin at another port', { remote: `${URL}:8443/acme/certs` }],
    ['an origin over ssh', { remote: 'git@git.example.com:acme/certs.git' }],
    ['another server in the variable', { named: 'https://git.other.example' }],
  ])('a server that only the configuration names is refused with %s', async (_, given) => {
    const context = contextOf({ ...given, configured: URL })
    expect(await failureOf(giteaServer(context))).toMatchObject({
      code: 'CONFIG_FORGE',
      hint: expect.stringContaining(`nothing was sent to ${URL}`),
    })
  })

  test('a repository without name and origin is refused', async () => {
    const name = async () => nameAtGitea({ url: URL, origin: null }, null)
    expect(await failureOf(name())).toMatchObject({ code: 'RUN_USAGE' })
    expect(nameAtGitea({ url: URL, origin: 'acme/certs' }, null)).toBe('acme/certs')
    expect(nameAtGitea({ url: URL, origin: 'acme/certs' }, 'acme/other')).toBe('acme/other')
  })

  test('a folder in which kubectl runs names no server', async () => {
    const clone = { configured: URL, remote: `${URL}/acme/certs.git` }
    expect(await giteaServer(contextOf(clone), true)).toBeNull()
    const named = 'https://own.example.com'
    expect(await giteaServer(contextOf({ ...clone, named }), true)).toMatchObject({ url: named })
  })

  test('kubectl in a clone from elsewhere asks no Gitea server; other commands ask for its token', async () => {
    const clone = contextOf({ configured: URL, remote: `${URL}/acme/certs.git` })
    const flags = { repository: 'acme/certs', tokenEnv: null }
    expect(await openAtGitea(clone, flags, {})).toBeNull()
    expect((await failureOf(openAtGitea(clone, flags))).message).toContain(`for ${URL}`)
  })

  test('an address with a password is refused, and not shown', async () => {
    const asked = giteaServer(contextOf({ named: 'https://jane:secret-word@git.example.com' }))
    expect((await failureOf(asked, ['secret-word'])).code).toBe('RUN_USAGE')
  })

  test('a token of GitHub is not one of Gitea', () => {
    const environment = { GITHUB_TOKEN: 'ghp_1', GH_TOKEN: 'ghp_2', OTHER: 'other' }
    expect(giteaToken({ environment }, null)).toBeNull()
    // A clone from elsewhere names its own server.
    expect(giteaToken({ environment }, 'OTHER')).toBeNull()
    const named = { ...environment, GITEA_SERVER_URL: URL }
    expect(giteaToken({ environment: named }, 'OTHER')?.reveal()).toBe('other')
    expect(() => giteaToken({ environment }, 'NONE')).toThrow('--token-env NONE')
  })

  test('the token in the environment is for the server that the environment names, and not for a clone from elsewhere', () => {
    const own = { GITEA_SERVER_TOKEN: 'own' }
    const named = { ...own, GITEA_SERVER_URL: URL }
    expect(giteaToken({ environment: named }, null)?.reveal()).toBe('own')
    expect(giteaToken({ environment: own }, null)).toBeNull()
    expect(missingGiteaToken({ url: URL, origin: null }).problem.hint).toContain(
      `export GITEA_SERVER_URL=${URL}`,
    )
  })
})
