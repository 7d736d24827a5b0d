// The number of GitHub calls: a job's token has 1,000 calls per hour for the repository, and 500 requests may change in one night.
// The double counts every call.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { systemClock } from '../../../src/adapters/system/system-clock.ts'
import { CountersignError } from '../../../src/domain/problem.ts'
import { planPullRequest } from '../../../src/workflows/plan/plan-pull-request.ts'
import { LIMITS, TOKEN, acmeWith, apply, filesOf, repositoryOf } from '../../build/counted-apply.ts'
import type { Own } from '../../build/counted-apply.ts'
import { Acme, MAY_COMMENT, configuration } from '../../build/github-run.ts'
import { WORKFLOW_PATH } from '../../build/history/usual-files.ts'
import { nowhere, ownPlace } from '../../build/place.ts'

const REQUESTS = 500

interface Counted {
  readonly what: string
  readonly calls: number
}

const counted: Counted[] = []
// Printed for the reader: the numbers behind the limits below.
afterAll(() => {
  const lines = counted.map(({ what, calls }) => `${calls} calls: ${what}\n`)
  process.stderr.write(lines.join(''))
})

/** A pull request without a trusted digest. */
function frameOf(acme: Acme, number: number, branch: string) {
  return {
    number,
    head: acme.stage.tip(branch),
    config: 'countersign.yaml',
    trustedConfig: null,
    trustedRequests: null,
    workflow: WORKFLOW_PATH,
  }
}

/** Calls that arrive while something is done. */
async function count<T>(acme: Acme, what: string, act: () => Promise<T>): Promise<[number, T]> {
  acme.github.forget()
  const result = await act()
  const { rest, graphql } = acme.github.calls()
  counted.push({ what, calls: rest + graphql })
  return [rest + graphql, result]
}

test('a run that takes minutes proves again as it goes, and stays within 500 calls', async () => {
  const { acme, own } = await acmeWith(20, REQUESTS)
  const what = `the same, at 2 requests a second instead of 20`
  const [calls, issued] = await count(acme, what, () => apply(acme, 2))
  expect(issued).toBe(REQUESTS)
  expect(calls).toBeLessThanOrEqual(500)
  expect(await acme.end()).toEqual([])
  await own.end()
})

test('a chain of 20 approved edits costs at most two GraphQL calls more than one edit', async () => {
  const asked = []
  for (const edits of [1, 20]) {
    const own = await ownPlace({ signerDelayMilliseconds: 0 })
    const acme = await Acme.open(own.place, {
      files: { 'countersign.yaml': configuration(own.place, { limits: LIMITS }) },
    })
    acme.github.tokens.set(TOKEN, { as: { app: 'github-actions' }, permissions: MAY_COMMENT })
    acme.merges(1, { 'requests/people/jane.yaml': 'usual' })
    for (let edit = 1; edit <= edits; edit++)
      acme.merges(edit + 1, { 'requests/people/jane.yaml': { comment: `edit ${edit}` } })
    const [, issued] = await count(acme, `apply after ${edits} approved edits`, () => apply(acme))
    expect(issued).toBe(1)
    asked.push(acme.github.calls())
    expect(await acme.end()).toEqual([])
    await own.end()
  }
  const [one, many] = asked
  process.stderr.write(`after 1 edit ${JSON.stringify(one)}, after 20 ${JSON.stringify(many)}\n`)
  expect((many?.graphql ?? 0) - (one?.graphql ?? 0)).toBeLessThanOrEqual(2)
})

test('a pull request that changes no request is planned with at most 11 calls', async () => {
  const acme = await Acme.open(nowhere())
  acme.github.tokens.set(TOKEN, { as: { app: 'github-actions' }, permissions: MAY_COMMENT })
  acme.does('author pushes to words', { 'README.md': 'Words.\n' })
  acme.does('author opens PR1 from words')
  const repository = repositoryOf(acme)
  const [calls, planned] = await count(acme, 'plan without requests', () =>
    planPullRequest({ repository, clock: systemClock }, frameOf(acme, 1, 'words')),
  )
  expect(planned).toMatchObject({ ok: true, value: { plan: { steps: [], problems: [] } } })
  expect(calls).toBeLessThanOrEqual(11)
  expect(await acme.end()).toEqual([])
})

describe.each([
  [20, 60 + 3 * 20],
  [50, 60 + 3 * 50],
])(`${REQUESTS} requests from %i pull requests`, (pulls, limit) => {
  let acme: Acme
  let own: Own
  beforeAll(async () => {
    ;({ acme, own } = await acmeWith(pulls, REQUESTS))
  })
  afterAll(async () => {
    expect(await acme.end()).toEqual([])
    await own.end()
  })

  test(`apply proves, issues and comments with at most ${limit} calls`, async () => {
    const what = `apply of ${REQUESTS} requests from ${pulls} pull requests`
    const [calls, issued] = await count(acme, what, () => apply(acme))
    expect(issued).toBe(REQUESTS)
    expect(acme.comments(1)).toHaveLength(1)
    expect(calls).toBeLessThanOrEqual(limit)
  })

  test('an apply without work takes at most 20 calls', async () => {
    const [calls, issued] = await count(acme, 'the next run', () => apply(acme))
    expect(issued).toBe(0)
    expect(calls).toBeLessThanOrEqual(20)
  })

  test.each([1, REQUESTS])('a plan of %i more requests takes at most 40 calls', async more => {
    const branch = `more-${more}`
    acme.does(`author pushes to ${branch}`, filesOf(`q${more}`, more))
    acme.does(`author opens PR${pulls + (more === 1 ? 1 : 2)} from ${branch}`)
    const number = acme.stage.repository.pullRequests.length
    const frame = frameOf(acme, number, branch)
    const repository = repositoryOf(acme)
    const what = `plan of ${more} requests beside ${REQUESTS} others`
    const [calls, planned] = await count(acme, what, () =>
      planPullRequest({ repository, clock: systemClock }, frame),
    )
    if (!planned.ok) throw new CountersignError(planned.problems[0])
    expect(planned.value.plan.steps).toHaveLength(more)
    expect(calls).toBeLessThanOrEqual(40)
  })
})
