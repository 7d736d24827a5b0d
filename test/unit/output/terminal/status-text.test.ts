import { describe, expect, test } from '@jest/globals'
import type { KeepStep, Plan, RenewStep, Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { IssuedRecord } from '../../../../src/domain/cluster/record.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import { recordedCertificates } from '../../../../src/core/plan/certificate-history.ts'
import { newRecord } from '../../../../src/core/plan/record-state.ts'
import { statusRows } from '../../../../src/output/terminal/status-rows.ts'
import { statusText } from '../../../../src/output/terminal/status-text.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective, secretSink, subject } from '../../../build/effective.ts'
import { NOW, issuedRecord, requestRecord } from '../../../build/issued.ts'
import { extent } from '../../../build/extent.ts'
import { FRAME, earlierRow, inDays, statusRow } from '../../../build/status-rows.ts'

const DAY = 24 * 3600

function keep(name: string, until: Date, renewAt: Date | null): KeepStep {
  const request = effective({ name })
  const current = issuedRecord(request)
  return { ...issueStep(request), kind: 'keep', because: 'UpToDate', current, until, renewAt }
}

function renew(name: string, until: Date): RenewStep {
  const request = effective({ name })
  const current = issuedRecord(request)
  return { ...issueStep(request), kind: 'renew', because: 'RenewalDue', current, until }
}

function withdrawn(name: string, until: Date | null, current: IssuedRecord | null = null): Step {
  const inUse = { current, record: null, bindings: null, sinks: [secretSink()], until }
  return { kind: 'withdraw', because: 'FileRemoved', name, cluster: 'prod', path: '', ...inUse }
}

function blocked(
  name: string,
  validUntil: Date | null | undefined,
  hint: string | null,
  cluster: string | null = 'prod',
  code: Problem['code'] = 'POLICY_KEY_AGE',
): Step {
  const problem: Problem = { code, at: null, message: 'too old', hint }
  const step = { kind: 'blocked', because: 'Refused', name, cluster, path: '' } as const
  return { ...step, problems: [problem], validUntil }
}

/** The cells of a table, a line each. */
const linesOf = (text: string): readonly string[] =>
  text.split('\n').map(line => line.replaceAll(/ {2,}/g, ' | '))

function rows(steps: readonly Step[], within: number | null = null) {
  const plan = { basis: 'cluster', steps, problems: [], effects: [] } as Plan
  return statusRows(plan, NOW, within)
}

const SERIAL = 'ab'.repeat(19)
const SHA256 = 'cd'.repeat(32)

const STEPS = [
  keep('late', inDays(6), inDays(4)),
  renew('soon', inDays(1)),
  keep('web', inDays(2.5), inDays(0)),
  withdrawn('gone', inDays(3)),
  withdrawn('never', null),
  issueStep(effective({ name: 'new' })),
]

describe('the status of certificates', () => {
  test('a certificate without a binding that is due is counted as due only', () => {
    const [due] = rows([keep('web', inDays(2), inDays(1))])
    const [removed, bound] = [
      { ...due!, state: 'access removed', renewAt: NOW },
      { ...due!, state: 'revoked, but still bound', renewAt: null },
    ]
    expect(linesOf(statusText([removed, bound], 2, NOW, FRAME))).toContain(
      '1 due, 1 revoked, 0 later, 2 in all',
    )
  })

  test('the counts below the rows of a large run add up to the rows', () => {
    const kinds = [
      (name: string) => keep(name, inDays(6), inDays(4)),
      (name: string) => renew(name, inDays(1)),
      (name: string) => withdrawn(name, inDays(3)),
      (name: string) => blocked(name, inDays(2), null),
      (name: string) => keep(name, inDays(6), null),
    ]
    const steps = Array.from({ length: 200 }, (_, index) => kinds[index % 5]!(`r${index}`))
    const text = statusText(rows(steps), 200, NOW, FRAME)
    const { groups } = /^(?<counts>.*), (?<all>\d+) in all$/m.exec(text) ?? {}
    const sum = (numbers: readonly string[]): number =>
      numbers.reduce((total, each) => total + Number(each), 0)
    expect(groups?.['counts']).toBe('40 due, 40 blocked, 80 not renewed, 40 later')
    expect(sum(groups?.['counts']?.match(/\d+/g) ?? [])).toBe(200)
    const lines = text.slice(0, text.indexOf(groups?.['counts'] ?? '')).split('\n')
    const shown = lines.map(
      line => /^(\d+) requests /.exec(line)?.[1] ?? (/^r\d+ /.test(line) ? '1' : '0'),
    )
    expect([sum(shown), groups?.['all']]).toEqual([200, '200'])
  })

  test('certificates with revoked access are counted', () => {
    const [kept, web] = rows([
      keep('late', inDays(6), inDays(4)),
      keep('web', inDays(2), inDays(1)),
    ])
    const revoked = { ...web!, state: 'access revoked', renewAt: null }
    expect(linesOf(statusText([kept!, revoked], 2, NOW, FRAME))).toContain(
      '0 due, 1 revoked, 1 later, 2 in all',
    )
  })

  test('the status has one row per certificate, earliest end first, and below it what happens next', () => {
    const text = statusText(rows(STEPS), 5, NOW, FRAME)
    expect(linesOf(text)).toEqual([
      'NAME | CLUSTER | WHO | UNTIL | AGE | RENEWS | STATE',
      'soon | prod | CN=soon, O=developers | in 1d | 0s | due now | to renew',
      ' | → made by the next apply',
      'web | prod | CN=web, O=developers | in 2d 12h | 0s | due now | stored in Secret apps/web-tls',
      'gone | prod | - | in 3d | - | - | its file is removed',
      ' | → deleted by the first apply after it expires',
      'late | prod | CN=late, O=developers | in 6d | 0s | in 4d | stored in Secret apps/late-tls',
      'new | prod | CN=new, O=developers | - | - | due now | to issue',
      ' | → made by the next apply if it is approved',
      '3 due, 1 not renewed, 1 later, 5 in all',
      'owner acme · last change by apply 2d ago',
    ])
  })

  test('removed requests without access are one row with the farthest end, and the wide status lists each', () => {
    const grant = 'countersign:acme-certs:00000000000000000001'
    const over = ['old', 'gone'].map((name, index): Step => {
      const [entry] = recordedCertificates(requestRecord(effective({ name })))
      const record = { ...newRecord(name, 'prod'), history: [{ ...entry!, grant }] }
      const step = withdrawn(name, inDays(3 + 2 * index), issuedRecord(effective({ name })))
      return step.kind === 'withdraw' ? { ...step, record, bindings: [] } : step
    })
    const lines = linesOf(statusText(rows([...over, withdrawn('last', inDays(1))]), 3, NOW, FRAME))
    expect(lines).toContain(
      '2 requests | prod | - | in 3d to 5d | 0s | - | removed, without access',
    )
    expect(lines).toContain('last | prod | - | in 1d | - | - | its file is removed')
    expect(lines.join('\n')).not.toMatch(/^(?:old|gone) /m)
    const wide = linesOf(statusText(rows(over), 2, NOW, FRAME, 'wide'))
    expect(wide.filter(line => /^(?:old|gone) /.test(line))).toHaveLength(2)
  })

  test('the status says what failed and how often', () => {
    const step = renew('soon', inDays(1))
    const failures = { count: 3, lastAt: inDays(-1), effective: step.effective }
    const record = { ...newRecord('soon', 'prod'), failures }
    const text = statusText(rows([{ ...step, record }]), 1, NOW, FRAME)
    expect(text).toContain('failed 3 times, last 1d ago')
  })

  test('the status has a first certificate that failed, and one that was not tried yet', () => {
    const step = issueStep(effective({ name: 'new' }))
    const failures = { count: 1, lastAt: inDays(-1), effective: step.effective }
    const failed = { ...step, record: { ...newRecord('new', 'prod'), failures } }
    expect(rows([failed])).toMatchObject([
      { name: 'new', until: null, state: 'to issue', next: 'failed once, last 1d ago' },
    ])
    const next = 'made by the next apply if it is approved'
    expect(rows([step])).toMatchObject([{ until: null, state: 'to issue', next, renewAt: NOW }])
  })

  test('the status names the sinks that lack a certificate, and those that cannot be read', () => {
    const step = renew('soon', inDays(1))
    const current = { ...step.current, incomplete: ['Secret apps/soon-tls'] }
    const missing = { ...step, current, because: 'CertificateMissingFromSink' } as const
    const problem = { code: 'SINK_UNKNOWN', at: null, message: 'forbidden', hint: null } as const
    const unseen = { ...keep('web', inDays(2), null), warnings: [problem] }
    expect(rows([missing, unseen]).map(({ state }) => state)).toEqual([
      'unknown whether stored in Secret apps/web-tls',
      'to renew, missing from or changed in Secret apps/soon-tls',
    ])
  })

  test('the status lists valid certificates that are not in use, the wide form in full', () => {
    const earlier = [
      earlierRow({ ended: 'renewed', endedAt: inDays(-1) }),
      earlierRow({ name: 'lost', ended: 'abandoned', serial: null, targets: [] }),
    ]
    const text = statusText(rows(STEPS), 5, NOW, { ...FRAME, earlier })
    expect(linesOf(text).slice(9)).toEqual([
      '3 due, 1 not renewed, 1 later, 5 in all',
      '',
      '2 more certificates work until they expire; Kubernetes cannot revoke them:',
      'NAME | CLUSTER | UNTIL | ENDED | SERIAL',
      `jane | prod | in 2d | renewed 1d ago | 0${SERIAL}`,
      'lost | prod | in 2d | abandoned, key lost | -',
      '',
      'owner acme · last change by apply 2d ago',
    ])
    expect(text.split('\n').filter(line => line.length > 100)).toEqual([])
    const wide = linesOf(statusText(rows(STEPS), 5, NOW, { ...FRAME, earlier }, 'wide'))
    expect(wide).toContain(
      `jane | prod | 2026-03-03 12:00Z (in 2d) | renewed 1d ago | 0${SERIAL} | ${SHA256} | Secret apps/jane-tls, file a`,
    )
    expect(wide).toContain(
      `lost | prod | 2026-03-03 12:00Z (in 2d) | abandoned, key lost | - | ${SHA256} | -`,
    )
  })

  test('the status does not say that nothing was issued where a certificate out of use is valid', () => {
    const earlier = [earlierRow({ ended: 'withdrawn', endedAt: inDays(-1) })]
    const [first, ...others] = linesOf(statusText([], 0, NOW, { ...FRAME, earlier }))
    expect(first).toBe('no certificate is in use')
    expect(others).toContain(
      '1 more certificate works until it expires; Kubernetes cannot revoke it:',
    )
  })

  test('the status does not say that no certificate is in use where one is whose file cannot be read', () => {
    const earlier = [earlierRow({ ended: 'fileGone', endedAt: null })]
    const [first] = linesOf(statusText([], 0, NOW, { ...FRAME, earlier }))
    expect(first).toBe('no readable file asks for a certificate')
  })

  test('a withdrawn request whose file is removed has the subject of its certificate', () => {
    const issued = issuedRecord(effective({ name: 'gone' }))
    const [row] = rows([withdrawn('gone', inDays(3), issued)])
    expect(row?.who).toBe('CN=gone, O=developers')
  })

  test('the status has blocked requests, with the end of their certificate and the next step', () => {
    const steps = [
      blocked('none', null, 'name a sink'),
      blocked('unseen', undefined, null),
      blocked('jane', inDays(1), 'make a new key\n  and ask again\u202e', null),
      keep('web', inDays(2), inDays(1)),
    ]
    expect(linesOf(statusText(rows(steps), 4, NOW, FRAME)).slice(1)).toEqual([
      'jane | - | - | in 1d | - | - | blocked',
      ' | → POLICY_KEY_AGE: too old; countersign plan prints the commands',
      'unseen | prod | - | unknown | - | - | blocked',
      ' | → POLICY_KEY_AGE: too old',
      'none | prod | - | - | - | - | blocked',
      ' | → POLICY_KEY_AGE: too old; name a sink',
      'web | prod | CN=web, O=developers | in 2d | 0s | in 1d | stored in Secret apps/web-tls',
      '0 due, 3 blocked, 1 later, 4 in all',
      'owner acme · last change by apply 2d ago',
    ])
    expect(rows(steps, DAY).map(({ name }) => name)).toEqual(['jane', 'unseen'])
    const json = JSON.parse(JSON.stringify(rows(steps)))
    expect(json[0]).toMatchObject({ state: 'blocked', until: inDays(1).toISOString() })
    expect([json[1].until, json[2].until]).toEqual([undefined, null])
  })

  test('the status may list only certificates that end soon, the last second included', () => {
    expect(rows(STEPS, 2.5 * DAY).map(({ name }) => name)).toEqual(['soon', 'web'])
    expect(rows(STEPS, 2.5 * DAY - 1).map(({ name }) => name)).toEqual(['soon'])
  })

  test('the status says that none ends soon, or that no record lists one', () => {
    expect(statusText([], 4, NOW, FRAME)).toMatch(/^none of 4 expires that soon\n/)
    expect(statusText([], 0, NOW, FRAME)).toMatch(/^no record lists a certificate\n/)
  })

  test('the status shows when a certificate ended', () => {
    expect(statusText(rows([renew('old', inDays(-2))]), 1, NOW, FRAME)).toMatch(/2d ago/)
  })

  test('the status fits 100 columns without a broken word, and what needs attention comes first', () => {
    const grant = 'O=countersign:acme-certs:vas36gfukm7twbmauroz'
    const hint = 'name a sink that has room for the certificate, in the file of the request'
    const steps = [keep('web', inDays(1), inDays(0.5)), blocked('bad', inDays(9), hint.repeat(3))]
    const [first, second] = rows(steps)
    if (first === undefined || second === undefined) throw new Error('no rows')
    const long = { ...second, who: `CN=web, ${grant}, O=developers` }
    const text = statusText([first, long], 2, NOW, FRAME)
    const lines = text.split('\n')
    expect(Math.max(...lines.map(line => line.length))).toBeLessThanOrEqual(100)
    expect(lines[1]).toMatch(/^bad /)
    expect(text).not.toContain(grant)
    expect(statusText([long], 1, NOW, FRAME, 'each')).toContain(grant)
    for (const word of ['apps/web-tls', ...hint.split(' ').slice(1, -1)])
      expect(text).toContain(word)
  })

  test('the status of very many certificates can be printed', () => {
    const many = Array.from({ length: extent(100_000, 10_000) }, () => statusRow())
    expect(statusText(many, many.length, NOW, FRAME)).toContain(`${many.length} in all`)
  })

  describe('of 200 certificates', () => {
    const many = Array.from({ length: 196 }, (_, index) => {
      const name = `u${index + 1}`
      return keep(name, inDays(3 + (index % 5)), inDays(1 + (index % 5)))
    })
    const bad = ['x1', 'x2'].map(name => blocked(name, null, `change ${name}`))
    const all = rows([...many, renew('r1', inDays(2)), renew('r2', inDays(1)), ...bad])

    test('the status has rows that need attention one by one, then groups of equal rows with the range of their times', () => {
      const lines = linesOf(statusText(all, all.length, NOW, FRAME))
      expect(lines.slice(1)).toEqual([
        'x1 | prod | - | - | - | - | blocked',
        ' | → POLICY_KEY_AGE: change x1',
        'x2 | prod | - | - | - | - | blocked',
        ' | → POLICY_KEY_AGE: change x2',
        '2 requests | prod | CN=NAME, O=developers | in 1d to 2d | 0s | due now | to renew',
        ' | → made by the next apply',
        '196 requests | prod | CN=NAME, O=developers | in 3d to 7d | 0s | in 1d to 5d | stored in Secret',
        ' | apps/NAME-tls',
        '2 due, 2 blocked, 196 later, 200 in all',
        'to list each certificate: countersign status -o wide',
        'owner acme · last change by apply 2d ago',
      ])
    })

    test('a certificate of another kind than the groups has its own row', () => {
      const other = { ...keep('web', inDays(4), null), request: effective({ name: 'web' }) }
      const text = statusText(rows([...many, other]), 197, NOW, FRAME)
      expect(text).toMatch(/^web +prod +CN=web/m)
    })

    test.each(['each', 'wide'] as const)('the form %s has a row for each certificate', form => {
      const text = statusText(all, all.length, NOW, FRAME, form)
      for (const { name } of all) expect(text).toMatch(new RegExp(`^${name} `, 'm'))
      expect(text).not.toContain('to list each')
    })

    test('more than 20 equal rows that need attention are one, with all names', () => {
      const stopped = Array.from({ length: 25 }, (_, index) => blocked(`b${index}`, null, 'fix it'))
      const text = linesOf(statusText(rows(stopped), 25, NOW, FRAME))
      expect(text.slice(1, 5)).toEqual([
        '25 requests | prod | - | - | - | - | blocked',
        expect.stringMatching(/ b0, b1, .*,$/),
        expect.stringMatching(/ b24$/),
        ' | → POLICY_KEY_AGE: fix it',
      ])
    })

    test('more than 20 requests that one cause blocks are one row, also if they are for different subjects', () => {
      const stopped = rows(
        Array.from({ length: 28 }, (_, index) => blocked(`b${index}`, null, 'fix it')),
      ).map((row, index) => ({ ...row, who: `CN=web-${index}.example.com` }))
      const text = linesOf(statusText(stopped, 28, NOW, FRAME))
      expect(text[1]).toBe('28 requests | prod | - | - | - | - | blocked')
    })

    test('more than 20 earlier certificates that are valid are counted by their end', () => {
      const earlier = many.map((_, index) =>
        earlierRow(index < 2 ? { ended: 'abandoned' } : { notAfter: inDays(1 + (index % 3)) }),
      )
      const text = linesOf(statusText(all, 200, NOW, { ...FRAME, earlier }))
      expect(text.slice(-5)).toEqual([
        '196 more certificates work until they expire; Kubernetes cannot revoke them:',
        ' | 2 abandoned, key lost | prod | in 2d',
        ' | 194 renewed | prod | in 1d to 3d',
        '',
        'owner acme · last change by apply 2d ago',
      ])
      expect(statusText(all, 200, NOW, { ...FRAME, earlier }, 'wide')).toContain(SHA256)
    })
  })

  test('the wide status also has approvers, pull request, serial and roles', () => {
    const rows = [statusRow(), statusRow({ name: 'kim', approvedBy: ['a\u202eb'], pullRequest: null, serial: null, roles: [] })] // prettier-ignore
    const lines = linesOf(statusText(rows, 2, NOW, FRAME, 'wide'))
    expect(lines[0]).toMatch(/ \| NEXT \| APPROVED BY \| PR \| SERIAL \| ROLES$/)
    expect(lines[1]).toMatch(
      new RegExp(
        ` \\| renews by itself \\| reviewer \\| #7 \\| ${'80cd'.repeat(8)} \\| view in apps$`,
      ),
    )
    expect(lines[2]).toMatch(/ \| renews by itself \| a\\u\{202e\}b \| - \| - \| -$/)
    expect(linesOf(statusText(rows, 2, NOW, FRAME))[0]).toMatch(/ \| STATE$/)
  })

  test('the status escapes names', () => {
    const [row] = rows([keep('a', inDays(1), null)])
    if (row === undefined) throw new Error('no row')
    const text = statusText([{ ...row, who: 'CN=ja\u202ene\n', name: '\u001b[2J' }], 1, NOW, FRAME)
    expect(text).toContain('CN=ja\\u{202e}ne\\u{a}')
    expect(text).toContain('\\u{1b}[2J')
  })
})

describe('clusters that did not answer', () => {
  test('the requests of a cluster that did not answer have one row together', () => {
    const silent = ['a', 'b', 'c'].map(name =>
      blocked(name, undefined, null, 'prod', 'CLUSTER_UNREACHABLE'),
    )
    const all = rows([
      ...silent.map(step => ({ ...step, subject: subject('CN=x') })),
      blocked('d', undefined, 'change it'),
    ])
    const text = linesOf(statusText(all, 4, NOW, FRAME))
    expect(text.slice(1, -3)).toEqual([
      '3 requests | prod | - | unknown | - | - | blocked',
      ' | a, b, c',
      ' | → CLUSTER_UNREACHABLE: too old',
      'd | prod | - | unknown | - | - | blocked',
      ' | → POLICY_KEY_AGE: too old; change it',
    ])
  })

  test('nothing is claimed about certificates that cannot be read', () => {
    const silent = { ...FRAME, lastApply: null, unreachable: 1 }
    expect(statusText([], 0, NOW, silent)).toBe(
      'no record that was read lists a certificate\nowner acme · last change by apply unknown · not read: 1 cluster',
    )
    expect(statusText([], 0, NOW, { ...silent, unreachable: 0 })).toBe(
      'no record lists a certificate\nto write a request: countersign new NAME\nowner acme · last change by apply unknown',
    )
  })
})
