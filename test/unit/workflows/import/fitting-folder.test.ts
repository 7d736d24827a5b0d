// The folder of an imported request.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { fittingFolder } from '../../../../src/workflows/import/fitting-folder.ts'
import { NOW } from '../../../build/issued.ts'
import { policy } from '../../../build/policy.ts'
import { config, requestFile, valueOf } from '../../../build/request.ts'

test('a complete request goes to the folder whose policy allows it, also without defaults for this folder', () => {
  const text = readFileSync('test/fixtures/requests/good/manifest.yaml', 'utf8')
  const jane = valueOf(parseRequest(requestFile(text, { path: 'requests/jane.yaml' }), 'requests'))
  const sinks = { spec: { ...jane.spec, sinks: [] } }
  const allowed = [
    'allowed:',
    '  commonName: {value: jane}',
    '  subject: {organizations: {values: [developers]}}',
    '  usages: [client auth]',
  ]
  const people = policy(allowed, 'people', '{paths: ["requests/people/**"]}')
  const rules = {
    config: config('clusters: {prod: {provider: other}}', 'defaultCluster: prod'),
    policies: { policies: [people], broken: [] },
  }
  expect(fittingFolder({ ...jane, ...sinks }, rules, NOW)).toBe('requests/people')
})

describe('a complete request that no policy allows', () => {
  const folderOf = (lines: readonly string[], at = 'requests/people'): string => {
    const text = [
      'apiVersion: cert-manager.io/v1',
      'kind: Certificate',
      'metadata: {name: web, namespace: apps}',
      'spec:',
      ...['secretName: web-tls', 'issuerRef: {name: team, kind: Issuer}', ...lines].map(
        line => `  ${line}`,
      ),
    ].join('\n')
    const file = requestFile(text, { path: 'requests/web.yaml' })
    const rules = {
      config: config(
        'clusters: {prod: {provider: other}}',
        'defaultCluster: prod',
        'issuers: [{name: team, kind: Issuer, signerName: example.com/internal}]',
        'defaults:',
        `- {paths: ["${at}/**"], spec: {usages: [digital signature, client auth], duration: 168h}}`,
        '- {paths: ["requests/services/**"], spec: {usages: [server auth], duration: 168h}}',
      ),
      policies: { policies: [], broken: [] },
    }
    return fittingFolder(valueOf(parseRequest(file, 'requests')), rules, NOW)
  }

  test.each([
    ['with the usage of a server', ['commonName: web', 'usages: [server auth]']],
    ['with the name of a server and without usages', ['dnsNames: [web.example.com]']],
  ])('%s goes to a folder with defaults for servers', (_, lines) =>
    expect(folderOf(lines)).toBe('requests/services'),
  )

  test('with the usage of a client goes to a folder with defaults for clients', () =>
    expect(folderOf(['commonName: web', 'usages: [client auth]'])).toBe('requests/people'))

  test('without any folder for its purpose stays in the folder of requests', () =>
    expect(folderOf(['commonName: web', 'usages: [server auth]'], 'requests/services')).toBe(
      'requests',
    ))
})
