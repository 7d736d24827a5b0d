import { expect, test } from '@jest/globals'
import { readDeed, readGiven } from '../../../build/history/read-history.ts'
import { Rehearsal } from '../../../build/history/rehearsal.ts'

const JANE = 'requests/people/jane.yaml'

/** The deeds of an approved pull request that changes the file. */
function approved(pull: number, change: object): readonly unknown[] {
  return [
    { [`author pushes to change${pull}`]: { [JANE]: change } },
    `author opens PR${pull} from change${pull}`,
    `reviewer approves PR${pull}`,
    `author merges PR${pull} (squash)`,
  ]
}

const pushed = (change: object | string): object => ({
  'author pushes to main': { [JANE]: change },
})

/** What a run at the tip of the branch would do about jane, who has a certificate. */
async function stepsAfter(...deeds: readonly unknown[]): Promise<readonly unknown[]> {
  const rehearsal = new Rehearsal(
    readGiven({ files: { 'countersign.yaml': { approval: { maxAge: '2d' } } } }),
  )
  for (const deed of deeds.flat()) await rehearsal.play(readDeed(deed))
  const reviewed = await rehearsal.review()
  if (!reviewed.ok) return reviewed.problems.map(({ code }) => code)
  const { approved: proved, refused, plan, warnings } = reviewed.value
  return [
    ...proved.map(({ step }) => `${step.kind} ${step.because} is approved`),
    ...refused.map(({ step, problems }) => `${step.kind} is refused: ${problems[0].code}`),
    `${plan.steps.length} step`,
    ...warnings.map(({ code }) => code),
  ]
}

const ISSUED = [...approved(1, { lines: 20 }), 'countersign issues']
const ENDED = ['1 step', 'APPROVAL_ENDED_BEFORE']

test('an approved withdrawal holds below a change that nobody approved', async () => {
  const steps = await stepsAfter(ISSUED, approved(2, { withdraw: true }), pushed({ lines: 3 }))
  expect(steps).toEqual(['withdraw WithdrawAsked is approved', ...ENDED])
})

test('so does an end that has passed', async () => {
  const ended = approved(2, { until: '2020-01-01T00:00:00Z' })
  const steps = await stepsAfter(ISSUED, ended, pushed({ lines: 3 }))
  expect(steps).toEqual(['withdraw Ended is approved', ...ENDED])
})

test('the newest approved version decides: what goes on is not ended', async () => {
  const steps = await stepsAfter(
    ISSUED,
    approved(2, { withdraw: true }),
    approved(3, { duration: '48h' }),
    pushed({ duration: '72h' }),
  )
  expect(steps).toEqual(['reissue is refused: APPROVAL_DIRECT_PUSH', '1 step'])
})

test('a withdrawal from before the certificate in use ends nothing', async () => {
  const steps = await stepsAfter(
    ISSUED,
    approved(2, { withdraw: true }),
    'countersign issues',
    approved(3, { duration: '48h' }),
    'countersign issues',
    pushed({ duration: '72h' }),
  )
  expect(steps).toEqual(['reissue is refused: APPROVAL_DIRECT_PUSH', '1 step'])
})

test('a withdrawal that nobody approved ends nothing', async () => {
  const steps = await stepsAfter(ISSUED, pushed({ withdraw: true }), pushed({ duration: '72h' }))
  expect(steps).toEqual(['reissue is refused: APPROVAL_DIRECT_PUSH', '1 step'])
})

test('an approved withdrawal holds below several changes that nobody approved', async () => {
  const pushes = [1, 2, 3].map(lines => pushed({ lines }))
  const steps = await stepsAfter(ISSUED, approved(2, { withdraw: true }), pushes)
  expect(steps).toEqual(['withdraw WithdrawAsked is approved', ...ENDED])
})

test('so does the end of a file that was moved twice', async () => {
  const jane = { metadata: { name: 'jane' }, commonName: 'jane' }
  const moved = {
    'author pushes to change2': {
      [JANE]: 'removed',
      'requests/people/a/jane.yaml': { ...jane, withdraw: true },
    },
  }
  const movedOn = {
    'author pushes to main': {
      'requests/people/a/jane.yaml': 'removed',
      'requests/people/b/jane.yaml': jane,
    },
  }
  const steps = await stepsAfter(ISSUED, moved, approved(2, {}).slice(1), movedOn)
  expect(steps).toEqual(['withdraw WithdrawAsked is approved', ...ENDED])
})

test('a version that was approved, but too long ago to be issued now, goes on all the same', async () => {
  const steps = await stepsAfter(
    ISSUED,
    approved(2, { withdraw: true }),
    approved(3, { duration: '48h' }),
    '3 days pass',
    pushed({ duration: '72h' }),
  )
  expect(steps).toEqual(['reissue is refused: APPROVAL_DIRECT_PUSH', '1 step'])
})

test('a version that asks for what is in use is approved as it is, and goes on', async () => {
  const steps = await stepsAfter(
    ISSUED,
    approved(2, { withdraw: true }),
    approved(3, { withdraw: false }),
    pushed({ duration: '72h' }),
  )
  expect(steps).toEqual(['reissue is refused: APPROVAL_DIRECT_PUSH', '1 step'])
})

test('more changes without approval than one run reads are told', async () => {
  const pushes = Array.from({ length: 27 }, (_, each) => pushed({ duration: `${each + 24}h` }))
  const steps = await stepsAfter(ISSUED, approved(2, { withdraw: true }), pushes)
  expect(steps).toEqual([
    'reissue is refused: APPROVAL_DIRECT_PUSH',
    '1 step',
    'APPROVAL_ENDS_UNREAD',
  ])
})
