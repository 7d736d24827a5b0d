// The rules and the prediction against the signer of the sandbox, which shares no code with them.
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import type { San } from '../../../../src/domain/request/x500.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import {
  KUBE_APISERVER_CLIENT,
  KUBE_APISERVER_CLIENT_KUBELET,
  KUBELET_SERVING,
} from '../../../../src/domain/request/signer.ts'
import { predict } from '../../../../src/lib/kubernetes/predict-certificate.ts'
import { signerProblems } from '../../../../src/lib/kubernetes/kubernetes-rules.ts'
import { issueCertificate } from '../../../../src/sandbox/signer/issued-certificate.ts'
import { SIGNER_RULES } from '../../../../src/sandbox/signer/signer-conditions.ts'
import { readCertificate } from '../../../../src/lib/x509/x509-certificate.ts'
import { encodeName } from '../../../../src/lib/x509/x500-name.ts'
import { bytes, named, testKey, valueOf } from '../x509/build.ts'
import { asked } from './build.ts'
import { runs } from '../../../build/extent.ts'

const KEY = testKey('P-256')
const NOW = new Date('2030-01-01T00:00:00Z')
const AUTHORITY = {
  certificate: new Uint8Array(0),
  certificatePem: '',
  privateKey: KEY.privateKey,
  name: encodeName(named('CN=ca')),
  keyId: null,
  notAfter: new Date('2040-01-01T00:00:00Z'),
}

const attributes = fc.constantFrom(
  'O=system:nodes',
  'O=dev',
  'O=a',
  'OU=unit',
  'C=CH',
  'CN=system:node:a',
  'CN=jane',
  'serialNumber=7',
  'DC=example',
)
const sans = fc.constantFrom<San>(
  { kind: 'uri', value: 'spiffe://a.b/c' },
  { kind: 'dnsName', value: 'a.example' },
  { kind: 'ipAddress', value: '2001:db8::1' },
  { kind: 'emailAddress', value: 'a@b.example' },
  { kind: 'registeredId', der: bytes('88 02 2a 03') },
)
const usages = fc.constantFrom(
  'client auth',
  'server auth',
  'digital signature',
  'key encipherment',
  'signing',
)

/** Requests near the limits of the three signers. */
const requests = fc
  .record({
    signerName: fc.constantFrom(
      KUBE_APISERVER_CLIENT,
      KUBE_APISERVER_CLIENT_KUBELET,
      KUBELET_SERVING,
    ),
    subject: fc.uniqueArray(attributes, { maxLength: 4 }).map(parts => named(...parts)),
    sans: fc.uniqueArray(sans, { maxLength: 2 }),
    usages: fc.uniqueArray(usages, { minLength: 1, maxLength: 3 }),
    durationSeconds: fc.constantFrom(600, 28_799, 28_800, 604_800),
  })
  .map(parts => asked(parts))

function faultOf({ signerName, subject, sans, usages }: EffectiveRequest): string | null {
  return SIGNER_RULES[signerName]?.({ subject, sans, spki: KEY.spki }, usages) ?? null
}

/** Refused here though the signer would sign: several common names, and a client certificate without one. */
const STRICTER = new Set(['SIGNER_LOGIN_NOBODY'])
const isStricter = (request: EffectiveRequest, codes: readonly string[]): boolean =>
  codes.every(code => STRICTER.has(code)) ||
  request.subject.flat().filter(({ oid }) => oid === '2.5.4.3').length > 1

describe('a request to a built-in signer', () => {
  test('a request is refused exactly where the signer would fail it', () =>
    fc.assert(
      fc.property(requests, request => {
        const codes = signerProblems(request, null).problems.map(({ code }) => code)
        if (faultOf(request) !== null) expect(codes).not.toEqual([])
        else expect(isStricter(request, codes) ? [] : codes).toEqual([])
      }),
      { numRuns: runs(2000) },
    ))

  test('a signed request becomes the predicted certificate', () =>
    fc.assert(
      fc.property(requests, request => {
        const prediction = predict(request, null)
        if (prediction.kind === 'not-predicted') throw new Error(prediction.why)
        const order = {
          request: { subject: request.subject, sans: request.sans, spki: KEY.spki },
          usages: request.usages,
          seconds: request.durationSeconds,
          now: NOW,
        }
        const der = issueCertificate(AUTHORITY, order, length => new Uint8Array(length).fill(7))
        const issued = valueOf(readCertificate(der))
        expect(issued.subject).toEqual(prediction.subject)
        expect(issued.sans).toEqual(prediction.sans)
        expect(issued.keyUsage).toEqual(prediction.keyUsage)
        expect(issued.extendedKeyUsage).toEqual(prediction.extendedKeyUsage)
        expect(seconds(issued.notBefore)).toBe(-prediction.backdateSeconds)
        expect(seconds(issued.notAfter)).toBe(prediction.lifetimeSeconds)
      }),
      { numRuns: runs(200) },
    ))
})

function seconds(date: Date): number {
  return (date.getTime() - NOW.getTime()) / 1000
}
