import { describe, expect, test } from '@jest/globals'
import { commitAt } from '../../../github-double/git/git-objects.ts'
import { WEB_FLOW_ID } from '../../../github-double/people.ts'
import { authorsOf } from '../../../github-double/git/signatures.ts'
import { FILE, scene } from '../scene.ts'

describe('an edit on the web', () => {
  test('an edit on the web is committed and signed by GitHub, and pushed by the editor', () => {
    const { world, repository, author, reviewer, propose } = scene()
    const pr = propose('topic', { a: 'a\n' })
    const commit = world.editOnWeb({
      actor: author,
      repository,
      branch: 'topic',
      files: { a: 'suggested\n' },
      coAuthors: [reviewer],
    })
    expect(commitAt(world.state.objects, commit)).toMatchObject({
      committer: { accountId: WEB_FLOW_ID },
      isSignedByGitHub: true,
    })
    expect(authorsOf(world.state, commit).map(({ accountId }) => accountId)).toEqual([
      author.id,
      reviewer.id,
    ])
    expect(repository.activity.at(-1)).toMatchObject({ kind: 'push', actorId: author.id })
    expect(world.headOf(pr)).toBe(commit)
  })

  test('an edit on the web may go to a new branch', () => {
    const { world, repository, author } = scene()
    const main = world.tipOf(repository)
    const edit = { actor: author, repository, branch: 'main', files: { [FILE]: 'x\n' } }
    const commit = world.editOnWeb({ ...edit, newBranch: 'patch-1' })
    expect([world.tipOf(repository), world.tipOf(repository, 'patch-1')]).toEqual([main, commit])
    expect(repository.activity.at(-1)?.kind).toBe('branch_creation')
  })
})
