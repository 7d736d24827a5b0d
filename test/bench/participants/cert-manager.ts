// cert-manager's controllers as a participant: one `kubectl apply` of Certificates, until the Secret of each holds one.
import { X509Certificate } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { kubectlFor, makeIssuer, startCertManager } from '../../cert-manager/start.mjs'
import { NAMESPACE, pairsInSecrets, progress, startBenchCluster } from '../bench-cluster.ts'
import type { BenchCluster } from '../bench-cluster.ts'
import { requestNames } from './participant.ts'
import type { Participant } from './participant.ts'

const ISSUER = 'bench'
const SECRETS = `/api/v1/namespaces/${NAMESPACE}/secrets`
const CERTIFICATES = `/apis/cert-manager.io/v1/namespaces/${NAMESPACE}/certificates`
const REQUESTS = `/apis/cert-manager.io/v1/namespaces/${NAMESPACE}/certificaterequests`

export interface CertManagerParticipant extends Participant {
  end(): Promise<void>
}

/** In a cluster of its own, because its controllers look at each Secret and CertificateSigningRequest of others. */
export async function certManager(): Promise<CertManagerParticipant> {
  const cluster = await startBenchCluster()
  const { kubeconfig, admin } = cluster
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cert-manager-'))
  const controllers = await startCertManager({ kubeconfig, folder, say: progress })
  const { intermediatePem } = await makeIssuer({ kubeconfig, folder, name: ISSUER })
  const kubectl = kubectlFor(kubeconfig)
  return {
    name: 'cert-manager',
    what: "cert-manager's controllers, started before the time is taken, with a ClusterIssuer of kind CA: one `kubectl apply` of all Certificates, until each Secret holds one",
    atMost: null,
    authorities: [intermediatePem],
    clear: () => clear(cluster),
    run: async (count, round) => {
      const names = requestNames(round, count)
      const file = join(folder, 'certificates.json')
      writeFileSync(
        file,
        JSON.stringify({ apiVersion: 'v1', kind: 'List', items: names.map(certificate) }),
      )
      const started = performance.now()
      const from = (await admin.get(`${SECRETS}?limit=1`)).body.metadata.resourceVersion
      const stream = await admin.watch(`${SECRETS}?watch=1&resourceVersion=${from}`)
      const waiting = new Set(names.map(name => `${name}-tls`))
      const [applied] = await Promise.all([
        kubectl(['apply', '--filename', file]),
        (async () => {
          while (waiting.size > 0) {
            const { object } = await stream.until(({ type }) => type !== 'DELETED')
            if ((object.data?.['tls.crt'] ?? '') !== '') waiting.delete(object.metadata.name)
          }
        })(),
      ])
      const seconds = (performance.now() - started) / 1000
      stream.stop()
      if (!applied.includes(names[0]!)) throw new Error(applied)
      const certificates = await pairsInSecrets(admin)
      // The chain: the leaf is first.
      const leaves = certificates.map(pair => {
        return { ...pair, certificatePem: new X509Certificate(pair.certificatePem).toString() }
      })
      return { seconds, certificates: leaves }
    },
    end: async () => {
      await controllers.stop()
      await cluster.end()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function clear({ admin, ...cluster }: BenchCluster): Promise<void> {
  for (const path of [CERTIFICATES, REQUESTS]) {
    const { code, text } = await admin.delete(path)
    if (code !== 200) throw new Error(`DELETE ${path}: ${code} ${text}`)
  }
  await cluster.clear()
}

function certificate(name: string): object {
  return {
    apiVersion: 'cert-manager.io/v1',
    kind: 'Certificate',
    metadata: { name, namespace: NAMESPACE },
    spec: {
      secretName: `${name}-tls`,
      commonName: name,
      subject: { organizations: ['developers'] },
      duration: '24h',
      usages: ['digital signature', 'client auth'],
      privateKey: { algorithm: 'ECDSA', size: 256 },
      issuerRef: { name: ISSUER, kind: 'ClusterIssuer' },
    },
  }
}
