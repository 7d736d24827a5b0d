// Hundreds of kubelets that join at once on a real control plane, with the certificate packages of the kubelet and bootstrap tokens.
import { X509Certificate } from 'node:crypto'
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, test } from '@jest/globals'
import { startControlPlane } from '../control-plane/start.mjs'
import { SERVING, withApprovers } from '../build/approver-scene.ts'
import { extent } from '../build/extent.ts'
import { goProgram } from '../build/go-program.ts'
import { realSubject } from '../build/real-subject.ts'
import { hasRealSubject, subjectIn } from '../build/subjects.ts'
import type { Subject } from '../build/subjects.ts'

const CLIENT = 'kubernetes.io/kube-apiserver-client-kubelet'
const COUNT = extent(500, 100)
const LIARS = 5
const SECONDS = 600
const TOKEN = { id: 'abcdef', secret: '0123456789abcdef' }
const RBAC = 'rbac.authorization.k8s.io'

interface Kubelet {
  readonly name: string
  readonly dnsNames: readonly string[]
  readonly addresses: readonly string[]
  readonly isLiar: boolean
}

interface Verdict {
  readonly client: string
  readonly serving: string
  readonly error: string
  readonly clientSeconds: number
  readonly servingSeconds: number
}

const program = hasRealSubject
  ? goProgram({
      name: 'kubelets',
      module: join(import.meta.dirname, '../control-plane/go'),
      package: 'kubelets',
      judges: 'no kubelets join',
    })
  : null
const testReal = program === null ? test.skip : test

testReal(
  'each of the kubelets that join at once gets its certificates, and none that asks for a name of another one',
  async () => {
    const plane = await startControlPlane({ apiserverFlags: ['--enable-bootstrap-token-auth'] })
    const subject = await subjectIn(await realSubject(plane.kubeconfig))
    try {
      await mayBootstrap(subject)
      const kubelets = Array.from({ length: COUNT + LIARS }, (_, at) => kubelet(at))
      const limits = {
        constraints: { maxDuration: '8760h' },
        sinks: null,
        approvals: { required: 0 },
      }
      const allowed = {
        commonName: { required: true, value: 'system:node:node-*' },
        subject: { organizations: { values: ['system:nodes'] } },
      }
      const policies = {
        'policies/bootstrap.yaml': {
          ...limits,
          selector: { paths: null, groups: ['system:bootstrappers'], signerNames: [CLIENT] },
          allowed: { ...allowed, usages: ['digital signature', 'client auth'] },
        },
        'policies/serving.yaml': {
          ...limits,
          selector: { paths: null, groups: ['system:nodes'], signerNames: [SERVING] },
          allowed: {
            ...allowed,
            dnsNames: { values: ['node-*.test.ch'] },
            ipAddresses: { values: ['10.1.*'] },
            usages: ['digital signature', 'server auth'],
          },
          rules: [
            {
              rule: "request.dnsNames.all(dns, ('system:node:' + dns).startsWith(request.commonName + '.'))",
              message: 'the first label of a DNS name must be the name of the node',
            },
          ],
          deny: true,
        },
      }
      const pool = {
        nodeNames: ['node-*'],
        dnsNames: ['{name}.test.ch'],
        addresses: ['10.1.0.0/16'],
      }
      const words = { signers: [CLIENT, SERVING], policies, pool }
      await withApprovers(subject, words, async ({ start }) => {
        const approver = start()
        const verdicts = await play(plane.server, plane.caPem, kubelets)
        const honest = verdicts.slice(0, COUNT)
        expect(honest.filter(({ error }) => error !== '')).toEqual([])
        const seen = honest.map(({ client, serving }) => [namesIn(client), namesIn(serving)])
        expect(seen).toEqual(
          kubelets
            .slice(0, COUNT)
            .map(({ name, dnsNames, addresses }) => [
              `O=system:nodes CN=system:node:${name} `,
              `O=system:nodes CN=system:node:${name} DNS:${dnsNames[0]}, IP Address:${addresses[0]}`,
            ]),
        )
        for (const { client, serving } of verdicts.slice(COUNT)) {
          expect(namesIn(client)).toContain('CN=system:node:node-')
          expect(serving).toBe('')
        }
        await approver.until(
          () =>
            [...approver.decided.values()]
              .flat()
              .filter(({ message }) => message.endsWith(': denied')).length >= LIARS,
        )
        const last = Math.max(...honest.map(({ servingSeconds }) => servingSeconds))
        const client = Math.max(...honest.map(({ clientSeconds }) => clientSeconds))
        process.stderr.write(
          `${COUNT} kubelets: client certificates after ${client.toFixed(1)} s, all after ${last.toFixed(1)} s\n`,
        )
      })
    } finally {
      await subject.end()
      await plane.stop()
    }
  },
)

/** The last ones ask for the name of the first ones. */
function kubelet(at: number): Kubelet {
  const isLiar = at >= COUNT
  const wanted = isLiar ? at - COUNT : at
  return {
    name: `node-${at}`,
    dnsNames: [`node-${wanted}.test.ch`],
    addresses: [`10.1.${Math.floor(at / 250)}.${(at % 250) + 1}`],
    isLiar,
  }
}

/** A bootstrap token that may create requests; kube-controller-manager approves none of them. */
async function mayBootstrap({ admin }: Subject): Promise<void> {
  const encoded = (value: string): string => Buffer.from(value).toString('base64')
  await admin.created('/api/v1/namespaces/kube-system/secrets', {
    metadata: { name: `bootstrap-token-${TOKEN.id}` },
    type: 'bootstrap.kubernetes.io/token',
    data: {
      'token-id': encoded(TOKEN.id),
      'token-secret': encoded(TOKEN.secret),
      'usage-bootstrap-authentication': encoded('true'),
    },
  })
  await admin.created(`/apis/${RBAC}/v1/clusterrolebindings`, {
    metadata: { name: 'bootstrap' },
    roleRef: { apiGroup: RBAC, kind: 'ClusterRole', name: 'system:node-bootstrapper' },
    subjects: [{ apiGroup: RBAC, kind: 'Group', name: 'system:bootstrappers' }],
  })
}

/** GitHub is in this process, so it must not wait. */
async function play(
  server: string,
  ca: string,
  nodes: readonly Kubelet[],
): Promise<readonly Verdict[]> {
  const child = spawn(program ?? '', { stdio: ['pipe', 'pipe', 'pipe'] })
  const token = `${TOKEN.id}.${TOKEN.secret}`
  child.stdin.end(JSON.stringify({ server, ca, token, seconds: SECONDS, nodes }))
  const [said, log] = await Promise.all([text(child.stdout), text(child.stderr)])
  if (said === '') throw new Error(log.slice(-2000))
  return JSON.parse(said)
}

function namesIn(pem: string): string {
  if (pem === '') return 'none'
  const { subject, subjectAltName = '' } = new X509Certificate(pem)
  return `${subject.split('\n').join(' ')} ${subjectAltName}`
}
