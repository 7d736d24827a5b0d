// The removal from a cluster: the guard first, the namespace last, and nothing that others use.
import { describe, expect, test } from '@jest/globals'
import { installedObjects } from '../../../../src/setup/installed-objects.ts'
import { planRemoval } from '../../../../src/workflows/bootstrap/cluster-removal.ts'
import type { NamespacedObject } from '../../../../src/ports/setup-objects.ts'
import { fakeCluster } from '../../../build/fake-setup-objects.ts'
import { installation } from '../../../build/installation.ts'

const HERE = installation()
const OBJECTS = installedObjects(HERE, { approvers: [] })

async function removalWith(others: readonly NamespacedObject[] | 'hidden') {
  const cluster = fakeCluster(OBJECTS)
  cluster.others = others
  const steps = await planRemoval(cluster, HERE)
  const state = (what: string) => steps.find(step => step.what === what)?.state ?? null
  return { steps, state }
}

const record = (owner: string): NamespacedObject => ({
  kind: 'ConfigMap',
  name: `countersign-${owner}-jane`,
  labels: { 'countersign.dev/owner': owner },
})
const NAMESPACE = 'Namespace countersign'
const ACCOUNT = 'ServiceAccount countersign/countersign-apply'

describe('the removal', () => {
  test('everything but the namespaces of Secrets is deleted, in the reverse order of creation', async () => {
    const { steps } = await removalWith([record('acme-certs')])
    expect(steps.every(({ state }) => state === 'delete')).toBe(true)
    expect(steps).toHaveLength(OBJECTS.length - 1)
    expect(steps[0]?.object.kind).toBe('ValidatingAdmissionPolicyBinding')
    expect(steps.at(-1)).toMatchObject({
      what: NAMESPACE,
      details: ['with the records of all certificates'],
    })
  })

  test.each<[string, NamespacedObject]>([
    ['a Secret', { kind: 'Secret', name: 'other', labels: {} }],
    ['a Pod', { kind: 'Pod', name: 'other', labels: {} }],
    ['a ConfigMap', { kind: 'ConfigMap', name: 'other', labels: {} }],
    ['a ServiceAccount', { kind: 'ServiceAccount', name: 'other', labels: {} }],
  ])(
    'a record namespace with %s of somebody else stays, and the service account goes',
    async (_, other) => {
      const { steps, state } = await removalWith([other])
      expect([state(NAMESPACE), state(ACCOUNT)]).toEqual(['unchanged', 'delete'])
      expect(steps.at(-1)?.details).toEqual([`stays: its namespace holds ${other.kind} other`])
    },
  )

  test('what every namespace has does not keep it', async () => {
    const own = [
      { kind: 'ConfigMap', name: 'kube-root-ca.crt', labels: {} },
      { kind: 'ServiceAccount', name: 'default', labels: {} },
      { kind: 'ServiceAccount', name: 'countersign-apply', labels: {} },
    ] as const
    expect((await removalWith(own)).state(NAMESPACE)).toBe('delete')
  })

  test('a service account that another installation uses stays', async () => {
    const { state } = await removalWith([record('other')])
    expect([state(NAMESPACE), state(ACCOUNT)]).toEqual(['unchanged', 'unchanged'])
  })

  test('nothing is deleted if the contents of the namespace may not be listed', async () => {
    const { steps } = await removalWith('hidden')
    expect(steps.every(({ state }) => state === 'blocked')).toBe(true)
    expect(steps[0]?.command).toBe(
      'kubectl delete validatingadmissionpolicybinding countersign-acme-certs-approvals',
    )
  })

  test('a cluster without countersign has nothing to remove', async () => {
    expect(await planRemoval(fakeCluster(), HERE)).toEqual([])
  })
})
