import { describe, expect, test } from '@jest/globals'
import { parseAllDocuments } from 'yaml'
import { rbacManifests } from '../../../src/report/manifests.ts'
import { clusterConfig, effective, secretSink } from '../../build/effective.ts'

const USER = { kind: 'User', name: 'countersign' } as const

function objectsOf(text: string): readonly any[] {
  return parseAllDocuments(text).map(document => document.toJS())
}

describe('rbacManifests: the least rights', () => {
  const requests = [
    effective({ name: 'jane', sinks: [secretSink({ namespace: 'apps', name: 'jane-tls' })] }),
    effective({
      name: 'web',
      signerName: 'example.com/team',
      sinks: [secretSink({ namespace: 'shop', name: 'web-tls' })],
    }),
  ]
  const objects = objectsOf(rbacManifests(clusterConfig(), requests, USER))

  test('approve exactly the signers in use', () => {
    const rules = objects.find(({ kind }) => kind === 'ClusterRole').rules
    expect(rules).toContainEqual({
      apiGroups: ['certificates.k8s.io'],
      resources: ['signers'],
      verbs: ['approve'],
      resourceNames: ['example.com/team', 'kubernetes.io/kube-apiserver-client'],
    })
  })

  test('touch exactly the Secrets that are named, and list none', () => {
    const secrets = objects.filter(
      ({ kind, metadata }) => kind === 'Role' && metadata.name.endsWith('-secrets'),
    )
    expect(secrets.map(({ metadata, rules }) => [metadata.namespace, rules])).toEqual([
      [
        'apps',
        [
          {
            apiGroups: [''],
            resources: ['secrets'],
            verbs: ['get', 'create', 'patch', 'delete'],
            resourceNames: ['jane-tls'],
          },
        ],
      ],
      [
        'shop',
        [
          {
            apiGroups: [''],
            resources: ['secrets'],
            verbs: ['get', 'create', 'patch', 'delete'],
            resourceNames: ['web-tls'],
          },
        ],
      ],
    ])
  })

  test('never name a wildcard, and delete nothing but those Secrets', () => {
    const secrets = '"secrets"],"verbs":["get","create","patch","delete"]'
    expect(JSON.stringify(objects).replaceAll(secrets, '')).not.toMatch(
      /"\*"|"delete"|"escalate"|"bind"|"impersonate"/,
    )
  })

  test('are bound to that user alone', () => {
    const subjects = objects.flatMap(({ subjects: bound }) => bound ?? [])
    expect(new Set(subjects.map(({ kind, name }: any) => `${kind} ${name}`))).toEqual(
      new Set(['User countersign']),
    )
  })
})
