// The plan of a cluster: what is created, changed, deleted or blocked, and how a step is carried out.
import { describe, expect, test } from '@jest/globals'
import { installedObjects, namesOfOwner } from '../../../../src/setup/installed-objects.ts'
import { stepFor } from '../../../../src/workflows/bootstrap/cluster-step.ts'
import {
  carryOutClusterStep,
  comparison,
  planCluster,
} from '../../../../src/workflows/bootstrap/cluster-setup.ts'
import { grantGroup } from '../../../../src/domain/cluster/grant.ts'
import type { Installation } from '../../../../src/domain/cluster/installation.ts'
import type { Manifest } from '../../../../src/domain/cluster/manifest.ts'
import type { NamespacedObject, SetupWrite } from '../../../../src/ports/setup-objects.ts'
import { fakeCluster, keyOf, storedObject } from '../../../build/fake-setup-objects.ts'
import type { FakeCluster } from '../../../build/fake-setup-objects.ts'
import { installation, manySigners } from '../../../build/installation.ts'

const GUARD = { approvers: [], isController: false }
const HERE = installation()
const CONTROLLER = { ...GUARD, isController: true }
const IN_CLUSTER = installation({
  cluster: { ...HERE.cluster, auth: { kind: 'inCluster' } },
  approver: {
    subject: { kind: 'ServiceAccount', namespace: 'countersign', name: 'countersign-approver' },
    signers: ['kubernetes.io/kubelet-serving'],
  },
})
const WANTED = installedObjects(HERE, GUARD)
const ROLE = { kind: 'ClusterRole', metadata: { name: 'countersign-acme-certs-apply' } } as const
const roleOf = (objects: readonly Manifest[]): Manifest => {
  const found = objects.find(object => keyOf(object) === keyOf(ROLE))
  if (found === undefined) throw new Error('the installation has no ClusterRole')
  return found
}

function record(owner: string): NamespacedObject {
  const labels = { 'countersign.dev/owner': owner }
  return { kind: 'ConfigMap', name: `countersign-${owner}-jane`, labels, subjects: [] }
}

async function carryOutAll(cluster: FakeCluster): Promise<void> {
  for (const step of await planCluster(cluster, HERE, GUARD))
    await carryOutClusterStep(cluster, step)
}

describe('the plan of a cluster', () => {
  test('an empty cluster gets every object, namespaces first, then the guard of tokens, and the rest of the guard last', async () => {
    const steps = await planCluster(fakeCluster(), HERE, GUARD)
    expect(steps.every(({ state }) => state === 'create')).toBe(true)
    expect(steps.slice(0, 2).map(({ what }) => what)).toEqual([
      'Namespace apps',
      'Namespace countersign',
    ])
    expect(steps.slice(2, 4).map(({ what }) => what)).toEqual([
      'ValidatingAdmissionPolicy countersign-acme-certs-identity',
      'ValidatingAdmissionPolicyBinding countersign-acme-certs-identity',
    ])
    expect(steps.slice(-4).every(({ object }) => object.kind.endsWith('PolicyBinding'))).toBe(true)
  })

  test('no object is created before one that it needs', async () => {
    const kinds = (await planCluster(fakeCluster(), HERE, GUARD)).map(({ object }) => object.kind)
    const order = ['Namespace', 'ServiceAccount', 'Role', 'RoleBinding']
    const places = order.map(kind => kinds.indexOf(kind as never))
    expect(places).toEqual(places.toSorted((a, b) => a - b))
  })

  test('a service account that is older than the guard is replaced, so that its tokens end', async () => {
    const account = WANTED.find(({ kind }) => kind === 'ServiceAccount')!
    const cluster = fakeCluster([account])
    const [step] = (await planCluster(cluster, HERE, GUARD)).filter(
      ({ id }) => id === stepFor(account).id,
    )
    expect(step).toMatchObject({ state: 'change', details: [expect.stringContaining('older')] })
    expect(step?.writes.map(({ verb }) => verb)).toEqual(['delete', 'create'])
  })

  test.each([
    ['ours', 'countersign-acme-certs-apply', 'countersign', false],
    ['one of another owner to another account', 'countersign-other-apply', 'elsewhere', false],
    ['one that countersign does not name', 'other', 'countersign', false],
    ['one of another owner to the same account', 'countersign-other-apply', 'countersign', true],
  ])(
    'a role binding that is %s is handled by its owner and account',
    async (_title, name, namespace, isRefused) => {
      const cluster = fakeCluster()
      const subjects = [{ kind: 'ServiceAccount', namespace, name: 'countersign-apply' }]
      cluster.bindings = [{ kind: 'RoleBinding', name, labels: {}, subjects }]
      const plan = planCluster(cluster, HERE, GUARD)
      if (isRefused)
        await expect(plan).rejects.toThrow(
          'the service account countersign-apply in namespace countersign of prod belongs to other (RoleBinding countersign-other-apply), so acme-certs cannot use it',
        )
      else expect(await plan).not.toEqual([])
      expect(cluster.rehearsed.length > 0).toBe(!isRefused)
    },
  )

  test.each([
    ['records of this owner', [record('acme-certs')], true],
    ['ConfigMaps that may not be listed', 'hidden' as const, true],
    ['records of another owner', [record('other')], false],
    ['no records', [], false],
  ])(
    'a former record namespace with %s is refused only if they could be ours',
    async (_title, maps, isRefused) => {
      const metadata = { name: 'countersign-acme-certs-apply', namespace: 'old' }
      const cluster = fakeCluster([...WANTED, { kind: 'Role', metadata }])
      cluster.others = maps
      const plan = planCluster(cluster, HERE, GUARD)
      if (isRefused)
        await expect(plan).rejects.toMatchObject({
          problem: {
            code: 'RUN_USAGE',
            message: expect.stringContaining('may be in namespace old of prod'),
            hint: 'in countersign.yaml: recordNamespace: old',
          },
        })
      else expect((await plan).some(({ state }) => state === 'delete')).toBe(true)
    },
  )

  test('a record namespace that is created again says that its revocations are gone; a first one and one of Secrets do not', async () => {
    const home = keyOf({ kind: 'Namespace', metadata: { name: 'countersign' } })
    const details = async (objects: readonly Manifest[]) =>
      (await planCluster(fakeCluster(objects), HERE, GUARD)).flatMap(
        ({ what, state, details: each }) =>
          state === 'create' && each.length > 0 ? [`${what} ${each.join()}`] : [],
      )
    expect(await details([])).toEqual([])
    expect(await details(WANTED.filter(({ metadata }) => metadata.name !== 'apps'))).toEqual([])
    expect(await details(WANTED.filter(object => keyOf(object) !== home))).toEqual([
      expect.stringContaining(
        'Namespace countersign is missing, and ClusterRoles of countersign exist',
      ),
    ])
  })

  test('a namespace of Secrets that no policy names now is never called the record namespace', async () => {
    const metadata = { name: 'countersign-acme-certs-apply-secrets', namespace: 'shop' }
    const cluster = fakeCluster([...WANTED, { kind: 'Role', metadata }])
    cluster.others = 'hidden'
    const plan = await planCluster(cluster, HERE, GUARD)
    expect(plan.some(({ object }) => object.metadata.namespace === 'shop')).toBe(true)
  })

  test('after it was carried out every step is unchanged, and writes nothing', async () => {
    const cluster = fakeCluster()
    await carryOutAll(cluster)
    const again = await planCluster(cluster, HERE, GUARD)
    expect(again.every(({ state, writes }) => state === 'unchanged' && writes.length === 0)).toBe(
      true,
    )
  })

  test('objects with another value are changed, and each difference is one fact', async () => {
    const cluster = fakeCluster(WANTED)
    const role = roleOf(WANTED)
    cluster.stored.set(keyOf(ROLE), storedObject({ ...role, rules: [] } as Manifest))
    const steps = await planCluster(cluster, HERE, GUARD)
    expect(steps.filter(({ state }) => state !== 'unchanged')).toMatchObject([
      {
        what: 'ClusterRole countersign-acme-certs-apply',
        state: 'change',
        details: ['rules differs'],
      },
    ])
  })

  test('rights of this owner in a namespace that no policy names are deleted, bindings before roles', async () => {
    const metadata = { name: 'countersign-acme-certs-apply-secrets', namespace: 'old' }
    const other = { name: 'countersign-other-apply-secrets', namespace: 'old' }
    const cluster = fakeCluster([
      ...WANTED,
      { kind: 'Role', metadata },
      { kind: 'RoleBinding', metadata },
      { kind: 'Role', metadata: other },
    ])
    const steps = await planCluster(cluster, HERE, GUARD)
    const deleted = steps.filter(({ state }) => state === 'delete').map(({ what }) => what)
    expect(deleted).toEqual([`RoleBinding old/${metadata.name}`, `Role old/${metadata.name}`])
    const details = steps.flatMap(step => (step.state === 'delete' ? step.details : []))
    expect(new Set(details)).toEqual(
      new Set([
        'no policy asks for it on the default branch, or without a token of GitHub in this checkout',
      ]),
    )
  })

  test('bindings of grants are deleted if no policy has access any more, and stay if one has', async () => {
    const grant = grantGroup('acme-certs', 'a'.repeat(20))
    const other = grantGroup('acme', 'a'.repeat(20))
    const live = `${grant}:countersign-acme-certs-grants`
    const bindings = [
      { kind: 'RoleBinding', metadata: { name: `${grant}:view`, namespace: 'apps' } },
      { kind: 'ClusterRoleBinding', metadata: { name: `${grant}:view` } },
      { kind: 'ClusterRoleBinding', metadata: { name: `${other}:view` } },
      { kind: 'ClusterRoleBinding', metadata: { name: 'countersign:acme-certs:by-hand' } },
      { kind: 'RoleBinding', metadata: { name: live, namespace: 'countersign' } },
    ] as const
    const deleted = async (here: Installation) => {
      const steps = await planCluster(fakeCluster([...WANTED, ...bindings]), here, GUARD)
      return steps.filter(({ state }) => state === 'delete').map(({ what }) => what)
    }
    expect(await deleted(HERE)).toEqual([
      `RoleBinding apps/${grant}:view`,
      `ClusterRoleBinding ${grant}:view`,
    ])
    expect(await deleted(installation({ accessRoles: ['view'] }))).toEqual([])
    const others = await deleted(installation({ signers: manySigners(1) }))
    expect(others).toContain(`RoleBinding countersign/${live}`)
  })

  test('rights of controller and approver are installed on request, and stay in a later run without it', async () => {
    const wanted = installedObjects(IN_CLUSTER, CONTROLLER)
    const steps = await planCluster(fakeCluster(), IN_CLUSTER, CONTROLLER)
    expect(steps.map(({ what }) => what)).toEqual(
      expect.arrayContaining([
        'Role countersign/countersign-acme-certs-controller',
        'ClusterRole countersign-acme-certs-approver',
        'ServiceAccount countersign/countersign-approver',
      ]),
    )
    const cluster = fakeCluster(wanted)
    for (const options of [CONTROLLER, GUARD])
      for (const { state } of await planCluster(cluster, IN_CLUSTER, options))
        expect(['unchanged', 'change']).toContain(state)
    const without = await planCluster(cluster, { ...IN_CLUSTER, approver: null }, CONTROLLER)
    expect(without.filter(({ state }) => state === 'delete').map(({ what }) => what)).toEqual([
      'RoleBinding countersign/countersign-acme-certs-approver',
      'ClusterRoleBinding countersign-acme-certs-approver',
      'Role countersign/countersign-acme-certs-approver',
      'ClusterRole countersign-acme-certs-approver',
    ])
  })

  test('only names that may exist in other namespaces or are not wanted are listed', async () => {
    const cluster = fakeCluster()
    await planCluster(cluster, installation({ planner: null }), GUARD)
    const kinds = new Set(cluster.listed.map(each => each.split(' ')[0]))
    expect(cluster.listed).toContain('ClusterRole countersign-acme-certs-plan')
    expect(cluster.listed).not.toContain('ClusterRole countersign-acme-certs-apply')
    expect(kinds).toEqual(
      new Set([
        'ClusterRole',
        'ClusterRoleBinding',
        'Role',
        'RoleBinding',
        'ValidatingAdmissionPolicy',
        'ValidatingAdmissionPolicyBinding',
      ]),
    )
    expect(cluster.listed).toContain('ValidatingAdmissionPolicy countersign-acme-certs-workloads')
  })

  test('a record namespace that also holds Secrets is one step', () => {
    const secrets = [{ namespace: 'countersign', names: null }]
    const objects = installedObjects(installation({ secrets }), GUARD)
    expect(objects.filter(({ kind }) => kind === 'Namespace')).toHaveLength(1)
  })

  test('the names of an owner cover all rights and guards that are installed', () => {
    const names = namesOfOwner('acme-certs', true).map(([kind, name]) => `${kind} ${name}`)
    for (const { kind, metadata } of [...WANTED, ...installedObjects(IN_CLUSTER, CONTROLLER)])
      if (kind !== 'Namespace' && kind !== 'ServiceAccount')
        expect(names).toContain(`${kind} ${metadata.name}`)
  })

  test('no name of an owner is a name of another owner whose name begins with it', () => {
    const texts = (owner: string): readonly string[] =>
      namesOfOwner(owner, true).map(([, name]) => name)
    const ours = new Set(texts('acme'))
    for (const part of ['apply', 'plan', 'apply-client', 'apply-secrets', 'records'])
      expect(texts(`acme-${part}`).filter(name => ours.has(name))).toEqual([])
  })
})

describe('a login that may not do everything', () => {
  const refuseGuard = (write: SetupWrite): string | null =>
    write.verb === 'create' && write.object.kind === 'ValidatingAdmissionPolicy'
      ? 'forbidden'
      : null

  test('one refused write blocks all writes', async () => {
    const cluster = fakeCluster()
    cluster.forbids = refuseGuard
    const steps = await planCluster(cluster, HERE, { ...GUARD, approvers: ['other'] })
    expect(steps.every(({ state, writes }) => state === 'blocked' && writes.length === 0)).toBe(
      true,
    )
    expect(steps.every(({ command }) => command === null)).toBe(true)
    expect(steps.at(-10)?.details).toEqual(['forbidden'])
    await carryOutAll(cluster)
    expect(cluster.written).toEqual([])
  })

  test('an object that may not be read blocks all writes', async () => {
    const cluster = fakeCluster(WANTED.filter(object => keyOf(object) !== keyOf(ROLE)))
    cluster.hidden.add('ValidatingAdmissionPolicy')
    const steps = await planCluster(cluster, HERE, GUARD)
    expect(steps.find(({ object }) => keyOf(object) === keyOf(ROLE))?.state).toBe('blocked')
  })

  test('a Role of a namespace that is created in the same run is tried as a ClusterRole', async () => {
    const cluster = fakeCluster()
    await planCluster(cluster, HERE, GUARD)
    const tried = cluster.rehearsed.map(write =>
      keyOf(write.verb === 'create' ? write.object : write.live),
    )
    expect(tried).toContain('ClusterRole//countersign-acme-certs-apply-secrets')
    expect(tried).toContain('Role/kube-system/countersign-acme-certs-apply-client-ca')
    expect(tried).not.toContain('Role/apps/countersign-acme-certs-apply-secrets')
  })

  test('an object that is being deleted blocks all writes', async () => {
    const cluster = fakeCluster()
    const home = { kind: 'Namespace', metadata: { name: 'countersign' } } as const
    const gone = storedObject(home, { deletionTimestamp: '2026-01-01T00:00:00Z' })
    cluster.stored.set(keyOf(home), gone)
    const steps = await planCluster(cluster, HERE, GUARD)
    expect(steps.every(({ state }) => state === 'blocked')).toBe(true)
    expect(steps[1]?.details).toEqual(['is being deleted; run it again when it is gone'])
  })
})

describe('a step', () => {
  test('two runs at once are no failure: what another run has created counts', async () => {
    const cluster = fakeCluster()
    const steps = await planCluster(cluster, HERE, GUARD)
    await carryOutAll(cluster)
    for (const step of steps) await carryOutClusterStep(cluster, step)
    expect(cluster.stored.size).toBe(WANTED.length)
  })

  test('an object that somebody else has changed since the plan is a failure', async () => {
    const role = roleOf(WANTED)
    const cluster = fakeCluster([{ ...role, rules: [] } as Manifest])
    const step = comparison(role, await cluster.read(role))
    const other = storedObject({ ...role, rules: ['other'] } as Manifest, { resourceVersion: '2' })
    cluster.stored.set(keyOf(ROLE), other)
    await expect(carryOutClusterStep(cluster, step)).rejects.toThrow(
      'ClusterRole countersign-acme-certs-apply was changed by another client',
    )
    expect(cluster.stored.get(keyOf(ROLE))).toBe(other)
  })

  test('a binding to another role is deleted and created', () => {
    const found = WANTED.find(({ kind }) => kind === 'ClusterRoleBinding')
    if (found === undefined) throw new Error('the installation has no ClusterRoleBinding')
    const live = storedObject({
      ...found,
      roleRef: { kind: 'ClusterRole', name: 'view' },
    } as Manifest)
    expect(comparison(found, live).writes.map(({ verb }) => verb)).toEqual(['delete', 'create'])
  })
})
