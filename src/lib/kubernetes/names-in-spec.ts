// Where in spec a name stands. Names are sorted on their way from the file into DER, so an index says nothing; the text does.
import type { San } from '../../domain/request/x500.ts'
import type { Place } from '../../domain/problem.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { Places } from '../../domain/request/request.ts'
import { attributeShortName, ATTRIBUTE_OIDS } from '../x509/oids.ts'

const SUBJECT_MEMBERS: ReadonlyMap<string, string> = new Map([
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

const SAN_MEMBERS: Readonly<Record<San['kind'], string>> = {
  dnsName: 'dnsNames',
  ipAddress: 'ipAddresses',
  uri: 'uris',
  emailAddress: 'emailAddresses',
  otherName: 'otherNames',
  x400Address: 'x400Addresses',
  directoryName: 'directoryNames',
  ediPartyName: 'ediPartyNames',
  registeredId: 'registeredIds',
}

/** The member that holds an attribute of the subject (an OID); what our own format lacks goes by its short name. */
export function subjectMember(oid: string): string {
  return SUBJECT_MEMBERS.get(oid) ?? `subject.${attributeShortName(oid)}`
}

/** The member that holds a subject alternative name. */
export function sanMember({ kind }: San): string {
  return SAN_MEMBERS[kind]
}

/** The place of one value of a list; of the list, or whatever is around it, where the text is not found. */
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
