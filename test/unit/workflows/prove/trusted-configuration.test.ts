import { expect, test } from '@jest/globals'
import { withBarred } from '../../../../src/workflows/prove/trusted-configuration.ts'
import { approvers, COLLEAGUE, STRANGER } from '../../../build/proof.ts'

test('people who were barred by an earlier configuration stay barred, together with those of the applied commit', () => {
  const then = approvers({ never: [STRANGER] })
  expect(withBarred(then, [COLLEAGUE]).approval.never).toEqual([STRANGER, COLLEAGUE])
})
