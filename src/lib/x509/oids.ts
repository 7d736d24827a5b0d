// The object identifiers that countersign knows by name: attributes of names, extensions, extended key usages.

/** Short names of name attributes: RFC 4519 and RFC 4514 §3, X.520, and OpenSSL for the rest. */
export const ATTRIBUTE_OIDS = {
  CN: '2.5.4.3',
  SN: '2.5.4.4',
  serialNumber: '2.5.4.5',
  C: '2.5.4.6',
  L: '2.5.4.7',
  ST: '2.5.4.8',
  STREET: '2.5.4.9',
  O: '2.5.4.10',
  OU: '2.5.4.11',
  title: '2.5.4.12',
  description: '2.5.4.13',
  businessCategory: '2.5.4.15',
  postalCode: '2.5.4.17',
  name: '2.5.4.41',
  givenName: '2.5.4.42',
  initials: '2.5.4.43',
  generationQualifier: '2.5.4.44',
  dnQualifier: '2.5.4.46',
  pseudonym: '2.5.4.65',
  organizationIdentifier: '2.5.4.97',
  emailAddress: '1.2.840.113549.1.9.1',
  unstructuredName: '1.2.840.113549.1.9.2',
  DC: '0.9.2342.19200300.100.1.25',
  UID: '0.9.2342.19200300.100.1.1',
} as const

export const EXTENSION_OIDS = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  issuerAltName: '2.5.29.18',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  cRLDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  authorityKeyIdentifier: '2.5.29.35',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
  authorityInfoAccess: '1.3.6.1.5.5.7.1.1',
  tlsFeature: '1.3.6.1.5.5.7.1.24',
} as const

/** Extended key usages by their names in RFC 5280 §4.2.1.12, the others by those of their authors. */
export const EXTENDED_KEY_USAGE_OIDS = {
  anyExtendedKeyUsage: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  codeSigning: '1.3.6.1.5.5.7.3.3',
  emailProtection: '1.3.6.1.5.5.7.3.4',
  ipsecEndSystem: '1.3.6.1.5.5.7.3.5',
  ipsecTunnel: '1.3.6.1.5.5.7.3.6',
  ipsecUser: '1.3.6.1.5.5.7.3.7',
  timeStamping: '1.3.6.1.5.5.7.3.8',
  OCSPSigning: '1.3.6.1.5.5.7.3.9',
  msSGC: '1.3.6.1.4.1.311.10.3.3',
  nsSGC: '2.16.840.1.113730.4.1',
} as const

/** Attributes of a PKCS#10 request (RFC 2985 §5.4). */
export const REQUEST_ATTRIBUTE_OIDS = {
  challengePassword: '1.2.840.113549.1.9.7',
  extensionRequest: '1.2.840.113549.1.9.14',
  microsoftExtensionRequest: '1.3.6.1.4.1.311.2.1.14',
} as const

function byOid(table: Readonly<Record<string, string>>): ReadonlyMap<string, string> {
  return new Map(Object.entries(table).map(([name, oid]) => [oid, name]))
}

const ATTRIBUTE_NAMES = byOid(ATTRIBUTE_OIDS)
const EXTENSION_NAMES = byOid(EXTENSION_OIDS)
const EXTENDED_KEY_USAGE_NAMES = byOid(EXTENDED_KEY_USAGE_OIDS)
const EXTENDED_KEY_USAGES: ReadonlyMap<string, string> = new Map(
  Object.entries(EXTENDED_KEY_USAGE_OIDS),
)

/** Returns `CN` for 2.5.4.3; the OID itself if it has no short name here. */
export function attributeShortName(oid: string): string {
  return ATTRIBUTE_NAMES.get(oid) ?? oid
}

/** Returns `subjectAltName` for 2.5.29.17; the OID itself if it has no name here. */
export function extensionName(oid: string): string {
  return EXTENSION_NAMES.get(oid) ?? oid
}

/** Returns `clientAuth` for 1.3.6.1.5.5.7.3.2; the OID itself if it has no name here. */
export function extendedKeyUsageName(oid: string): string {
  return EXTENDED_KEY_USAGE_NAMES.get(oid) ?? oid
}

/** Returns the OID of an extended key usage by its exact name, null if the name is not known. */
export function extendedKeyUsageOid(name: string): string | null {
  return EXTENDED_KEY_USAGES.get(name) ?? null
}
