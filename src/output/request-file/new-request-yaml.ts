// A request file as `countersign new` writes it.

export interface NewRequest {
  /** A DNS-1123 label. */
  readonly name: string
  readonly groups: readonly string[]
  /** As the person wrote it, null for the default. */
  readonly duration: string | null
  /** Null for the cluster of the defaults. */
  readonly cluster: string | null
}

const SCHEMA = 'https://countersign.dev/schema/certificate-request.schema.json'

/** `pkcs10`: PEM of the person's own request. The file also lists the names, which must agree with it. */
export function newRequestText(
  { name, groups, duration, cluster }: NewRequest,
  pkcs10: string | null,
): string {
  const lines = [
    `# yaml-language-server: $schema=${SCHEMA}`,
    'apiVersion: countersign.dev/v1',
    'kind: CertificateRequest',
    `metadata: {name: ${text(name)}}`,
    'spec:',
    `  commonName: ${text(name)}`,
    ...(cluster === null ? [] : [`  clusters: [${text(cluster)}]`]),
    ...(groups.length === 0
      ? []
      : [`  subject: {organizations: [${groups.map(text).join(', ')}]}`]),
    ...(duration === null ? [] : [`  duration: ${text(duration)}`]),
    ...(pkcs10 === null
      ? []
      : [
          '  request: |',
          ...pkcs10
            .trimEnd()
            .split('\n')
            .map(line => `    ${line}`),
        ]),
  ]
  return `${lines.join('\n')}\n`
}

/** Unquoted if YAML can only read it as this text. */
function text(value: string): string {
  const isPlain = /^[a-z][a-z0-9-]*$/.test(value) || /^[1-9]\d*[dhms]$/.test(value)
  const isWord = /^(?:true|false|null|yes|no|on|off|y|n)$/.test(value)
  return isPlain && !isWord ? value : JSON.stringify(value)
}
