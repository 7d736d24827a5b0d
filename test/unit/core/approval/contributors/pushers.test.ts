import { expect, test } from '@jest/globals'
import { knownPushers } from '../../../../../src/core/approval/contributors/pushers.ts'
import { proposals } from '../../../../../src/core/approval/contributors/proposed-changes.ts'
import { at, move, OWNER, proofFacts, pullRequest, REVIEWER } from '../../../../build/proof.ts'

const COMMITS = `
  root: README=r
  h0 < root: jane=a
  h1 < root: jane=b
  m1 < root h1: jane=b
`
const FORCED = { at: at(12), by: REVIEWER, before: 'h0', after: 'h1' }

/** Who moved the branch, if GitHub does not list every push. */
function known(changes: Parameters<typeof pullRequest>[0]): readonly string[] {
  const pull = pullRequest({ forcePushes: [FORCED], ...changes })
  const facts = proofFacts({ commits: COMMITS, pulls: [pull] })
  const proposed = proposals('root', at(60), facts)(pull)
  return knownPushers(pull, proposed, false, facts).map(({ account }) => account?.login ?? '-')
}

test('without a list of pushes, the force pushes of the timeline are known', () => {
  expect(known({ pushes: null })).toEqual(['reviewer'])
})

test('pushes that GitHub lists are known, also if one is missing', () => {
  expect(known({ pushes: [move('11 branchCreation 0 > h0 by colleague')] })).toEqual([
    'colleague',
    'reviewer',
  ])
})

test('a move after the merge brought nothing', () => {
  const later = move('31 push h0 > h1 by colleague')
  expect(known({ pushes: [later] })).toEqual(['reviewer'])
  expect(known({ pushes: [later], merged: null })).toEqual(['colleague', 'reviewer'])
})

test('a move in the second of the merge counts', () => {
  const merged = { at: at(12), by: OWNER, commit: 'm1' }
  expect(known({ pushes: null, merged })).toEqual(['reviewer'])
})
