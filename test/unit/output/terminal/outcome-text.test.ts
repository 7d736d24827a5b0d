import { describe, expect, test } from '@jest/globals'
import type { StepOutcome } from '../../../../src/domain/cluster/outcome.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import {
  outcomeLine,
  outcomesText,
  outcomesVerdict,
  outcomeWord,
} from '../../../../src/output/terminal/outcome-text.ts'
import { coloured, plain } from '../../../../src/output/terminal/terminal-colours.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { ruleOf } from '../../../build/role-rule.ts'

const UNTIL = new Date('2026-03-08T11:55:00Z')

function step(name: string): ReturnType<typeof issueStep> {
  return issueStep(effective({ name }))
}

function problem(changes: Partial<Problem> = {}): Problem {
  return { code: 'CLUSTER_DENIED', at: null, message: 'it was denied', hint: 'ask', ...changes }
}

function issued(name: string, changes: object = {}): StepOutcome {
  return {
    kind: 'issued',
    certificate: 'PEM',
    step: step(name),
    serial: '0a1b2c3d4e5f',
    sha256: 'ab'.repeat(32),
    notAfter: UNTIL,
    stored: [`Secret apps/${name}-tls`],
    logsInAs: null,
    roles: [],
    warnings: [],
    ...changes,
  }
}

const failed = (name: string, ...problems: [Problem, ...Problem[]]): StepOutcome => ({
  kind: 'failed',
  step: step(name),
  problems,
})

test('25 certificates that were issued have one line, which has all their names', () => {
  const names = Array.from({ length: 25 }, (_, index) => `u${index + 1}`)
  const text = outcomesText(
    names.map((name, index) => issued(name, { serial: `0a1b2c3d${10 + index}` })),
    plain,
  )
  expect(text).toMatch(
    /^ {2}✓ {2}25 requests {2}issued {2}until \S+ \S+ {2}stored in Secret apps\/NAME-tls/,
  )
  expect(text.replaceAll(/\s+/g, ' ')).toContain(names.join(', '))
  expect(text.split('\n')).toHaveLength(3)
})

test('problems of 25 requests that differ by the name only are one problem, which has all names', () => {
  const names = Array.from({ length: 25 }, (_, index) => `u${index + 1}`)
  const text = outcomesText(
    names.map(name => failed(name, problem({ message: `another run has issued ${name}` }))),
    plain,
  )
  expect(text.match(/another run has issued .*/g)).toEqual(['another run has issued NAME'])
  expect(text).toContain('NAME is each of 25 requests above:')
})

const REQUESTS = Array.from({ length: 25 }, (_, index) => `u${index + 1}`)

test('one problem of 25 failed requests is printed once, and their names once', () => {
  const text = outcomesText(REQUESTS.map(name => failed(name, problem({ message: 'the namespace is gone' }))), plain) // prettier-ignore
  expect(text).toContain(
    'for each of 25 requests above:\nerror: CLUSTER_DENIED  the namespace is gone',
  )
  expect(text.match(/\bu17\b/g)).toHaveLength(1)
})

test('a problem of 25 requests that names the first that was tried is one problem, with NAME', () => {
  const text = outcomesText(REQUESTS.map(name => failed(name, problem({ message: 'Secret u1-tls is denied' }))), plain) // prettier-ignore
  expect(text.match(/error: .*/g)).toEqual(['error: CLUSTER_DENIED  Secret NAME-tls is denied'])
  expect(text).toContain('NAME is each of 25 requests above:')
})

test('in a large run, the requests that failed come before those that were issued', () => {
  const text = outcomesText(
    [...REQUESTS.map(name => issued(name)), failed('web', problem())],
    plain,
  )
  expect(text).toMatch(/^ {2}✗ {2}web .*\n {2}✓ {2}25 requests/)
})

test('after a no, nothing counts as done or refused, and one line says why', () => {
  const declined = problem({ code: 'APPROVAL_DECLINED', message: 'nobody said yes', hint: null })
  const outcomes = REQUESTS.map(
    name => ({ kind: 'refused', step: step(name), problems: [declined] }) as const,
  )
  expect(outcomesText(outcomes, plain)).toBe('error: APPROVAL_DECLINED  nobody said yes')
  expect(outcomesVerdict(outcomes)).toBe('0 of 25 · 25 not started')
})

test('one problem of 25 requests is printed once', () => {
  const names = Array.from({ length: 25 }, (_, index) => `u${index + 1}`)
  const text = outcomesText(names.map(name => failed(name, problem())), plain) // prettier-ignore
  expect(text.match(/it was denied/g)).toHaveLength(1)
})

describe('the line of an outcome', () => {
  test.each<[string, StepOutcome, string]>([
    [
      'issued',
      issued('jane'),
      'serial 0a:1b:2c…  until 2026-03-08 11:55Z  stored in Secret apps/jane-tls',
    ],
    [
      'issued with a login',
      issued('jane', {
        logsInAs: { username: 'jane', groups: ['developers', 'viewers', 'system:authenticated'] },
      }),
      'serial 0a:1b:2c…  until 2026-03-08 11:55Z  stored in Secret apps/jane-tls, logs in as jane (developers, viewers)',
    ],
    [
      'issued with a login without groups',
      issued('jane', { logsInAs: { username: 'jane', groups: ['system:authenticated'] } }),
      'serial 0a:1b:2c…  until 2026-03-08 11:55Z  stored in Secret apps/jane-tls, logs in as jane',
    ],
    ['kept', { kind: 'kept', step: step('jane') }, 'another run did it'],
    ['waiting', { kind: 'waiting', step: step('jane'), problem: problem() }, 'CLUSTER_DENIED'],
    [
      'failed',
      failed('jane', problem(), problem({ code: 'SINK_CONFLICT' })),
      'CLUSTER_DENIED, SINK_CONFLICT',
    ],
    [
      'withdrawn',
      {
        kind: 'withdrawn',
        step: step('jane'),
        emptied: ['Secret apps/a', 'b'],
        notAfter: UNTIL,
        bindings: null,
        warnings: [],
      },
      'deleted Secret apps/a, b; the certificate works until 2026-03-08 11:55Z',
    ],
    [
      'withdrawn after its end',
      {
        kind: 'withdrawn',
        step: step('jane'),
        emptied: ['b'],
        notAfter: UNTIL,
        hasEnded: true,
        bindings: [],
        warnings: [],
      },
      'deleted b; the certificate ended at 2026-03-08 11:55Z',
    ],
    [
      'withdrawn with bindings',
      {
        kind: 'withdrawn',
        step: step('jane'),
        emptied: [],
        notAfter: UNTIL,
        bindings: ['a', 'b', 'c', 'd\u202e', 'e'],
        warnings: [],
      },
      'nothing to delete; the certificate works until 2026-03-08 11:55Z by a, b, c and 2 more',
    ],
    [
      'withdrawn without bindings',
      {
        kind: 'withdrawn',
        step: step('jane'),
        emptied: ['b'],
        notAfter: UNTIL,
        bindings: [],
        warnings: [],
      },
      'deleted b; the certificate works until 2026-03-08 11:55Z; no binding names it',
    ],
  ])('a step that was %s has its line', (_, outcome, line) => {
    expect(outcomeLine(outcome)).toBe(line)
  })

  test('names from the cluster are escaped', () => {
    const logsInAs = { username: 'ja\u202ene\n', groups: ['\u001b[2J'] }
    expect(outcomeLine(issued('jane', { logsInAs }))).toContain(
      'logs in as ja\\u{202e}ne\\u{a} (\\u{1b}[2J)',
    )
  })
})

describe('the text of all outcomes', () => {
  test('the text has one aligned line per outcome, then every problem', () => {
    const outcomes = [
      issued('jane'),
      failed('web-server', problem({ message: 'web-server was denied' })),
      { kind: 'waiting', step: step('x'), problem: problem({ hint: null }) } as const,
      { kind: 'kept', step: step('kept') } as const,
    ]
    expect(outcomesText(outcomes, plain)).toBe(
      [
        '  ✓  jane        issued   serial 0a:1b:2c…  until 2026-03-08 11:55Z  stored in Secret apps/jane-tls',
        '  ✗  web-server  failed   CLUSTER_DENIED',
        '  …  x           waiting  CLUSTER_DENIED',
        '',
        'error: CLUSTER_DENIED  web-server was denied',
        '  = ask',
        'error: CLUSTER_DENIED  it was denied',
      ].join('\n'),
    )
  })

  test('a common problem of several steps is printed once', () => {
    const text = outcomesText([failed('a', problem()), failed('b', problem())], plain)
    expect(text.match(/it was denied/g)).toHaveLength(1)
  })

  test('the warnings of an issued certificate are printed', () => {
    const warnings = [problem({ code: 'CERTIFICATE_SHORT', message: 'shorter than asked' })]
    expect(outcomesText([issued('jane', { warnings })], plain)).toContain(
      'CERTIFICATE_SHORT  shorter than asked',
    )
  })

  test('the rules of granted roles are printed once, with hidden characters spelled out', () => {
    const rules = [ruleOf({ verbs: ['get', 'li\u202est'], resources: ['pods'] })]
    const roles = [{ clusterRole: 'view', rules }]
    const text = outcomesText([issued('jane', { roles }), issued('robot', { roles })], plain)
    expect(text.split('\n\n')[1]).toBe(String.raw`  view: get, li\u{202e}st pods (core)`)
  })

  test('a long rule is cut, and says how much is missing', () => {
    const rules = [ruleOf({ verbs: ['get'], resourceNames: ['x'.repeat(900)] })]
    const text = outcomesText([issued('jane', { roles: [{ clusterRole: 'view', rules }] })], plain)
    expect(text).toMatch(/ {2}view: get .*x… \d+ more characters$/)
  })

  test('outcomes of several clusters name their cluster', () => {
    const elsewhere = issueStep(effective({ name: 'joe', cluster: 'dev' }))
    const text = outcomesText([issued('jane'), { ...issued('joe'), step: elsewhere }], plain)
    const cells = text.split('\n').map(line => line.trim().split(/ {2,}/).slice(0, 4))
    expect(cells).toEqual([
      ['✓', 'jane', step('jane').request.cluster, 'issued'],
      ['✓', 'joe', 'dev', 'issued'],
    ])
  })

  test('steps that an interrupted run did not start have one line together', () => {
    const message = 'x was not begun'
    const idle = { ...problem({ code: 'RUN_INTERRUPTED', message }) }
    const waiting = ['a', 'b', 'c'].map(
      name => ({ kind: 'waiting', step: step(name), problem: idle }) as const,
    )
    const text = outcomesText([issued('jane'), ...waiting], plain)
    expect(text.split('\n').slice(1)).toEqual([
      '',
      'interrupted: 3 requests were not started; to continue, apply again',
    ])
    expect(outcomesVerdict([issued('jane'), ...waiting])).toBe('1 of 4 · 1 done · 3 not started')
  })

  test('no outcomes have no text', () => {
    expect(outcomesText([], plain)).toBe('')
  })

  test('the text is the same in colour', () => {
    const outcomes = [issued('jane'), failed('b', problem())]
    // eslint-disable-next-line no-control-regex
    const bare = outcomesText(outcomes, coloured).replaceAll(/\u001b\[\d+m/g, '')
    expect(bare).toBe(outcomesText(outcomes, plain))
  })
})

test.each([
  ['issue', 'issued'],
  ['reissue', 'reissued'],
  ['renew', 'renewed'],
] as const)('a step that was to %s is called %s', (kind, word) => {
  expect(outcomeWord({ ...issued('jane'), step: { ...step('jane'), kind } as never })).toBe(word)
})

test('the verdict counts the outcomes', () => {
  const waiting = { kind: 'waiting', step: step('x'), problem: problem() } as const
  const refused = { kind: 'refused', step: step('y'), problems: [problem()] } as const
  const kept = { kind: 'kept', step: step('z') } as const
  expect(outcomesVerdict([issued('a'), kept, waiting, refused, failed('b', problem())])).toBe(
    '5 of 5 · 2 done · 1 waiting · 1 refused · 1 failed',
  )
  expect(outcomesVerdict([issued('a')])).toBe('1 of 1 · 1 done')
})
