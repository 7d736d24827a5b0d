import { describe, expect, test } from '@jest/globals'
import { parse } from 'yaml'
import { newRequestText } from '../../../../src/output/request-file/new-request-yaml.ts'

const JANE = {
  name: 'jane',
  groups: [],
  dnsNames: [],
  access: [],
  grant: null,
  duration: null,
  until: null,
  cluster: null,
  more: {},
}

describe('the text of a new request file', () => {
  test('a new request file has only the given members', () => {
    expect(newRequestText({ ...JANE, groups: ['developers'], duration: '24h' }, null)).toBe(
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
    'the name %j is written as text',
    name => {
      const { metadata, spec } = parse(newRequestText({ ...JANE, name }, null))
      expect([metadata.name, spec.commonName]).toEqual([name, name])
    },
  )

  test.each(['a: b', 'x, y', '] {', '#', '"', "it's", 'a\nb'])(
    'the group %j is written as text',
    group => {
      const { spec } = parse(newRequestText({ ...JANE, groups: [group] }, null))
      expect(spec.subject.organizations).toEqual([group])
    },
  )

  test('access is written role by role, and the grant of an own key as a group', () => {
    const grant = 'countersign:acme:aaaaaaaaaaaaaaaaaaaa'
    const access = [
      { clusterRole: 'view', namespaces: ['apps', 'web'] },
      { clusterRole: 'system:node-reader', namespaces: null },
    ] as const
    const { spec } = parse(newRequestText({ ...JANE, access, grant, groups: ['ops'] }, null))
    expect(spec.subject.organizations).toEqual(['ops', grant])
    expect(spec.access).toEqual([
      { clusterRole: 'view', namespaces: ['apps', 'web'] },
      { clusterRole: 'system:node-reader', cluster: true },
    ])
  })

  test('a cluster other than the default one is written', () => {
    expect(parse(newRequestText(JANE, null)).spec).not.toHaveProperty('clusters')
    const { spec } = parse(newRequestText({ ...JANE, cluster: '1e3' }, null))
    expect(spec.clusters).toEqual(['1e3'])
  })

  test('a PKCS#10 is written line by line', () => {
    const pem = '-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE REQUEST-----\n'
    expect(parse(newRequestText(JANE, pem)).spec.request).toBe(pem)
  })

  test('a new request of a service has its DNS names and no common name', () => {
    const { spec } = parse(newRequestText({ ...JANE, dnsNames: ['web.example.com', 'web'] }, null))
    expect(spec).toEqual({ dnsNames: ['web.example.com', 'web'] })
  })
})
