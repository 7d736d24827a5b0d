// Delivery into a running cluster: each write names the version that was read, and the answer is compared.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { Secret } from '../../../src/domain/request/secret-value.ts'
import type { SecretSink } from '../../../src/domain/request/sink.ts'
import { locks } from '../../../src/adapters/system/age-encryption.ts'
import type { Checked } from '../../../src/domain/problem.ts'
import type { StoredSecret } from '../../../src/domain/cluster/stored-secret.ts'
import type { Cluster } from '../../../src/ports/cluster.ts'
import { startSandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import type { SandboxCluster } from '../../../src/sandbox/sandbox-cluster.ts'
import { deliverSecret } from '../../../src/core/sink/deliver-credential.ts'
import type { Delivered } from '../../../src/core/sink/deliver-credential.ts'
import type { DeliveryPayload, SecretPlace } from '../../../src/core/sink/secret-layout.ts'
import { approvedStep } from '../../build/approved.ts'
import { MERGE_PATCH } from '../../build/api-client.ts'
import { clusterAt, failureOf, quickClock } from '../../build/connected.ts'
import { secretPlaceWith } from '../../build/effective.ts'
import { until } from '../../build/guarded-cluster.ts'
import { authority } from '../../build/issued.ts'
import { codesOf, valueOf } from '../../build/request.ts'
import { describeSubjects, describeTruest, hasRealSubject } from '../../build/subjects.ts'

const ADMISSION = '/apis/admissionregistration.k8s.io/v1'
const KEY = 'key bytes that nobody may see'
const signer = authority()

function payload(n = 1): DeliveryPayload {
  return {
    approved: approvedStep(),
    owner: 'acme',
    n,
    chain: { leaf: signer.issue(), intermediates: [] },
    key: new Secret(KEY),
    signerCa: null,
    server: { url: 'https://10.0.0.1:6443', ca: null },
  }
}

function deliver(
  place: SecretPlace,
  what: DeliveryPayload,
  stored: StoredSecret | null,
  { secrets }: Cluster,
): Promise<Checked<Delivered>> {
  return deliverSecret({ place, stored, password: null }, what, secrets, locks)
}

describeSubjects('delivery', subject => {
  let open: Cluster

  beforeAll(() => {
    open = clusterAt(subject().backend, subject().backend.admin)
  })
  afterAll(() => open.close())

  const sinkOf = (name: string, changes: Partial<SecretSink> = {}): SecretPlace =>
    secretPlaceWith({ namespace: subject().namespace, name, ...changes })
  const read = (name: string) => open.secrets.read(subject().namespace, name)
  const path = (name: string) => `/api/v1/namespaces/${subject().namespace}/secrets/${name}`

  test('delivery writes a new Secret, and then writes over it', async () => {
    const sink = sinkOf('fresh')
    const where = { where: `Secret ${subject().namespace}/fresh`, sealed: null }
    expect(valueOf(await deliver(sink, payload(), null, open))).toEqual(where)
    const before = await read('fresh')
    expect(valueOf(await deliver(sink, payload(2), before, open))).toEqual(where)
    expect((await read('fresh'))?.annotations['countersign.dev/attempt']).toBe('2')
  })

  test('delivery over our Secret deletes nothing, so a reader always finds a pair', async () => {
    const sink = sinkOf('read')
    valueOf(await deliver(sink, payload(), null, open))
    const before = await read('read')
    valueOf(await deliver(sink, payload(2), before, open))
    expect((await read('read'))?.version.uid).toBe(before?.version.uid)
  })

  test('a repeated delivery of the same pair is no conflict', async () => {
    const [sink, same] = [sinkOf('same'), payload()]
    valueOf(await deliver(sink, same, null, open))
    valueOf(await deliver(sink, same, null, open))
  })

  test('delivery over a Secret that changed meanwhile is SINK_CONFLICT and keeps the change', async () => {
    const sink = sinkOf('moved')
    valueOf(await deliver(sink, payload(), null, open))
    const before = await read('moved')
    await subject().admin.patch(path('moved'), { data: { 'tls.crt': 'eA==' } }, MERGE_PATCH)
    const theirs = await read('moved')
    const delivered = await deliver(sink, payload(2), before, open)
    expect(codesOf(delivered)).toEqual(['SINK_CONFLICT'])
    expect(await read('moved')).toEqual(theirs)
  })

  test('a failed delivery into one Secret does not undo the other', async () => {
    const both = payload()
    valueOf(await deliver(sinkOf('one'), both, null, open))
    const nowhere = secretPlaceWith({ namespace: 'nowhere-at-all' })
    const failed = deliver(nowhere, both, null, open)
    expect((await failureOf(failed, [KEY])).code).toBe('CLUSTER_NOT_SET_UP')
    expect((await read('one'))?.annotations['countersign.dev/attempt']).toBe('1')
  })
})

describe('delivery into a cluster that loses answers', () => {
  let cluster: SandboxCluster
  let open: Cluster
  const sink = (name: string): SecretPlace => secretPlaceWith({ name })

  beforeAll(async () => {
    cluster = await startSandboxCluster({ namespaces: ['apps'] })
    const admin = cluster.clientFor('admin', ['system:masters'])
    open = clusterAt(cluster, admin, { clock: quickClock() })
  })
  afterAll(async () => {
    await open.close()
    await cluster.close()
  })

  const lose = (): void =>
    cluster.faults.plan({ method: 'PATCH', path: /secrets/ }, { kind: 'reset', when: 'after' })

  test('a first write with a lost answer succeeds', async () => {
    lose()
    valueOf(await deliver(sink('first'), payload(), null, open))
  })

  test('a later write with a lost answer succeeds', async () => {
    valueOf(await deliver(sink('later'), payload(), null, open))
    const before = await open.secrets.read('apps', 'later')
    lose()
    valueOf(await deliver(sink('later'), payload(2), before, open))
  })
})

// The embedded cluster has no policies that change objects.
if (hasRealSubject)
  describeTruest('delivery under a policy', subject => {
    test('a Secret that an admission policy changes on write is SINK_DIFFERS', async () => {
      const { namespace, admin } = subject()
      const name = `changes-${namespace}`
      const scope = { 'kubernetes.io/metadata.name': namespace }
      const secrets = {
        apiGroups: [''],
        apiVersions: ['v1'],
        operations: ['CREATE'],
        resources: ['secrets'],
      }
      await admin.created(`${ADMISSION}/mutatingadmissionpolicies`, {
        metadata: { name },
        spec: {
          reinvocationPolicy: 'Never',
          matchConstraints: {
            namespaceSelector: { matchLabels: scope },
            resourceRules: [{ ...secrets, resourceNames: ['changed'] }],
          },
          mutations: [
            {
              patchType: 'JSONPatch',
              jsonPatch: {
                expression: `[JSONPatch{op: 'replace', path: '/data/tls.crt', value: 'eA=='}]`,
              },
            },
          ],
        },
      })
      const binding = { metadata: { name }, spec: { policyName: name } }
      await admin.created(`${ADMISSION}/mutatingadmissionpolicybindings`, binding)
      const open = clusterAt(subject().backend, subject().backend.admin)
      try {
        const tried = { metadata: { name: 'changed' }, data: { 'tls.crt': 'eQ==' } }
        const dryRun = `/api/v1/namespaces/${namespace}/secrets?dryRun=All`
        await until(async () => (await admin.post(dryRun, tried)).body.data['tls.crt'] === 'eA==')
        const delivered = await deliver(
          secretPlaceWith({ namespace, name: 'changed' }),
          payload(),
          null,
          open,
        )
        expect(codesOf(delivered)).toEqual(['SINK_DIFFERS'])
      } finally {
        await open.close()
        await admin.delete(`${ADMISSION}/mutatingadmissionpolicybindings/${name}`)
        await admin.delete(`${ADMISSION}/mutatingadmissionpolicies/${name}`)
      }
    })
  })
