// The action on the default branch: approved requests become certificates, and each pull request gets a comment.
import { describe, expect, test } from '@jest/globals'
import { atAcme, withAcme } from '../build/at-acme.ts'
import { rows, testWhole } from '../build/extent.ts'
import type { Acme } from '../build/github-run.ts'
import { MAY_READ } from '../build/github-run.ts'
import { NOTHING_STANDS, placeIn, standingIn } from '../build/place.ts'
import type { ActionRan } from '../build/runner.ts'
import { isPair, storedPair, whoIs } from '../build/stored.ts'
import { describeSubjects } from '../build/subjects.ts'

const JANE = 'requests/people/jane.yaml'
const SKIP_SLEEPS = ['test/build/skip-sleeps.mjs']
const REVIEWS = { operation: 'graphql', query: 'reviews' } as const
/** How GitHub answers, and the code of the problem that the run reports. */
const REFUSALS = [
  ['forbids reading reviews', { kind: 'forbidden' }, 'GITHUB_FORBIDDEN'],
  ['answers with 503', { kind: 'serverError', status: 503 }, 'GITHUB_UNAVAILABLE'],
  [
    'answers with a secondary limit again and again',
    { kind: 'secondaryLimit', retryAfterSeconds: 60 },
    'GITHUB_LIMIT',
  ],
  ['has no calls left', { kind: 'primaryLimit', resetInSeconds: 3000 }, 'GITHUB_LIMIT'],
  [
    'returns only a part of the reviews',
    { kind: 'truncatedPage', connection: 'reviews', how: 'lostCursor' },
    'APPROVAL_API_INCOMPLETE',
  ],
] as const
/** The refusals of a short run. conformance/github/adapter-faults.test.ts tests the others at the adapter. */
const SHORT_REFUSALS: ReadonlySet<string> = new Set([
  'answers with 503',
  'returns only a part of the reviews',
])

function approvesJane(acme: Acme, way = 'squash'): void {
  acme.merges(1, { [JANE]: 'usual' }, way)
}

function kindsOf({ result }: ActionRan): readonly string[] {
  return result.outcomes.map(({ kind }: { kind: string }) => kind)
}

test('a cluster without the namespaces stops all approved requests with one problem, before anything is created', () =>
  atAcme(async ({ acme, cluster }) => {
    acme.merges(1, { [JANE]: 'usual', 'requests/people/joe.yaml': 'usual' })
    cluster.objects.remove('namespaces', '', 'apps')
    const begun = cluster.log.length
    const ran = await acme.apply()
    expect([ran.code, kindsOf(ran)]).toEqual([1, ['refused', 'refused']])
    const problems = ran.result.outcomes.map((each: { problems: unknown }) => each.problems)
    expect(problems[0]).toMatchObject([
      {
        code: 'CLUSTER_NOT_SET_UP',
        message: 'prod is not set up for this run: there is no namespace apps',
        hint: 'as an administrator of the cluster, with their context in place of this one:\nkubectl create namespace apps\nif it existed before, its revocations are lost, too. Revoke again what was revoked: countersign revoke NAME',
      },
    ])
    expect(problems[1]).toEqual(problems[0])
    const writes = cluster.log
      .slice(begun)
      .filter(({ method, path }) => method !== 'GET' && !/dryRun=All|review/.test(path))
    expect(writes).toEqual([])
  }))

describeSubjects('apply of what a pull request brought', subject => {
  test.each(rows(['merge', 'squash', 'rebase'], way => way === 'squash'))(
    'apply after a %s stores the pair, comments on the pull request and writes the evidence',
    async way => {
      const place = await placeIn(subject())
      await withAcme(place, {}, async acme => {
        approvesJane(acme, way)
        const ran = await acme.apply()
        expect(ran).toMatchObject({ code: 0, stderr: '' })
        const pair = await storedPair(subject(), place.namespace, 'jane-tls')
        if (pair === null) throw new Error('there is no Secret')
        expect(isPair(pair)).toBe(true)
        expect(await whoIs(subject(), pair)).toMatchObject({ username: 'jane' })
        const [issued] = ran.result.outcomes
        expect(ran.evidence).toMatchObject([
          {
            path: JANE,
            pullRequest: { number: 1 },
            approvals: [{ reviewer: { login: 'reviewer' } }],
          },
        ])
        const [comment, ...others] = acme.comments(1)
        expect(others).toEqual([])
        expect(comment?.body).toContain(issued?.sha256)
        expect(comment?.body).toContain((issued?.serial.match(/../g) ?? []).join(':'))
        expect(comment?.body).toMatch(/Approved by `reviewer` \(review \d+\)/)
        expect(comment?.body).toMatch(/proof `sha256:[0-9a-f]{64}`/)
        expect(ran.summary).toContain(issued?.sha256)
        expect(ran.outputs).toMatchObject({ 'issued-count': '1', 'blocked-count': '0' })
      })
    },
  )

  test('apply after the merge queue comments on each pull request of the group', async () => {
    const place = await placeIn(subject())
    await withAcme(place, {}, async acme => {
      for (const [number, name] of [
        [1, 'jane'],
        [2, 'mark'],
      ]) {
        acme.does(`author pushes to add-${name}`, { [`requests/people/${name}.yaml`]: 'usual' })
        acme.does(`author opens PR${number} from add-${name}`)
        acme.does(`reviewer approves PR${number}`)
      }
      acme.does('author queues PR1 and PR2')
      expect(await acme.apply()).toMatchObject({ code: 0 })
      expect(acme.comments(1).map(({ body }) => body)).toEqual([expect.stringContaining('`jane`')])
      expect(acme.comments(2).map(({ body }) => body)).toEqual([expect.stringContaining('`mark`')])
      expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls', 'mark-tls'] })
    })
  })

  test('a repeated apply changes nothing, whatever starts it', async () => {
    const place = await placeIn(subject())
    await withAcme(place, {}, async acme => {
      approvesJane(acme)
      expect(kindsOf(await acme.apply())).toEqual(['issued'])
      const [before, comments] = [await standingIn(place), acme.comments(1)]
      for (const event of ['push', 'schedule', 'workflow_dispatch']) {
        const ran = await acme.apply({}, event)
        expect(ran).toMatchObject({ code: 0, outputs: { 'issued-count': '0' }, evidence: [] })
        expect(kindsOf(ran)).toEqual(['kept'])
      }
      expect(await standingIn(place)).toEqual(before)
      expect(acme.comments(1)).toEqual(comments)
    })
  })

  test('an unapproved merge waits, and is issued after a pull request that shows the whole file is approved', async () => {
    const place = await placeIn(subject())
    await withAcme(place, {}, async acme => {
      acme.does('author pushes to add-jane', { [JANE]: 'usual' })
      acme.does('author opens PR1 from add-jane')
      acme.does('author merges PR1 (squash)')
      const waits = await acme.apply()
      expect(waits).toMatchObject({
        code: 1,
        outputs: { 'blocked-count': '1', 'issued-count': '0' },
      })
      expect(waits.result.outcomes).toMatchObject([
        { kind: 'refused', problems: [{ code: 'APPROVAL_MISSING' }] },
      ])
      expect(acme.comments(1)).toMatchObject([{ body: expect.stringContaining('was not issued') }])
      expect(await standingIn(place)).toEqual(NOTHING_STANDS)
      expect(await acme.apply({ inputs: { 'fail-on': 'never' } })).toMatchObject({ code: 0 })
      // The diff shows only the end of the file.
      acme.merges(2, { [JANE]: { comment: 'looked at' } })
      expect((await acme.apply()).result.outcomes).toMatchObject([
        { kind: 'refused', problems: [{ code: 'APPROVAL_NOT_SHOWN' }] },
      ])
      acme.merges(3, { [JANE]: 'removed' })
      acme.merges(4, { [JANE]: 'usual' })
      expect(await acme.apply()).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      expect(await standingIn(place)).toMatchObject({ secrets: ['jane-tls'] })
    })
  })
})

describe('apply with something missing or broken', () => {
  test('apply without trusted-config reports the digest and calls no cluster', () =>
    atAcme(async ({ acme, cluster }) => {
      approvesJane(acme)
      const ran = await acme.apply({ inputs: { 'trusted-config': '' } })
      expect(ran).toMatchObject({
        code: 1,
        result: { problems: [{ code: 'APPROVAL_NO_TRUST_ROOT' }] },
      })
      expect(ran.stdout).toContain(`write trusted-config: ${await acme.digest()} into the workflow`)
      expect(cluster.log).toEqual([])
    }))

  test.each(rows(REFUSALS, ([what]) => SHORT_REFUSALS.has(what)))(
    'apply does nothing if GitHub %s, and the next run issues',
    (_, fault, code) =>
      atAcme(async ({ acme, place, cluster }) => {
        approvesJane(acme)
        acme.github.faults.push({ ...fault, match: REVIEWS, times: 1000 })
        const ran = await acme.apply({ preload: SKIP_SLEEPS })
        expect(ran.stdout).toMatch(new RegExp(`^::error title=${code}::`, 'm'))
        expect(ran.code).toBe(2)
        expect(cluster.log.filter(({ method }) => method !== 'GET' && method !== 'POST')).toEqual(
          [],
        )
        expect(await standingIn(place)).toEqual(NOTHING_STANDS)
        acme.github.faults.clear()
        expect(await acme.apply()).toMatchObject({ code: 0 })
      }),
  )

  test('apply writes the page of the state after it, with what it refused', () =>
    atAcme(async ({ acme }) => {
      approvesJane(acme)
      acme.does('author pushes to add-mark', { 'requests/people/mark.yaml': 'usual' })
      acme.does('author opens PR2 from add-mark')
      acme.does('author merges PR2 (squash)')
      const ran = await acme.apply({ inputs: { page: 'artifact' } })
      const path = ran.outputs['page-path'] ?? ''
      expect(path).toMatch(/\/temp\/countersign\.html$/)
      const page = ran.files.get('temp/countersign.html') ?? ''
      const [issued] = ran.result.outcomes.filter(({ kind }) => kind === 'issued')
      expect(page).toContain('<h1>1 certificate needs attention</h1>')
      expect(page).toContain('<tr class="attention"><td>mark</td>')
      expect(page).toContain('<p class="soft">APPROVAL_MISSING: ')
      expect(page).toContain('<tr class="renews"><td>jane</td>')
      expect(page).toContain(`<dd>${issued?.sha256}</dd>`)
      expect(page).toContain('<td>reviewer <a href="')
      expect(ran.modes.get('temp/countersign.html')).toBe(0o644)
    }))

  test('apply issues, and refuses a page for the Pages of a repository that is not public', () =>
    atAcme(async ({ acme }) => {
      approvesJane(acme)
      const ran = await acme.apply({ inputs: { page: 'pages' } })
      expect(ran).toMatchObject({ code: 1, outputs: { 'issued-count': '1' } })
      expect(ran.stdout).toMatch(/^::error title=RUN_PAGE_VISIBILITY::/m)
      expect(ran.outputs['page-path']).toBeUndefined()
      expect([...ran.files.keys()]).not.toContain('temp/countersign.html')
      const again = await acme.apply({ inputs: { page: 'pages-of-private' } })
      expect(again).toMatchObject({ code: 0, outputs: { 'page-path': expect.any(String) } })
      const never = await acme.apply({ inputs: { page: 'never' } })
      expect(never.outputs['page-path']).toBeUndefined()
      const unknown = await acme.apply({ inputs: { page: 'always' } })
      expect(unknown.code).toBe(2)
      expect(unknown.stdout).toContain('page: "always" is not one of never, artifact, pages')
    }))

  test('apply waits for one secondary limit of GitHub and then issues', () =>
    atAcme(async ({ acme }) => {
      approvesJane(acme)
      acme.github.faults.push({ kind: 'secondaryLimit', retryAfterSeconds: 60, match: REVIEWS })
      expect(await acme.apply({ preload: SKIP_SLEEPS })).toMatchObject({ code: 0 })
    }))

  test('a refused renewal does not stop the others', () =>
    atAcme(
      async ({ acme, cluster }) => {
        acme.merges(1, { [JANE]: 'usual' })
        acme.merges(2, { 'requests/people/mark.yaml': 'usual' })
        expect((await acme.apply()).code).toBe(0)
        for (const name of ['jane', 'mark'])
          cluster.objects.remove('secrets', 'apps', `${name}-tls`)
        acme.does('owner dismisses the review of reviewer on PR1')
        expect(kindsOf(await acme.apply()).toSorted()).toEqual(['issued', 'refused'])
      },
      { config: { limits: { maxRenew: 1 } } },
    ))

  test('a comment that cannot be written does not stop apply', () =>
    atAcme(async ({ acme }) => {
      approvesJane(acme)
      const ran = await acme.apply({ permissions: MAY_READ })
      expect(ran).toMatchObject({ code: 0, outputs: { 'issued-count': '1' } })
      expect(ran.stdout).toContain('the comment on #1 was left out')
    }))

  test('an unreachable cluster fails its own requests and is reported', () =>
    atAcme(async ({ acme, cluster }) => {
      approvesJane(acme)
      cluster.faults.plan({ path: '/version' }, { kind: 'reset', when: 'before' }, 1000)
      const ran = await acme.apply({ preload: SKIP_SLEEPS })
      expect(ran.code).toBe(2)
      expect(ran.stdout).toContain('CLUSTER_UNREACHABLE')
      expect(kindsOf(ran)).toEqual(['refused'])
    }))

  test('an unreachable cluster without requests is reported in the summary', () =>
    atAcme(async ({ acme, cluster }) => {
      cluster.faults.plan({ path: '/version' }, { kind: 'reset', when: 'before' }, 1000)
      const ran = await acme.apply({ preload: SKIP_SLEEPS })
      expect(ran.code).toBe(2)
      expect(ran.summary).toContain(
        '### countersign: 1 problem outside the requests, nothing to do',
      )
      expect(ran.summary).toContain('(`CLUSTER_UNREACHABLE`)')
      expect(ran.result.plan.problems).toMatchObject([{ code: 'CLUSTER_UNREACHABLE' }])
    }))

  testWhole('a cancelled run finishes what it began, and the next run does the rest', () =>
    atAcme(
      async ({ acme, place }) => {
        const names = Array.from({ length: 40 }, (_, index) => `p${index + 10}`)
        const files = names.map(name => [`requests/people/${name}.yaml`, 'usual'])
        acme.merges(1, Object.fromEntries(files))
        const ran = await acme.apply({
          meanwhile: child =>
            new Promise(resolve =>
              child.stdout?.on('data', (text: string) => {
                if (text.includes(' issued ')) resolve(void child.kill('SIGINT'))
              }),
            ),
        })
        const count = (kind: string): number => kindsOf(ran).filter(each => each === kind).length
        expect(ran.code).toBe(1)
        expect(count('issued')).toBeGreaterThan(0)
        expect(count('waiting')).toBeGreaterThan(0)
        expect(count('issued') + count('waiting')).toBe(40)
        const first = await standingIn(place)
        expect(first.secrets).toHaveLength(count('issued'))
        const next = await acme.apply()
        expect(next).toMatchObject({ code: 0, outputs: { 'issued-count': `${count('waiting')}` } })
        expect((await standingIn(place)).certificates).toHaveLength(40)
      },
      { cluster: { signerDelayMilliseconds: 300 } },
    ),
  )
})
