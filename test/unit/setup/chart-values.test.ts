// The values that countersign prints for its chart, against the schema of the chart.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from '@jest/globals'
import { Ajv } from 'ajv'
import { parse } from 'yaml'
import { VERSION } from '../../../src/domain/version.ts'
import { chartValues } from '../../../src/setup/chart-values.ts'
import { installation } from '../../build/installation.ts'

const CHART = new URL('../../../charts/countersign/', import.meta.url)
const file = (name: string): string => readFileSync(new URL(name, CHART), 'utf8')
const DIGEST = `sha256:${'0'.repeat(64)}`
const subject = {
  kind: 'ServiceAccount',
  namespace: 'countersign',
  name: 'countersign-approver',
} as const
const approver = { subject, signers: ['kubernetes.io/kubelet-serving'] } as const
const printed = chartValues(installation({ approver }), DIGEST, { approvers: ['other'] })
const own = {
  image: { repository: 'ghcr.io/countersign/countersign', digest: DIGEST },
  github: { repository: 'acme/certs' },
}
const validate = new Ajv({ allowUnionTypes: true }).compile(JSON.parse(file('values.schema.json')))

describe('the values of the chart', () => {
  test('the printed values and the defaults satisfy the schema', () => {
    const defaults = parse(file('values.yaml'))
    const github = { ...defaults.github, ...own.github }
    expect([validate({ ...defaults, ...parse(printed), ...own, github }), validate.errors]).toEqual(
      [true, null],
    )
    expect(validate({ ...parse(printed), ...own, more: 1 })).toBe(false)
  })

  test('the schema knows every default', () => {
    const known = Object.keys(JSON.parse(file('values.schema.json')).properties)
    expect(known).toEqual(expect.arrayContaining(Object.keys(parse(file('values.yaml')))))
  })

  test('the printed values name cluster, namespace, signers and digest, and have rights and guard without namespaces or the plan identity', () => {
    const { manifests, ...settings } = parse(printed)
    expect(settings).toEqual({
      cluster: 'prod',
      owner: 'acme-certs',
      namespace: 'countersign',
      approve: approver.signers,
      trustedConfig: DIGEST,
    })
    const names: readonly string[] = manifests.map(
      ({ kind, metadata }: { kind: string; metadata: { name: string } }) =>
        `${kind} ${metadata.name}`,
    )
    expect(names).toEqual(
      expect.arrayContaining([
        'ServiceAccount countersign-apply',
        'ServiceAccount countersign-approver',
        'Role countersign-acme-certs-controller',
        'ClusterRole countersign-acme-certs-approver',
        'ValidatingAdmissionPolicy countersign-acme-certs-approvals',
      ]),
    )
    expect(names.filter(name => /^Namespace |plan/.test(name))).toEqual([])
    expect(printed).toContain("request.userInfo.username == 'other'")
    expect(printed).toContain('# These namespaces must be there: apps.')
  })

  test('the namespace of the printed values is that of the records', () => {
    const { cluster } = installation()
    const elsewhere = installation({ cluster: { ...cluster, recordNamespace: 'records' } })
    const values = chartValues(elsewhere, DIGEST, { approvers: [] })
    expect(parse(values).namespace).toBe('records')
  })

  test('the chart has the version of countersign', () => {
    expect(parse(file('Chart.yaml'))).toMatchObject({ version: VERSION, appVersion: VERSION })
  })
})
