// Faults of octokit: limits are separated from refusals, and nothing of the request is kept.
import { describe, expect, test } from '@jest/globals'
import {
  readFault,
  Unreadable,
  WrongStatus,
} from '../../../../../src/adapters/github/connection/github-fault.ts'

const NOW = new Date('2026-01-05T08:00:00Z')
const DATE = 'Mon, 05 Jan 2026 07:00:00 GMT'
const RESET = String(Date.parse('2026-01-05T07:10:00Z') / 1000)

function http(status: number, headers: object = {}, message = 'no') {
  return Object.assign(new Error(message), { status, response: { headers, data: { message } } })
}

describe('a fault of a GitHub call', () => {
  test.each<[string, unknown, object]>([
    ['a refusal', http(403), { kind: 'status', status: 403, message: 'no', accepted: null }],
    [
      'a refusal that names the permission',
      http(403, { 'x-accepted-github-permissions': 'contents=read' }),
      { kind: 'status', accepted: 'contents=read' },
    ],
    ['a refusal with calls left', http(403, { 'x-ratelimit-remaining': '12' }), { kind: 'status' }],
    [
      'the hourly limit, by the clock of the server',
      http(403, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': RESET, date: DATE }),
      { kind: 'limited', waitMs: 601_000, frees: new Date('2026-01-05T07:10:00Z') },
    ],
    [
      'the hourly limit that has passed already',
      http(429, { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': RESET }),
      { kind: 'limited', waitMs: 1000 },
    ],
    [
      'a secondary limit with its time',
      http(403, { 'retry-after': '30' }),
      { kind: 'limited', waitMs: 30_000, frees: null },
    ],
    [
      'a secondary limit without a time',
      http(403, {}, 'You have exceeded a secondary rate limit'),
      { kind: 'limited', waitMs: 60_000 },
    ],
    ['a burst of requests', http(429), { kind: 'limited', waitMs: 60_000 }],
    ['a redirect', new WrongStatus(301), { kind: 'status', status: 301 }],
    ['a truncated answer', new Unreadable(), { kind: 'unreadable' }],
    [
      'errors of a query',
      {
        errors: [{ type: 'X', message: 'two\nlines', path: ['a', 0] }, {}],
        headers: {},
        data: null,
      },
      {
        kind: 'graphql',
        hasData: false,
        errors: [
          { type: 'X', message: 'two lines', path: 'a.0' },
          { type: '', message: '', path: '' },
        ],
      },
    ],
    [
      'the hourly limit of GraphQL',
      {
        errors: [{ type: 'RATE_LIMITED', message: 'x' }],
        headers: { 'x-ratelimit-reset': RESET, date: DATE },
        data: undefined,
      },
      { kind: 'limited', waitMs: 601_000 },
    ],
    [
      'a refused connection with nested causes',
      new Error('a', { cause: new TypeError('b', { cause: { code: 'ECONNREFUSED' } }) }),
      { kind: 'broken', cause: { code: 'ECONNREFUSED' }, passes: true },
    ],
    [
      'a closed socket',
      new Error('a', { cause: { code: 'UND_ERR_SOCKET' } }),
      { kind: 'broken', passes: true },
    ],
    [
      'a name that does not exist',
      new Error('a', { cause: { code: 'ENOTFOUND' } }),
      { kind: 'broken', passes: false },
    ],
    [
      'a certificate that is not trusted',
      new Error('a', { cause: { code: 'SELF_SIGNED_CERT_IN_CHAIN' } }),
      { kind: 'broken', passes: false },
    ],
  ])('a fault is read as %s', (_, thrown, expected) =>
    expect(readFault(thrown, false, NOW)).toMatchObject(expected),
  )

  test.each([new Unreadable(), new Error('aborted')])(
    'an aborted call is a timeout (case %#)',
    thrown => expect(readFault(thrown, true, NOW)).toEqual({ kind: 'timeout' }),
  )

  test("a fault keeps one sentence of GitHub's message", () => {
    const fault = readFault(http(404, {}, 'x'.repeat(5000)), false, NOW)
    expect(fault).toMatchObject({ message: expect.stringMatching(/^x{300} …$/) })
  })
})
