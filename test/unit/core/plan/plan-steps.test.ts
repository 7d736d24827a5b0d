import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { Refused, Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import type { RequestRecord } from '../../../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { planSteps, inOrder } from '../../../../src/core/plan/plan-steps.ts'
import type { Compared } from '../../../../src/core/plan/plan-steps.ts'
import { effectiveDigest, effectiveJson } from '../../../../src/core/plan/plan-digests.ts'
import {
  DAY,
  clusterConfig,
  config,
  effective,
  secretSink,
  subject,
} from '../../../build/effective.ts'
import { JANE_LINES, policy } from '../../../build/policy.ts'
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'

const FAULT: Problem = { code: 'FILE_YAML', at: null, message: 'is not YAML', hint: null }

function refused(changes: Partial<Refused> = {}): Refused {
  return { path: 'requests/bad.yaml', name: 'bad', cluster: 'prod', problems: [FAULT], ...changes }
}

interface State extends Partial<Omit<Compared, 'records'>> {
  readonly records?: readonly RequestRecord[]
}

function stepsOf({ records = [], ...state }: State = {}): readonly Step[] {
  const asked = (state.requests ?? []).map(({ cluster }) => cluster)
  const clusters = [...new Set(['prod', ...asked, ...records.map(({ cluster }) => cluster)])]
  const plan = planSteps({
    requests: [],
    refused: [],
    warnings: new Map(),
    config: config(),
    now: NOW,
    records: new Map(clusters.map(name => [name, records.filter(r => r.cluster === name)])),
    ...state,
  })
  expect(plan).toMatchObject({ basis: 'cluster', problems: [] })
  return plan.steps
}

/** `issue jane NoCertificateYet` */
function words(steps: readonly Step[]): readonly string[] {
  return steps.map(step => {
    const name = 'request' in step ? step.request.name : step.name
    return `${step.kind} ${name} ${step.because}`
  })
}

const JANE = effective()
const EXPIRY = secondsAfter(NOW, 7 * DAY - 300)
const DUE = (renewBefore: number) => secondsAfter(EXPIRY, -renewBefore)
const HOURLY = effective({ renewBefore: { kind: 'seconds', seconds: 3600 } })

describe('the step of a request', () => {
  test.each<[string, State, readonly string[]]>([
    ['without a record is issued', { requests: [JANE] }, ['issue jane NoCertificateYet']],
    [
      'with an empty record is issued',
      { requests: [JANE], records: [requestRecord(JANE, { issued: null })] },
      ['issue jane NoCertificateYet'],
    ],
    [
      'that was withdrawn is issued again',
      { requests: [JANE], records: [requestRecord(JANE, { withdrawnAt: NOW })] },
      ['issue jane NoCertificateYet'],
    ],
    [
      'with its record in another cluster is issued',
      { requests: [JANE], records: [requestRecord(effective({ cluster: 'other' }))] },
      ['withdraw jane FileRemoved', 'issue jane NoCertificateYet'],
    ],
    [
      'with another effective request is reissued',
      { requests: [effective({ reissue: 1 })], records: [requestRecord(JANE)] },
      ['reissue jane MeaningChanged'],
    ],
    [
      'with another effective request is reissued though it is due for renewal',
      { requests: [effective({ reissue: 1 })], records: [requestRecord(JANE)], now: EXPIRY },
      ['reissue jane MeaningChanged'],
    ],
    [
      'in a cluster with another server is reissued',
      {
        requests: [JANE],
        records: [requestRecord(JANE)],
        config: config({ clusters: [clusterConfig({ server: 'https://127.0.0.1:1' })] }),
      },
      ['reissue jane MeaningChanged'],
    ],
    [
      'is kept until a second before its renewal time',
      { requests: [HOURLY], records: [requestRecord(HOURLY)], now: secondsAfter(DUE(3600), -1) },
      ['keep jane UpToDate'],
    ],
    [
      'is renewed from its renewal time on',
      { requests: [HOURLY], records: [requestRecord(HOURLY)], now: DUE(3600) },
      ['renew jane RenewalDue'],
    ],
    [
      'is renewed by the current renewBefore, not by that at issue',
      { requests: [HOURLY], records: [requestRecord(JANE)], now: secondsAfter(DUE(3600), -1) },
      ['keep jane UpToDate'],
    ],
    [
      'with an expired certificate is renewed',
      { requests: [JANE], records: [requestRecord(JANE)], now: EXPIRY },
      ['renew jane CertificateExpired'],
    ],
    [
      'in other bytes with the same effective request is kept',
      { requests: [effective({ blob: '2'.repeat(40) })], records: [requestRecord(JANE)] },
      ['keep jane OnlyBytesChanged'],
    ],
    [
      'in another file with the same bytes is kept',
      { requests: [effective({ path: 'requests/people/jane.yaml' })], records: [requestRecord()] },
      ['keep jane OnlyBytesChanged'],
    ],
    [
      'with withdraw set is withdrawn',
      { requests: [effective({ withdraw: true })], records: [requestRecord(JANE)] },
      ['withdraw jane WithdrawAsked'],
    ],
    [
      'with withdraw set and another effective request is withdrawn',
      { requests: [effective({ withdraw: true, reissue: 1 })], records: [requestRecord(JANE)] },
      ['withdraw jane WithdrawAsked'],
    ],
    [
      'with withdraw set and nothing stored needs no step',
      { requests: [effective({ withdraw: true })] },
      [],
    ],
    [
      'that was withdrawn already needs no step',
      {
        requests: [effective({ withdraw: true })],
        records: [requestRecord(JANE, { withdrawnAt: NOW })],
      },
      [],
    ],
    ['that is refused is blocked', { refused: [refused()] }, ['blocked bad Refused']],
    [
      'in an unreadable file is blocked under its path',
      { refused: [refused({ name: null, cluster: null })] },
      ['blocked requests/bad.yaml Refused'],
    ],
  ])('a request %s', (_, state, expected) => {
    expect(words(stepsOf(state))).toEqual(expected)
  })

  test('a request is blocked where its record holds no readable certificate', () => {
    for (const certificate of ['', 'broken']) {
      const records = [requestRecord(JANE, { issued: issuedRecord(JANE, { certificate }) })]
      expect(stepsOf({ requests: [JANE], records })).toMatchObject([
        {
          kind: 'blocked',
          name: 'jane',
          cluster: 'prod',
          path: JANE.path,
          problems: [{ code: 'CLUSTER_RECORD', at: { file: JANE.path } }],
        },
      ])
    }
  })

  test('jitter renews each request earlier, at its own time', () => {
    const rotation = { jitterPercent: 10, window: null }
    const requests = ['jane', 'june'].map(name => effective({ name }))
    const records = requests.map(request => requestRecord(request))
    const [jane, june] = stepsOf({ requests, records, config: config({ rotation }) })
    const plain = stepsOf({ requests, records })[0]
    const at = (step: Step | undefined) => (step?.kind === 'keep' ? step.renewAt?.getTime() : null)
    expect(at(jane)).toBeLessThan(at(plain) ?? 0)
    expect(at(jane)).not.toBe(at(june))
  })
})

describe('the step of a record with a removed file', () => {
  const gone = requestRecord(effective({ name: 'gone' }))

  test.each<[string, State, readonly string[]]>([
    ['is withdrawn', { records: [gone] }, ['withdraw gone FileRemoved']],
    ['that was withdrawn needs no step', { records: [{ ...gone, withdrawnAt: NOW }] }, []],
    ['with nothing issued needs no step', { records: [{ ...gone, issued: null }] }, []],
    [
      'is kept while a file cannot be read',
      { records: [gone], refused: [refused({ name: null, cluster: null })] },
      ['blocked requests/bad.yaml Refused'],
    ],
    [
      'is kept where its file is only refused',
      { records: [gone], refused: [refused({ name: 'gone' })] },
      ['blocked gone Refused'],
    ],
    [
      'is kept where its file is refused before any cluster is known',
      { records: [gone], refused: [refused({ name: 'gone', cluster: null })] },
      ['blocked gone Refused'],
    ],
    [
      'is withdrawn though another file is refused',
      { records: [gone], refused: [refused()] },
      ['blocked bad Refused', 'withdraw gone FileRemoved'],
    ],
    [
      'in one cluster is withdrawn there',
      {
        requests: [effective({ name: 'gone' })],
        records: [gone, requestRecord(effective({ name: 'gone', cluster: 'staging' }))],
      },
      ['keep gone UpToDate', 'withdraw gone FileRemoved'],
    ],
    [
      'is withdrawn though its certificate cannot be read',
      { records: [{ ...gone, issued: issuedRecord(JANE, { certificate: '' }) }] },
      ['withdraw gone FileRemoved'],
    ],
  ])('a record with a removed file %s', (_, state, expected) => {
    expect(words(stepsOf(state))).toEqual(expected)
  })

  test('a withdrawal of a record lists no sinks, since git lists them', () => {
    expect(stepsOf({ records: [gone] })).toEqual([
      {
        kind: 'withdraw',
        because: 'FileRemoved',
        name: 'gone',
        cluster: 'prod',
        path: 'requests/gone.yaml',
        sinks: [],
        record: gone,
        bindings: null,
        current: gone.issued,
        until: EXPIRY,
      },
    ])
  })

  test('a withdrawal by a file lists the sinks of the file', () => {
    const request = effective({ withdraw: true, sinks: [secretSink({ name: 'other-tls' })] })
    expect(stepsOf({ requests: [request], records: [requestRecord(JANE)] })).toMatchObject([
      { kind: 'withdraw', sinks: request.sinks },
    ])
  })
})

describe('the step of an unreadable record', () => {
  const problem: Problem = { code: 'CLUSTER_RECORD', at: null, message: 'broken', hint: null }
  const broken = (request: string) => [{ request, cluster: 'prod', problem }]
  const june = effective({ name: 'june', path: 'requests/june.yaml' })

  test('an unreadable record blocks only its own request', () => {
    const steps = stepsOf({ requests: [JANE, june], broken: broken('jane') })
    expect(steps).toMatchObject([
      { kind: 'blocked', name: 'jane', path: JANE.path, problems: [problem] },
      { kind: 'issue', request: { name: 'june' } },
    ])
  })

  test('an unreadable record without a request is reported by its name, and nothing is withdrawn', () => {
    const steps = stepsOf({ requests: [june], broken: broken('gone') })
    expect(words(steps)).toEqual(['blocked gone Refused', 'issue june NoCertificateYet'])
  })

  test('an unreadable record keeps its sinks and names from other files', () => {
    const rival = effective({ name: 'rival', path: 'requests/a-rival.yaml', sinks: JANE.sinks })
    const steps = stepsOf({ requests: [rival, JANE], broken: broken('jane') })
    expect(steps).toMatchObject([
      { kind: 'blocked', name: 'jane', problems: [problem] },
      { kind: 'blocked', name: 'rival', problems: [{ code: 'PLAN_NAME_TWICE' }] },
    ])
  })
})

describe('the facts of a step', () => {
  const warning: Problem = { code: 'SIGNER_DROPS', at: null, message: 'drops', hint: null }

  test('a step has its effective digest, prediction, warnings and record', () => {
    const record = requestRecord(JANE, { issued: null })
    const warnings = new Map([[JANE, [warning]]])
    const by = { decision: 'allowed', by: 'people', policies: [policy(JANE_LINES)] } as const
    const verdicts = new Map([[JANE, { ...by, fixedRoles: ['view'], explanations: [] }]])
    expect(stepsOf({ requests: [JANE], records: [record], warnings, verdicts })).toEqual([
      {
        kind: 'issue',
        because: 'NoCertificateYet',
        request: JANE,
        effective: effectiveDigest(effectiveJson(JANE, clusterConfig())),
        prediction: expect.objectContaining({ kind: 'predicted' }),
        warnings: [warning],
        fixedRoles: ['view'],
        record,
      },
    ])
  })

  test('a step predicts the lifetime limit of the signer', () => {
    const signer = {
      name: JANE.signerName,
      certificateAuthority: null,
      retiring: null,
      maxDurationSeconds: 3600,
    }
    const capped = config({ clusters: [clusterConfig({ signers: [signer] })] })
    const records = [requestRecord(JANE)]
    expect(stepsOf({ requests: [JANE], records, config: capped })).toMatchObject([
      { prediction: { lifetimeSeconds: 3600 } },
    ])
  })

  test('a step lists the changes and the certificate in use with its end', () => {
    const request = effective({ organizations: ['developers', 'admins'] })
    const record = requestRecord(JANE)
    expect(stepsOf({ requests: [request], records: [record] })).toMatchObject([
      {
        changes: [{ member: 'O', from: 'developers', to: 'admins, developers' }],
        current: record.issued,
        until: EXPIRY,
      },
    ])
  })

  test('a step ends with the certificate itself, whatever else the record says', () => {
    const issued = issuedRecord(HOURLY, { order: { notAfter: secondsAfter(NOW, 2 * DAY) } })
    const records = [requestRecord(HOURLY, { issued })]
    expect(stepsOf({ requests: [HOURLY], records })).toMatchObject([
      {
        kind: 'keep',
        until: secondsAfter(NOW, 2 * DAY),
        renewAt: secondsAfter(NOW, 2 * DAY - 3600),
      },
    ])
  })

  test('a step says why two files conflict, and the file with the record wins', () => {
    const older = effective({ path: 'requests/z.yaml' })
    const newer = effective({ path: 'requests/a.yaml' })
    const records = [requestRecord(older)]
    const steps = stepsOf({ requests: [newer, older], records })
    expect(words(steps)).toEqual(['blocked jane Refused', 'keep jane UpToDate'])
    expect(steps[0]).toMatchObject({
      path: newer.path,
      problems: [{ code: 'PLAN_NAME_TWICE' }],
    })
  })

  test('a withdrawn record gives its file no precedence', () => {
    const older = effective({ path: 'requests/z.yaml' })
    const newer = effective({ path: 'requests/a.yaml' })
    const records = [requestRecord(older, { withdrawnAt: NOW })]
    expect(stepsOf({ requests: [newer, older], records })).toMatchObject([
      { kind: 'issue', request: newer },
      { kind: 'blocked', path: older.path },
    ])
  })
})

describe('the order of steps', () => {
  const clusters = ['a', 'b'].map(name => clusterConfig({ name }))
  const requests: readonly EffectiveRequest[] = ['a', 'b'].flatMap(cluster =>
    ['x', 'y', 'z'].map(name => effective({ cluster, name: `${cluster}${name}` })),
  )
  const bad = [
    refused({ cluster: 'a', name: 'ay', path: 'requests/2.yaml' }),
    refused({ cluster: null, name: null, path: 'requests/1.yaml' }),
  ]

  test('steps are sorted by cluster, then by name, and steps without a cluster are last', () => {
    const steps = stepsOf({ requests, refused: bad, config: config({ clusters }) })
    expect(words(steps).map(text => text.split(' ').slice(0, 2).join(' '))).toEqual([
      'issue ax',
      'blocked ay',
      'issue ay',
      'issue az',
      'issue bx',
      'issue by',
      'issue bz',
      'blocked requests/1.yaml',
    ])
  })

  test('the order of steps is as people count, so that u2 comes before u10', () => {
    const named = ['u10', 'u2', 'u1'].map(name => refused({ name, path: `requests/${name}.yaml` }))
    const steps = stepsOf({ requests: [], refused: named })
    expect(words(steps)).toEqual(['u1', 'u2', 'u10'].map(name => `blocked ${name} Refused`))
  })

  test('the order of steps does not depend on the order of files', () => {
    const steps = stepsOf({ requests, refused: bad, config: config({ clusters }) })
    const anyOrder = fc.shuffledSubarray([...steps], { minLength: steps.length })
    fc.assert(
      fc.property(anyOrder, shuffled => {
        expect(inOrder(shuffled)).toEqual(steps)
      }),
    )
  })
})

describe('a name that is recorded for a refused file', () => {
  test('the name of a refused file is not free for another file', () => {
    const record = requestRecord()
    const path = record.issued?.path ?? ''
    const newcomer = effective({ path: 'requests/newcomer.yaml' })
    const steps = stepsOf({
      requests: [newcomer],
      refused: [refused({ path, name: null })],
      records: [record],
    })
    expect(steps).toMatchObject([
      { kind: 'blocked', path: 'requests/newcomer.yaml', problems: [{ code: 'PLAN_NAME_TWICE' }] },
      { kind: 'blocked', path },
    ])
  })
})

describe('a refused file that asks for withdrawal', () => {
  const record = requestRecord()
  const path = record.issued?.path ?? ''
  const file = refused({ path, name: record.request, withdraw: true })
  const done = { ...record, withdrawnAt: NOW, emptied: record.n }
  const deadline = secondsAfter(NOW, 60)
  const claim = { holder: 'a run', n: 2, objectName: 'cs-jane-2', deadline, grant: null }

  test('has no step once the withdrawal is complete', () =>
    expect(stepsOf({ refused: [file], records: [done] })).toEqual([]))

  test.each<[string, Refused, RequestRecord | null]>([
    ['without a record', file, null],
    ['with a certificate in use', file, record],
    ['with an attempt under way', file, { ...done, claim }],
    ['at another path than the certificate', { ...file, path: 'requests/other.yaml' }, done],
    ['that only asks for a certificate', { ...file, withdraw: false }, done],
  ])('is blocked %s', (_, each, known) =>
    expect(words(stepsOf({ refused: [each], records: known === null ? [] : [known] }))).toEqual([
      'blocked jane Refused',
    ]),
  )
})

describe('a cluster that did not answer', () => {
  test('a cluster that did not answer gets no steps, and its names go to no other file', () => {
    const theirs = effective({
      name: 'shared',
      path: 'requests/z.yaml',
      cluster: 'away',
      sinks: [secretSink({ name: 'z-tls' })],
    })
    const newcomer = effective({
      name: 'shared',
      path: 'requests/a.yaml',
      subject: subject('CN=other'),
    })
    const records = new Map([['prod', []]])
    const plan = planSteps({
      requests: [newcomer, theirs],
      refused: [],
      warnings: new Map(),
      config: config({ clusters: [clusterConfig(), clusterConfig({ name: 'away' })] }),
      now: NOW,
      records,
    })
    expect(plan.steps).toMatchObject([
      { kind: 'blocked', path: 'requests/a.yaml', problems: [{ code: 'PLAN_NAME_TWICE' }] },
    ])
  })
})
