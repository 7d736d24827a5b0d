import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { newRequestText } from '../../../src/report/new-request.ts'

describe('newRequestText', () => {
  test('is short and says what was asked', () => {
    expect(newRequestText({ name: 'jane', groups: ['developers'], duration: '24h' }, null)).toBe(
      [
        '# yaml-language-server: $schema=https://countersign.dev/schema/certificate-request.schema.json',
        'apiVersion: countersign.dev/v1',
        'kind: CertificateRequest',
        'metadata: {name: jane}',
        'spec:',
        '  commonName: jane',
        '  subject: {organizations: [developers]}',
        '  duration: 24h',
        '',
      ].join('\n'),
    )
  })

  test.each(['123', '1e3', 'true', 'no', 'null', 'y', '0x10'])(
    'takes the name %j for text',
    name => {
      const { metadata, spec } = parse(newRequestText({ name, groups: [], duration: null }, null))
      expect([metadata.name, spec.commonName]).toEqual([name, name])
    },
  )

  test.each(['a: b', 'x, y', '] {', '#', '"', "it's", 'a\nb'])(
    'takes the group %j for text',
    group => {
      const { spec } = parse(
        newRequestText({ name: 'jane', groups: [group], duration: null }, null),
      )
      expect(spec.subject.organizations).toEqual([group])
    },
  )

  test('holds a PKCS#10 line by line', () => {
    const pem = '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n'
    expect(
      parse(newRequestText({ name: 'jane', groups: [], duration: null }, pem)).spec.request,
    ).toBe(pem)
  })
})
