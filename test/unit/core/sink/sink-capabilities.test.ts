import { describe, expect, test } from '@jest/globals'
import type { Sink } from '../../../../src/domain/request/sink.ts'
import { impossibleSinks } from '../../../../src/core/sink/sink-capabilities.ts'
import { effective, kubeconfigSink, secretSink } from '../../../build/effective.ts'

const artifact = { kind: 'artifact', name: 'jane', format: null, recipients: [] } as const
const githubSecret = {
  kind: 'githubSecret',
  repository: 'acme/app',
  environment: 'production',
  name: 'JANE',
  format: null,
} as const
const SINKS: readonly Sink[] = [
  secretSink(),
  kubeconfigSink({ namespace: 'apps', name: 'jane-kubeconfig' }),
  artifact,
  { kind: 'kubeconfig', into: artifact },
  githubSecret,
  { kind: 'kubeconfig', into: githubSecret },
  { kind: 'file', path: 'out/jane.pem', format: null },
]
const NONE = { artifacts: false, githubSecrets: false, files: false }
const codes = (capabilities: Partial<typeof NONE>): readonly string[] =>
  impossibleSinks(effective({ sinks: SINKS }), { ...NONE, ...capabilities }).map(({ code }) => code)

describe('the sinks that a run can write', () => {
  test('a run with only its clusters writes Secrets, and the problem of each other sink names what it needs', () => {
    expect(codes({})).toEqual([
      'SINK_NO_RUNNER',
      'SINK_NO_RUNNER',
      'SINK_TOKEN',
      'SINK_TOKEN',
      'SINK_FILE_IN_ACTION',
    ])
  })

  test('a run on GitHub writes artifacts, and GitHub secrets with the token of an App', () => {
    expect(codes({ artifacts: true, githubSecrets: true })).toEqual(['SINK_FILE_IN_ACTION'])
  })

  test('a run at a terminal writes files', () => {
    expect(codes({ files: true, githubSecrets: true })).toEqual([
      'SINK_NO_RUNNER',
      'SINK_NO_RUNNER',
    ])
  })

  test('a run writes no GitHub secret with more than 48 KB of names', () => {
    const dnsNames = Array.from({ length: 240 }, (_, at) => `${'a'.repeat(60)}${at}.example.com`)
    const wide = (length: number, sink: Sink) =>
      impossibleSinks(
        effective({
          sinks: [sink],
          dnsNames: [...dnsNames, ...dnsNames, ...dnsNames].slice(0, length),
        }),
        { ...NONE, githubSecrets: true },
      ).map(({ message }) => message)
    expect(wide(240, githubSecret)).toEqual([])
    expect(wide(720, githubSecret)).toEqual([
      'GitHub secret acme/app (production) JANE would be 70 KB, and GitHub takes 48 KB',
    ])
    expect(wide(480, githubSecret)).toEqual([])
    expect(wide(480, { kind: 'kubeconfig', into: githubSecret })).toHaveLength(1)
  })

  test('the hint for a missing token has the line to paste', () => {
    const [problem] = impossibleSinks(effective({ sinks: [githubSecret] }), NONE)
    expect(problem?.message).toContain('acme/app production/JANE')
    expect(problem?.hint).toContain('app-private-key: ${{ secrets.APP_PRIVATE_KEY }}')
  })

  test.each([
    [
      'countersign',
      'requests/jane.yaml',
      /^merge it.*, or name a Secret in the request: sinks: \[/,
    ],
    [
      'csr-manifest',
      'requests/jane.yaml',
      /\ncountersign import requests\/jane.yaml --to requests\/jane-own.yaml$/,
    ],
    ['pkcs10', 'requests/jane.csr', /\ncountersign import requests\/jane.csr$/],
  ] as const)(
    'the hint for a sink without a runner can be followed in the format %s',
    (format, path, hint) => {
      const request = { ...effective({ sinks: [artifact] }), format, path }
      expect(impossibleSinks(request, NONE)[0]?.hint).toMatch(hint)
    },
  )
})
