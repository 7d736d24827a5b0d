import { describe, expect, test } from '@jest/globals'
import type { Refused, Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { compareCommits } from '../../../../src/core/plan/compare-commits.ts'
import type { ComparedCommits } from '../../../../src/core/plan/compare-commits.ts'
import { config, effective, secretSink } from '../../../build/effective.ts'
import { NOW } from '../../../build/issued.ts'

const JANE = effective()

function stepsBetween(
  before: readonly EffectiveRequest[],
  requests: readonly EffectiveRequest[],
  changes: Partial<ComparedCommits> = {},
): readonly Step[] {
  const plan = compareCommits({
    before,
    requests,
    refused: [],
    warnings: new Map(),
    config: config(),
    now: NOW,
    ...changes,
  })
  expect(plan).toMatchObject({ basis: 'tree', problems: [] })
  return plan.steps
}

function words(steps: readonly Step[]): readonly string[] {
  return steps.map(step => {
    const name = 'request' in step ? step.request.name : step.name
    return `${step.kind} ${name} ${step.because}`
  })
}

function refused(name: string | null, cluster: string | null = 'prod'): readonly Refused[] {
  const problem = { code: 'FILE_YAML', at: null, message: 'is not YAML', hint: null } as const
  return [{ path: 'requests/bad.yaml', name, cluster, problems: [problem] }]
}

describe('a request in two commits', () => {
  const moved = effective({ path: 'requests/people/jane.yaml' })
  const withdrawn = effective({ withdraw: true })

  test.each<[string, readonly EffectiveRequest[], readonly EffectiveRequest[], readonly string[]]>([
    ['new in the second commit is issued', [], [JANE], ['issue jane NoCertificateYet']],
    ['without a change is kept', [JANE], [JANE], ['keep jane UpToDate']],
    [
      'in other bytes with the same effective request is kept',
      [JANE],
      [effective({ blob: '2'.repeat(40) })],
      ['keep jane OnlyBytesChanged'],
    ],
    ['in a moved file is kept', [JANE], [moved], ['keep jane OnlyBytesChanged']],
    [
      'with another effective request is reissued',
      [JANE],
      [effective({ reissue: 1 })],
      ['reissue jane MeaningChanged'],
    ],
    [
      'in another cluster is issued there and withdrawn in the old one',
      [JANE],
      [effective({ cluster: 'staging' })],
      ['withdraw jane FileRemoved', 'issue jane NoCertificateYet'],
    ],
    ['with a removed file is withdrawn', [JANE], [], ['withdraw jane FileRemoved']],
    ['with withdraw set is withdrawn', [JANE], [withdrawn], ['withdraw jane WithdrawAsked']],
    ['with withdraw set before needs no step', [withdrawn], [withdrawn], []],
    ['with withdraw set before and a removed file needs no step', [withdrawn], [], []],
    ['new with withdraw set needs no step', [], [withdrawn], []],
    ['without withdraw any more is issued', [withdrawn], [JANE], ['issue jane NoCertificateYet']],
  ])('a request %s', (_, before, requests, expected) => {
    const clusters = [...config().clusters, { ...config().clusters[0]!, name: 'staging' }]
    expect(words(stepsBetween(before, requests, { config: config({ clusters }) }))).toEqual(
      expected,
    )
  })

  test('a request is reissued where its groups differ only by a comma', () => {
    const before = effective({ organizations: ['developers, admins'] })
    const after = effective({ organizations: ['developers', 'admins'] })
    expect(words(stepsBetween([before], [after]))).toEqual(['reissue jane MeaningChanged'])
  })

  test('a reissued request lists its changes and no certificate', () => {
    const after = effective({ sinks: [secretSink({ namespace: 'ops' })] })
    expect(stepsBetween([JANE], [after])).toMatchObject([
      {
        kind: 'reissue',
        request: after,
        record: null,
        current: null,
        until: null,
        changes: [{ member: 'sinks[0].namespace', from: 'apps', to: 'ops' }],
      },
    ])
  })

  test('a kept request has no renewal time, since no cluster was asked', () => {
    expect(stepsBetween([JANE], [JANE])).toMatchObject([{ renewAt: null, until: null }])
  })

  test('a withdrawn request lists the sinks that it had', () => {
    const after = effective({ withdraw: true, sinks: [] })
    expect(stepsBetween([JANE], [after])).toMatchObject([
      { kind: 'withdraw', cluster: 'prod', sinks: JANE.sinks, record: null, until: null },
    ])
  })
})

describe('a removed file between two commits', () => {
  test.each([
    ['is ignored while a file cannot be read', refused(null, null), []],
    ['is ignored where its request is refused', refused('jane'), []],
    ['is ignored where its request is refused in every cluster', refused('jane', null), []],
    [
      'is withdrawn though another request is refused',
      refused('june'),
      ['withdraw jane FileRemoved'],
    ],
  ])('a removed file %s', (_, bad, expected) => {
    const steps = words(stepsBetween([JANE], [], { refused: bad }))
    expect(steps.filter(text => !text.startsWith('blocked'))).toEqual(expected)
    expect(steps.filter(text => text.startsWith('blocked'))).toHaveLength(1)
  })
})

describe('conflicting requests in two commits', () => {
  const newer = effective({ path: 'requests/a.yaml' })

  test('the earlier file keeps its certificate', () => {
    expect(stepsBetween([JANE], [newer, JANE])).toMatchObject([
      { kind: 'blocked', path: newer.path, problems: [{ code: 'PLAN_NAME_TWICE' }] },
      { kind: 'keep', request: JANE },
    ])
  })

  test('a request to be withdrawn has no precedence', () => {
    expect(stepsBetween([effective({ withdraw: true })], [newer, JANE])).toMatchObject([
      { kind: 'issue', request: newer },
      { kind: 'blocked', path: JANE.path },
    ])
  })
})
