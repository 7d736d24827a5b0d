// How often GitHub is asked: a token of a job has 1,000 calls an hour for the whole repository.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Acme, MAY_COMMENT } from '../../build/github-run.ts'
import { ownPlace } from '../../build/place.ts'
import { GithubRepository } from '../../../src/adapters/github/repository.ts'
import { Secret } from '../../../src/domain/secret.ts'
import { systemClock } from '../../../src/adapters/clock.ts'
import { reviewAt } from '../../../src/flow/review.ts'
import { planPullRequest } from '../../../src/flow/plan-pull-request.ts'

test('x', async () => {
  const { place, end } = await ownPlace()
  const acme = await Acme.open(place, {})
  let t = Date.now()
  for (let pull = 1; pull <= 20; pull++) {
    const files: Record<string, unknown> = {}
    for (let n = 0; n < 25; n++) files[`requests/people/p${pull}-${n}.yaml`] = 'usual'
    acme.merges(pull, files)
  }
  const repo = () => new GithubRepository({ apiUrl: (acme as any).url, token: new Secret('t'), version: '0', repository: 'acme/certs', membersToken: null }, systemClock, () => 0.5)
  acme.github.tokens.set('t', { as: { app: 'github-actions' }, permissions: MAY_COMMENT })
  console.log('made', Date.now() - t)
  t = Date.now()
  const r = repo()
  const reviewed = await reviewAt({ repository: r, clock: systemClock }, { commit: acme.stage.tip('main'), config: 'countersign.yaml', trustedConfig: await acme.digest(), workflow: '.github/workflows/countersign.yaml' }, null)
  console.log(reviewed.ok && reviewed.value.approved.length, reviewed.ok ? reviewed.value.refused.slice(0, 2) : reviewed.problems, r.calls(), Date.now() - t)
  const kinds: Record<string, number> = {}
  for (const q of acme.github.requests) {
    const key = q.operation === 'graphql' ? (q.query ?? '').replace(/\s+/g, ' ').slice(0, 160) : `${q.operation} ${q.path.slice(0, 60)}`
    kinds[key] = (kinds[key] ?? 0) + 1
  }
  console.log(kinds)
  acme.github.forget()
  acme.does('author pushes to more', Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`requests/people/q${n}.yaml`, 'usual'])))
  acme.does('author opens PR21 from more')
  t = Date.now()
  const r2 = repo()
  const planned = await planPullRequest({ repository: r2, clock: systemClock }, { number: 21, head: acme.stage.tip('more'), config: 'countersign.yaml' })
  console.log(planned.ok && planned.value.plan.steps.length, r2.calls(), Date.now() - t)
  expect(await acme.end()).toEqual([])
  await end()
}, 120000)
