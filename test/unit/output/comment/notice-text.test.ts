import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { NoticeEntry } from '../../../../src/output/comment/notice-text.ts'
import {
  NOTICE_MARKER,
  noticeBody,
  noticeTitle,
} from '../../../../src/output/comment/notice-text.ts'
import { hostileText } from '../../../build/hostile-text.ts'
import { NOW, secondsAfter } from '../../../build/issued.ts'
import { rendered } from '../../../build/rendered.ts'
import { runs } from '../../../build/extent.ts'

const entry = (changes: Partial<NoticeEntry> = {}): NoticeEntry => ({
  name: 'jane',
  cluster: 'prod',
  until: secondsAfter(NOW, 3 * 86_400),
  problem: {
    code: 'APPROVAL_EXPIRED',
    at: null,
    message: 'the approval of reviewer is older than approval.maxAge',
    hint: 'open a pull request that changes any byte of the file, and have it approved',
  },
  ...changes,
})

const page = (entries: readonly NoticeEntry[]) => rendered(noticeBody(entries, NOW).text)

describe('the notice of requests that need attention', () => {
  test.each([
    [0, 'countersign: no request needs attention'],
    [1, 'countersign: 1 request needs attention'],
    [3, 'countersign: 3 requests need attention'],
  ])('the title counts %i requests that need attention: %s', (count, title) => {
    const entries = Array.from({ length: count }, (_, at) => entry({ name: `n${at}` }))
    expect(noticeTitle([...entries, ...entries])).toBe(title)
  })

  test('the notice says which certificate, until when, why, and what to do', () =>
    expect(page([entry()]).rows).toEqual([
      ['request', 'works until', 'why', 'next step'],
      [
        'jane on prod',
        '2026-03-04 12:00Z, in 3d',
        'the approval of reviewer is older than approval.maxAge (APPROVAL_EXPIRED)',
        'open a pull request that changes any byte of the file, and have it approved',
      ],
    ]))

  test('the notice names the place of a problem in a file', () => {
    const at = { file: 'countersign.yaml', line: 3, column: 1, length: 1, excerpt: null }
    expect(page([entry({ problem: { ...entry().problem, at } })]).rows[1]?.[2]).toMatch(
      /^countersign\.yaml:3:1 the approval of/,
    )
  })

  test('the notice lists the earliest end first, and requests without a certificate last', () => {
    const entries = [
      entry({ name: 'none', until: 'none' }),
      entry({ name: 'unseen', until: 'unknown' }),
      entry({ name: 'acme/certs', cluster: null, until: 'each' }),
      entry({ name: 'later' }),
      entry({ name: 'past', until: secondsAfter(NOW, -7200) }),
    ]
    expect(
      page(entries)
        .rows.slice(1)
        .map(([who, until]) => [who, until]),
    ).toEqual([
      ['acme/certs', 'each keeps its present end, and none is renewed'],
      ['past on prod', 'expired 2h ago'],
      ['later on prod', '2026-03-04 12:00Z, in 3d'],
      ['unseen on prod', 'unknown'],
      ['none on prod', 'no certificate in use'],
    ])
  })

  test('hostile names do not break the table of the notice', () => {
    fc.assert(
      fc.property(hostileText(), hostileText(), hostileText(), (name, message, hint) => {
        const its = entry({
          name,
          cluster: hint,
          problem: { code: 'SINK_LOGIN', at: null, message, hint },
        })
        const { rows, linked, unbalanced, comments } = page([its, entry({ until: 'none' })])
        expect(rows.map(row => row.length)).toEqual([4, 4, 4])
        expect([linked, unbalanced, comments]).toEqual([[], [], [NOTICE_MARKER]])
      }),
      { numRuns: runs(100, 20) },
    )
  })

  test('what stops many requests alike is one row', () => {
    const alike = Array.from({ length: 60 }, (_, at) => entry({ name: `u${at}` }))
    const other = entry({ name: 'other', problem: { ...entry().problem, message: 'another' } })
    const { rows } = page([...alike, other])
    expect(rows.map(([who]) => who)).toEqual([
      'request',
      'other on prod',
      'u0 on prod, u1 on prod, u2 on prod, 57 more: countersign status',
    ])
  })

  test('a notice of thousands of requests is cut between rows', () => {
    const { text, isWhole } = noticeBody(
      Array.from({ length: 5000 }, (_, at) =>
        entry({ problem: { ...entry().problem, message: `reason ${at}` } }),
      ),
      NOW,
    )
    expect(isWhole).toBe(false)
    expect(text.length).toBeLessThanOrEqual(60_000)
    expect(rendered(text).text).toMatch(
      /Only the most urgent are shown[\s\S]*\n\d+ more; countersign status/,
    )
  })
})
