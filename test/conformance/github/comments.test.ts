// Comments over sockets: our own comment is found and updated in place; comments of apps and of people are told apart.
import { describe, expect, test } from '@jest/globals'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { GithubRepository } from '../../../src/adapters/github/read/reviewed-repository-reader.ts'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { Comments } from '../../../src/ports/comments.ts'
import { withoutCluster } from '../../build/at-acme.ts'
import type { Acme } from '../../build/github-run.ts'
import { MAY_COMMENT } from '../../build/github-run.ts'

const MARKER = '<!-- countersign:issued -->'
const AUTHOR = 1001

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
  return new GithubRepository(access, systemClock, () => 0.5).comments()
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

  test('byPrograms returns comments of apps, newest first, and none of people', () =>
    onPullRequest(async acme => {
      const person = commentsAs(acme, { account: AUTHOR })
      expect(await person.byPrograms(1, MARKER)).toEqual([])
      await commentsAs(acme, { app: 'github-actions' }).write(1, MARKER, `${MARKER}\nolder`)
      await commentsAs(acme, { app: 'helper' }).write(1, MARKER, `${MARKER}\nnewer`)
      await commentsAs(acme, { app: 'helper' }).write(1, 'else', `else ${MARKER}`)
      await person.write(1, MARKER, `${MARKER}\nof a person`)
      expect(await person.byPrograms(1, MARKER)).toEqual([`${MARKER}\nnewer`, `${MARKER}\nolder`])
    }))
})
