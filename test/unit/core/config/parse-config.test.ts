import { generateKeyPairSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import { terminalConfig } from '../../../../src/core/config/terminal-config.ts'
import { anyText } from '../../../build/any-text.ts'
import { codesOf, config, configYaml, requestFile, valueOf } from '../../../build/request.ts'
import { runs } from '../../../build/extent.ts'

const FULL = new URL('../../../fixtures/config/good/full.yaml', import.meta.url)
const full = valueOf(parseConfig(requestFile(readFileSync(FULL), { path: 'countersign.yaml' })))

describe('countersign.yaml', () => {
  test('the parser reads every member', () => {
    expect(full).toMatchObject({
      owner: 'acme-certs',
      path: 'countersign.yaml',
      forge: { kind: 'gitea', url: 'https://git.example.com' },
      requests: 'requests',
      defaultCluster: 'prod',
      people: [
        { login: 'author', id: 1001, name: 'jane' },
        { login: 'reviewer', id: 1003, name: 'reviewer' },
      ],
      approval: {
        configuration: {
          required: 1,
          users: [{ login: 'owner', id: 1002 }],
          teams: [],
          codeOwners: false,
        },
        requests: {
          required: 2,
          users: [],
          teams: [{ slug: 'platform', id: 7 }],
          codeOwners: true,
        },
        strict: true,
        maxAgeSeconds: 180 * 86_400,
        offlineGraceSeconds: 0,
        never: [{ login: 'robot[bot]', id: 1009 }],
        commandLine: 'never',
        mixedPullRequests: 'refuse',
      },
      certificatesInPublicComments: true,
      limits: {
        maxIssue: { kind: 'count', count: 20 },
        maxRenew: { kind: 'percent', percent: 100 },
        maxWithdraw: { kind: 'percent', percent: 5 },
        lifted: [`sha256:${'ab'.repeat(32)}`],
      },
      rotation: { jitterPercent: 0, window: null },
      exceptions: [
        { code: 'POLICY_NAME_RESERVED', until: '2027-06-30', values: ['system:node:node-7'] },
      ],
    })
  })

  test('the parser reads how each cluster is reached', () => {
    const [prod, staging, cloud, here] = full.clusters
    expect(prod).toMatchObject({
      name: 'prod',
      provider: 'kubeadm',
      server: 'https://10.0.0.1:6443',
      auth: { kind: 'kubeconfigEnv', variable: 'KUBECONFIG_PROD', context: 'prod' },
      recordNamespace: 'certs',
    })
    expect(prod?.certificateAuthority).toMatch(/^-----BEGIN CERTIFICATE-----\n/)
    expect(prod?.signers).toMatchObject([
      { name: 'kubernetes.io/kube-apiserver-client', maxDurationSeconds: 31_536_000 },
      { name: 'example.com/serving', certificateAuthority: null, maxDurationSeconds: null },
    ])
    expect(staging).toMatchObject({
      provider: 'auto',
      server: null,
      recordNamespace: 'countersign',
    })
    expect(staging?.auth).toEqual({
      kind: 'kubeconfigPath',
      path: '/etc/countersign/kubeconfig',
      context: null,
    })
    expect(cloud?.auth).toEqual({ kind: 'githubOidc', audience: 'countersign' })
    expect(here?.auth).toEqual({ kind: 'inCluster' })
  })

  test('the parser knows the place of each member', () => {
    expect(full.places.get('clusters.prod.server')).toMatchObject({ line: 10, column: 13 })
    expect(full.places.get('defaults[1].spec.clusters[1]')).toMatchObject({ line: 35, column: 24 })
    expect(full.places.get('approval.requests')?.line).toBe(49)
  })

  test('the defaults of absent members are safe', () => {
    const { approval, certificatesInPublicComments, ...more } = config('clusters: {prod: {}}')
    const { limits, rotation, requests, defaultCluster } = more
    const one = { required: 1, users: [], teams: [], codeOwners: false }
    expect({
      approval,
      certificatesInPublicComments,
      limits,
      rotation,
      requests,
      defaultCluster,
    }).toEqual({
      approval: {
        configuration: one,
        requests: one,
        strict: false,
        maxAgeSeconds: null,
        offlineGraceSeconds: 0,
        never: [],
        bots: [],
        commandLine: 'ask',
        mixedPullRequests: 'refuse',
      },
      certificatesInPublicComments: false,
      limits: {
        maxIssue: { kind: 'count', count: 50 },
        maxRenew: { kind: 'count', count: 500 },
        maxWithdraw: { kind: 'percent', percent: 10 },
        lifted: [],
      },
      rotation: { jitterPercent: 10, window: null },
      requests: 'requests',
      defaultCluster: null,
    })
  })

  test.each([
    ['10', 'write 10%'],
    ['"10"', 'write 10%'],
    ['60%', 'write 10%'],
  ])('the jitter %s is refused with a value that is taken', (jitter, hint) => {
    const result = parseConfig(
      requestFile(configYaml(`clusters: {prod: {}}\nrotation: {jitter: ${jitter}}`)),
    )
    if (result.ok) throw new Error('taken')
    expect(result.problems).toMatchObject([{ code: 'FILE_FIELD_VALUE', hint }])
  })

  test('the hours of renewals have a time zone, and names each day that is not left out', () => {
    const renewAt = '{days: [sat, sun], hours: "22:00-06:00", timezone: Europe/Berlin}'
    const text = configYaml(`clusters: {prod: {}}\nrotation: {renewAt: ${renewAt}}`)
    expect(valueOf(parseConfig(requestFile(text))).rotation.window).toEqual({
      days: ['sat', 'sun'],
      from: 22 * 60,
      to: 6 * 60,
      timezone: 'Europe/Berlin',
    })
    const short = configYaml('clusters: {prod: {}}\nrotation: {renewAt: {days: [fri]}}')
    expect(valueOf(parseConfig(requestFile(short))).rotation.window).toEqual({
      days: ['fri'],
      from: 0,
      to: 0,
      timezone: 'UTC',
    })
  })

  test.each([
    ['hours: 22-06', '"22-06" is not HH:MM-HH:MM'],
    ['timezone: Berlin', '"Berlin" is not a time zone'],
  ])('the hours of renewals are refused with %s', (member, message) => {
    const text = configYaml(`clusters: {prod: {}}\nrotation: {renewAt: {${member}}}`)
    const result = parseConfig(requestFile(text))
    if (result.ok) throw new Error('taken')
    expect(result.problems).toMatchObject([{ code: 'FILE_FIELD_VALUE', message }])
  })

  test('a configuration that is no regular file is refused', () => {
    const file = requestFile(configYaml('clusters: {prod: {}}'), { mode: '120000' })
    expect(codesOf(parseConfig(file))).toEqual(['CONFIG_MISSING 1:1'])
  })

  test('a configuration with a private key is refused for that alone, and the key is not shown', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const pem = String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const text = configYaml('nonsense: 1')
    const result = parseConfig(requestFile(`${text}# ${pem.replaceAll('\n', '\n# ')}`))
    expect(codesOf(result)).toEqual([`FILE_PRIVATE_KEY ${text.split('\n').length}:1`])
    expect(JSON.stringify(result)).not.toContain(pem.split('\n')[1])
  })

  test('a private key is refused as a certificate authority', () => {
    const { privateKey } = generateKeyPairSync('ed25519')
    const base64 = Buffer.from(
      String(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    ).toString('base64')
    const file = requestFile(configYaml(`clusters: {prod: {certificateAuthorityData: ${base64}}}`))
    expect(codesOf(parseConfig(file))).toEqual(['FILE_PRIVATE_KEY 4:1'])
  })

  test.each([
    ['nodes', 'nodes/prod', 'prod'],
    ['nodes/prod', 'nodes', 'test'],
    ['nodes/test', 'nodes/prod', null],
    ['nodes', 'nodes-prod', null],
  ])(
    'no inventory of nodes is a part of that of another cluster: %s and %s',
    (test, prod, inner) => {
      const text = [
        'apiVersion: countersign.dev/v1',
        'kind: Config',
        'metadata: {name: acme-certs}',
        `clusters: {test: {nodeInventory: ${test}}, prod: {nodeInventory: ${prod}}}`,
      ].join('\n')
      const column = (text.split('\n')[3] ?? '').indexOf(`${inner}: {nodeInventory`)
      const at = column + `${inner}: {nodeInventory: `.length + 1
      expect(codesOf(parseConfig(requestFile(text, { path: 'countersign.yaml' })))).toEqual(
        inner === null ? [] : [`FILE_FIELD_VALUE 4:${at}`],
      )
    },
  )

  test('two clusters with one server and one record namespace are refused at the second one', () => {
    const refusedIn = (second: string) => {
      const text = [
        'apiVersion: countersign.dev/v1',
        'kind: Config',
        'metadata: {name: acme-certs}',
        'clusters:',
        '  prod: {server: "https://10.0.0.1:6443"}',
        `  live: {${second}}`,
      ].join('\n')
      return codesOf(parseConfig(requestFile(text, { path: 'countersign.yaml' })))
    }
    const same = 'server: "https://10.0.0.1:6443"'
    expect(refusedIn(same)).toEqual(['FILE_FIELD_VALUE 6:18'])
    expect(refusedIn(`${same}, recordNamespace: other`)).toEqual([])
    expect(refusedIn('server: "https://10.0.0.2:6443"')).toEqual([])
    expect(refusedIn('')).toEqual([])
  })

  test('a known credential has a SHA-256 in lower case and a note on one line', () => {
    const read = (entry: string) => {
      const cluster = `clusters: {prod: {knownCredentials: [${entry}]}}`
      const head = 'apiVersion: countersign.dev/v1\nkind: Config\nmetadata: {name: acme-certs}\n'
      return parseConfig(requestFile(head + cluster, { path: 'countersign.yaml' }))
    }
    const sha256 = 'a'.repeat(64)
    expect(valueOf(read(`{sha256: ${sha256}, note: scheduler}`)).clusters[0]).toMatchObject({
      knownCredentials: [{ sha256, note: 'scheduler' }],
    })
    expect(codesOf(read(`{sha256: ${sha256}}`))).toEqual(['FILE_FIELD_REQUIRED 4:38'])
    for (const wrong of [sha256.toUpperCase(), sha256.slice(1), '"AA:BB"'])
      expect(codesOf(read(`{sha256: ${wrong}, note: a}`))).toEqual(['FILE_FIELD_VALUE 4:47'])
  })

  test('the parser never throws', () => {
    const words = [
      'clusters: ',
      '{prod: {}}',
      '\n',
      'defaults:\n',
      '- ',
      'paths: ',
      '[',
      ']',
      '  ',
      'spec: ',
      '"',
      '10%',
      'approval: ',
      '1',
      'people: ',
    ]
    const text = fc
      .array(fc.constantFrom(...words), { maxLength: 50 })
      .map(list => configYaml(list.join('')))
    fc.assert(
      fc.property(fc.oneof(text, anyText()), said => {
        const result = parseConfig(requestFile(said))
        for (const { at } of result.ok ? [] : result.problems) {
          expect(said.split('\n')[(at?.line ?? 0) - 1]).toBeDefined()
        }
      }),
      { numRuns: runs(1000) },
    )
  })
})

describe('a run without countersign.yaml', () => {
  test.each([
    ['kind-kind', 'kind-kind'],
    ['prod', 'prod'],
    ['arn:aws:eks:eu-west-1:123:cluster/Prod_1', 'arn-aws-eks-eu-west-1-123-cluster-prod-1'],
    ['admin@prod.', 'admin-prod'],
    ['***', 'cluster'],
    ['x'.repeat(80), 'x'.repeat(63)],
  ])('the context %s becomes the only cluster', (context, name) => {
    const { clusters, defaultCluster, owner } = terminalConfig(context)
    expect({ owner, defaultCluster }).toEqual({ owner: 'terminal', defaultCluster: name })
    expect(clusters).toMatchObject([
      {
        name,
        provider: 'auto',
        server: null,
        auth: { kind: 'currentKubeconfig' },
        recordNamespace: 'countersign',
      },
    ])
  })

  test('a run without countersign.yaml has no defaults, people and exceptions', () => {
    expect(terminalConfig('prod')).toMatchObject({ defaults: [], people: [], exceptions: [] })
  })
})

describe('the number of approvals of the configuration', () => {
  const read = (rule: string) =>
    parseConfig(
      requestFile(configYaml('clusters: {prod: {}}', `approval: {configuration: {${rule}}}`), {
        path: 'countersign.yaml',
      }),
    )
  const JANE = 'users: [{login: jane, id: 7}]'

  test('more approvals than named users can never be met', () => {
    const result = read(`required: 3, ${JANE}`)
    expect(codesOf(result)).toEqual(['FILE_FIELD_VALUE 5:38'])
    expect(result.ok ? null : result.problems[0]).toMatchObject({
      message: 'required is 3 and users names 1: a change could never be approved',
      hint: 'name more users, or lower required',
    })
  })

  test.each([
    ['as many users', `required: 1, ${JANE}`],
    ['a team', `required: 3, ${JANE}, teams: [{slug: pki, id: 9}]`],
    ['code owners', `required: 3, ${JANE}, codeOwners: true`],
    ['nobody, so everybody with write access', 'required: 3'],
  ])('a rule that names %s is accepted', (_, rule) => {
    expect(codesOf(read(rule))).toEqual([])
  })
})
