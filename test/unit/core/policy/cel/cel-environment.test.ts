import { describe, expect, test } from '@jest/globals'
import { compileExpression } from '../../../../../src/core/policy/cel/cel-environment.ts'
import { expressionValues } from '../../../../../src/core/policy/cel/cel-variables.ts'
import type { RuleAnswer } from '../../../../../src/domain/request/policy.ts'
import type { EffectiveRequest } from '../../../../../src/domain/request/request.ts'
import { effective, secretSink, subject } from '../../../../build/effective.ts'

const AUTHOR = { login: 'author', id: 1001, name: 'jane' }

function answer(
  text: string,
  { request = effective(), requester = AUTHOR, self = 'web-1.example.com' }: Asked = {},
): RuleAnswer | string {
  const compiled = compileExpression(text, 'validation')
  if (!compiled.ok) return compiled.faults.map(({ code }) => code).join(' ')
  const values = expressionValues(request, requester)
  return compiled.expression.ask({ ...values, variables: { ...values.variables, self } })
}

interface Asked {
  readonly request?: EffectiveRequest
  readonly requester?: { login: string; id: number; name: string | null } | null
  readonly self?: string
}

describe('a CEL rule', () => {
  test.each([
    ["self == 'web-1.example.com'", true],
    ["self.startsWith('web-') && self.endsWith('.example.com') && self.contains('1')", true],
    ['request.commonName == requester.name', true],
    ["requester.login == 'author' && requester.id == 1001", true],
    ["path == 'requests/jane.yaml' && cluster == 'prod' && request.name == 'jane'", true],
    ["'developers' in request.organizations && !('admins' in request.organizations)", true],
    ['request.durationSeconds <= 7 * 24 * 3600', true],
    ["request.usages.exists(u, u == 'client auth') && request.usages.size() == 2", true],
    ["request.keyAlgorithm == 'ECDSA' && request.keySize >= 256 && !request.isCA", true],
    ["request.sinks.all(s, s.kind == 'secret' && s.namespace == 'apps')", true],
    ["request.sinks.map(s, s.name).join('+') == 'jane-tls'", true],
    ["request.format == 'countersign'", true],
    ['has(request.commonName) && !has(request.serialNumber)', true],
    ["request.dnsNames.all(d, d == '')", true],
    ["request.organizations.filter(o, o.startsWith('dev')).size() == 1", true],
    ["request.organizations.exists_one(o, o == 'developers')", true],
    ["string(request.durationSeconds) == '604800'", true],
    ['request.dnsNames == [] ? true : false', true],
    ["self == 'x'", false],
    ["self.matches('^web-[0-9]+')", true],
    // unanchored, as in RE2's search
    ["self.matches('example')", true],
  ])('the rule %s is %s', (text, expected) => expect(answer(text)).toBe(expected))
})

describe('matches() with RE2', () => {
  test.each([
    [String.raw`!self.matches('.*\\Qroot\\E.*')`, 'root', false],
    [String.raw`self.matches('\\Qa.c\\E')`, 'abc', false],
    ["self.matches('^[[:alpha:]]+$')", 'abc', true],
    ["self.matches('^[[:alpha:]]+$')", 'ab1', false],
    [String.raw`self.matches('^\\pL+$')`, 'äß', true],
    ["self.matches('(?i)^WEB')", 'web', true],
    ["self.matches('(?s)a.b')", 'a\nb', true],
    ["self.matches('a.b')", 'a\nb', false],
    // no newline before the end, unlike Perl
    ["self.matches('^a$')", 'a\n', false],
    [String.raw`self.matches('\\z')`, 'z', true],
    ["self.matches('^(a+)+$')", `${'a'.repeat(50_000)}b`, false],
    ["self.matches('(x+x+)+y')", 'x'.repeat(20_000), false],
  ])('%s evaluates as RE2 does for the text %s', (text, self, expected) =>
    expect(answer(text, { self })).toBe(expected),
  )

  test.each([
    'self.matches(self)',
    "self.matches('a' + 'b')",
    'self.matches(path)',
    "['a'].all(p, self.matches(p))",
    String.raw`self.matches('(a)\\1')`,
    "self.matches('a(?=b)')",
    "self.matches('(?<!a)b')",
    "self.matches('a{1001}')",
    "self.matches('((a{100}){100}){100}')",
    "self.matches('[')",
    `self.matches('${'a'.repeat(513)}')`,
  ])('%s is refused at load', text => expect(answer(text)).toBe('POLICY_EXPRESSION_UNSUPPORTED'))
})

describe('text functions of cel-go', () => {
  test.each([
    // the Kelvin sign and a dotted capital I are not ASCII
    ["self.lowerAscii() == 'k'", '\u212A', false],
    ["self.lowerAscii() == 'web'", 'WEB', true],
    ["self.upperAscii() == 'SS'", 'ß', false],
    ["self.trim() == 'a'", '\u00A0a\t', true],
    ["self.trim() == 'a'", '\uFEFFa', false],
    ["self.charAt(1) == 'b'", '\u{1F600}b', true],
    ["self.charAt(2) == ''", 'ab', true],
    ["self.indexOf('b') == 1", '\u{1F600}b', true],
    ["self.indexOf('c') == -1", 'ab', true],
    ["self.lastIndexOf('b') == 2", '\u{1F600}bb', true],
    ["self.substring(1) == 'b'", '\u{1F600}b', true],
    ["self.substring(0, 1) == 'a'", 'ab', true],
    ['self.size() == 1', '\u{1F600}', true],
    ["self.replace('a', 'b') == 'bb'", 'aa', true],
    ["self.split('-')[1] == 'b'", 'a-b', true],
    ["self.split('').size() == 2", '\u{1F600}b', true],
    ["self.split('-').join('+') == 'a+b'", 'a-b', true],
    ["self.split('-').join() == 'ab'", 'a-b', true],
  ])('%s evaluates as in cel-go for %j', (text, self, expected) =>
    expect(answer(text, { self })).toBe(expected),
  )
})

describe('an expression without a value', () => {
  test.each([
    ['requester.name == request.commonName', { requester: null }],
    ["requester.name != 'x'", { requester: null }],
    ["!(requester.name == 'x')", { requester: { ...AUTHOR, name: null } }],
    ["request.commonName != 'root'", { request: effective({ commonName: null }) }],
    [
      "request.commonName != 'root'",
      { request: effective({ subject: subject('CN=a', 'CN=root') }) },
    ],
    [
      'request.keySize > 0',
      {
        request: effective({
          key: {
            kind: 'generated',
            spec: { algorithm: 'Ed25519', size: null, encoding: 'PKCS8', rotationPolicy: 'Always' },
          },
        }),
      },
    ],
    ["request.sinks[0].repository == ''", { request: effective({ sinks: [secretSink()] }) }],
    ["request.dnsNames[0] == 'a'", {}],
    ['1 / (request.durationSeconds - request.durationSeconds) == 1', {}],
    ["self.substring(99) == ''", {}],
    ["self.charAt(-1) == ''", {}],
    ["self.replace('', self) == self", {}],
    ["self.split('').size() > 0", { self: 'a'.repeat(300) }],
    ["self.split('').join(self).split('').join(self).size() > 0", { self: 'a'.repeat(200) }],
    ["self.replace('a', self).replace('a', self) == ''", { self: 'a'.repeat(200) }],
  ])('%s fails (case %#)', (text, asked) => expect(answer(text, asked)).toHaveProperty('failed'))

  test.each([
    ["requester.name == 'x' || true", true],
    ["true || requester.name == 'x'", true],
    ["requester.name == 'x' && false", false],
    ['has(requester.name)', false],
  ])('%s is decided without the requester', (text, expected) =>
    expect(answer(text, { requester: null })).toBe(expected),
  )
})

describe('the message for a missing value', () => {
  const ending = (text: string): string =>
    `so ${text} has no value; to deny such requests in words of the rule, write has(${text}) && …`

  test.each<readonly [string, Asked, string]>([
    [
      'request.commonName == requester.name',
      { requester: null },
      `the requester is unknown (at a terminal, add --requester LOGIN), ${ending('requester.name')}`,
    ],
    [
      'request.commonName == requester.name',
      { requester: { ...AUTHOR, name: null } },
      `the requester has no name under people in countersign.yaml, ${ending('requester.name')}`,
    ],
    [
      "request.commonName != 'root'",
      { request: effective({ commonName: null }) },
      `the request has not exactly one commonName, ${ending('request.commonName')}`,
    ],
    [
      'request.sinks.all(s, s.repository == self)',
      {},
      `this item of the list has no repository, ${ending('s.repository')}`,
    ],
    [
      "request.dnsNames[0] == 'a'",
      {},
      'request.dnsNames[0] has no value, because the list is shorter; to deny such requests in words of the rule, write request.dnsNames.size() > 0 && …',
    ],
    ["request.dnsNames[-1] == 'a'", {}, 'the rule reads an item that its list does not have'],
    ["self.split('-')[7] == 'a'", {}, 'the rule reads an item that its list does not have'],
  ])('the message for %s names the missing value (case %#)', (text, asked, failed) =>
    expect(answer(text, asked)).toEqual({ failed }),
  )

  test.each([
    ['has(requester.name) && request.commonName == requester.name', { requester: null }],
    ["request.dnsNames.size() > 0 && request.dnsNames[0] == 'a'", {}],
  ])('%s is decided', (text, asked) => expect(answer(text, asked)).toBe(false))
})

describe('the cost of a rule', () => {
  const many = (count: number) =>
    effective({ dnsNames: Array.from({ length: count }, (_, index) => `n${index}.example.com`) })

  test.each([
    ['request.dnsNames.all(d, d.size() > 0)', 10_000, true],
    ['request.dnsNames.all(d, request.dnsNames.exists(e, e == d))', 100, true],
  ])('%s of %d names is decided', (text, count, expected) =>
    expect(answer(text, { request: many(count) })).toBe(expected),
  )

  test.each([
    ['request.dnsNames.all(d, request.dnsNames.exists(e, e == d))', 1000],
    ['(request.dnsNames + request.dnsNames).all(d, request.dnsNames.all(e, e != ""))', 500],
  ])('%s of %d names is refused for its cost', (text, count) =>
    expect(answer(text, { request: many(count) })).toHaveProperty('failed'),
  )

  test('recipients of an artifact count as the items of any other list', () => {
    const recipients = Array.from({ length: 3000 }, (_, index) => `age1${index}`)
    const sinks = [{ kind: 'artifact', name: 'one', format: null, recipients }] as const
    const single = 'request.sinks[0].recipients.all(r, r in request.sinks[0].recipients)'
    expect(answer(single, { request: effective({ sinks }) })).toBe(true)
    const nested =
      'request.sinks[0].recipients.all(r, request.sinks[0].recipients.exists(e, e == r))'
    expect(answer(nested, { request: effective({ sinks }) })).toHaveProperty('failed')
  })

  test.each([
    [
      'three loops',
      "['a'].all(a, ['a'].all(b, ['a'].all(c, a == c)))",
      'POLICY_EXPRESSION_UNSUPPORTED',
    ],
    ['a long text', `self == '${'a'.repeat(2048)}'`, 'POLICY_EXPRESSION'],
    ['many nodes', `${'true && '.repeat(250)}true`, 'POLICY_EXPRESSION'],
    ['deep nesting', `${'('.repeat(200)}true${')'.repeat(200)}`, 'POLICY_EXPRESSION'],
    ['a long list', `self in [${"'a',".repeat(300)}'b']`, 'POLICY_EXPRESSION'],
  ])('a rule with %s is refused at load', (_, text, code) => expect(answer(text)).toBe(code))
})

describe('functions of approver-policy that countersign does not support', () => {
  test.each([
    "self.format(['a']) == self",
    "'%s'.format([self]) == self",
    'self.reverse() == self',
    'strings.quote(self) == self',
    'serviceAccount(self).getName() == self',
    'isServiceAccount(self)',
    'type(self) == string',
    'dyn(self) == self',
    "duration('1h') < duration('2h')",
    "timestamp('2030-01-01T00:00:00Z').getHours() == 0",
    'int(self) == 1',
    'double(self) == 1.0',
    'bytes(self) == b"a"',
    'cel.bind(x, self, x == self)',
    'self.transformList(i, v, v) == []',
  ])('%s is refused as unsupported', text =>
    expect(answer(text)).toMatch(/^POLICY_EXPRESSION_UNSUPPORTED/),
  )

  test.each([
    'request.?commonName == self',
    'request.nope == self',
    'has(requester.nope)',
    'nope == self',
    'cr.name == self',
  ])('%s is an invalid rule', text => expect(answer(text)).toMatch(/^POLICY_EXPRESSION/))
})

test('the hint for a rule with a single equals sign is the operator that compares', () => {
  const compiled = compileExpression('request.name = "a"', 'rule')
  expect(compiled.ok ? [] : compiled.faults.map(({ hint }) => hint)).toEqual([
    'to compare, write ==',
  ])
})
