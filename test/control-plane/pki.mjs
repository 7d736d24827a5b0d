// The certificates a control plane needs before anything can sign: written as DER with node-forge's asn1, signed by
// node:crypto (RFC 5280, RFC 2986). For tests only; the keys live as long as the folder they are written to.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto'
import forge from 'node-forge'

const { asn1 } = forge
const { Class, Type } = asn1
const DAY = 86_400_000

const OID = {
  commonName: '2.5.4.3',
  organization: '2.5.4.10',
  ecdsaWithSha256: '1.2.840.10045.4.3.2',
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
}
const PURPOSE = { serverAuth: '1.3.6.1.5.5.7.3.1', clientAuth: '1.3.6.1.5.5.7.3.2' }
// KeyUsage as BIT STRING contents (unused bits first): keyCertSign + cRLSign, digitalSignature.
const KEY_USAGE = { ca: '\x01\x06', leaf: '\x07\x80' }

/**
 * @typedef {{ certPem: string, keyPem: string, subject: Subject, key: import('node:crypto').KeyObject, keyId: string }} Authority
 * @typedef {{ commonName: string, organization?: string }} Subject
 */

/** A self-signed CA, valid for ten years. @returns {Authority} */
export function makeAuthority(commonName) {
  const pair = newKey()
  const subject = { commonName }
  const extensions = [
    extension(OID.basicConstraints, sequence(primitive(Type.BOOLEAN, '\xff')), true),
    extension(OID.keyUsage, primitive(Type.BITSTRING, KEY_USAGE.ca), true),
    extension(OID.subjectKeyIdentifier, primitive(Type.OCTETSTRING, pair.id)),
  ]
  const certPem = certificate({
    pair,
    subject,
    issuer: subject,
    signer: pair.key,
    days: 3650,
    extensions,
  })
  return { certPem, keyPem: pair.pem, subject, key: pair.key, keyId: pair.id }
}

/**
 * A certificate with a new key, signed by `authority`, valid for a year.
 * @param {Authority} authority
 * @param {Subject} subject
 * @param {{ purpose: 'serverAuth' | 'clientAuth', dnsNames?: string[], ipAddresses?: string[] }} use IPv4 only
 */
export function makeLeaf(authority, subject, use) {
  const pair = newKey()
  const names = [
    ...(use.dnsNames ?? []).map(name => contextual(2, name)),
    ...(use.ipAddresses ?? []).map(address =>
      contextual(7, String.fromCharCode(...address.split('.').map(Number))),
    ),
  ]
  const extensions = [
    extension(OID.keyUsage, primitive(Type.BITSTRING, KEY_USAGE.leaf), true),
    extension(OID.extendedKeyUsage, sequence(oid(PURPOSE[use.purpose]))),
    extension(OID.authorityKeyIdentifier, sequence(contextual(0, authority.keyId))),
    ...(names.length > 0 ? [extension(OID.subjectAltName, sequence(...names))] : []),
  ]
  const issuer = authority.subject
  const certPem = certificate({
    pair,
    subject,
    issuer,
    signer: authority.key,
    days: 365,
    extensions,
  })
  return { certPem, keyPem: pair.pem }
}

/** A PKCS#10 request with a new key, in PEM. @param {Subject} subject */
export function makeRequest(subject) {
  const pair = newKey()
  const attributes = explicit(0, [])
  const info = sequence(integer('\x00'), name(subject), pair.spki, attributes)
  return pem('CERTIFICATE REQUEST', signed(info, pair.key))
}

/** A key pair for service account tokens. */
export function makeTokenKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    keyPem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
  }
}

function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const spkiDer = publicKey.export({ type: 'spki', format: 'der' })
  return {
    key: privateKey,
    pem: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    spki: asn1.fromDer(spkiDer.toString('binary')),
    // RFC 5280 §4.2.1.2 asks for a value that is unique, not for SHA-1.
    id: createHash('sha256').update(spkiDer).digest().subarray(0, 20).toString('binary'),
  }
}

function certificate({ pair, subject, issuer, signer, days, extensions }) {
  const now = Date.now()
  const serial = `\x01${randomBytes(15).toString('binary')}`
  const validity = sequence(time(new Date(now - 300_000)), time(new Date(now + days * DAY)))
  const fields = [
    explicit(0, [integer('\x02')]),
    integer(serial),
    algorithm(),
    name(issuer),
    validity,
    name(subject),
    pair.spki,
    explicit(3, [sequence(...extensions)]),
  ]
  return pem('CERTIFICATE', signed(sequence(...fields), signer))
}

function signed(content, key) {
  const bytes = Buffer.from(asn1.toDer(content).getBytes(), 'binary')
  const signature = sign('sha256', bytes, key).toString('binary')
  return sequence(content, algorithm(), primitive(Type.BITSTRING, `\x00${signature}`))
}

function name({ commonName, organization }) {
  const parts = [
    ...(organization === undefined ? [] : [[OID.organization, organization]]),
    [OID.commonName, commonName],
  ]
  const rdn = ([type, value]) =>
    asn1.create(Class.UNIVERSAL, Type.SET, true, [sequence(oid(type), primitive(Type.UTF8, value))])
  return sequence(...parts.map(rdn))
}

function extension(type, value, critical = false) {
  const content = primitive(Type.OCTETSTRING, asn1.toDer(value).getBytes())
  return sequence(oid(type), ...(critical ? [primitive(Type.BOOLEAN, '\xff')] : []), content)
}

/** UTCTime; every date here is before 2050. */
function time(date) {
  return primitive(Type.UTCTIME, asn1.dateToUtcTime(date))
}

function pem(label, node) {
  const text = Buffer.from(asn1.toDer(node).getBytes(), 'binary').toString('base64')
  return `-----BEGIN ${label}-----\n${text.replace(/.{64}/g, '$&\n').trimEnd()}\n-----END ${label}-----\n`
}

function sequence(...children) {
  return asn1.create(Class.UNIVERSAL, Type.SEQUENCE, true, children)
}

function primitive(type, bytes) {
  return asn1.create(Class.UNIVERSAL, type, false, bytes)
}

function contextual(tag, bytes) {
  return asn1.create(Class.CONTEXT_SPECIFIC, tag, false, bytes)
}

function explicit(tag, children) {
  return asn1.create(Class.CONTEXT_SPECIFIC, tag, true, children)
}

function integer(bytes) {
  return primitive(Type.INTEGER, bytes)
}

function oid(dotted) {
  return primitive(Type.OID, asn1.oidToDer(dotted).getBytes())
}

function algorithm() {
  return sequence(oid(OID.ecdsaWithSha256))
}
