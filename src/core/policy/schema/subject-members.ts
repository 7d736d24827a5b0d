// Attributes of a subject and the policy members that apply to them: one table for reading policies and for judging requests.
import type { NameMember } from '../../../domain/request/policy.ts'
import { ATTRIBUTE_OIDS } from '../../../lib/x509/oids.ts'

const MEMBERS: ReadonlyMap<string, NameMember> = new Map<string, NameMember>([
  [ATTRIBUTE_OIDS.CN, 'commonName'],
  [ATTRIBUTE_OIDS.serialNumber, 'subject.serialNumber'],
  [ATTRIBUTE_OIDS.O, 'subject.organizations'],
  [ATTRIBUTE_OIDS.C, 'subject.countries'],
  [ATTRIBUTE_OIDS.OU, 'subject.organizationalUnits'],
  [ATTRIBUTE_OIDS.L, 'subject.localities'],
  [ATTRIBUTE_OIDS.ST, 'subject.provinces'],
  [ATTRIBUTE_OIDS.STREET, 'subject.streetAddresses'],
  [ATTRIBUTE_OIDS.postalCode, 'subject.postalCodes'],
])

/** The member for an attribute type; null if only `otherAttributes` can allow it. */
export function attributeMember(oid: string): NameMember | null {
  return MEMBERS.get(oid) ?? null
}
