import { describe, expect, test } from '@jest/globals'
import { identityManifests } from '../../../../src/setup/rbac/apply-identity.ts'
import { installation, manySigners } from '../../../build/installation.ts'
import { printedObjects, rulesIn } from '../../../build/printed-objects.ts'
import type { PrintedObject } from '../../../build/printed-objects.ts'

function objectsOf(changes = {}): readonly PrintedObject[] {
  return printedObjects(identityManifests(installation(changes)))
}

describe('the manifests of the apply identity', () => {
  test('the manifests have the namespace and two service accounts with no token for pods', () => {
    const objects = objectsOf()
    expect(objects[0]).toMatchObject({ kind: 'Namespace', metadata: { name: 'countersign' } })
    const accounts = objects.filter(({ kind }) => kind === 'ServiceAccount')
    expect(accounts.map(({ metadata }) => metadata.name)).toEqual([
      'countersign-apply',
      'countersign-plan',
    ])
    expect(accounts.every(one => one.automountServiceAccountToken === false)).toBe(true)
  })

  test('the apply identity may approve exactly the signers of the configuration', () => {
    expect(rulesIn(objectsOf(), 'ClusterRole', 'countersign-acme-certs-apply')).toContainEqual({
      apiGroups: ['certificates.k8s.io'],
      resources: ['signers'],
      verbs: ['approve'],
      resourceNames: ['kubernetes.io/kube-apiserver-client'],
    })
  })

  test('the apply identity may reference the Issuers of cert-manager, by name in the namespace of each', () => {
    const signer = (name: string) => ({ name, maxDurationSeconds: null })
    const signers = [
      signer('clusterissuers.cert-manager.io/private-ca'),
      signer('issuers.cert-manager.io/apps.team-ca'),
      signer('issuers.cert-manager.io/shop.team-ca'),
    ]
    const objects = objectsOf({ signers })
    const roles = objects.filter(({ rules }) =>
      JSON.stringify(rules)?.includes('cert-manager.io"]'),
    )
    const rule = { apiGroups: ['cert-manager.io'], resources: ['signers'], verbs: ['reference'] }
    const name = 'countersign-acme-certs-apply-issuer-team-ca'
    expect(roles.map(({ kind, metadata, rules }) => ({ kind, metadata, rules }))).toEqual(
      ['apps', 'shop'].map(namespace => ({
        kind: 'Role',
        metadata: { name, namespace },
        rules: [{ ...rule, resourceNames: ['team-ca'] }],
      })),
    )
    const bindings = objects.filter(
      ({ kind, metadata }) => kind === 'RoleBinding' && metadata.name === name,
    )
    expect(bindings.map(({ metadata }) => metadata.namespace)).toEqual(['apps', 'shop'])
    const every = objectsOf({ signers: [signer('issuers.cert-manager.io/*')] })
    expect(rulesIn(every, 'ClusterRole', 'countersign-acme-certs-apply')).toContainEqual(rule)
  })

  test('the apply identity may use Secrets in the namespaces of the policies only, by name where every name is exact', () => {
    const secrets = [
      { namespace: 'apps', names: null },
      { namespace: 'shop', names: ['web-tls'] },
    ]
    const roles = objectsOf({ secrets }).filter(
      ({ kind, metadata }) => kind === 'Role' && metadata.name.endsWith('-secrets'),
    )
    const verbs = {
      apiGroups: [''],
      resources: ['secrets'],
      verbs: ['get', 'create', 'patch', 'delete'],
    }
    expect(roles.map(({ metadata, rules: found }) => [metadata.namespace, found])).toEqual([
      ['apps', [verbs]],
      ['shop', [{ ...verbs, resourceNames: ['web-tls'] }]],
    ])
  })

  test('the apply identity may delete only Secrets, list none, and never sign or grant rights', () => {
    const text = JSON.stringify(objectsOf({ signers: manySigners(1) })).replaceAll(
      '"secrets"],"verbs":["get","create","patch","delete"]',
      '',
    )
    expect(text).not.toMatch(
      /"\*"|"delete"|"escalate"|"bind"|"impersonate"|"sign"|deletecollection/,
    )
    expect(text).not.toContain('certificatesigningrequests/status')
  })

  test('the apply identity may bind exactly the roles of the policies, and write bindings only where there are some', () => {
    const accessRoles = ['cs-reader', 'view']
    const name = 'countersign-acme-certs-apply'
    const rules = rulesIn(objectsOf({ accessRoles }), 'ClusterRole', name)
    const group = ['rbac.authorization.k8s.io']
    const added = rules.filter(({ resources }) =>
      /bindings|roles|namespaces/.test(resources.join()),
    )
    expect(added).toEqual([
      {
        apiGroups: group,
        resources: ['rolebindings', 'clusterrolebindings'],
        verbs: ['get', 'list', 'create', 'update', 'delete'],
      },
      {
        apiGroups: group,
        resources: ['clusterroles'],
        verbs: ['bind', 'get'],
        resourceNames: accessRoles,
      },
      { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
        verbs: ['get'],
        resourceNames: expect.arrayContaining(['countersign-acme-certs-bindings']),
      },
    ])
    expect(JSON.stringify(objectsOf({ signers: manySigners(1) }))).not.toMatch(
      /"rolebindings"|acme-certs-bindings/,
    )
  })

  test('for client certificates the apply identity may bind the role of live grants in the namespace of the records, and lists bindings', () => {
    const objects = objectsOf()
    expect(rulesIn(objects, 'ClusterRole', 'countersign-acme-certs-grants')).toEqual([
      { apiGroups: ['countersign.dev'], resources: ['grants'], verbs: ['use'] },
    ])
    const bound = objects.filter(
      ({ kind, metadata }) => kind.endsWith('Binding') && metadata.name.endsWith('-grants'),
    )
    expect(bound).toEqual([])
    const rbac = ['rbac.authorization.k8s.io']
    expect(rulesIn(objects, 'Role', 'countersign-acme-certs-apply')).toEqual([
      {
        apiGroups: [''],
        resources: ['configmaps'],
        verbs: ['get', 'list', 'create', 'update', 'delete'],
      },
      {
        apiGroups: rbac,
        resources: ['rolebindings'],
        verbs: ['get', 'create', 'update', 'delete'],
      },
      {
        apiGroups: rbac,
        resources: ['clusterroles'],
        verbs: ['bind'],
        resourceNames: ['countersign-acme-certs-grants'],
      },
    ])
    expect(rulesIn(objects, 'ClusterRole', 'countersign-acme-certs-apply')).toContainEqual({
      apiGroups: rbac,
      resources: ['rolebindings', 'clusterrolebindings'],
      verbs: ['list'],
    })
  })

  test('the heading says what a stolen apply identity can do with its roles', () => {
    expect(identityManifests(installation({ accessRoles: ['cs-reader', 'view'] }))).toMatch(
      /^#[^]*create and approve requests of its signers, and bind these ClusterRoles,\n# where policies allow them, to groups countersign:acme-certs:…: cs-reader, view\./,
    )
    expect(identityManifests(installation())).not.toContain('bind these')
  })

  test('the plan identity may only read records', () => {
    const objects = objectsOf()
    expect(rulesIn(objects, 'Role', 'countersign-acme-certs-plan')).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: ['get', 'list'] },
    ])
    const verbs = rulesIn(objects, 'ClusterRole', 'countersign-acme-certs-plan').flatMap(
      rule => rule.verbs,
    )
    expect(verbs).toEqual(['get'])
  })

  test('a group or a user as the apply identity is bound, and no service account is created', () => {
    const objects = objectsOf({
      subject: { kind: 'Group', name: 'github:countersign-apply' },
      planner: null,
    })
    expect(objects.some(({ kind }) => kind === 'ServiceAccount')).toBe(false)
    const subjects = objects.flatMap(({ subjects: bound }) => bound ?? [])
    expect(new Set(subjects.map(one => `${one.apiGroup} ${one.kind} ${one.name}`))).toEqual(
      new Set(['rbac.authorization.k8s.io Group github:countersign-apply']),
    )
  })

  test('the comments name what RBAC cannot express', () => {
    const text = identityManifests(installation({ namespacePatterns: ['team-*'] }))
    expect(text).toContain('# These namespaces must be there: apps.')
    expect(text).toContain('every Secret of apps can be read and written')
    expect(text).toContain('to each namespace that fits team-*')
  })

  test('the people of an emergency have one binding, and apply may delete their asks by name', () => {
    const emergency = { maxDurationSeconds: 7200, requests: ['jane'] }
    const signers = [{ name: 'example.com/signer', maxDurationSeconds: null }] as const
    const of = (people: readonly string[]): readonly PrintedObject[] =>
      objectsOf({ signers, emergency: { ...emergency, people } })
    const bindings = of(['owner', 'reviewer']).filter(
      ({ kind, metadata }) => kind === 'RoleBinding' && metadata.name.includes('-emergency'),
    )
    expect(bindings).toMatchObject([
      {
        metadata: { name: 'countersign-acme-certs-emergency' },
        subjects: [
          { kind: 'User', name: 'owner' },
          { kind: 'User', name: 'reviewer' },
        ],
      },
    ])
    const rules = rulesIn(of(['owner', 'reviewer']), 'ClusterRole', 'countersign-acme-certs-apply')
    expect(rules).toContainEqual({
      apiGroups: [''],
      resources: ['configmaps'],
      verbs: ['delete'],
      resourceNames: ['countersign.emergency.acme-certs.jane'],
    })
  })
})
