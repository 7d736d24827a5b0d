// Attacks: a certificate without an approval of its exact bytes. Each issues nothing, or only what was approved.
import { describe, expect, test } from '@jest/globals'
import { addComment } from '../../github-double/pull-requests/comments.ts'
import { accountOf, addUser } from '../../github-double/people.ts'
import { atAcme } from '../../build/at-acme.ts'
import { describeWhole, testWhole } from '../../build/extent.ts'
import type { Acme } from '../../build/github-run.ts'
import { NOTHING_STANDS, standingIn } from '../../build/place.ts'
import { issuesNothing } from '../../build/refusals.ts'
import { whileCreating } from '../../build/while-creating.ts'

const JANE = 'requests/people/jane.yaml'

function asks(acme: Acme, files: Readonly<Record<string, unknown>> = { [JANE]: 'usual' }): void {
  acme.does('author pushes to add-jane', files)
  acme.does('author opens PR1 from add-jane')
}

describeWhole('what is not an approval', () => {
  test('a comment that claims an approval does not count, from any account', () =>
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
      // Every workflow can write checks and statuses, so countersign does not read them.
      const asked = acme.github.requests
        .map(({ path, query }) => `${path} ${query ?? ''}`)
        .join('\n')
      expect(asked).not.toMatch(/check-?(runs|suites)|statusCheckRollup|\/status/i)
    }))

  test('an approval of the author, of a contributor or of a reader does not count', () =>
    atAcme(async scene => {
      const { acme } = scene
      asks(acme)
      acme.does('colleague pushes to add-jane', { [JANE]: { comment: 'mine too' } })
      acme.does('colleague approves PR1')
      acme.does('reader approves PR1')
      acme.does('author merges PR1 (squash)')
      await issuesNothing(scene, ['APPROVAL_SELF'])
    }))

  test('an approval of a bot or of the app of the workflow does not count', () =>
    atAcme(async scene => {
      const { acme } = scene
      const { world, repository } = acme.stage
      asks(acme)
      // The app has an account now, because it wrote the plan.
      await acme.plan(1)
      const app = accountOf(world.state, 'github-actions[bot]')
      if (app === null) throw new Error('the app wrote nothing')
      world.addCollaborator(repository, app, 'write')
      world.review(acme.stage.pull(1), app, 'APPROVED')
      acme.does('helper[bot] approves PR1')
      acme.does('author merges PR1 (squash)')
      await issuesNothing(scene, ['APPROVAL_REVIEWER_NOT_ELIGIBLE'])
    }))

  test('an approval of an account under approval.never does not count', () =>
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

  test('an approval of other bytes or after the merge does not count', () =>
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

  test('a merge by an administrator who may bypass the rules issues nothing', () =>
    atAcme(async scene => {
      const { acme } = scene
      asks(acme)
      acme.does('owner merges PR1 (squash)')
      await issuesNothing(scene, ['APPROVAL_MISSING'])
    }))
})

describeWhole('certificates without a pull request', () => {
  test('a push of an owner to the default branch issues nothing', () =>
    atAcme(async scene => {
      scene.acme.does('owner pushes to main', { [JANE]: 'usual' })
      await issuesNothing(scene, ['APPROVAL_DIRECT_PUSH'])
    }))

  test('a push with the token of a workflow issues nothing, whatever its author field says', () =>
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

  test('bytes that were approved in a pull request to another branch issue nothing', () =>
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

describe('changes between proof and approval', () => {
  test('a review that is dismissed between proof and approval stops the issue', () =>
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

  testWhole('a file that is reverted between proof and approval is not issued', () =>
    atAcme(async scene => {
      const { acme, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const ran = await acme.apply(
        whileCreating(cluster, () => acme.does('owner pushes to main', { [JANE]: 'removed' })),
      )
      await issuesNothing(scene, ['APPROVAL_FILE_MOVED'], ran)
    }),
  )

  testWhole('a configuration that changes between proof and approval stops the issue', () =>
    atAcme(async scene => {
      const { acme, cluster } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const stricter = { 'policies/people.yaml': { constraints: { maxDuration: '24h' } } }
      const ran = await acme.apply(
        whileCreating(cluster, () => acme.does('owner pushes to main', stricter)),
      )
      await issuesNothing(scene, ['APPROVAL_CONFIG_MOVED'], ran)
    }),
  )

  testWhole('a run without a change between proof and approval issues', () =>
    atAcme(async ({ acme, cluster, place }) => {
      acme.merges(1, { [JANE]: 'usual' })
      const ran = await acme.apply(whileCreating(cluster, () => undefined))
      expect(ran).toMatchObject({ code: 0 })
      expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls'] })
    }),
  )
})

describeWhole('reruns of an old commit', () => {
  test('a rerun of an old commit issues nothing after a revert', () =>
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

  test('a rerun of an old commit issues nothing after the policy became stricter', () =>
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

  test('a rerun of a commit that the default branch was forced away from issues nothing', () =>
    atAcme(async scene => {
      const { acme } = scene
      acme.merges(1, { [JANE]: 'usual' })
      const commit = acme.stage.tip('main')
      acme.does('owner moves main to start')
      await issuesNothing(scene, ['APPROVAL_HISTORY_REWRITTEN'], await acme.apply({ commit }))
    }))
})

describe('apply on other refs and events', () => {
  test.each([
    ['workflow_dispatch', 'refs/heads/patch'],
    ['push', 'refs/heads/patch'],
    ['push', 'refs/tags/main'],
    ['push', 'refs/heads/main/../patch'],
    ['schedule', ''],
  ])('apply by %s on "%s" ends before it asks a cluster', (event, ref) =>
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
    'apply by %s ends before it asks GitHub or a cluster',
    event =>
      atAcme(async ({ acme, cluster }) => {
        acme.merges(1, { [JANE]: 'usual' })
        expect(await acme.apply({}, event)).toMatchObject({ code: 2, outputs: {} })
        expect(acme.github.requests).toEqual([])
        expect(cluster.log).toEqual([])
      }),
  )

  test('apply on a pull request ends before it asks a cluster', () =>
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
