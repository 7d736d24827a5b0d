// A certificate authority for tests, and records of its certificates. Keys are created at run time.
import { generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import type { X509Certificate } from '../../src/domain/cluster/certificate.ts'
import type { DistinguishedName, San } from '../../src/domain/request/x500.ts'
import type { IssuedRecord, RequestRecord } from '../../src/domain/cluster/record.ts'
import type { EffectiveRequest } from '../../src/domain/request/request.ts'
import { predict } from '../../src/lib/kubernetes/predict-certificate.ts'
import { extendedKeyUsageOf, keyUsageOf } from '../../src/lib/kubernetes/usage-bits.ts'
import { effectiveDigest, effectiveJson } from '../../src/core/plan/plan-digests.ts'
import { readCertificate } from '../../src/lib/x509/x509-certificate.ts'
import {
  bitString,
  boolean,
  context,
  integer,
  oid,
  sequence,
  time,
} from '../../src/lib/x509/der-write.ts'
import { encodeName } from '../../src/lib/x509/x500-name.ts'
import { EXTENSION_OIDS } from '../../src/lib/x509/oids.ts'
import { encodePem } from '../../src/lib/x509/pem.ts'
import { encodeKeyUsage, extension } from '../../src/lib/x509/pkcs10-write.ts'
import { encodeSans } from '../../src/lib/x509/general-names.ts'
import { clusterConfig, effective, subject } from './effective.ts'

/** The issue time of every test certificate by default. */
export const NOW = new Date('2026-03-01T12:00:00Z')

export function secondsAfter(date: Date, seconds: number): Date {
  return new Date(date.getTime() + seconds * 1000)
}

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly spki: Uint8Array
}

export function keyPair(): KeyPair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })) }
}

/** ECDSA with SHA-256, in DER. */
export function signWith({ privateKey }: KeyPair): (data: Uint8Array) => Uint8Array {
  return data => new Uint8Array(sign('sha256', data, privateKey))
}

/** The default key of every certificate. */
export const REQUESTED_KEY = keyPair()

/** The content of a certificate; the default is that of `request`. */
export interface Order {
  readonly request?: EffectiveRequest
  readonly subject?: DistinguishedName
  readonly sans?: readonly San[]
  /** RFC 5280 names; empty: no extension. */
  readonly keyUsage?: readonly string[]
  /** OIDs; empty: no extension. */
  readonly extendedKeyUsage?: readonly string[]
  readonly spki?: Uint8Array
  readonly notBefore?: Date
  readonly notAfter?: Date
  readonly isCa?: boolean
}

export interface Authority {
  readonly certificate: X509Certificate
  readonly key: KeyPair
  /** Signs like kube-controller-manager: backdated by five minutes, names rebuilt; with the changes of the order. */
  issue(order?: Order): X509Certificate
  /** An authority below this one, with changes to its certificate. */
  authority(name: string, order?: Order): Authority
}

/** A self-signed CA, valid for ten years around NOW. `key`: the key of another authority, for one with the same name. */
export function authority(
  name = 'test-ca',
  order: Order = {},
  key: KeyPair = keyPair(),
): Authority {
  const self = subject(`CN=${name}`)
  return authorityOf(write(caOrder(name, order, key), { subject: self, key }), key)
}

function authorityOf(certificate: X509Certificate, key: KeyPair): Authority {
  const issuer = { subject: certificate.subject, key }
  return {
    certificate,
    key,
    issue: (order = {}) => write(asKubernetesSigns(order), issuer),
    authority(name, order = {}) {
      const below = keyPair()
      return authorityOf(write(caOrder(name, order, below), issuer), below)
    },
  }
}

function caOrder(name: string, order: Order, { spki }: KeyPair): Required<Omit<Order, 'request'>> {
  return {
    subject: subject(`CN=${name}`),
    sans: [],
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    spki,
    notBefore: new Date('2021-01-01T00:00:00Z'),
    notAfter: new Date('2031-01-01T00:00:00Z'),
    isCa: true,
    ...order,
  }
}

function asKubernetesSigns({
  request = effective(),
  ...changes
}: Order): Required<Omit<Order, 'request'>> {
  const predicted = predict(request, null)
  const names = predicted.kind === 'predicted' ? predicted : request
  const backdated = request.durationSeconds < 8 * 3600 ? 0 : 300
  return {
    subject: names.subject,
    sans: names.sans,
    keyUsage: keyUsageOf(request.usages),
    extendedKeyUsage: extendedKeyUsageOf(request.usages),
    spki: request.key.kind === 'own' ? request.key.pkcs10.publicKey.spki : REQUESTED_KEY.spki,
    notBefore: secondsAfter(NOW, -300),
    notAfter: secondsAfter(NOW, request.durationSeconds - backdated),
    isCa: false,
    ...changes,
  }
}

let serial = 1000

function write(
  order: Required<Omit<Order, 'request'>>,
  issuer: { readonly subject: DistinguishedName; readonly key: KeyPair },
): X509Certificate {
  const algorithm = sequence(oid('1.2.840.10045.4.3.2'))
  const tbs = sequence(
    context(0, integer(2)),
    integer((serial += 1)),
    algorithm,
    encodeName(issuer.subject),
    sequence(time(order.notBefore), time(order.notAfter)),
    encodeName(order.subject),
    order.spki,
    context(3, sequence(...extensionsOf(order))),
  )
  const signature = signWith(issuer.key)(tbs)
  const read = readCertificate(sequence(tbs, algorithm, bitString(signature)))
  if (read.ok) return read.value
  throw new Error(read.problems.map(({ message }) => message).join('; '))
}

function extensionsOf(order: Required<Omit<Order, 'request'>>): readonly Uint8Array[] {
  const { keyUsage, extendedKeyUsage, isCa, sans } = order
  const { keyUsage: ku, extendedKeyUsage: eku, basicConstraints, subjectAltName } = EXTENSION_OIDS
  return [
    ...(keyUsage.length === 0 ? [] : [extension(ku, true, encodeKeyUsage(keyUsage))]),
    ...(extendedKeyUsage.length === 0
      ? []
      : [extension(eku, false, sequence(...extendedKeyUsage.map(oid)))]),
    extension(basicConstraints, true, isCa ? sequence(boolean(true)) : sequence()),
    ...(sans.length === 0
      ? []
      : [extension(subjectAltName, order.subject.length === 0, encodeSans(sans))]),
  ]
}

/** The PEM blocks of certificates in order. */
export function pemOf(...certificates: readonly X509Certificate[]): string {
  return certificates.map(({ der }) => encodePem('CERTIFICATE', der)).join('')
}

const AUTHORITY = authority()

/** The stored facts of the request's certificate at NOW, under clusterConfig(). */
export function issuedRecord(
  request: EffectiveRequest = effective(),
  changes: Partial<IssuedRecord> & { readonly order?: Order } = {},
): IssuedRecord {
  const { order, ...members } = changes
  const meaning = effectiveJson(request, clusterConfig({ name: request.cluster }))
  return {
    n: 1,
    objectName: `cs-${request.name}-00000000-1`,
    effective: effectiveDigest(meaning),
    path: request.path,
    blob: request.blob,
    signerName: request.signerName,
    certificate: pemOf(AUTHORITY.issue({ request, ...order })),
    sinks: request.sinks,
    sealed: [],
    incomplete: [],
    written: [],
    meaning,
    proof: { kind: 'terminal', by: 'owner', digest: '0'.repeat(64), evidence: null },
    issuedAt: NOW,
    keySince: NOW,
    beforeUntil: null,
    people: [],
    granted: null,
    ...members,
  }
}

/** The record of a request whose certificate was issued at NOW. */
export function requestRecord(
  request: EffectiveRequest = effective(),
  changes: Partial<RequestRecord> = {},
): RequestRecord {
  return {
    request: request.name,
    cluster: request.cluster,
    n: 1,
    claim: null,
    issued: issuedRecord(request),
    withdrawnAt: null,
    emptied: 0,
    abandoned: [],
    history: [],
    failures: null,
    version: { resourceVersion: '1', uid: '00000000-0000-4000-8000-000000000001' },
    ...changes,
  }
}
