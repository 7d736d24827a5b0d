// Whether a checkout is older than what was applied, by the records of a cluster.
import { expect, test } from '@jest/globals'
import { oldCheckout } from '../../../../src/workflows/plan/old-checkout.ts'
import { evidence, objectOf } from '../../../build/evidence.ts'
import { effective } from '../../../build/effective.ts'
import { issuedRecord, NOW, requestRecord } from '../../../build/issued.ts'

/** A certificate that a review of this commit allowed, or a terminal. */
function issuedFrom(commit: string | null, secondsLater = 0) {
  const reviewed = commit === null ? null : evidence({ commit: objectOf(commit) })
  const proof = { kind: 'review', by: 'x', digest: '0', evidence: reviewed } as const
  const issuedAt = new Date(NOW.getTime() + secondsLater * 1000)
  return requestRecord(effective(), { issued: issuedRecord(effective(), { proof, issuedAt }) })
}

const has = async (commit: string): Promise<boolean> => commit === objectOf('1')

test('a checkout without the commit of the newest certificate is old, and the way out is git pull', async () => {
  const observed = [{ records: [issuedFrom('1')] }, { records: [issuedFrom('2', 60)] }]
  expect(await oldCheckout(observed, has, 'main')).toMatchObject({
    code: 'PLAN_CHECKOUT_OLD',
    message: expect.stringContaining('was last issued from commit 2222222'),
    hint: 'git pull origin main',
  })
})

test('a checkout with the newest commit is not old, though it lacks one before a rewritten history', async () => {
  expect(
    await oldCheckout([{ records: [issuedFrom('1', 60), issuedFrom('2')] }], has, 'main'),
  ).toBeNull()
})

test('nothing is said of a shallow clone, which knows no older commits', async () => {
  expect(await oldCheckout([{ records: [issuedFrom('2')] }], async () => null, 'main')).toBeNull()
})

test('certificates of a terminal are of no commit', async () => {
  expect(await oldCheckout([{ records: [issuedFrom(null)] }], has, 'main')).toBeNull()
  expect(await oldCheckout([], has, 'main')).toBeNull()
})
