// Subject attributes of our own format, in the order in which Go's pkix.Name writes them, with the upper bounds of RFC 5280
// appendix A.1 that signers and verifiers enforce.
import type { Code } from '../../domain/problem-codes.ts'
import { textList } from '../../lib/schema/text-rules.ts'
import type { TextRule } from '../../lib/schema/text-rules.ts'
import { SUBJECT_MEMBERS } from '../../lib/kubernetes/names-in-spec.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'

export const COMMON_NAME = attributeText(64)

export const ATTRIBUTE_LISTS = {
  organizations: attributeText(64),
  organizationalUnits: attributeText(64),
  countries: {
    pattern: /^[A-Z]{2}$/,
    says: 'is not a country: two upper-case letters, as in ISO 3166',
  },
  localities: attributeText(128),
  provinces: attributeText(128),
  streetAddresses: attributeText(128),
  postalCodes: attributeText(40),
  serialNumber: attributeText(64),
} as const satisfies Readonly<Record<string, TextRule>>

/** Longest value by object identifier, for formats with other attribute names. */
const BOUNDS: ReadonlyMap<string, TextRule> = new Map([
  [ATTRIBUTE_OIDS.CN, COMMON_NAME],
  [ATTRIBUTE_OIDS.O, ATTRIBUTE_LISTS.organizations],
  [ATTRIBUTE_OIDS.OU, ATTRIBUTE_LISTS.organizationalUnits],
  [ATTRIBUTE_OIDS.C, ATTRIBUTE_LISTS.countries],
  [ATTRIBUTE_OIDS.L, ATTRIBUTE_LISTS.localities],
  [ATTRIBUTE_OIDS.ST, ATTRIBUTE_LISTS.provinces],
  [ATTRIBUTE_OIDS.STREET, ATTRIBUTE_LISTS.streetAddresses],
  [ATTRIBUTE_OIDS.postalCode, ATTRIBUTE_LISTS.postalCodes],
  [ATTRIBUTE_OIDS.serialNumber, ATTRIBUTE_LISTS.serialNumber],
])

/** The rule for the values of an attribute. Any other attribute is one line of at most 128 characters. */
export function attributeRule(oid: string): TextRule {
  return BOUNDS.get(oid) ?? attributeText(128)
}

/** Our member for an attribute, used for places; `[]` marks lists. `subject` if our format lacks the attribute. */
export function placedMember(oid: string): string {
  const member = SUBJECT_MEMBERS.get(oid) ?? 'subject'
  const isSingle = ['commonName', 'subject.serialNumber', 'subject'].includes(member)
  return isSingle ? member : `${member}[]`
}

/** A list of values of one attribute. */
export function nameList(rule: TextRule) {
  return textList(rule).optional()
}

function attributeText(longest: number): TextRule & { readonly code?: Code } {
  return {
    pattern: new RegExp(String.raw`^(?=.{1,${longest}}$)\S(?:[^\n\t]*\S)?$`, 'u'),
    says: `is not one line of 1 to ${longest} characters without spaces at its ends`,
  }
}
