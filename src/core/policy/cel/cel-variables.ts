// Variables of expressions for one request. A field that the request does not have is missing, not empty: a rule that reads it
// cannot be decided, and never allows. has() asks whether the field exists.
import { rolesInPlaces } from '../../../domain/request/access.ts'
import type { ExpressionValues, Requester } from '../../../domain/request/policy.ts'
import type { EffectiveRequest } from '../../../domain/request/request.ts'
import type { Sink } from '../../../domain/request/sink.ts'
import { ownGrant } from '../../../lib/kubernetes/grants-in-subject.ts'
import { attributeValues } from '../../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../../lib/x509/oids.ts'
import { keyOf } from '../key-of-request.ts'

type Fields = Readonly<Record<string, unknown>>

/** Fields of the object types in expressions, with their CEL types. */
export const REQUEST_FIELDS = {
  name: 'string',
  format: 'string',
  signerName: 'string',
  commonName: 'string',
  commonNames: 'list<string>',
  organizations: 'list<string>',
  countries: 'list<string>',
  organizationalUnits: 'list<string>',
  localities: 'list<string>',
  provinces: 'list<string>',
  streetAddresses: 'list<string>',
  postalCodes: 'list<string>',
  serialNumber: 'string',
  dnsNames: 'list<string>',
  ipAddresses: 'list<string>',
  uris: 'list<string>',
  emailAddresses: 'list<string>',
  usages: 'list<string>',
  durationSeconds: 'int',
  keyAlgorithm: 'string',
  keySize: 'int',
  isCA: 'bool',
  sinks: 'list<Sink>',
  access: 'list<Access>',
} as const

export const REQUESTER_FIELDS = { login: 'string', id: 'int', name: 'string' } as const

export const SINK_FIELDS = {
  kind: 'string',
  namespace: 'string',
  name: 'string',
  repository: 'string',
  environment: 'string',
  recipients: 'list<string>',
  path: 'string',
} as const

/** One role in one place; the whole cluster has no `namespace`. */
export const ACCESS_FIELDS = { clusterRole: 'string', namespace: 'string' } as const

/** The CEL library distinguishes object types by their constructors, and reads fields from maps. */
export class RequestView extends Map<string, unknown> {}
export class RequesterView extends Map<string, unknown> {}
export class SinkView extends Map<string, unknown> {}
export class AccessView extends Map<string, unknown> {}

/** Leaves out fields without a value. */
function entries(fields: Fields): readonly (readonly [string, unknown])[] {
  return Object.entries(fields).filter(([, value]) => value !== undefined)
}

/**
 * The variables for one request, made once for all policies, with the sizes that bound the work: items of the longest list, UTF-16 units
 * of the longest text, sinks and access included; the requester's fields do not count. If `requester` is null, its fields are missing.
 */
export function expressionValues(
  request: EffectiveRequest,
  requester: Requester | null,
): ExpressionValues {
  const fields = requestFields(request)
  const { path, cluster } = request
  const sinks = request.sinks.map(sinkView)
  const access = rolesInPlaces(request.access).map(
    ({ clusterRole, namespace }) =>
      new AccessView(entries({ clusterRole, namespace: namespace ?? undefined })),
  )
  const items = [...sinks, ...access].flatMap(item => [...item.values()])
  const values = [...Object.values(fields), ...items]
  const texts = [path, cluster, ...values.flat()].map(textLength)
  const lists = [sinks, access, ...values].map(value => (Array.isArray(value) ? value.length : 0))
  return {
    variables: {
      request: new RequestView(entries({ ...fields, sinks, access })),
      requester: new RequesterView(requester === null ? [] : entries(requesterFields(requester))),
      path,
      cluster,
    },
    longestList: lists.reduce((most, length) => Math.max(most, length), 0),
    longestText: texts.reduce((most, length) => Math.max(most, length), 0),
  }
}

function textLength(value: unknown): number {
  return typeof value === 'string' ? value.length : 0
}

function requesterFields({ login, id, name }: Requester): Fields {
  return { login, id: BigInt(id), name: name ?? undefined }
}

function requestFields(request: EffectiveRequest): Fields {
  const attributes = (oid: string): readonly string[] => attributeValues(request.subject, oid)
  const commonNames = attributes(ATTRIBUTE_OIDS.CN)
  const { algorithm, size, isCa } = keyOf(request.key)
  return {
    name: request.name,
    format: request.format,
    signerName: request.signerName,
    commonName: only(commonNames),
    commonNames,
    organizations: attributes(ATTRIBUTE_OIDS.O).filter(group => group !== ownGrant(request)),
    countries: attributes(ATTRIBUTE_OIDS.C),
    organizationalUnits: attributes(ATTRIBUTE_OIDS.OU),
    localities: attributes(ATTRIBUTE_OIDS.L),
    provinces: attributes(ATTRIBUTE_OIDS.ST),
    streetAddresses: attributes(ATTRIBUTE_OIDS.STREET),
    postalCodes: attributes(ATTRIBUTE_OIDS.postalCode),
    serialNumber: only(attributes(ATTRIBUTE_OIDS.serialNumber)),
    ...sanFields(request),
    usages: [...request.usages],
    durationSeconds: BigInt(request.durationSeconds),
    keyAlgorithm: algorithm,
    keySize: size === null ? undefined : BigInt(size),
    isCA: isCa,
  }
}

function sanFields({ sans }: EffectiveRequest): Fields {
  const values = (kind: string): readonly string[] =>
    sans.flatMap(san => ('value' in san && san.kind === kind ? [san.value] : []))
  return {
    dnsNames: values('dnsName'),
    ipAddresses: values('ipAddress'),
    uris: values('uri'),
    emailAddresses: values('emailAddress'),
  }
}

/** The only value; undefined if there are several, since readers and signers differ about which one counts. */
function only(values: readonly string[]): string | undefined {
  return values.length === 1 ? values[0] : undefined
}

function sinkView(sink: Sink): SinkView {
  if (sink.kind !== 'kubeconfig') return new SinkView(entries({ ...sink }))
  return new SinkView(entries({ ...sink.into, kind: 'kubeconfig' }))
}
