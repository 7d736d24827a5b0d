// A real control plane for the benchmark, with one namespace that is emptied between runs.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ApiClient } from '../build/api-client.ts'
import type { ApiObject } from '../build/api-object.ts'
import { realSubject } from '../build/real-subject.ts'
import type { Backend } from '../build/subjects.ts'
import { kubeconfig } from '../build/workshop.ts'
import { startControlPlane } from '../control-plane/start.mjs'
import type { ControlPlaneOptions } from '../control-plane/start.mjs'
import type { IssuedPair } from './participants/participant.ts'

export const NAMESPACE = 'apps'
export const SIGNING_REQUESTS = '/apis/certificates.k8s.io/v1/certificatesigningrequests'
/** No limit that a run could meet. */
const UNTHROTTLED = 2000

export interface BenchCluster {
  readonly backend: Backend
  readonly admin: ApiClient
  /** Path of a kubeconfig that may do everything. */
  readonly kubeconfig: string
  /** Folder of kubectl. */
  readonly tools: string
  /** The CAs whose client certificates the API server accepts. */
  readonly authorities: readonly string[]
  /** Deletes signing requests, records and Secrets. */
  clear(): Promise<void>
  end(): Promise<void>
}

export async function startBenchCluster(options: ControlPlaneOptions = {}): Promise<BenchCluster> {
  const plane = await startControlPlane({ signerQps: UNTHROTTLED, say: progress, ...options })
  const backend = await realSubject(plane.kubeconfig)
  const admin = new ApiClient(backend, backend.admin)
  await admin.created('/api/v1/namespaces', { metadata: { name: NAMESPACE } })
  const path = join(plane.folder, 'bench.kubeconfig')
  writeFileSync(path, kubeconfig(backend, backend.admin), { mode: 0o600 })
  return {
    backend,
    admin,
    kubeconfig: path,
    tools: dirname(plane.binaries.kubectl),
    authorities: await clientAuthorities(admin),
    clear: () => clear(admin),
    end: async () => {
      admin.close()
      await plane.stop()
    },
  }
}

export function progress(line: string): void {
  process.stderr.write(`${line}\n`)
}

/** Growth must not make later runs slower than earlier ones. */
async function clear(admin: ApiClient): Promise<void> {
  const others = encodeURIComponent('metadata.name!=kube-root-ca.crt')
  const space = `/api/v1/namespaces/${NAMESPACE}`
  const paths = [
    SIGNING_REQUESTS,
    `${space}/secrets`,
    `${space}/configmaps?fieldSelector=${others}`,
  ]
  for (const path of paths) {
    const { code, text } = await admin.delete(path)
    if (code !== 200) throw new Error(`DELETE ${path}: ${code} ${text}`)
  }
}

/** The CAs whose client certificates the API server accepts. */
export async function clientAuthorities(admin: ApiClient): Promise<readonly string[]> {
  const path = '/api/v1/namespaces/kube-system/configmaps/extension-apiserver-authentication'
  const { body } = await admin.get(path)
  const pem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g
  return (body.data['client-ca-file'] ?? '').match(pem) ?? []
}

/** Each pair that is in a Secret `NAME-tls` of the namespace. */
export async function pairsInSecrets(admin: ApiClient): Promise<readonly IssuedPair[]> {
  const { items } = (await admin.get(`/api/v1/namespaces/${NAMESPACE}/secrets`)).body
  return items.flatMap(({ metadata, data }) => {
    if (!metadata.name.endsWith('-tls')) return []
    const text = (entry: string): string => decoded(data[entry] ?? '')
    const name = metadata.name.slice(0, -'-tls'.length)
    return [{ name, certificatePem: text('tls.crt'), keyPem: text('tls.key') }]
  })
}

/** Each certificate in a signing request, without a key. */
export async function certificatesInRequests(admin: ApiClient): Promise<readonly IssuedPair[]> {
  const { items } = (await admin.get(SIGNING_REQUESTS)).body
  return items.flatMap(({ metadata, status }: ApiObject) => {
    const name = metadata.annotations?.['countersign.dev/request']
    const certificatePem = decoded(status.certificate ?? '')
    return name === undefined || certificatePem === ''
      ? []
      : [{ name, certificatePem, keyPem: null }]
  })
}

function decoded(base64: string): string {
  return Buffer.from(base64, 'base64').toString('utf8')
}
