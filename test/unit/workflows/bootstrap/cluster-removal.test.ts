// The removal from a cluster: the guard first, the namespace last, and nothing that others use.
import { describe, expect, test } from '@jest/globals'
import { installedObjects } from '../../../../src/setup/installed-objects.ts'
import { grantGroup } from '../../../../src/domain/cluster/grant.ts'
import { planRemoval } from '../../../../src/workflows/bootstrap/cluster-removal.ts'
import type { NamespacedObject } from '../../../../src/ports/setup-objects.ts'
import { fakeCluster } from '../../../build/fake-setup-objects.ts'
import { installation } from '../../../build/installation.ts'

const HERE = installation()
const OBJECTS = installedObjects(HERE, { approvers: [], isController: false })

async function removalWith(others: readonly NamespacedObject[] | 'hidden') {
  const cluster = fakeCluster(OBJECTS)
  cluster.others = others
  const steps = await planRemoval(cluster, HERE, 'kubectl --context lab')
  const state = (what: string) => steps.find(step => step.what === what)?.state ?? null
  return { steps, state }
}

const record = (owner: string): NamespacedObject => ({
  kind: 'ConfigMap',
  name: `countersign-${owner}-jane`,
  labels: { 'countersign.dev/owner': owner },
  subjects: [],
})
const NAMESPACE = 'Namespace countersign'
const ACCOUNT = 'ServiceAccount countersign/countersign-apply'

describe('the removal', () => {
  test('everything but namespaces is deleted, the guard first', async () => {
    const { steps, state } = await removalWith([record('acme-certs')])
    const deleted = steps.filter(each => each.state === 'delete')
    expect(deleted).toHaveLength(OBJECTS.length - 2)
    expect(deleted[0]?.object.kind).toBe('ValidatingAdmissionPolicyBinding')
    expect([state(NAMESPACE), state(ACCOUNT)]).toEqual(['unchanged', 'delete'])
    expect(steps.at(-1)?.details).toEqual([
      'stays with all records; to delete both: kubectl --context lab delete namespace countersign',
    ])
  })

  test('the rights of controller and approver are deleted, and the account of the approver', async () => {
    const approver = {
      subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-approver' },
      signers: ['kubernetes.io/kubelet-serving'],
    } as const
    const here = installation({ approver })
    const objects = installedObjects(here, { approvers: [], isController: true })
    const steps = await planRemoval(fakeCluster(objects), here, 'kubectl --context lab')
    const deleted = steps.filter(each => each.state === 'delete').map(({ what }) => what)
    expect(deleted).toHaveLength(objects.length - 2)
    expect(deleted).toContain('ServiceAccount countersign/countersign-approver')
  })

  test('bindings of grants are deleted, also where policies still allow them', async () => {
    const here = installation({ accessRoles: ['view'] })
    const name = `${grantGroup('acme-certs', 'a'.repeat(20))}:view`
    const cluster = fakeCluster([{ kind: 'RoleBinding', metadata: { name, namespace: 'apps' } }])
    expect(await planRemoval(cluster, here, 'kubectl --context lab')).toMatchObject([
      { what: `RoleBinding apps/${name}`, state: 'delete' },
    ])
  })

  test('the command that deletes a binding quotes a name that others have chosen', async () => {
    const grant = grantGroup('acme-certs', 'a'.repeat(20))
    const names = [`${grant}:view`, `${grant}:x'$(id)`]
    const cluster = fakeCluster(
      names.map(name => ({ kind: 'ClusterRoleBinding' as const, metadata: { name } })),
    )
    cluster.forbids = () => 'forbidden'
    const steps = await planRemoval(cluster, HERE, 'kubectl --context lab')
    expect(steps.map(({ command }) => command)).toEqual([
      `kubectl delete clusterrolebinding ${grant}:view`,
      `kubectl delete clusterrolebinding '${grant}:x'\\''$(id)'`,
    ])
  })

  test('a service account that another installation uses stays', async () => {
    const { state } = await removalWith([record('other')])
    expect([state(NAMESPACE), state(ACCOUNT)]).toEqual(['unchanged', 'unchanged'])
  })

  test('a service account that a binding of another owner names stays, also without records', async () => {
    const cluster = fakeCluster(OBJECTS.filter(({ kind }) => kind === 'ServiceAccount'))
    const { metadata } = OBJECTS.find(({ kind }) => kind === 'ServiceAccount')!
    const subjects = [{ kind: 'ServiceAccount', namespace: 'countersign', name: metadata.name }]
    cluster.bindings = [
      { kind: 'RoleBinding', name: 'countersign-other-apply', labels: {}, subjects },
    ]
    const steps = await planRemoval(cluster, HERE, 'kubectl --context lab')
    expect(steps.find(({ what }) => what === ACCOUNT)).toMatchObject({
      state: 'unchanged',
      details: ['stays, because of RoleBinding countersign-other-apply'],
    })
    expect(steps.some(({ state }) => state === 'delete')).toBe(false)
  })

  test('nothing is deleted if the contents of the namespace may not be listed', async () => {
    const { steps } = await removalWith('hidden')
    expect(steps.some(({ state }) => state === 'delete')).toBe(false)
    expect(steps[0]?.command).toBe(
      'kubectl delete validatingadmissionpolicybinding countersign-acme-certs-approvals',
    )
  })

  test('a cluster without countersign has nothing to remove', async () => {
    expect(await planRemoval(fakeCluster(), HERE, 'kubectl --context lab')).toEqual([])
  })
})
