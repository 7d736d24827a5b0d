import { expect, test } from '@jest/globals'
import { issuedNameMaps } from '../../../../src/domain/cluster/controller-lease.ts'
import { approverLease } from '../../../../src/setup/approver-lease.ts'
import { approverManifests } from '../../../../src/setup/rbac/approver-identity.ts'
import { installation } from '../../../build/installation.ts'
import { printedObjects, rulesIn } from '../../../build/printed-objects.ts'

const SERVING = 'kubernetes.io/kubelet-serving'
const subject = {
  kind: 'ServiceAccount',
  namespace: 'countersign',
  name: 'countersign-approver',
} as const
const printed = (signer: string) =>
  printedObjects(approverManifests(installation(), { subject, signers: [signer] }))

test('the approver is a service account that approves for the named signers and reads no Secret', () => {
  const objects = printed(SERVING)
  expect(objects.map(({ kind }) => kind)).toEqual([
    'ServiceAccount',
    'ClusterRole',
    'ClusterRoleBinding',
    'Role',
    'RoleBinding',
  ])
  const csr = 'certificatesigningrequests'
  const apiGroups = ['certificates.k8s.io']
  expect(rulesIn(objects, 'ClusterRole')).toEqual([
    { apiGroups, resources: [csr], verbs: ['get', 'list'] },
    { apiGroups, resources: [`${csr}/approval`], verbs: ['update'] },
    { apiGroups, resources: ['signers'], resourceNames: [SERVING], verbs: ['approve'] },
    { apiGroups: [''], resources: ['nodes'], verbs: ['list'] },
  ])
  expect(rulesIn(objects, 'Role')).toEqual([
    { apiGroups: ['coordination.k8s.io'], resources: ['leases'], verbs: ['create'] },
    {
      apiGroups: ['coordination.k8s.io'],
      resources: ['leases'],
      resourceNames: [approverLease('acme-certs', SERVING)],
      verbs: ['get', 'update'],
    },
    { apiGroups: ['events.k8s.io'], resources: ['events'], verbs: ['create'] },
    { apiGroups: [''], resources: ['configmaps'], verbs: ['create'] },
    {
      apiGroups: [''],
      resources: ['configmaps'],
      resourceNames: issuedNameMaps(approverLease('acme-certs', SERVING)),
      verbs: ['get', 'update'],
    },
  ])
})

test('without a kubelet signer the approver may not list the nodes, and keeps no names', () =>
  expect(JSON.stringify(printed('example.com/a'))).not.toMatch(/nodes|configmaps/))

test('each signer and each owner has a Lease of its own', () => {
  const names = [
    approverLease('acme', SERVING),
    approverLease('acme', 'example.com/a'),
    approverLease('other', SERVING),
  ]
  expect(new Set(names).size).toBe(3)
  for (const name of names) expect(name).toMatch(/^countersign-(acme|other)-approver-[0-9a-f]{16}$/)
})
