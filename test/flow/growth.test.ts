// The cost of a further request file: the same in a large repository as in a small one. Ratios of CPU time in one run, no seconds.
import { afterAll, beforeAll, expect, test } from '@jest/globals'
import { requestNames } from '../bench/participants/participant.ts'
import { largeRepository } from '../bench/request-repository.ts'
import { usageOfCountersign } from '../bench/timed.ts'
import type { Workshop } from '../build/workshop.ts'

const SIZES = [100, 600, 4000] as const
const ROUNDS = 3
/** A part that grows with the square of the files would make it 4 and more; a busy machine makes single runs dearer. */
const MOST_GROWTH = 1.6

let repositories: readonly Workshop[] = []
beforeAll(() => {
  repositories = SIZES.map(size => largeRepository(requestNames('r', size)))
})
afterAll(() => repositories.forEach(repository => repository.end()))

test('validate of one more file costs the same among 4,000 files as among 600', async () => {
  const cheapest = SIZES.map(() => Infinity)
  for (let round = 0; round < ROUNDS; round++)
    for (const [index, { folder }] of repositories.entries()) {
      const { cpuSeconds } = await usageOfCountersign(['validate'], folder)
      cheapest[index] = Math.min(cheapest[index] ?? Infinity, cpuSeconds)
    }
  const [few = 0, more = 0, many = 0] = cheapest
  const [small, large] = [
    (more - few) / (SIZES[1] - SIZES[0]),
    (many - more) / (SIZES[2] - SIZES[1]),
  ]
  expect(large / small).toBeLessThan(MOST_GROWTH)
})
