import { describe, expect, test } from '@jest/globals'
import type { EffectiveRequest } from '../../../../../src/domain/request/request.ts'
import type { Identity } from '../../../../build/effective.ts'
import {
  builtInProblems,
  publicKeysUsedTwice,
} from '../../../../../src/core/policy/built-in/built-in-rules.ts'
import { KUBELET_SERVING } from '../../../../../src/domain/request/signer.ts'
import { readPkcs10 } from '../../../../../src/lib/x509/pkcs10.ts'
import { effective, subject } from '../../../../build/effective.ts'
import { newKey, opensslRequest } from '../../../../build/openssl-request.ts'
import { WAIVABLE } from '../../../../../src/domain/request/policy.ts'
import { codes } from '../../../../build/policy.ts'
import { valueOf } from '../../../../build/request.ts'

const found = (changes: Partial<EffectiveRequest> & Identity) =>
  codes(builtInProblems(effective(changes), null))

describe('the grant of a PKCS#10', () => {
  const grant = 'countersign:acme:aaaaaaaaaaaaaaaaaaaa'
  const pkcs10 = valueOf(readPkcs10(opensslRequest({ subject: `/CN=jane/O=${grant}` }).der))
  const own = { key: { kind: 'own', pkcs10 }, subject: pkcs10.subject } as const
  const access = [{ clusterRole: 'view', namespaces: ['apps'] }] as const

  test('it is free for a request with access, and reserved for any other', () => {
    expect(found({ ...own, access })).toBe('')
    expect(found(own)).toBe('POLICY_GRANT_RESERVED')
    expect(found({ subject: pkcs10.subject, access })).toBe('POLICY_GRANT_RESERVED')
  })
})

describe('names that Kubernetes reserves', () => {
  test.each([
    [{ commonName: 'system:admin' }, 'POLICY_NAME_RESERVED'],
    [{ commonName: 'system:' }, 'POLICY_NAME_RESERVED'],
    [{ commonName: 'system: masters' }, 'POLICY_NAME_RESERVED'],
    [{ commonName: 'system:node:n1' }, 'POLICY_NAME_RESERVED'],
    [{ commonName: 'kubeadm:cluster-admins' }, 'POLICY_NAME_RESERVED'],
    [{ organizations: ['system:masters'] }, 'POLICY_GROUP_RESERVED'],
    [{ organizations: ['developers', 'system:nodes'] }, 'POLICY_GROUP_RESERVED'],
    [{ organizations: ['kubeadm:cluster-admins'] }, 'POLICY_GROUP_RESERVED'],
    [{ subject: subject('CN=jane', 'CN=system:admin') }, 'POLICY_NAME_RESERVED'],
    [{ subject: subject('CN=jane+O=system:masters') }, 'POLICY_GROUP_RESERVED'],
    [{ signerName: 'example.com/ca', organizations: ['system:masters'] }, 'POLICY_GROUP_RESERVED'],
    [{ commonName: 'jane', organizations: ['developers'] }, ''],
    [{ commonName: 'systemd' }, ''],
    [{ commonName: 'my-system:x' }, ''],
    [{ organizations: ['cluster-admins'] }, ''],
  ])('the reserved names in %j are refused: "%s"', (changes, expected) =>
    expect(found(changes)).toBe(expected),
  )

  test.each([
    ['a node', 'system:node:n1', ['system:nodes'], ''],
    ['a name that is no node', 'system:admin', ['system:nodes'], 'POLICY_NAME_RESERVED'],
    [
      'a second group',
      'system:node:n1',
      ['system:nodes', 'system:masters'],
      'POLICY_GROUP_RESERVED',
    ],
  ])(
    'the kubelet signers allow only names of nodes: %s',
    (_, commonName, organizations, expected) =>
      expect(found({ signerName: KUBELET_SERVING, commonName, organizations })).toBe(expected),
  )
})

describe('groups that countersign grants', () => {
  test.each([
    [{ organizations: ['countersign:acme:k3x9'] }, 'POLICY_GRANT_RESERVED'],
    [{ organizations: ['developers', 'countersign:'] }, 'POLICY_GRANT_RESERVED'],
    [{ commonName: 'countersign:acme:k3x9' }, 'POLICY_GRANT_RESERVED'],
    [{ organizations: ['COUNTERSIGN:acme:k3x9'] }, 'POLICY_GRANT_RESERVED'],
    [{ organizations: [' countersign :acme'] }, 'POLICY_GRANT_RESERVED POLICY_NAME_FORM'],
    [{ organizations: ['countersi\u0581n:acme'] }, 'POLICY_GRANT_RESERVED POLICY_NAME_SCRIPTS'],
    [{ organizations: ['countersi\u0261n\uA789acme'] }, 'POLICY_GRANT_RESERVED'],
    [{ organizations: ['c\u043Euntersign:acme'] }, 'POLICY_GRANT_RESERVED POLICY_NAME_SCRIPTS'],
    [{ subject: subject('CN=jane+O=countersign:acme:k3x9') }, 'POLICY_GRANT_RESERVED'],
    [{ organizations: ['countersigners', 'my-countersign:x', 'countersign'] }, ''],
  ])('the prefix countersign: in %j is refused: "%s"', (changes, expected) =>
    expect(found(changes)).toBe(expected),
  )

  test('no exception can name the reserved prefix', () =>
    expect(WAIVABLE).not.toContain('POLICY_GRANT_RESERVED'))
})

describe('roles of Kubernetes itself', () => {
  test.each([
    ['cluster-admin', 'POLICY_ACCESS_RESERVED'],
    ['system:node', 'POLICY_ACCESS_RESERVED'],
    ['countersign-acme-certs-grants', 'POLICY_ACCESS_RESERVED'],
    ['cluster-admins', ''],
    ['my-system:node', ''],
    ['view', ''],
  ])('access with the role %s is refused: "%s"', (clusterRole, expected) => {
    for (const namespaces of [null, ['apps']] as const)
      expect(found({ access: [{ clusterRole, namespaces }] })).toBe(expected)
  })

  test('only a named exception waives a reserved role', () =>
    expect(WAIVABLE).toContain('POLICY_ACCESS_RESERVED'))
})

describe('names that look like reserved names', () => {
  test.each([
    'System:masters',
    'SYSTEM:MASTERS',
    ' system:masters',
    'system\u00A0: masters',
    'system :masters',
    'sys tem:masters',
    '\u0455ystem:masters', // Cyrillic dze
    's\u0443stem:masters', // Cyrillic u
    'syst\u0435m:masters', // Cyrillic ie
    'sys\u03C4em:masters'.replace('\u03C4', '\u0442').replace('\u0442', 't\u200B'), // zero-width space
    'system\uFF1Amasters', // fullwidth colon
    'system\uA789masters', // modifier letter colon
    'system\u02D0masters', // triangular colon
    'system\u0589masters', // Armenian full stop
    '\uFF53\uFF59\uFF53\uFF54\uFF45\uFF4D:masters', // fullwidth letters
    '\u{1D42C}\u{1D432}\u{1D42C}\u{1D42D}\u{1D41E}\u{1D426}:x', // mathematical bold
    'systern:masters',
    '\u017Fystem:x', // long s
    's\u00FDstem:x',
    'system\u00AD:x', // soft hyphen
    'kubeadm:cIuster-admins', // capital i
    'kubeadm:c1uster-admins',
    'kubeadm:cluster\u2010admins', // hyphen
    'Kubeadm:Cluster-Admins',
    '\u043Aubeadm:cluster-admins',
  ])('%j is refused as a lookalike', name => {
    expect(codes(builtInProblems(effective({ commonName: name }), null))).toContain(
      'POLICY_NAME_LOOKALIKE',
    )
    expect(codes(builtInProblems(effective({ organizations: [name] }), null))).toContain(
      'POLICY_NAME_LOOKALIKE',
    )
  })

  test.each([
    'jane',
    'systematic',
    'cyst:em',
    'kubeadm',
    'cluster-admins',
    'system-masters',
    'ops:system',
  ])('%s is no lookalike', name =>
    expect(found({ commonName: name, organizations: [name] })).toBe(''),
  )
})

describe('names with hidden characters or mixed scripts', () => {
  test.each([
    ['jane ', 'POLICY_NAME_FORM'],
    [' jane', 'POLICY_NAME_FORM'],
    ['ja\u0000ne', 'POLICY_NAME_FORM'],
    ['ja\nne', 'POLICY_NAME_FORM'],
    ['ja\tne', 'POLICY_NAME_FORM'],
    ['ja\u200Bne', 'POLICY_NAME_FORM'],
    ['ja\u202Ene', 'POLICY_NAME_FORM'],
    ['ja\u00A0ne', 'POLICY_NAME_FORM'],
    ['ju\u0308rg', 'POLICY_NAME_FORM'],
    ['j\u00FCrg', ''],
    ['jane miller', ''],
    ['j\u0430ne', 'POLICY_NAME_SCRIPTS'],
    ['\u03B1lpha', 'POLICY_NAME_SCRIPTS'],
    ['\u0458\u0430', ''],
    ['\u65E5\u672C\u30C6\u30B9\u30C8 web', ''],
    ['\uD55C\uAD6D web', ''],
    ['\u65E5\u672C\u043A', 'POLICY_NAME_SCRIPTS'],
    ['web-1.example.com', ''],
    ['o\u02BCneill', ''], // a letter of every script
    ['\u30D0\u30FC', ''], // the sound mark is Katakana here
    ['\uD55C\u30FC', 'POLICY_NAME_SCRIPTS'], // Hangul alone does not use it
    ['\u12A0b', 'POLICY_NAME_SCRIPTS'], // Ethiopic is in no table
    ['\u12A0\u12A0', ''],
    ['\u{1D423}ane', 'POLICY_NAME_FORM'], // mathematical bold
    ['\uFF4Aane', 'POLICY_NAME_FORM'], // fullwidth
    ['\uFB01le', 'POLICY_NAME_FORM'], // a ligature
  ])('the form of %j is checked: "%s"', (commonName, expected) =>
    expect(found({ commonName })).toBe(expected),
  )
})

test.each([
  [['cert sign'], 'POLICY_CA_USAGE'],
  [['crl sign', 'client auth'], 'POLICY_CA_USAGE'],
  [['client auth'], ''],
] as const)('the CA usages in %j are refused: "%s"', (usages, expected) =>
  expect(found({ usages })).toBe(expected),
)

describe('a public key in several requests', () => {
  const own = (path: string, keyPem: string): EffectiveRequest =>
    effective({
      path,
      key: { kind: 'own', pkcs10: valueOf(readPkcs10(opensslRequest({ keyPem }).der)) },
    })
  const key = newKey()
  const a = own('requests/a.yaml', key)
  const b = own('requests/b.yaml', key)
  const c = own('requests/c.yaml', newKey())

  test('a public key in two requests is refused in both', () => {
    const problems = publicKeysUsedTwice([a, b, c, effective(), effective({ name: 'joe' })])
    expect([...problems.keys()]).toEqual([a, b])
    expect(problems.get(a)?.map(({ code, message }) => [code, message.slice(-23)])).toEqual([
      ['POLICY_KEY_REUSED', 'in requests/b.yaml too'.padStart(23)],
    ])
  })

  test('of two files with one key and one name, one is called a copy', () => {
    const hintsOf = (requests: readonly EffectiveRequest[]) =>
      [...publicKeysUsedTwice(requests).values()].flat().map(({ hint }) => hint)
    const copy =
      'one file is a copy of the other: remove it, or give it a name and a key of its own'
    expect(hintsOf([a, b])).toEqual([copy, copy])
    const other = 'make a key for each request'
    expect(hintsOf([a, { ...b, name: 'other' }])).toEqual([other, other])
  })

  test('a public key of one request for two clusters is allowed', () =>
    expect(publicKeysUsedTwice([a, { ...a, cluster: 'staging' }]).size).toBe(0))
})
