// OpenSSL's names of attributes and usages (crypto/objects/objects.txt), with the names that countersign uses.
import type { TextSanKind } from '../../../domain/request/x500.ts'
import type { Usage } from '../../../domain/request/usage.ts'
import { ATTRIBUTE_OIDS, extendedKeyUsageOid } from '../../../lib/x509/oids.ts'

/** Attributes by short and long name. OpenSSL distinguishes upper and lower case. */
export const ATTRIBUTES: ReadonlyMap<string, string> = new Map([
  ...same<string>(ATTRIBUTE_OIDS.C, 'C', 'countryName'),
  ...same<string>(ATTRIBUTE_OIDS.ST, 'ST', 'stateOrProvinceName'),
  ...same<string>(ATTRIBUTE_OIDS.L, 'L', 'localityName'),
  ...same<string>(ATTRIBUTE_OIDS.STREET, 'street', 'streetAddress'),
  ...same<string>(ATTRIBUTE_OIDS.postalCode, 'postalCode'),
  ...same<string>(ATTRIBUTE_OIDS.O, 'O', 'organizationName'),
  ...same<string>(ATTRIBUTE_OIDS.OU, 'OU', 'organizationalUnitName'),
  ...same<string>(ATTRIBUTE_OIDS.CN, 'CN', 'commonName'),
  ...same<string>(ATTRIBUTE_OIDS.serialNumber, 'serialNumber'),
  ...same<string>(ATTRIBUTE_OIDS.emailAddress, 'emailAddress'),
  ...same<string>(ATTRIBUTE_OIDS.DC, 'DC', 'domainComponent'),
  ...same<string>(ATTRIBUTE_OIDS.UID, 'UID', 'userId'),
  ...same<string>(ATTRIBUTE_OIDS.SN, 'SN', 'surname'),
  ...same<string>(ATTRIBUTE_OIDS.givenName, 'GN', 'givenName'),
  ...same<string>(ATTRIBUTE_OIDS.title, 'title'),
  ...same<string>(ATTRIBUTE_OIDS.initials, 'initials'),
  ...same<string>(ATTRIBUTE_OIDS.description, 'description'),
  ...same<string>(ATTRIBUTE_OIDS.businessCategory, 'businessCategory'),
  ...same<string>(ATTRIBUTE_OIDS.name, 'name'),
  ...same<string>(ATTRIBUTE_OIDS.generationQualifier, 'generationQualifier'),
  ...same<string>(ATTRIBUTE_OIDS.dnQualifier, 'dnQualifier'),
  ...same<string>(ATTRIBUTE_OIDS.pseudonym, 'pseudonym'),
  ...same<string>(ATTRIBUTE_OIDS.organizationIdentifier, 'organizationIdentifier'),
])

const KNOWN_ATTRIBUTES: ReadonlySet<string> = new Set(ATTRIBUTES.values())

/** True for the OID of an attribute with a name in OpenSSL. */
export function hasOpensslName(oid: string): boolean {
  return KNOWN_ATTRIBUTES.has(oid)
}

/** By the names of crypto/x509/v3_bitst.c, short and long. */
export const KEY_USAGE: ReadonlyMap<string, Usage> = new Map([
  ...same<Usage>('digital signature', 'digitalSignature', 'Digital Signature'),
  ...same<Usage>('content commitment', 'nonRepudiation', 'Non Repudiation'),
  ...same<Usage>('key encipherment', 'keyEncipherment', 'Key Encipherment'),
  ...same<Usage>('data encipherment', 'dataEncipherment', 'Data Encipherment'),
  ...same<Usage>('key agreement', 'keyAgreement', 'Key Agreement'),
  ...same<Usage>('cert sign', 'keyCertSign', 'Certificate Sign'),
  ...same<Usage>('crl sign', 'cRLSign', 'CRL Sign'),
  ...same<Usage>('encipher only', 'encipherOnly', 'Encipher Only'),
  ...same<Usage>('decipher only', 'decipherOnly', 'Decipher Only'),
])

/** By short name, long name and object identifier. */
export const EXTENDED_KEY_USAGE: ReadonlyMap<string, Usage> = new Map([
  ...purpose('server auth', 'serverAuth', 'TLS Web Server Authentication'),
  ...purpose('client auth', 'clientAuth', 'TLS Web Client Authentication'),
  ...purpose('code signing', 'codeSigning', 'Code Signing'),
  ...purpose('email protection', 'emailProtection', 'E-mail Protection'),
  ...purpose('timestamping', 'timeStamping', 'Time Stamping'),
  ...purpose('ocsp signing', 'OCSPSigning', 'OCSP Signing'),
  ...purpose('ipsec end system', 'ipsecEndSystem', 'IPSec End System'),
  ...purpose('ipsec tunnel', 'ipsecTunnel', 'IPSec Tunnel'),
  ...purpose('ipsec user', 'ipsecUser', 'IPSec User'),
  ...purpose('microsoft sgc', 'msSGC', 'Microsoft Server Gated Crypto'),
  ...purpose('netscape sgc', 'nsSGC', 'Netscape Server Gated Crypto'),
  ...purpose('any', 'anyExtendedKeyUsage', 'Any Extended Key Usage'),
])

export const SAN_KINDS: ReadonlyMap<string, TextSanKind> = new Map([
  ['DNS', 'dnsName'],
  ['IP', 'ipAddress'],
  ['URI', 'uri'],
  ['email', 'emailAddress'],
])

function purpose(usage: Usage, short: string, long: string): readonly [string, Usage][] {
  return same(usage, short, long, extendedKeyUsageOid(short) ?? short)
}

function same<T>(value: T, ...names: readonly string[]): readonly [string, T][] {
  return names.map(name => [name, value])
}
