// The syntax of signerName, with the same errors as the API server.
import { describe, expect, test } from '@jest/globals'
import { certManagerIssuer, signerNameFaults } from '../../../../src/lib/kubernetes/signer-name.ts'

const LABEL_63 = 'a'.repeat(63)
const DOMAIN_253 = [LABEL_63, LABEL_63, LABEL_63, 'a'.repeat(61)].join('.')
const PATH_317 = `${'a'.repeat(253)}.${'b'.repeat(63)}`

describe('a valid signer name', () => {
  test.each([
    'kubernetes.io/kube-apiserver-client',
    'example.com/team',
    'a.b/c',
    'issuers.cert-manager.io/ns.name',
    `${LABEL_63}.example/${LABEL_63}`,
    `${DOMAIN_253}/${PATH_317}`,
    `example.com/${'a'.repeat(253)}`,
    '1.2/3',
  ])('the signer name %j is accepted', name => expect(signerNameFaults(name)).toEqual([]))
})

describe('an invalid signer name', () => {
  test.each([
    ['', 'one slash'],
    ['example.com', 'one slash'],
    ['example.com/a/b', 'one slash'],
    ['example/team', 'needs a domain with a dot'],
    ['Example.com/team', '"Example" in its domain'],
    ['-a.example/team', '"-a" in its domain'],
    ['a..example/team', '"" in its domain'],
    ['a_b.example/team', '"a_b" in its domain'],
    ['ä.example/team', '"ä" in its domain'],
    [`${'a'.repeat(64)}.example/team`, 'in its domain'],
    [`${DOMAIN_253}a/team`, 'a domain longer than 253'],
    ['example.com/', '"" in its path'],
    ['example.com/a_b', '"a_b" in its path'],
    ['example.com/a.', '"" in its path'],
    ['example.com/Team', '"Team" in its path'],
    ['example.com/team-', '"team-" in its path'],
    [`example.com/${'a'.repeat(254)}`, 'in its path'],
    [`${DOMAIN_253}/${PATH_317}b`, 'longer than 571'],
    ['example.com/a\nb', 'in its path'],
    ['example.com/a\n', 'in its path'],
  ])('the signer name %j is refused', (name, fault) =>
    expect(signerNameFaults(name).join('; ')).toContain(fault),
  )

  test('an invalid signer name gets every fault at once', () =>
    expect(signerNameFaults('Example/Team')).toEqual([
      expect.stringContaining('needs a domain with a dot'),
      expect.stringContaining('"Example" in its domain'),
      expect.stringContaining('"Team" in its path'),
    ]))
})

test.each([
  ['issuers.cert-manager.io/apps.team-ca', { namespace: 'apps', name: 'team-ca' }],
  ['issuers.cert-manager.io/apps.team.ca', { namespace: 'apps', name: 'team.ca' }],
  ['issuers.cert-manager.io/team-ca', null],
  ['issuers.cert-manager.io/*', null],
  ['clusterissuers.cert-manager.io/apps.team-ca', null],
  ['issuers.example.com/apps.team-ca', null],
])('the Issuer of the signer %s is %j', (name, issuer) =>
  expect(certManagerIssuer(name)).toEqual(issuer),
)
