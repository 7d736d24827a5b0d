// Names in OpenSSL's words (crypto/objects/objects.txt) and what countersign calls them.
import type { TextSanKind } from '../domain/name.ts'
import type { Usage } from '../domain/signer.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'

/** Attributes by short and long name; OpenSSL minds upper and lower case. */
export const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ...both(ATTRIBUTE_OIDS.C, 'C', 'countryName'),
  ...both(ATTRIBUTE_OIDS.ST, 'ST', 'stateOrProvinceName'),
  ...both(ATTRIBUTE_OIDS.L, 'L', 'localityName'),
  ...both(ATTRIBUTE_OIDS.STREET, 'street', 'streetAddress'),
  ...both(ATTRIBUTE_OIDS.postalCode, 'postalCode'),
  ...both(ATTRIBUTE_OIDS.O, 'O', 'organizationName'),
  ...both(ATTRIBUTE_OIDS.OU, 'OU', 'organizationalUnitName'),
  ...both(ATTRIBUTE_OIDS.CN, 'CN', 'commonName'),
  ...both(ATTRIBUTE_OIDS.serialNumber, 'serialNumber'),
  ...both(ATTRIBUTE_OIDS.emailAddress, 'emailAddress'),
  ...both(ATTRIBUTE_OIDS.DC, 'DC', 'domainComponent'),
  ...both(ATTRIBUTE_OIDS.UID, 'UID', 'userId'),
  ...both(ATTRIBUTE_OIDS.SN, 'SN', 'surname'),
  ...both(ATTRIBUTE_OIDS.givenName, 'GN', 'givenName'),
  ...both(ATTRIBUTE_OIDS.title, 'title'),
  ...both(ATTRIBUTE_OIDS.initials, 'initials'),
])

/** Attributes whose strings are ASCII only (X.520, RFC 2985, RFC 4519). */
export const ASCII_ATTRIBUTES: ReadonlySet<string> = new Set([
  ATTRIBUTE_OIDS.C,
  ATTRIBUTE_OIDS.serialNumber,
  ATTRIBUTE_OIDS.emailAddress,
  ATTRIBUTE_OIDS.DC,
])

/** Our member for an attribute, for places; `[]` marks lists. */
export const MEMBERS_OF: ReadonlyMap<string, string> = new Map([
  [ATTRIBUTE_OIDS.CN, 'commonName'],
  [ATTRIBUTE_OIDS.serialNumber, 'subject.serialNumber'],
  [ATTRIBUTE_OIDS.O, 'subject.organizations[]'],
  [ATTRIBUTE_OIDS.OU, 'subject.organizationalUnits[]'],
  [ATTRIBUTE_OIDS.C, 'subject.countries[]'],
  [ATTRIBUTE_OIDS.L, 'subject.localities[]'],
  [ATTRIBUTE_OIDS.ST, 'subject.provinces[]'],
  [ATTRIBUTE_OIDS.STREET, 'subject.streetAddresses[]'],
  [ATTRIBUTE_OIDS.postalCode, 'subject.postalCodes[]'],
])

export const KEY_USAGE: ReadonlyMap<string, Usage> = new Map([
  ['digitalSignature', 'digital signature'],
  ['nonRepudiation', 'content commitment'],
  ['keyEncipherment', 'key encipherment'],
  ['dataEncipherment', 'data encipherment'],
  ['keyAgreement', 'key agreement'],
  ['keyCertSign', 'cert sign'],
  ['cRLSign', 'crl sign'],
  ['encipherOnly', 'encipher only'],
  ['decipherOnly', 'decipher only'],
])

export const EXTENDED_KEY_USAGE: ReadonlyMap<string, Usage> = new Map([
  ['serverAuth', 'server auth'],
  ['clientAuth', 'client auth'],
  ['codeSigning', 'code signing'],
  ['emailProtection', 'email protection'],
  ['timeStamping', 'timestamping'],
  ['OCSPSigning', 'ocsp signing'],
  ['ipsecEndSystem', 'ipsec end system'],
  ['ipsecTunnel', 'ipsec tunnel'],
  ['ipsecUser', 'ipsec user'],
  ['msSGC', 'microsoft sgc'],
  ['nsSGC', 'netscape sgc'],
  ['anyExtendedKeyUsage', 'any'],
])

export const SAN_KINDS: ReadonlyMap<
  string,
  { readonly kind: TextSanKind; readonly member: string }
> = new Map([
  ['DNS', { kind: 'dnsName', member: 'dnsNames' }],
  ['IP', { kind: 'ipAddress', member: 'ipAddresses' }],
  ['URI', { kind: 'uri', member: 'uris' }],
  ['email', { kind: 'emailAddress', member: 'emailAddresses' }],
])

function both(oid: string, ...names: readonly string[]): readonly [string, string][] {
  return names.map(name => [name, oid])
}
