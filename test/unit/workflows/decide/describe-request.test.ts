// What the decision commands show of a CertificateSigningRequest, whatever is in it.
import { describe, expect, test } from '@jest/globals'
import type { SigningRequest } from '../../../../src/domain/cluster/signing-request.ts'
import { inUse } from '../../../../src/workflows/decide/decide-request.ts'
import { describeRequest, printedState } from '../../../../src/workflows/decide/describe-request.ts'
import { loadPolicies } from '../../../../src/core/policy/load-policies.ts'
import { POLICY_TEXT } from '../../../../src/setup/repository/first-policy.ts'
import { plain } from '../../../../src/output/terminal/terminal-colours.ts'
import { describedText } from '../../../../src/output/terminal/described-request-text.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { config, requestFile } from '../../../build/request.ts'
import { certificate, named, request, testKey } from '../../lib/x509/build.ts'

const RULES = { config: config('clusters: {prod: {provider: other}}'), policies: null }
const [CLUSTER] = RULES.config.clusters
const USAGES = ['digital signature', 'client auth']
const NOW = new Date('2030-06-01T00:00:00Z')

function object(changes: Partial<SigningRequest> = {}): SigningRequest {
  return {
    name: 'jane',
    version: { uid: 'u', resourceVersion: '1' },
    labels: {},
    annotations: {},
    createdAt: new Date('2030-05-31T23:59:56Z'),
    request: encodePem('CERTIFICATE REQUEST', request()),
    signerName: 'kubernetes.io/kube-apiserver-client',
    usages: ['client auth'],
    expirationSeconds: 3600,
    username: 'author',
    groups: ['system:authenticated'],
    conditions: [],
    certificate: null,
    ...changes,
  }
}

const seen = (changes: Partial<SigningRequest> = {}) =>
  describeRequest(object(changes), RULES, CLUSTER!, NOW)
const textOf = (changes: Partial<SigningRequest> = {}) => describedText(seen(changes), NOW, plain)
const condition = (type: string) => ({ type, status: 'True', reason: '', message: '' })

describe('the state of a CertificateSigningRequest', () => {
  test.each([
    [[], null, 'Pending'],
    [['Approved'], null, 'Approved'],
    [['Denied'], null, 'Denied'],
    [['Approved', 'Failed'], null, 'Approved,Failed'],
    [['Approved'], 'PEM', 'Approved,Issued'],
    [[], 'PEM', 'Pending,Issued'],
  ])('the state of %j with the certificate %j is %s', (types, pem, state) => {
    expect(printedState(object({ conditions: types.map(condition), certificate: pem }))).toBe(state)
  })
})

describe('a CertificateSigningRequest that cannot be read', () => {
  const broken = {
    request: '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n',
  }

  test('an unreadable request cannot be approved, and it can be denied and deleted', () => {
    expect(textOf(broken)).toContain('the request cannot be read')
    expect(inUse('approve', seen(broken))).toMatchObject({
      code: 'CLUSTER_UNREADABLE',
      hint: `run: countersign csr deny ${object().name} --cluster ${CLUSTER!.name}`,
    })
    expect(inUse('deny', seen(broken))).toBeNull()
    expect(inUse('delete', seen(broken))).toBeNull()
  })
})

describe.each([
  ['a grant', 'abcdefghij2345672345'],
  ['a guarded grant', '9bcdefghij2345672345'],
])('a CertificateSigningRequest with %s', (_title, id) => {
  const subject = named('CN=jane', `O=countersign:acme:${id}`)
  const asked = { request: encodePem('CERTIFICATE REQUEST', request({ subject })) }

  test('is refused, except where countersign approved it', () => {
    const codes = (reason: string) => {
      const conditions = [{ ...condition('Approved'), reason }]
      return seen({ ...asked, conditions }).asked?.refusals.map(({ code }) => code)
    }
    expect(codes('ApprovedByHand')).toEqual(['POLICY_GRANT_RESERVED'])
    expect(codes('CountersignApproved')).toEqual([])
  })
})

describe('a decision on a CertificateSigningRequest', () => {
  test('a decision is final, and a second one of the same kind changes nothing', () => {
    const approved = seen({ conditions: [condition('Approved')] })
    expect(inUse('approve', approved)).toBe('already')
    expect(inUse('deny', approved)).toMatchObject({ code: 'CLUSTER_DECIDED' })
  })
})

describe('the policy that init writes', () => {
  const policies = loadPolicies([requestFile(POLICY_TEXT, { path: 'policies/people.yaml' })])
  const verdictOn = (...names: readonly string[]) => {
    const pem = encodePem('CERTIFICATE REQUEST', request({ subject: named(...names) }))
    const asked = object({ name: 'cs-jane-1f3c9a02-1', request: pem, usages: USAGES })
    return describeRequest(asked, { ...RULES, policies }, CLUSTER!, NOW).asked?.verdict
  }

  test('the policy of init allows the names of a request file, for any object name', () => {
    expect(verdictOn('CN=jane', 'O=developers')).toMatchObject({ decision: 'allowed' })
  })

  test.each([
    ['another group', ['CN=jane', 'O=admins']],
    ['no common name', ['O=developers']],
    ['two common names', ['CN=jane', 'CN=root', 'O=developers']],
  ])('the policy of init does not allow %s', (_title, names) => {
    expect(verdictOn(...names)?.decision).toMatch(/denied|undecided/)
  })
})

test('a certificate for another key is reported as a problem of the request', () => {
  const pem = encodePem('CERTIFICATE', certificate({ key: testKey('P-256') }))
  const found = seen({ conditions: [condition('Approved')], certificate: pem })
  expect(found.problems).toMatchObject([{ code: 'CERTIFICATE_KEY' }])
  const own = encodePem('CERTIFICATE', certificate())
  expect(seen({ certificate: own }).problems).toEqual([])
  const get = `countersign csr get ${object().name} --cluster ${CLUSTER!.name}`
  expect(textOf({ certificate: own })).toContain(`; ${get}`)
})

test('a request without a file gets no policy drafted from its file', () => {
  const rules = { ...RULES, policies: { policies: [], broken: [] } }
  const { asked } = describeRequest(object(), rules, CLUSTER!, NOW)
  expect(asked?.verdict).toMatchObject({ problems: [{ hint: 'there is no policy' }] })
})

test('a signer outside of Kubernetes is not predicted, and may choose its own lifetime', () => {
  const text = textOf({ signerName: 'example.com/a', expirationSeconds: null })
  expect(text).toContain('NOT PREDICTED')
  expect(text).toContain("example.com/a is not one of Kubernetes' own signers")
  expect(text).toContain('left to the signer')
})

test('control characters are escaped everywhere', () => {
  const evil = '\u001b[2Jx\u202e'
  const text = textOf({
    name: evil,
    username: evil,
    signerName: `example.com/${evil}`,
    conditions: [{ type: evil, status: 'True', reason: evil, message: evil }],
  })
  for (const hidden of ['\u001b', '\u202e']) expect(text).not.toContain(hidden)
  expect(text.match(/\\u\{1b\}/g)!.length).toBeGreaterThan(4)
})

test('every name is shown before a decision, in lines that fit, with the whole digest of the key', () => {
  const sans = Array.from({ length: 80 }, (_, n) => ({
    kind: 'dnsName' as const,
    value: `host-${n}.internal.example.com`,
  }))
  const pem = encodePem('CERTIFICATE REQUEST', request({ sans }))
  const text = textOf({ request: pem, signerName: 'example.com/a' })
  for (const { value } of sans) expect(text).toMatch(new RegExp(`DNS:${value}(,|\\s)`))
  expect(text).toMatch(/sha256:[0-9a-f]{64}/)
  const lines = text.split('\n').filter(line => line.includes('DNS:host-'))
  expect(lines.length).toBeGreaterThan(30)
  expect(Math.max(...lines.map(line => line.length))).toBeLessThan(100)
})
