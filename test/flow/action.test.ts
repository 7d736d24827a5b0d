// The action on a pull request and a merge group: no cluster, no secret, and one comment of its own.
import { describe, expect, test } from '@jest/globals'
import { withoutCluster } from '../build/at-acme.ts'
import { MAY_READ, configuration } from '../build/github-run.ts'
import type { Acme } from '../build/github-run.ts'
import { opensslRequest } from '../build/openssl-request.ts'
import { nowhere } from '../build/place.ts'

const JANE = 'requests/people/jane.yaml'
const OWN_NAME = [{ rule: 'request.commonName == requester.name' }]
const MARKER = '<!-- countersign:plan -->'

function asksForJane(acme: Acme): void {
  acme.does('author pushes to add-jane', { [JANE]: 'usual' })
  acme.does('author opens PR1 from add-jane')
}

describe('a plan of a pull request', () => {
  test('a plan reports in comment, summary and outputs what a merge would do and which approvals are missing', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      const ran = await acme.plan(1)
      expect(ran).toMatchObject({ code: 0, stderr: '' })
      expect(ran.result.steps).toMatchObject([{ name: 'jane', kind: 'issue' }])
      expect(ran.outputs).toMatchObject({
        'issued-count': '1',
        'renewed-count': '0',
        'blocked-count': '0',
        'failed-count': '0',
      })
      expect(ran.summary).toContain('needs approval of a person with write access')
      expect(ran.summary).toMatch(/\d+ calls to GitHub/)
      expect(ran.stdout).toContain('compared with the base commit; no cluster is contacted')
      const [comment, ...others] = acme.comments(1)
      expect(others).toEqual([])
      expect(comment?.by).toBe('github-actions[bot]')
      expect(
        comment?.body.startsWith(
          `${MARKER}\n### countersign: needs approval of a person with write access\n`,
        ),
      ).toBe(true)
      expect(comment?.body).toContain('**issue** a client certificate for `jane`')
    }))

  test('a plan of a pull request says that no cluster is contacted, and claims nothing of one', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      acme.does('reviewer approves PR1')
      const ran = await acme.plan(1)
      const [comment] = acme.comments(1)
      for (const text of [comment?.body, ran.summary]) {
        expect(text).toContain('no cluster is contacted before apply')
        expect(text).not.toMatch(/CLUSTER_|ACCESS_|SINK_|set up|may not/)
      }
      expect(ran.result).toMatchObject({ basis: 'tree', problems: [] })
    }))

  test('a plan keeps one comment, and updates it in place only after a change', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      await acme.plan(1)
      const [first] = acme.stage.pull(1).comments
      const writes = (): number =>
        acme.github.requests.filter(({ method }) => method === 'PATCH').length
      await acme.plan(1)
      expect(writes()).toBe(0)
      acme.does('author pushes to add-jane', {
        [JANE]: { subject: { organizations: ['viewers'] } },
      })
      acme.does('reviewer approves PR1')
      await acme.plan(1)
      expect(writes()).toBe(1)
      expect(acme.stage.pull(1).comments).toEqual([first])
      expect(first?.body).toContain('`viewers`')
      expect(first?.body).toContain('### countersign: ready')
    }))

  test('a plan updates its comment after the pull request drops its request', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      acme.does('reviewer approves PR1')
      await acme.plan(1)
      acme.does('author pushes to add-jane', { [JANE]: 'removed', 'README.md': 'Words.\n' })
      await acme.plan(1)
      expect(acme.comments(1)).toEqual([
        { by: 'github-actions[bot]', body: expect.stringContaining('no requests, nothing to do') },
      ])
    }))

  test('a plan updates its comment when nothing can be planned', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      acme.does('reviewer approves PR1')
      await acme.plan(1)
      acme.merges(2, { 'countersign.yaml': 'kind: [' })
      expect(await acme.plan(1)).toMatchObject({ code: 1 })
      const [comment] = acme.comments(1)
      expect(comment?.body).toContain(
        `${MARKER}\n### countersign: refused, 1 problem: nothing could be`,
      )
      expect(comment?.body).toContain('(`FILE_YAML`)')
      expect(comment?.body).not.toContain('ready')
    }))

  test.each([
    ['pushed to', 'pushes to'],
    ['force-pushed', 'force-pushes'],
  ])('an older run leaves the comment to the newest run after its head was %s', (_, pushes) =>
    withoutCluster(async acme => {
      asksForJane(acme)
      const older = acme.stage.world.headOf(acme.stage.pull(1))
      acme.does(`author ${pushes} add-jane`, {
        [JANE]: { subject: { organizations: ['viewers'] } },
      })
      acme.does('reviewer approves PR1')
      await acme.plan(1)
      const told = acme.comments(1)
      const again = await acme.plan(1, { commit: older })
      expect(again.summary).toContain(`commit [\`${older.slice(0, 7)}\`]`)
      expect(again.stdout).toContain('the newest run writes its comment')
      expect(acme.comments(1)).toEqual(told)
    }),
  )

  test('a plan leaves a comment of somebody else with its marker unchanged', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      const forged = `${MARKER}\n### countersign: 1 issued, approved by everybody`
      acme.stage.world.comment(acme.stage.pull(1), acme.stage.who('author'), forged)
      await acme.plan(1)
      await acme.plan(1)
      expect(acme.comments(1)).toEqual([
        { by: 'author', body: forged },
        {
          by: 'github-actions[bot]',
          body: expect.stringContaining('needs approval of a person with write access'),
        },
      ])
    }))

  test('the plan of a fork is in the summary, because its token may not comment', () =>
    withoutCluster(
      async acme => {
        acme.does('stranger pushes to stranger:add-jane', { [JANE]: 'usual' })
        acme.does('stranger opens PR1 from stranger:add-jane')
        const ran = await acme.plan(1, { permissions: MAY_READ })
        expect(ran.code).toBe(0)
        expect(ran.summary).toContain('needs approval of a person with write access')
        expect(acme.comments(1)).toEqual([])
        expect(
          acme.github.requests.some(({ method, path }) => method === 'POST' && path !== '/graphql'),
        ).toBe(false)
      },
      { visibility: 'public' },
    ))

  test('a plan without the right to comment continues', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      const ran = await acme.plan(1, { permissions: MAY_READ })
      expect(ran.code).toBe(0)
      expect(ran.stdout).toMatch(/the comment on #1 was left out[^]*pull-requests: write/)
      expect(acme.comments(1)).toEqual([])
    }))

  test('a plan writes no comment if the workflow disables it or no certificate is affected', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      await acme.plan(1, { inputs: { comment: 'never' } })
      expect(acme.comments(1)).toEqual([])
      acme.does('author pushes to words', { 'README.md': 'Other words.\n' })
      acme.does('author opens PR2 from words')
      expect(await acme.plan(2)).toMatchObject({ code: 0, result: { steps: [] } })
      expect(acme.comments(2)).toEqual([])
    }))

  test('a plan shows what a change of policies would do to existing requests', () =>
    withoutCluster(async acme => {
      acme.merges(1, { [JANE]: 'usual' })
      acme.does('owner pushes to stricter', {
        'policies/people.yaml': { constraints: { maxDuration: '24h' } },
      })
      acme.does('owner opens PR2 from stricter')
      const ran = await acme.plan(2)
      expect(ran.result.steps).toEqual([])
      expect(ran.result.effects).toMatchObject([
        {
          request: 'prod/jane',
          was: 'allowed',
          will: 'refused',
          reason: expect.stringContaining('168h'),
        },
        { request: 'rights in prod', was: 'allowed', will: 'allowed' },
      ])
      const [comment] = acme.comments(2)
      expect(comment?.body).toContain(
        'Once this change of the configuration or the policies is merged',
      )
    }))

  test('hours that may miss renewals are one problem of the configuration that sets them', () =>
    withoutCluster(async acme => {
      acme.merges(1, { [JANE]: 'usual' })
      acme.does('owner pushes to hours', {
        'countersign.yaml': { rotation: { renewAt: { days: ['sun'], hours: '22:00-23:00' } } },
      })
      acme.does('owner opens PR2 from hours')
      const { code, result } = await acme.plan(2)
      expect([code, result.steps]).toEqual([1, []])
      expect(result.effects).not.toContainEqual(expect.objectContaining({ will: 'refused' }))
      expect(result.problems).toMatchObject([
        { code: 'FILE_FIELD_VALUE', at: { file: 'countersign.yaml' } },
      ])
    }))

  test('a plan shows the effect of a policy change on requests with a rule on the requester', () =>
    withoutCluster(
      async acme => {
        acme.merges(1, { [JANE]: 'usual' })
        acme.does('owner pushes to stricter', {
          'policies/people.yaml': { constraints: { maxDuration: '24h' }, rules: OWN_NAME },
        })
        acme.does('owner opens PR2 from stricter')
        const { result } = await acme.plan(2)
        expect(result.effects).toMatchObject([
          { request: 'prod/jane', was: 'allowed', will: 'refused' },
          { request: 'rights in prod', was: 'allowed', will: 'allowed' },
        ])
      },
      { files: { 'policies/people.yaml': { rules: OWN_NAME } } },
    ))

  test('a plan checks a changed inventory of nodes, and says who has to approve it', () =>
    withoutCluster(
      async acme => {
        const file = 'nodes/prod/rack-a.yaml'
        acme.does('author pushes to nodes', { [file]: { nodes: [{ name: 'n1' }] } })
        acme.does('author opens PR1 from nodes')
        expect((await acme.plan(1)).code).toBe(0)
        expect(acme.comments(1)[0]?.body).toMatch(/nodes\/prod\/rack-a\.yaml.*owner/s)
        acme.does('owner approves PR1')
        acme.does('author merges PR1 (squash)')
        acme.does('author pushes to twice', {
          [file]: { nodes: [{ name: 'n1' }, { name: 'n1' }] },
        })
        acme.does('author opens PR2 from twice')
        const ran = await acme.plan(2)
        expect(ran.code).toBe(1)
        expect(ran.result.problems).toMatchObject([{ code: 'INVENTORY_TWICE' }])
      },
      { files: { 'countersign.yaml': configuration(nowhere(), { nodeInventory: 'nodes/prod' }) } },
    ))

  test('the configuration of the base decides, and a pull request that changes both is refused', () =>
    withoutCluster(async acme => {
      acme.does('author pushes to both', {
        [JANE]: { subject: { organizations: ['releasers'] } },
        'policies/people.yaml': {
          allowed: { subject: { organizations: { values: ['releasers'] } } },
        },
      })
      acme.does('author opens PR1 from both')
      const ran = await acme.plan(1)
      expect(ran.code).toBe(1)
      expect(ran.result.problems).toMatchObject([{ code: 'APPROVAL_MIXED' }])
      expect(ran.result.steps).toMatchObject([{ kind: 'blocked', name: 'jane' }])
    }))

  test.each<[string, string, string, Readonly<Record<string, unknown>>]>([
    [
      'a name whose diff GitHub collapses',
      'author pushes to add',
      'APPROVAL_HIDDEN',
      { 'requests/people/pnpm-lock.yaml': { metadata: { name: 'nick' }, commonName: 'nick' } },
    ],
    [
      'attributes that hide the diff',
      'author pushes to add',
      'APPROVAL_HIDDEN',
      { [JANE]: 'usual', 'requests/people/.gitattributes': '*.yaml -diff\n' },
    ],
    [
      'more files than GitHub shows',
      'author pushes 301 files to add',
      'APPROVAL_TOO_LARGE',
      { [JANE]: 'usual' },
    ],
  ])('a plan reports before the merge what no approval covers: %s', (_, pushes, code, files) =>
    withoutCluster(async acme => {
      acme.does(pushes, files)
      acme.does('author opens PR1 from add')
      const ran = await acme.plan(1)
      expect(ran.code).toBe(1)
      expect(ran.result.problems).toMatchObject([{ code }])
      expect(acme.comments(1)[0]?.body).toContain(code)
    }),
  )

  test('a pull request to another branch is APPROVAL_OTHER_BASE until its base is the default branch', () =>
    withoutCluster(async acme => {
      acme.does('author pushes to release', { 'README.md': 'Release.\n' })
      acme.does('author pushes to add-jane', { [JANE]: 'usual' })
      acme.does('author opens PR1 from add-jane into release')
      acme.does('reviewer approves PR1')
      const ran = await acme.plan(1)
      expect(ran).toMatchObject({
        code: 1,
        result: { problems: [{ code: 'APPROVAL_OTHER_BASE' }] },
      })
      expect(acme.comments(1)[0]?.body).toContain(
        'refused (1 problem outside the requests, 1 needs approval)',
      )
      acme.does('author changes the base of PR1 to main')
      acme.does('reviewer approves PR1')
      expect(await acme.plan(1)).toMatchObject({ code: 0, result: { problems: [] } })
      expect(acme.comments(1)[0]?.body).toContain('### countersign: ready')
    }))

  test('a plan accepts hidden diffs of other files', () =>
    withoutCluster(async acme => {
      acme.does('author pushes to add', {
        [JANE]: 'usual',
        'requests/people/notes.txt': 'who asks for what\n',
        'requests/people/.gitattributes': '*.txt -diff\n',
      })
      acme.does('author opens PR1 from add')
      expect((await acme.plan(1)).result.problems).toEqual([])
    }))

  test('a plan annotates at most nine problems, counts the others, and fails', () =>
    withoutCluster(async acme => {
      const files = Array.from({ length: 12 }, (_, index) => [
        `requests/people/p${index + 10}.yaml`,
        { usages: ['serverauth'] },
      ])
      acme.does('author pushes to many', Object.fromEntries(files))
      acme.does('author opens PR1 from many')
      const ran = await acme.plan(1)
      expect(ran.code).toBe(1)
      const errors = ran.stdout.split('\n').filter(line => line.startsWith('::error'))
      expect(errors).toHaveLength(10)
      expect(errors[0]).toMatch(
        /^::error title=REQUEST_USAGE_UNKNOWN,file=requests\/people\/p10\.yaml,line=\d+,col=\d+::/,
      )
      expect(errors[9]).toContain('3 more problems')
      expect(ran.outputs['blocked-count']).toBe('12')
      expect(await acme.plan(1, { inputs: { 'fail-on': 'never' } })).toMatchObject({ code: 0 })
    }))

  test('a plan reads the commit of the event and not the checkout', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      const ran = await acme.plan(1, { workspace: { 'countersign.yaml': 'kind: [' } })
      expect(ran).toMatchObject({ code: 0, result: { steps: [{ name: 'jane' }] } })
    }))

  test('a plan without a configuration is CONFIG_MISSING', () =>
    withoutCluster(
      async acme => {
        asksForJane(acme)
        const ran = await acme.plan(1)
        expect(ran).toMatchObject({ code: 1, result: { problems: [{ code: 'CONFIG_MISSING' }] } })
      },
      { files: { 'countersign.yaml': 'removed' } },
    ))

  test('a plan ends with 2 and writes no comment if GitHub is unreachable', () =>
    withoutCluster(async acme => {
      asksForJane(acme)
      const away = { GITHUB_API_URL: 'http://127.0.0.1:1' }
      const ran = await acme.plan(1, { env: away, preload: ['test/build/skip-sleeps.mjs'] })
      expect(ran.code).toBe(2)
      expect(ran.stdout).toMatch(/^::error title=GITHUB_UNREACHABLE::/m)
      expect(acme.comments(1)).toEqual([])
      expect(await acme.plan(1)).toMatchObject({ code: 0 })
    }))
})

test('a plan of a merge group covers all of its pull requests', () =>
  withoutCluster(async acme => {
    asksForJane(acme)
    acme.does('author pushes to add-mark (from add-jane)', { 'requests/people/mark.yaml': 'usual' })
    const group = { head_sha: acme.stage.tip('add-mark'), base_sha: acme.stage.tip('main') }
    const ref = 'refs/heads/gh-readonly-queue/main/pr-1-0000000'
    const ran = await acme.run(
      'merge_group',
      { merge_group: group },
      { ref, commit: group.head_sha },
    )
    expect(ran.code).toBe(0)
    expect(ran.result.steps).toMatchObject([{ name: 'jane' }, { name: 'mark' }])
    expect(ran.summary).toContain('mark')
    expect(acme.comments(1)).toEqual([])
  }))

test('a merge group passes a rule on the requester and ignores broken files that it does not change', () =>
  withoutCluster(
    async acme => {
      acme.merges(1, { 'requests/people/broken.yaml': { usages: ['serverauth'] } })
      acme.does('author pushes to add-jane', { [JANE]: 'usual' })
      acme.does('author opens PR2 from add-jane')
      expect(await acme.plan(2)).toMatchObject({ code: 0 })
      const groupOf = (branch: string) =>
        acme.run(
          'merge_group',
          { merge_group: { head_sha: acme.stage.tip(branch), base_sha: acme.stage.tip('main') } },
          { ref: 'refs/heads/gh-readonly-queue/main/pr-2-0000000', commit: acme.stage.tip(branch) },
        )
      const ran = await groupOf('add-jane')
      expect(ran).toMatchObject({ code: 0, result: { steps: [{ name: 'jane', kind: 'issue' }] } })
      acme.does('author pushes to add-mark', {
        'requests/people/mark.yaml': { subject: { organizations: ['owners'] } },
      })
      expect(await groupOf('add-mark')).toMatchObject({ code: 1 })
    },
    {
      files: {
        'policies/people.yaml': { rules: [{ rule: 'request.commonName == requester.name' }] },
      },
    },
  ))

test('a merge group in a public repository reports a sink that may not be public', () =>
  withoutCluster(
    async acme => {
      const { pem } = opensslRequest({ subject: '/O=developers/CN=jane' })
      acme.does('author pushes to add-jane', {
        [JANE]: { request: pem, sinks: [{ artifact: {} }] },
      })
      const commit = acme.stage.tip('add-jane')
      const group = { head_sha: commit, base_sha: acme.stage.tip('main') }
      const ref = 'refs/heads/gh-readonly-queue/main/pr-1-0000000'
      const ran = await acme.run('merge_group', { merge_group: group }, { ref, commit })
      expect(ran).toMatchObject({ code: 1 })
      expect(ran.stdout).toContain('SINK_PUBLIC')
    },
    { visibility: 'public', files: { 'policies/people.yaml': { sinks: [{ artifact: {} }] } } },
  ))
