import { expect, test } from '@jest/globals'
import { githubClock } from '../../../../../src/adapters/github/connection/github-clock.ts'

const NOW = new Date('2026-01-01T12:00:00Z')
const own = { now: () => NOW, sleep: async () => undefined }

test.each([
  ['before any answer', [], '2026-01-01T12:00:00Z'],
  ['that an answer shows to be right', ['Thu, 01 Jan 2026 11:59:01 GMT'], '2026-01-01T12:00:00Z'],
  ['two hours ahead', ['Thu, 01 Jan 2026 10:00:00 GMT'], '2026-01-01T10:00:00Z'],
  ['two hours behind', ['Thu, 01 Jan 2026 14:00:00 GMT'], '2026-01-01T14:00:00Z'],
  [
    'that was wrong, and is right now',
    ['Thu, 01 Jan 2026 14:00:00 GMT', 'Thu, 01 Jan 2026 12:00:00 GMT'],
    '2026-01-01T12:00:00Z',
  ],
  ['without a date', [undefined, 'soon'], '2026-01-01T12:00:00Z'],
])('the time of a clock %s', (_, dates, time) => {
  const clock = githubClock(own)
  for (const date of dates) clock.hears(date)
  expect(clock.now()).toEqual(new Date(time))
})
