// A certificate authority of the sandbox, and the certificates it makes (RFC 5280 §4.1). Keys never leave this file's values.
import { createHash, createPublicKey, generateKeyPairSync, sign } from 'node:crypto'
import type { KeyObject } from 'node:crypto'
import {
  bitString,
  boolean,
  context,
  contextPrimitive,
  integer,
  namedBits,
  octetString,
  oid,
  sequence,
  time,
  tlv,
  unsignedInteger,
} from '../../lib/x509/der-write.ts'
import { readDer } from '../../lib/x509/der.ts'
import { attribute, encodeName } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS, EXTENSION_OIDS } from '../../lib/x509/oids.ts'
import { encodePem } from '../../lib/x509/pem.ts'

export interface Authority {
  readonly certificate: Uint8Array
  readonly certificatePem: string
  readonly privateKey: KeyObject
  /** DER of the subject, as the issuer of what it signs. */
  readonly name: Uint8Array
  /** subjectKeyIdentifier, null where the CA certificate has none. */
  readonly keyId: Uint8Array | null
  readonly notAfter: Date
}

/** Random bytes; injected so that a test may repeat itself. */
export type RandomBytes = (length: number) => Uint8Array

export interface CertificateTemplate {
  readonly subject: Uint8Array
  readonly spki: Uint8Array
  readonly notBefore: Date
  readonly notAfter: Date
  /** Extension TLVs in order. */
  readonly extensions: readonly Uint8Array[]
}

const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'))

/** Signs a certificate of version 3 with a random serial of 128 bits; the answer is its DER. */
export function signCertificate(
  issuer: Pick<Authority, 'name' | 'privateKey'>,
  template: CertificateTemplate,
  random: RandomBytes,
): Uint8Array {
  const toBeSigned = sequence(
    context(0, integer(2)),
    unsignedInteger(random(16)),
    ECDSA_SHA256,
    issuer.name,
    sequence(time(template.notBefore), time(template.notAfter)),
    template.subject,
    template.spki,
    ...(template.extensions.length === 0 ? [] : [context(3, sequence(...template.extensions))]),
  )
  const signature = sign('sha256', toBeSigned, issuer.privateKey)
  return sequence(toBeSigned, ECDSA_SHA256, bitString(signature))
}

export function certificateExtension(id: string, critical: boolean, value: Uint8Array): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value))
}

export function authorityKeyIdentifier(keyId: Uint8Array): Uint8Array {
  const value = sequence(contextPrimitive(0, keyId))
  return certificateExtension(EXTENSION_OIDS.authorityKeyIdentifier, false, value)
}

export interface KeyPair {
  readonly privateKey: KeyObject
  readonly spki: Uint8Array
}

export function newKeyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return { privateKey, spki: spkiOf(privateKey) }
}

function spkiOf(privateKey: KeyObject): Uint8Array {
  return new Uint8Array(createPublicKey(privateKey).export({ type: 'spki', format: 'der' }))
}

export function privateKeyPem(privateKey: KeyObject): string {
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

function commonName(name: string): Uint8Array {
  return encodeName([[attribute(ATTRIBUTE_OIDS.CN, name)]])
}

export interface AuthorityOptions {
  readonly name: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** Absent: it signs itself. */
  readonly issuer?: Authority
}

/** A new CA with a key of its own. */
export function createAuthority(options: AuthorityOptions, random: RandomBytes): Authority {
  const { privateKey, spki } = newKeyPair()
  const name = commonName(options.name)
  const keyId = keyIdOf(spki)
  const issuer = options.issuer ?? { name, privateKey, keyId }
  const certificate = signCertificate(
    issuer,
    {
      subject: name,
      spki,
      notBefore: options.notBefore,
      notAfter: options.notAfter,
      extensions: [
        certificateExtension(EXTENSION_OIDS.subjectKeyIdentifier, false, octetString(keyId)),
        ...(issuer.keyId === null ? [] : [authorityKeyIdentifier(issuer.keyId)]),
        certificateExtension(EXTENSION_OIDS.basicConstraints, true, sequence(boolean(true))),
        certificateExtension(EXTENSION_OIDS.keyUsage, true, namedBits([0, 2, 5, 6])),
      ],
    },
    random,
  )
  const certificatePem = encodePem('CERTIFICATE', certificate)
  return { certificate, certificatePem, privateKey, name, keyId, notAfter: options.notAfter }
}

/** SHA-1 of the public key's bits (RFC 5280 §4.2.1.2 (1)). */
function keyIdOf(spki: Uint8Array): Uint8Array {
  const bits = readDer(spki).children[1]?.content.subarray(1) ?? spki
  return new Uint8Array(createHash('sha1').update(bits).digest())
}

export interface ServerCertificateOptions {
  readonly dnsNames: readonly string[]
  readonly addresses: readonly Uint8Array[]
  readonly notBefore: Date
  readonly notAfter: Date
}

/** The certificate of a TLS server on these names. */
export function serverCertificate(
  issuer: Authority,
  key: KeyPair,
  options: ServerCertificateOptions,
  random: RandomBytes,
): string {
  const names = [
    ...options.dnsNames.map(name => contextPrimitive(2, Buffer.from(name, 'latin1'))),
    ...options.addresses.map(address => contextPrimitive(7, address)),
  ]
  const { notBefore, notAfter } = options
  const template = {
    subject: commonName('kube-apiserver'),
    spki: key.spki,
    notBefore,
    notAfter,
    extensions: [
      certificateExtension(
        EXTENSION_OIDS.extendedKeyUsage,
        false,
        sequence(oid('1.3.6.1.5.5.7.3.1')),
      ),
      certificateExtension(EXTENSION_OIDS.subjectAltName, false, tlv(0x30, ...names)),
    ],
  }
  return encodePem('CERTIFICATE', signCertificate(issuer, template, random))
}
