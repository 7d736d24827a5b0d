import { expect, test } from '@jest/globals'
import type { Revoked } from '../../../../src/domain/cluster/revocation.ts'
import { unplaced } from '../../../../src/domain/problem.ts'
import {
  accessText,
  NOT_STOPPED,
  revokedText,
} from '../../../../src/output/terminal/revocation-text.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'

function revoked(changes: Partial<Revoked> = {}): Revoked {
  const target = { cluster: 'prod', what: 'request', value: 'jane' } as const
  return {
    ...target,
    outcome: 'revoked',
    ended: ['view in apps'],
    writes: 'unknown',
    kept: null,
    problems: [],
    ...changes,
  }
}

test('each outcome has one line, then come the problems, then what no revocation stops', () => {
  const problems = [unplaced('ACCESS_LEFT', 'the certificate may have access', 'look')]
  const text = revokedText(
    [
      revoked(),
      revoked({ value: 'web', outcome: 'alreadyRevoked', ended: [] }),
      revoked({ value: 'ci', outcome: 'incomplete', ended: [], problems }),
    ],
    new Map(),
    plain,
  )
  const [lines, left, rest] = text.split('\n\n')
  expect(lines?.split('\n')).toEqual([
    '✓  revoked          jane in prod  view in apps',
    '=  already revoked  web in prod   no bindings',
    '✗  not ended        ci in prod    no access ended',
  ])
  expect(left).toBe('error: ACCESS_LEFT  the certificate may have access\n  = look')
  expect(rest).toContain('- logins, and reads by other bindings of its groups, until it expires')
  expect(rest).toBe(`This does not stop:\n- ${NOT_STOPPED.join('\n- ')}`)
})

test('where nothing was ended, nothing is said of what that does not stop', () => {
  const problems = [unplaced('CLUSTER_FORBIDDEN', 'jane may not create configmaps', 'look')]
  const failed = revoked({ outcome: 'incomplete', ended: [], problems })
  expect(revokedText([failed], new Map(), plain)).not.toContain('does not stop')
  const half = revoked({ outcome: 'incomplete', problems })
  const refused = { ...failed, writes: 'refused' } as const
  for (const all of [[failed, half], [refused]])
    expect(revokedText(all, new Map(), plain)).toContain('This does not stop:')
})

test('a certificate without a grant has no tick, and each cluster without an answer has a line', () => {
  const silent = new Map([['lab', [unplaced('CLUSTER_UNREACHABLE', 'no answer')]]])
  const none = { outcome: 'noGrant', ended: [] } as const
  const kept = { username: 'web ci', until: new Date('2026-03-02T12:00:00Z') }
  const all = [revoked({ value: 'ci', ...none }), revoked({ value: 'web', ...none, kept })]
  const stored =
    'no grant gave access here; the revocation is stored, and later access needs a newer approval'
  expect(revokedText(all, silent, plain).split('\n\n')[0]?.split('\n')).toEqual([
    `!  nothing to end  ci in prod   ${stored}`,
    `!  nothing to end  web in prod  ${stored}. Its certificate has no known grant, and keeps its rights until 2026-03-02 12:00Z; to end renewals, set withdraw: true in its file; to end its rights on API servers of your own: countersign manifests authorization --user 'web ci'`,
    '✗  not asked       lab          CLUSTER_UNREACHABLE no answer',
  ])
})

test('that the guard refuses the writes, or is missing, is said where it was seen', () => {
  const all = [
    revoked({ writes: 'refused', ended: [] }),
    revoked({ writes: 'refused' }),
    revoked({ writes: 'unguarded' }),
    revoked({}),
  ]
  expect(revokedText(all, new Map(), plain).split('\n\n')[0]?.split('\n')).toEqual([
    '✓  revoked  jane in prod  no bindings; the guard refuses all its writes',
    '✓  revoked  jane in prod  view in apps; the guard refuses all its writes',
    '!  revoked  jane in prod  view in apps; the guard that refuses its writes is missing or changed: countersign doctor says how to install it',
    '✓  revoked  jane in prod  view in apps',
  ])
})

test('access is a list, and characters that cannot be seen are spelled out', () => {
  expect(accessText([])).toBe('no bindings')
  expect(accessText(['view in apps', 'a\u202eb'])).toBe('view in apps, a\\u{202e}b')
})
