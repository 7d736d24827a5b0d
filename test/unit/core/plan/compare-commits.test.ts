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
  const problem = { code: 'REQUEST_YAML', at: null, message: 'is not YAML', hint: null } as const
  return [{ path: 'requests/bad.yaml', name, cluster, problems: [problem] }]
}

describe('comparedTrees: a request', () => {
  const moved = effective({ path: 'requests/people/jane.yaml' })
  const withdrawn = effective({ withdraw: true })

  test.each<[string, readonly EffectiveRequest[], readonly EffectiveRequest[], readonly string[]]>([
    ['that is new is issued', [], [JANE], ['issue jane NoCertificateYet']],
    ['that did not change is kept', [JANE], [JANE], ['keep jane UpToDate']],
    [
      'in other bytes of the same meaning is kept',
      [JANE],
      [effective({ blob: '2'.repeat(40) })],
      ['keep jane OnlyBytesChanged'],
    ],
    ['that moved is kept', [JANE], [moved], ['keep jane OnlyBytesChanged']],
    [
      'that means something else is reissued',
      [JANE],
      [effective({ reissue: 1 })],
      ['reissue jane MeaningChanged'],
    ],
    [
      'that moved to another cluster is issued there and withdrawn here',
      [JANE],
      [effective({ cluster: 'staging' })],
      ['withdraw jane FileRemoved', 'issue jane NoCertificateYet'],
    ],
    ['whose file is gone is withdrawn', [JANE], [], ['withdraw jane FileRemoved']],
    [
      'that asks to be withdrawn is withdrawn',
      [JANE],
      [withdrawn],
      ['withdraw jane WithdrawAsked'],
    ],
    ['that asked so before needs no step', [withdrawn], [withdrawn], []],
    ['that asked so before and is gone needs no step', [withdrawn], [], []],
    ['that is new and asks to be withdrawn needs no step', [], [withdrawn], []],
    [
      'that no longer asks to be withdrawn is issued',
      [withdrawn],
      [JANE],
      ['issue jane NoCertificateYet'],
    ],
  ])('%s', (_, before, requests, expected) => {
    const clusters = [...config().clusters, { ...config().clusters[0]!, name: 'staging' }]
    expect(words(stepsBetween(before, requests, { config: config({ clusters }) }))).toEqual(
      expected,
    )
  })

  test('whose groups only look the same in words is reissued', () => {
    const before = effective({ organizations: ['developers, admins'] })
    const after = effective({ organizations: ['developers', 'admins'] })
    expect(words(stepsBetween([before], [after]))).toEqual(['reissue jane MeaningChanged'])
  })

  test('that is reissued says what changed, and claims to know no certificate', () => {
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

  test('that is kept has no time of renewal: nobody asked a cluster', () => {
    expect(stepsBetween([JANE], [JANE])).toMatchObject([{ renewAt: null, until: null }])
  })

  test('that is withdrawn is emptied out of the sinks it had', () => {
    const after = effective({ withdraw: true, sinks: [] })
    expect(stepsBetween([JANE], [after])).toMatchObject([
      { kind: 'withdraw', cluster: 'prod', sinks: JANE.sinks, record: null, until: null },
    ])
  })
})

describe('comparedTrees: a file that is gone', () => {
  test.each([
    ['counts for nothing while a file cannot be read', refused(null, null), []],
    ['counts for nothing where its request is refused', refused('jane'), []],
    ['counts for nothing where its request is refused in every cluster', refused('jane', null), []],
    ['counts though another request is refused', refused('june'), ['withdraw jane FileRemoved']],
  ])('%s', (_, bad, expected) => {
    const steps = words(stepsBetween([JANE], [], { refused: bad }))
    expect(steps.filter(text => !text.startsWith('blocked'))).toEqual(expected)
    expect(steps.filter(text => text.startsWith('blocked'))).toHaveLength(1)
  })
})

describe('comparedTrees: of two that clash', () => {
  const newer = effective({ path: 'requests/a.yaml' })

  test('the file that was there goes on', () => {
    expect(stepsBetween([JANE], [newer, JANE])).toMatchObject([
      { kind: 'blocked', path: newer.path, problems: [{ code: 'PLAN_NAME_TWICE' }, {}, {}] },
      { kind: 'keep', request: JANE },
    ])
  })

  test('one that was to be withdrawn has no precedence', () => {
    expect(stepsBetween([effective({ withdraw: true })], [newer, JANE])).toMatchObject([
      { kind: 'issue', request: newer },
      { kind: 'blocked', path: JANE.path },
    ])
  })
})
