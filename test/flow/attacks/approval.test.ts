// Ways to get a certificate without the approval of exactly its bytes. In each nothing is issued, or only what was approved.
import { describe, expect, test } from '@jest/globals'
import { addComment } from '../../github-double/pull-requests/comments.ts'
import { accountOf, addUser } from '../../github-double/people.ts'
import { atAcme } from '../../build/at-acme.ts'
import type { Acme } from '../../build/github-run.ts'
import { NOTHING_STANDS, standingIn } from '../../build/place.ts'
import { issuesNothing } from '../../build/refusals.ts'
import { whileCreating } from '../../build/while-creating.ts'

const JANE = 'requests/people/jane.yaml'

function asks(acme: Acme, files: Readonly<Record<string, unknown>> = { [JANE]: 'usual' }): void {
  acme.does('author pushes to add-jane', files)
  acme.does('author opens PR1 from add-jane')
}

describe('an approval is not', () => {
  test('a comment that says so, with the marks of countersign, by whomever', () =>
    atAcme(async scene => {
      const { acme } = scene
      asks(acme)
      const { world } = acme.stage
      const bot = addUser(world.state, 'github-actions[bot]', { type: 'Bot' })
      for (const { id } of [acme.stage.who('owner'), acme.stage.who('reviewer'), bot])
        for (const marker of ['plan', 'issued'])
          addComment(
            world.state,
            acme.stage.pull(1),
            id,
            `<!-- countersign:${marker} -->\n### countersign: 1 ready\napproved by \`owner\`, proof sha256:${'0'.repeat(64)}`,
          )
      acme.does('author merges PR1 (merge)')
      await issuesNothing(scene, ['APPROVAL_MISSING'])
      // Checks and statuses can be written by every workflow: nobody asks for them.
      const asked = acme.github.requests
        .map(({ path, query }) => `${path} ${query ?? ''}`)
        .join('\n')
      expect(asked).not.toMatch(/check-?(runs|suites)|statusCheckRollup|\/status/i)
    }))

  test('one of the author, of a contributor, or of somebody who can only read', () =>
    atAcme(async scene => {
      const { acme } = scene
      asks(acme)
      acme.does('colleague pushes to add-jane', { [JANE]: { comment: 'mine too' } })
      acme.does('colleague approves PR1')
      acme.does('reader approves PR1')
      acme.does('author merges PR1 (squash)')
      await issuesNothing(scene, ['APPROVAL_SELF'])
    }))

  test('one of a bot, nor of the app that countersign itself writes with', () =>
    atAcme(async scene => {
      const { acme } = scene
      const { world, repository } = acme.stage
      asks(acme)
      // By now the app has an account: it wrote the plan.
      await acme.plan(1)
      const app = accountOf(world.state, 'github-actions[bot]')
      if (app === null) throw new Error('the app wrote nothing')
      world.addCollaborator(repository, app, 'write')
      world.review(acme.stage.pull(1), app, 'APPROVED')
      acme.does('helper[bot] approves PR1')
      acme.does('author merges PR1 (squash)')
      await issuesNothing(scene, ['APPROVAL_REVIEWER_NOT_ELIGIBLE'])
    }))

  test("one of a machine's account that the configuration excludes", () =>
    atAcme(
      async scene => {
        const { acme } = scene
        asks(acme)
        acme.does('robot approves PR1')
        acme.does('author merges PR1 (squash)')
        await issuesNothing(scene, ['APPROVAL_REVIEWER_NOT_ELIGIBLE'])
      },
      { config: { approval: { never: ['robot'] } } },
    ))

  test('one of other bytes, nor one after the merge beside it', () =>
    atAcme(async scene => {
      const { acme } = scene
      asks(acme)
      acme.does('reviewer approves PR1')
      acme.does('author pushes to add-jane', {
        [JANE]: { subject: { organizations: ['viewers'] } },
      })
      acme.does('author merges PR1 (squash)')
      acme.does('colleague approves PR1')
      await issuesNothing(scene, ['APPROVAL_OTHER_CONTENT'])
    }))

  test('a merge by an administrator who may go round the rules', () =>
    atAcme(async scene => {
      const { acme } = scene
      asks(acme)
      acme.does('owner merges PR1 (squash)')
      await issuesNothing(scene, ['APPROVAL_MISSING'])
    }))
})

describe('no pull request, no certificate', () => {
  test('for a push of an owner to the default branch', () =>
    atAcme(async scene => {
      scene.acme.does('owner pushes to main', { [JANE]: 'usual' })
      await issuesNothing(scene, ['APPROVAL_DIRECT_PUSH'])
    }))

  test("for a push with the action's own token, whatever its commit says of its author", () =>
    atAcme(async scene => {
      const { world, repository } = scene.acme.stage
      const app = addUser(world.state, 'github-actions[bot]', { type: 'Bot' })
      world.addCollaborator(repository, app, 'write')
      const files = scene.acme.stage.files({ [JANE]: { kind: 'usual', changes: {} } })
      const author = scene.acme.stage.who('owner')
      const commit = world.commit({
        repository,
        branch: 'main',
        author,
        files,
        message: 'Reviewed-by: reviewer',
      })
      world.push({ actor: app, repository, branch: 'main', commit })
      await issuesNothing(scene, ['APPROVAL_DIRECT_PUSH'])
    }))

  test('for bytes that were approved in a pull request to another branch', () =>
    atAcme(async scene => {
      const { acme } = scene
      acme.does('author pushes to release', { 'README.md': 'release\n' })
      acme.does('author pushes to add-jane (from release)', { [JANE]: 'usual' })
      acme.does('author opens PR1 from add-jane into release')
      acme.does('reviewer approves PR1')
      acme.does('author merges PR1 (merge)')
      acme.does('author moves main to release')
      await issuesNothing(scene, ['APPROVAL_DIRECT_PUSH'])
    }))
})

describe('what was taken back is not issued', () => {
  test('where the review is dismissed between proof and approval', () =>
    atAcme(async scene => {
      const { acme, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const ran = await acme.apply(
        whileCreating(cluster, () => acme.does('owner dismisses the review of reviewer on PR1')),
      )
      await issuesNothing(scene, ['APPROVAL_DISMISSED'], ran)
      expect(acme.comments(1)).toMatchObject([{ body: expect.stringContaining('was not issued') }])
      await issuesNothing(scene, ['APPROVAL_DISMISSED'])
    }))

  test('where the file is reverted meanwhile', () =>
    atAcme(async scene => {
      const { acme, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const ran = await acme.apply(
        whileCreating(cluster, () => acme.does('owner pushes to main', { [JANE]: 'removed' })),
      )
      await issuesNothing(scene, ['APPROVAL_FILE_MOVED'], ran)
    }))

  test('where the configuration moves on meanwhile', () =>
    atAcme(async scene => {
      const { acme, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const stricter = { 'policies/people.yaml': { constraints: { maxDuration: '24h' } } }
      const ran = await acme.apply(
        whileCreating(cluster, () => acme.does('owner pushes to main', stricter)),
      )
      await issuesNothing(scene, ['APPROVAL_CONFIG_MOVED'], ran)
    }))

  test('where nothing changes meanwhile, it is', () =>
    atAcme(async ({ acme, cluster, place }) => {
      acme.merges(1, { [JANE]: 'usual' })
      const ran = await acme.apply(whileCreating(cluster, () => undefined))
      expect(ran).toMatchObject({ code: 0 })
      expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls'] })
    }))
})

describe('an old run started again decides nothing', () => {
  test('after a revert', () =>
    atAcme(async scene => {
      const { acme } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const commit = acme.stage.tip('main')
      acme.does('owner reverts PR1 on undo')
      acme.does('owner opens PR2 from undo')
      acme.does('reviewer approves PR2')
      acme.does('owner merges PR2 (squash)')
      await issuesNothing(scene, ['APPROVAL_FILE_MOVED'], await acme.apply({ commit }))
    }))

  test('after the policy became stricter', () =>
    atAcme(async scene => {
      const { acme } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const commit = acme.stage.tip('main')
      acme.does('author pushes to stricter', {
        'policies/people.yaml': { constraints: { maxDuration: '24h' } },
      })
      acme.does('author opens PR2 from stricter')
      acme.does('owner approves PR2')
      acme.does('author merges PR2 (squash)')
      await issuesNothing(scene, ['APPROVAL_CONFIG_MOVED'], await acme.apply({ commit }))
    }))

  test('of a commit that the default branch was forced away from', () =>
    atAcme(async scene => {
      const { acme } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const commit = acme.stage.tip('main')
      acme.does('owner moves main to start')
      await issuesNothing(scene, ['APPROVAL_HISTORY_REWRITTEN'], await acme.apply({ commit }))
    }))
})

describe('a run of something else than the default branch ends before it asks a cluster', () => {
  test.each([
    ['workflow_dispatch', 'refs/heads/patch'],
    ['push', 'refs/heads/patch'],
    ['push', 'refs/tags/main'],
    ['push', 'refs/heads/main/../patch'],
    ['schedule', ''],
  ])('%s of %s', (event, ref) =>
    atAcme(async ({ acme, cluster, place }) => {
      acme.merges(1, { [JANE]: 'usual' })
      acme.does('author pushes to patch', { 'README.md': 'patch\n' })
      const ran = await acme.apply({ ref }, event)
      expect(ran).toMatchObject({ code: 2, outputs: {} })
      expect(ran.stdout).toContain('apply runs on main only')
      expect(cluster.log).toEqual([])
      expect(await standingIn(place)).toEqual(NOTHING_STANDS)
    }),
  )

  test.each(['pull_request_target', 'workflow_run', 'issue_comment', 'repository_dispatch'])(
    'the event %s: not even GitHub is asked',
    event =>
      atAcme(async ({ acme, cluster }) => {
        acme.merges(1, { [JANE]: 'usual' })
        expect(await acme.apply({}, event)).toMatchObject({ code: 2, outputs: {} })
        expect(acme.github.requests).toEqual([])
        expect(cluster.log).toEqual([])
      }),
  )

  test('the command apply on a pull request', () =>
    atAcme(async ({ acme, cluster }) => {
      asks(acme)
      const ran = await acme.plan(1, {
        inputs: { command: 'apply', 'trusted-config': await acme.digest() },
        env: { KUBECONFIG_PROD: acme.place.kubeconfig },
      })
      expect(ran).toMatchObject({ code: 2, outputs: {} })
      expect(cluster.log).toEqual([])
    }))
})
