// countersign new --open at the command line: a key, a request file and a pull request, continued after a crash at any point.
import { execFileSync } from 'node:child_process'
import { createPublicKey } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { startSandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../src/sandbox/sandbox-cluster.ts'
import { GITHUB_SCHEMA, validateExchange } from '../build/github-schema.ts'
import type { Ran } from '../build/reuse/run.ts'
import { requestText } from '../build/request-text.ts'
import { Workshop } from '../build/workshop.ts'
import { GithubServer } from '../github-double/server/github-server.ts'
import { found } from '../github-double/refusal.ts'
import type { FileChanges } from '../github-double/git/git-files.ts'
import { World } from '../github-double/world.ts'

const TOKEN = 'ghp_author'
const MAY = { contents: 'write', pull_requests: 'write' } as const
const REQUEST = 'requests/people/jane.yaml'
const BRANCH = 'countersign/jane'
const INIT = ['init', '--cluster', 'prod', '--owners', 'owner=1001,reviewer=1002']
const OPEN = ['new', 'jane', '--group', 'developers', '--open']
const REKEY = ['new', 'jane', '--own-key', '--rekey', '--open']

let cluster: SandboxCluster
let checkout: Workshop
/** Outside of the repository. */
let home: Workshop
let github: GithubServer
let world: World
let url: string

beforeAll(async () => {
  cluster = await startSandboxCluster({ authorities: 'two' })
})
afterAll(() => cluster?.close())

beforeEach(async () => {
  checkout = new Workshop()
  home = new Workshop()
  home.useKubeconfig(cluster, cluster.clientFor('admin', ['system:masters']))
  git('init', '--quiet', '--initial-branch', 'main')
  git('remote', 'add', 'origin', 'git@github.com:acme/certs.git')
  const made = await run(INIT)
  if (made.code !== 0) throw new Error(made.stderr)
  world = new World()
  const creator = world.addUser('owner')
  const author = world.addUser('author')
  world.addOrganization('acme')
  const files = { 'countersign.yaml': checkout.read('countersign.yaml') }
  const repository = world.createRepository({ owner: 'acme', name: 'certs', creator, files })
  world.addCollaborator(repository, author, 'write')
  github = new GithubServer(world, { schema: GITHUB_SCHEMA, validate: validateExchange })
  github.tokens.set(TOKEN, { as: { account: author.id }, permissions: MAY })
  url = (await github.start()).url
})
afterEach(async () => {
  await github?.stop()
  checkout.end()
  home.end()
  expect(github.problems).toEqual([])
})

function git(...args: readonly string[]): string {
  const env = { PATH: process.env['PATH'] ?? '', HOME: home.folder, GIT_CONFIG_NOSYSTEM: '1' }
  return execFileSync('git', args, { cwd: checkout.folder, encoding: 'utf8', env })
}

const run = (args: readonly string[]): Promise<Ran> =>
  checkout.run(args, {
    env: {
      HOME: home.folder,
      KUBECONFIG: join(home.folder, 'kubeconfig'),
      GITHUB_API_URL: url,
      GITHUB_TOKEN: TOKEN,
    },
  })

const certs = () => found([...world.state.repositories.values()][0], 'acme/certs')
const key = (): string => join(home.folder, '.countersign/jane.key')
const openedLine = (number = 1): string => `opened pull request ${url}/acme/certs/pull/${number}\n`

/** The text of the request file on the branch. */
function proposed(branch = BRANCH): string {
  const blob = found(world.blobAt(world.tipOf(certs(), branch), REQUEST), REQUEST)
  const object = world.state.objects.get(blob)
  return object?.kind === 'blob' ? Buffer.from(object.bytes).toString() : ''
}

const owner = () =>
  found(
    [...world.state.accounts.values()].find(each => each.login === 'owner'),
    'owner',
  )

function pushed(branch: string, files: FileChanges, message = 'Theirs'): void {
  const [repository, actor] = [certs(), owner()]
  const from = repository.branches.has(branch) ? branch : 'main'
  const commit = world.commit({ repository, branch: from, author: actor, files, message })
  world.push({ actor, repository, branch, commit })
}

const openedByOwner = () =>
  world.openPullRequest({ repository: certs(), actor: owner(), branch: BRANCH })

describe('new --open', () => {
  test('new --own-key --open writes key and file, and opens a pull request with that one file', async () => {
    const before = git('status', '--short')
    const ran = await run([...OPEN, '--own-key'])
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(openedLine())])
    expect(ran.stdout).toContain(key())
    expect(statSync(key()).mode & 0o777).toBe(0o600)
    expect(proposed()).toBe(checkout.read(REQUEST))
    const [pull] = certs().pullRequests
    expect(pull).toMatchObject({
      title: 'Certificate for jane',
      body: `This adds the request \`${REQUEST}\`. After review and merge, countersign issues the certificate.`,
      base: 'main',
      headBranch: BRANCH,
    })
    expect(world.shownFilesOf(found(pull, 'it')).map(({ path }) => path)).toEqual([REQUEST])
    expect(git('status', '--short').replace('?? requests/\n', '')).toBe(before)
    expect(git('branch', '--list').trim()).toBe('')
  })

  test('new --open with a token that may only read says that the files are written, and the same command continues from them', async () => {
    const { as } = found(github.tokens.get(TOKEN), 'the token')
    github.tokens.set(TOKEN, { as, permissions: { contents: 'read', pull_requests: 'read' } })
    const refused = await run([...OPEN, '--own-key'])
    expect([refused.code, refused.stderr]).toEqual([
      2,
      expect.stringMatching(
        /GITHUB_FORBIDDEN[^]*the files of this request are written: run the same/,
      ),
    ])
    github.tokens.set(TOKEN, { as, permissions: MAY })
    const secret = readFileSync(key(), 'utf8')
    const ran = await run([...OPEN, '--own-key'])
    expect([ran.code, ran.stdout]).toEqual([0, openedLine()])
    expect(readFileSync(key(), 'utf8')).toBe(secret)
  })

  test('new --open works for a key that countersign generates', async () => {
    const ran = await run(OPEN)
    expect([ran.code, ran.stdout]).toEqual([0, `wrote ${REQUEST}\n${openedLine()}`])
    expect(ran.stderr).toContain(`after the merge: rm ${REQUEST} && git pull`)
    expect(existsSync(key())).toBe(false)
  })

  test('new --open in JSON reports the pull request', async () => {
    const ran = await run([...OPEN, '--output', 'json'])
    expect(JSON.parse(ran.stdout)).toMatchObject({
      path: REQUEST,
      pullRequest: `${url}/acme/certs/pull/1`,
      change: 'opened',
    })
  })

  test('a second run prints the address of the same pull request, and writes nothing', async () => {
    await run([...OPEN, '--own-key'])
    const [file, secret] = [checkout.read(REQUEST), readFileSync(key(), 'utf8')]
    github.forget()
    const ran = await run([...OPEN, '--own-key'])
    expect([ran.code, ran.stdout]).toEqual([0, openedLine().replace('opened', 'unchanged')])
    expect([checkout.read(REQUEST), readFileSync(key(), 'utf8')]).toEqual([file, secret])
    const writes = github.requests.filter(
      ({ method, operation }) => method !== 'GET' && operation !== 'graphql',
    )
    expect(writes).toEqual([])
  })

  test('a run with other content says that approvals of the old content no longer count', async () => {
    await run(OPEN)
    checkout.edit(REQUEST, 'spec:\n', 'spec:\n  duration: 1h\n')
    const ran = await run(['new', 'jane', '--open'])
    expect([ran.code, ran.stdout]).toEqual([
      0,
      `changed pull request ${url}/acme/certs/pull/1: approvals of the old content no longer count\n`,
    ])
  })

  test.each(['git/trees', 'git/commits', 'git/refs', 'pulls'])(
    'a run that was cut off at POST %s is continued with the same key and the same file',
    async route => {
      const operation = `POST /repos/{owner}/{repo}/${route}`
      github.faults.push({ kind: 'forbidden', match: { operation } })
      expect(await run([...OPEN, '--own-key'])).toMatchObject({ code: 2 })
      const [file, secret] = [checkout.read(REQUEST), readFileSync(key(), 'utf8')]
      const ran = await run([...OPEN, '--own-key'])
      expect([ran.code, ran.stdout]).toEqual([0, openedLine()])
      expect([proposed(), readFileSync(key(), 'utf8')]).toEqual([file, secret])
      expect(certs().pullRequests).toHaveLength(1)
    },
  )

  test('a key of a run that ended before the request file was written is used', async () => {
    await run([...OPEN.slice(0, -1), '--own-key'])
    const secret = readFileSync(key(), 'utf8')
    rmSync(join(checkout.folder, REQUEST))
    const ran = await run([...OPEN, '--own-key'])
    expect([ran.code, ran.stdout, ran.stderr]).toEqual([
      0,
      expect.stringContaining(openedLine()),
      expect.stringContaining(`the existing private key ${key()} is used`),
    ])
    expect(readFileSync(key(), 'utf8')).toBe(secret)
    expect(proposed()).toBe(checkout.read(REQUEST))
    const pem = /-----BEGIN[^]*REQUEST-----/.exec(proposed().replaceAll(/^ +/gm, ''))?.[0]
    const asked = execFileSync('openssl', ['req', '-noout', '-pubkey'], { input: pem, encoding: 'utf8' })
    expect(asked).toBe(createPublicKey(secret).export({ type: 'spki', format: 'pem' }))
  }) // prettier-ignore

  test('an existing key that others may read is refused, and nothing is written', async () => {
    await run([...OPEN.slice(0, -1), '--own-key'])
    rmSync(join(checkout.folder, REQUEST))
    chmodSync(key(), 0o640)
    const ran = await run([...OPEN, '--own-key'])
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringMatching(/jane\.key exists with mode 0640: [^]*run: chmod 600 \S+jane\.key\n/),
    ])
    expect([existsSync(join(checkout.folder, REQUEST)), certs().pullRequests]).toEqual([false, []])
  })

  test('a file that is no key is not advised another mode', async () => {
    const other = join(home.folder, 'other')
    writeFileSync(other, 'root:x:0:0\n', { mode: 0o644 })
    const ran = await run([...OPEN, '--own-key', '--key', other])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('SINK_KEY_UNREADABLE')])
    expect(ran.stderr).not.toContain('chmod')
  })

  test('a request file of the work tree that differs from the flags is not proposed', async () => {
    await run(OPEN)
    const ran = await run(['new', 'jane', '--group', 'viewers', '--open'])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('differs from the flags')])
  })

  test('a request file of the work tree for another key is not proposed', async () => {
    await run([...OPEN.slice(0, -1), '--own-key'])
    const other = join(home.folder, 'other.key')
    execFileSync('openssl', ['genpkey', '-algorithm', 'ed25519', '-out', other], { stdio: 'ignore' })
    const ran = await run([...OPEN, '--own-key', '--key', other])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('is not a request for the key in')])
    expect(certs().pullRequests).toEqual([])
  }) // prettier-ignore

  /** As anybody with write access can push it: with the mark of countersign. */
  function forged(files: FileChanges): void {
    const [repository, author] = [certs(), owner()]
    const commit = world.commit({ repository, branch: 'main', author, files })
    const object = world.state.objects.get(commit)
    const tree = object?.kind === 'commit' ? object.tree : ''
    pushed(BRANCH, files, `Certificate for jane\n\nCountersign-Tree: ${tree}\n`)
  }
  /** The request that the same flags make. */
  async function written(...flags: readonly string[]): Promise<string> {
    await run([...OPEN.slice(0, -1), ...flags])
    const text = checkout.read(REQUEST)
    rmSync(join(checkout.folder, REQUEST))
    return text
  }

  test('the text of a forged branch is never proposed: the flags decide', async () => {
    const text = await written()
    forged({ [REQUEST]: text.replace('developers', 'cluster-admins') })
    const ran = await run(OPEN)
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(openedLine())])
    expect([proposed(), checkout.read(REQUEST)]).toEqual([text, text])
  })

  test('a forged branch with one more file is refused, and nothing is written or opened', async () => {
    const text = await written()
    forged({ [REQUEST]: text, 'policies/more.yaml': 'theirs\n' })
    openedByOwner()
    const ran = await run(OPEN)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(`git/refs/heads/${BRANCH}`)])
    expect([existsSync(join(checkout.folder, REQUEST)), certs().pullRequests]).toMatchObject([
      false,
      [{}],
    ])
  })

  test('fields that a forged branch adds next to the PKCS#10 request are not proposed', async () => {
    const text = await written('--own-key')
    forged({ [REQUEST]: text.replace(/^spec:\n/m, 'spec:\n  duration: 8760h\n') })
    const ran = await run([...OPEN, '--own-key'])
    expect(ran.code).toBe(0)
    expect(proposed()).toBe(checkout.read(REQUEST))
    expect(proposed()).not.toContain('8760h')
  })

  test('a refused branch leaves nothing behind that the next run proposes', async () => {
    const text = await written()
    pushed(BRANCH, { [REQUEST]: text.replace('developers', 'cluster-admins') })
    openedByOwner()
    expect(await run(OPEN)).toMatchObject({ code: 2 })
    expect(existsSync(join(checkout.folder, REQUEST))).toBe(false)
    world.merge(found(certs().pullRequests[0], 'it'), owner(), 'squash')
    pushed('main', { [REQUEST]: null })
    expect(await run(OPEN)).toMatchObject({ code: 0 })
    expect(proposed(`${BRANCH}.2`)).toBe(text)
  })

  test('a file on the default branch is refused before a key is made', async () => {
    pushed('main', { [REQUEST]: 'there\n' })
    const ran = await run([...OPEN, '--own-key'])
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(`${REQUEST} is on main`)])
    expect(existsSync(key())).toBe(false)
    // The checkout is behind.
    expect(ran.stderr).toContain('run: git pull origin main; then edit that file in a pull request')
    await run(OPEN.slice(0, -1))
    const here = await run(OPEN)
    expect([here.code, here.stderr]).toEqual([2, expect.stringContaining('= edit that file')])
  })

  test('a request of another file, removed in this work tree only, is refused before a key is made', async () => {
    checkout.write('requests/people/other.yaml', requestText({ name: 'jane' }))
    checkout.commit()
    checkout.remove('requests/people/other.yaml')
    expect(await run(OPEN)).toMatchObject({
      code: 2,
      stderr: expect.stringContaining(
        'requests/people/other.yaml requests jane, and is removed in this work tree only',
      ),
    })
    expect(certs().pullRequests).toEqual([])
  })

  test('a branch of somebody else is refused before a key is made', async () => {
    pushed(BRANCH, { 'README.md': 'theirs\n' })
    openedByOwner()
    const tip = world.tipOf(certs(), BRANCH)
    const ran = await run([...OPEN, '--own-key'])
    expect(existsSync(key())).toBe(false)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining(BRANCH)])
    expect(world.tipOf(certs(), BRANCH)).toBe(tip)
  })

  test('a token that may not write is reported with the permissions that it needs', async () => {
    github.faults.push({ kind: 'forbidden', match: { path: /git\/trees$/, method: 'POST' } })
    const ran = await run(OPEN)
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining('contents: write and pull-requests: write'),
    ])
  })

  test('new --rekey --open proposes the new key in one pull request, also after the first one was merged', async () => {
    await run([...OPEN, '--own-key'])
    const first = checkout.read(REQUEST)
    world.merge(found(certs().pullRequests[0], 'it'), owner(), 'squash')
    const ran = await run(REKEY)
    expect([ran.code, ran.stderr, ran.stdout]).toEqual([
      0,
      `after the merge: git restore ${REQUEST} && git pull\n`,
      expect.stringContaining(openedLine(2)),
    ])
    expect(proposed()).toBe(checkout.read(REQUEST))
    expect(proposed()).not.toBe(first)
    const pull = found(certs().pullRequests[1], 'it')
    expect(pull.title).toBe('New key for jane')
    expect(world.shownFilesOf(pull).map(({ path }) => path)).toEqual([REQUEST])
  })

  test.each([
    ['beside the key', (text: string) => text.replace('# yaml', '# of the owner\n# yaml')],
    ['in the duration', (text: string) => text.replace(/^spec:\n/m, 'spec:\n  duration: 1h\n')],
  ])('new --rekey --open refuses an old file that differs %s before a key is written', async (_where, change) => {
    const text = await written('--own-key')
    const secret = readFileSync(key(), 'utf8')
    checkout.write(REQUEST, text)
    pushed('main', { [REQUEST]: change(text) })
    const ran = await run(REKEY)
    expect([ran.code, ran.stderr]).toEqual([2, expect.stringContaining('git pull')])
    expect([checkout.read(REQUEST), readFileSync(key(), 'utf8')]).toEqual([text, secret])
    expect(certs().pullRequests).toEqual([])
  }) // prettier-ignore

  test('new --rekey --open refuses a file that the default branch does not have', async () => {
    checkout.write(REQUEST, await written('--own-key'))
    const secret = readFileSync(key(), 'utf8')
    const ran = await run(REKEY)
    expect([ran.code, ran.stderr]).toEqual([
      2,
      expect.stringContaining(`${REQUEST} is not on main`),
    ])
    expect(readFileSync(key(), 'utf8')).toBe(secret)
  })

  test('new --rekey --open refuses a branch of somebody else before a key is written', async () => {
    const text = await written('--own-key')
    const secret = readFileSync(key(), 'utf8')
    checkout.write(REQUEST, text)
    pushed('main', { [REQUEST]: text })
    pushed(BRANCH, { 'README.md': 'theirs\n' })
    openedByOwner()
    expect(await run(REKEY)).toMatchObject({ code: 2, stderr: expect.stringContaining(BRANCH) })
    expect(readFileSync(key(), 'utf8')).toBe(secret)
  })

  test('a branch with other commits and no open pull request is not changed, and the next number is taken', async () => {
    const text = await written('--own-key')
    pushed('main', { [REQUEST]: text })
    pushed(BRANCH, { 'requests/people/old.yaml': text })
    const left = world.tipOf(certs(), BRANCH)
    checkout.write(REQUEST, text)
    const ran = await run(REKEY)
    expect([ran.code, ran.stdout]).toEqual([0, expect.stringContaining(openedLine())])
    expect(world.tipOf(certs(), BRANCH)).toBe(left)
    expect(proposed(`${BRANCH}.2`)).toBe(checkout.read(REQUEST))
    certs().branches.delete(BRANCH)
    checkout.write(REQUEST, text)
    expect(await run(REKEY)).toMatchObject({ code: 0 })
    expect(certs().pullRequests).toHaveLength(1)
  })

  test.each(['git/trees', 'git/commits', 'git/refs', 'pulls'])(
    'new --rekey --open that was cut off at POST %s is completed by the next run',
    async route => {
      const text = await written('--own-key')
      checkout.write(REQUEST, text)
      pushed('main', { [REQUEST]: text })
      const operation = `POST /repos/{owner}/{repo}/${route}`
      github.faults.push({ kind: 'forbidden', match: { operation } })
      expect(await run(REKEY)).toMatchObject({
        code: 2,
        stderr: expect.stringContaining('run the same command again, which makes another new key'),
      })
      expect(await run(REKEY)).toMatchObject({ code: 0 })
      expect(proposed()).toBe(checkout.read(REQUEST))
      expect(certs().pullRequests).toHaveLength(1)
    },
  )
})
