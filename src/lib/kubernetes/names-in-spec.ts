// The place of a name in spec. Names are sorted on their way from the file into DER, so the text finds the place, not the index.
import type { NameMember } from '../../domain/request/policy.ts'
import type { San, TextSanKind } from '../../domain/request/x500.ts'
import type { Place } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { Places } from '../../domain/request/request.ts'
import { attributeShortName, ATTRIBUTE_OIDS } from '../x509/oids.ts'

/** The attributes that our own format has, by object identifier. Policies use the same names. */
export const SUBJECT_MEMBERS: ReadonlyMap<string, NameMember> = new Map<string, NameMember>([
  [ATTRIBUTE_OIDS.CN, 'commonName'],
  [ATTRIBUTE_OIDS.O, 'subject.organizations'],
  [ATTRIBUTE_OIDS.OU, 'subject.organizationalUnits'],
  [ATTRIBUTE_OIDS.C, 'subject.countries'],
  [ATTRIBUTE_OIDS.L, 'subject.localities'],
  [ATTRIBUTE_OIDS.ST, 'subject.provinces'],
  [ATTRIBUTE_OIDS.STREET, 'subject.streetAddresses'],
  [ATTRIBUTE_OIDS.postalCode, 'subject.postalCodes'],
  [ATTRIBUTE_OIDS.serialNumber, 'subject.serialNumber'],
])

/** The kinds of alternative names that our own format has. */
export const TEXT_SAN_MEMBERS = {
  dnsName: 'dnsNames',
  ipAddress: 'ipAddresses',
  uri: 'uris',
  emailAddress: 'emailAddresses',
} as const satisfies Readonly<Record<TextSanKind, NameMember>>

const SAN_MEMBERS: Readonly<Record<San['kind'], string>> = {
  ...TEXT_SAN_MEMBERS,
  otherName: 'otherNames',
  x400Address: 'x400Addresses',
  directoryName: 'directoryNames',
  ediPartyName: 'ediPartyNames',
  registeredId: 'registeredIds',
}

/**
 * Returns the member that holds an attribute of the subject (an OID), for example `commonName`. An attribute that our own format
 * lacks gets `subject.` and its short name.
 */
export function subjectMember(oid: string): string {
  return SUBJECT_MEMBERS.get(oid) ?? `subject.${attributeShortName(oid)}`
}

/** Returns the member that holds a subject alternative name, for example `dnsNames`. */
export function sanMember({ kind }: San): string {
  return SAN_MEMBERS[kind]
}

/**
 * Returns the place of one value of a list. If its text is not found, returns the place of the list, or of what is around it; null
 * if there is none.
 */
export function placeOfValue(places: Places, member: string, value: string): Place | null {
  const items = [...places].filter(([path]) => path.startsWith(`${member}[`))
  const exact = items.find(([, place]) => bare(textAt(place)) === value)
  return exact?.[1] ?? placeOf(places, member)
}

function textAt({ excerpt, column, length }: Place): string {
  return excerpt?.slice(column - 1, column - 1 + length) ?? ''
}

/** A YAML or JSON scalar without its quotes. */
function bare(text: string): string {
  return /^(["']).*\1$/.test(text) ? text.slice(1, -1) : text
}
