// A request in our own format, as `countersign import` writes it: the set members, in the order of the documentation.
import { stringify } from 'yaml'
import type { DistinguishedName } from '../../domain/request/x500.ts'
import type { RenewBefore, RequestSpec } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import type { KubeconfigTarget, Sink } from '../../domain/request/sink.ts'
import { SUBJECT_MEMBERS, TEXT_SAN_MEMBERS } from '../../lib/kubernetes/names-in-spec.ts'

/**
 * Members of the file; null leaves a member to the defaults. The subject has only attributes that our format has, and the
 * alternative names are text names.
 */
export interface SaidRequest extends Omit<RequestSpec, 'request' | 'issuer'> {
  readonly name: string
  /** The source file, for the comment at the top. */
  readonly from: string
  /** PEM of the requester's own PKCS#10. */
  readonly request: string | null
}

const SCHEMA = 'https://countersign.dev/schema/certificate-request.schema.json'

export function importedRequestText(said: SaidRequest): string {
  const manifest = {
    apiVersion: 'countersign.dev/v1',
    kind: 'CertificateRequest',
    metadata: { name: said.name },
    spec: specOf(said),
  }
  const yaml = stringify(manifest, { lineWidth: 0, version: '1.2', aliasDuplicateObjects: false })
  return `# yaml-language-server: $schema=${SCHEMA}\n# imported from ${JSON.stringify(said.from)}\n${yaml}`
}

function specOf(said: SaidRequest) {
  const subject = subjectOf(said.subject)
  const names = Object.entries(TEXT_SAN_MEMBERS).map(([kind, member]) => {
    const texts = said.sans.flatMap(san => (san.kind === kind && 'value' in san ? san.value : []))
    return [member, texts.length === 0 ? null : [...new Set(texts)]] as const
  })
  return without({
    clusters: said.clusters,
    signerName: said.signerName,
    commonName: attributeValues(said.subject, ATTRIBUTE_OIDS.CN)[0] ?? null,
    subject: Object.keys(subject).length === 0 ? null : subject,
    ...Object.fromEntries(names),
    usages: said.usages,
    duration: said.duration === null ? null : formatDuration(said.duration),
    ...renewal(said.renewBefore),
    until: said.until?.toISOString() ?? null,
    privateKey: said.privateKey === null ? null : without({ ...said.privateKey }),
    request: said.request,
    access:
      said.access?.map(({ clusterRole, namespaces }) =>
        namespaces === null ? { clusterRole, cluster: true } : { clusterRole, namespaces },
      ) ?? null,
    reissue: said.reissue,
    withdraw: said.withdraw,
    sinks: said.sinks?.map(sinkYaml) ?? null,
  })
}

function subjectOf(subject: DistinguishedName) {
  const members = [...SUBJECT_MEMBERS].flatMap(([oid, member]) => {
    const [, name] = member.split('.')
    const [first, ...others] = new Set(attributeValues(subject, oid))
    if (name === undefined || first === undefined) return []
    return [[name, oid === ATTRIBUTE_OIDS.serialNumber ? first : [first, ...others]] as const]
  })
  return Object.fromEntries(members)
}

function renewal(said: RenewBefore | null) {
  if (said === null) return {}
  return said.kind === 'seconds'
    ? { renewBefore: formatDuration(said.seconds) }
    : { renewBeforePercentage: said.percentage }
}

function without(members: Readonly<Record<string, unknown>>) {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== null))
}

// Sinks as values for the YAML of a request file. Members that the reader fills in are left out.

type Said = Readonly<Record<string, unknown>>

function sinkYaml({ kind, ...members }: Sink | KubeconfigTarget): Said {
  return { [kind]: 'into' in members ? sinkYaml(members.into) : withoutDefaults(members) }
}

/** Without null, false, empty lists and empty mappings. */
function withoutDefaults(members: object): Said {
  const said = Object.entries(members).map(([name, value]: [string, unknown]) => {
    const isMapping = value instanceof Object && !Array.isArray(value)
    return [name, isMapping ? withoutDefaults(value) : value] as const
  })
  const isSaid = (value: unknown): boolean =>
    value instanceof Object ? Object.keys(value).length > 0 : value !== null && value !== false
  return Object.fromEntries(said.filter(([, value]) => isSaid(value)))
}
