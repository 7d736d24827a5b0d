// Names as a built-in signer writes them: it takes Go's view of the request (crypto/x509/pkix FillFromRDNSequence,
// ToRDNSequence; crypto/x509 marshalSANs) and makes subject and alternative names anew from it.
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

/** Types of which every value survives, in the order in which Go 1.26 writes them; others of its versions have another order. */
const GATHERED: readonly string[] = [
  ATTRIBUTE_OIDS.C,
  ATTRIBUTE_OIDS.ST,
  ATTRIBUTE_OIDS.L,
  ATTRIBUTE_OIDS.STREET,
  ATTRIBUTE_OIDS.postalCode,
  ATTRIBUTE_OIDS.O,
  ATTRIBUTE_OIDS.OU,
]
/** Types of which the last value survives, unless it is empty; written after the others. */
const SINGLE: readonly string[] = [ATTRIBUTE_OIDS.CN, ATTRIBUTE_OIDS.serialNumber]

/** x509.CreateCertificate writes the kinds in this order; the other kinds have no field and vanish. */
const SAN_ORDER: readonly TextSanKind[] = ['dnsName', 'emailAddress', 'ipAddress', 'uri']

/** One RDN a type: every value of most types, so that [b, a] becomes [a, b]; the last value of the single ones. */
export function rebuiltSubject(subject: DistinguishedName): DistinguishedName {
  const kept = keptAttributes(subject)
  return [...GATHERED, ...SINGLE].flatMap((type): Rdn[] => {
    const values = kept.filter(({ oid }) => oid === type)
    return values.length === 0 ? [] : [inSetOrder(values.map(one => attribute(type, one.value)))]
  })
}

/** What is left out of a subject: other types, and all but the last of the single ones. */
export function lostAttributes(subject: DistinguishedName): readonly NameAttribute[] {
  const kept = new Set(keptAttributes(subject))
  return subject.flat().filter(one => !kept.has(one))
}

/** Whether a signer keeps one value of this type (an OID), and not all or none. */
export function isSingle(oid: string): boolean {
  return SINGLE.includes(oid)
}

/** DNS names, email addresses, IP addresses, URIs, each kind in the order of the request; nothing else. */
export function rebuiltSans(sans: readonly San[]): readonly San[] {
  return SAN_ORDER.flatMap(kind => sans.filter(san => san.kind === kind))
}

/** The names that Go's view of a request has no field for. */
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

/** DER SET OF: the encoded attributes in ascending order (X.690 §11.6); a length comes before the letters it counts. */
function inSetOrder(rdn: readonly NameAttribute[]): Rdn {
  const encoded = ({ oid, der }: NameAttribute): Uint8Array => sequence(oidDer(oid), der)
  return rdn.toSorted((a, b) => Buffer.compare(encoded(a), encoded(b)))
}
