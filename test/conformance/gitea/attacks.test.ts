// Ways to a false approval that only a Gitea server has, played with git and the API by people who try to deceive.
import { beforeAll, describe, expect, test } from '@jest/globals'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { giteaRepository } from '../../../src/adapters/gitea/read/gitea-reader.ts'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { comparisonKey } from '../../../src/domain/proof/shown-diff.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { ReviewedRepository } from '../../../src/ports/reviewed-repository.ts'
import { Countersign } from '../../build/history/countersign.ts'
import { foundOf } from '../../build/history/finding.ts'
import { readGiven } from '../../build/history/read-history.ts'
import { usualFile } from '../../build/history/usual-files.ts'
import { giteaOfFile, hasGitea } from '../../gitea/gitea-server.ts'
import { signatureOf } from '../../gitea/gitea-world.ts'
import type { MadeFiles } from '../../gitea/git-work.ts'
import { addPeople } from '../../gitea/history/gitea-people.ts'
import { GiteaScene } from '../../gitea/history/gitea-scene.ts'
import type { GiteaServer } from '../../gitea/start.mjs'

const JANE = 'requests/people/jane.yaml'
const REQUEST: MadeFiles = { [JANE]: usualFile(JANE, {}) }
const NOTES: MadeFiles = { 'NOTES.md': 'read\n' }
const SCOPES = ['read:repository', 'read:issue', 'read:user', 'read:organization']
const PULL = z.object({ number: z.number() })
const REVIEW = z.object({ id: z.number() })

class Attack {
  readonly scene: GiteaScene
  readonly #folder: string

  constructor(server: GiteaServer, name: string, folder: string) {
    this.scene = new GiteaScene(server, name, folder)
    this.#folder = folder
  }

  get world() {
    return this.scene.world
  }

  async begin(given: object = {}): Promise<void> {
    await this.scene.begin(readGiven(given), false)
  }

  tip = (branch = 'main'): ObjectId => this.scene.commit(branch)

  /** A commit on top of the branch, or of the default branch, that names an author and is pushed by another account. */
  async push(by: string, branch: string, files: MadeFiles, author = 'author'): Promise<ObjectId> {
    const parent = this.tip(this.scene.has(branch) ? branch : 'main')
    const commit = await this.world.commit({
      parents: [parent],
      files,
      author: signatureOf(author),
    })
    await this.move(by, branch, commit)
    return commit
  }

  async move(by: string, branch: string, commit: ObjectId, isForced = false): Promise<void> {
    await this.scene.push(by, branch, commit, isForced)
    await this.world.nextSecond()
  }

  async open(by: string, head: string, base = 'main'): Promise<number> {
    const body = { title: head, head, base }
    const { number } = PULL.parse(await this.world.at(by, 'POST', '/pulls', body))
    await this.world.nextSecond()
    return number
  }

  async approve(by: string, number: number, more: object = {}): Promise<number> {
    const body = { event: 'APPROVED', body: 'read', ...more }
    const made = await this.world.at(by, 'POST', `/pulls/${number}/reviews`, body)
    await this.world.nextSecond()
    return REVIEW.parse(made).id
  }

  async merge(by: string, number: number, style = 'squash'): Promise<void> {
    const before = await this.world.newest('main')
    await this.world.merge(by, number, style)
    await this.world.recorded(this.world.repository, 'main', before)
    await this.scene.fetch('main')
    await this.world.nextSecond()
  }

  async reader(as: string | null): Promise<ReviewedRepository> {
    const token = new Secret(await this.world.token(as, SCOPES))
    const { url } = this.world.server
    const { repository } = this.world
    const options = { url, token, version: '0.0.0', repository, folder: this.#folder }
    return giteaRepository(options, systemClock, () => 0.5)
  }

  /** Words such as approved and codes, of the request at the tip of the default branch. `as`: whose token reads. */
  async verdict(as: string | null = null): Promise<string> {
    const reviewed = await new Countersign(this.scene).review(await this.reader(as), this.tip())
    if (!reviewed.ok) return reviewed.problems.map(({ code }) => code).join(' ')
    const { verdicts, problems } = foundOf(reviewed.value, JANE)
    return [...verdicts, ...problems.map(({ message }) => message)].join(' ')
  }
}

interface Played {
  readonly given?: object
  readonly play: (attack: Attack) => Promise<string>
  readonly demands: RegExp
  /** It is known that countersign does not meet the demand. */
  readonly isOpen?: true
}

const ATTACKS: Readonly<Record<string, Played>> = {
  'an approval by another person counts': {
    play: async attack => {
      await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.merge('author', number)
      return attack.verdict('owner')
    },
    demands: /^approved$/,
  },
  'a reviewer who pushed under another name of the branch, and renamed it, is a contributor': {
    play: async attack => {
      await attack.push('reviewer', 'temporary', REQUEST)
      const rename = { name: 'feature' }
      await attack.world.at('reviewer', 'PATCH', '/branches/temporary', rename)
      await attack.world.nextSecond()
      await attack.scene.fetch('feature')
      await attack.push('author', 'feature', NOTES)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_/,
  },
  'a head that somebody wrote to the ref of a merged pull request is not the head that was merged':
    {
      given: { files: { 'countersign.yaml': { approval: { strict: true } } } },
      play: async attack => {
        const first = await attack.push('author', 'feature', REQUEST)
        const number = await attack.open('author', 'feature')
        await pause(61_000)
        await attack.approve('reviewer', number)
        await attack.push('author', 'feature', NOTES)
        await attack.merge('author', number)
        const before = await attack.verdict()
        const { work } = attack.world
        const to = attack.world.address('author')
        const pushed = work.push(to, first, `refs/pull/${number}/head`, true)
        const said = await pushed.then(() => 'it was written', String)
        return `${before} ${said}`
      },
      demands: /^APPROVAL_.* hook declined/s,
    },
  'a review between a push to the default branch and its row in the feed': {
    play: async attack => {
      const start = attack.tip()
      const head = await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      const row = await attack.world.newest('main')
      const to = attack.world.address('author')
      // Gitea's workers write a row for each ref, so that of the branch can be late.
      const tags = Array.from({ length: 300 }, (_, n) => `${head}:refs/tags/a-${n}`)
      const { work } = attack.world
      const folder = work.folder
      await work.git(['-C', folder, 'push', '--quiet', to, ...tags, `${head}:refs/heads/main`])
      await attack.world.at('reviewer', 'POST', `/pulls/${number}/reviews`, {
        event: 'APPROVED',
        body: 'read',
      })
      await attack.world.recorded(attack.world.repository, 'main', row)
      await attack.move('author', 'main', start, true)
      await attack.push('author', 'main', NOTES)
      await attack.merge('author', number, 'merge')
      return attack.verdict()
    },
    demands: /^APPROVAL_NOT_SHOWN/,
  },
  'an approval that names a commit of another branch': {
    play: async attack => {
      await attack.push('author', 'feature', NOTES)
      const number = await attack.open('author', 'feature')
      const other = await attack.push('author', 'other', REQUEST)
      await attack.approve('reviewer', number, { commit_id: other })
      await attack.push('author', 'feature', REQUEST)
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_/,
  },
  'a reviewer who wrote the file by the API under the name of the author': {
    play: async attack => {
      await attack.push('author', 'feature', NOTES)
      const content = Buffer.from(usualFile(JANE, {})).toString('base64')
      const before = await attack.world.newest('feature')
      const author = signatureOf('author')
      await attack.world.at('reviewer', 'POST', `/contents/${JANE}`, {
        content,
        branch: 'feature',
        author,
        committer: author,
      })
      await attack.world.recorded(attack.world.repository, 'feature', before)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_SELF/,
  },
  'a reviewer who updated the branch by the button': {
    play: async attack => {
      await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.push('author', 'main', NOTES)
      const before = await attack.world.newest('feature')
      await attack.world.mergeable(number)
      await attack.world.at('reviewer', 'POST', `/pulls/${number}/update`)
      await attack.world.recorded(attack.world.repository, 'feature', before)
      await attack.approve('reviewer', number)
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_SELF/,
  },
  'a reviewer who opened a second pull request of the commits, and moved it away after the merge': {
    play: async attack => {
      const head = await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.move('reviewer', 'twin', head)
      await attack.open('reviewer', 'twin')
      await attack.approve('reviewer', number)
      await attack.merge('author', number, 'merge')
      const other = await attack.world.commit({
        parents: [attack.tip()],
        files: NOTES,
        author: signatureOf('reviewer'),
      })
      await attack.move('reviewer', 'twin', other, true)
      return attack.verdict()
    },
    demands: /^APPROVAL_SELF/,
  },
  'a reviewer who deleted and made the branch again with the commits of the author': {
    play: async attack => {
      const head = await attack.push('author', 'feature', NOTES)
      await attack.push('reviewer', 'feature', REQUEST)
      const own = attack.tip('feature')
      await attack.move('reviewer', 'feature', '')
      await attack.move('author', 'feature', head)
      await attack.move('reviewer', 'feature', own)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_SELF/,
  },
  'a reviewer who merged a pull request of another person into the branch': {
    play: async attack => {
      await attack.push('author', 'feature', NOTES)
      await attack.push('colleague', 'part', REQUEST)
      const part = await attack.open('colleague', 'part', 'feature')
      const before = await attack.world.newest('feature')
      await attack.world.merge('reviewer', part, 'merge')
      await attack.world.recorded(attack.world.repository, 'feature', before)
      await attack.world.nextSecond()
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_SELF/,
  },
  'a merge by hand while the settings of the repository took such merges': {
    play: async attack => {
      const head = await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      const settings = {
        has_pull_requests: true,
        allow_merge_commits: true,
        allow_squash_merge: true,
      }
      await attack.world.at('owner', 'PATCH', '', { ...settings, allow_manual_merge: true })
      const commit = await attack.world.commit({
        parents: [attack.tip(), head],
        files: {
          ...REQUEST,
          'requests/people/mark.yaml': usualFile('requests/people/mark.yaml', {}),
        },
        author: signatureOf('owner'),
      })
      await attack.move('owner', 'main', commit)
      const byHand = { Do: 'manually-merged', MergeCommitID: commit }
      await attack.world.at('owner', 'POST', `/pulls/${number}/merge`, byHand)
      await attack.world.at('owner', 'PATCH', '', { ...settings, allow_manual_merge: false })
      const repository = await attack.reader(null)
      const moves = await repository.defaultBranchMoves()
      return String(moves?.at(-1)?.kind)
    },
    demands: /^push$/,
    isOpen: true,
  },
  'a reviewer who hides the own activity, and pushed under the name of the author': {
    play: async attack => {
      const login = `hidden-${Date.now()}`
      await attack.world.addUser(login)
      await attack.world.at(null, 'PUT', `/collaborators/${login}`, { permission: 'write' })
      await attack.push('author', 'feature', NOTES)
      await attack.push(login, 'feature', REQUEST)
      await attack.world.api(login, 'PATCH', '/user/settings', { hide_activity: true })
      const number = await attack.open('author', 'feature')
      await attack.approve(login, number)
      await attack.merge('author', number)
      return attack.verdict('owner')
    },
    demands: /^APPROVAL_/,
  },
  'a reviewer who pushed with a second account that was deleted then': {
    play: async attack => {
      const login = `gone-${Date.now()}`
      await attack.world.addUser(login)
      await attack.world.at(null, 'PUT', `/collaborators/${login}`, { permission: 'write' })
      await attack.push('author', 'feature', NOTES)
      await attack.push(login, 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.merge('author', number)
      await attack.world.api(null, 'DELETE', `/admin/users/${login}?purge=true`)
      return attack.verdict()
    },
    demands: /^APPROVAL_/,
  },
  'an approval that was dismissed, and taken back, after another version was pushed': {
    play: async attack => {
      await attack.push('author', 'feature', { [JANE]: usualFile(JANE, { comment: 'one' }) })
      const number = await attack.open('author', 'feature')
      const id = await attack.approve('reviewer', number)
      const review = `/pulls/${number}/reviews/${id}`
      await attack.world.at('owner', 'POST', `${review}/dismissals`, { message: 'no' })
      await attack.push('author', 'feature', REQUEST)
      await attack.world.at('owner', 'POST', `${review}/undismissals`)
      await attack.world.nextSecond()
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_OTHER_CONTENT/,
  },
  'an approval of a pull request into another branch, which got this base later': {
    play: async attack => {
      await attack.push('author', 'feature', REQUEST)
      await attack.move('author', 'other', attack.tip('feature'))
      await attack.push('author', 'feature', NOTES)
      const number = await attack.open('author', 'feature', 'other')
      await attack.approve('reviewer', number)
      await attack.world.at('author', 'PATCH', `/pulls/${number}`, { base: 'main' })
      await attack.world.nextSecond()
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_OTHER_BASE/,
  },
  'a review that was begun before a push and submitted after it': {
    play: async attack => {
      await attack.push('author', 'feature', { [JANE]: usualFile(JANE, { comment: 'one' }) })
      const number = await attack.open('author', 'feature')
      const id = await attack.approve('reviewer', number, { event: 'PENDING' })
      await attack.push('author', 'feature', REQUEST)
      const path = `/pulls/${number}/reviews/${id}`
      await attack.world.at('reviewer', 'POST', path, { event: 'APPROVED', body: 'read' })
      await attack.world.nextSecond()
      await attack.push('author', 'feature', NOTES)
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^approved$/,
  },
  'a branch for review (refs/for) with an approval of another person': {
    play: async attack => {
      const commit = await attack.world.commit({
        parents: [attack.tip()],
        files: REQUEST,
        author: signatureOf('author'),
      })
      const { work } = attack.world
      const what = `${commit}:refs/for/main`
      const to = attack.world.address('author')
      await work.git(['-C', work.folder, 'push', '--quiet', '-o', 'topic=jane', to, what])
      await attack.world.nextSecond()
      await attack.approve('reviewer', 1)
      await attack.merge('author', 1)
      return attack.verdict()
    },
    demands: /^(approved|APPROVAL_)/,
  },
  'a renamed reviewer whose old login another account took': {
    play: async attack => {
      const login = `old-${Date.now()}`
      await attack.world.addUser(login)
      await attack.world.at(null, 'PUT', `/collaborators/${login}`, { permission: 'write' })
      await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.approve(login, number)
      await attack.merge('author', number)
      const next = { new_username: `new-${login}` }
      await attack.world.api(null, 'POST', `/admin/users/${login}/rename`, next)
      await attack.world.at(null, 'DELETE', `/collaborators/new-${login}`)
      return attack.verdict()
    },
    demands: /^APPROVAL_/,
  },
  'a default branch that got the commit by force and back, before the approval': {
    play: async attack => {
      const start = attack.tip()
      const head = await attack.push('author', 'feature', REQUEST)
      await attack.move('author', 'main', head)
      await attack.move('author', 'main', start, true)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.merge('author', number, 'fast-forward-only')
      return attack.verdict()
    },
    demands: /^APPROVAL_/,
  },
  'a pull request that was closed, pushed by the reviewer, and opened again': {
    play: async attack => {
      await attack.push('author', 'feature', NOTES)
      const number = await attack.open('author', 'feature')
      await attack.world.at('author', 'PATCH', `/pulls/${number}`, { state: 'closed' })
      await attack.push('reviewer', 'feature', REQUEST)
      await attack.world.at('author', 'PATCH', `/pulls/${number}`, { state: 'open' })
      await attack.world.nextSecond()
      await attack.approve('reviewer', number)
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_/,
  },
  'a reviewer who pushed so shortly before the merge that Gitea keeps the head before it': {
    play: async attack => {
      const first = await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.world.mergeable(number)
      const { work } = attack.world
      const last = await attack.world.commit({
        parents: [first],
        files: NOTES,
        author: signatureOf('author'),
      })
      const row = await attack.world.newest('feature')
      // The server takes the pushes of its queue one after another.
      const tags = Array.from({ length: 200 }, (_, n) => `${first}:refs/tags/a-${n}`)
      const to = attack.world.address('reviewer')
      await work.git(['-C', work.folder, 'push', '--quiet', to, ...tags])
      await work.push(to, last, 'refs/heads/feature', false)
      await attack.world.merge('author', number, 'squash')
      await attack.world.recorded(attack.world.repository, 'feature', row)
      await attack.scene.fetch('main')
      await pause(3000)
      const [pull] = await (await attack.reader(null)).pullRequests([number])
      const kept = pull?.head.commit === last ? 'last' : 'first'
      const landed = (await work.object(`${attack.tip()}:NOTES.md`)) === null ? 'first' : 'last'
      return `${await attack.verdict()} kept ${kept} landed ${landed}`
    },
    demands: /^APPROVAL_/,
  },
  'a request for changes that its author deleted before the merge': {
    play: async attack => {
      await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.approve('colleague', number, { event: 'REQUEST_CHANGES' })
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_CHANGES_REQUESTED/,
  },
  'a writer who deletes the events of a review of another person': {
    play: async attack => {
      await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.approve('reviewer', number)
      await attack.approve('colleague', number, { event: 'REQUEST_CHANGES' })
      const rows = z
        .array(z.object({ id: z.number(), type: z.string() }))
        .parse(await attack.world.at(null, 'GET', `/issues/${number}/timeline`))
      for (const { id, type } of rows)
        if (type === 'review') await attack.world.at('author', 'DELETE', `/issues/comments/${id}`)
      await attack.merge('author', number)
      return attack.verdict()
    },
    demands: /^APPROVAL_CHANGES_REQUESTED/,
  },
  'a line of less than 5,000 letters with more bytes is not shown': {
    given: { visibility: 'public' },
    play: async attack => {
      const base = attack.tip()
      const head = await attack.push('author', 'feature', { 'a.yaml': `${'é'.repeat(2600)}\n` })
      const number = await attack.open('author', 'feature')
      const { url } = attack.world.server
      const page = await fetch(`${url}/${attack.world.repository}/pulls/${number}/files`)
      const isHidden = /suppressed because one or more lines are too long/.test(await page.text())
      return `${page.status} hidden ${isHidden}, patch ${await patchOf(attack, base, head)}`
    },
    demands: /^200 hidden true, patch null$/,
  },
  'a text that begins as a pointer of Git LFS is not shown': {
    play: async attack => {
      const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'a'.repeat(64)}\n`
      const base = attack.tip()
      const head = await attack.push('author', 'feature', { 'a.yaml': `a: "\n${pointer}"\n` })
      return `patch ${await patchOf(attack, base, head)}`
    },
    demands: /^patch null$/,
  },
  'a text with the first words of a diff after a return does not stop the proof': {
    play: async attack => {
      const base = attack.tip()
      const files = { 'a.yaml': 'a\rdiff --git a/x b/x\n', 'b.yaml': 'b\u2028@@ -1 +1 @@\n' }
      const head = await attack.push('author', 'feature', files)
      return `patch ${await patchOf(attack, base, head)}`
    },
    demands: /^patch "@@ -0,0 \+1 @@\\n\+a\\rdiff --git a\/x b\/x"$/,
  },
  'an account that may not sign in any more has no right': {
    play: async attack => {
      const login = `leaver-${Date.now()}`
      await attack.world.addUser(login)
      await attack.world.at(null, 'PUT', `/collaborators/${login}`, { permission: 'write' })
      await attack.push('author', 'feature', REQUEST)
      const number = await attack.open('author', 'feature')
      await attack.approve(login, number)
      await attack.merge('author', number)
      const body = { prohibit_login: true, login_name: login, source_id: 0 }
      await attack.world.api(null, 'PATCH', `/admin/users/${login}`, body)
      return attack.verdict()
    },
    demands: /^APPROVAL_/,
    isOpen: true,
  },
  'rights by teams: code read with pull requests write, and code write': {
    play: async attack => {
      const found: string[] = []
      for (const code of ['read', 'write']) {
        const login = `member-${code}-${Date.now()}`
        const id = await attack.world.addUser(login)
        const made = await attack.world.api(null, 'POST', '/orgs/acme/teams', {
          name: `t-${login}`,
          permission: 'write',
          units_map: { 'repo.code': code, 'repo.pulls': 'write', 'repo.issues': 'write' },
        })
        const team = REVIEW.parse(made).id
        await attack.world.api(null, 'PUT', `/teams/${team}/members/${login}`)
        await attack.world.api(null, 'PUT', `/teams/${team}/repos/${attack.world.repository}`)
        const repository = await attack.reader(null)
        const rights = await repository.reviewerRights([{ id, login, type: 'User' }], [])
        found.push(`${code}=${rights.permission({ id, login, type: 'User' })}`)
      }
      return found.join(' ')
    },
    demands: /^read=none write=write$/,
  },
}

async function patchOf(attack: Attack, base: ObjectId, head: ObjectId): Promise<string> {
  const found = await (await attack.reader(null)).comparisons([{ base, head }])
  const { files = [] } = found.get(comparisonKey({ base, head })) ?? {}
  return JSON.stringify(files[0]?.patch)
}

const describeGitea = hasGitea() ? describe : describe.skip

describeGitea('countersign is not deceived on a real Gitea server', () => {
  const gitea = giteaOfFile(addPeople)
  const found = new Map<string, Promise<string>>()

  // They wait much, so they are played at the same time; each test waits for its own.
  beforeAll(() => {
    for (const [at, [name, { given = {}, play }]] of Object.entries(ATTACKS).entries()) {
      const attack = new Attack(gitea.server(), `attack-${at}`, gitea.folder())
      const played = attack.begin(given).then(() => play(attack))
      found.set(name, played.catch(String))
    }
  })

  const all = Object.entries(ATTACKS)
  const open = all.filter(([, { isOpen }]) => isOpen)

  test.each(all.filter(each => !open.includes(each)))('%s', async (name, { demands }) => {
    expect(await found.get(name)).toMatch(demands)
  })

  test.failing.each(open)('%s', async (name, { demands }) => {
    expect(await found.get(name)).toMatch(demands)
  })
})
