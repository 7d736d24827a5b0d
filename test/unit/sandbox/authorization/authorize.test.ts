import { describe, expect, test } from '@jest/globals'
import { Authorizer } from '../../../../src/sandbox/authorization/authorize.ts'
import { AUTHENTICATED } from '../../../../src/sandbox/authorization/api-users.ts'

const JANE = { name: 'jane', uid: '', groups: ['developers', AUTHENTICATED], extra: {} }
const ASKED = {
  verb: 'get',
  group: '',
  plural: 'secrets',
  subresource: '',
  namespace: 'apps',
  name: 'jane-tls',
}
const RULE = { apiGroups: [''], resources: ['secrets'], verbs: ['get'] }

describe('an authorization rule', () => {
  test.each([
    ['that matches', RULE, {}, true],
    ['for another verb', RULE, { verb: 'list' }, false],
    ['for another API group', RULE, { group: 'x' }, false],
    ['for another kind', RULE, { plural: 'configmaps' }, false],
    ['without the subresource', RULE, { subresource: 'status' }, false],
    [
      'for the subresource',
      { ...RULE, resources: ['secrets/status'] },
      { subresource: 'status' },
      true,
    ],
    [
      'for the subresource of every kind',
      { ...RULE, resources: ['*/status'] },
      { subresource: 'status' },
      true,
    ],
    ['for everything', { apiGroups: ['*'], resources: ['*'], verbs: ['*'] }, { verb: 'x' }, true],
    ['for the name', { ...RULE, resourceNames: ['jane-tls'] }, {}, true],
    ['for another name', { ...RULE, resourceNames: ['other'] }, {}, false],
    [
      'for a name, with a request for all',
      { ...RULE, resourceNames: ['jane-tls'] },
      { name: '' },
      false,
    ],
    ['with an empty list of names', { ...RULE, resourceNames: [] }, {}, true],
    ['for the namespace', { ...RULE, namespaces: ['apps'] }, {}, true],
    ['for another namespace', { ...RULE, namespaces: ['default'] }, {}, false],
    [
      'for a namespace, with a request for all',
      { ...RULE, namespaces: ['apps'] },
      { namespace: '' },
      false,
    ],
  ])('a request is checked against a rule %s', (_what, rule, asked, expected) => {
    const authorizer = new Authorizer()
    authorizer.allow({ user: 'jane' }, [rule])
    expect(authorizer.may(JANE, { ...ASKED, ...asked })).toBe(expected)
  })

  test('a rule applies to a group as well as to a user', () => {
    const authorizer = new Authorizer()
    authorizer.allow({ group: 'developers' }, [RULE])
    authorizer.allow({ user: 'other' }, [{ ...RULE, verbs: ['list'] }])
    expect(authorizer.may(JANE, ASKED)).toBe(true)
    expect(authorizer.may(JANE, { ...ASKED, verb: 'list' })).toBe(false)
  })
})

test('system:masters may do everything', () => {
  const masters = { ...JANE, groups: ['system:masters'] }
  expect(new Authorizer().may(masters, ASKED)).toBe(true)
})

test('rules of bindings are asked for the user and the namespace, and add to given rules', () => {
  const asked: unknown[] = []
  const authorizer = new Authorizer((user, namespace) => {
    asked.push([user.name, namespace])
    return namespace === 'apps' ? [{ ...RULE, verbs: ['list'] }] : []
  })
  authorizer.allow({ user: 'jane' }, [RULE])
  expect(authorizer.may(JANE, ASKED)).toBe(true)
  expect(asked).toEqual([])
  expect(authorizer.may(JANE, { ...ASKED, verb: 'list' })).toBe(true)
  expect(authorizer.may(JANE, { ...ASKED, verb: 'list', namespace: 'other' })).toBe(false)
  expect(asked).toEqual([
    ['jane', 'apps'],
    ['jane', 'other'],
  ])
})
