// The one comment of a pull request, from the plan to a revocation: after every event it says what `countersign prove` says.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Revoker, accessPlace } from '../build/access-place.ts'
import type { AccessPlace } from '../build/access-place.ts'
import { withAcme, withoutCluster } from '../build/at-acme.ts'
import { configuration } from '../build/github-run.ts'
import type { Acme } from '../build/github-run.ts'
import { GUARDED } from '../build/guarded-cluster.ts'
import { personOf } from '../build/history/people.ts'
import { usualFile } from '../build/history/usual-files.ts'
import { nowhere } from '../build/place.ts'
import { rendered } from '../build/rendered.ts'
import { Workshop } from '../build/workshop.ts'

const JANE = 'requests/people/jane.yaml'
const ACCESS = [{ clusterRole: 'cs-reader', namespaces: ['apps'] }]
const POLICY = { access: [{ clusterRoles: ['cs-reader'], namespaces: ['apps'] }] }
const OWNER = { required: 1, users: [personOf('owner')] }
const APPROVAL = { configuration: OWNER, requests: OWNER }
const PLAN = '<!-- countersign:plan -->'
const ISSUED = '<!-- countersign:issued -->'
const TOKEN = 'ghp_auditor'
const HOUR_MS = 3_600_000
/** After the renewal time of a certificate of 168h, and before its end. */
const LATER = {
  env: { AHEAD_MS: String(110 * HOUR_MS) },
  preload: ['test/build/clock-ahead.mjs'],
}

interface Proved {
  readonly isApproved: boolean
  readonly by: readonly string[]
  readonly rule: string | null
}

/** What `countersign prove` says of the file on the default branch. */
async function proved(acme: Acme, workshop: Workshop): Promise<Proved> {
  acme.github.tokens.set(TOKEN, {
    as: { account: acme.stage.who('owner').id },
    permissions: { contents: 'read', pull_requests: 'read', actions: 'read' },
  })
  const env = { GITHUB_API_URL: acme.url, GITHUB_TOKEN: TOKEN }
  const args = ['prove', JANE, '--repository', 'acme/certs', '-o', 'json']
  const { code, stdout } = await workshop.run(args, { env })
  const [evidence] = JSON.parse(stdout).evidence
  return {
    isApproved: code === 0,
    by:
      evidence?.approvals.map((each: { reviewer: { login: string } }) => each.reviewer.login) ?? [],
    rule: evidence?.rule.name ?? null,
  }
}

/** The own comment of pull request 1; there is one. */
function commentOf(acme: Acme) {
  const [comment, ...others] = acme.comments(1)
  expect(others).toEqual([])
  const body = comment?.body ?? ''
  const page = rendered(body)
  expect([page.linked, page.unbalanced]).toEqual([[], []])
  return { body, page, title: body.split('\n')[1], row: page.rows[1] ?? [] }
}

describe.each(GUARDED)('%s: the comment of a pull request', kind => {
  let at: AccessPlace
  let revoker: Revoker
  const workshop = new Workshop()

  beforeAll(async () => {
    const rules = [{ apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] }]
    at = await accessPlace(kind, { roles: { 'cs-reader': rules } })
    revoker = await Revoker.in(at)
  })
  afterAll(async () => {
    workshop.end()
    revoker?.end()
    await at?.end()
  })

  test('the comment follows its request from the first plan to a revocation', async () => {
    const files = {
      'countersign.yaml': { ...at.config, approval: APPROVAL },
      'policies/people.yaml': POLICY,
    }
    const deeds: [string, Readonly<Record<string, unknown>>?][] = []
    await withAcme(at.place, { files }, async acme => {
      const does = (...deed: (typeof deeds)[number]): void => {
        deeds.push(deed)
        acme.does(...deed)
      }
      /** Plays the same events elsewhere, merges there, and proves. */
      const ifMerged = async (): Promise<Proved> => {
        let answer: Proved | null = null
        await withAcme(at.place, { files }, async other => {
          for (const deed of deeds) other.does(...deed)
          other.does('author merges PR1 (squash)')
          answer = await proved(other, workshop)
        })
        return answer ?? { isApproved: false, by: [], rule: null }
      }
      const expectPlan = async (ran: { outputs: Readonly<Record<string, string>> }) => {
        const { body, title, row } = commentOf(acme)
        expect(body.startsWith(`${PLAN}\n`)).toBe(true)
        const { state, requests } = JSON.parse(ran.outputs['plan-json'] ?? '')
        const { isApproved, by } = await ifMerged()
        expect(state).toBe(isApproved ? 'ready' : 'needs-approval')
        expect(requests).toMatchObject([{ name: 'jane', state, approvedBy: by }])
        expect(row[0]).toBe(isApproved ? '✅ ready' : '⏳ needs approval')
        expect(title).toMatch(isApproved ? /: ready$/ : /: needs approval of `owner`$/)
        expect(ran.outputs['comment-url']).toMatch(/\/pull\/1#issuecomment-\d+$/)
      }

      does('author pushes to add-jane', { [JANE]: { access: ACCESS } })
      does('author opens PR1 from add-jane')
      await expectPlan(await acme.plan(1))
      expect(commentOf(acme).row[2]).toContain('with cs-reader in apps')
      expect(commentOf(acme).body).toMatch(/\[Files changed\]\(\S+\/pull\/1\/files\)/)
      does('author pushes to add-jane', { [JANE]: { access: ACCESS, duration: '120h' } })
      await expectPlan(await acme.plan(1))
      does('owner approves PR1')
      await expectPlan(await acme.reviewed(1, { by: 'owner', state: 'approved' }))
      does('owner dismisses the review of owner on PR1')
      const dismissed = { by: 'owner', state: 'dismissed', action: 'dismissed' } as const
      await expectPlan(await acme.reviewed(1, dismissed))
      does('owner approves PR1')
      await expectPlan(await acme.reviewed(1, { by: 'owner', state: 'approved' }))
      const group = await queued(acme)
      expect(group.summary).toContain('this merge group passes')
      expect(commentOf(acme).title).toBe('### countersign: in the merge queue, ready')
      expect(commentOf(acme).page.text).toContain('countersign accepts it (run)')
      await expectPlan(await acme.plan(1))

      does('author merges PR1 (squash)')
      expect((await acme.plan(1)).code).toBe(0)
      expect(commentOf(acme).title).toMatch(/: merged as \[`\w{7}`\]\(.*\), apply follows$/)
      const expectOutcome = async (word: string, count: string) => {
        const { body, title, row, page } = commentOf(acme)
        expect(body.startsWith(`${ISSUED}\n`)).toBe(true)
        expect([title, row[0]]).toEqual([`### countersign: ${count}`, word])
        const { by, rule } = await proved(acme, workshop)
        expect(row[4]).toBe(`${by.join(', ')}, rule ${rule}`)
        const { data } = (await at.place.admin.get(RECORD(at))).body
        const { history } = JSON.parse(data['record.json'])
        const serial = history.at(-1).serial.match(/../g).join(':')
        expect(row[2]).toContain(`serial ${serial.slice(0, 11)}…`)
        expect(page.text.includes(`serial ${serial}`)).toBe(word !== '⛔ revoked')
        expect(page.own.some(each => each.endsWith(`/${JANE}`))).toBe(true)
        const state = word === '⛔ revoked' ? 'revoked' : null
        expect(await provedCertificate(serial)).toMatchObject({ ended: state && { how: state } })
      }
      /** What `prove` says of a certificate, by its serial number. */
      const provedCertificate = async (serial: string): Promise<unknown> => {
        workshop.write('countersign.yaml', usualFile('countersign.yaml', at.config))
        const env = { KUBECONFIG_PROD: at.place.kubeconfig }
        const { code, stdout } = await workshop.run(['prove', serial, '-o', 'json'], { env })
        expect(code).toBe(0)
        return JSON.parse(stdout).certificates[0]
      }
      expect((await acme.apply()).code).toBe(0)
      await expectOutcome('✅ issued', '1 issued')
      expect(commentOf(acme).page.own.at(-1)).toMatch(/\/actions\/runs\/4711$/)
      expect((await acme.plan(1)).stdout).toContain('apply reports what was issued')
      await expectOutcome('✅ issued', '1 issued')
      expect(await acme.apply(LATER)).toMatchObject({ code: 0, outputs: { 'renewed-count': '1' } })
      await expectOutcome('✅ renewed', '1 renewed')
      await revoker.revokes('jane')
      await acme.apply()
      await expectOutcome('⛔ revoked', '1 revoked')
      expect(commentOf(acme).page.text).toContain('The access of jane on prod is revoked')
    })
  })
})

/** The name of the record's ConfigMap, as a path. */
const RECORD = ({ place }: AccessPlace): string =>
  `/api/v1/namespaces/countersign/configmaps/countersign-${place.owner}-jane`

/** The merge queue tries pull request 1 as its own head. */
async function queued(acme: Acme) {
  const head = acme.stage.world.headOf(acme.stage.pull(1))
  const group = {
    head_sha: head,
    base_sha: acme.stage.tip('main'),
    head_ref: `refs/heads/gh-readonly-queue/main/pr-1-${head}`,
  }
  const ran = await acme.run('merge_group', { merge_group: group }, { commit: head })
  expect(ran.code).toBe(0)
  return ran
}

describe('a review that cannot count', () => {
  const stranger = { by: 'stranger', state: 'approved' } as const
  const asks = async (acme: Acme): Promise<void> => {
    acme.does('author pushes to add-jane', { [JANE]: 'usual' })
    acme.does('author opens PR1 from add-jane')
    expect((await acme.plan(1)).code).toBe(0)
  }
  const calls = (acme: Acme): number => acme.github.requests.length

  test.each([
    ['an approval without the right to write', stranger],
    ['a comment', { by: 'reviewer', state: 'commented' }],
    [
      'a request for changes of a person whom no rule names',
      { ...stranger, state: 'changes_requested' },
    ],
  ] as const)('%s keeps the result of the last plan with at most five calls', (_, review) =>
    withoutCluster(async acme => {
      await asks(acme)
      const before = [calls(acme), acme.comments(1)] as const
      const [run] = acme.stage.repository.runs.slice(-1)
      for (const [conclusion, code] of [
        ['success', 0],
        ['failure', 1],
      ] as const) {
        if (run !== undefined) run.conclusion = conclusion
        const start = calls(acme)
        const ran = await acme.reviewed(1, review)
        expect(ran).toMatchObject({ code, stderr: '' })
        expect(ran.summary).toContain('countersign: unchanged')
        expect(calls(acme) - start).toBeLessThanOrEqual(5)
      }
      expect(acme.comments(1)).toEqual(before[1])
    }),
  )

  test('an approval that counts is planned, although the last plan passed', () =>
    withoutCluster(async acme => {
      await asks(acme)
      acme.does('reviewer approves PR1')
      await acme.reviewed(1, { by: 'reviewer', state: 'approved' })
      expect(commentOf(acme).title).toBe('### countersign: ready')
    }))

  test('a review that cannot count is planned if the last run was cancelled', () =>
    withoutCluster(async acme => {
      await asks(acme)
      acme.does('reviewer approves PR1')
      const [run] = acme.stage.repository.runs.slice(-1)
      if (run !== undefined) run.conclusion = 'cancelled'
      const ran = await acme.reviewed(1, { by: 'reviewer', state: 'commented' })
      expect(ran.code).toBe(0)
      expect(commentOf(acme).title).toBe('### countersign: ready')
    }))

  test('the last plan is the one that started last, also by a re-run, and never a dispatch', () =>
    withoutCluster(async acme => {
      await asks(acme)
      const { runs } = acme.stage.repository
      const [run] = runs.slice(-1)
      if (run === undefined) throw new Error('there is no run')
      const later = (seconds: number): Date => new Date(run.createdAt.getTime() + seconds * 1000)
      const again = { ...run, id: run.id - 1, conclusion: 'failure', createdAt: later(60) } as const
      runs.unshift(again)
      runs.push({ ...run, id: run.id + 1, event: 'workflow_dispatch', createdAt: later(120) })
      const ran = await acme.reviewed(1, { by: 'author', state: 'commented' })
      expect(ran.stdout).toContain('the last plan failed, http')
      expect(ran).toMatchObject({ code: 1, stderr: '' })
    }))

  test('an approval of a named person without the right to write takes back a request for changes', () => {
    const requests = { required: 1, users: [personOf('owner'), personOf('reader')] }
    const config = configuration(nowhere(), { approval: { ...APPROVAL, requests } })
    return withoutCluster(
      async acme => {
        await asks(acme)
        acme.does('owner approves PR1')
        acme.does('reader requests changes on PR1')
        await acme.reviewed(1, { by: 'reader', state: 'changes_requested' })
        expect(commentOf(acme).title).toBe('### countersign: waits: `reader` requested changes')
        acme.does('reader approves PR1')
        await acme.reviewed(1, { by: 'reader', state: 'approved' })
        expect(commentOf(acme).title).toBe('### countersign: ready')
      },
      { files: { 'countersign.yaml': config } },
    )
  })

  test('a review during the plan is part of its comment', () =>
    withoutCluster(async acme => {
      await asks(acme)
      let asked = 0
      acme.github.onRequest = query => {
        if (query.includes('headRefOid merged') && ++asked === 2) acme.does('reviewer approves PR1')
      }
      await acme.plan(1)
      expect(commentOf(acme).title).toBe('### countersign: ready')
    }))
})

describe('a comment that must not be replaced or believed', () => {
  const approved = async (acme: Acme): Promise<void> => {
    acme.proposes(1, { [JANE]: 'usual' })
    acme.does('reviewer approves PR1')
    expect((await acme.plan(1)).code).toBe(0)
  }

  test('a merge during the plan keeps the plan, and the merge queue says nothing after it', () =>
    withoutCluster(async acme => {
      await approved(acme)
      let asked = 0
      acme.github.onRequest = query => {
        if (query.includes('headRefOid merged') && ++asked === 2)
          acme.does('author merges PR1 (squash)')
      }
      await acme.plan(1)
      const { title, row, body } = commentOf(acme)
      expect(title).toMatch(/: merged as \[`\w{7}`\]\(.*\), apply follows$/)
      expect(row[0]).toBe('✅ ready')
      await queued(acme)
      expect(commentOf(acme).body).toBe(body)
      acme.stage.pull(1).mergeCommit = null
      await acme.plan(1)
      expect(commentOf(acme).row[0]).toBe('✅ ready')
    }))

  test('an outcome that a person wrote into the comment before the merge is replaced by the plan', () =>
    withoutCluster(async acme => {
      await approved(acme)
      const [comment] = acme.stage.pull(1).comments
      if (comment === undefined) throw new Error('there is no comment')
      comment.body = `${ISSUED}\n### countersign: 1 issued`
      await acme.plan(1)
      expect(commentOf(acme).title).toBe('### countersign: ready')
    }))
})

test('the job fails while an approval is missing, if the workflow asks for that', () =>
  withoutCluster(async acme => {
    acme.does('author pushes to add-jane', { [JANE]: 'usual' })
    acme.does('author opens PR1 from add-jane')
    const words = { inputs: { 'fail-on': 'waiting' } }
    expect((await acme.plan(1, words)).code).toBe(1)
    acme.does('reviewer approves PR1')
    expect((await acme.plan(1, words)).code).toBe(0)
  }))
