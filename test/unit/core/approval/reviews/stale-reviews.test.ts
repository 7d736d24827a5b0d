import { describe, expect, test } from '@jest/globals'
import { effectiveRequestFault } from '../../../../../src/core/approval/reviews/classify-reviews.ts'
import type { Question } from '../../../../../src/core/approval/proof-facts.ts'

const [MERGE, TIP, OTHER] = ['1', '2', '3'].map(digit => digit.repeat(40))
const REFUSED = [
  'APPROVAL_OTHER_EFFECTIVE_REQUEST',
  'was given under another configuration, which makes a different request of the same file',
]

function fault(
  then: readonly (string | undefined)[],
  digests: Readonly<Record<string, string | null>> | null,
) {
  const question = {
    landing: { commit: MERGE, before: null },
    effectiveDigestAt: digests === null ? null : (commit: string) => digests[commit] ?? null,
  } as unknown as Question
  return effectiveRequestFault(then as readonly string[], question)
}

describe('the effective request at the review', () => {
  const same = { [MERGE ?? '']: 'a', [TIP ?? '']: 'a', [OTHER ?? '']: 'b' }

  test('an approval counts if the configuration then makes the same request as at the merge', () =>
    expect(fault([TIP], same)).toBeNull())

  test('an approval counts for text that is no request', () =>
    expect(fault([TIP], null)).toBeNull())

  test.each<[string, readonly (string | undefined)[], Readonly<Record<string, string | null>>]>([
    ['one of the possible tips makes another request', [TIP, OTHER], same],
    ['no tip of that time is known', [], same],
    ['the request at the merge cannot be computed', [TIP], { [TIP ?? '']: 'a' }],
    ['neither can be computed', [TIP], {}],
  ])('an approval does not count if %s', (_, then, digests) =>
    expect(fault(then, digests)).toEqual(REFUSED),
  )
})
