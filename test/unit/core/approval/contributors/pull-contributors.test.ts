import { expect, test } from '@jest/globals'
import { contributorsToPull } from '../../../../../src/core/approval/contributors/pull-contributors.ts'
import { proposals } from '../../../../../src/core/approval/contributors/proposed-changes.ts'
import type { Account } from '../../../../../src/domain/proof/account.ts'
import { at, made, proofFacts, pullRequest, ROBOT, usualEvidence } from '../../../../build/proof.ts'

/** The part without a known person, of a pull request whose commit this account wrote. */
function unattributed(author: Account | null, isRecorded: boolean): string | null {
  const pull = pullRequest({ commits: [made('h1', ['root'], { authors: [author] })] })
  const facts = proofFacts({ pulls: [pull] })
  const proposed = proposals('root', at(60), facts)(pull)
  const recorded = isRecorded ? usualEvidence() : null
  return contributorsToPull(recorded, pull, proposed, facts, new Set()).unattributed
}

test('a commit without an account has no known person, unless a record names the people', () => {
  expect(unattributed(null, false)).toBe('wrote commit h1')
  expect(unattributed(null, true)).toBeNull()
})

test('a commit of a bot has no known person, also if a record names the people', () => {
  expect(unattributed(ROBOT, false)).toBe('wrote commit h1')
  expect(unattributed(ROBOT, true)).toBe('wrote commit h1')
})
