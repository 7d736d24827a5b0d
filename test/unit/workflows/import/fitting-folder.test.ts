// The folder of an imported request.
import { readFileSync } from 'node:fs'
import { expect, test } from '@jest/globals'
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
