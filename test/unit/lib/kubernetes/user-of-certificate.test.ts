// The user of a client certificate.
import { describe, expect, test } from '@jest/globals'
import { clientIdentity } from '../../../../src/lib/kubernetes/user-of-certificate.ts'
import { named } from '../x509/build.ts'

describe('the user of a client certificate', () => {
  test.each([
    ['is its common name', named('CN=jane'), { username: 'jane', groups: [] }],
    [
      'has every organization as a group',
      named('O=a', 'O=b', 'CN=jane', 'OU=c'),
      { username: 'jane', groups: ['a', 'b'] },
    ],
    ['is its last common name', named('CN=web', 'CN=jane'), { username: 'jane', groups: [] }],
    ['does not exist without a common name', named('O=a'), null],
    ['does not exist with an empty common name', named('CN='), null],
    ['does not exist without any name', [], null],
  ])('the user of a client certificate %s', (_, subject, identity) =>
    expect(clientIdentity(subject)).toEqual(identity),
  )
})
