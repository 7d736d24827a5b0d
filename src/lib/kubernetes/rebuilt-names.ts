// Names as a built-in signer writes them. It reads the request with Go (crypto/x509/pkix FillFromRDNSequence) and rebuilds subject
// and alternative names (ToRDNSequence; crypto/x509 marshalSANs).
import type {
  DistinguishedName,
  NameAttribute,
  Rdn,
  San,
  TextSanKind,
} from '../../domain/request/x500.ts'
import { oid as oidDer, sequence } from '../x509/der-write.ts'
import { attribute } from '../x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../x509/oids.ts'

/** Types of which every value is kept, in the order in which Go 1.26 writes them; other versions of Go have another order. */
const GATHERED: readonly string[] = [
  ATTRIBUTE_OIDS.C,
  ATTRIBUTE_OIDS.ST,
  ATTRIBUTE_OIDS.L,
  ATTRIBUTE_OIDS.STREET,
  ATTRIBUTE_OIDS.postalCode,
  ATTRIBUTE_OIDS.O,
  ATTRIBUTE_OIDS.OU,
]
/** Types of which the last value is kept, unless it is empty; written after the others. */
const SINGLE: readonly string[] = [ATTRIBUTE_OIDS.CN, ATTRIBUTE_OIDS.serialNumber]

/** x509.CreateCertificate writes the kinds in this order. Go has no field for other kinds and drops them. */
const SAN_ORDER: readonly TextSanKind[] = ['dnsName', 'emailAddress', 'ipAddress', 'uri']

/**
 * Returns the subject with one RDN for each type: every value of most types, so that [b, a] becomes [a, b]; the last value of CN
 * and serialNumber. Other types are dropped; empty if nothing remains.
 */
export function rebuiltSubject(subject: DistinguishedName): DistinguishedName {
  const kept = keptAttributes(subject)
  return [...GATHERED, ...SINGLE].flatMap((type): Rdn[] => {
    const values = kept.filter(({ oid }) => oid === type)
    return values.length === 0 ? [] : [inSetOrder(values.map(one => attribute(type, one.value)))]
  })
}

/** Returns what `rebuiltSubject` drops, empty if nothing: other types, and all but the last CN and serialNumber. */
export function lostAttributes(subject: DistinguishedName): readonly NameAttribute[] {
  const kept = new Set(keptAttributes(subject))
  return subject.flat().filter(one => !kept.has(one))
}

/** Returns whether a signer keeps only the last value of this type (an OID). */
export function isSingle(oid: string): boolean {
  return SINGLE.includes(oid)
}

/**
 * Returns DNS names, email addresses, IP addresses and URIs in this order, each kind in the order of the request. Other kinds are
 * dropped.
 */
export function rebuiltSans(sans: readonly San[]): readonly San[] {
  return SAN_ORDER.flatMap(kind => sans.filter(san => san.kind === kind))
}

/** Returns the names that `rebuiltSans` drops, because Go has no field for them; empty if there are none. */
export function lostSans(sans: readonly San[]): readonly San[] {
  return sans.filter(san => 'der' in san)
}

function keptAttributes(subject: DistinguishedName): readonly NameAttribute[] {
  const all = subject.flat()
  const isLast = (one: NameAttribute): boolean => all.findLast(({ oid }) => oid === one.oid) === one
  return all.filter(
    one => GATHERED.includes(one.oid) || (isSingle(one.oid) && isLast(one) && one.value !== ''),
  )
}

/**
 * DER SET OF: the encoded attributes in ascending order (X.690 §11.6). The length precedes the text, so a shorter value of the same
 * type comes first.
 */
function inSetOrder(rdn: readonly NameAttribute[]): Rdn {
  const encoded = ({ oid, der }: NameAttribute): Uint8Array => sequence(oidDer(oid), der)
  return rdn.toSorted((a, b) => Buffer.compare(encoded(a), encoded(b)))
}
