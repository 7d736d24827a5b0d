// The certificate that a built-in signer makes, as observed on a kube-controller-manager.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { San } from '../../../../src/domain/request/x500.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { predict } from '../../../../src/lib/kubernetes/predict-certificate.ts'
import { encodeName, formatName, readName } from '../../../../src/lib/x509/x500-name.ts'
import { formatSan } from '../../../../src/lib/x509/general-names.ts'
import { bytes, named, request as pkcs10, valueOf } from '../x509/build.ts'
import { asked, own } from './build.ts'

function predicted(parts: Partial<EffectiveRequest>, cap: number | null = null) {
  const request = asked(parts)
  const signer = {
    name: request.signerName,
    certificateAuthority: null,
    retiring: null,
    maxDurationSeconds: cap,
  }
  const prediction = predict(request, signer)
  if (prediction.kind === 'not-predicted') throw new Error(prediction.why)
  return prediction
}

const subjectOf = (...parts: readonly string[]): string =>
  formatName(predicted({ subject: named(...parts) }).subject)

describe('the predicted subject', () => {
  test.each([
    ['has the order of Go', ['CN=jane', 'O=dev'], 'O=dev, CN=jane'],
    [
      'has every type that Go supports',
      ['serialNumber=7', 'CN=j', 'postalCode=1', 'STREET=s', 'ST=p', 'L=l', 'OU=u', 'O=o', 'C=CH'],
      'C=CH, ST=p, L=l, STREET=s, postalCode=1, O=o, OU=u, CN=j, serialNumber=7',
    ],
    ['merges values of one type, sorted', ['O=b', 'CN=j', 'O=a'], 'O=a+O=b, CN=j'],
    ['sorts shorter values first, as DER does', ['O=aaa', 'O=zz', 'CN=j'], 'O=zz+O=aaa, CN=j'],
    ['keeps a value that is listed twice', ['O=a', 'O=a', 'CN=j'], 'O=a+O=a, CN=j'],
    ['keeps the last common name', ['CN=web', 'CN=system:admin'], 'CN=system:admin'],
    [
      'keeps the last serial number',
      ['CN=j', 'serialNumber=1', 'serialNumber=2'],
      'CN=j, serialNumber=2',
    ],
    ['has no empty common name', ['CN=j', 'CN=', 'O=a'], 'O=a'],
    [
      'drops types without a field in Go',
      ['CN=j', 'emailAddress=a@b.c', 'DC=x', 'UID=u', '1.3.6.1.4.1.57683.2=uid'],
      'CN=j',
    ],
  ])('the predicted subject %s', (_, parts, subject) => expect(subjectOf(...parts)).toBe(subject))

  test('the predicted subject splits an RDN of several attributes', () =>
    expect(formatName(predicted({ subject: [named('CN=j', 'O=b', 'O=a').flat()] }).subject)).toBe(
      'O=a+O=b, CN=j',
    ))

  test('the predicted subject is PrintableString where possible, and UTF8String otherwise', () => {
    const { subject } = predicted({ subject: named('CN=jürgen', 'O=dev') })
    expect(subject.flat().map(({ der }) => der[0])).toEqual([0x13, 0x0c])
  })

  test('the predicted subject is that of an own PKCS#10', () =>
    expect(
      formatName(predicted(own(pkcs10({ subject: named('CN=j', 'O=z', 'O=y') }))).subject),
    ).toBe('O=y+O=z, CN=j'))

  test('the predicted subject does not change when it is written, read and predicted again', () =>
    fc.assert(
      fc.property(fc.array(attributeText(), { minLength: 1, maxLength: 12 }), parts => {
        const { subject } = predicted({ subject: named(...parts) })
        expect(valueOf(readName(encodeName(subject)))).toEqual(subject)
        expect(predicted({ subject }).subject).toEqual(subject)
      }),
    ))

  test('the predicted subject does not depend on the order of groups', () =>
    fc.assert(
      fc.property(fc.uniqueArray(fc.string({ minLength: 1, maxLength: 9 })), groups => {
        const forwards = groups.map(group => `O=${group}`)
        expect(subjectOf(...forwards, 'CN=j')).toBe(subjectOf('CN=j', ...forwards.toReversed()))
      }),
    ))
})

function attributeText() {
  const types = [
    'C',
    'O',
    'OU',
    'L',
    'ST',
    'STREET',
    'postalCode',
    'CN',
    'serialNumber',
    'DC',
    'UID',
  ]
  return fc
    .tuple(fc.constantFrom(...types), fc.string({ minLength: 1, maxLength: 20 }))
    .map(([type, value]) => `${type}=${value}`)
}

describe('the predicted alternative names', () => {
  const sans: readonly San[] = [
    { kind: 'uri', value: 'spiffe://a.b/c' },
    { kind: 'ipAddress', value: '10.0.0.1' },
    { kind: 'otherName', der: bytes('a0 09 06 02 2a 03 a0 03 0c 01 61') },
    { kind: 'emailAddress', value: 'a@b.c' },
    { kind: 'dnsName', value: 'b.example' },
    { kind: 'registeredId', der: bytes('88 02 2a 03') },
    { kind: 'dnsName', value: 'a.example' },
  ]

  test('alternative names are ordered by kind: DNS, email, IP, URI', () =>
    expect(predicted({ sans }).sans.map(formatSan)).toEqual([
      'DNS:b.example',
      'DNS:a.example',
      'email:a@b.c',
      'IP:10.0.0.1',
      'URI:spiffe://a.b/c',
    ]))

  test('alternative names of other kinds are dropped and listed', () =>
    expect(predicted({ sans }).dropped.map(({ what }) => what)).toEqual([
      'otherName:1.2.3:0c0161',
      'RID:1.2.3',
    ]))
})

describe('the predicted lifetime', () => {
  test.each([
    ['600 s give a window of 15 minutes', 600, null, 900],
    ['28799 s give a window of 8h4m59s', 28_799, null, 29_099],
    ['28800 s give a window of 8 h', 28_800, null, 28_800],
    ['a week gives a window of a week', 604_800, null, 604_800],
    ['the maxDuration of the signer limits the window', 604_800, 86_400, 86_400],
    ['a year limits the window without maxDuration', 99_999_999, null, 31_536_000],
    ['a short limit gets five minutes of backdating', 604_800, 3600, 3900],
  ])('%s', (_, durationSeconds, cap, window) => {
    const { backdateSeconds, lifetimeSeconds } = predicted({ durationSeconds }, cap)
    expect(backdateSeconds).toBe(300)
    expect(backdateSeconds + lifetimeSeconds).toBe(window)
  })
})

describe('the predicted usages', () => {
  test('usages are predicted as bits and OIDs', () => {
    const { keyUsage, extendedKeyUsage } = predicted({})
    expect(keyUsage).toEqual(['digitalSignature'])
    expect(extendedKeyUsage).toEqual(['1.3.6.1.5.5.7.3.2'])
  })

  test('client auth alone has no keyUsage extension', () =>
    expect(predicted({ usages: ['client auth'] }).keyUsage).toEqual([]))
})

describe('the predicted login', () => {
  test('the login is the predicted subject', () =>
    expect(predicted({ subject: named('CN=web', 'O=b', 'O=a', 'CN=jane') }).logsInAs).toEqual({
      username: 'jane',
      groups: ['a', 'b'],
    }))

  test('a serving certificate has no login', () =>
    expect(
      predicted({
        signerName: 'kubernetes.io/kubelet-serving',
        usages: ['digital signature', 'server auth'],
      }).logsInAs,
    ).toBeNull())
})

test('nothing is predicted for another signer', () =>
  expect(predict(asked({ signerName: 'example.com/team' }), null)).toEqual({
    kind: 'not-predicted',
    why: "example.com/team is not one of Kubernetes' own signers",
  }))
