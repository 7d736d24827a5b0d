// The port FileProposals at a real Gitea server: branches, commits and pull requests that propose files.
import { join } from 'node:path'
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { giteaRepository } from '../../../src/adapters/gitea/read/gitea-reader.ts'
import type { GiteaRepository } from '../../../src/adapters/gitea/read/gitea-reader.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { FileProposals } from '../../../src/ports/file-proposals.ts'
import { proposeFiles } from '../../../src/workflows/bootstrap/propose-files.ts'
import type { Proposal } from '../../../src/workflows/bootstrap/propose-files.ts'
import { proposeDeparture } from '../../../src/workflows/revoke/propose-departure.ts'
import { CONFIG_PATH, usualFile } from '../../build/history/usual-files.ts'
import { failureOf } from '../../build/connected.ts'
import { giteaOfFile, hasGitea } from '../../gitea/gitea-server.ts'
import { GiteaWorld, signatureOf } from '../../gitea/gitea-world.ts'

const PATH = 'requests/people/jane.yaml'
const WRITES = ['write:repository', 'read:issue', 'read:user', 'read:organization']
const describeGitea = hasGitea() ? describe : describe.skip

describeGitea('proposals of files at a Gitea server', () => {
  const gitea = giteaOfFile()
  let world: GiteaWorld
  let repository: GiteaRepository
  let proposals: FileProposals
  let proposal: Proposal
  let made = 0

  beforeAll(async () => {
    world = new GiteaWorld(gitea.server(), 'acme/certs', join(gitea.folder(), 'work'))
    await world.work.create()
    await world.api(null, 'POST', '/orgs', { username: 'acme' })
    const body = { name: 'certs', private: true, default_branch: 'main' }
    await world.api(null, 'POST', '/orgs/acme/repos', body)
    for (const login of ['owner', 'author', 'reviewer']) {
      await world.addUser(login)
      await world.at(null, 'PUT', `/collaborators/${login}`, { permission: 'write' })
    }
    const files = { [PATH]: usualFile(PATH, {}), [CONFIG_PATH]: usualFile(CONFIG_PATH, {}) }
    const start = await world.commit({ parents: [], files, author: signatureOf('owner') })
    await world.push('owner', start, 'main')
    repository = await opened('author', WRITES)
  })
  beforeEach(() => {
    proposals = repository.proposals()
    proposal = {
      repository: 'acme/certs',
      base: 'main',
      branch: `countersign/number-${++made}`,
      files: new Map([['requests/people/other.yaml', 'other\n']]),
      title: 'Certificate for other',
      body: 'what it is about',
    }
  })

  async function opened(login: string, scopes: readonly string[]): Promise<GiteaRepository> {
    const token = new Secret(await world.token(login, scopes))
    const { url } = world.server
    const options = { url, token, version: '0', repository: 'acme/certs', folder: gitea.folder() }
    return giteaRepository(options, systemClock, () => 0.5, { tries: 1 })
  }
  const pulls = (branch: string) =>
    world
      .at(null, 'GET', '/pulls?state=open')
      .then(found =>
        (found as { head: { ref: string } }[]).filter(({ head }) => head.ref === branch),
      )
  /** A commit of a person on a branch. */
  async function pushed(branch: string, onto: string, text: string): Promise<string> {
    await world.work.fetch(world.address(null))
    const files = { 'requests/people/other.yaml': text }
    const commit = await world.commit({ parents: [onto], files, author: signatureOf('author') })
    await world.push('author', commit, branch)
    return commit
  }
  const tipOf = async (branch: string): Promise<string> => (await world.tip(branch)) ?? ''

  test('a proposal is one commit of the account of the token, and one pull request', async () => {
    const { url, change } = await proposeFiles(proposals, proposal)
    expect(change).toBe('opened')
    expect(await pulls(proposal.branch)).toMatchObject([
      { html_url: url, title: proposal.title, body: proposal.body, user: { login: 'author' } },
    ])
    const commit = await world.at(null, 'GET', `/git/commits/${await tipOf(proposal.branch)}`)
    expect(commit).toMatchObject({
      author: { login: 'author' },
      committer: { login: 'author' },
      parents: [{ sha: await tipOf('main') }],
    })
    expect(await proposeFiles(proposals, proposal)).toEqual({ url, change: 'unchanged' })
  })

  test('other text moves the branch forward, in the same pull request', async () => {
    const { url } = await proposeFiles(proposals, proposal)
    const before = await tipOf(proposal.branch)
    const files = new Map([...proposal.files.keys()].map(path => [path, 'changed\n']))
    expect(await proposeFiles(proposals, { ...proposal, files })).toEqual({
      url,
      change: 'changed',
    })
    const commit = await world.at(null, 'GET', `/git/commits/${await tipOf(proposal.branch)}`)
    expect(commit).toMatchObject({ parents: [{ sha: before }, { sha: await tipOf('main') }] })
    expect(await pulls(proposal.branch)).toHaveLength(1)
  })

  test('a run that ended before the pull request is continued', async () => {
    const tip = await proposals.tip('main')
    const tree = await proposals.createTree(tip?.tree ?? '', proposal.files)
    const message = `${proposal.title}\n\nCountersign-Tree: ${tree}\n`
    const commit = await proposals.createCommit({ tree, parents: [tip?.commit ?? ''], message })
    expect(await proposals.createBranch(proposal.branch, commit)).toBe(true)
    expect(await proposals.tip(proposal.branch)).toMatchObject({ commit, tree })
    expect(await proposals.openPullRequest(proposal.branch, 'main')).toBeNull()
    expect((await proposeFiles(proposals, proposal)).change).toBe('opened')
    expect(await tipOf(proposal.branch)).toBe(commit)
  })

  test('a branch of another person is not overwritten', async () => {
    const commit = await pushed(proposal.branch, await tipOf('main'), 'of a person\n')
    expect(await failureOf(proposeFiles(proposals, proposal))).toMatchObject({
      code: 'RUN_USAGE',
      hint: expect.stringMatching(
        /git push http\S+\/acme\/certs\.git --delete countersign\/number-/,
      ),
    })
    expect(await tipOf(proposal.branch)).toBe(commit)
  })

  test('a branch that was made or moved meanwhile is neither made nor moved', async () => {
    const main = await tipOf('main')
    const theirs = await pushed(proposal.branch, main, 'of a person\n')
    const tip = await proposals.tip('main')
    const tree = await proposals.createTree(tip?.tree ?? '', proposal.files)
    const commit = await proposals.createCommit({ tree, parents: [main], message: 'ours' })
    expect(await proposals.createBranch(proposal.branch, commit)).toBe(false)
    expect(await proposals.moveBranch(proposal.branch, commit)).toBe(false)
    expect(await tipOf(proposal.branch)).toBe(theirs)
  })

  test('a branch that another run made from the base is not taken over', async () => {
    const main = await tipOf('main')
    await world.push('author', main, proposal.branch)
    const tree = await proposals.createTree(`${main}^{tree}`, proposal.files)
    const commit = await proposals.createCommit({ tree, parents: [main], message: 'ours' })
    expect(await proposals.createBranch(proposal.branch, commit)).toBe(false)
    expect(await tipOf(proposal.branch)).toBe(main)
  })

  test('the pull request of a fork with the same name of a branch is another one', async () => {
    await world.at('reviewer', 'POST', '/forks', {})
    const fork = 'reviewer/certs'
    await world.work.fetch(world.address(null))
    const files = { 'requests/people/other.yaml': 'of a fork\n' }
    const parents = [await tipOf('main')]
    const commit = await world.commit({ parents, files, author: signatureOf('reviewer') })
    await world.push('reviewer', commit, proposal.branch, { repository: fork })
    const head = `reviewer:${proposal.branch}`
    await world.at('reviewer', 'POST', '/pulls', { title: 'fork', head, base: 'main' })
    expect(await proposals.openPullRequest(proposal.branch, 'main')).toBeNull()
    expect((await proposeFiles(proposals, proposal)).change).toBe('opened')
    expect(await pulls(proposal.branch)).toHaveLength(2)
  })

  test('a token that may not write is refused with the scope that it lacks', async () => {
    const reads = (await opened('author', ['read:repository', 'read:user'])).proposals()
    expect(await failureOf(proposeFiles(reads, proposal))).toMatchObject({
      code: 'GITHUB_FORBIDDEN',
      hint: 'the token needs write:repository',
    })
  })

  test('a person who left is taken out by two pull requests', async () => {
    const { tip, defaultBranch } = await repository.facts()
    const found = await proposeDeparture(proposals, {
      login: 'owner',
      names: ['jane'],
      repository: 'acme/certs',
      base: defaultBranch,
      files: proposals.filesAt(tip),
      prefix: '',
      config: CONFIG_PATH,
      requests: 'requests',
    })
    expect(found).toMatchObject({
      withdrawal: { change: 'opened' },
      configuration: { change: 'opened' },
    })
    const branch = 'countersign/revoke-owner-requests'
    expect(await proposals.tip(branch)).toMatchObject({
      message: expect.stringContaining('Withdraw the requests of owner'),
    })
  })

  test('a proposal can remove a file', async () => {
    const files = new Map([[PATH, null]])
    await proposeFiles(proposals, { ...proposal, files })
    const tip = (await proposals.tip(proposal.branch))?.commit ?? ''
    expect(await proposals.filesAt(tip).read(PATH)).toBeNull()
    expect(await proposals.filesAt(tip).read(CONFIG_PATH)).not.toBeNull()
    expect(await proposals.ahead(await tipOf('main'), tip)).toEqual({
      commits: [tip],
      paths: new Set([PATH]),
    })
  })

  test('a branch that does not exist has no tip', async () => {
    expect(await proposals.tip('none')).toBeNull()
  })
})
