import { describe, expect, test } from '@jest/globals'
import type { NonEmpty } from '../../../../src/domain/problem.ts'
import type { Subject } from '../../../../src/domain/cluster/installation.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { guardManifests } from '../../../../src/setup/guard/guard-policies.ts'
import { identityManifests } from '../../../../src/setup/rbac/apply-identity.ts'
import { rbacManifests, revokerManifests } from '../../../../src/setup/rbac/least-rights.ts'
import { clusterConfig, effective, secretSink } from '../../../build/effective.ts'
import { installation, manySigners } from '../../../build/installation.ts'
import { printedObjects, rulesIn } from '../../../build/printed-objects.ts'

const USER = { kind: 'User', name: 'countersign' } as const

describe('the least rights of the apply identity', () => {
  const requests: NonEmpty<EffectiveRequest> = [
    effective({ name: 'jane', sinks: [secretSink({ namespace: 'apps', name: 'jane-tls' })] }),
    effective({
      name: 'web',
      signerName: 'example.com/team',
      sinks: [secretSink({ namespace: 'shop', name: 'web-tls' })],
    }),
  ]
  const objects = printedObjects(rbacManifests(clusterConfig(), requests, USER))

  test('the apply identity may approve exactly the signers in use', () => {
    expect(rulesIn(objects, 'ClusterRole')).toContainEqual({
      apiGroups: ['certificates.k8s.io'],
      resources: ['signers'],
      verbs: ['approve'],
      resourceNames: ['example.com/team', 'kubernetes.io/kube-apiserver-client'],
    })
  })

  test('the apply identity may reference an Issuer of cert-manager that a request uses', () => {
    const signerName = 'issuers.cert-manager.io/shop.team-ca'
    const printed = printedObjects(
      rbacManifests(clusterConfig(), [effective({ signerName })], USER),
    )
    expect(rulesIn(printed, 'Role', 'countersign-apply-issuer-team-ca')).toEqual([
      {
        apiGroups: ['cert-manager.io'],
        resources: ['signers'],
        verbs: ['reference'],
        resourceNames: ['team-ca'],
      },
    ])
  })

  test('the apply identity may bind exactly the roles of the requests, and nothing without access', () => {
    const access = [
      { clusterRole: 'view', namespaces: ['apps'] },
      { clusterRole: 'cs-reader', namespaces: null },
    ] as const
    const printed = rbacManifests(clusterConfig(), [effective({ access }), effective()], USER)
    expect(rulesIn(printedObjects(printed), 'ClusterRole')).toContainEqual({
      apiGroups: ['rbac.authorization.k8s.io'],
      resources: ['clusterroles'],
      verbs: ['bind', 'get'],
      resourceNames: ['cs-reader', 'view'],
    })
    expect(JSON.stringify(objects)).not.toContain('"bind"')
  })

  test('the apply identity may use exactly the named Secrets, and list none', () => {
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

  test('the apply identity may read the CA of clients, and no other object of kube-system', () => {
    const system = objects.filter(
      ({ kind, metadata }) => kind === 'Role' && metadata.namespace === 'kube-system',
    )
    expect(system.flatMap(({ rules }) => rules)).toEqual([
      {
        apiGroups: [''],
        resources: ['configmaps'],
        verbs: ['get'],
        resourceNames: ['extension-apiserver-authentication'],
      },
    ])
  })

  test('the apply identity has no wildcard, and may delete only those Secrets', () => {
    const secrets = '"secrets"],"verbs":["get","create","patch","delete"]'
    expect(JSON.stringify(objects).replaceAll(secrets, '')).not.toMatch(
      /"\*"|"delete"|"escalate"|"bind"|"impersonate"/,
    )
  })

  test('the rights are bound to that user only', () => {
    const subjects = objects.flatMap(({ subjects: bound }) => bound ?? [])
    expect(new Set(subjects.map(({ kind, name }) => `${kind} ${name}`))).toEqual(
      new Set(['User countersign']),
    )
  })
})

describe('rules with names', () => {
  const { cluster } = installation()
  const group = { kind: 'Group', name: 'appliers' } as const
  const shapes = [1, 3, 20].flatMap(count => {
    const signers = manySigners(count)
    const requests = signers.map(({ name }) => effective({ signerName: name, sinks: [] }))
    const [first = effective(), ...rest] = requests
    return [
      ...[true, false].map(withBindings =>
        rbacManifests(cluster, [first, ...rest], USER, withBindings),
      ),
      ...[
        installation({ signers }),
        installation({ signers, secrets: [], planner: null, subject: group }),
        installation({ signers, secrets: [{ namespace: 'apps', names: ['web-tls'] }] }),
      ].flatMap(each => [identityManifests(each), guardManifests(each, { approvers: [] })]),
    ]
  })

  test.each(shapes.map((text, index) => [index + 1, text]))(
    'no rule in the manifests has an empty list of names (text %i)',
    (_number, text) => {
      const rules = printedObjects(String(text)).flatMap(({ rules: found }) => found ?? [])
      for (const rule of rules) expect(rule.resourceNames).not.toEqual([])
      const approve = rules.filter(({ resources }) => resources.includes('signers'))
      for (const rule of approve) expect(rule.resourceNames?.length).toBeGreaterThan(0)
    },
  )
})

describe('the least rights of the revoker', () => {
  const objects = printedObjects(revokerManifests(clusterConfig(), 'acme', null))

  test('the revoker may end bindings and create revocations, and may bind nothing', () => {
    expect(rulesIn(objects, 'ClusterRole')).toEqual([
      {
        apiGroups: ['rbac.authorization.k8s.io'],
        resources: ['clusterrolebindings', 'rolebindings'],
        verbs: ['get', 'list', 'update', 'delete'],
      },
      {
        apiGroups: ['admissionregistration.k8s.io'],
        resources: ['validatingadmissionpolicies', 'validatingadmissionpolicybindings'],
        verbs: ['get'],
        resourceNames: ['countersign-acme-writes'],
      },
      {
        apiGroups: ['authorization.k8s.io'],
        resources: ['subjectaccessreviews'],
        verbs: ['create'],
      },
    ])
    expect(rulesIn(objects, 'Role')).toEqual([
      { apiGroups: [''], resources: ['configmaps'], verbs: ['create', 'get', 'list'] },
      { apiGroups: ['countersign.dev'], resources: ['grants'], verbs: ['revoke'] },
    ])
  })

  test('the revoker is a service account, unless a user is named', () => {
    const kinds = (all: typeof objects) => all.map(({ kind }) => kind)
    expect(kinds(objects)[0]).toBe('ServiceAccount')
    const named = printedObjects(revokerManifests(clusterConfig(), 'acme', USER))
    expect(kinds(named)).toEqual(['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding'])
  })

  test('rights that are applied for a second user leave those of the first', () => {
    const requests: NonEmpty<EffectiveRequest> = [effective()]
    const printed = {
      rbac: (who: Subject) => rbacManifests(clusterConfig(), requests, who),
      revoker: (who: Subject) => revokerManifests(clusterConfig(), 'acme', who),
    }
    const subjects: readonly Subject[] = [
      USER,
      { kind: 'Group', name: USER.name },
      { kind: 'User', name: 'system:serviceaccount:default:ci/a%b' },
    ]
    for (const print of Object.values(printed)) {
      const [first = [], ...others] = subjects.map(who => printedObjects(print(who)))
      const bindings = (all: typeof first) => all.filter(({ kind }) => kind.endsWith('Binding'))
      const roles = (all: typeof first) => all.filter(({ kind }) => !kind.endsWith('Binding'))
      const names = [first, ...others].flatMap(all =>
        bindings(all).map(({ kind, metadata }) => `${kind} ${metadata.namespace} ${metadata.name}`),
      )
      expect(new Set(names).size).toBe(names.length)
      expect(names.join(' ')).toMatch(/^[\w -]+$/)
      for (const other of others) expect(roles(other)).toEqual(roles(first))
      expect(printedObjects(print(USER))).toEqual(first)
    }
  })
})
