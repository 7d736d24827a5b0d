// Who a client certificate logs in as.
import { describe, expect, test } from '@jest/globals'
import { clientIdentity } from '../../../../src/lib/kubernetes/user-of-certificate.ts'
import { named } from '../x509/build.ts'

describe('a client certificate logs in', () => {
  test.each([
    ['as its common name', named('CN=jane'), { username: 'jane', groups: [] }],
    [
      'with every organization as a group',
      named('O=a', 'O=b', 'CN=jane', 'OU=c'),
      { username: 'jane', groups: ['a', 'b'] },
    ],
    ['as its last common name', named('CN=web', 'CN=jane'), { username: 'jane', groups: [] }],
    ['as nobody without one', named('O=a'), null],
    ['as nobody with an empty one', named('CN='), null],
    ['as nobody without any name', [], null],
  ])('%s', (_, subject, identity) => expect(clientIdentity(subject)).toEqual(identity))
})
