// The refusals of the API server and the built-in signers: one row per rule, with its code and the member it points at.
import { describe, expect, test } from '@jest/globals'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import {
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
} from '../../../../src/domain/request/signer.ts'
import { signerProblems } from '../../../../src/lib/kubernetes/kubernetes-rules.ts'
import { bytes, named, request as pkcs10 } from '../x509/build.ts'
import { asked, own, told } from './build.ts'

const NODE = {
  signerName: KUBE_APISERVER_CLIENT_KUBELET,
  subject: named('O=system:nodes', 'CN=system:node:node-7'),
} as const
const SERVING = {
  ...NODE,
  signerName: KUBELET_SERVING,
  usages: ['digital signature', 'server auth'],
  sans: [{ kind: 'dnsName', value: 'node-7' }],
} as const
const TEAM = 'example.com/team'

function refusals(parts: Partial<EffectiveRequest>, texts: Readonly<Record<string, string>> = {}) {
  const request = asked(parts, texts)
  return told(signerProblems(request, null).problems, request)
}

describe('an accepted request', () => {
  test.each<[string, Partial<EffectiveRequest>]>([
    ['for a client', {}],
    ['for a client with all allowed usages', { usages: ['client auth', 'key encipherment'] }],
    ['for a client with client auth only', { usages: ['client auth'] }],
    ['for a client with alternative names', { sans: [{ kind: 'uri', value: 'spiffe://a.b/c' }] }],
    ['for the client certificate of a kubelet', NODE],
    [
      'for the client certificate of a kubelet with key encipherment',
      {
        ...NODE,
        usages: ['key encipherment', 'digital signature', 'client auth'],
      },
    ],
    ['for the serving certificate of a kubelet', SERVING],
    [
      'for the serving certificate of a kubelet with an address',
      {
        ...SERVING,
        sans: [{ kind: 'ipAddress', value: '10.0.0.7' }],
      },
    ],
    [
      'for the serving certificate of a kubelet with key encipherment',
      { ...SERVING, usages: ['server auth', 'key encipherment', 'digital signature'] },
    ],
    [
      'for the client certificate of a kubelet with a name that is only dropped',
      { ...NODE, sans: [{ kind: 'registeredId', der: bytes('88 02 2a 03') }] },
    ],
    ['for another signer with any usages', { signerName: TEAM, usages: ['signing', 'any'] }],
    [
      'for another signer without a common name',
      {
        signerName: TEAM,
        subject: named('O=team'),
      },
    ],
    ['for ten minutes', { durationSeconds: 600 }],
    ['for the longest duration of an int32', { durationSeconds: 2_147_483_647 }],
    ['with its own PKCS#10', own(pkcs10())],
  ])('a request %s is accepted', (_, parts) => expect(refusals(parts)).toEqual([]))
})

describe('a refused request', () => {
  test.each<[string, Partial<EffectiveRequest>, readonly string[]]>([
    ['without a path in its signer', { signerName: 'example.com' }, ['SIGNER_NAME at signerName']],
    [
      'for the legacy signer',
      { signerName: 'kubernetes.io/legacy-unknown' },
      ['SIGNER_LEGACY at signerName'],
    ],
    [
      'for an unknown signer of kubernetes.io',
      { signerName: 'kubernetes.io/client' },
      ['SIGNER_UNKNOWN_BUILT_IN at signerName'],
    ],
    ['without usages', { signerName: TEAM, usages: [] }, ['SIGNER_USAGE_NONE at usages']],
    [
      'with a usage twice',
      { usages: ['client auth', 'digital signature', 'client auth'] },
      ['SIGNER_USAGE_DUPLICATE at usages[2]'],
    ],
    ['for less than ten minutes', { durationSeconds: 599 }, ['SIGNER_DURATION at duration']],
    [
      'for a duration longer than an int32',
      { durationSeconds: 2 ** 31 },
      ['SIGNER_DURATION at duration'],
    ],
    ['for a fraction of a second', { durationSeconds: 600.5 }, ['SIGNER_DURATION at duration']],
    [
      'for a duration that is not a number',
      { durationSeconds: Number.NaN },
      ['SIGNER_DURATION at duration'],
    ],
    [
      'with two common names',
      { subject: named('CN=jane', 'CN=system:admin') },
      ['SIGNER_SUBJECT at commonName'],
    ],
    [
      'with two common names in one RDN, for another signer',
      {
        signerName: TEAM,
        subject: [named('CN=jane', 'CN=web').flat()],
      },
      ['SIGNER_SUBJECT at commonName'],
    ],
    [
      'with an empty organization',
      { subject: named('CN=jane', 'O=') },
      ['SIGNER_SUBJECT at subject.organizations'],
    ],
    [
      'with a URI that Go writes differently',
      { sans: [{ kind: 'uri', value: 'HTTPS://a.example/' }] },
      ['SIGNER_SAN at uris'],
    ],
  ])('a request %s is refused', (_, parts, problems) => expect(refusals(parts)).toEqual(problems))

  test('a request gets every problem at once', () =>
    expect(
      refusals({ signerName: 'kubernetes.io/x', usages: [], durationSeconds: 1 }).toSorted(),
    ).toEqual([
      'SIGNER_DURATION at duration',
      'SIGNER_UNKNOWN_BUILT_IN at signerName',
      'SIGNER_USAGE_NONE at usages',
    ]))
})

describe('the signer kube-apiserver-client', () => {
  test.each<[string, Partial<EffectiveRequest>, readonly string[]]>([
    [
      'a request with server auth',
      { usages: ['client auth', 'server auth'] },
      ['SIGNER_USAGE at usages[1]'],
    ],
    [
      'a request with signing in place of digital signature',
      { usages: ['signing', 'client auth'] },
      ['SIGNER_USAGE at usages[0]'],
    ],
    [
      'a request without client auth',
      { usages: ['digital signature'] },
      ['SIGNER_USAGE_MISSING at usages'],
    ],
    [
      'a request without a common name',
      { subject: named('O=developers') },
      ['SIGNER_LOGIN_NOBODY at commonName'],
    ],
    [
      'a request with an empty common name',
      { subject: named('CN=') },
      ['SIGNER_LOGIN_NOBODY at commonName'],
    ],
    [
      'an own PKCS#10 without a common name',
      own(pkcs10({ subject: named('O=developers') })),
      ['SIGNER_LOGIN_NOBODY at commonName'],
    ],
    [
      'a request with system:masters',
      { subject: named('CN=jane', 'O=system:masters') },
      ['SIGNER_MASTERS at subject.organizations'],
    ],
    [
      'an own PKCS#10 with system:masters',
      own(pkcs10({ subject: named('CN=x', 'O=system:masters') })),
      ['SIGNER_MASTERS at subject.organizations'],
    ],
  ])('kube-apiserver-client refuses %s', (_, parts, problems) =>
    expect(refusals(parts)).toEqual(problems),
  )

  test('the problem of system:masters points at its line in the file, whatever its order in the name', () =>
    expect(
      refusals(
        { subject: named('O=dev', 'O=system:masters', 'CN=jane') },
        {
          'subject.organizations[0]': '"system:masters"',
          'subject.organizations[1]': 'dev',
        },
      ),
    ).toEqual(['SIGNER_MASTERS at subject.organizations[0]']))

  test.each([
    ['another signer', { signerName: TEAM, subject: named('CN=x', 'O=system:masters') }],
    ['another spelling', { subject: named('CN=x', 'O=System:masters') }],
  ])('system:masters is accepted for %s, as by the API server', (_, parts) =>
    expect(refusals(parts)).toEqual([]),
  )
})

describe('the kubelet signers', () => {
  test.each<[string, Partial<EffectiveRequest>, readonly string[]]>([
    [
      'another organization',
      { ...NODE, subject: named('O=nodes', 'CN=system:node:a') },
      ['SIGNER_SUBJECT at subject.organizations'],
    ],
    [
      'a second organization',
      {
        ...SERVING,
        subject: named('O=system:nodes', 'O=b', 'CN=system:node:a'),
      },
      ['SIGNER_SUBJECT at subject.organizations'],
    ],
    [
      'another common name',
      { ...NODE, subject: named('O=system:nodes', 'CN=node-7') },
      ['SIGNER_SUBJECT at commonName'],
    ],
    [
      'no common name',
      { ...SERVING, subject: named('O=system:nodes') },
      ['SIGNER_SUBJECT at commonName'],
    ],
    [
      'an alternative name in a client certificate',
      {
        ...NODE,
        sans: [
          { kind: 'dnsName', value: 'a' },
          { kind: 'uri', value: 'spiffe://a.b/c' },
          { kind: 'emailAddress', value: 'a@b.c' },
          { kind: 'ipAddress', value: '10.0.0.1' },
        ],
      },
      [
        'SIGNER_SAN at dnsNames',
        'SIGNER_SAN at uris',
        'SIGNER_SAN at emailAddresses',
        'SIGNER_SAN at ipAddresses',
      ],
    ],
    ['a serving certificate without a name', { ...SERVING, sans: [] }, ['SIGNER_SAN at dnsNames']],
    [
      'a serving certificate with other names',
      {
        ...SERVING,
        sans: [...SERVING.sans, { kind: 'emailAddress', value: 'a@b.c' }],
      },
      ['SIGNER_SAN at emailAddresses'],
    ],
    [
      'a client certificate without digital signature',
      { ...NODE, usages: ['client auth'] },
      ['SIGNER_USAGE_MISSING at usages'],
    ],
    [
      'a client certificate with server auth',
      { ...NODE, usages: ['digital signature', 'server auth'] },
      ['SIGNER_USAGE_MISSING at usages', 'SIGNER_USAGE at usages[1]'],
    ],
    [
      'a serving certificate with client auth',
      {
        ...SERVING,
        usages: ['digital signature', 'server auth', 'client auth'],
      },
      ['SIGNER_USAGE at usages[2]'],
    ],
  ])('the kubelet signers refuse %s', (_, parts, problems) =>
    expect(refusals(parts)).toEqual(problems),
  )

  test('a signer of clients does not ask a server for the usage of clients', () => {
    const request = asked({ ...NODE, usages: ['digital signature', 'server auth'] })
    const { problems } = signerProblems(request, null)
    expect(problems.map(({ hint }) => hint)).toEqual([
      'use a signer of these usages',
      expect.stringContaining('use another signer'),
    ])
  })

  test('the kubelet signers check the last common name, which Go keeps', () =>
    expect(
      refusals({ ...NODE, subject: named('O=system:nodes', 'CN=system:node:a', 'CN=jane') }),
    ).toEqual(['SIGNER_SUBJECT at commonName', 'SIGNER_SUBJECT at commonName']))
})
