// Arbitrary CSR JSON files of cfssl: most are valid, some have a common mistake.
import * as fc from 'fast-check'
import { likely, mostly } from './openssl-texts.ts'

const text = mostly(
  ['jane', 'developers', 'team a', 'a.b-c', "o'clock", 'R(1)', 'a,b', 'a=b', 'a/b:?'],
  ['a@b', 'été', 'Ω', 'x_y', '', ' padded', 'two\nlines', '*', '&', 'x'.repeat(65), '😀'],
  12,
)

const HOSTS = [
  'web.example.com',
  '*.example.com',
  'localhost',
  'xn--bcher-kva.example',
  '10.0.0.7',
  '::1',
  '2001:db8:0:0::7',
  'jane@example.com',
  'jane.doe+x@localhost',
  'Jane <jane@example.com>',
  'Jane Doe <jane@example.com>',
  '"Doe, Jane" <jane@example.com>',
  '<jane@example.com>',
  'spiffe://example.org/web',
  'SPIFFE://example.org/web',
  'https://example.com/a?b=c',
  'https://example.com:8443/a',
  'urn:example:a:b',
  'mailto:jane@example.com',
  'example.com:8443',
  'localhost:80',
  'a+b.c-d:x',
]
const ODD_HOSTS = [
  '10.0.0.0/8',
  '[::1]',
  '127.0.0.01',
  '1.2.3.4:80',
  'fe80::1%eth0',
  '',
  'bücher.example',
  'jane@',
  '@example.com',
  '/foo',
  '//foo',
  'http://user@example.com/',
  'https://a/#b',
  'https://a/b c',
  'https://a/%zz',
  'https://a/%41',
  'https://[::1]:80/',
  'https://a:port/',
  '::ffff:1.2.3.4',
  '1.2.3',
  'a b',
  '.jane@example.com',
  'jane..doe@example.com',
  '"jane doe"@example.com',
  'jane@example.com (work)',
  'jane@[10.0.0.1]',
  'Jane jane@example.com',
  'a:',
  ':a',
  'x_y:1',
  'web.example.com.',
  '-a.example',
  '*',
  'a.*.b',
  '127.1',
]
const host = mostly(HOSTS, ODD_HOSTS, 10)

const OIDS = ['1.2.3.4', '2.5.4.10', '2.5.4.3', '2.5.4.9', '1.2.840.113549.1.9.1', '2.999.1']
const oids = fc.dictionary(mostly(OIDS, ['1.2.03', 'CN', '3.1', '']), text, { maxKeys: 1 })

const name = fc.record(
  {
    C: mostly(['DE', 'US'], ['Germany', 'de']),
    ST: text,
    L: text,
    O: text,
    OU: text,
    E: mostly(['jane@example.com', 'x'], ['é']),
    SerialNumber: text,
    OID: oids,
  },
  { requiredKeys: [] },
)

const key = fc.oneof(
  { weight: 3, arbitrary: fc.constant({ algo: 'ecdsa', size: 256 }) },
  {
    weight: 3,
    arbitrary: fc.constantFrom({ size: 384 }, { algo: 'rsa', size: 2048 }, { algo: 'ed25519' }),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      { algo: 'rsa' },
      { algo: 'rsa', size: 1024 },
      { algo: 'rsa', size: 2049 },
      { algo: 'ECDSA' },
      { size: 521 },
      { size: 2048 },
      { algo: 'ed25519', size: 1 },
      { algo: '' },
      {},
      null,
      [],
    ),
  },
)

/** Members that are usually absent. */
const odd = fc.oneof(
  { weight: 12, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, unknown>>(
      { ca: null },
      { ca: {} },
      { extensions: [] },
      { extensions: [{ Id: [1, 2, 3], Critical: false, Value: 'BQA=' }] },
      { delegation_enabled: false },
      { delegation_enabled: true },
      { crl_url: 'http://example.com' },
      { profile: 'x' },
      { CN: 5 },
      { hosts: 'a' },
      { names: {} },
      { names: null },
      { hosts: [1] },
    ),
  },
)

/** Every name of a member in upper or lower case. */
function cased(value: Record<string, unknown>, form: 'as it is' | 'upper' | 'lower') {
  const entries = Object.entries(value).map(([member, said]): [string, unknown] => [
    form === 'as it is' ? member : form === 'upper' ? member.toUpperCase() : member.toLowerCase(),
    said,
  ])
  return Object.fromEntries(entries)
}

/** The text of one file. */
export const cfsslJson: fc.Arbitrary<string> = fc
  .record({
    request: fc.record(
      {
        CN: text,
        hosts: fc.array(host, { maxLength: 4 }),
        names: fc.array(name, { maxLength: 3 }),
        key,
        serialnumber: text,
      },
      { requiredKeys: ['CN'] },
    ),
    odd,
    form: likely<'as it is' | 'upper' | 'lower'>([8, 'as it is'], [1, 'upper'], [1, 'lower']),
    indent: fc.constantFrom(0, 2),
  })
  .map(({ request, odd: more, form, indent }) =>
    JSON.stringify({ ...cased(request, form), ...more }, null, indent),
  )
