// The certificate a built-in signer makes of a request: Go's pkix.Name rebuilt, the names of the SAN rebuilt, usages from
// the object, everything else dropped (kubernetes/pkg/controller/certificates/authority, crypto/x509.CreateCertificate).
import type { DistinguishedName, San } from '../../domain/request/x500.ts'
import { namedBits, oid, sequence } from '../../lib/x509/der-write.ts'
import { attribute, encodeName, attributeValues } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS, EXTENDED_KEY_USAGE_OIDS, EXTENSION_OIDS } from '../../lib/x509/oids.ts'
import { encodeSans } from '../../lib/x509/general-names.ts'
import {
  authorityKeyIdentifier,
  certificateExtension,
  signCertificate,
} from './certificate-authority.ts'
import type { Authority, RandomBytes } from './certificate-authority.ts'
import type { GoRequest } from './go-request.ts'

export interface SigningOrder {
  readonly request: GoRequest
  readonly usages: readonly string[]
  /** Seconds the certificate shall live from now on. */
  readonly seconds: number
  readonly now: Date
}

const MULTIPLE = ['C', 'ST', 'L', 'STREET', 'postalCode', 'O', 'OU'] as const

/** One RDN per attribute type, in Go's order; of CN and serialNumber only the last survives. */
function rebuiltSubject(subject: DistinguishedName): DistinguishedName {
  const lists = MULTIPLE.map(type => ({
    type: ATTRIBUTE_OIDS[type],
    values: attributeValues(subject, ATTRIBUTE_OIDS[type]),
  }))
  const singles = [ATTRIBUTE_OIDS.CN, ATTRIBUTE_OIDS.serialNumber].map(type => ({
    type,
    values: attributeValues(subject, type)
      .slice(-1)
      .filter(value => value !== ''),
  }))
  return [...lists, ...singles]
    .filter(({ values }) => values.length > 0)
    .map(({ type, values }) => values.map(value => attribute(type, value)))
}

const SAN_ORDER = ['dnsName', 'emailAddress', 'ipAddress', 'uri']

function rebuiltSans(sans: readonly San[]): readonly San[] {
  return SAN_ORDER.flatMap(kind => sans.filter(san => san.kind === kind))
}

const KEY_USAGE_BITS: Readonly<Record<string, number>> = {
  signing: 0,
  'digital signature': 0,
  'content commitment': 1,
  'key encipherment': 2,
  'data encipherment': 3,
  'key agreement': 4,
  'cert sign': 5,
  'crl sign': 6,
  'encipher only': 7,
  'decipher only': 8,
}

/** In the order Go's constants have. */
const EXTENDED_USAGES: readonly (readonly [string, string])[] = [
  ['any', EXTENDED_KEY_USAGE_OIDS.anyExtendedKeyUsage],
  ['server auth', EXTENDED_KEY_USAGE_OIDS.serverAuth],
  ['client auth', EXTENDED_KEY_USAGE_OIDS.clientAuth],
  ['code signing', EXTENDED_KEY_USAGE_OIDS.codeSigning],
  ['email protection', EXTENDED_KEY_USAGE_OIDS.emailProtection],
  ['ipsec end system', EXTENDED_KEY_USAGE_OIDS.ipsecEndSystem],
  ['ipsec tunnel', EXTENDED_KEY_USAGE_OIDS.ipsecTunnel],
  ['ipsec user', EXTENDED_KEY_USAGE_OIDS.ipsecUser],
  ['timestamping', EXTENDED_KEY_USAGE_OIDS.timeStamping],
  ['ocsp signing', EXTENDED_KEY_USAGE_OIDS.OCSPSigning],
  ['microsoft sgc', EXTENDED_KEY_USAGE_OIDS.msSGC],
  ['netscape sgc', EXTENDED_KEY_USAGE_OIDS.nsSGC],
]

function usageExtensions(usages: readonly string[]): readonly Uint8Array[] {
  const bits = usages.flatMap(usage => KEY_USAGE_BITS[usage] ?? [])
  const asked = new Set(usages.map(usage => (usage === 's/mime' ? 'email protection' : usage)))
  const extended = EXTENDED_USAGES.filter(([usage]) => asked.has(usage)).map(([, id]) => oid(id))
  return [
    ...(bits.length === 0
      ? []
      : [certificateExtension(EXTENSION_OIDS.keyUsage, true, namedBits(bits))]),
    ...(extended.length === 0
      ? []
      : [certificateExtension(EXTENSION_OIDS.extendedKeyUsage, false, sequence(...extended))]),
  ]
}

const BACKDATE_SECONDS = 5 * 60
const SHORT_SECONDS = 8 * 3600

/** From five minutes ago; a short life is counted from now, a long one from the backdated start; the CA is the cap. */
function validity(order: SigningOrder, cap: Date): { notBefore: Date; notAfter: Date } {
  const now = Math.floor(order.now.getTime() / 1000)
  const backdate = order.seconds < SHORT_SECONDS ? 0 : BACKDATE_SECONDS
  const end = new Date((now + order.seconds - backdate) * 1000)
  return {
    notBefore: new Date((now - BACKDATE_SECONDS) * 1000),
    notAfter: end < cap ? end : cap,
  }
}

/** DER of the certificate. */
export function issueCertificate(
  authority: Authority,
  order: SigningOrder,
  random: RandomBytes,
): Uint8Array {
  const subject = rebuiltSubject(order.request.subject)
  const sans = rebuiltSans(order.request.sans)
  const isNameless = subject.length === 0
  const template = {
    ...validity(order, authority.notAfter),
    subject: encodeName(subject),
    spki: order.request.spki,
    extensions: [
      ...usageExtensions(order.usages),
      certificateExtension(EXTENSION_OIDS.basicConstraints, true, sequence()),
      ...(authority.keyId === null ? [] : [authorityKeyIdentifier(authority.keyId)]),
      ...(sans.length === 0
        ? []
        : [certificateExtension(EXTENSION_OIDS.subjectAltName, isNameless, encodeSans(sans))]),
    ],
  }
  return signCertificate(authority, template, random)
}
