import { expect, test } from '@jest/globals'
import { newPullRequestHint } from '../../../../src/core/approval/remediation.ts'
import { judgeApproval, pullRequestTooLarge } from '../../../../src/core/approval/judge-approval.ts'
import { approvers, proofFacts, pullRequest, question } from '../../../build/proof.ts'

test('the hint for a file asks for a new pull request', () => {
  expect(newPullRequestHint({ blob: 'b' }, ' once more')).toBe(
    'as a person, open a pull request with a diff that shows every unapproved line, and have it approved once more. To show a whole file, remove it in one pull request and add it in the next',
  )
})

test('the hint for a configuration file does not advise to remove it', () => {
  expect(newPullRequestHint({ blob: 'b', purpose: 'configuration' })).toBe(
    'as a person, open a pull request with a diff that shows every unapproved line, and have it approved',
  )
})

test('the hint for a removed file asks for its return and a new removal', () => {
  const facts = proofFacts({ linked: {} })
  for (const [blob, hint] of [
    ['b', 'shows every unapproved line'],
    [null, 'restore the file in one pull request'],
  ] as const) {
    const judged = judgeApproval(question({ blob }), approvers(), facts)
    expect(judged.ok ? [] : judged.problems.map(each => each.code)).toEqual([
      'APPROVAL_DIRECT_PUSH',
    ])
    expect(judged.ok ? '' : judged.problems[0].hint).toContain(hint)
  }
})

test('the hint for a removal by a too large pull request asks for a smaller one', () => {
  expect(pullRequestTooLarge({ path: 'jane', blob: null }, pullRequest()).hint).toContain(
    'remove the file',
  )
})
