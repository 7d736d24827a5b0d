// What the API server or a built-in signer refuses: one row a rule, with its code and the member it points at.
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

describe('a request is fine', () => {
  test.each<[string, Partial<EffectiveRequest>]>([
    ['for a client', {}],
    ['for a client with all it may have', { usages: ['client auth', 'key encipherment'] }],
    ['for a client with nothing but client auth', { usages: ['client auth'] }],
    ['for a client with alternative names', { sans: [{ kind: 'uri', value: 'spiffe://a.b/c' }] }],
    ["for a kubelet's client", NODE],
    [
      "for a kubelet's client that encrypts keys",
      {
        ...NODE,
        usages: ['key encipherment', 'digital signature', 'client auth'],
      },
    ],
    ["for a kubelet's server", SERVING],
    [
      "for a kubelet's server by address",
      {
        ...SERVING,
        sans: [{ kind: 'ipAddress', value: '10.0.0.7' }],
      },
    ],
    [
      "for a kubelet's server that encrypts keys",
      { ...SERVING, usages: ['server auth', 'key encipherment', 'digital signature'] },
    ],
    [
      "for a kubelet's client, with a name that is only left out",
      { ...NODE, sans: [{ kind: 'registeredId', der: bytes('88 02 2a 03') }] },
    ],
    ['for another signer, whatever the usages', { signerName: TEAM, usages: ['signing', 'any'] }],
    [
      'for another signer, without a common name',
      {
        signerName: TEAM,
        subject: named('O=team'),
      },
    ],
    ['for ten minutes', { durationSeconds: 600 }],
    ['for as long as an int32 goes', { durationSeconds: 2_147_483_647 }],
    ['with its own PKCS#10', own(pkcs10())],
  ])('%s', (_, parts) => expect(refusals(parts)).toEqual([]))
})

describe('a request is refused', () => {
  test.each<[string, Partial<EffectiveRequest>, readonly string[]]>([
    ['without a path in its signer', { signerName: 'example.com' }, ['SIGNER_NAME at signerName']],
    [
      'for the legacy signer',
      { signerName: 'kubernetes.io/legacy-unknown' },
      ['SIGNER_LEGACY at signerName'],
    ],
    [
      'for a signer Kubernetes lacks',
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
    ['for longer than an int32', { durationSeconds: 2 ** 31 }, ['SIGNER_DURATION at duration']],
    ['for half a second more', { durationSeconds: 600.5 }, ['SIGNER_DURATION at duration']],
    ['for no number of seconds', { durationSeconds: Number.NaN }, ['SIGNER_DURATION at duration']],
    [
      'with two common names',
      { subject: named('CN=jane', 'CN=system:admin') },
      ['SIGNER_SUBJECT at commonName'],
    ],
    [
      'with two common names in one RDN, by any signer',
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
      'with a URI that Go writes otherwise',
      { sans: [{ kind: 'uri', value: 'HTTPS://a.example/' }] },
      ['SIGNER_SAN at uris'],
    ],
  ])('%s', (_, parts, problems) => expect(refusals(parts)).toEqual(problems))

  test('with everything that is wrong, in one go', () =>
    expect(
      refusals({ signerName: 'kubernetes.io/x', usages: [], durationSeconds: 1 }).toSorted(),
    ).toEqual([
      'SIGNER_DURATION at duration',
      'SIGNER_UNKNOWN_BUILT_IN at signerName',
      'SIGNER_USAGE_NONE at usages',
    ]))
})

describe('kube-apiserver-client refuses', () => {
  test.each<[string, Partial<EffectiveRequest>, readonly string[]]>([
    ['server auth', { usages: ['client auth', 'server auth'] }, ['SIGNER_USAGE at usages[1]']],
    [
      'signing in place of digital signature',
      { usages: ['signing', 'client auth'] },
      ['SIGNER_USAGE at usages[0]'],
    ],
    [
      'what lacks client auth',
      { usages: ['digital signature'] },
      ['SIGNER_USAGE_MISSING at usages'],
    ],
    [
      'what has no common name',
      { subject: named('O=developers') },
      ['SIGNER_LOGIN_NOBODY at commonName'],
    ],
    [
      'what has an empty common name',
      { subject: named('CN=') },
      ['SIGNER_LOGIN_NOBODY at commonName'],
    ],
    [
      'an own PKCS#10 of nobody',
      own(pkcs10({ subject: named('O=developers') })),
      ['SIGNER_LOGIN_NOBODY at commonName'],
    ],
    [
      'the masters',
      { subject: named('CN=jane', 'O=system:masters') },
      ['SIGNER_MASTERS at subject.organizations'],
    ],
    [
      'the masters in an own PKCS#10',
      own(pkcs10({ subject: named('CN=x', 'O=system:masters') })),
      ['SIGNER_MASTERS at subject.organizations'],
    ],
  ])('%s', (_, parts, problems) => expect(refusals(parts)).toEqual(problems))

  test('the masters where they stand in the file, whatever their rank in the name', () =>
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
  ])('the masters, but not by %s, as the API server does', (_, parts) =>
    expect(refusals(parts)).toEqual([]),
  )
})

describe('the kubelet signers refuse', () => {
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
      'any alternative name of a client',
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
    ['a server without a name', { ...SERVING, sans: [] }, ['SIGNER_SAN at dnsNames']],
    [
      'a server with other names',
      {
        ...SERVING,
        sans: [...SERVING.sans, { kind: 'emailAddress', value: 'a@b.c' }],
      },
      ['SIGNER_SAN at emailAddresses'],
    ],
    [
      'a client without a signature',
      { ...NODE, usages: ['client auth'] },
      ['SIGNER_USAGE_MISSING at usages'],
    ],
    [
      'a client that serves',
      { ...NODE, usages: ['digital signature', 'server auth'] },
      ['SIGNER_USAGE_MISSING at usages', 'SIGNER_USAGE at usages[1]'],
    ],
    [
      'a server that logs in',
      {
        ...SERVING,
        usages: ['digital signature', 'server auth', 'client auth'],
      },
      ['SIGNER_USAGE at usages[2]'],
    ],
  ])('%s', (_, parts, problems) => expect(refusals(parts)).toEqual(problems))

  test('no name in front of a node that is kept by Go: the last common name counts', () =>
    expect(
      refusals({ ...NODE, subject: named('O=system:nodes', 'CN=system:node:a', 'CN=jane') }),
    ).toEqual(['SIGNER_SUBJECT at commonName', 'SIGNER_SUBJECT at commonName']))
})
