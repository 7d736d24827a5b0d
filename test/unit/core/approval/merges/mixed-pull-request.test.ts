import { describe, expect, test } from '@jest/globals'
import {
  mixedProblem,
  mixedPullProblem,
} from '../../../../../src/core/approval/merges/mixed-pull-request.ts'
import { at, move, OWNER, proofFacts, pullRequest, question } from '../../../../build/proof.ts'

const PLACES = ['config', 'policies']
const mixed = (
  commits: string,
  told: Parameters<typeof proofFacts>[0] = {},
  landing = { commit: 'm1', before: 'root' as string | null },
) => mixedProblem(question({ landing }), PLACES, proofFacts({ commits, ...told }))

describe('requests and configuration in one pull request', () => {
  test.each([
    [
      'that changes both',
      'root: config=1\n h1 < root: jane=b config=2\n m1 < root h1: jane=b config=2',
      'config',
    ],
    [
      'that adds a place of configuration',
      'root: config=1\n h1 < root: jane=b policies=p\n m1 < root h1: jane=b policies=p',
      'policies',
    ],
    [
      'that removes a place of configuration',
      'root: config=1\n h1 < root: jane=b config=-\n m1 < root h1: jane=b config=-',
      'config',
    ],
    [
      'that changes two places of configuration',
      'root: config=1\n h1 < root: jane=b config=2 policies=p\n m1 < root h1: jane=b',
      'config, policies',
    ],
    [
      'without a common root',
      'root: config=1\n h1: jane=b config=2\n m1 < root h1: jane=b',
      'config',
    ],
  ])('a pull request %s is refused', (_, commits, places) => {
    expect(mixed(commits)).toMatchObject({
      code: 'APPROVAL_MIXED',
      message: `pull request #1 changes jane together with ${places}`,
    })
  })

  test.each([
    ['where only the request changed', 'root: config=1\n h1 < root: jane=b\n m1 < root h1: jane=b'],
    [
      'where the default branch changed the configuration meanwhile',
      'root: config=1\n h1 < root: jane=b\n l1 < root: config=2\n m1 < l1 h1: jane=b',
    ],
    [
      'where another file changed',
      'root: config=1\n h1 < root: jane=b README=x\n m1 < root h1: jane=b',
    ],
    ['where there is no configuration', 'root: README=r\n h1: jane=b\n m1 < root h1: jane=b'],
  ])('a pull request is not mixed %s', (_, commits) => {
    const before = commits.includes('l1') ? 'l1' : 'root'
    expect(mixed(commits, { moves: null }, { commit: 'm1', before })).toBeNull()
  })

  test('a pull request is not mixed where it merged the base with its new configuration', () => {
    const commits =
      'root: config=1\n h1 < root: jane=b\n l1 < root: config=2\n h2 < h1 l1: config=2\n m1 < l1 h2: jane=b'
    const pulls = [pullRequest({ head: { branch: 'x', repositoryId: 42, commit: 'h2' } })]
    expect(mixed(commits, { pulls, moves: null }, { commit: 'm1', before: 'l1' })).toBeNull()
  })

  test('a pull request is not mixed where one of two bases had that configuration', () => {
    const commits =
      'root: config=1\n one < root: config=2\n other < root: README=x\n h1 < one other: jane=b\n l1 < one other: README=y\n m1 < l1 h1: jane=b'
    expect(mixed(commits, { moves: null }, { commit: 'm1', before: 'l1' })).toBeNull()
  })

  test('a pull request is not mixed where one of two bases had what its head has, and the default branch has another', () => {
    const commits =
      'root: config=1\n one < root: config=2\n other < root: README=x\n h1 < one other: jane=b\n l1 < one other: config=3\n m1 < l1 h1: jane=b'
    expect(mixed(commits, { moves: null }, { commit: 'm1', before: 'l1' })).toBeNull()
  })

  test('a pull request is mixed where only its merge changed a place of configuration', () => {
    const commits = 'root: config=1\n h1 < root: jane=b\n m1 < root h1: jane=b config=2'
    expect(mixed(commits)?.message).toBe('pull request #1 changes jane together with config')
  })

  test('a pull request is mixed where its head is gone', () => {
    const pulls = [pullRequest({ head: { branch: 'x', repositoryId: 42, commit: 'lost' } })]
    expect(
      mixed('root: README=r\n h1 < root: jane=b\n m1 < root h1: jane=b', { pulls })?.code,
    ).toBe('APPROVAL_MIXED')
  })

  test('each pull request that brought the file is checked', () => {
    const commits =
      'root: config=1\n h1 < root: jane=b\n h2 < root: jane=b config=2\n m1 < root h1: jane=b'
    const second = pullRequest({ number: 2, head: { branch: 'y', repositoryId: 42, commit: 'h2' } })
    expect(mixed(commits, { pulls: [pullRequest(), second] })?.message).toContain('#2')
  })

  test('a direct push is not a mixed pull request', () => {
    expect(
      mixed('root: config=1\n h1 < root: jane=b\n m1 < root: jane=b config=2', { linked: {} }),
    ).toBeNull()
  })

  test('a mixed pull request is refused before the merge', () => {
    const facts = proofFacts({
      commits: 'root: config=1\n h1 < root: jane=b config=2',
      tip: 'root',
      moves: [move('0 branchCreation 0 > root')],
    })
    const open = pullRequest({ merged: null })
    const landing = { commit: 'h1', before: 'root' }
    const [changed, removed] = [question({ landing }), question({ landing, blob: null })].map(
      each => mixedPullProblem(open, each, PLACES, facts),
    )
    expect([changed?.code, removed?.code]).toEqual(['APPROVAL_MIXED', 'APPROVAL_MIXED'])
    expect([changed?.hint, removed?.hint]).toEqual([
      expect.stringContaining('restore the approved version of the file in one, or remove it'),
      expect.stringContaining('remove the file in one'),
    ])
  })

  test('a pull request with the first commit is mixed', () => {
    const facts = proofFacts({ commits: 'root: config=1 jane=b', tip: 'root', moves: null })
    const pull = pullRequest({
      head: { branch: 'x', repositoryId: 42, commit: 'root' },
      merged: { at: at(30), by: OWNER, commit: 'root' },
    })
    expect(
      mixedPullProblem(pull, question({ landing: { commit: 'root', before: null } }), PLACES, facts)
        ?.code,
    ).toBe('APPROVAL_MIXED')
  })
})
