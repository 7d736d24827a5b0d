// Schema of the `allowed` part of a policy: the fields of approver-policy (v1alpha1, CertificateRequestPolicyAllowed) and the checks
// of its webhook (pkg/internal/approver/allowed/validation.go).
import { z } from 'zod'
import type { AllowedNames, AllowedValues } from '../../../domain/request/policy.ts'
import { SUBJECT_MEMBERS } from '../../../lib/kubernetes/names-in-spec.ts'
import { orElse, orEmpty, orNull } from '../../../lib/schema/absent-members.ts'
import { usage } from '../../../lib/schema/spec-members.ts'
import { fault } from '../../../lib/schema/check-schema.ts'
import { refuseRepeats } from '../../../lib/schema/refinements.ts'
import { text } from '../../../lib/schema/text-rules.ts'
import { ruleList } from './rule-schema.ts'

const MOST_VALUES = 1000
const PATTERN = { maxLength: 1024 }

const pattern = z.string().max(PATTERN.maxLength)
const patterns = orNull(z.array(pattern).max(MOST_VALUES)).describe(
  'Values that are allowed, with * for any characters',
)
const required = orElse(z.boolean(), false).describe(
  'true denies requests without a value; needs values or validations',
)
const validations = orElse(ruleList('validation'), []).describe(
  'Rules that must be true of each value',
)

interface Said extends Omit<AllowedValues, 'isRequired'> {
  readonly required: boolean
}

/** Without values and validations no value is allowed, so no request could ever have a required one. */
function allowedValues(
  { required: isRequired, ...said }: Said,
  field: 'value' | 'values',
  context: z.RefinementCtx,
): AllowedValues {
  if (isRequired && said.values === null && said.validations.length === 0) {
    const message = `required needs ${field} or validations, or no request can ever fit`
    const code = 'FILE_FIELD_REQUIRED'
    context.addIssue(fault({ code, path: ['required'], message, atKey: true }))
  }
  return { ...said, isRequired }
}

const one = orNull(
  z
    .strictObject({
      value: orNull(pattern).describe('Value that is allowed, with * for any characters'),
      required,
      validations,
    })
    .transform(({ value, ...said }, context) =>
      allowedValues({ ...said, values: value === null ? null : [value] }, 'value', context),
    ),
)

const several = orNull(
  z
    .strictObject({ values: patterns, required, validations })
    .transform((said, context) => allowedValues(said, 'values', context)),
)

/** Dotted and canonical, because evaluation compares text. */
const OID = {
  pattern: /^(?:[01]\.(?:[1-3]?\d)|2\.(?:0|[1-9]\d{0,38}))(?:\.(?:0|[1-9]\d{0,38}))*$/,
  says: 'is not an object identifier in its one dotted form, such as 1.3.6.1.4.1.311.20.2.3',
}

function oidList(describe: string, refuse: (oid: string) => string | null) {
  const entry = z
    .strictObject({ oid: text(OID).describe(describe), values: patterns, required, validations })
    .transform(({ oid, ...said }, context) => {
      const refused = refuse(oid)
      if (refused !== null) context.addIssue(fault({ path: ['oid'], message: refused }))
      return { oid, ...allowedValues(said, 'values', context) }
    })
  const list = z.array(entry).superRefine((entries, context) => {
    const oids = entries.map(({ oid }) => oid)
    refuseRepeats(oids, context, index => ({
      path: [index, 'oid'],
      message: `${oids[index]} is given twice`,
    }))
  })
  return orElse(list, [])
}

const subject = z.strictObject({
  organizations: several.describe('O; the groups of a client certificate'),
  countries: several.describe('C'),
  organizationalUnits: several.describe('OU'),
  localities: several.describe('L'),
  provinces: several.describe('ST'),
  streetAddresses: several.describe('STREET'),
  postalCodes: several.describe('postalCode'),
  serialNumber: one.describe('serialNumber'),
  otherAttributes: oidList('OID of an attribute that has no field of its own', oid => {
    const member = SUBJECT_MEMBERS.get(oid)
    return member === undefined ? null : `${oid} has a field of its own, ${member}`
  }).describe('Attributes without a field; none is allowed where absent'),
})

export const allowed = z
  .strictObject({
    commonName: one.describe('CN; the user name of a client certificate'),
    dnsNames: several.describe('DNS names'),
    ipAddresses: several.describe('IP addresses, IPv6 as RFC 5952 writes it'),
    uris: several.describe('URIs'),
    emailAddresses: several.describe('E-mail addresses'),
    subject: orEmpty(subject).describe('Other parts of the subject'),
    otherNames: oidList('OID of a kind of otherName', () => null).describe(
      'otherName SANs; none is allowed where absent',
    ),
    usages: orElse(z.array(usage), []).describe('Usages that are allowed; none where absent'),
    isCA: orElse(z.boolean(), false).describe('true allows requests for a CA certificate'),
  })
  .describe('Values that requests may have; everything else is denied')
  .transform(
    ({
      subject: { otherAttributes, ...of },
      otherNames,
      usages,
      isCA,
      ...names
    }): AllowedNames => ({
      names: {
        ...names,
        'subject.serialNumber': of.serialNumber,
        'subject.organizations': of.organizations,
        'subject.countries': of.countries,
        'subject.organizationalUnits': of.organizationalUnits,
        'subject.localities': of.localities,
        'subject.provinces': of.provinces,
        'subject.streetAddresses': of.streetAddresses,
        'subject.postalCodes': of.postalCodes,
      },
      otherAttributes,
      otherNames,
      usages,
      isCa: isCA,
    }),
  )
