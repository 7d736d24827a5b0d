// The shape of each kind, as Go's structs have it: order of members, types, what is left out when empty.

export type FieldType =
  | { readonly type: 'string'; readonly go: string }
  | { readonly type: 'int'; readonly go: 'int32' | 'int64' }
  | { readonly type: 'bool' }
  | { readonly type: 'bytes' }
  | { readonly type: 'time' }
  | { readonly type: 'any' }
  | { readonly type: 'list'; readonly of: FieldType; readonly go: string }
  | { readonly type: 'map'; readonly of: FieldType; readonly go: string }
  | Struct

export interface Struct {
  readonly type: 'struct'
  readonly go: string
  readonly fields: Readonly<Record<string, Field>>
}

/** `empty` says what becomes of Go's zero value: left out, kept, or kept only when the client sent it (pointers). */
export interface Field {
  readonly of: FieldType
  readonly empty: 'omit' | 'keep' | 'pointer'
}

const text: FieldType = { type: 'string', go: 'string' }
const time: FieldType = { type: 'time' }
const bool: FieldType = { type: 'bool' }

function omit(of: FieldType): Field {
  return { of, empty: 'omit' }
}

function keep(of: FieldType): Field {
  return { of, empty: 'keep' }
}

function pointer(of: FieldType): Field {
  return { of, empty: 'pointer' }
}

function list(of: FieldType, go: string): FieldType {
  return { type: 'list', of, go: `[]${go}` }
}

function map(of: FieldType, go: string): FieldType {
  return { type: 'map', of, go: `map[string]${go}` }
}

function struct(go: string, fields: Readonly<Record<string, Field>>): Struct {
  return { type: 'struct', go, fields }
}

const OWNER_REFERENCE = struct('OwnerReference', {
  apiVersion: keep(text),
  kind: keep(text),
  name: keep(text),
  uid: keep(text),
  controller: pointer(bool),
  blockOwnerDeletion: pointer(bool),
})

const MANAGED_FIELDS = struct('ManagedFieldsEntry', {
  manager: omit(text),
  operation: omit(text),
  apiVersion: omit(text),
  time: omit(time),
  fieldsType: omit(text),
  fieldsV1: pointer({ type: 'any' }),
  subresource: omit(text),
})

const OBJECT_META = struct('ObjectMeta', {
  name: omit(text),
  generateName: omit(text),
  namespace: omit(text),
  selfLink: omit(text),
  uid: omit({ type: 'string', go: 'types.UID' }),
  resourceVersion: omit(text),
  generation: omit({ type: 'int', go: 'int64' }),
  creationTimestamp: omit(time),
  deletionTimestamp: omit(time),
  deletionGracePeriodSeconds: pointer({ type: 'int', go: 'int64' }),
  labels: omit(map(text, 'string')),
  annotations: omit(map(text, 'string')),
  ownerReferences: omit(list(OWNER_REFERENCE, 'v1.OwnerReference')),
  finalizers: omit(list(text, 'string')),
  managedFields: omit(list(MANAGED_FIELDS, 'v1.ManagedFieldsEntry')),
})

function kind(go: string, fields: Readonly<Record<string, Field>>): Struct {
  return struct(go, {
    kind: omit(text),
    apiVersion: omit(text),
    metadata: keep(OBJECT_META),
    ...fields,
  })
}

const CONDITION = struct('CertificateSigningRequestCondition', {
  type: keep({ type: 'string', go: 'v1.RequestConditionType' }),
  status: keep({ type: 'string', go: 'v1.ConditionStatus' }),
  reason: omit(text),
  message: omit(text),
  lastUpdateTime: omit(time),
  lastTransitionTime: omit(time),
})

const SIGNING_REQUEST_SPEC = struct('CertificateSigningRequestSpec', {
  request: keep({ type: 'bytes' }),
  signerName: keep(text),
  expirationSeconds: pointer({ type: 'int', go: 'int32' }),
  usages: omit(list({ type: 'string', go: 'v1.KeyUsage' }, 'v1.KeyUsage')),
  username: omit(text),
  uid: omit(text),
  groups: omit(list(text, 'string')),
  extra: omit(map(list(text, 'string'), 'v1.ExtraValue')),
})

const SIGNING_REQUEST_STATUS = struct('CertificateSigningRequestStatus', {
  conditions: omit(list(CONDITION, 'v1.CertificateSigningRequestCondition')),
  certificate: omit({ type: 'bytes' }),
})

function fieldsOf(field: Field, ...names: readonly string[]): Readonly<Record<string, Field>> {
  return Object.fromEntries(names.map(name => [name, field]))
}

/** Members that are kept as the client wrote them. */
function looseFields(...names: readonly string[]): Readonly<Record<string, Field>> {
  return fieldsOf(omit({ type: 'any' }), ...names)
}

const RULE_LISTS = ['apiGroups', 'resources', 'resourceNames', 'nonResourceURLs']
const RULE = struct('PolicyRule', {
  verbs: keep(list(text, 'string')),
  ...fieldsOf(omit(list(text, 'string')), ...RULE_LISTS),
})
const RULES = keep(list(RULE, 'v1.PolicyRule'))
const SUBJECT = struct('Subject', fieldsOf(omit(text), 'kind', 'apiGroup', 'name', 'namespace'))
const BINDING = {
  subjects: omit(list(SUBJECT, 'v1.Subject')),
  roleRef: keep(struct('RoleRef', fieldsOf(keep(text), 'apiGroup', 'kind', 'name'))),
}

/** Struct of each kind. */
export const SCHEMAS: Readonly<Record<string, Struct>> = {
  Secret: kind('Secret', {
    immutable: pointer(bool),
    data: omit(map({ type: 'bytes' }, '[]uint8')),
    stringData: omit(map(text, 'string')),
    type: omit({ type: 'string', go: 'v1.SecretType' }),
  }),
  ConfigMap: kind('ConfigMap', {
    immutable: pointer(bool),
    data: omit(map(text, 'string')),
    binaryData: omit(map({ type: 'bytes' }, '[]uint8')),
  }),
  Namespace: kind('Namespace', {
    spec: keep(struct('NamespaceSpec', { finalizers: omit(list(text, 'v1.FinalizerName')) })),
    status: keep(
      struct('NamespaceStatus', { phase: omit(text), conditions: omit({ type: 'any' }) }),
    ),
  }),
  CertificateSigningRequest: kind('CertificateSigningRequest', {
    spec: keep(SIGNING_REQUEST_SPEC),
    status: keep(SIGNING_REQUEST_STATUS),
  }),
  ServiceAccount: kind('ServiceAccount', {
    ...looseFields('secrets', 'imagePullSecrets'),
    automountServiceAccountToken: pointer(bool),
  }),
  Lease: kind('Lease', looseFields('spec')),
  Node: kind('Node', looseFields('spec', 'status')),
  Pod: kind('Pod', looseFields('spec', 'status')),
  Role: kind('Role', { rules: RULES }),
  ClusterRole: kind('ClusterRole', { rules: RULES, ...looseFields('aggregationRule') }),
  RoleBinding: kind('RoleBinding', BINDING),
  ClusterRoleBinding: kind('ClusterRoleBinding', BINDING),
  ValidatingAdmissionPolicy: kind('ValidatingAdmissionPolicy', looseFields('spec', 'status')),
  ValidatingAdmissionPolicyBinding: kind('ValidatingAdmissionPolicyBinding', looseFields('spec')),
}
