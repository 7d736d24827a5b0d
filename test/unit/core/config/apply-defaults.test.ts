import { describe, expect, test } from '@jest/globals'
import { effectiveRequests } from '../../../../src/core/config/apply-defaults.ts'
import type {
  CertificateRequest,
  EffectiveRequest,
  RequestSpec,
} from '../../../../src/domain/request/request.ts'
import type { Pkcs12Keystore, SecretSink, Sink } from '../../../../src/domain/request/sink.ts'
import { placeOf } from '../../../../src/domain/request/request.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { kubeconfigSink, secretSink } from '../../../build/effective.ts'
import {
  certificateRequest,
  codesOf,
  config,
  ownYaml,
  requestFile,
  valueOf,
} from '../../../build/request.ts'

const CLUSTERS = ['clusters: {prod: {}, staging: {}}', 'defaultCluster: prod']
const COMPLETE: Partial<RequestSpec> = {
  signerName: 'example.com/signer',
  usages: ['client auth'],
  duration: 3_600,
  sinks: [secretSink()],
}

const PEOPLE = [
  ...CLUSTERS,
  'defaults:',
  '- paths: ["requests/people/**"]',
  '  spec: {signerName: example.com/people, usages: [client auth], namespace: people}',
  '- paths: ["requests/**"]',
  '  spec: {signerName: example.com/all, duration: 24h, usages: [server auth], namespace: all}',
]

/** A request with a key that stays with the requester. */
const OWN = { request: valueOf(readPkcs10(opensslRequest().der)) }

function effective(
  spec: Partial<RequestSpec>,
  lines: readonly string[] = CLUSTERS,
  more: Partial<CertificateRequest> = {},
) {
  return effectiveRequests(certificateRequest({ ...COMPLETE, ...spec }, more), config(...lines))
}

function only(result: ReturnType<typeof effective>): EffectiveRequest {
  const [first, ...more] = valueOf(result)
  expect(more).toEqual([])
  return first!
}

/** A request as parse returns it, so that places are real. */
function parsed(path: string, ...spec: readonly string[]) {
  return valueOf(parseRequest(requestFile(ownYaml(...spec), { path }), 'requests'))
}

test('a missing member names the folders with a default for it', () => {
  const fill = (path: string) =>
    effectiveRequests(
      { ...certificateRequest({ ...COMPLETE, signerName: null, usages: null }), path },
      config(...PEOPLE.slice(0, 5)),
    )
  const hints = (path: string) => {
    const filled = fill(path)
    return filled.ok ? [] : filled.problems.map(({ hint }) => hint)
  }
  expect(hints('requests/people/jane.yaml')).toEqual([])
  const hint = expect.stringMatching(
    /It has a default for requests\/people\/\*\*: move .*--requests FOLDER; import: add --to FOLDER\/\)$/,
  )
  expect(hints('requests/stdin.pem')).toEqual([hint])
})

describe('a request after defaults', () => {
  test('a request takes each absent member whole from the first block with it', () => {
    const silent = { signerName: null, usages: null, duration: null, sinks: null }
    expect(only(effective(silent, PEOPLE))).toMatchObject({
      cluster: 'prod',
      signerName: 'example.com/people',
      usages: ['client auth'],
      durationSeconds: 86_400,
      sinks: [{ kind: 'secret', namespace: 'people', name: 'jane-tls' }],
      reissue: 0,
      access: [],
      withdraw: false,
      renewBefore: null,
    })
  })

  test('a request takes nothing from blocks for other paths', () => {
    const silent = { signerName: null, usages: null, duration: null, sinks: null }
    const request = only(effective(silent, PEOPLE, { path: 'requests/robots/jane.yaml' }))
    expect(request).toMatchObject({ signerName: 'example.com/all', usages: ['server auth'] })
    expect(request.sinks).toMatchObject([{ namespace: 'all' }])
  })

  test('a request keeps its own members, also an empty list', () => {
    expect(only(effective({ usages: [] }, PEOPLE))).toMatchObject({
      usages: [],
      signerName: 'example.com/signer',
      durationSeconds: 3_600,
    })
  })

  test('a request does not mix its own key with a default one', () => {
    const lines = [
      ...CLUSTERS,
      'defaults: [{paths: ["**"], spec: {privateKey: {algorithm: RSA, size: 4096}}}]',
    ]
    const own = {
      algorithm: 'Ed25519',
      size: null,
      encoding: 'PKCS8',
      rotationPolicy: 'Always',
    } as const
    expect(only(effective({ privateKey: own }, lines)).key).toEqual({
      kind: 'generated',
      spec: own,
    })
    expect(only(effective({}, lines)).key).toMatchObject({ spec: { algorithm: 'RSA', size: 4096 } })
    expect(only(effective({})).key).toEqual({
      kind: 'generated',
      spec: { algorithm: 'ECDSA', size: 256, encoding: 'PKCS8', rotationPolicy: 'Always' },
    })
  })

  test('a request exists once for each cluster, with its placeholders replaced', () => {
    const sinks = [
      secretSink({ namespace: '{cluster}-certs', name: '{name}' }),
      {
        kind: 'githubSecret',
        repository: 'acme/shop',
        environment: '{cluster}',
        name: '{name}_{cluster}',
        format: null,
      },
      { kind: 'file', path: 'out/{cluster}/{name}.pem', format: null },
      kubeconfigSink({ name: '{name}-kubeconfig' }),
    ] as const
    const result = valueOf(
      effective({ clusters: ['staging', 'prod'], sinks }, CLUSTERS, { name: 'web-1' }),
    )
    expect(result.map(({ cluster }) => cluster)).toEqual(['staging', 'prod'])
    expect(result[0]?.sinks).toMatchObject([
      { namespace: 'staging-certs', name: 'web-1' },
      { environment: 'staging', name: 'WEB_1_STAGING' },
      { path: 'out/staging/web-1.pem' },
      { into: { namespace: 'apps', name: 'web-1-kubeconfig' } },
    ])
  })

  test('a request knows the file and line of each member', () => {
    const request = parsed('requests/people/jane.yaml', 'commonName: jane', 'duration: 1h')
    const [first] = valueOf(effectiveRequests(request, config(...PEOPLE)))
    expect(placeOf(first!.places, 'usages[0]')).toMatchObject({ file: 'countersign.yaml', line: 8 })
    expect(placeOf(first!.places, 'duration')).toMatchObject({ file: request.path, line: 5 })
  })
})

describe('a request with its own PKCS#10', () => {
  test('a request with its own PKCS#10 and no sink gets an artifact', () => {
    const { request } = OWN
    expect(only(effective({ request, sinks: null }))).toMatchObject({
      key: { kind: 'own' },
      sinks: [{ kind: 'artifact', name: 'jane', recipients: [] }],
    })
    const several = valueOf(effective({ request, sinks: null, clusters: ['prod', 'staging'] }))
    expect(several.map(({ sinks }) => sinks)).toMatchObject([
      [{ name: 'jane-prod' }],
      [{ name: 'jane-staging' }],
    ])
  })

  test('a request with its own PKCS#10 takes no default key and may have no sink', () => {
    const lines = [...CLUSTERS, 'defaults: [{paths: ["**"], spec: {privateKey: {size: 384}}}]']
    const { request } = OWN
    expect(only(effective({ request, sinks: [] }, lines))).toMatchObject({
      key: { kind: 'own' },
      sinks: [],
    })
  })
})

describe('an incomplete request', () => {
  const artifact = { kind: 'artifact', name: '{name}', format: null, recipients: [] } as const
  const encrypted = { ...artifact, recipients: ['age1x'] }
  const github = {
    kind: 'githubSecret',
    repository: 'a/b',
    environment: 'x',
    name: '{name}',
    format: null,
  } as const
  const never = {
    algorithm: 'RSA',
    size: 2048,
    encoding: 'PKCS8',
    rotationPolicy: 'Never',
  } as const
  const both = ['prod', 'staging']
  const keystore = (changes: Partial<Pkcs12Keystore>): SecretSink => {
    const passwordSecretRef = { name: 'password', key: 'word' }
    const pkcs12 = { profile: 'Modern2023', passwordSecretRef, ...changes }
    return secretSink({ keystores: { pkcs12 } })
  }

  test('a keystore with a password is complete', () => {
    expect(codesOf(effective({ sinks: [keystore({})] }))).toEqual([])
  })

  test.each<[string, Sink]>([
    ['a keystore', keystore({})],
    ['an artifact as pkcs12', { ...encrypted, format: 'pkcs12' }],
    ['a kubeconfig', { kind: 'kubeconfig', into: github }],
    ['a file as pkcs12', { kind: 'file', path: 'x', format: 'pkcs12' }],
  ])('%s needs the key, which stays with the requester', (_, sink) => {
    const { request } = OWN
    expect(codesOf(effective({ request, sinks: [sink] }))).toEqual([
      expect.stringContaining('SINK_NEEDS_KEY'),
    ])
  })

  test('a key with rotationPolicy Never can be read from a kubeconfig in a Secret', () => {
    const sinks = [kubeconfigSink({ name: '{name}-kubeconfig' })]
    expect(codesOf(effective({ sinks, privateKey: never }))).toEqual([])
  })

  test.each<[string, Partial<RequestSpec>, string[]]>([
    ['a signer', { signerName: null }, ['REQUEST_MEMBER_MISSING']],
    ['usages', { usages: null }, ['REQUEST_MEMBER_MISSING']],
    ['a duration', { duration: null }, ['REQUEST_MEMBER_MISSING']],
    ['a cluster', { clusters: [] }, ['REQUEST_CLUSTER_MISSING']],
    ['a known cluster', { clusters: ['prdo'] }, ['REQUEST_CLUSTER_UNKNOWN']],
    ['a sink', { sinks: null }, ['REQUEST_SINK_MISSING']],
    ['a sink for its key', { sinks: [] }, ['REQUEST_SINK_MISSING']],
    ['recipients', { sinks: [artifact] }, ['SINK_RECIPIENTS']],
    [
      'recipients of a kubeconfig',
      { sinks: [{ kind: 'kubeconfig', into: artifact }] },
      ['SINK_RECIPIENTS'],
    ],
    ['a password', { sinks: [keystore({ passwordSecretRef: null })] }, ['SINK_PASSWORD']],
    ['strong encryption', { sinks: [keystore({ profile: 'LegacyDES' })] }, ['SINK_UNSUPPORTED']],
    ['{cluster} in an artifact', { clusters: both, sinks: [encrypted] }, ['SINK_PLACEHOLDER']],
    ['{cluster} in a GitHub secret', { clusters: both, sinks: [github] }, ['SINK_PLACEHOLDER']],
    [
      '{cluster} in a file',
      { clusters: both, sinks: [{ kind: 'file', path: 'a', format: null }] },
      ['SINK_PLACEHOLDER'],
    ],
    [
      '{cluster} in a kubeconfig',
      { clusters: both, sinks: [{ kind: 'kubeconfig', into: github }] },
      ['SINK_PLACEHOLDER'],
    ],
    [
      'a Secret that keeps its key',
      { privateKey: never, sinks: [github] },
      ['SINK_KEY_UNREADABLE'],
    ],
    [
      'sinks that differ from each other',
      { sinks: [secretSink(), secretSink({ name: '{name}-tls' })] },
      ['FILE_FIELD_VALUE'],
    ],
    [
      'a short enough namespace',
      { sinks: [secretSink({ namespace: `${'x'.repeat(60)}{name}` })] },
      ['FILE_FIELD_VALUE'],
    ],
    [
      'time before its renewal',
      { duration: 3_600, renewBefore: { kind: 'seconds', seconds: 3_600 } },
      ['FILE_FIELD_VALUE'],
    ],
    [
      'most members',
      { signerName: null, usages: null, duration: null, clusters: ['x'], sinks: null },
      ['REQUEST_MEMBER_MISSING', 'REQUEST_CLUSTER_UNKNOWN'],
    ],
  ])('a request is refused without %s', (_, spec, codes) =>
    expect(codesOf(effective(spec))).toEqual(codes),
  )

  test('all members that no default sets are one problem', () => {
    const result = effective({ signerName: null, usages: null, duration: null, sinks: null })
    expect(result.ok ? [] : result.problems.map(({ message }) => message)).toEqual([
      'neither the file nor a default sets signerName, usages, duration, sinks',
    ])
  })

  test('a request for one cluster needs no {cluster}', () => {
    expect(codesOf(effective({ sinks: [encrypted, github] }))).toEqual([])
  })

  test('a request is refused without a valid name for its GitHub secret', () => {
    expect(codesOf(effective({ sinks: [github] }, CLUSTERS, { name: '9lives' }))).toEqual([
      'FILE_FIELD_VALUE',
    ])
  })

  test('a request is refused where no block names a cluster', () => {
    expect(codesOf(effective({}, ['clusters: {prod: {}}']))).toEqual(['REQUEST_CLUSTER_MISSING'])
  })

  test.each(['clusters', 'sinks'] as const)(
    'an empty list of %s is named as such, since no default fills it',
    member => {
      const found = effective({ [member]: [] })
      expect(found).toMatchObject({ problems: [{ message: `the list of ${member} is empty` }] })
    },
  )

  test('each missing member points at the file and line to change', () => {
    const lines = [
      ...PEOPLE.slice(0, 4),
      '  spec: {clusters: [staging, prod], sinks: [{artifact: {}}], duration: 1h}',
    ]
    const request = parsed('requests/people/jane.yaml', 'commonName: jane', 'renewBefore: 2h')
    const result = effectiveRequests(request, config(...lines))
    expect(codesOf(result)).toEqual([
      'SINK_PLACEHOLDER 8:56',
      'SINK_RECIPIENTS 8:56',
      'REQUEST_MEMBER_MISSING 1:1',
      'FILE_FIELD_VALUE 5:16',
    ])
  })

  test('a default renewBefore that is not shorter than the duration of the file is left out with a warning', () => {
    const lines = [...CLUSTERS, 'defaults:', '- paths: ["**"]', '  spec: {renewBefore: 72h}']
    const said = [
      'signerName: example.com/a',
      'usages: [client auth]',
      'sinks: [{file: {path: a}}]',
    ]
    const of = (...more: readonly string[]): EffectiveRequest => {
      const request = parsed('requests/jane.yaml', 'commonName: jane', ...said, ...more)
      return only(effectiveRequests(request, config(...lines)))
    }
    const { renewBefore, remarks } = of('duration: 72h')
    expect([renewBefore, remarks]).toEqual([
      null,
      [
        expect.objectContaining({
          code: 'FILE_FIELD_VALUE',
          at: expect.objectContaining({ file: 'requests/jane.yaml', line: 8 }),
          message:
            'the default renewBefore (countersign.yaml:8) is not used: it must be shorter than the duration, got 72h, duration is 72h',
        }),
      ],
    ])
    expect(of('duration: 73h')).toMatchObject({
      renewBefore: { kind: 'seconds', seconds: 72 * 3600 },
      remarks: [],
    })
  })
})

test('the places of the defaults are searched once for all requests', () => {
  const known = config(...PEOPLE)
  let searches = 0
  const places = new Proxy(new Map(known.places), {
    get: (map, key) => {
      if (key === Symbol.iterator) searches++
      const value: unknown = Reflect.get(map, key)
      return typeof value === 'function' ? value.bind(map) : value
    },
  })
  const read = (name: string): readonly EffectiveRequest[] =>
    valueOf(effectiveRequests(certificateRequest({}, { name }), { ...known, places }))
  const [first] = read('jane')
  const once = searches
  expect(once).toBeGreaterThan(0)
  expect(read('other')[0]?.places).toEqual(first?.places)
  expect(searches).toBe(once)
})
