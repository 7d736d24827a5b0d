import { describe, expect, test } from '@jest/globals'
import {
  ATTRIBUTE_OIDS,
  attributeShortName,
  EXTENDED_KEY_USAGE_OIDS,
  EXTENSION_OIDS,
  extendedKeyUsageName,
  extendedKeyUsageOid,
  extensionName,
} from '../../../../src/lib/x509/oids.ts'

describe('the names of OIDs', () => {
  test.each(Object.entries(ATTRIBUTE_OIDS))('%s is the name of %s', (name, oid) => {
    expect(attributeShortName(oid)).toBe(name)
  })

  test('an OID without a name keeps its dotted text', () => {
    expect(attributeShortName('1.3.6.1.4.1.57683.2')).toBe('1.3.6.1.4.1.57683.2')
  })
})

test.each(Object.entries(EXTENSION_OIDS))('the extension %s is %s', (name, oid) => {
  expect(extensionName(oid)).toBe(name)
})

test.each(Object.entries(EXTENDED_KEY_USAGE_OIDS))(
  'the extended key usage %s is %s',
  (name, oid) => {
    expect(extendedKeyUsageName(oid)).toBe(name)
    expect(extendedKeyUsageOid(name)).toBe(oid)
  },
)

test('unknown extensions and purposes keep their dotted text', () => {
  expect(extensionName('1.2.3')).toBe('1.2.3')
  expect(extendedKeyUsageName('1.2.3')).toBe('1.2.3')
  expect(extendedKeyUsageOid('toString')).toBeNull()
})
