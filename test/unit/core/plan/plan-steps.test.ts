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
import { NOW, issuedRecord, requestRecord, secondsAfter } from '../../../build/issued.ts'

const FAULT: Problem = { code: 'REQUEST_YAML', at: null, message: 'is not YAML', hint: null }

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

describe('diff: a request', () => {
  test.each<[string, State, readonly string[]]>([
    ['without a record is issued', { requests: [JANE] }, ['issue jane NoCertificateYet']],
    [
      'whose record holds nothing yet is issued',
      { requests: [JANE], records: [requestRecord(JANE, { issued: null })] },
      ['issue jane NoCertificateYet'],
    ],
    [
      'that was withdrawn is issued anew',
      { requests: [JANE], records: [requestRecord(JANE, { withdrawnAt: NOW })] },
      ['issue jane NoCertificateYet'],
    ],
    [
      'with its record in another cluster is issued',
      { requests: [JANE], records: [requestRecord(effective({ cluster: 'other' }))] },
      ['withdraw jane FileRemoved', 'issue jane NoCertificateYet'],
    ],
    [
      'that means something else is reissued',
      { requests: [effective({ reissue: 1 })], records: [requestRecord(JANE)] },
      ['reissue jane MeaningChanged'],
    ],
    [
      'that means something else is reissued though it is due',
      { requests: [effective({ reissue: 1 })], records: [requestRecord(JANE)], now: EXPIRY },
      ['reissue jane MeaningChanged'],
    ],
    [
      'whose cluster got another server is reissued',
      {
        requests: [JANE],
        records: [requestRecord(JANE)],
        config: config({ clusters: [clusterConfig({ server: 'https://127.0.0.1:1' })] }),
      },
      ['reissue jane MeaningChanged'],
    ],
    [
      'is kept until a second before its renewal',
      { requests: [HOURLY], records: [requestRecord(HOURLY)], now: secondsAfter(DUE(3600), -1) },
      ['keep jane UpToDate'],
    ],
    [
      'is renewed from its time on',
      { requests: [HOURLY], records: [requestRecord(HOURLY)], now: DUE(3600) },
      ['renew jane RenewalDue'],
    ],
    [
      'is renewed by what renewBefore says now, not by what it said at issue',
      { requests: [HOURLY], records: [requestRecord(JANE)], now: secondsAfter(DUE(3600), -1) },
      ['keep jane UpToDate'],
    ],
    [
      'that expired is renewed',
      { requests: [JANE], records: [requestRecord(JANE)], now: EXPIRY },
      ['renew jane CertificateExpired'],
    ],
    [
      'in other bytes of the same meaning is kept',
      { requests: [effective({ blob: '2'.repeat(40) })], records: [requestRecord(JANE)] },
      ['keep jane OnlyBytesChanged'],
    ],
    [
      'in another file of the same bytes is kept',
      { requests: [effective({ path: 'requests/people/jane.yaml' })], records: [requestRecord()] },
      ['keep jane OnlyBytesChanged'],
    ],
    [
      'asked to be withdrawn is withdrawn',
      { requests: [effective({ withdraw: true })], records: [requestRecord(JANE)] },
      ['withdraw jane WithdrawAsked'],
    ],
    [
      'asked to be withdrawn, and means something else, is withdrawn',
      { requests: [effective({ withdraw: true, reissue: 1 })], records: [requestRecord(JANE)] },
      ['withdraw jane WithdrawAsked'],
    ],
    [
      'asked to be withdrawn that has nothing stored needs no step',
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
    ['that was refused is blocked', { refused: [refused()] }, ['blocked bad Refused']],
    [
      'that nobody can read is blocked under its path',
      { refused: [refused({ name: null, cluster: null })] },
      ['blocked requests/bad.yaml Refused'],
    ],
  ])('%s', (_, state, expected) => {
    expect(words(stepsOf(state))).toEqual(expected)
  })

  test('whose record holds no readable certificate is blocked: nobody guesses what stands', () => {
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

  test('with jitter is renewed earlier, each name in its own time', () => {
    const rotation = { jitterPercent: 10 }
    const requests = ['jane', 'june'].map(name => effective({ name }))
    const records = requests.map(request => requestRecord(request))
    const [jane, june] = stepsOf({ requests, records, config: config({ rotation }) })
    const plain = stepsOf({ requests, records })[0]
    const at = (step: Step | undefined) => (step?.kind === 'keep' ? step.renewAt?.getTime() : null)
    expect(at(jane)).toBeLessThan(at(plain) ?? 0)
    expect(at(jane)).not.toBe(at(june))
  })
})

describe('diff: a record whose file is gone', () => {
  const gone = requestRecord(effective({ name: 'gone' }))

  test.each<[string, State, readonly string[]]>([
    ['is withdrawn', { records: [gone] }, ['withdraw gone FileRemoved']],
    ['that was withdrawn needs no step', { records: [{ ...gone, withdrawnAt: NOW }] }, []],
    ['that holds nothing needs no step', { records: [{ ...gone, issued: null }] }, []],
    [
      'is left alone while a file cannot be read',
      { records: [gone], refused: [refused({ name: null, cluster: null })] },
      ['blocked requests/bad.yaml Refused'],
    ],
    [
      'is left alone where its file is only refused',
      { records: [gone], refused: [refused({ name: 'gone' })] },
      ['blocked gone Refused'],
    ],
    [
      'is left alone where its file is refused for a reason before any cluster',
      { records: [gone], refused: [refused({ name: 'gone', cluster: null })] },
      ['blocked gone Refused'],
    ],
    [
      'is withdrawn though another file is refused',
      { records: [gone], refused: [refused()] },
      ['blocked bad Refused', 'withdraw gone FileRemoved'],
    ],
    [
      'in one of its clusters is withdrawn there',
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
  ])('%s', (_, state, expected) => {
    expect(words(stepsOf(state))).toEqual(expected)
  })

  test('is withdrawn, and does not say out of which sinks: git does', () => {
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

  test('asked by a file, is emptied out of those of the file', () => {
    const request = effective({ withdraw: true, sinks: [secretSink({ name: 'other-tls' })] })
    expect(stepsOf({ requests: [request], records: [requestRecord(JANE)] })).toMatchObject([
      { kind: 'withdraw', sinks: request.sinks },
    ])
  })
})

describe('diff: a record that cannot be read', () => {
  const problem: Problem = { code: 'CLUSTER_RECORD', at: null, message: 'broken', hint: null }
  const broken = (request: string) => [{ request, cluster: 'prod', problem }]
  const june = effective({ name: 'june', path: 'requests/june.yaml' })

  test('stops its own request and no other', () => {
    const steps = stepsOf({ requests: [JANE, june], broken: broken('jane') })
    expect(steps).toMatchObject([
      { kind: 'blocked', name: 'jane', path: JANE.path, problems: [problem] },
      { kind: 'issue', request: { name: 'june' } },
    ])
  })

  test('of no request is told by its name, and nothing is withdrawn for it', () => {
    const steps = stepsOf({ requests: [june], broken: broken('gone') })
    expect(words(steps)).toEqual(['blocked gone Refused', 'issue june NoCertificateYet'])
  })

  test('keeps its sinks and names from other files', () => {
    const rival = effective({ name: 'rival', path: 'requests/a-rival.yaml', sinks: JANE.sinks })
    const steps = stepsOf({ requests: [rival, JANE], broken: broken('jane') })
    expect(steps).toMatchObject([
      { kind: 'blocked', name: 'jane', problems: [problem] },
      { kind: 'blocked', name: 'rival', problems: [{ code: 'PLAN_NAME_TWICE' }] },
    ])
  })
})

describe('diff: steps carry', () => {
  const warning: Problem = { code: 'SIGNER_DROPS', at: null, message: 'drops', hint: null }

  test('meaning, prediction, warnings and record', () => {
    const record = requestRecord(JANE, { issued: null })
    const warnings = new Map([[JANE, [warning]]])
    expect(stepsOf({ requests: [JANE], records: [record], warnings })).toEqual([
      {
        kind: 'issue',
        because: 'NoCertificateYet',
        request: JANE,
        effective: effectiveDigest(effectiveJson(JANE, clusterConfig())),
        prediction: expect.objectContaining({ kind: 'predicted' }),
        warnings: [warning],
        record,
      },
    ])
  })

  test('the cap of the signer in the prediction', () => {
    const signer = { name: JANE.signerName, certificateAuthority: null, maxDurationSeconds: 3600 }
    const capped = config({ clusters: [clusterConfig({ signers: [signer] })] })
    const records = [requestRecord(JANE)]
    expect(stepsOf({ requests: [JANE], records, config: capped })).toMatchObject([
      { prediction: { lifetimeSeconds: 3600 } },
    ])
  })

  test('what changed, in words, and what stands until when', () => {
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

  test('the end of the certificate itself, whatever stands beside it in the record', () => {
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

  test('why two files clash; the one with the record goes on', () => {
    const older = effective({ path: 'requests/z.yaml' })
    const newer = effective({ path: 'requests/a.yaml' })
    const records = [requestRecord(older)]
    const steps = stepsOf({ requests: [newer, older], records })
    expect(words(steps)).toEqual(['blocked jane Refused', 'keep jane UpToDate'])
    expect(steps[0]).toMatchObject({
      path: newer.path,
      problems: [{ code: 'PLAN_NAME_TWICE' }, {}, {}],
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

  test('is by cluster, then name, and last what belongs to no cluster', () => {
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

  test('does not depend on the order of files', () => {
    const steps = stepsOf({ requests, refused: bad, config: config({ clusters }) })
    const anyOrder = fc.shuffledSubarray([...steps], { minLength: steps.length })
    fc.assert(
      fc.property(anyOrder, shuffled => {
        expect(inOrder(shuffled)).toEqual(steps)
      }),
    )
  })
})

describe('a name that is recorded for a file which is refused', () => {
  test('is not free for another file', () => {
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

describe('a cluster that did not answer', () => {
  test('gets no steps, and nothing that may be its own goes to another file', () => {
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
