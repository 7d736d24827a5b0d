// docs/performance.md from figures.
import { describe, expect, test } from '@jest/globals'
import { performancePage } from '../../bench/performance-page.ts'
import type { Measured, Report } from '../../bench/report.ts'

const participant = (name: string, seconds: readonly number[]): Measured => {
  return { name, what: 'a participant', certificates: 101, seconds, secondsOfOne: [1, 1, 1] }
}
const sizes = [1, 100, 1000, 10_000].map(files => {
  const seconds = [0.5 + files * 0.0004]
  return { files, seconds, megabytes: [240] }
})
const REPORT: Report = {
  measuredAt: '2026-01-02T03:04:05.000Z',
  machine: { cpu: 'a processor', cores: 2, memoryGiB: 8, kernel: '6.1' },
  versions: { Node: '20.19.0' },
  issue: {
    participants: [
      participant('countersign', [2, 3, 6]),
      participant('Go client, same calls', [1.8, 2.1, 5.4]),
      participant('openssl and kubectl', [20, 30, 60]),
    ],
    calls: [{ call: 'create configmaps', each: 1, once: 0 }],
    recordBytes: 4000,
    secretBytes: 2000,
  },
  issued: [
    { command: 'plan', certificates: 1000, seconds: [2, 3, 2.4], megabytes: [150, 160, 155] },
    { command: 'kubectl and openssl', certificates: 1000, seconds: [4], megabytes: [] },
  ],
  plan: { validate: sizes, plan: sizes.map(size => ({ ...size, megabytes: [250] })) },
}

describe('the page of performance', () => {
  const page = performancePage(REPORT, '## Why\n\nWords of people.\n')

  test('each goal has its figure and whether it is met', () => {
    expect(page).toContain('at least 0.8 of a Go client that makes the same calls | 0.90 | yes |')
    expect(page).toContain('at least 25 times openssl and kubectl by hand | 10.00 | **no** |')
    expect(page).toContain('plan with 1,000 certificates issued: at most 2.5 s | 2.40 s | yes |')
    expect(page).toContain('| plan | 1,000 | 2.40 (2.00 to 3.00) | 155 (150 to 160) |')
    expect(page).toContain('| kubectl and openssl | 1,000 | 4.00 (4.00 to 4.00) |  |')
    expect(page).toContain("cert-manager's controllers |  | not measured |")
    expect(page).toContain(
      'validate of 10,000 files: at most 5 s and less than 250 MB | 4.50 s, 240 MB | yes |',
    )
    expect(page).toContain(
      'plan of 10,000 files: at most 5 s and less than 250 MB | 4.50 s, 250 MB | **no** |',
    )
  })

  test('a participant has median, range, and ratios with and without the start', () => {
    expect(page).toContain(
      '| Go client, same calls | 101 | 48.1 (18.7 to 56.1) | 0.90 | 90.9 (22.7 to 125.0) | 0.80 |',
    )
  })

  test('a constant cost for each file grows with exponent 1', () => {
    expect(page).toContain('validate 1.00, plan 1.00')
  })

  test('the words that people wrote stay as they are', () => {
    expect(page).toContain('\n\n## Why\n\nWords of people.\n\n## Machine and versions\n')
  })
})
