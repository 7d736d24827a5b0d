// Common request files, for tests of the command line.

export interface RequestWords {
  readonly name: string
  readonly groups?: readonly string[]
  /** privateKey as inline YAML. */
  readonly key?: string
  /** More members of spec, one line of YAML each. */
  readonly more?: readonly string[]
}

export function requestText({
  name,
  groups = ['developers'],
  key,
  more = [],
}: RequestWords): string {
  const lines = [
    'apiVersion: countersign.dev/v1',
    'kind: CertificateRequest',
    `metadata: {name: ${name}}`,
    'spec:',
    `  commonName: ${name}`,
    `  subject: {organizations: [${groups.join(', ')}]}`,
    ...(key === undefined ? [] : [`  privateKey: ${key}`]),
    ...more.map(line => `  ${line}`),
  ]
  return `${lines.join('\n')}\n`
}

export interface ConfigWords {
  readonly owner: string
  readonly namespace: string
  /** More members at the top, one line of YAML each. */
  readonly more?: readonly string[]
}

/** One cluster `test` from the kubeconfig, client certificates for one day, Secrets and records in one namespace. */
export function configText({ owner, namespace, more = [] }: ConfigWords): string {
  return `apiVersion: countersign.dev/v1
kind: Config
metadata: {name: ${owner}}
requests: requests
defaultCluster: test
clusters:
  test: {provider: other, recordNamespace: ${namespace}}
defaults:
- paths: ["requests/**"]
  spec:
    signerName: kubernetes.io/kube-apiserver-client
    usages: [digital signature, client auth]
    duration: 24h
    sinks: [{secret: {namespace: ${namespace}, name: "{name}-tls"}}]
${more.map(line => `${line}\n`).join('')}`
}

/** A policy that allows the requests of `requestText`: developers, viewers and releasers, any key, one namespace. */
export function policyText(namespace: string): string {
  return `apiVersion: countersign.dev/v1
kind: CertificateRequestPolicy
metadata: {name: everybody}
spec:
  selector: {paths: ["requests/**"]}
  allowed:
    commonName: {value: "*"}
    subject: {organizations: {values: [developers, viewers, releasers]}}
    dnsNames: {values: ["*.example.com"]}
    ipAddresses: {values: ["10.0.0.7"]}
    usages: [digital signature, key encipherment, client auth]
  opaque: allow
  sinks:
  - {secret: {namespaces: [${namespace}], names: ["*-tls"]}}
  - {kubeconfig: {secret: {namespaces: [${namespace}]}}}
`
}

/** The two files of every workshop: the configuration, and a policy that allows. */
export function configure(
  workshop: { write(path: string, content: string): void },
  words: ConfigWords,
): void {
  workshop.write('countersign.yaml', configText(words))
  workshop.write('policies/everybody.yaml', policyText(words.namespace))
}
