import { describe, expect, test } from '@jest/globals'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import type { Sink } from '../../../../src/domain/request/sink.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { readPkcs10 } from '../../../../src/lib/x509/pkcs10.ts'
import { effective, kubeconfigSink, secretSink } from '../../../build/effective.ts'
import { opensslRequest } from '../../../build/openssl-request.ts'
import { codesOfVerdict, JANE_LINES, NOBODY, policy } from '../../../build/policy.ts'
import { requestFile, valueOf } from '../../../build/request.ts'

const ALICE = `age1${'q'.repeat(58)}`
const BOB = `age1${'p'.repeat(58)}`
const github = {
  kind: 'githubSecret',
  repository: 'acme/web',
  environment: 'prod',
  name: 'WEB',
  format: null,
} as const
const artifact = (...recipients: string[]) => ({
  kind: 'artifact' as const,
  name: 'jane',
  format: null,
  recipients,
})
const file = (path: string): Sink => ({ kind: 'file', path, format: null })
const into = (target: Extract<Sink, { kind: 'kubeconfig' }>['into']): Sink => ({
  kind: 'kubeconfig',
  into: target,
})
const secretInto = kubeconfigSink()

function judged(entry: string, ...sinks: readonly Sink[]): string {
  const lines = [...JANE_LINES.slice(0, -1), ...(entry === '' ? [] : [`sinks: ${entry}`])]
  return codesOfVerdict(effective({ sinks }), [policy(lines)])
}

describe('a sink', () => {
  test.each([
    ['no list', '', [secretSink()], 'POLICY_SINK'],
    ['an empty list', '[]', [secretSink()], 'POLICY_SINK'],
    ['no sink to allow', '', [], 'allowed'],
    [
      'its own namespace and name',
      '[{secret: {namespaces: [apps], names: ["*-tls"]}}]',
      [secretSink()],
      'allowed',
    ],
    ['any name', '[{secret: {namespaces: [apps]}}]', [secretSink()], 'allowed'],
    ['another namespace', '[{secret: {namespaces: [web]}}]', [secretSink()], 'POLICY_SINK'],
    [
      'another name',
      '[{secret: {namespaces: [apps], names: [other]}}]',
      [secretSink()],
      'POLICY_SINK',
    ],
    [
      'a second sink in another namespace',
      '[{secret: {namespaces: [apps]}}]',
      [secretSink(), secretSink({ namespace: 'kube-system' })],
      'POLICY_SINK',
    ],
    [
      'two entries for two sinks',
      '[{secret: {namespaces: [apps]}}, {secret: {namespaces: [web]}}]',
      [secretSink(), secretSink({ namespace: 'web' })],
      'allowed',
    ],
    ['a Secret for a kubeconfig', '[{secret: {namespaces: [apps]}}]', [secretInto], 'POLICY_SINK'],
    [
      'a kubeconfig for a Secret',
      '[{kubeconfig: {secret: {namespaces: [apps]}}}]',
      [secretSink()],
      'POLICY_SINK',
    ],
    [
      'a kubeconfig in a Secret',
      '[{kubeconfig: {secret: {namespaces: [apps]}}}]',
      [secretInto],
      'allowed',
    ],
    [
      'a kubeconfig in a Secret with a label',
      '[{kubeconfig: {secret: {namespaces: [apps]}}}]',
      [kubeconfigSink({ labels: { tier: 'ops' } })],
      'POLICY_SINK',
    ],
    [
      'a kubeconfig in a Secret with a listed label',
      '[{kubeconfig: {secret: {namespaces: [apps], labels: [tier]}}}]',
      [kubeconfigSink({ labels: { tier: 'ops' } })],
      'allowed',
    ],
    [
      'a kubeconfig on GitHub',
      '[{kubeconfig: {githubSecret: {repositories: ["acme/*"]}}}]',
      [into(github)],
      'allowed',
    ],
    [
      'a kubeconfig as artifact',
      `[{kubeconfig: {artifact: {recipients: [${ALICE}]}}}]`,
      [into(artifact(ALICE))],
      'allowed',
    ],
    [
      'a kubeconfig in another repository',
      '[{kubeconfig: {githubSecret: {repositories: ["other/*"]}}}]',
      [into(github)],
      'POLICY_SINK',
    ],
    [
      'a GitHub secret',
      '[{githubSecret: {repositories: [acme/web], environments: [prod], names: [WEB]}}]',
      [github],
      'allowed',
    ],
    [
      'another repository',
      '[{githubSecret: {repositories: [acme/web2]}}]',
      [github],
      'POLICY_SINK',
    ],
    [
      'another environment',
      '[{githubSecret: {repositories: [acme/web], environments: [dev]}}]',
      [github],
      'POLICY_SINK',
    ],
    [
      'another name of a GitHub secret',
      '[{githubSecret: {repositories: [acme/web], names: [API]}}]',
      [github],
      'POLICY_SINK',
    ],
    [
      'an artifact for a named recipient',
      `[{artifact: {recipients: [${ALICE}]}}]`,
      [artifact(ALICE)],
      'allowed',
    ],
    [
      'an artifact for one more recipient',
      `[{artifact: {recipients: [${ALICE}]}}]`,
      [artifact(ALICE, BOB)],
      'POLICY_SINK',
    ],
    [
      'an artifact without recipients',
      `[{artifact: {recipients: [${ALICE}]}}]`,
      [artifact()],
      'POLICY_SINK',
    ],
    ['a public artifact', '[{artifact: {public: true}}]', [artifact()], 'allowed'],
    [
      'a recipient where only public is allowed',
      '[{artifact: {public: true}}]',
      [artifact(ALICE)],
      'POLICY_SINK',
    ],
    ['another artifact', '[{artifact: {names: [web], public: true}}]', [artifact()], 'POLICY_SINK'],
    ['a file', '[{file: {paths: ["out/**"]}}]', [file('out/a/jane.pem')], 'allowed'],
    [
      'a file in a deeper folder',
      '[{file: {paths: ["out/*"]}}]',
      [file('out/a/jane.pem')],
      'POLICY_SINK',
    ],
    [
      'a file path with dots that leaves the folder',
      '[{file: {paths: ["out/**"]}}]',
      [file('out/../etc/jane.pem')],
      'POLICY_SINK',
    ],
    [
      'a file path with backslashes that leaves the folder',
      '[{file: {paths: ["out/**"]}}]',
      [file(String.raw`out/a\..\..\jane.pem`)],
      'POLICY_SINK',
    ],
    [
      'a file, where no files are allowed',
      '[{secret: {namespaces: ["*"]}}]',
      [file('out/jane.pem')],
      'POLICY_SINK',
    ],
  ] as const)('the policy judges a sink: %s', (_, entry, sinks, expected) =>
    expect(judged(entry, ...sinks)).toBe(expected),
  )
})

describe('an artifact without recipients', () => {
  const own: EffectiveRequest['key'] = { kind: 'own', pkcs10: valueOf(readPkcs10(opensslRequest().der)) } // prettier-ignore
  const { key: generated } = effective()
  const lines = (entry: string) => [...JANE_LINES.slice(0, -1), `sinks: ${entry}`]
  const plain = '[{artifact: {}}]'
  const forAlice = `[{artifact: {recipients: [${ALICE}]}}]`
  const open = '[{artifact: {public: true}}]'

  test.each([
    ['a certificate in a private repository', plain, own, false, 'allowed'],
    ['a certificate in a public repository', plain, own, true, 'SINK_PUBLIC'],
    ['a certificate where the policy allows a public artifact', open, own, true, 'allowed'],
    ['a certificate where the policy names recipients', forAlice, own, false, 'POLICY_SINK'],
    [
      'a certificate in a public repository where the policy names recipients',
      forAlice,
      own,
      true,
      'POLICY_SINK',
    ],
    ['a key in a private repository', plain, generated, false, 'POLICY_SINK'],
    ['a key in a public repository', plain, generated, true, 'POLICY_SINK'],
    ['a certificate of another name', '[{artifact: {names: [web]}}]', own, true, 'POLICY_SINK'],
  ])(
    'the policy judges an artifact without recipients that holds %s',
    (_, entry, key, isPublic, expected) => {
      const request = effective({ sinks: [artifact()], key })
      expect(codesOfVerdict(request, [policy(lines(entry))], { ...NOBODY, isPublic })).toBe(
        expected,
      )
    },
  )

  test('an artifact with recipients is allowed in a public repository', () => {
    const request = effective({ sinks: [artifact(ALICE)] })
    const judging = { ...NOBODY, isPublic: true }
    expect(codesOfVerdict(request, [policy(lines(forAlice))], judging)).toBe('allowed')
  })

  test('a public artifact is allowed by the one policy that permits it', () => {
    const request = effective({ sinks: [artifact()], key: own })
    const policies = [policy(lines(plain), 'closed'), policy(lines(open), 'open')]
    expect(codesOfVerdict(request, policies, { ...NOBODY, isPublic: true })).toBe('allowed')
  })
})

describe('the hint for a denied sink', () => {
  const hintOf = (entry: string): unknown => {
    const lines = [...JANE_LINES.slice(0, -1), ...(entry === '' ? [] : [`sinks: ${entry}`])]
    const verdict = judge(effective({ sinks: [file('x')] }), [policy(lines)], [], NOBODY)
    return verdict.decision === 'allowed' ? null : verdict.problems[0].hint
  }
  test.each([
    ['', 'it allows no sinks at all'],
    [
      '[{secret: {namespaces: [web, apps], names: ["*-tls"]}}, {file: {paths: ["out/**"]}}]',
      'it allows secret (namespaces: web, apps; names: *-tls), file (paths: out/**)',
    ],
    [
      '[{kubeconfig: {githubSecret: {repositories: [acme/web]}}}]',
      'it allows kubeconfig in githubSecret (repositories: acme/web)',
    ],
    [
      `[{artifact: {}}, {artifact: {names: [jane], recipients: [${ALICE}]}}]`,
      `it allows artifact without a private key, artifact (names: jane; recipients: ${ALICE})`,
    ],
  ])(
    'a denied sink: the hint for the policy "%s" names the sinks that it allows',
    (entry, hint) => {
      expect(hintOf(entry)).toBe(hint)
    },
  )
})

describe('the marks of a Secret', () => {
  const LABEL = 'app.kubernetes.io/name'
  const HEAD = [
    'apiVersion: countersign.dev/v1',
    'kind: CertificateRequest',
    'metadata: {name: jane}',
    'spec:',
    '  commonName: jane',
    '  sinks:',
  ]
  const parsedSink = (path: string, lines: readonly string[]) => {
    const request = valueOf(parseRequest(requestFile(lines.join('\n'), { path }), 'requests'))
    return effective({ sinks: request.spec.sinks ?? [], places: request.places })
  }
  const problemsOf = (request: EffectiveRequest, entry: string) => {
    const lines = [...JANE_LINES.slice(0, -1), `sinks: ${entry}`]
    const verdict = judge(request, [policy(lines)], [], NOBODY)
    if (verdict.decision === 'allowed') throw new Error('the request is allowed')
    return verdict.problems.map(({ at, message, hint }) => [at?.excerpt?.trim(), message, hint])
  }
  const ENTRY = '[{secret: {namespaces: [apps], labels: [team]}}]'

  test('the label by which Argo CD finds a cluster has to be listed, too', () => {
    const argo = parsedSink('requests/jane.yaml', [
      ...HEAD,
      '  - kubeconfig: {secret: {namespace: apps, name: prod, format: argocd}}',
    ])
    const label = 'argocd.argoproj.io/secret-type'
    expect(problemsOf(argo, '[{kubeconfig: {secret: {namespaces: [apps]}}}]')).toMatchObject([
      [
        expect.stringContaining('format: argocd'),
        `the policy "people" does not allow the label ${label} for the cluster of Argo CD in secret apps/prod`,
        'allowed labels: none',
      ],
    ])
    const entry = `[{kubeconfig: {secret: {namespaces: [apps], labels: [${label}]}}}]`
    expect(() => problemsOf(argo, entry)).toThrow('the request is allowed')
  })

  test('a label that the policy does not list is reported at its own line', () => {
    const own = parsedSink('requests/jane.yaml', [
      ...HEAD,
      '  - secret:',
      '      namespace: apps',
      '      name: jane-tls',
      '      labels:',
      '        team: web',
      `        ${LABEL}: web`,
      '      adopt: true',
    ])
    expect(problemsOf(own, ENTRY)).toEqual([
      [
        `${LABEL}: web`,
        `the policy "people" does not allow the label ${LABEL} for the secret apps/jane-tls`,
        'allowed labels: team',
      ],
      [
        'adopt: true',
        'the policy "people" does not allow adopt: true for the secret apps/jane-tls',
        'remove it: the policy allows no adoption',
      ],
    ])
  })

  test('a label of a cert-manager Certificate is reported at its own line', () => {
    const other = parsedSink('requests/jane.yaml', [
      'apiVersion: cert-manager.io/v1',
      'kind: Certificate',
      'metadata: {name: jane, namespace: apps}',
      'spec:',
      '  commonName: jane',
      '  secretName: jane-tls',
      '  secretTemplate:',
      '    annotations:',
      '      reflect: "true"',
      '  issuerRef: {name: ca}',
    ])
    expect(problemsOf(other, ENTRY)).toEqual([
      [
        'reflect: "true"',
        'the policy "people" does not allow the annotation reflect for the secret apps/jane-tls',
        'allowed annotations: none',
      ],
    ])
  })

  test('a Secret in another namespace is reported as a whole', () => {
    const request = effective({ sinks: [secretSink({ labels: { team: 'web' } })] })
    const entry = '[{secret: {namespaces: [web]}}]'
    expect(problemsOf(request, entry).map(([, message]) => message)).toEqual([
      'the policy "people" does not allow the sink secret apps/jane-tls',
    ])
  })
})
