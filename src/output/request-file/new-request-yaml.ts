// A request file as `countersign new` writes it.
import type { Access } from '../../domain/request/access.ts'

export interface NewRequest {
  /** A DNS-1123 label. */
  readonly name: string
  readonly groups: readonly string[]
  /** Names of a service, which has no common name then. */
  readonly dnsNames: readonly string[]
  readonly access: readonly Access[]
  /** The grant in the person's own PKCS#10, null without access or own key. */
  readonly grant: string | null
  /** As the person wrote it, null for the default. */
  readonly duration: string | null
  /** As the person wrote it, null for no end. */
  readonly until: string | null
  /** Null for the cluster of the defaults. */
  readonly cluster: string | null
  /** Other members of its spec. */
  readonly more: Readonly<Record<string, unknown>>
}

const SCHEMA = 'https://countersign.dev/schema/certificate-request.schema.json'

/** `pkcs10`: PEM of the person's own request. The file also lists the names, which must agree with it. */
export function newRequestText(
  { name, groups, dnsNames, grant, access, duration, until, cluster, more }: NewRequest,
  pkcs10: string | null,
): string {
  const organizations = [...groups, ...(grant === null ? [] : [grant])]
  const lines = [
    `# yaml-language-server: $schema=${SCHEMA}`,
    'apiVersion: countersign.dev/v1',
    'kind: CertificateRequest',
    `metadata: {name: ${text(name)}}`,
    'spec:',
    dnsNames.length === 0 ? `  commonName: ${text(name)}` : `  dnsNames: ${flow(dnsNames)}`,
    ...(cluster === null ? [] : [`  clusters: [${text(cluster)}]`]),
    ...(organizations.length === 0 ? [] : [`  subject: ${flow({ organizations })}`]),
    ...(access.length === 0 ? [] : ['  access:', ...access.map(accessLine)]),
    ...(duration === null ? [] : [`  duration: ${text(duration)}`]),
    ...(until === null ? [] : [`  until: ${text(until)}`]),
    ...Object.entries(more).map(([member, value]) => `  ${member}: ${flow(value)}`),
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

function accessLine({ clusterRole, namespaces }: Access): string {
  return `    - ${flow({ clusterRole, ...(namespaces === null ? { cluster: true } : { namespaces }) })}`
}

/** A value on one line. */
function flow(value: unknown): string {
  if (typeof value === 'string') return text(value)
  if (Array.isArray(value)) return `[${value.map(flow).join(', ')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const members = Object.entries(value).map(([member, each]) => `${member}: ${flow(each)}`)
  return `{${members.join(', ')}}`
}

/** Unquoted if YAML can only read it as this text. */
function text(value: string): string {
  const isPlain = /^[a-z][a-z0-9-]*$/.test(value) || /^[1-9]\d*[dhms]$/.test(value)
  const isWord = /^(?:true|false|null|yes|no|on|off|y|n)$/.test(value)
  return isPlain && !isWord ? value : JSON.stringify(value)
}
