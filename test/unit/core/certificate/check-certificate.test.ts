import { describe, expect, test } from '@jest/globals'
import { checkIssued } from '../../../../src/core/certificate/check-certificate.ts'
import type { Expected } from '../../../../src/core/certificate/check-certificate.ts'
import type { Chain } from '../../../../src/domain/cluster/certificate.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { predict } from '../../../../src/lib/kubernetes/predict-certificate.ts'
import { utf8String } from '../../../../src/lib/x509/der-write.ts'
import { EXTENDED_KEY_USAGE_OIDS } from '../../../../src/lib/x509/oids.ts'
import { DAY, effective, place, subject } from '../../../build/effective.ts'
import { NOW, REQUESTED_KEY, authority, keyPair, secondsAfter } from '../../../build/issued.ts'
import type { Authority, Order } from '../../../build/issued.ts'

const { anyExtendedKeyUsage, clientAuth, serverAuth } = EXTENDED_KEY_USAGE_OIDS
const CA = authority('cluster')
const OTHER_SIGNER = 'example.com/team'

interface Case {
  readonly request?: EffectiveRequest
  readonly order?: Order
  readonly signer?: Authority
  readonly intermediates?: Chain['intermediates']
  readonly expected?: Partial<Expected>
}

/** The findings on a good certificate, with one thing changed. */
function findings({ request = effective(), order, signer = CA, ...rest }: Case = {}) {
  const leaf = signer.issue({ request, ...order })
  return checkIssued(
    { leaf, intermediates: rest.intermediates ?? [] },
    {
      request,
      prediction: predict(request, null),
      spki: REQUESTED_KEY.spki,
      signerCa: [CA.certificate],
      now: NOW,
      ...rest.expected,
    },
  )
}

function codes(list: readonly { readonly code: string }[]): readonly string[] {
  return list.map(({ code }) => code)
}

const FINE = { problems: [], warnings: [] }

/** Exactly this problem, and no warning. */
function only(code: string, message: RegExp): unknown {
  const problem = expect.objectContaining({ code, message: expect.stringMatching(message) })
  return { problems: [problem], warnings: [] }
}

describe('checkIssued finds nothing wrong', () => {
  test.each<[string, Case]>([
    ['with what kube-controller-manager signs', {}],
    ['with names in every kind', { request: effective({ dnsNames: ['a.test'], uris: ['x:y'] }) }],
    ['with a certificate for ten minutes', { request: effective({ durationSeconds: 600 }) }],
    [
      'with groups that the signer put into another order',
      {
        request: effective({ organizations: ['viewers', 'developers', 'admins'] }),
      },
    ],
    [
      'without an attribute that the prediction says is dropped',
      {
        request: effective({ subject: subject('CN=jane', 'emailAddress=jane@example.com') }),
      },
    ],
    [
      'without keyUsage, as the built-in signers write it for client auth alone',
      {
        request: effective({ usages: ['client auth'] }),
      },
    ],
    ['with fewer usages than asked', { order: { keyUsage: [] } }],
    [
      'with any purpose where any was asked',
      {
        request: effective({ signerName: OTHER_SIGNER, usages: ['any', 'client auth'] }),
      },
    ],
    [
      'without extendedKeyUsage where any purpose was asked',
      {
        request: effective({ signerName: OTHER_SIGNER, usages: ['any'] }),
        order: { extendedKeyUsage: [] },
      },
    ],
  ])('%s', (_, given) => {
    expect(findings(given)).toEqual(FINE)
  })
})

describe('checkIssued: the public key', () => {
  test('of somebody else is refused', () => {
    const key = keyPair()
    expect(findings({ order: { spki: key.spki } })).toEqual(
      only('CERTIFICATE_KEY', /another public key \(SHA-256 [0-9a-f]{64}\)/),
    )
  })

  test('is the one that was asked for, not the one of the request before', () => {
    expect(codes(findings({ expected: { spki: keyPair().spki } }).problems)).toEqual([
      'CERTIFICATE_KEY',
    ])
  })
})

describe('checkIssued: the subject', () => {
  test.each<[string, Order, RegExp]>([
    ['without a group', { subject: subject('CN=jane') }, /: O=developers is missing$/],
    [
      'with a group too many',
      { subject: subject('O=admins+O=developers', 'CN=jane') },
      /: O=admins was not/,
    ],
    [
      'of somebody else',
      { subject: subject('O=developers', 'CN=root') },
      /CN=jane is missing; CN=root was/,
    ],
    [
      'with the same value under another type',
      { subject: subject('O=developers', 'OU=jane') },
      /OU=jane/,
    ],
    [
      'that differs in case',
      { subject: subject('O=Developers', 'CN=jane') },
      /O=Developers was not/,
    ],
    [
      'with the group twice',
      { subject: subject('O=developers+O=developers', 'CN=jane') },
      /: O=dev.* was/,
    ],
    ['in one RDN instead of two', { subject: subject('CN=jane+O=developers') }, /in other parts/],
    [
      'with the UID of Kubernetes',
      {
        subject: subject('O=developers', 'CN=jane', '1.3.6.1.4.1.57683.2=root'),
      },
      /1\.3\.6\.1\.4\.1\.57683\.2=root was not asked for/,
    ],
    ['that is empty', { subject: [] }, /O=developers, CN=jane is missing/],
  ])('%s is refused', (_, order, message) => {
    expect(findings({ order })).toEqual(only('CERTIFICATE_NAMES', message))
  })

  test('in another order is the same: versions of Go differ in it', () => {
    const turned = subject('CN=jane', 'O=developers')
    expect(findings({ order: { subject: turned } })).toEqual(FINE)
  })

  test('in another string type is the same', () => {
    const utf8 = subject('O=developers', 'CN=jane').map(rdn =>
      rdn.map(({ oid, value }) => ({ oid, value, der: utf8String(value) })),
    )
    expect(findings({ order: { subject: utf8 } })).toEqual(FINE)
  })
})

describe('checkIssued: the subject of a signer that is not predicted', () => {
  const request = effective({ signerName: OTHER_SIGNER, organizations: ['developers', 'viewers'] })

  test.each([
    ['in the order of the request', subject('CN=jane', 'O=developers', 'O=viewers')],
    ['in another order', subject('O=viewers', 'O=developers', 'CN=jane')],
    ['gathered as Go does', subject('O=developers+O=viewers', 'CN=jane')],
  ])('may be %s', (_, names) => {
    expect(findings({ request, order: { subject: names } })).toEqual(FINE)
  })

  test.each([
    ['without a group', subject('CN=jane', 'O=developers'), /O=viewers is missing/],
    [
      'with a group too many',
      subject('CN=jane', 'O=developers+O=viewers+O=admins'),
      /O=admins was not/,
    ],
  ])('%s is refused', (_, names, message) => {
    expect(findings({ request, order: { subject: names } })).toEqual(
      only('CERTIFICATE_NAMES', message),
    )
  })

  test('with its common names in another order is refused: the last one logs in', () => {
    const two = effective({ signerName: OTHER_SIGNER, subject: subject('CN=root', 'CN=jane') })
    const order = { subject: subject('CN=jane', 'CN=root') }
    expect(findings({ request: two, order })).toEqual(only('CERTIFICATE_NAMES', /other parts/))
    expect(findings({ request: two })).toEqual(FINE)
  })

  test('keeps what a built-in signer would drop, or is refused', () => {
    const names = subject('CN=jane', 'DC=example')
    const given = { request: effective({ signerName: OTHER_SIGNER, subject: names }) }
    expect(findings(given)).toEqual(FINE)
    expect(findings({ ...given, order: { subject: subject('CN=jane') } })).toEqual(
      only('CERTIFICATE_NAMES', /DC=example is missing/),
    )
  })
})

describe('checkIssued: the subject alternative names', () => {
  const names = { dnsNames: ['a.test', 'b.test'], ipAddresses: ['10.0.0.1'] }
  const dns = (value: string) => ({ kind: 'dnsName', value }) as const

  test.each([
    ['built-in', effective(names)],
    ['other', effective({ ...names, signerName: OTHER_SIGNER })],
  ])('may stand in any order (%s signer)', (_, request) => {
    expect(findings({ request, order: { sans: request.sans.toReversed() } })).toEqual(FINE)
  })

  test.each([
    ['missing', [dns('a.test'), dns('b.test')], /IP:10\.0\.0\.1 is missing$/],
    ['too many', [...effective(names).sans, dns('c.test')], /: DNS:c\.test was not asked for$/],
    ['of another kind', [dns('a.test'), dns('b.test'), dns('10.0.0.1')], /IP:10.* DNS:10/],
    ['all gone', [], /DNS:a\.test, DNS:b\.test, IP:10\.0\.0\.1 is missing/],
  ])('%s are refused', (_, sans, message) => {
    for (const signerName of [effective().signerName, OTHER_SIGNER]) {
      const request = effective({ ...names, signerName })
      expect(findings({ request, order: { sans } })).toEqual(only('CERTIFICATE_NAMES', message))
    }
  })

  test('that nobody asked for are refused', () => {
    const order = { sans: [dns('kubernetes.default')] }
    expect(findings({ order })).toEqual(
      only('CERTIFICATE_NAMES', /DNS:kubernetes\.default was not/),
    )
  })
})

describe('checkIssued: usages', () => {
  test.each<[string, Order, RegExp]>([
    [
      'an extended key usage too many',
      { extendedKeyUsage: [clientAuth, serverAuth] },
      /for serverAuth;/,
    ],
    [
      'another one',
      { extendedKeyUsage: [serverAuth] },
      /for serverAuth; asked for was digital sig/,
    ],
    ['any purpose', { extendedKeyUsage: [anyExtendedKeyUsage] }, /for anyExtendedKeyUsage;/],
    ['a purpose nobody knows', { extendedKeyUsage: [clientAuth, '1.2.3.4'] }, /for 1\.2\.3\.4;/],
    [
      'no extendedKeyUsage at all',
      { extendedKeyUsage: [] },
      /no extendedKeyUsage, which means any/,
    ],
    ['a key usage too many', { keyUsage: ['digitalSignature', 'keyEncipherment'] }, /for keyEnc/],
    ['the right to sign certificates', { keyUsage: ['keyCertSign'] }, /for keyCertSign;/],
  ])('%s is refused', (_, order, message) => {
    expect(findings({ order })).toEqual(only('CERTIFICATE_USAGE', message))
  })

  test('a key usage where none was asked is refused', () => {
    const request = effective({ usages: ['client auth'] })
    expect(findings({ request, order: { keyUsage: ['digitalSignature'] } })).toEqual(
      only('CERTIFICATE_USAGE', /for digitalSignature; asked for was client auth$/),
    )
  })
})

test('checkIssued: a CA is refused', () => {
  expect(findings({ order: { isCa: true } })).toEqual(only('CERTIFICATE_CA', /one of a CA/))
})

describe('checkIssued: dates', () => {
  const week = 7 * DAY

  test.each<[string, Order]>([
    ['begins in five minutes', { notBefore: secondsAfter(NOW, 300) }],
    ['is five minutes longer than asked', { notAfter: secondsAfter(NOW, week + 300) }],
    ['is ten minutes shorter than asked', { notAfter: secondsAfter(NOW, week - 600) }],
  ])('a certificate that %s is taken without a word', (_, order) => {
    expect(findings({ order })).toEqual(FINE)
  })

  test.each<[string, Order, RegExp]>([
    [
      'begins later',
      { notBefore: secondsAfter(NOW, 301) },
      /not valid before 2026-03-01T12:05:01Z/,
    ],
    ['has expired', { notAfter: secondsAfter(NOW, -1) }, /expired at 2026-03-01T11:59:59Z/],
    ['expires right now', { notAfter: NOW }, /expired at 2026-03-01T12:00:00Z/],
    [
      'is longer',
      { notAfter: secondsAfter(NOW, week + 301) },
      /until .*, 5m1s longer than the 168h/,
    ],
    ['is much longer', { notAfter: secondsAfter(NOW, 365 * DAY) }, /8592h longer than the 168h/],
  ])('one that %s is refused', (_, order, message) => {
    expect(findings({ order })).toEqual(only('CERTIFICATE_DATES', message))
  })

  test('one that is shorter is stored with a warning', () => {
    const order = { notAfter: secondsAfter(NOW, week - 601) }
    expect(findings({ order })).toMatchObject({
      problems: [],
      warnings: [
        {
          code: 'CERTIFICATE_SHORT',
          message:
            'the certificate is valid for 167h49m59s more, until 2026-03-08T11:49:59Z; 168h were asked for',
        },
      ],
    })
  })

  test('the API server’s clock decides', () => {
    const late = findings({ expected: { now: secondsAfter(NOW, 8 * DAY) } })
    expect(codes(late.problems)).toEqual(['CERTIFICATE_DATES'])
  })
})

describe('checkIssued: the chain', () => {
  const between = CA.authority('between')
  const through = (signer: Authority, ...chain: readonly Authority[]): Case => ({
    signer,
    intermediates: chain.map(({ certificate }) => certificate),
  })
  const trusting = (...cas: readonly Authority[]): Case => ({
    expected: { signerCa: cas.map(({ certificate }) => certificate) },
  })
  const old = { notAfter: secondsAfter(NOW, -1) }
  const expired = authority('cluster', old, CA.key)
  const lower = between.authority('lower')

  test.each<[string, Case]>([
    ['through an intermediate', through(between, between)],
    ['through two', through(lower, lower, between)],
    ['to one of several CAs', trusting(authority('next'), CA)],
    ['to the CA that is valid of two with one key', trusting(expired, CA)],
    [
      'to an intermediate that is itself the signer’s CA',
      {
        ...through(between, between),
        ...trusting(between),
      },
    ],
  ])('leads %s', (_, given) => {
    expect(findings(given)).toEqual(FINE)
  })

  const badSign = CA.authority('no-sign', { keyUsage: ['digitalSignature'] })
  const notCa = CA.authority('user', { isCa: false, keyUsage: [] })
  const underUser = notCa.authority('under-user')
  const over = CA.authority('over', old)
  const notYet = authority('cluster', { notBefore: secondsAfter(NOW, 1) }, CA.key)

  test.each<[string, Case, RegExp]>([
    ['to another CA', trusting(authority('next')), /: CN=cluster signed it, .* CA is CN=next$/],
    ['to a namesake', trusting(authority('cluster')), /also calls itself CN=cluster signed it$/],
    ['to nowhere', trusting(), /the signer's CA is not known$/],
    ['to an expired CA', trusting(expired), /CN=cluster expired at 2026-03-01T11:59:59/],
    ['to a CA of tomorrow', trusting(notYet), /CN=cluster is not valid yet$/],
    ['past a missing intermediate', through(between), /CN=between signed it/],
    ['through an expired intermediate', through(over, over), /CN=over expired at/],
    ['through somebody’s own certificate', through(notCa, notCa), /CN=user is not a CA$/],
    ['through a CA that may not sign', through(badSign, badSign), /CN=no-sign may not sign/],
    ['over a bad link higher up', through(underUser, underUser, notCa), /CN=user is not a CA$/],
  ])('that leads %s is refused', (_, given, message) => {
    expect(findings(given)).toEqual(only('CERTIFICATE_CHAIN', message))
  })

  test('is not checked where nobody told the signer’s CA, and that is said', () => {
    expect(findings({ expected: { signerCa: null } })).toMatchObject({
      problems: [],
      warnings: [
        { code: 'CERTIFICATE_CHAIN_UNCHECKED', message: expect.stringContaining('kubern') },
      ],
    })
  })
})

test('checkIssued says every fault at once', () => {
  const order: Order = {
    subject: subject('CN=root'),
    sans: [{ kind: 'dnsName', value: 'x.test' }],
    extendedKeyUsage: [serverAuth],
    spki: keyPair().spki,
    notAfter: secondsAfter(NOW, 365 * DAY),
    isCa: true,
  }
  expect(codes(findings({ order, signer: authority('next') }).problems)).toEqual([
    'CERTIFICATE_KEY',
    'CERTIFICATE_NAMES',
    'CERTIFICATE_NAMES',
    'CERTIFICATE_USAGE',
    'CERTIFICATE_CA',
    'CERTIFICATE_DATES',
    'CERTIFICATE_CHAIN',
  ])
})

test('checkIssued points at what the file says about it', () => {
  const members = ['', 'commonName', 'dnsNames', 'usages', 'duration', 'privateKey', 'signerName']
  const places = new Map(members.map((member, index) => [member, place('jane.yaml', index)]))
  const order: Order = {
    subject: subject('CN=root'),
    sans: [{ kind: 'dnsName', value: 'x.test' }],
    extendedKeyUsage: [serverAuth],
    spki: keyPair().spki,
    notAfter: secondsAfter(NOW, 365 * DAY),
  }
  const request = effective({ places })
  const { problems, warnings } = findings({ request, order, expected: { signerCa: null } })
  const at = [...problems, ...warnings].map(problem => members[problem.at?.line ?? 0])
  expect(at).toEqual(['privateKey', 'commonName', 'dnsNames', 'usages', 'duration', 'signerName'])
})
