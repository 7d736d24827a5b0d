// The port ReviewedRepository on a real Gitea server: what people do with git and the API, as the reader gives it.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { join } from 'node:path'
import { z } from 'zod'
import { giteaRepository } from '../../../src/adapters/gitea/read/gitea-reader.ts'
import type { Account } from '../../../src/domain/proof/account.ts'
import { GONE } from '../../../src/domain/proof/git-history.ts'
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { PullRequest } from '../../../src/domain/proof/pull-request.ts'
import { comparisonKey } from '../../../src/domain/proof/shown-diff.ts'
import { CountersignError } from '../../../src/domain/problem.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import type { ReviewedRepository } from '../../../src/ports/reviewed-repository.ts'
import { giteaOfFile, hasGitea } from '../../gitea/gitea-server.ts'
import { GiteaWorld, signatureOf } from '../../gitea/gitea-world.ts'
import type { MadeFiles } from '../../gitea/git-work.ts'

const SCOPES = ['read:repository', 'read:issue', 'read:user', 'read:organization']
const STYLES = ['merge', 'rebase', 'rebase-merge', 'squash', 'fast-forward-only'] as const
const RIGHTS = { author: 'write', reviewer: 'write', colleague: 'read', owner: 'admin' } as const
const GIVEN: MadeFiles = {
  'countersign.yaml': 'one\n',
  'requests/people/jane.yaml': 'jane\n',
  'requests/link.yaml': { bytes: 'people/jane.yaml', mode: '120000' },
}

const DESCRIPTION = z.object({
  definitions: z.record(
    z.string(),
    z.object({
      properties: z
        .record(z.string(), z.object({ enum: z.array(z.string()).default([]) }))
        .default({}),
    }),
  ),
})
/** By definition in Gitea's swagger. */
const TAKEN: Readonly<Record<string, readonly string[]>> = {
  Activity: ['id', 'op_type', 'act_user', 'ref_name', 'content', 'created'],
  Branch: ['commit', 'required_approvals'],
  Comment: ['id', 'user', 'body', 'html_url'],
  Commit: ['sha', 'author', 'committer', 'parents', 'commit'],
  Issue: ['number', 'title', 'body', 'user'],
  Organization: ['id'],
  PRBranchInfo: ['label', 'ref', 'sha', 'repo'],
  // prettier-ignore
  PullRequest: ['number', 'user', 'created_at', 'updated_at', 'merged', 'merged_by', 'merge_commit_sha', 'merge_base', 'base', 'head'],
  PullReview: ['id', 'user', 'state', 'commit_id', 'dismissed', 'submitted_at'],
  RepoCollaboratorPermission: ['permission', 'user'],
  // prettier-ignore
  Repository: ['id', 'full_name', 'private', 'internal', 'empty', 'mirror', 'default_branch', 'allow_manual_merge', 'autodetect_manual_merge'],
  TimelineComment: ['id', 'type', 'user', 'created_at', 'old_ref', 'review_id'],
  User: ['id', 'login', 'email'],
}

const describeGitea = hasGitea() ? describe : describe.skip

describeGitea('the reader of a Gitea repository', () => {
  const gitea = giteaOfFile()
  let world: GiteaWorld
  let start: ObjectId
  const ids = new Map<string, number>()
  let pulls = 0

  beforeAll(async () => {
    world = new GiteaWorld(gitea.server(), 'acme/certs', join(gitea.folder(), 'work'))
    await world.work.create()
    await world.api(null, 'POST', '/orgs', { username: 'acme' })
    await newRepository('certs')
    for (const login of Object.keys(RIGHTS)) ids.set(login, await world.addUser(login))
    for (const [login, permission] of Object.entries(RIGHTS)) await setRight(login, permission)
    start = await made([], GIVEN, 'owner')
    await world.push('owner', start, 'main')
  })

  const newRepository = (name: string) =>
    world.api(null, 'POST', '/orgs/acme/repos', { name, private: true, default_branch: 'main' })
  const setRight = (login: string, permission: string) =>
    world.at(null, 'PUT', `/collaborators/${login}`, { permission })
  const made = (parents: readonly ObjectId[], files: MadeFiles, by = 'author') =>
    world.commit({ parents, files, author: signatureOf(by) })
  const account = (login: string): Account => ({ id: ids.get(login) ?? 0, login, type: 'User' })

  async function reader(
    as: string | null = 'owner',
    scopes: readonly string[] = SCOPES,
    repository = 'acme/certs',
  ): Promise<ReviewedRepository> {
    const token = new Secret(await world.token(as, scopes))
    const { url } = world.server
    const options = { url, token, version: '0.0.0', repository, folder: gitea.folder() }
    return giteaRepository(options, systemClock, () => 0.5)
  }

  async function mainTip(): Promise<ObjectId> {
    await world.work.fetch(world.address(null))
    return (await world.tip('main')) ?? ''
  }

  /** A branch with these commits, each pushed by itself, and its pull request. */
  async function proposed(branch: string, ...contents: readonly MadeFiles[]) {
    let commit = await mainTip()
    const commits: ObjectId[] = []
    for (const files of contents) {
      commit = await made([commit], files)
      commits.push(commit)
      await world.push('author', commit, branch)
    }
    await world.at('author', 'POST', '/pulls', { title: branch, head: branch, base: 'main' })
    await world.nextSecond()
    return { number: ++pulls, commits, head: commit }
  }

  const review = (by: string, number: number, event: string, more: object = {}) =>
    world.at(by, 'POST', `/pulls/${number}/reviews`, { event, body: 'read', ...more })

  async function merge(by: string, number: number, style: string): Promise<ObjectId> {
    const before = await world.newest('main')
    await world.merge(by, number, style)
    await world.recorded('acme/certs', 'main', before)
    return mainTip()
  }

  async function pullRequest(number: number): Promise<PullRequest> {
    const [found] = await (await reader()).pullRequests([number])
    if (found === undefined) throw new Error('no answer')
    return found
  }

  const codeOf = async (doing: Promise<unknown>): Promise<string> => {
    const thrown = await doing.then(
      () => null,
      (cause: unknown) => cause,
    )
    return thrown instanceof CountersignError ? thrown.problem.code : String(thrown)
  }

  test('the facts name the repository, its default branch and the tip', async () => {
    const facts = await (await reader()).facts()
    const tip = await mainTip()
    expect(facts).toEqual({
      id: 1,
      name: 'acme/certs',
      visibility: 'private',
      defaultBranch: 'main',
      tip,
      forge: { url: world.server.url, hasCodeOwners: false },
    })
  })

  test('the ancestry has the objects at watched paths, and a link is another object than its bytes', async () => {
    const repository = await reader()
    const watched = ['', 'requests', 'requests/link.yaml', 'countersign.yaml', 'none/at/all']
    const found = await repository.ancestry([start, 'f'.repeat(40)], watched)
    const { objects, parents } = found.get(start) ?? { objects: new Map<string, string>() }
    const object = (path: string) => world.work.object(`${start}:${path}`)
    expect([...found.keys()]).toEqual([start])
    expect(parents).toEqual([])
    expect([...objects]).toEqual([
      ['', await object('')],
      ['requests', await object('requests')],
      ['requests/link.yaml', `120000 ${await object('requests/link.yaml')}`],
      ['countersign.yaml', await object('countersign.yaml')],
    ])
  })

  test('listings, blobs and files of a commit are those of git', async () => {
    const repository = await reader()
    const tree = (await world.work.object(`${start}:requests`)) ?? ''
    const jane = (await world.work.object(`${start}:requests/people/jane.yaml`)) ?? ''
    const link = (await world.work.object(`${start}:requests/link.yaml`)) ?? ''
    const listed = await repository.listings([tree, jane, `120000 ${link}`])
    expect(listed.get(tree)?.toSorted((a, b) => (a.path < b.path ? -1 : 1))).toEqual([
      { path: 'link.yaml', mode: '120000', blob: link },
      { path: 'people/jane.yaml', mode: '100644', blob: jane },
    ])
    expect([listed.get(jane), listed.get(`120000 ${link}`)]).toEqual([[], []])
    const at = (commit: ObjectId, path: string) => ({ commit, path })
    const asked = [
      at(start, 'requests/people/jane.yaml'),
      at(start, 'requests'),
      at(start, 'none.yaml'),
      at('f'.repeat(40), 'requests'),
    ]
    const answer = await repository.blobsAt(asked)
    expect(asked.map(answer)).toEqual([jane, null, null, GONE])
    expect(() => answer(at(start, 'other.yaml'))).toThrow('was not asked for')
    const bytes = await repository.blobs([jane, 'f'.repeat(40)])
    expect([...bytes].map(([id, each]) => [id, Buffer.from(each).toString()])).toEqual([
      [jane, 'jane\n'],
    ])
    const files = repository.filesAt(start)
    const paths = (await files.list('requests'))?.map(({ path, mode }) => `${mode} ${path}`)
    expect(paths).toEqual(['120000 requests/link.yaml', '100644 requests/people/jane.yaml'])
    expect(await files.read('none.yaml')).toBeNull()
    expect(await codeOf(repository.listings(['f'.repeat(40)]))).toBe('GITHUB_NOT_FOUND')
  })

  test.each(STYLES)('a pull request that is merged by %s keeps who did what', async style => {
    const path = `requests/${style}.yaml`
    const { number, commits, head } = await proposed(style, { [path]: 'a\n' }, { [path]: 'b\n' })
    if (style === 'rebase') {
      // On another base a rebase makes new commits.
      const other = await made([await mainTip()], { 'NOTES.md': style }, 'owner')
      await world.push('owner', other, 'main')
    }
    await review('reviewer', number, 'APPROVED')
    await world.nextSecond()
    const landed = await merge('owner', number, style)
    const repository = await reader()
    const [pull] = await repository.pullRequests([number])
    expect(pull).toMatchObject({
      author: account('author'),
      base: 'main',
      head: { branch: style, repositoryId: 1, commit: head },
      merged: { by: account('owner'), commit: landed },
      size: { additions: 1, deletions: 0 },
      reviews: [{ author: account('reviewer'), state: 'APPROVED', commit: head }],
      dismissals: [],
    })
    expect(pull?.commits.map(({ id, authors }) => [id, authors])).toEqual(
      commits.map(id => [id, [account('author')]]),
    )
    expect(pull?.pushes?.map(({ kind, by, after }) => [kind, by?.login, after])).toEqual([
      ['branchCreation', 'author', commits[0]],
      ['push', 'author', commits[1]],
    ])
    const moves = await repository.defaultBranchMoves()
    expect(moves?.at(-1)).toMatchObject({ kind: 'pullRequestMerge', by: account('owner') })
    expect(moves?.at(-1)?.after).toBe(landed)
    const brought = await world.work.revisions([`${moves?.at(-1)?.before ?? ''}..${landed}`])
    const linked = await repository.pullRequestsOf([...brought, 'f'.repeat(40)])
    expect([...linked]).toEqual(brought.map(id => [id, [number]]))
  })

  test('a pull request stays linked to its commits when another one brings them to the default branch', async () => {
    const { number, head } = await proposed('one', { 'requests/twin.yaml': 'a\n' })
    await world.push('reviewer', head, 'twin')
    await world.at('reviewer', 'POST', '/pulls', { title: 'twin', head: 'twin', base: 'main' })
    const twin = ++pulls
    await world.nextSecond()
    await merge('author', number, 'merge')
    expect([...(await (await reader()).pullRequestsOf([head]))]).toEqual([[head, [number, twin]]])
  })

  test('a commit that a person pushes to the default branch is a push, and has no pull request', async () => {
    const before = await mainTip()
    const commit = await made([before], { 'NOTES.md': 'pushed\n' }, 'owner')
    await world.push('owner', commit, 'main')
    const repository = await reader()
    const move = (await repository.defaultBranchMoves())?.at(-1)
    expect(move).toMatchObject({ kind: 'push', by: account('owner'), before, after: commit })
    expect([...(await repository.pullRequestsOf([commit]))]).toEqual([[commit, []]])
  })

  test('a review that was begun before a push has the time and the commit of its submission', async () => {
    const path = 'requests/pending.yaml'
    const { number, head } = await proposed('pending', { [path]: 'a\n' })
    const comments = [{ path, new_position: 1, body: 'why' }]
    const begun = await review('reviewer', number, 'PENDING', { comments })
    await world.nextSecond()
    const pushed = await made([head], { [path]: 'b\n' })
    await world.push('author', pushed, 'pending')
    await world.nextSecond()
    const { id } = begun as { readonly id: number }
    expect((await pullRequest(number)).reviews).toEqual([])
    await world.at('reviewer', 'POST', `/pulls/${number}/reviews/${id}`, {
      event: 'APPROVED',
      body: 'read',
    })
    const { reviews, pushes } = await pullRequest(number)
    expect(reviews).toMatchObject([{ id, state: 'APPROVED', commit: pushed }])
    expect(reviews[0]?.at.getTime()).toBeGreaterThan(pushes?.[1]?.at.getTime() ?? Infinity)
  })

  test('force pushes, changes of the base and dismissals are told with account and time', async () => {
    const path = 'requests/forced.yaml'
    const { number, head } = await proposed('forced', { [path]: 'a\n' })
    await review('reviewer', number, 'APPROVED')
    await review('colleague', number, 'REQUEST_CHANGES')
    const forced = await made([start], { [path]: 'b\n' }, 'reviewer')
    await world.push('reviewer', forced, 'forced', { isForced: true })
    await world.at('owner', 'POST', '/branches', {
      new_branch_name: 'other',
      old_branch_name: 'main',
    })
    await world.at('author', 'PATCH', `/pulls/${number}`, { base: 'other' })
    const [{ id } = { id: 0 }] = (await pullRequest(number)).reviews
    await world.at('owner', 'POST', `/pulls/${number}/reviews/${id}/dismissals`, { message: 'no' })
    const pull = await pullRequest(number)
    expect(pull.base).toBe('other')
    expect(pull.head.commit).toBe(forced)
    expect(pull.baseChanges).toMatchObject([{ from: 'main' }])
    expect(pull.forcePushes).toMatchObject([
      { by: account('reviewer'), before: head, after: forced },
    ])
    expect(pull.reviews.map(({ author, state }) => [author?.login, state])).toEqual([
      ['reviewer', 'DISMISSED'],
      ['colleague', 'CHANGES_REQUESTED'],
    ])
    expect(pull.dismissals).toMatchObject([{ review: id, by: account('owner'), was: 'APPROVED' }])
  })

  test('the head of a merged pull request stays when its branch goes on, and when it is deleted', async () => {
    const { number, head } = await proposed('goes-on', { 'requests/goes-on.yaml': 'a\n' })
    await merge('author', number, 'squash')
    const later = await made([head], { 'requests/goes-on.yaml': 'b\n' })
    await world.push('author', later, 'goes-on')
    const then = await pullRequest(number)
    expect([then.head.commit, then.size.additions, then.commits.length]).toEqual([head, 1, 1])
    await world.push('author', '', 'goes-on')
    expect((await pullRequest(number)).head).toEqual({
      branch: 'goes-on',
      repositoryId: 1,
      commit: head,
    })
  })

  test('pushes are unknown if one of them is by an account that hides its activity', async () => {
    const path = 'requests/hidden.yaml'
    const { number, head } = await proposed('hidden', { [path]: 'a\n' })
    const hidden = await made([head], { [path]: 'b\n' }, 'reviewer')
    await world.push('reviewer', hidden, 'hidden')
    const last = await made([hidden], { [path]: 'c\n' })
    await world.push('author', last, 'hidden')
    expect((await pullRequest(number)).pushes).toHaveLength(3)
    const hide = (isHidden: boolean) =>
      world.api('reviewer', 'PATCH', '/user/settings', { hide_activity: isHidden })
    await hide(true)
    expect((await pullRequest(number)).pushes).toBeNull()
    await hide(false)
  })

  test('where the repository takes merges by hand, no move is a merge by Gitea', async () => {
    const { number, head } = await proposed('by-hand', { 'requests/by-hand.yaml': 'a\n' })
    const settings = (isTaken: boolean) => ({
      has_pull_requests: true,
      allow_manual_merge: isTaken,
      allow_merge_commits: true,
      allow_squash_merge: true,
    })
    await world.at('owner', 'PATCH', '', settings(true))
    const commit = await world.commit({
      parents: [await mainTip(), head],
      files: { 'requests/by-hand.yaml': 'other\n' },
      author: signatureOf('owner'),
      date: '2020-01-01T00:00:00Z',
    })
    await world.push('owner', commit, 'main')
    const byHand = { Do: 'manually-merged', MergeCommitID: commit }
    await world.at('owner', 'POST', `/pulls/${number}/merge`, byHand)
    const repository = await reader()
    const [pull] = await repository.pullRequests([number])
    expect(pull?.merged).toMatchObject({ by: account('owner'), commit })
    expect(pull?.merged?.at.getTime()).toBeGreaterThan(pull?.createdAt.getTime() ?? Infinity)
    const kinds = (await repository.defaultBranchMoves())?.map(({ kind }) => kind)
    expect(new Set(kinds)).toEqual(new Set(['branchCreation', 'push']))
    await world.at('owner', 'PATCH', '', settings(false))
  })

  test('a co-author is found by the address, and an address without account is nobody', async () => {
    const commit = await world.commit({
      parents: [await mainTip()],
      files: { 'NOTES.md': 'together\n' },
      author: { name: 'else', email: 'else@elsewhere.example.com' },
      coAuthors: [signatureOf('colleague')],
    })
    await world.push('author', commit, 'together')
    const found = await (await reader()).commits([commit, 'f'.repeat(40)])
    expect([...found.keys()]).toEqual([commit])
    expect(found.get(commit)).toMatchObject({
      authors: [null, account('colleague')],
      committer: null,
      isSignedByGitHub: false,
    })
  })

  test('a comparison shows what the page shows: renames with their source, and nothing of a large file', async () => {
    const lines = Array.from({ length: 30 }, (_, n) => `line ${n}\n`).join('')
    const base = await made([await mainTip()], { 'a.txt': lines, 'b.txt': 'b\n' })
    const head = await made([base], {
      'a.txt': null,
      'moved.txt': `${lines}more\n`,
      'b.txt': 'c\n',
      'large.txt': 'x\n'.repeat(1001),
      'wide.txt': `${'x'.repeat(5001)}\n`,
    })
    await world.push('author', head, 'shown')
    const repository = await reader()
    const pair = { base, head }
    const wrong = { base: head, head: base }
    const found = await repository.comparisons([pair, wrong])
    expect(found.get(comparisonKey(wrong))).toBeNull()
    const { files = [], isCut } = found.get(comparisonKey(pair)) ?? {}
    expect(isCut).toBe(false)
    expect(
      files.map(({ path, status, previousPath, patch }) => [path, status, previousPath, patch]),
    ).toEqual([
      ['b.txt', 'modified', null, '@@ -1 +1 @@\n-b\n+c'],
      ['large.txt', 'added', null, null],
      ['moved.txt', 'renamed', 'a.txt', expect.stringContaining('\n+more')],
      ['wide.txt', 'added', null, null],
    ])
  })

  test('rights are told to an administrator of the repository, and unknown to others', async () => {
    const rights = await (
      await reader('owner')
    ).reviewerRights(
      [account('author'), account('colleague'), { ...account('author'), id: 99 }],
      [],
    )
    const right = (login: string) => rights.permission(account(login))
    expect([right('author'), right('colleague'), right('owner')]).toEqual(['write', 'read', null])
    expect(rights.permission({ ...account('author'), id: 99 })).toBe('none')
    const gone: Account = { id: 98, login: 'gone', type: 'User' }
    const others = await (await reader('author')).reviewerRights([account('reviewer'), gone], [])
    expect(others.permission(account('reviewer'))).toBeNull()
    expect(others.permission(gone)).toBe('none')
  })

  test('members of a team are told to an owner of the organization, and unknown to others', async () => {
    const brought = await world.api(null, 'POST', '/orgs/acme/teams', {
      name: 'pki',
      units: ['repo.code'],
      permission: 'read',
    })
    const { id } = brought as { readonly id: number }
    await world.api(null, 'PUT', `/teams/${id}/members/reviewer`)
    const team = { id, slug: 'acme/pki' }
    const member = async (as: string | null) => {
      const { isMember } = await (await reader(as)).reviewerRights([], [team])
      return ['reviewer', 'author'].map(login => isMember(team, account(login)))
    }
    expect(await member(null)).toEqual([true, false])
    expect(await member('author')).toEqual([null, null])
  })

  test('the required approvals of a protected branch are told to every reader', async () => {
    const repository = await reader('colleague')
    expect(await repository.branchRules()).toEqual({ requiredApprovals: 0, requiredReviewers: [] })
    const rule = { rule_name: 'main', required_approvals: 2 }
    await world.at('owner', 'POST', '/branch_protections', rule)
    expect(await repository.branchRules()).toMatchObject({ requiredApprovals: 2 })
    await world.at('owner', 'DELETE', '/branch_protections/main')
  })

  test('a token that lacks a scope, is unknown, or is of nobody in the repository is refused', async () => {
    const { number } = await proposed('scopes', { 'requests/scopes.yaml': 'a\n' })
    const without = (scope: string) =>
      reader(
        'owner',
        SCOPES.filter(each => each !== scope),
      )
    expect(await codeOf((await without('read:repository')).facts())).toBe('GITHUB_FORBIDDEN')
    const noEvents = await without('read:issue')
    expect(await codeOf(noEvents.pullRequests([number]))).toBe('GITHUB_FORBIDDEN')
    const { url } = world.server
    const options = {
      url,
      token: new Secret('unknown'),
      version: '0.0.0',
      repository: 'acme/certs',
    }
    const unknown = giteaRepository(options, systemClock, () => 0.5)
    expect(await codeOf(unknown.facts())).toBe('GITHUB_UNAUTHORIZED')
    await world.addUser('stranger')
    expect(await codeOf((await reader('stranger')).facts())).toBe('GITHUB_NOT_FOUND')
  })

  test('an empty repository, and one that has another name now, are not found', async () => {
    await newRepository('empty')
    const empty = await reader(null, SCOPES, 'acme/empty')
    expect(await codeOf(empty.facts())).toBe('GITHUB_NOT_FOUND')
    await world.api(null, 'PATCH', '/repos/acme/empty', { name: 'renamed' })
    expect(await codeOf(empty.facts())).toBe('GITHUB_NOT_FOUND')
  })

  test('every member that the reader takes is in the description that the server gives of its API', async () => {
    const answer = await fetch(`${world.server.url}/swagger.v1.json`)
    const { definitions } = DESCRIPTION.parse(await answer.json())
    const missing = Object.entries(TAKEN).flatMap(([name, members]) => {
      const described = definitions[name]?.properties ?? {}
      return members.filter(member => !(member in described)).map(member => `${name}.${member}`)
    })
    expect(missing).toEqual([])
    const kinds = definitions['Activity']?.properties['op_type']?.enum ?? []
    const taken = ['commit_repo', 'delete_branch', 'merge_pull_request', 'mirror_sync_push']
    expect(taken.filter(kind => !kinds.includes(kind))).toEqual([])
  })

  test('each call gives what is there now, also if the facts were not asked for again', async () => {
    const repository = await reader()
    const before = await repository.defaultBranchMoves()
    const commit = await made([await mainTip()], { 'NOTES.md': 'again\n' }, 'owner')
    await world.push('owner', commit, 'main')
    const after = await repository.defaultBranchMoves()
    expect(after?.slice(0, -1)).toEqual(before)
    expect(after?.at(-1)?.after).toBe(commit)
  })

  test('an address that others could read, or that is none, gets no token', () => {
    const open = (url: string) => () =>
      giteaRepository(
        { url, token: new Secret('t'), version: '0', repository: 'a/b' },
        systemClock,
        () => 0,
      )
    expect(open('http://git.example.com')).toThrow('is not https')
    expect(open('git.example.com')).toThrow('is not the address of a Gitea server')
  })
})
