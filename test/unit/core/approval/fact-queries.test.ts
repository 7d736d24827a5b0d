import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { contributorsToLanding } from '../../../../src/core/approval/contributors/landing-contributors.ts'
import { judgeApproval } from '../../../../src/core/approval/judge-approval.ts'
import {
  accountsOf,
  commitsOf,
  filesToRead,
  tipsOf,
} from '../../../../src/core/approval/fact-queries.ts'
import type { PullRequest } from '../../../../src/domain/proof/pull-request.ts'
import {
  asked,
  at,
  AUTHOR,
  blobsIn,
  COLLEAGUE,
  evidencedApproval,
  graph,
  approvers,
  made,
  move,
  OWNER,
  proofFacts,
  pullRequest,
  question,
  review,
  REVIEWER,
  ROBOT,
  usualEvidence,
} from '../../../build/proof.ts'

const FULL = pullRequest({
  commits: [made('h1', ['root']), made('h2', ['h1', 'side'])],
  head: { branch: 'x', repositoryId: 42, commit: 'h2' },
  reviews: [review({ commit: 'r1' }), review({ id: 502, commit: null })],
  forcePushes: [{ at: at(12), by: AUTHOR, before: 'f1', after: 'f2' }],
  runs: [{ at: at(13), commit: 'n1' }],
  pushes: [move('10 branchCreation 0 > p1'), move('12 push p1 > p2')],
})

describe('fact queries', () => {
  test('the commits asked for are all that the pull request names', () => {
    expect([...commitsOf(FULL)].toSorted()).toEqual([
      'f1',
      'f2',
      'h1',
      'h2',
      'n1',
      'p1',
      'p2',
      'r1',
    ])
  })

  test('the file is read in each commit, in its parents, and at the merge base with the default branch', () => {
    const commits =
      'base:\n l1 < base:\n h1 < base: jane=b\n side < base:\n h2 < h1 side: jane=b\n m1 < l1 h2: jane=b'
    const facts = proofFacts({ commits, pulls: [FULL], moves: null })
    const recorded = usualEvidence({ approvals: [evidencedApproval({ head: 'e1' })] })
    const files = filesToRead(
      question({ recorded, landing: { commit: 'm1', before: 'l1' } }),
      FULL,
      facts,
    )
    const askedOf = (wanted: string): readonly string[] =>
      files.flatMap(({ path, commit }) => (path === wanted ? [commit] : [])).toSorted()
    expect(new Set(files.map(({ path }) => path))).toEqual(new Set(['jane', '.gitattributes']))
    expect(askedOf('jane')).toEqual([
      'base',
      'e1',
      'f1',
      'f2',
      'h1',
      'h2',
      'n1',
      'p1',
      'p2',
      'r1',
      'root',
      'side',
    ])
  })

  test('the file is read in all commits that a force push took away, and in all of their parents', () => {
    const commits = `
      base: README=r
      l1 < base: README=s
      l2 < l1: README=t
      r1 < l1 l2: jane=b
      r2 < r1: README=x
      r3 < r2: README=y
      h1 < l2: jane=b
      m1 < l2 h1: jane=b
    `
    const pull = pullRequest({
      commits: [made('h1', ['l2'])],
      pushes: [move('10 branchCreation 0 > r3'), move('12 forcePush r3 > h1')],
    })
    const otherCommits = new Map([
      ['r1', made('r1', ['l1', 'l2'])],
      ['r2', made('r2', ['r1'])],
      ['r3', made('r3', ['r2'])],
    ])
    const moves = [move('0 branchCreation 0 > l2'), move('30 pullRequestMerge l2 > m1')]
    const facts = proofFacts({ commits, pulls: [pull], moves, otherCommits })
    const fileOrigin = question({ landing: { commit: 'm1', before: 'l2' } })
    const files = filesToRead(fileOrigin, pull, facts)
    const known = files.flatMap(({ path, commit }) => (path === 'jane' ? [commit] : []))
    expect(known).toEqual(expect.arrayContaining(['r3', 'r2', 'r1', 'l1']))
    // These are the only places read to find the contributors.
    const blobAt: typeof facts.blobAt = file => {
      if (!known.includes(file.commit)) throw new Error(`${file.commit} was not asked for`)
      return facts.blobAt(file)
    }
    expect(known).not.toContain('base')
    expect([
      ...contributorsToLanding(fileOrigin, pull, { ...facts, blobAt }).people.keys(),
    ]).toEqual([AUTHOR.id])
  })

  test('the recorded version before this one is read under the path it had then', () => {
    const recorded = (path?: string) => {
      const since = { commit: 'm0', blob: 'v0', ...(path === undefined ? {} : { path }) }
      const recorded = usualEvidence({ since })
      return filesToRead(question({ recorded }), pullRequest(), proofFacts())
    }
    expect(recorded()).toContainEqual({ commit: 'm0', path: 'jane' })
    expect(recorded('joan')).toContainEqual({ commit: 'm0', path: 'joan' })
  })

  test('the accounts asked for are those with a review or dismissal that counts, each once', () => {
    const pull = pullRequest({
      reviews: [
        review(),
        review({ id: 502 }),
        review({ id: 503, author: ROBOT }),
        review({ id: 504, author: COLLEAGUE, state: 'COMMENTED' }),
        review({ id: 505, author: null }),
      ],
      dismissals: [
        { review: 501, at: at(40), by: OWNER, was: 'APPROVED' },
        { review: 501, at: at(41), by: null, was: 'APPROVED' },
      ],
    })
    expect(accountsOf(question(), pull).map(({ login }) => login)).toEqual(['reviewer', 'owner'])
  })

  test('the accounts asked for include those that the record names', () => {
    const approvals = [evidencedApproval({ reviewer: { id: 77, login: 'gone' } })]
    const known = accountsOf(question({ recorded: usualEvidence({ approvals }) }), pullRequest())
    expect(known).toEqual([{ id: 77, login: 'gone', type: 'User' }, REVIEWER])
  })

  test('the states of the default branch asked for are those at each review, and that of the landing', () => {
    expect(tipsOf(question(), pullRequest(), proofFacts())).toEqual(['m1', 'root'])
    const reviews = [review({ state: 'COMMENTED' }), review({ id: 502, state: 'PENDING' })]
    expect(tipsOf(question(), pullRequest({ reviews }), proofFacts())).toEqual(['m1'])
  })
})

describe('the judgement of any pull request', () => {
  const COMMITS = `
    root: jane=a
    l1 < root: README=x
    z < root: jane=c
    h1 < z: jane=b
    l2 < l1 z: jane=c
    h2 < h1 l2: jane=b
    m1 < l2 h2: jane=b
  `
  const MOVES = [
    '0 branchCreation 0 > root',
    '5 push root > l1',
    '18 push l1 > l2',
    '30 pullRequestMerge l2 > m1',
  ].map(move)
  const heads = fc.constantFrom('h1', 'h2', 'z', 'root', 'lost')
  const pulls = fc.record({
    review: heads,
    minute: fc.constantFrom(12, 18, 20, 29),
    pushes: fc.option(fc.array(heads, { minLength: 1, maxLength: 3 })),
    forced: fc.array(heads, { maxLength: 2 }),
    runs: fc.option(fc.array(heads, { maxLength: 3 })),
  })

  test('the judgement reads no fact that was not asked for', () => {
    fc.assert(
      fc.property(pulls, fc.boolean(), fc.boolean(), (said, hasMoves, isKnown) => {
        const pull = pullRequest({
          commits: [made('z', ['root']), made('h1', ['z']), made('h2', ['h1', 'l2'])],
          head: { branch: 'x', repositoryId: 42, commit: 'h2' },
          reviews: [review({ commit: said.review, at: at(said.minute) })],
          forcePushes: said.forced.map((after, index): PullRequest['forcePushes'][number] => ({
            at: at(15 + 10 * index),
            by: AUTHOR,
            before: said.review,
            after,
          })),
          runs: said.runs?.map((commit, index) => ({ commit, at: at(11 + 8 * index) })) ?? null,
          pushes:
            said.pushes?.map((after, index, all) =>
              move(`${10 + 8 * index} push ${all[index - 1] ?? '0'} > ${after}`),
            ) ?? null,
        })
        const recorded = isKnown
          ? usualEvidence({
              approvals: [evidencedApproval({ at: at(said.minute).toISOString(), head: 'h1' })],
            })
          : null
        const about = asked({}, { landing: { commit: 'm1', before: 'l2' }, recorded })
        const facts = proofFacts({
          commits: COMMITS,
          pulls: [pull],
          moves: hasMoves ? MOVES : null,
        })
        const asks = new Set(
          filesToRead(about, pull, facts).map(({ commit, path }) => `${commit} ${path}`),
        )
        const all = blobsIn(graph(COMMITS))
        const blobAt: typeof all = file => {
          if (!asks.has(`${file.commit} ${file.path}`))
            throw new Error(`${file.commit} was not asked for`)
          return all(file)
        }
        judgeApproval(about, approvers(), { ...facts, blobAt })
      }),
      { numRuns: 500 },
    )
  })
})
