// Schema of the `allowed` part of a policy: the fields of approver-policy (v1alpha1, CertificateRequestPolicyAllowed) and the checks
// of its webhook (pkg/internal/approver/allowed/validation.go).
import { z } from 'zod'
import type { AllowedNames, AllowedOid, AllowedValues } from '../../../domain/request/policy.ts'
import { SUBJECT_MEMBERS } from '../../../lib/kubernetes/names-in-spec.ts'
import { MEMBERS } from '../../../lib/schema/spec-members.ts'
import { fault } from '../../../lib/schema/check-schema.ts'
import { refuseRepeats } from '../../../lib/schema/refinements.ts'
import { text } from '../../../lib/schema/text-rules.ts'
import { ruleList } from './rule-schema.ts'

const MOST_VALUES = 1000
const PATTERN = { maxLength: 1024 }

const pattern = z.string().max(PATTERN.maxLength)
const patterns = z
  .array(pattern)
  .max(MOST_VALUES)
  .optional()
  .describe('Values that are allowed, with * for any characters')
const required = z
  .boolean()
  .optional()
  .describe('true denies requests without a value; needs values or validations')
const validations = ruleList('validation')
  .optional()
  .describe('Rules that must be true of each value')

interface Said {
  readonly values: readonly string[] | undefined
  readonly required?: boolean | undefined
  readonly validations?: AllowedValues['validations'] | undefined
}

/** Without values and validations no value is allowed, so no request could ever have a required one. */
function allowedValues(
  { values, required: isRequired = false, validations: rules = [] }: Said,
  field: 'value' | 'values',
  report: (issue: ReturnType<typeof fault>) => void,
): AllowedValues {
  if (isRequired && values === undefined && rules.length === 0) {
    const message = `required needs ${field} or validations, or no request can ever fit`
    report(fault({ code: 'POLICY_FIELD_REQUIRED', path: ['required'], message, atKey: true }))
  }
  return { values: values ?? null, isRequired, validations: rules }
}

const one = z
  .strictObject({
    value: pattern.optional().describe('Value that is allowed, with * for any characters'),
    required,
    validations,
  })
  .transform(({ value, ...said }, context): AllowedValues => {
    const values = value === undefined ? undefined : [value]
    return allowedValues({ ...said, values }, 'value', issue => context.addIssue(issue))
  })
  .optional()

const several = z
  .strictObject({ values: patterns, required, validations })
  .transform(({ values, ...said }, context): AllowedValues =>
    allowedValues({ ...said, values }, 'values', issue => context.addIssue(issue)),
  )
  .optional()

/** Dotted and canonical, because evaluation compares text. */
const OID = {
  pattern: /^(?:[01]\.(?:[1-3]?\d)|2\.(?:0|[1-9]\d{0,38}))(?:\.(?:0|[1-9]\d{0,38}))*$/,
  says: 'is not an object identifier in its one dotted form, such as 1.3.6.1.4.1.311.20.2.3',
}

function oidList(describe: string, refuse: (oid: string) => string | null) {
  const entry = z
    .strictObject({ oid: text(OID).describe(describe), values: patterns, required, validations })
    .transform(({ oid, values, ...said }, context): AllowedOid => {
      const refused = refuse(oid)
      if (refused !== null) context.addIssue(fault({ path: ['oid'], message: refused }))
      const report = (issue: ReturnType<typeof fault>): void => context.addIssue(issue)
      return { oid, ...allowedValues({ ...said, values }, 'values', report) }
    })
  return z.array(entry).superRefine((entries, context) => {
    const oids = entries.map(({ oid }) => oid)
    refuseRepeats(oids, context, index => ({
      path: [index, 'oid'],
      message: `${oids[index]} is given twice`,
    }))
  })
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
  })
    .optional()
    .describe('Attributes without a field; none is allowed where absent'),
})

export const allowed = z
  .strictObject({
    commonName: one.describe('CN; the user name of a client certificate'),
    dnsNames: several.describe('DNS names'),
    ipAddresses: several.describe('IP addresses, IPv6 as RFC 5952 writes it'),
    uris: several.describe('URIs'),
    emailAddresses: several.describe('E-mail addresses'),
    subject: subject.optional().describe('Other parts of the subject'),
    otherNames: oidList('OID of a kind of otherName', () => null)
      .optional()
      .describe('otherName SANs; none is allowed where absent'),
    usages: MEMBERS.usages.describe('Usages that are allowed; none where absent'),
    isCA: z.boolean().optional().describe('true allows requests for a CA certificate'),
  })
  .describe('Values that requests may have; everything else is denied')

/** The `allowed` part with null, empty lists and false for absent fields, so that they allow nothing. */
export function allowedNames(said: z.output<typeof allowed> = {}): AllowedNames {
  const { subject: names = {} } = said
  return {
    names: {
      commonName: said.commonName ?? null,
      'subject.serialNumber': names.serialNumber ?? null,
      'subject.organizations': names.organizations ?? null,
      'subject.countries': names.countries ?? null,
      'subject.organizationalUnits': names.organizationalUnits ?? null,
      'subject.localities': names.localities ?? null,
      'subject.provinces': names.provinces ?? null,
      'subject.streetAddresses': names.streetAddresses ?? null,
      'subject.postalCodes': names.postalCodes ?? null,
      dnsNames: said.dnsNames ?? null,
      ipAddresses: said.ipAddresses ?? null,
      uris: said.uris ?? null,
      emailAddresses: said.emailAddresses ?? null,
    },
    otherAttributes: names.otherAttributes ?? [],
    otherNames: said.otherNames ?? [],
    usages: said.usages ?? [],
    isCa: said.isCA ?? false,
  }
}
