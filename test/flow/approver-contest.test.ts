// Who decides first: two installations that approve, kube-controller-manager's approver and two people, on the same requests of a real
// control plane. The API server's audit log says what was written.
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from '@jest/globals'
import { readyBinaries } from '../control-plane/binaries.mjs'
import { asks, mayAsk, withApprovers } from '../build/approver-scene.ts'
import { auditedCluster } from '../build/audited-cluster.ts'
import type { AuditedWrite } from '../build/audited-cluster.ts'
import { extent } from '../build/extent.ts'
import { SIGNING_REQUESTS } from '../build/signing-requests.ts'
import { hasRealSubject, subjectIn } from '../build/subjects.ts'
import type { Subject } from '../build/subjects.ts'
import { Workshop } from '../build/workshop.ts'

const CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
const USAGES = ['digital signature', 'client auth']
const COUNT = extent(200, 60)
const RBAC = 'rbac.authorization.k8s.io'
const testReal = hasRealSubject ? test : test.skip

testReal(
  'of two installations, the approver of Kubernetes and two people, one decides on each request',
  async () => {
    const cluster = await auditedCluster('real kube-apiserver')
    const subject = await subjectIn(cluster.backend)
    const person = new Workshop()
    try {
      await mayAsk(subject, ['system:bootstrappers'])
      const names = Array.from({ length: COUNT }, (_, at) => `csr-${at}`)
      for (const [at, name] of names.entries()) {
        const shape = {
          subject: `/O=system:nodes/CN=system:node:${at % 2 === 0 ? 'even' : 'odd'}-${at}`,
        }
        const spec = { signerName: CLIENT, usages: USAGES }
        const user = `system:bootstrap:${at}`
        await asks(subject, name, { shape, spec, user, group: 'system:bootstrappers' })
      }
      person.useKubeconfig(subject.backend, subject.backend.admin)
      const kubectl = readyBinaries()?.kubectl ?? ''
      const decide = (verb: 'approve' | 'deny', chosen: readonly string[]) =>
        promisify(execFile)(kubectl, ['certificate', verb, ...chosen], {
          env: { KUBECONFIG: `${person.folder}/kubeconfig`, HOME: person.folder },
        }).catch(String)
      const pool = { nodeNames: ['even-*', 'odd-*'] }
      const words = (nodes: string, deny: boolean) => ({
        signers: [CLIENT],
        policies: { 'policies/nodes.yaml': policy(nodes, deny) },
        pool,
      })
      const [one, two] = [words('*', false), words('even-*', true)]
      await withApprovers(subject, one, first =>
        withApprovers(subject, two, async second => {
          const approvers = [first.start(), second.start()]
          await Promise.all(
            approvers.map(each =>
              each.until(() => each.lines.some(({ message }) => message === 'leads')),
            ),
          )
          await Promise.all([
            mayJoin(subject),
            decide('approve', names.slice(0, 0.6 * COUNT)),
            decide('deny', names.slice(0.4 * COUNT).toReversed()),
            decided(subject),
          ])
          const ended = await Promise.all(approvers.map(each => each.stop()))
          expect(ended).toMatchObject([{ code: 0 }, { code: 0 }])
          // Each reports what it wrote, and nothing failed.
          for (const [at, { user }] of [first, second].entries()) {
            const lines = approvers[at]?.lines ?? []
            const own = cluster.audited().filter(each => isDecision(each) && each.user === user)
            const said = lines.filter(({ message }) => /: (approved|denied)$/.test(message))
            const reported = said.map(({ message }) => message.split(': ')[0] ?? '')
            const written = own.map(({ path }) => path.split('/').at(-2) ?? '')
            expect(reported.toSorted()).toEqual(written.toSorted())
            expect(lines.filter(({ level }) => level === 'error')).toEqual([])
          }
        }),
      )
      const writes = cluster.audited().filter(isDecision)
      const { items } = (await subject.admin.get(SIGNING_REQUESTS)).body
      const kept = items.filter(({ metadata }) => names.includes(metadata.name))
      expect(kept).toHaveLength(COUNT)
      for (const { metadata, status } of kept) {
        const own = writes.filter(({ path }) => path.includes(`/${metadata.name}/approval`))
        expect(own.map(({ user }) => user)).toHaveLength(1)
        const verdicts = status.conditions.filter(
          ({ type }: { readonly type: string }) => type === 'Approved' || type === 'Denied',
        )
        expect(verdicts).toHaveLength(1)
      }
      expect(new Set(writes.map(({ user }) => user)).size).toBeGreaterThan(1)
    } finally {
      person.end()
      await subject.end()
      await cluster.stop()
    }
  },
)

function policy(nodes: string, deny: boolean): Readonly<Record<string, unknown>> {
  return {
    selector: { paths: null, groups: ['system:bootstrappers'], signerNames: [CLIENT] },
    allowed: {
      commonName: { required: true, value: `system:node:${nodes}` },
      subject: { organizations: { values: ['system:nodes'] } },
      usages: USAGES,
    },
    constraints: { maxDuration: '8760h' },
    sinks: null,
    approvals: { required: 0 },
    deny,
  }
}

/** From now on kube-controller-manager approves, too: it tries again what it recognized before. */
async function mayJoin({ admin }: Subject): Promise<void> {
  await admin.created(`/apis/${RBAC}/v1/clusterrolebindings`, {
    metadata: { name: 'join' },
    roleRef: {
      apiGroup: RBAC,
      kind: 'ClusterRole',
      name: 'system:certificates.k8s.io:certificatesigningrequests:nodeclient',
    },
    subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:bootstrappers' }],
  })
}

/** Resolves when each request has a decision. */
async function decided({ admin }: Subject): Promise<void> {
  const seen = new Set<string>()
  const watch = await admin.watch(
    `${SIGNING_REQUESTS}?watch=1&fieldSelector=${encodeURIComponent(`spec.signerName=${CLIENT}`)}`,
  )
  await watch.until(({ object }) => {
    if ((object.status.conditions ?? []).length > 0) seen.add(object.metadata.name)
    return seen.size === COUNT
  })
  watch.stop()
}

function isDecision({ verb, path }: AuditedWrite): boolean {
  return verb !== 'create' && verb !== 'delete' && path.includes('/approval')
}
