// A control plane of its own with cert-manager's controllers, the issuers and the configuration of docs/how-to/cert-manager.md, and countersign
// with exactly the rights that `manifests identity` prints.
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { ApiClient } from '../build/api-client.ts'
import type { Endpoint } from '../build/api-client.ts'
import { Acme } from '../build/github-run.ts'
import { personOf } from '../build/history/people.ts'
import { realSubject } from '../build/real-subject.ts'
import { hasRealSubject } from '../build/subjects.ts'
import { Workshop, kubeconfig } from '../build/workshop.ts'
import { startControlPlane } from '../control-plane/start.mjs'
import { readyCertManager } from './cert-manager.mjs'
import { kubectlFor, makeCa, startCertManager } from './start.mjs'
import type { MadeCa } from './start.mjs'

const PAGE = new URL('../../docs/how-to/cert-manager.md', import.meta.url)
const USER = 'countersign'

/** Whether cert-manager can be tested; it must be where the real control plane is required. */
export function hasCertManager(): boolean {
  if (!hasRealSubject) return false
  const isBuilt = readyCertManager() !== null
  const how = 'cert-manager is not built: node test/cert-manager/build.mjs'
  if (!isBuilt && process.env['COUNTERSIGN_REQUIRE_REAL'] === '1') throw new Error(how)
  if (!isBuilt) process.stderr.write(`SKIPPED: ${how}\n`)
  return isBuilt
}

/** The YAML of the page, by the file name in its first line. */
function filesOfPage(): ReadonlyMap<string, string> {
  const blocks = readFileSync(PAGE, 'utf8').matchAll(/^```yaml\n# (\S+)\n([\s\S]*?)^```$/gm)
  return new Map([...blocks].map(([, name = '', text = '']) => [name, text]))
}

/** Issuers that the page does not have, as signers of the configuration. */
export const ODD = {
  missing: 'clusterissuers.cert-manager.io/missing-ca',
  late: 'issuers.cert-manager.io/apps.late-ca',
  forbidden: 'issuers.cert-manager.io/apps.forbidden-ca',
  other: 'issuers.cert-manager.io/apps.other-ca',
} as const

/** Names that the requests of the test have and the page does not, for the policy of the page. */
const MORE_NAMES = `    subject: {organizations: {values: [Acme]}}
    ipAddresses: {values: ["10.0.0.*"]}
    uris: {values: ["spiffe://example.com/*"]}
    emailAddresses: {values: ["*@example.com"]}
`

const ODD_POLICY = `apiVersion: countersign.dev/v1
kind: CertificateRequestPolicy
metadata: {name: odd}
spec:
  selector: {paths: ["requests/odd/**"]}
  allowed:
    commonName: {value: kept}
    subject:
      organizations: {values: [Acme, Shop]}
      countries: {values: [DE]}
      otherAttributes: [{oid: 1.2.840.113549.1.9.1, values: [kept@example.com]}]
    dnsNames: {values: ["*.example.com"]}
    otherNames: [{oid: 1.3.6.1.4.1.311.20.2.3, values: [kept@example.com]}]
    usages: [digital signature, client auth, server auth]
  opaque: allow
  sinks: [{secret: {namespaces: [apps], names: ["*-tls"]}}]
`

export interface SigningCluster {
  readonly acme: Acme
  readonly admin: ApiClient
  readonly kubectl: (args: readonly string[], input?: string) => Promise<string>
  /** The CAs of the page by the names of their issuers. */
  readonly cas: Readonly<Record<'private-ca' | 'team-ca', MadeCa>>
  /** Makes the Secret that the late issuer waits for. */
  readonly makeLateCa: () => Promise<MadeCa>
  /** Applies what `countersign manifests identity` prints. */
  readonly applyIdentity: () => Promise<void>
  /** Returns the calls that the double of GitHub could not answer. */
  readonly end: () => Promise<readonly string[]>
}

/** Countersign has all rights except the one to reference the forbidden issuer. */
export async function openSigningCluster(): Promise<SigningCluster> {
  const folder = mkdtempSync(join(tmpdir(), 'countersign-cert-manager-'))
  const plane = await startControlPlane({ separateClientCa: true })
  const place = { kubeconfig: plane.kubeconfig, folder }
  const manager = await startCertManager(place)
  const kubectl = kubectlFor(plane.kubeconfig)
  const ca = (secretName: string, namespace = 'apps') => makeCa({ ...place, secretName, namespace })
  const cas = {
    'private-ca': await ca('private-ca', 'cert-manager'),
    'team-ca': await ca('team-ca'),
  }
  await ca('forbidden-ca')
  await ca('other-ca')
  const page = filesOfPage()
  const odd = ['late-ca', 'forbidden-ca', 'other-ca'].map(oddIssuer)
  await kubectl(['apply', '--filename', '-'], [textOf(page, 'issuers.yaml'), ...odd].join('---\n'))
  const backend = await realSubject(plane.kubeconfig)
  const admin = new ApiClient(backend, backend.admin)
  const files = {
    'countersign.yaml': filledIn(textOf(page, 'countersign.yaml'), backend, cas),
    'policies/services.yaml': textOf(page, 'policies/services.yaml').replace(
      '    dnsNames:',
      `${MORE_NAMES}$&`,
    ),
    'policies/people.yaml': ODD_POLICY,
  }
  const applyIdentity = async () => {
    await kubectl(['apply', '--filename', '-'], await printedIdentity(files))
  }
  await applyIdentity()
  const missing = 'countersign-acme-certs-apply-issuer-forbidden-ca'
  await kubectl(['delete', '--namespace=apps', `role/${missing}`, `rolebinding/${missing}`])
  const credential = await backend.user(USER, [], [])
  const { server, caPem } = backend
  const login = { user: USER, credential, kubeconfig: kubeconfig(backend, credential) }
  const acme = await Acme.open(
    { server, caPem, admin, namespace: 'apps', owner: 'acme-certs', ...login },
    { files },
  )
  return {
    acme,
    admin,
    kubectl,
    cas,
    applyIdentity,
    makeLateCa: () => ca('late-ca'),
    end: async () => {
      const unanswered = await acme.end()
      admin.close()
      await backend.close()
      await manager.stop()
      await plane.stop()
      rmSync(folder, { recursive: true, force: true })
      return unanswered
    },
  }
}

function textOf(page: ReadonlyMap<string, string>, name: string): string {
  const text = page.get(name)
  if (text === undefined) throw new Error(`docs/how-to/cert-manager.md has no ${name}`)
  return text
}

function oddIssuer(name: string): string {
  return `apiVersion: cert-manager.io/v1
kind: Issuer
metadata: {name: ${name}, namespace: apps}
spec: {ca: {secretName: ${name}}}
`
}

/** countersign.yaml of the page for this cluster and these people, with more signers. The other CA is not the one that signs. */
function filledIn(page: string, { server, caPem }: Endpoint, cas: SigningCluster['cas']): string {
  const { login, id } = personOf('owner')
  const base64 = (pem: string): string => Buffer.from(pem).toString('base64')
  const [privateCa, teamCa] = [base64(cas['private-ca'].rootPem), base64(cas['team-ca'].rootPem)]
  const odd = [
    ...[ODD.missing, ODD.late, ODD.forbidden].map(name => `      ${name}: {}\n`),
    `      ${ODD.other}: {certificateAuthorityData: ${privateCa}}\n`,
  ]
  return page
    .replace('server: FILL-IN', `server: ${server}`)
    .replace(
      '    certificateAuthorityData: FILL-IN',
      `    certificateAuthorityData: ${base64(caPem)}`,
    )
    .replace(
      'private-ca: {certificateAuthorityData: FILL-IN',
      `private-ca: {certificateAuthorityData: ${privateCa}`,
    )
    .replace(
      'team-ca: {certificateAuthorityData: FILL-IN',
      `team-ca: {certificateAuthorityData: ${teamCa}`,
    )
    .replace('{login: FILL-IN, id: FILL-IN}', `{login: ${login}, id: ${id}}`)
    .replace('    signers:\n', `    signers:\n${odd.join('')}`)
}

async function printedIdentity(files: Readonly<Record<string, string>>): Promise<string> {
  const workshop = new Workshop()
  try {
    for (const [path, text] of Object.entries(files)) workshop.write(path, text)
    const printed = await workshop.run(['manifests', 'identity', '--user', USER])
    if (printed.code !== 0) throw new Error(printed.stdout + printed.stderr)
    return printed.stdout
  } finally {
    workshop.end()
  }
}
