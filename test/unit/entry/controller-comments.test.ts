// When a controller plans open pull requests: once for each state, five at a look, and again after the server was away.
import { expect, test } from '@jest/globals'
import { failure } from '../../../src/domain/problem.ts'
import type { Code } from '../../../src/domain/problem-codes.ts'
import { controllerComments } from '../../../src/entry/controller-comments.ts'
import type { HostedRepository, OpenPull } from '../../../src/ports/hosted-repository.ts'
import { NOW } from '../../build/issued.ts'
import { standIn } from '../../build/stand-in.ts'

const FRAME = { config: 'countersign.yaml', trustedConfig: null, trustedRequests: null }
const pulls = (...numbers: readonly number[]): readonly OpenPull[] =>
  numbers.map(number => ({ number, head: `${number}`.repeat(40), changed: 'once' }))

/** A controller whose plans all fail with this code; what it says at each look. */
function failingWith(code: Code) {
  let open: readonly OpenPull[] | null = null
  let said: string[] = []
  const repository = standIn<HostedRepository>({
    openPulls: async () => open,
    facts: async () => {
      throw failure(code, 'no answer')
    },
  })
  const comments = controllerComments(
    {
      clock: { now: () => NOW, sleep: async () => undefined },
      openRepository: async () => repository,
      linksOf: () => null,
      failed: problems => void said.push(...problems.map(each => each.code)),
    },
    FRAME,
  )
  return async (now: readonly OpenPull[] | null, tip = 'a') => {
    open = now
    said = []
    await comments.looked(tip)
    return said.length
  }
}

test('each state of a pull request is planned once, at most five at a look', async () => {
  const plansAt = failingWith('GITHUB_ANSWER')
  const seven = pulls(1, 2, 3, 4, 5, 6, 7)
  expect(await plansAt(seven)).toBe(5)
  expect(await plansAt(seven)).toBe(2)
  expect(await plansAt(seven)).toBe(0)
  expect(await plansAt([{ ...pulls(1)[0]!, changed: 'twice' }, ...pulls(2, 3)])).toBe(1)
  expect(await plansAt(pulls(2, 3), 'b')).toBe(2)
})

test('a pull request that was closed and opened again is planned again', async () => {
  const plansAt = failingWith('GITHUB_ANSWER')
  expect(await plansAt(pulls(1))).toBe(1)
  expect(await plansAt([])).toBe(0)
  expect(await plansAt(pulls(1))).toBe(1)
})

test('a plan is made again after the server was away', async () => {
  const plansAt = failingWith('GITHUB_UNREACHABLE')
  expect(await plansAt(pulls(1))).toBe(1)
  expect(await plansAt(pulls(1))).toBe(1)
})

test('where a workflow writes the plans, a controller writes none', async () => {
  expect(await failingWith('GITHUB_ANSWER')(null)).toBe(0)
})
