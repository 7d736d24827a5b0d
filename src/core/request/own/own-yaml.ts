// Reader of our own format (design: the request file): located YAML in, its values out.
import type { Pkcs10 } from '../../../domain/cluster/certificate.ts'
import type { Checked, Problem } from '../../../domain/problem.ts'
import { checked, ok } from '../../../domain/problem.ts'
import type { Path, YamlTree } from '../../../lib/source/located-values.ts'
import { keyPlace, placesBelow, valuePlace } from '../../../lib/source/located-values.ts'
import { readSchema } from '../../../lib/schema/check-schema.ts'
import { disagreement } from '../csr-name-mismatch.ts'
import type { OwnRequest } from './own-schema.ts'
import { OWN_REQUEST_SCHEMA } from './own-schema.ts'
import { pkcs10FromPem } from '../pkcs10/verified-pkcs10.ts'
import type { Reading } from '../format-reading.ts'
import type { DistinguishedName, NameAttribute, Rdn, San } from '../../../domain/request/x500.ts'
import { attribute } from '../../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../lib/x509/oids.ts'

/** Reads a file with our apiVersion and kind. */
export function readOwnRequest(tree: YamlTree): Checked<Reading> {
  const read = readSchema(OWN_REQUEST_SCHEMA, tree, { isRequest: true, unknownField: misplaced })
  if (!read.ok) return read
  const { metadata, spec } = read.value
  const { names, request: pem, ...said } = spec
  const own =
    pem === undefined ? ok(null) : pkcs10FromPem(pem, valuePlace(tree, ['spec', 'request']))
  if (!own.ok) return own
  const request = own.value
  const problems = request === null ? [] : besideRequest(request, spec, tree)
  const { subject, sans } = request ?? { subject: ownSubject(names), sans: ownSans(names) }
  return checked(problems, () => ({
    name: metadata?.name ?? null,
    spec: { ...said, subject, sans, request, issuer: null },
    places: placesOf(tree),
  }))
}

function besideRequest(
  pkcs10: Pkcs10,
  { names, privateKey }: OwnRequest['spec'],
  tree: YamlTree,
): readonly Problem[] {
  const problems: Problem[] = []
  if (privateKey !== null) {
    problems.push({
      code: 'FILE_FIELD_VALUE',
      at: keyPlace(tree, ['spec', 'privateKey']),
      message: 'privateKey describes a key that countersign makes, and request brings its own',
      hint: 'keep one of them',
    })
  }
  if (!saysNames(names)) return problems
  const said = { subject: ownSubject(names), sans: ownSans(names) }
  const differs = disagreement(pkcs10, said, valuePlace(tree, ['spec', 'request']))
  return differs === null ? problems : [...problems, differs]
}

function placesOf(tree: YamlTree) {
  const places = placesBelow(tree, ['spec'])
  if (places.has('renewBeforePercentage') && !places.has('renewBefore')) {
    places.set('renewBefore', valuePlace(tree, ['spec', 'renewBeforePercentage']))
  }
  return places.set('metadata.name', valuePlace(tree, ['metadata', 'name']))
}

/** Fields that are in another place here, or have another name in cert-manager. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['secretName', 'name the Secret under sinks: - secret: {namespace: …, name: …}'],
  ['issuerRef', 'the signer is signerName'],
  ['isCA', 'countersign requests no CA certificates'],
  ['ipSANs', 'the field is ipAddresses'],
  ['uriSANs', 'the field is uris'],
  ['emailSANs', 'the field is emailAddresses'],
  ['expirationSeconds', 'the field is duration, for example 168h'],
  ['groups', 'groups are subject: {organizations: […]}'],
  ['username', 'the user name is commonName'],
  ['organizations', 'it belongs under subject: {organizations: […]}'],
  ['keystores', 'it belongs under sinks: - secret: {keystores: …}'],
  ['secretTemplate', 'labels and annotations belong under sinks: - secret: {…}'],
])

function misplaced(path: Path, field: string): Omit<Problem, 'at'> | null {
  const hint = path.length === 1 && path[0] === 'spec' ? ELSEWHERE.get(field) : undefined
  if (hint === undefined) return null
  return { code: 'FILE_FIELD_UNKNOWN', message: `spec has no field "${field}"`, hint }
}

// The names of our own format, converted into the subject and subject alternative names that the built-in signers would write.

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
function saysNames(names: Names): boolean {
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
