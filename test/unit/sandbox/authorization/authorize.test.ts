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

describe('a rule', () => {
  test.each([
    ['fits', RULE, {}, true],
    ['is for another verb', RULE, { verb: 'list' }, false],
    ['is for another group of the API', RULE, { group: 'x' }, false],
    ['is for another kind', RULE, { plural: 'configmaps' }, false],
    ['is not for a subresource', RULE, { subresource: 'status' }, false],
    [
      'is for a subresource',
      { ...RULE, resources: ['secrets/status'] },
      { subresource: 'status' },
      true,
    ],
    [
      'is for a subresource of all',
      { ...RULE, resources: ['*/status'] },
      { subresource: 'status' },
      true,
    ],
    [
      'is for everything',
      { apiGroups: ['*'], resources: ['*'], verbs: ['*'] },
      { verb: 'x' },
      true,
    ],
    ['is for the name', { ...RULE, resourceNames: ['jane-tls'] }, {}, true],
    ['is for another name', { ...RULE, resourceNames: ['other'] }, {}, false],
    [
      'is for a name and none is asked',
      { ...RULE, resourceNames: ['jane-tls'] },
      { name: '' },
      false,
    ],
    ['has an empty list of names', { ...RULE, resourceNames: [] }, {}, true],
    ['is for the namespace', { ...RULE, namespaces: ['apps'] }, {}, true],
    ['is for another namespace', { ...RULE, namespaces: ['default'] }, {}, false],
    [
      'is for a namespace and all are asked',
      { ...RULE, namespaces: ['apps'] },
      { namespace: '' },
      false,
    ],
  ])('that %s', (_what, rule, asked, expected) => {
    const authorizer = new Authorizer()
    authorizer.allow({ user: 'jane' }, [rule])
    expect(authorizer.may(JANE, { ...ASKED, ...asked })).toBe(expected)
  })

  test('is for a group as well as for a user', () => {
    const authorizer = new Authorizer()
    authorizer.allow({ group: 'developers' }, [RULE])
    authorizer.allow({ user: 'other' }, [{ ...RULE, verbs: ['list'] }])
    expect(authorizer.may(JANE, ASKED)).toBe(true)
    expect(authorizer.may(JANE, { ...ASKED, verb: 'list' })).toBe(false)
  })
})

test('system:masters may do all', () => {
  const masters = { ...JANE, groups: ['system:masters'] }
  expect(new Authorizer().may(masters, ASKED)).toBe(true)
})
