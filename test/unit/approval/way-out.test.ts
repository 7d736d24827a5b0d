import { expect, test } from '@jest/globals'
import { approvedAnew } from '../../../src/approval/way-out.ts'
import { judgeApproval, tooLarge } from '../../../src/approval/judge.ts'
import { jurisdiction, proofFacts, pullRequest, question } from '../../build/proof.ts'

test('a file is changed by a pull request', () => {
  expect(approvedAnew({ blob: 'b' }, ' once more')).toBe(
    'open a pull request that changes any byte of the file, and have it approved once more',
  )
})

test('a file that is gone cannot be changed: it comes back, and goes again', () => {
  const facts = proofFacts({ linked: {} })
  for (const [blob, hint] of [
    ['b', 'changes any byte of the file'],
    [null, 'bring the file back'],
  ] as const) {
    const judged = judgeApproval(question({ blob }), jurisdiction(), facts)
    expect(judged.ok ? [] : judged.problems.map(each => each.code)).toEqual([
      'APPROVAL_DIRECT_PUSH',
    ])
    expect(judged.ok ? '' : judged.problems[0].hint).toContain(hint)
  }
})

test('a pull request that is too large to remove a file has to be a smaller one that removes it', () => {
  expect(tooLarge({ path: 'jane', blob: null }, pullRequest()).hint).toContain('remove the file')
})
