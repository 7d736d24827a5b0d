import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { Sink } from '../../../../src/domain/request/sink.ts'
import { conflictingRequests } from '../../../../src/core/plan/conflicting-requests.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { valueOf } from '../../../build/request.ts'
import { effective, kubeconfigSink, place, secretSink, subject } from '../../../build/effective.ts'

/** Path and messages of the requests that are refused. */
function losers(
  requests: readonly EffectiveRequest[],
  recorded: Readonly<Record<string, string>> = {},
): readonly (readonly string[])[] {
  const lost = conflictingRequests(requests, ({ name, cluster, path }) => {
    const issuedFrom = recorded[`${cluster}/${name}`]
    if (issuedFrom === undefined) return 3
    return issuedFrom === path ? 0 : 2
  })
  return [...lost].map(([{ path }, problems]) => [path, ...problems.map(({ message }) => message)])
}

const FIRST = effective({ name: 'first' })
const SECOND = effective({ name: 'second' })
const environment = { kind: 'githubSecret', repository: 'acme/app', environment: 'prod' } as const
const GITHUB: Sink = { ...environment, name: 'TLS', format: null }
const ARTIFACT: Sink = { kind: 'artifact', name: 'tls', format: null, recipients: [] }
const FILE: Sink = { kind: 'file', path: 'out/tls.pem', format: null }

test('one grant in the PKCS#10 of two requests belongs to one of them', () => {
  const group = 'countersign:acme:aaaaaaaaaaaaaaaaaaaa'
  const access = [{ clusterRole: 'view', namespaces: ['apps'] }] as const
  const withGrant = (name: string): EffectiveRequest => {
    const pkcs10 = valueOf(readPkcs10(opensslRequest({ subject: `/CN=${name}/O=${group}` }).der))
    return effective({ name, access, key: { kind: 'own', pkcs10 }, subject: pkcs10.subject })
  }
  expect(losers([withGrant('first'), withGrant('second')])).toEqual([
    ['requests/second.yaml', `the group ${group} is already in requests/first.yaml`],
  ])
})

test('two requests with nothing in common do not conflict', () => {
  expect(losers([FIRST, SECOND])).toEqual([])
})

describe('a conflict of two requests', () => {
  test.each<[string, Partial<EffectiveRequest>, readonly string[]]>([
    [
      'the same name',
      { name: 'first', path: SECOND.path },
      ['the name first is already in requests/first.yaml'],
    ],
    [
      'the same identity',
      { subject: FIRST.subject },
      [
        'the common name first at kubernetes.io/kube-apiserver-client is already in requests/first.yaml',
      ],
    ],
    [
      'the same identity among several',
      { subject: subject('CN=second', 'CN=first') },
      [
        'the common name first at kubernetes.io/kube-apiserver-client is already in requests/first.yaml',
      ],
    ],
    [
      'the same sink',
      { sinks: FIRST.sinks },
      ['the sink apps/first-tls is already in requests/first.yaml'],
    ],
    [
      'the same sink and others',
      { sinks: [...SECOND.sinks, ...FIRST.sinks] },
      ['the sink apps/first-tls is already in requests/first.yaml'],
    ],
    [
      'the same Secret with other labels',
      {
        sinks: [secretSink({ name: 'first-tls', labels: { a: 'b' }, adopt: true })],
      },
      ['the sink apps/first-tls is already in requests/first.yaml'],
    ],
    [
      'a kubeconfig into the same Secret',
      {
        sinks: [kubeconfigSink({ namespace: 'apps', name: 'first-tls' })],
      },
      ['the sink apps/first-tls is already in requests/first.yaml'],
    ],
    [
      'several of these',
      { name: 'first', path: SECOND.path, subject: FIRST.subject, sinks: FIRST.sinks },
      [
        'the name first and the common name first at kubernetes.io/kube-apiserver-client and the sink apps/first-tls are already in requests/first.yaml',
      ],
    ],
  ])('two requests conflict by %s', (_, changes, messages) => {
    expect(losers([FIRST, { ...SECOND, ...changes }])).toEqual([[SECOND.path, ...messages]])
  })

  test.each<[string, Partial<EffectiveRequest>]>([
    [
      'the same identity at another signer',
      { subject: FIRST.subject, signerName: 'example.com/x' },
    ],
    ['the same group', { subject: subject('CN=second', 'O=developers') }],
    ['the same value in another attribute', { subject: subject('OU=first') }],
    [
      'a Secret of the same name in another namespace',
      {
        sinks: [secretSink({ namespace: 'other', name: 'first-tls' })],
      },
    ],
    ['the same identity in another cluster', { subject: FIRST.subject, cluster: 'staging' }],
    ['the same Secret in another cluster', { sinks: FIRST.sinks, cluster: 'staging' }],
    [
      'an artifact of the same name as a Secret',
      {
        sinks: [{ ...ARTIFACT, name: 'first-tls' }],
      },
    ],
  ])('two requests do not conflict by %s', (_, changes) => {
    expect(losers([FIRST, { ...SECOND, ...changes }])).toEqual([])
  })

  test.each<[string, Sink, Sink]>([
    ['GitHub secret', GITHUB, { ...GITHUB, format: 'pem' }],
    ['artifact', ARTIFACT, { kind: 'kubeconfig', into: ARTIFACT }],
    ['file', FILE, FILE],
  ])('two requests conflict by the same %s in any cluster', (_, one, other) => {
    const requests = [
      { ...FIRST, sinks: [one] },
      { ...SECOND, sinks: [other], cluster: 'staging' },
    ]
    expect(losers(requests)).toMatchObject([[SECOND.path, expect.stringMatching('the sink ')]])
  })

  test('the clusters of one file do not conflict', () => {
    const sinks = [GITHUB]
    expect(
      losers([
        { ...FIRST, sinks },
        { ...FIRST, sinks, cluster: 'staging' },
      ]),
    ).toEqual([])
  })
})

describe('the winner of a conflict', () => {
  const a = effective({ path: 'requests/a.yaml', sinks: [] })
  const z = effective({ path: 'requests/z.yaml', sinks: [] })
  const paths = (recorded: Readonly<Record<string, string>>, ...list: EffectiveRequest[]) =>
    losers(list, recorded).map(([path]) => path)

  test.each([
    ['the earlier path wins where nothing is recorded', {}, z.path],
    ['the recorded file wins', { 'prod/jane': z.path }, a.path],
    ['the recorded file of another cluster does not win', { 'staging/jane': z.path }, z.path],
    ['the earlier path wins where the recorded file is gone', { 'prod/jane': 'x' }, z.path],
  ])('%s', (_, recorded, loser) => {
    expect(paths(recorded, a, z)).toEqual([loser])
    expect(paths(recorded, z, a)).toEqual([loser])
  })

  test('a name with a certificate wins over a new one after its file moved', () => {
    const newcomer = effective({ name: 'newcomer', path: 'requests/a.yaml', commonName: 'jane' })
    expect(paths({ 'prod/jane': 'requests/old.yaml' }, newcomer, z)).toEqual([newcomer.path])
  })

  test('a refused request does not block a third one', () => {
    const both = effective({ name: 'first', path: 'requests/g.yaml', commonName: 'second' })
    expect(paths({}, FIRST, SECOND, both)).toEqual([both.path])
  })

  test('one request wins in any order of the files', () => {
    const same = ['a', 'b', 'c', 'd'].map(name => effective({ path: `requests/${name}.yaml` }))
    fc.assert(
      fc.property(fc.shuffledSubarray(same, { minLength: 4 }), requests => {
        expect(new Set(losers(requests).map(([path]) => path))).toEqual(
          new Set(['b', 'c', 'd'].map(name => `requests/${name}.yaml`)),
        )
      }),
    )
  })

  test('what conflicts with one file is one problem at the first line of it, and with two files two', () => {
    const members = ['', 'commonName', 'sinks[0]']
    const places = new Map(members.map((member, line) => [member, place('requests/z.yaml', line)]))
    const later = { ...z, places, sinks: [secretSink()] }
    const first = { ...a, sinks: [secretSink()] }
    const [one] = conflictingRequests([first, later], () => 3).values()
    expect(one?.map(({ code, at }) => [code, at?.line])).toEqual([['PLAN_NAME_TWICE', 0]])
    const other = effective({ name: 'b', path: 'requests/b.yaml', sinks: first.sinks })
    const [two] = conflictingRequests([{ ...a, sinks: [] }, other, later], () => 3).values()
    expect(two?.map(({ at, message }) => [at?.line, message])).toEqual([
      [
        0,
        expect.stringMatching(/^the name jane and the common name .* are already in requests\/a/),
      ],
      [2, expect.stringMatching(/^the sink .* is already in requests\/b/)],
    ])
  })
})

describe('the winner of a conflict with a certificate', () => {
  const [a, b] = [
    effective({ name: 'a', path: 'requests/a.yaml' }),
    effective({ name: 'b', path: 'requests/b.yaml' }),
  ]

  test('the request with the issued effective request wins, whatever its path', () => {
    const greedy = { ...a, sinks: b.sinks }
    const lost = conflictingRequests([greedy, b], request => (request === b ? 0 : 1))
    expect([...lost.keys()]).toEqual([greedy])
  })

  test('one name in two files is a conflict also for two clusters', () => {
    const elsewhere = effective({
      name: 'a',
      path: 'requests/z.yaml',
      cluster: 'test',
      subject: subject('CN=other'),
    })
    expect([...conflictingRequests([a, elsewhere], () => 3).keys()]).toEqual([elsewhere])
  })
})

test('a sink that a file lists twice is reported', () => {
  const request = effective({ name: 'a', sinks: [secretSink(), secretSink()] })
  const [problems] = conflictingRequests([request], () => 3).values()
  expect(problems).toMatchObject([
    { code: 'PLAN_NAME_TWICE', message: expect.stringContaining('is given twice in this file') },
  ])
})
