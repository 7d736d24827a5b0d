// The names of our own format, converted into the subject and subject alternative names that the built-in signers would write.
import type { DistinguishedName, NameAttribute, Rdn, San } from '../../../domain/request/x500.ts'
import { attribute } from '../../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../lib/x509/oids.ts'
import type { OwnRequest } from './own-schema.ts'

type Names = Partial<OwnRequest['spec']['names']>

/**
 * The subject in the order of Go's pkix.Name (ToRDNSequence): C, O, OU, L, ST, STREET, postalCode, CN, serialNumber. Values of one
 * type share one RDN, so a built-in signer signs exactly this subject.
 */
export function ownSubject({ commonName, subject = {} }: Names): DistinguishedName {
  const rdns = [
    rdn(ATTRIBUTE_OIDS.C, subject.countries),
    rdn(ATTRIBUTE_OIDS.O, subject.organizations),
    rdn(ATTRIBUTE_OIDS.OU, subject.organizationalUnits),
    rdn(ATTRIBUTE_OIDS.L, subject.localities),
    rdn(ATTRIBUTE_OIDS.ST, subject.provinces),
    rdn(ATTRIBUTE_OIDS.STREET, subject.streetAddresses),
    rdn(ATTRIBUTE_OIDS.postalCode, subject.postalCodes),
    rdn(ATTRIBUTE_OIDS.CN, one(commonName)),
    rdn(ATTRIBUTE_OIDS.serialNumber, one(subject.serialNumber)),
  ]
  return rdns.filter(({ length }) => length > 0)
}

/** In the order of Go's x509 (marshalSANs): DNS names, email addresses, IP addresses, URIs. */
export function ownSans(names: Names): readonly San[] {
  return [
    ...sans('dnsName', names.dnsNames),
    ...sans('emailAddress', names.emailAddresses),
    ...sans('ipAddress', names.ipAddresses),
    ...sans('uri', names.uris),
  ]
}

/** True if the file has any member with names, even an empty list. */
export function saysNames(names: Names): boolean {
  return Object.values(names).some(member => member !== undefined)
}

function rdn(oid: string, values: readonly string[] = []): Rdn {
  return values.map(value => attribute(oid, value)).sort(bySetOrder)
}

/** DER's order of a SET OF (X.690 §11.6). All have one type, so the shorter encoding has the smaller length byte. */
function bySetOrder(a: NameAttribute, b: NameAttribute): number {
  return a.der.length - b.der.length || Buffer.compare(a.der, b.der)
}

function one(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value]
}

function sans(
  kind: 'dnsName' | 'emailAddress' | 'ipAddress' | 'uri',
  values: readonly string[] = [],
) {
  return values.map(value => ({ kind, value }))
}
