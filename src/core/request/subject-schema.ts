// Rules of subject attributes, shared by all formats: the upper bounds of RFC 5280 appendix A.1 that signers and verifiers enforce.
import type { Code } from '../../domain/problem-codes.ts'
import { textList } from '../../lib/schema/text-rules.ts'
import type { TextRule } from '../../lib/schema/text-rules.ts'
import { SUBJECT_MEMBERS } from '../../lib/kubernetes/names-in-spec.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'

/** By object identifier. */
const RULES: ReadonlyMap<string, TextRule> = new Map([
  [ATTRIBUTE_OIDS.CN, attributeText(64)],
  [ATTRIBUTE_OIDS.O, attributeText(64)],
  [ATTRIBUTE_OIDS.OU, attributeText(64)],
  [
    ATTRIBUTE_OIDS.C,
    {
      pattern: /^[A-Z]{2}$/,
      says: 'is not a country: two upper-case letters, as in ISO 3166',
    },
  ],
  [ATTRIBUTE_OIDS.postalCode, attributeText(40)],
  [ATTRIBUTE_OIDS.serialNumber, attributeText(64)],
])

/** The rule for the values of an attribute. Any other attribute is one line of at most 128 characters. */
export function attributeRule(oid: string): TextRule {
  return RULES.get(oid) ?? attributeText(128)
}

/** Our member for an attribute, used for places; `[]` marks lists. `subject` if our format lacks the attribute. */
export function placedMember(oid: string): string {
  const member = SUBJECT_MEMBERS.get(oid) ?? 'subject'
  const isSingle = ['commonName', 'subject.serialNumber', 'subject'].includes(member)
  return isSingle ? member : `${member}[]`
}

/** A list of values of one attribute. */
export function attributeList(oid: string) {
  return textList(attributeRule(oid)).optional()
}

function attributeText(longest: number): TextRule & { readonly code?: Code } {
  return {
    pattern: new RegExp(String.raw`^(?=.{1,${longest}}$)\S(?:[^\n\t]*\S)?$`, 'u'),
    says: `is not one line of 1 to ${longest} characters without spaces at its ends`,
  }
}
