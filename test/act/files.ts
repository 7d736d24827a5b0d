// The files of acme/certs: a configuration pinned to a running API server, one policy, and common requests.
import type { AccountState } from '../github-double/state.ts'
import type { Backend } from '../build/subjects.ts'

/** A configuration in the style of openssl's manual. */
export const JANE_CNF = `[req]
prompt = no
distinguished_name = dn

[dn]
CN = jane
O = developers
`

export interface ConfigWords {
  readonly backend: Pick<Backend, 'server' | 'caPem'>
  readonly namespace: string
  /** Name of the configuration: the owner of the records. */
  readonly owner: string
  readonly people: { readonly owner: AccountState }
}

/** One cluster, prod, with a kubeconfig in an environment secret; client certificates are valid for one day. */
export function configText({ backend, namespace, owner, people }: ConfigWords): string {
  const { login, id } = people.owner
  return `apiVersion: countersign.dev/v1
kind: Config
metadata: {name: ${owner}}
requests: requests
defaultCluster: prod
clusters:
  prod:
    provider: other
    server: ${backend.server}
    certificateAuthorityData: ${Buffer.from(backend.caPem).toString('base64')}
    auth: {kubeconfig: {secretEnv: KUBECONFIG_PROD}}
    recordNamespace: ${namespace}
defaults:
- paths: ["requests/**"]
  spec:
    signerName: kubernetes.io/kube-apiserver-client
    usages: [digital signature, client auth]
    duration: 24h
    namespace: ${namespace}
approval:
  configuration: {required: 1, users: [{login: ${login}, id: ${id}}]}
  requests: {required: 1}
`
}

/** Allows developers and viewers, Secrets of one namespace, and artifacts for own keys. */
export function policyText(namespace: string): string {
  return `apiVersion: countersign.dev/v1
kind: CertificateRequestPolicy
metadata: {name: people}
spec:
  selector: {paths: ["requests/**"]}
  allowed:
    commonName: {value: "*"}
    subject: {organizations: {values: [developers, viewers]}}
    usages: [digital signature, client auth]
  sinks:
  - secret: {namespaces: [${namespace}], names: ["*-tls"]}
  - artifact: {public: true}
`
}

/** A request of our own format, with a PKCS#10 if the requester keeps the key. */
export function requestYaml(name: string, request: string | null = null): string {
  const own = request === null ? '' : `  request: |\n${request.trim().replaceAll(/^/gm, '    ')}\n`
  return `apiVersion: countersign.dev/v1
kind: CertificateRequest
metadata: {name: ${name}}
spec:
  commonName: ${name}
  subject: {organizations: [developers]}
${own}`
}
