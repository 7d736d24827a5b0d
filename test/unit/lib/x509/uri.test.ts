import { expect, test } from '@jest/globals'
import { isCanonicalUri } from '../../../../src/lib/x509/uri.ts'

test.each([
  'spiffe://cluster.local/ns/default/sa/web',
  'https://a.example:8443/a?b=c#d',
  'urn:uuid:f81d4fae-7dec-11d0-a765-00a0c91e6bf6',
  'mailto:jane@example.com',
  'https://a.example/%7Ejane/%2F%20',
  'https://[2001:db8::1]/a',
  'file:///a/b',
  'https://A.example/a',
])('the URI %s is canonical', text => expect(isCanonicalUri(text)).toBe(true))

test.each([
  ['no scheme', 'a.example/b'],
  ['a scheme in upper case', 'HTTPS://a.example/'],
  ['a space', 'https://a.example/a b'],
  ['a quotation mark', 'https://a.example/"'],
  ['non-ASCII letters', 'https://a.example/é'],
  ['half an escape', 'https://a.example/%4'],
  ['an escape in the host', 'https://a%41.example/'],
  ['user information', 'https://jane@a.example/'],
  ['an empty fragment', 'https://a.example/#'],
  ['two fragments', 'https://a.example/#a#b'],
  ['a line end', 'https://a.example/\n'],
  ['slashes without a host', 'https://'],
  ['slashes before a query', 'https://?a'],
  ['no text', ''],
])('a URI with %s is not canonical', (_, text) => expect(isCanonicalUri(text)).toBe(false))
