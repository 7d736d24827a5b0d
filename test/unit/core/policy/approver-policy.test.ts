// The cases of approver-policy v0.28's own tests (pkg/internal/approver: allowed, constraints, validation), restated. Where
// countersign decides otherwise, the case explains why.
import { describe, expect, test } from '@jest/globals'
import { NAME_MEMBERS } from '../../../../src/domain/request/policy.ts'
import { judge } from '../../../../src/core/policy/judge-policies.ts'
import { parsePolicy } from '../../../../src/core/policy/load-policies.ts'
import { DAY, effective, subject } from '../../../build/effective.ts'
import {
  codesOfVerdict,
  NOBODY,
  opaqueSan,
  otherName,
  policy,
  policyFile,
  policyYaml,
} from '../../../build/policy.ts'
import { codesOf } from '../../../build/request.ts'

/** A request as approver-policy's tests make them, with the given members only. */
function bare(changes: Parameters<typeof effective>[0] = {}) {
  return effective({ commonName: null, organizations: [], usages: [], sinks: [], ...changes })
}

const ALL = {
  subject: subject(
    'CN=hello-world',
    ...['company-1', 'company-2'].map(value => `O=${value}`),
    ...['country-1', 'country-2'].map(value => `C=${value}`),
    ...['org-1', 'org-2'].map(value => `OU=${value}`),
    ...['loc-1', 'loc-2'].map(value => `L=${value}`),
    ...['prov-1', 'prov-2'].map(value => `ST=${value}`),
    ...['street-1', 'street-2'].map(value => `STREET=${value}`),
    ...['post-1', 'post-2'].map(value => `postalCode=${value}`),
    'serialNumber=serial-1',
  ),
  dnsNames: ['example.com', 'foo.bar'],
  ipAddresses: ['1.1.1.1', '2.3.4.5'],
  uris: ['spiffe://cluster.local/ns/foo/sa/bar', 'foo.bar.com'],
  emailAddresses: ['foo@example.com', 'bar@example.com'],
} as const

/** `allowed` with the same body for every member that takes values, and for the two that take one. */
function everyMember(several: string, one: string): readonly string[] {
  const member = (name: string): string => `${name}: {${several}}`
  const names = ['dnsNames', 'ipAddresses', 'uris', 'emailAddresses']
  const parts = ['organizations', 'countries', 'organizationalUnits', 'localities']
  const places = ['provinces', 'streetAddresses', 'postalCodes']
  return [
    'allowed:',
    `  commonName: {${one}}`,
    ...names.map(name => `  ${member(name)}`),
    '  subject:',
    `    serialNumber: {${one}}`,
    ...[...parts, ...places].map(name => `    ${member(name)}`),
  ]
}

describe('allowed names and usages, with the cases of approver-policy', () => {
  test.each([
    ['nothing allowed and nothing requested', [], bare(), 'allowed'],
    ['nothing allowed and everything requested', [], bare(ALL), 'POLICY_VALUE'],
    [
      'everything allowed and other values requested',
      everyMember('values: [x]', 'value: x'),
      bare(ALL),
      'POLICY_VALUE',
    ],
    [
      'every value allowed as it is requested',
      [
        'allowed:',
        '  commonName: {value: hello-world}',
        '  dnsNames: {values: [example.com, foo.bar]}',
        '  ipAddresses: {values: [1.1.1.1, 2.3.4.5]}',
        '  uris: {values: ["spiffe://cluster.local/ns/foo/sa/bar", foo.bar.com]}',
        '  emailAddresses: {values: [foo@example.com, bar@example.com]}',
        '  subject:',
        '    organizations: {values: [company-1, company-2]}',
        '    countries: {values: [country-1, country-2]}',
        '    organizationalUnits: {values: [org-1, org-2]}',
        '    localities: {values: [loc-1, loc-2]}',
        '    provinces: {values: [prov-1, prov-2]}',
        '    streetAddresses: {values: [street-1, street-2]}',
        '    postalCodes: {values: [post-1, post-2]}',
        '    serialNumber: {value: serial-1}',
      ],
      bare(ALL),
      'allowed',
    ],
    [
      'every value allowed by a wildcard',
      everyMember('values: ["*"]', 'value: "*"'),
      bare(ALL),
      'allowed',
    ],
    [
      'everything required and nothing requested',
      everyMember('values: ["*"], required: true', 'value: "*", required: true'),
      bare(),
      'POLICY_REQUIRED',
    ],
    [
      'everything required and everything requested',
      everyMember('values: ["*"], required: true', 'value: "*", required: true'),
      bare(ALL),
      'allowed',
    ],
    [
      'validations that are false for every member',
      everyMember(
        'validations: [{rule: "self == \'x\'"}]',
        'validations: [{rule: "self == \'x\'"}]',
      ),
      bare(ALL),
      'POLICY_VALUE',
    ],
    [
      'validations that are true for every member',
      everyMember(
        'validations: [{rule: "self.size() > 2"}]',
        'validations: [{rule: "self.size() > 2"}]',
      ),
      bare(ALL),
      'allowed',
    ],
    [
      'values that match and validations that do not',
      [
        'allowed: {uris: {values: ["spiffe://*"], validations: [{rule: "self.startsWith(\'spiffe://foo.bar/\')"}]}}',
      ],
      bare({ uris: ['spiffe://cluster.local/ns/foo/sa/bar'] }),
      'POLICY_VALUE',
    ],
    [
      'validations that match and values that do not',
      [
        'allowed: {commonName: {value: hello-world2, validations: [{rule: "self.contains(\'hello\')"}]}}',
      ],
      bare({ commonName: 'hello-world' }),
      'POLICY_VALUE',
    ],
    [
      'values and validations that both match',
      [
        'allowed: {dnsNames: {values: ["*.com"], validations: [{rule: "self.endsWith(\'foo.com\')"}]}}',
      ],
      bare({ dnsNames: ['foo.com'] }),
      'allowed',
    ],
    [
      'usages where none is allowed',
      [],
      bare({ usages: ['crl sign', 'client auth'] }),
      'POLICY_USAGE',
    ],
    [
      'usages where one of two is allowed',
      ['allowed: {usages: [crl sign, server auth]}'],
      bare({ usages: ['crl sign', 'client auth'] }),
      'POLICY_USAGE',
    ],
    [
      'fewer usages than allowed',
      ['allowed: {usages: [crl sign, server auth]}'],
      bare({ usages: ['server auth'] }),
      'allowed',
    ],
  ] as const)('the policy judges %s', (_, lines, request, expected) =>
    expect(codesOfVerdict(request, [policy(lines)])).toBe(expected),
  )

  test('every member is named in a problem', () => {
    const verdict = judge(bare(ALL), [policy([])], [], NOBODY)
    const said = verdict.decision === 'denied' ? verdict.problems.map(({ message }) => message) : []
    expect(
      NAME_MEMBERS.filter(member => !said.some(message => message.includes(`allow ${member} "`))),
    ).toEqual([])
    expect(said).toHaveLength(24)
  })
})

const UPN = '1.3.6.1.4.1.311.20.2.3'
const EMAIL = '1.2.840.113549.1.9.1'
const DNS = { kind: 'dnsName', value: 'allowed.example.com' } as const
const dnsAnd = (...more: readonly string[]) => [
  'allowed:',
  '  dnsNames: {values: [allowed.example.com]}',
  ...more,
]
const tenantAnd = (...more: readonly string[]) => [
  'allowed:',
  '  commonName: {value: "*.tenant.example.com"}',
  ...more,
]
const upn = (more = '') => `  otherNames: [{oid: ${UPN}, values: ["*@tenant.example.com"]${more}}]`
const email = (more = '') =>
  `  subject: {otherAttributes: [{oid: ${EMAIL}, values: ["*@tenant.example.com"]${more}}]}`

describe('names that a parsed projection leaves out, with the cases of approver-policy', () => {
  test.each([
    [
      'an otherName without an entry',
      dnsAnd(),
      [otherName(UPN, 'administrator@victim.corp')],
      'POLICY_VALUE',
    ],
    [
      'an otherName that matches',
      dnsAnd(upn()),
      [otherName(UPN, 'user@tenant.example.com')],
      'allowed',
    ],
    [
      'an otherName that does not match',
      dnsAnd(upn()),
      [otherName(UPN, 'administrator@victim.corp')],
      'POLICY_VALUE',
    ],
    [
      'a required otherName that is missing',
      dnsAnd(upn(', required: true')),
      [],
      'POLICY_REQUIRED',
    ],
    ['an x400Address', dnsAnd(), [opaqueSan('x400Address')], 'POLICY_SAN_KIND'],
    ['a directoryName', dnsAnd(), [opaqueSan('directoryName')], 'POLICY_SAN_KIND'],
    ['an ediPartyName', dnsAnd(), [opaqueSan('ediPartyName')], 'POLICY_SAN_KIND'],
    ['a registeredID', dnsAnd(), [opaqueSan('registeredId')], 'POLICY_SAN_KIND'],
    ['DNS names alone', dnsAnd(), [], 'allowed'],
    [
      'a second otherName of the same kind that does not match',
      dnsAnd(upn()),
      [otherName(UPN, 'a@tenant.example.com'), otherName(UPN, 'root@victim.corp')],
      'POLICY_VALUE',
    ],
    [
      'an otherName in IA5String',
      dnsAnd(upn()),
      [otherName(UPN, 'a@tenant.example.com', 0x16)],
      'allowed',
    ],
    [
      'an otherName without text, by its hex',
      dnsAnd(`  otherNames: [{oid: ${UPN}, values: ["0401ff"]}]`),
      [
        {
          kind: 'otherName',
          der: Buffer.from('a013060a2b060104018237140203a0050403616263', 'hex'),
        },
      ],
      'POLICY_VALUE',
    ],
    [
      'an otherName without text, by its hex, that matches',
      dnsAnd(`  otherNames: [{oid: ${UPN}, values: ["0403616263"]}]`),
      [
        {
          kind: 'otherName',
          der: Buffer.from('a013060a2b060104018237140203a0050403616263', 'hex'),
        },
      ],
      'allowed',
    ],
  ] as const)('the policy judges a SAN: %s', (_, lines, more, expected) =>
    expect(codesOfVerdict(bare({ sans: [DNS, ...more] }), [policy(lines)])).toBe(expected),
  )

  test.each([
    [
      'two common names, one of which does not match',
      tenantAnd(),
      ['CN=kubernetes-admin', 'CN=app.tenant.example.com'],
      'POLICY_VALUE',
    ],
    // the policy allows both as approver-policy does; kubernetes/rules.ts refuses the request anyway (SIGNER_SUBJECT)
    [
      'two common names that both match',
      tenantAnd(),
      ['CN=a.tenant.example.com', 'CN=b.tenant.example.com'],
      'allowed',
    ],
    [
      'two serial numbers, one of which does not match',
      tenantAnd('  subject: {serialNumber: {value: "legit-*"}}'),
      ['CN=a.tenant.example.com', 'serialNumber=legit-001', 'serialNumber=smuggled-002'],
      'POLICY_VALUE',
    ],
    [
      'an attribute without a field',
      tenantAnd(),
      ['CN=a.tenant.example.com', 'emailAddress=root@victim.corp'],
      'POLICY_VALUE',
    ],
    [
      'an attribute with an entry that matches',
      tenantAnd(email()),
      ['CN=a.tenant.example.com', 'emailAddress=ops@tenant.example.com'],
      'allowed',
    ],
    [
      'an attribute with an entry that does not match',
      tenantAnd(email()),
      ['CN=a.tenant.example.com', 'emailAddress=root@victim.corp'],
      'POLICY_VALUE',
    ],
    [
      'a required attribute that is missing',
      tenantAnd(email(', required: true')),
      ['CN=a.tenant.example.com'],
      'POLICY_REQUIRED',
    ],
    [
      'two organizations that both match',
      tenantAnd('  subject: {organizations: {values: [tenant-a, tenant-platform]}}'),
      ['CN=a.tenant.example.com', 'O=tenant-a', 'O=tenant-platform'],
      'allowed',
    ],
    [
      'attributes joined in one RDN',
      tenantAnd(),
      ['CN=a.tenant.example.com+UID=root'],
      'POLICY_VALUE',
    ],
    // difference: strings that Go cannot read (UniversalString, OCTET STRING) never reach the policy; x509/strings.ts refuses the file
  ] as const)('the policy judges a subject: %s', (_, lines, names, expected) =>
    expect(codesOfVerdict(bare({ subject: subject(...names) }), [policy(lines)])).toBe(expected),
  )
})

const key = (algorithm: 'RSA' | 'ECDSA' | 'Ed25519', size: number | null) => ({
  kind: 'generated' as const,
  spec: { algorithm, size, encoding: 'PKCS8' as const, rotationPolicy: 'Always' as const },
})
const HOURS = { least: 'minDuration: 1h', most: 'maxDuration: 24h' }
const bounds = [`constraints: {${HOURS.least}, ${HOURS.most}}`]

describe('constraints, with the cases of approver-policy', () => {
  test.each([
    [
      'an Ed25519 key where Ed25519 is required',
      ['constraints: {privateKey: {algorithm: Ed25519}}'],
      { key: key('Ed25519', null) },
      'allowed',
    ],
    ['no constraints', [], {}, 'allowed'],
    // difference: a request without a duration is denied there; here every request has one (REQUEST_MEMBER_MISSING)
    ['a duration below minDuration', bounds, { durationSeconds: 60 }, 'POLICY_DURATION'],
    ['a duration above maxDuration', bounds, { durationSeconds: 2 * DAY }, 'POLICY_DURATION'],
    ['a duration of exactly minDuration', bounds, { durationSeconds: 3600 }, 'allowed'],
    ['a duration of exactly maxDuration', bounds, { durationSeconds: DAY }, 'allowed'],
    [
      'a duration one second above maxDuration',
      bounds,
      { durationSeconds: DAY + 1 },
      'POLICY_DURATION',
    ],
    [
      'another kind of key that is too small',
      ['constraints: {privateKey: {algorithm: ECDSA, minSize: 4000}}'],
      { key: key('RSA', 2048) },
      'POLICY_KEY',
    ],
    [
      'another kind of key that is too large',
      ['constraints: {privateKey: {algorithm: RSA, maxSize: 200}}'],
      { key: key('ECDSA', 256) },
      'POLICY_KEY',
    ],
    [
      'an Ed25519 key with a minSize for all kinds',
      ['constraints: {privateKey: {minSize: 0}}'],
      { key: key('Ed25519', null) },
      'POLICY_KEY',
    ],
    [
      'an Ed25519 key with a maxSize for all kinds',
      ['constraints: {privateKey: {maxSize: 256}}'],
      { key: key('Ed25519', null) },
      'allowed',
    ],
    [
      'a key of exactly minSize and maxSize',
      ['constraints: {privateKey: {minSize: 256, maxSize: 256}}'],
      { key: key('ECDSA', 256) },
      'allowed',
    ],
  ] as const)('the constraints judge %s', (_, lines, changes, expected) =>
    expect(codesOfVerdict(bare(changes), [policy(lines)])).toBe(expected),
  )
})

const REQUIRED = 'FILE_FIELD_REQUIRED'
const VALUE = 'FILE_FIELD_VALUE'
const rule = (text: string) => [
  `allowed: {commonName: {validations: [{rule: ${JSON.stringify(text)}}]}}`,
]

describe("a policy file, with the cases of approver-policy's webhook", () => {
  test.each([
    ['no `allowed`', [], ''],
    [
      '`required` without values everywhere',
      everyMember('required: true', 'required: true'),
      Array.from({ length: 13 }, () => REQUIRED).join(' '),
    ],
    [
      '`required` with empty values',
      everyMember('required: true, values: []', 'required: true, value: ""'),
      '',
    ],
    [
      '`required` with validations',
      everyMember(
        'required: true, validations: [{rule: "true"}]',
        'required: true, validations: [{rule: "true"}]',
      ),
      '',
    ],
    [
      'no constraints that contradict',
      [
        'constraints: {minDuration: 1h, maxDuration: 1h, privateKey: {algorithm: RSA, minSize: 2048, maxSize: 2048}}',
      ],
      '',
    ],
    [
      'a size for Ed25519',
      ['constraints: {privateKey: {algorithm: Ed25519, minSize: 100, maxSize: 500}}'],
      `${VALUE} ${VALUE}`,
    ],
    [
      'sizes outside 0 to 8192',
      ['constraints: {privateKey: {minSize: -1, maxSize: 9000}}'],
      `${VALUE} ${VALUE}`,
    ],
    ['an unknown algorithm', ['constraints: {privateKey: {algorithm: bad-alg}}'], VALUE],
    ['maxSize below minSize', ['constraints: {privateKey: {minSize: 500, maxSize: 100}}'], VALUE],
    ['maxDuration below minDuration', ['constraints: {minDuration: 2h, maxDuration: 1h}'], VALUE],
    ['a negative duration', ['constraints: {minDuration: -1h}'], VALUE],
    [
      'a required otherName without values',
      [`allowed: {otherNames: [{oid: ${UPN}, required: true}]}`],
      REQUIRED,
    ],
    [
      'an otherName with every member',
      [
        `allowed: {otherNames: [{oid: ${UPN}, required: true, values: ["*"], validations: [{rule: "self.size() > 2"}]}]}`,
      ],
      '',
    ],
    [
      'an OID with a leading zero',
      ['allowed: {otherNames: [{oid: 1.3.6.1.4.1.311.20.02.3, values: ["*"]}]}'],
      VALUE,
    ],
    ['an invalid OID', ['allowed: {otherNames: [{oid: not-an-oid, values: ["*"]}]}'], VALUE],
    [
      'a required attribute without values',
      [`allowed: {subject: {otherAttributes: [{oid: ${EMAIL}, required: true}]}}`],
      REQUIRED,
    ],
    [
      'an attribute with a field of its own',
      ['allowed: {subject: {otherAttributes: [{oid: 2.5.4.3, values: ["*"]}]}}'],
      VALUE,
    ],
    [
      'an attribute OID with a leading zero',
      ['allowed: {subject: {otherAttributes: [{oid: 1.2.3.04, values: ["*"]}]}}'],
      VALUE,
    ],
    [
      'an attribute OID with a negative arc',
      ['allowed: {subject: {otherAttributes: [{oid: "1.2.3.-4", values: ["*"]}]}}'],
      VALUE,
    ],
  ] as const)('the parser checks a policy file with %s', (_, lines, expected) => {
    const read = parsePolicy(policyFile(policyYaml(lines)))
    expect(
      codesOf(read)
        .map(code => code.split(' ')[0])
        .join(' '),
    ).toBe(expected)
  })

  test.each([
    ['self.size() > 2', ''],
    ['cel', 'POLICY_EXPRESSION'],
    ['self > 2', 'POLICY_EXPRESSION'],
    ['self && false', 'POLICY_EXPRESSION'],
    ['self.exists(x, p)', 'POLICY_EXPRESSION'],
    ['self', 'POLICY_EXPRESSION'],
    ["self == '", 'POLICY_EXPRESSION'],
    ['self.length < 24', 'POLICY_EXPRESSION'],
    // `cr` is request, requester, path and cluster here; a policy with cr is refused, not misread
    ['cr.name[1] > 2', 'POLICY_EXPRESSION'],
    ['size(cr.foo) < 24', 'POLICY_EXPRESSION'],
    ['size(cr.username) > 0', 'POLICY_EXPRESSION'],
    // difference: service accounts do not request certificates here
    ['self.startsWith(serviceAccount(cr.username).getName())', 'POLICY_EXPRESSION_UNSUPPORTED'],
    ['isServiceAccount(cr.username)', 'POLICY_EXPRESSION_UNSUPPORTED'],
    // difference: format() and computed patterns are not evaluated
    ["self.startsWith('a/%s'.format([path]))", 'POLICY_EXPRESSION_UNSUPPORTED'],
    ["request.organizations.exists(g, self.matches('tool-' + g))", 'POLICY_EXPRESSION_UNSUPPORTED'],
    // difference: expressions that exceed their cost limit at judgement are refused at load
    [
      `${'abcdefgh'
        .split('')
        .map(v => `[0,1,2,3,4,5,6,7,8,9].all(${v},`)
        .join('')} self != ''${')'.repeat(8)}`,
      'POLICY_EXPRESSION_UNSUPPORTED',
    ],
  ])('the parser checks the validation %s', (text, expected) => {
    const read = parsePolicy(policyFile(policyYaml(rule(text))))
    expect(
      codesOf(read)
        .map(code => code.split(' ')[0])
        .join(' ')
        .split(' ')[0],
    ).toBe(expected)
  })

  test('an empty rule is refused', () => {
    expect(codesOf(parsePolicy(policyFile(policyYaml(rule('')))))).not.toEqual([])
  })
})
