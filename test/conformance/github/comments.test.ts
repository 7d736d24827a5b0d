// Comments over sockets: our own comment is found and updated in place; comments of apps and of people are told apart.
import { describe, expect, test } from '@jest/globals'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { githubRepository } from '../../../src/adapters/github/read/reviewed-repository-reader.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { Comments, KnownComments } from '../../../src/ports/comments.ts'
import { addComment } from '../../github-double/pull-requests/comments.ts'
import { withoutCluster } from '../../build/at-acme.ts'
import type { Acme } from '../../build/github-run.ts'
import { MAY_COMMENT } from '../../build/github-run.ts'

const MARKER = '<!-- countersign:issued -->'
const AUTHOR = 1001
const ALL_COMMENTS = 'GET /repos/{owner}/{repo}/issues/comments'

function commentsAs(acme: Acme, as: { readonly app: string } | { readonly account: number }): Comments {
  const token = `ghs_${'app' in as ? as.app : as.account}`
  acme.github.tokens.set(token, { as, permissions: MAY_COMMENT })
  const access = {
    apiUrl: acme.url,
    token: new Secret(token),
    version: '0.0.0',
    repository: 'acme/certs',
    membersToken: null,
  }
  return githubRepository(access, systemClock, () => 0.5).comments()
} // prettier-ignore

const onPullRequest = (act: (acme: Acme) => Promise<void>): Promise<void> =>
  withoutCluster(async acme => {
    acme.does('author pushes to add-jane', { 'requests/people/jane.yaml': 'usual' })
    acme.does('author opens PR1 from add-jane')
    await act(acme)
  })

describe('comments on a pull request', () => {
  test('each app writes its own comment, and updates it in place', () =>
    onPullRequest(async acme => {
      const [ours, theirs] = ['github-actions', 'helper'].map(app => commentsAs(acme, { app }))
      await ours?.write(1, MARKER, `${MARKER}\none`)
      await theirs?.write(1, MARKER, `${MARKER}\nother`)
      await ours?.write(1, MARKER, `${MARKER}\ntwo`)
      expect(acme.comments(1).map(({ body }) => body)).toEqual([`${MARKER}\ntwo`, `${MARKER}\nother`])
      expect(await ours?.find(1, MARKER)).toBe(`${MARKER}\ntwo`)
      expect(await ours?.find(1, '<!-- countersign:plan -->')).toBeNull()
    })) // prettier-ignore

  test('marked returns comments with the marker, newest first, and whether a program wrote them', () =>
    onPullRequest(async acme => {
      const person = commentsAs(acme, { account: AUTHOR })
      expect(await person.marked(1, MARKER)).toEqual([])
      await commentsAs(acme, { app: 'github-actions' }).write(1, MARKER, `${MARKER}\nolder`)
      await commentsAs(acme, { app: 'helper' }).write(1, MARKER, `${MARKER}\nnewer`)
      await commentsAs(acme, { app: 'helper' }).write(1, 'else', `else ${MARKER}`)
      await person.write(1, MARKER, `${MARKER}\nof a person`)
      expect(await person.marked(1, MARKER)).toEqual([
        { body: `${MARKER}\nof a person`, isByProgram: false },
        { body: `${MARKER}\nnewer`, isByProgram: true },
        { body: `${MARKER}\nolder`, isByProgram: true },
      ])
    }))

  test('recentMarked returns comments with the marker on every pull request, last changed first', () =>
    onPullRequest(async acme => {
      const bot = commentsAs(acme, { app: 'github-actions' })
      const person = commentsAs(acme, { account: AUTHOR })
      const all = { since: null, etag: null }
      const recent = async (known: KnownComments = all, isEnough = () => false) =>
        (await person.recentMarked(MARKER, known, isEnough))?.comments.map(({ body }) => body) ??
        null
      expect(await recent()).toEqual([])
      acme.does('author pushes to add-mark', { 'requests/people/mark.yaml': 'usual' })
      acme.does('author opens PR2 from add-mark')
      await bot.write(1, MARKER, `${MARKER}\none`)
      acme.does('2 minutes pass')
      const { now } = acme.stage.world.state
      await bot.write(2, MARKER, `${MARKER}\ntwo`)
      await bot.write(2, 'else', `else ${MARKER}`)
      expect(await recent()).toEqual([`${MARKER}\ntwo`, `${MARKER}\none`])
      expect(await recent({ since: now, etag: null })).toEqual([`${MARKER}\ntwo`])
      acme.does('2 minutes pass')
      await bot.write(1, MARKER, `${MARKER}\none, renewed`)
      expect(await recent()).toEqual([`${MARKER}\none, renewed`, `${MARKER}\ntwo`])
    }))

  test('recentMarked reads page after page until a comment is enough', () =>
    onPullRequest(async acme => {
      const { stage } = acme
      const { state } = stage.world
      const bot = commentsAs(acme, { app: 'github-actions' })
      await bot.write(1, MARKER, `${MARKER}\nfirst`)
      acme.does('2 minutes pass')
      for (let count = 0; count < 250; count++)
        addComment(state, stage.pull(1), AUTHOR, `comment ${count}`)
      await bot.write(1, 'else', 'else')
      const fresh = commentsAs(acme, { app: 'helper' })
      const read = await fresh.recentMarked(MARKER, { since: null, etag: null }, () => true)
      expect(read?.comments).toEqual([{ body: `${MARKER}\nfirst`, isByProgram: true }])
      const asked = acme.github.requests.filter(({ operation }) => operation === ALL_COMMENTS)
      expect(asked).toHaveLength(3)
    }))

  test('recentMarked of another process returns null while no comment changed', () =>
    onPullRequest(async acme => {
      const bot = commentsAs(acme, { app: 'github-actions' })
      await bot.write(1, MARKER, `${MARKER}\none`)
      const ask = (etag: string | null) =>
        commentsAs(acme, { app: 'helper' }).recentMarked(MARKER, { since: null, etag }, () => true)
      const first = await ask(null)
      expect(first).toMatchObject({ comments: [{ body: `${MARKER}\none` }], etag: expect.any(String) })
      const etag = first?.etag ?? null
      expect(await ask(etag)).toBeNull()
      await bot.write(1, MARKER, `${MARKER}\ntwo`)
      expect(await ask(etag)).toMatchObject({ comments: [{ body: `${MARKER}\ntwo` }] })
    })) // prettier-ignore
})
