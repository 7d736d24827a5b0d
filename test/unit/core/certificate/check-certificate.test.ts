import { describe, expect, test } from '@jest/globals'
import { checkIssued } from '../../../../src/core/certificate/check-certificate.ts'
import type { ExpectedCertificate } from '../../../../src/core/certificate/check-certificate.ts'
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
  readonly expected?: Partial<ExpectedCertificate>
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

describe('a correct certificate', () => {
  test.each<[string, Case]>([
    ['as kube-controller-manager signs it', {}],
    ['with names of every kind', { request: effective({ dnsNames: ['a.test'], uris: ['x:y'] }) }],
    ['for ten minutes', { request: effective({ durationSeconds: 600 }) }],
    [
      'with groups in another order',
      {
        request: effective({ organizations: ['viewers', 'developers', 'admins'] }),
      },
    ],
    [
      'without an attribute that the prediction drops',
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
    ['with fewer usages than requested', { order: { keyUsage: [] } }],
    [
      'with any purpose where any was requested',
      {
        request: effective({ signerName: OTHER_SIGNER, usages: ['any', 'client auth'] }),
      },
    ],
    [
      'without extendedKeyUsage where any purpose was requested',
      {
        request: effective({ signerName: OTHER_SIGNER, usages: ['any'] }),
        order: { extendedKeyUsage: [] },
      },
    ],
  ])('a certificate %s is accepted', (_, given) => {
    expect(findings(given)).toEqual(FINE)
  })
})

describe('the public key of a certificate', () => {
  test('a certificate for another public key is refused', () => {
    const key = keyPair()
    expect(findings({ order: { spki: key.spki } })).toEqual(
      only('CERTIFICATE_KEY', /another public key \(SHA-256 [0-9a-f]{64}\)/),
    )
  })

  test('the public key must be the requested one, not that of the previous request', () => {
    expect(codes(findings({ expected: { spki: keyPair().spki } }).problems)).toEqual([
      'CERTIFICATE_KEY',
    ])
  })
})

describe('the subject of a certificate', () => {
  test.each<[string, Order, RegExp]>([
    ['without a group', { subject: subject('CN=jane') }, /: O=developers is missing$/],
    [
      'with one more group',
      { subject: subject('O=admins+O=developers', 'CN=jane') },
      /: O=admins was not/,
    ],
    [
      'of another user',
      { subject: subject('O=developers', 'CN=root') },
      /CN=jane is missing; CN=root was/,
    ],
    [
      'with the same value under another type',
      { subject: subject('O=developers', 'OU=jane') },
      /OU=jane/,
    ],
    [
      'with another letter case',
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
      /1\.3\.6\.1\.4\.1\.57683\.2=root was not requested/,
    ],
    ['without attributes', { subject: [] }, /O=developers, CN=jane is missing/],
  ])('a subject %s is refused', (_, order, message) => {
    expect(findings({ order })).toEqual(only('CERTIFICATE_NAMES', message))
  })

  test('a subject in another order is accepted, since versions of Go differ in it', () => {
    const turned = subject('CN=jane', 'O=developers')
    expect(findings({ order: { subject: turned } })).toEqual(FINE)
  })

  test('a subject in another string type is accepted', () => {
    const utf8 = subject('O=developers', 'CN=jane').map(rdn =>
      rdn.map(({ oid, value }) => ({ oid, value, der: utf8String(value) })),
    )
    expect(findings({ order: { subject: utf8 } })).toEqual(FINE)
  })
})

describe('the subject from a signer that is not predicted', () => {
  const request = effective({ signerName: OTHER_SIGNER, organizations: ['developers', 'viewers'] })

  test.each([
    ['in the order of the request', subject('CN=jane', 'O=developers', 'O=viewers')],
    ['in another order', subject('O=viewers', 'O=developers', 'CN=jane')],
    ['grouped as Go does', subject('O=developers+O=viewers', 'CN=jane')],
  ])('a subject %s is accepted from another signer', (_, names) => {
    expect(findings({ request, order: { subject: names } })).toEqual(FINE)
  })

  test.each([
    ['without a group', subject('CN=jane', 'O=developers'), /O=viewers is missing/],
    [
      'with one more group',
      subject('CN=jane', 'O=developers+O=viewers+O=admins'),
      /O=admins was not/,
    ],
  ])('a subject %s is refused from another signer', (_, names, message) => {
    expect(findings({ request, order: { subject: names } })).toEqual(
      only('CERTIFICATE_NAMES', message),
    )
  })

  test('a subject with its common names in another order is refused, since the last one logs in', () => {
    const two = effective({ signerName: OTHER_SIGNER, subject: subject('CN=root', 'CN=jane') })
    const order = { subject: subject('CN=jane', 'CN=root') }
    expect(findings({ request: two, order })).toEqual(only('CERTIFICATE_NAMES', /other parts/))
    expect(findings({ request: two })).toEqual(FINE)
  })

  test('a subject without an attribute that a built-in signer would drop is refused from another signer', () => {
    const names = subject('CN=jane', 'DC=example')
    const given = { request: effective({ signerName: OTHER_SIGNER, subject: names }) }
    expect(findings(given)).toEqual(FINE)
    expect(findings({ ...given, order: { subject: subject('CN=jane') } })).toEqual(
      only('CERTIFICATE_NAMES', /DC=example is missing/),
    )
  })
})

describe('the subject alternative names of a certificate', () => {
  const names = { dnsNames: ['a.test', 'b.test'], ipAddresses: ['10.0.0.1'] }
  const dns = (value: string) => ({ kind: 'dnsName', value }) as const

  test.each([
    ['built-in', effective(names)],
    ['other', effective({ ...names, signerName: OTHER_SIGNER })],
  ])('alternative names are accepted in any order (%s signer)', (_, request) => {
    expect(findings({ request, order: { sans: request.sans.toReversed() } })).toEqual(FINE)
  })

  test.each([
    ['with one missing', [dns('a.test'), dns('b.test')], /IP:10\.0\.0\.1 is missing$/],
    [
      'with one more',
      [...effective(names).sans, dns('c.test')],
      /: DNS:c\.test was not requested$/,
    ],
    ['of another kind', [dns('a.test'), dns('b.test'), dns('10.0.0.1')], /IP:10.* DNS:10/],
    ['with none left', [], /DNS:a\.test, DNS:b\.test, IP:10\.0\.0\.1 is missing/],
  ])('alternative names %s are refused', (_, sans, message) => {
    for (const signerName of [effective().signerName, OTHER_SIGNER]) {
      const request = effective({ ...names, signerName })
      expect(findings({ request, order: { sans } })).toEqual(only('CERTIFICATE_NAMES', message))
    }
  })

  test('alternative names that were not requested are refused', () => {
    const order = { sans: [dns('kubernetes.default')] }
    expect(findings({ order })).toEqual(
      only('CERTIFICATE_NAMES', /DNS:kubernetes\.default was not/),
    )
  })
})

describe('the usages of a certificate', () => {
  test.each<[string, Order, RegExp]>([
    [
      'one more extended key usage',
      { extendedKeyUsage: [clientAuth, serverAuth] },
      /for serverAuth;/,
    ],
    [
      'another extended key usage',
      { extendedKeyUsage: [serverAuth] },
      /for serverAuth; requested: digital sig/,
    ],
    ['any purpose', { extendedKeyUsage: [anyExtendedKeyUsage] }, /for anyExtendedKeyUsage;/],
    ['an unknown purpose', { extendedKeyUsage: [clientAuth, '1.2.3.4'] }, /for 1\.2\.3\.4;/],
    ['no extendedKeyUsage', { extendedKeyUsage: [] }, /no extendedKeyUsage, which means any/],
    ['one more key usage', { keyUsage: ['digitalSignature', 'keyEncipherment'] }, /for keyEnc/],
    ['keyCertSign', { keyUsage: ['keyCertSign'] }, /for keyCertSign;/],
  ])('a certificate with %s is refused', (_, order, message) => {
    expect(findings({ order })).toEqual(only('CERTIFICATE_USAGE', message))
  })

  test('a key usage is refused where none was requested', () => {
    const request = effective({ usages: ['client auth'] })
    expect(findings({ request, order: { keyUsage: ['digitalSignature'] } })).toEqual(
      only('CERTIFICATE_USAGE', /for digitalSignature; requested: client auth$/),
    )
  })
})

describe('a requested usage that the certificate lacks', () => {
  const usages = ['digital signature', 'key encipherment', 'client auth', 'server auth'] as const
  const request = effective({ usages })
  const warningsOf = (order: Order, about = request) => {
    const { problems, warnings } = findings({ request: about, order })
    return [...problems, ...warnings].map(({ code, message }) => `${code} ${message}`)
  }
  const asked = 'requested: digital signature, key encipherment, client auth, server auth'

  test.each<[string, Order, string]>([
    ['an extended key usage', { extendedKeyUsage: [serverAuth] }, 'clientAuth'],
    ['a key usage', { keyUsage: ['keyEncipherment'] }, 'digitalSignature'],
    [
      'one of each',
      { keyUsage: ['keyEncipherment'], extendedKeyUsage: [clientAuth] },
      'digitalSignature, serverAuth',
    ],
  ])('%s is missing: a warning says so', (_, order, missing) => {
    const text = `CERTIFICATE_USAGE the certificate must not be used for ${missing}; ${asked}`
    expect(warningsOf(order)).toEqual([text])
  })

  test.each<[string, Order]>([
    ['there is no keyUsage extension, which allows every key usage', { keyUsage: [] }],
    ['an EC key cannot encipher keys', { keyUsage: ['digitalSignature'] }],
  ])('there is no warning if %s', (_, order) => {
    expect(warningsOf(order)).toEqual([])
  })

  test('there is no warning if the certificate is good for any purpose, as requested', () => {
    const about = effective({ usages: ['any', 'client auth'] })
    expect(warningsOf({ extendedKeyUsage: [anyExtendedKeyUsage] }, about)).toEqual([])
  })
})

test('a CA certificate is refused', () => {
  expect(findings({ order: { isCa: true } })).toEqual(only('CERTIFICATE_CA', /a CA certificate/))
})

describe('the dates of a certificate', () => {
  const week = 7 * DAY

  test.each<[string, Order]>([
    ['begins in five minutes', { notBefore: secondsAfter(NOW, 300) }],
    ['is five minutes longer than requested', { notAfter: secondsAfter(NOW, week + 300) }],
    ['is ten minutes shorter than requested', { notAfter: secondsAfter(NOW, week - 600) }],
  ])('a certificate that %s is accepted', (_, order) => {
    expect(findings({ order })).toEqual(FINE)
  })

  test.each<[string, Order, RegExp]>([
    [
      'begins more than five minutes later',
      { notBefore: secondsAfter(NOW, 301) },
      /not valid before 2026-03-01T12:05:01Z/,
    ],
    ['has expired', { notAfter: secondsAfter(NOW, -1) }, /expired at 2026-03-01T11:59:59Z/],
    ['expires now', { notAfter: NOW }, /expired at 2026-03-01T12:00:00Z/],
    [
      'is more than five minutes longer than requested',
      { notAfter: secondsAfter(NOW, week + 301) },
      /until .*, 5m1s longer than the 168h/,
    ],
    ['is much longer', { notAfter: secondsAfter(NOW, 365 * DAY) }, /8592h longer than the 168h/],
  ])('a certificate that %s is refused', (_, order, message) => {
    expect(findings({ order })).toEqual(only('CERTIFICATE_DATES', message))
  })

  test('a certificate that is more than ten minutes shorter than requested has a warning', () => {
    const order = { notAfter: secondsAfter(NOW, week - 601) }
    expect(findings({ order })).toMatchObject({
      problems: [],
      warnings: [
        {
          code: 'CERTIFICATE_SHORT',
          message:
            'the certificate is valid for 167h49m59s more, until 2026-03-08T11:49:59Z; 168h were requested',
        },
      ],
    })
  })

  test('a certificate that ends after its request is refused, and one that ends with it has no warning', () => {
    const until = secondsAfter(NOW, 3600)
    const ending = (seconds: number) =>
      findings({
        request: effective({ until }),
        order: { notAfter: secondsAfter(NOW, seconds) },
      })
    expect(ending(3601)).toEqual(only('CERTIFICATE_DATES', /after the end of the request/))
    expect(ending(3600)).toMatchObject({ problems: [], warnings: [] })
    expect(codes(ending(2990).warnings)).toEqual(['CERTIFICATE_SHORT'])
  })

  test('the clock of the API server decides on expiry', () => {
    const late = findings({ expected: { now: secondsAfter(NOW, 8 * DAY) } })
    expect(codes(late.problems)).toEqual(['CERTIFICATE_DATES'])
  })
})

describe('the chain of a certificate', () => {
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
    ['through two intermediates', through(lower, lower, between)],
    ['to one of several CAs', trusting(authority('next'), CA)],
    ['to the valid one of two CAs with one key', trusting(expired, CA)],
    [
      'to an intermediate that is itself the CA of the signer',
      {
        ...through(between, between),
        ...trusting(between),
      },
    ],
  ])('a chain %s is accepted', (_, given) => {
    expect(findings(given)).toEqual(FINE)
  })

  const badSign = CA.authority('no-sign', { keyUsage: ['digitalSignature'] })
  const notCa = CA.authority('user', { isCa: false, keyUsage: [] })
  const underUser = notCa.authority('under-user')
  const over = CA.authority('over', old)
  const notYet = authority('cluster', { notBefore: secondsAfter(NOW, 1) }, CA.key)

  test.each<[string, Case, RegExp]>([
    ['to another CA', trusting(authority('next')), /: CN=cluster signed it, .* CA is CN=next$/],
    [
      'to another CA with the same name',
      trusting(authority('cluster')),
      /also calls itself CN=cluster signed it$/,
    ],
    ['to no CA', trusting(), /the signer's CA is not known$/],
    ['to an expired CA', trusting(expired), /CN=cluster expired at 2026-03-01T11:59:59/],
    ['to a CA that is not valid yet', trusting(notYet), /CN=cluster is not valid yet$/],
    ['past a missing intermediate', through(between), /CN=between signed it/],
    ['through an expired intermediate', through(over, over), /CN=over expired at/],
    ['through a certificate that is not a CA', through(notCa, notCa), /CN=user is not a CA$/],
    [
      'through a CA without the right to sign',
      through(badSign, badSign),
      /CN=no-sign may not sign/,
    ],
    [
      'with a bad link above the first',
      through(underUser, underUser, notCa),
      /CN=user is not a CA$/,
    ],
  ])('a chain %s is refused', (_, given, message) => {
    expect(findings(given)).toEqual(only('CERTIFICATE_CHAIN', message))
  })

  test('the chain is not checked without the CA of the signer, and a warning says so', () => {
    expect(findings({ expected: { signerCa: null } })).toMatchObject({
      problems: [],
      warnings: [
        { code: 'CERTIFICATE_CHAIN_UNCHECKED', message: expect.stringContaining('kubern') },
      ],
    })
  })
})

test('all faults of a certificate are reported at once', () => {
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

test('each fault points at the line of the file for it', () => {
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
