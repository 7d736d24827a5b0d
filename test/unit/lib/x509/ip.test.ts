import { isIP } from 'node:net'
import { describe, expect, test } from '@jest/globals'
import * as fc from 'fast-check'
import {
  canonicalIp,
  ipBytes,
  ipText,
  isInNetwork,
  isNetwork,
} from '../../../../src/lib/x509/ip.ts'
import { bytes } from './build.ts'
import { runs } from '../../../build/extent.ts'

describe('the canonical form of an IP address', () => {
  test.each([
    ['10.0.0.1', '10.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['1::', '1::'],
    ['2001:DB8::0001', '2001:db8::1'],
    ['2001:db8:0:0:0:0:2:1', '2001:db8::2:1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['2001:db8::1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['1:2:3:4:5:6:1.2.3.4', '1:2:3:4:5:6:102:304'],
    ['::1.2.3.4', '::102:304'],
    ['1:2:3:4:5:6:7::', '1:2:3:4:5:6:7:0'],
    ['::2:3:4:5:6:7:8', '0:2:3:4:5:6:7:8'],
  ])('the canonical form of %s is %s', (text, canonical) =>
    expect(canonicalIp(text)).toBe(canonical),
  )

  test.each([
    '',
    '10.0.0',
    '10.0.0.0.1',
    '10.0.0.256',
    '10.0.0.01',
    '010.0.0.1',
    '0x0a.0.0.1',
    '10.0.0.-1',
    '10.0.0.1 ',
    ' 10.0.0.1',
    '10.0.0.1\n',
    '10.0.0.0/24',
    '١٠.0.0.1',
    '2001:db8::/32',
    'fe80::1%eth0',
    '[::1]',
    ':::',
    ':1',
    '1:',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7:8::',
    '1:2:3:4::5:6:7:8',
    '12345::',
    'g::',
    '::1.2.3',
    '::1.2.3.04',
    '1.2.3.4::',
    '1.2.3.4:5::',
    '::1.2.3.4:5',
    '::ffff:10.0.0.1',
    '::ffff:a00:1',
    '0:0:0:0:0:FFFF:a00:1',
  ])('%j is not an IP address', text => expect(canonicalIp(text)).toBeNull())

  test('Node accepts the same IP addresses, except zones and mapped IPv4', () => {
    const pieces = fc.constantFrom(':', '::', '.', '0', '1', 'ff', 'ffff', '10', '256', '1.2.3.4')
    fc.assert(
      fc.property(
        fc.array(pieces, { maxLength: 16 }).map(list => list.join('')),
        text => {
          const mapped = /^[0:]*:ffff:([^:]*:)?[^:]*$/i.test(text)
          if (!mapped) expect(canonicalIp(text) !== null).toBe(isIP(text) !== 0)
        },
      ),
      { numRuns: runs(2000) },
    )
  })

  test('each IP address has one text, which reads back', () => {
    const address = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
      fc
        .array(fc.constantFrom(0, 0, 1, 0xab), { minLength: 16, maxLength: 16 })
        .map(list => Uint8Array.from(list)),
    )
    fc.assert(
      fc.property(address, raw => {
        const text = ipText(raw) ?? ''
        expect(ipBytes(text)).toEqual(raw)
        expect(canonicalIp(text)).toBe(text)
        if (raw.length === 16) expect(new URL(`http://[${text}]/`).hostname).toBe(`[${text}]`)
      }),
    )
  })
})

test.each(['', '0a 00 00', '0a 00 00 01 ff ff ff 00', '00 '.repeat(10) + 'ff ff 0a 00 00 01'])(
  'the bytes %j are not an IP address',
  hex => expect(ipText(bytes(hex))).toBeNull(),
)

describe('a network', () => {
  test.each([
    ['10.1.0.0/16', '10.1.255.255', true],
    ['10.1.0.0/16', '10.2.0.0', false],
    ['10.1.2.0/23', '10.1.3.1', true],
    ['10.1.2.0/23', '10.1.4.1', false],
    ['0.0.0.0/0', '203.0.113.9', true],
    ['0.0.0.0/0', '2001:db8::1', false],
    ['10.0.0.7/32', '10.0.0.7', true],
    ['10.0.0.7/32', '10.0.0.6', false],
    ['2001:db8::/33', '2001:db8:7fff::1', true],
    ['2001:db8::/33', '2001:db8:8000::1', false],
    ['::/0', '2001:db8::1', true],
    ['10.1.0.0/16', 'a', false],
    ['10.1.0.0', '10.1.0.0', false],
  ])('%s has %s: %s', (network, address, expected) =>
    expect(isInNetwork(address, network)).toBe(expected),
  )

  test.each(['10.1.0.0/16', '0.0.0.0/0', '2001:db8::/32', '10.0.0.1/32'])('%s is one', text =>
    expect(isNetwork(text)).toBe(true),
  )

  test.each([
    '10.1.0.1/16',
    '10.1.0.0/33',
    '10.1.0.0/016',
    '10.1.0.0/16/1',
    '::ffff:0:0/96',
    '/8',
    'a/8',
  ])('%s is none', text => expect(isNetwork(text)).toBe(false))
})
