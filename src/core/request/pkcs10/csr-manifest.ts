// Reader of CertificateSigningRequest manifests (certificates.k8s.io/v1), as `kubectl apply` takes them. Members that the API
// server overwrites have no effect, and a warning says so. Members that it would drop are refused.
import { z } from 'zod'
import type { Checked, Place, Problem } from '../../../domain/problem.ts'
import { ok, refuse, sortProblems } from '../../../domain/problem.ts'
import { textFromBase64 } from '../../../lib/source/pem-base64.ts'
import { usage } from '../../../lib/schema/spec-members.ts'
import type { Path, YamlTree } from '../../../lib/source/located-values.ts'
import { keyPlace, memberAt, placesBelow, valuePlace } from '../../../lib/source/located-values.ts'
import { readSchema } from '../../../lib/schema/check-schema.ts'
import { ONE_LINE, text } from '../../../lib/schema/text-rules.ts'
import { containsPrivateKey } from '../../../lib/x509/pem.ts'
import { REQUEST_NAME } from '../request-file-name.ts'
import { pkcs10FromPem } from './verified-pkcs10.ts'
import { privateKeyProblem } from '../../../lib/x509/private-key-in-file.ts'
import type { Reading } from '../format-reading.ts'
import { SILENT } from '../format-reading.ts'

/** pkg/apis/certificates/validation: 600 seconds to an int32. */
const EXPIRATION = z.int().min(600).max(2_147_483_647)

const STRING = z.string().nullish()
const TIME = z.iso
  .datetime({ offset: true, error: 'this is no time of RFC 3339, such as 2026-03-01T12:00:00Z' })
  .nullish()
const STRINGS = z.array(z.string()).nullish()

/** Even ignored members must be valid: the API server would refuse the manifest if a person applied it. */
const STATUS = z.strictObject({
  certificate: z
    .string()
    .refine(
      base64 => base64 === '' || textFromBase64(oneLine(base64)) !== null,
      'a certificate is base64 here',
    )
    .nullish(),
  conditions: z
    .array(
      z.strictObject({
        type: STRING,
        status: STRING,
        reason: STRING,
        message: STRING,
        lastTransitionTime: TIME,
        lastUpdateTime: TIME,
      }),
    )
    .nullish(),
})

/** apimachinery/pkg/apis/meta/v1/validation: ValidateManagedFields. */
const MANAGED_FIELDS = z.strictObject({
  apiVersion: STRING,
  fieldsType: z.enum(['FieldsV1', '']).nullish(),
  fieldsV1: z.unknown().optional(),
  manager: z
    .string()
    .max(128)
    .regex(/^\P{C}*$/u)
    .nullish(),
  operation: z.enum(['Apply', 'Update']),
  subresource: STRING,
  time: TIME,
})

/** kubectl apply keeps the manifest in it. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration'

/**
 * By the member above. registry/certificates/certificates/strategy.go and every create: the API server discards these values of a client,
 * except annotations.
 */
export const STAMPED = {
  '': { status: STATUS.nullish() },
  spec: {
    extra: z.record(z.string(), z.array(z.string())).nullish(),
    groups: STRINGS,
    uid: STRING,
    username: STRING,
  },
  metadata: {
    annotations: z.strictObject({ [LAST_APPLIED]: STRING }).nullish(),
    creationTimestamp: TIME,
    generation: z.int().min(0).nullish(),
    managedFields: z.array(MANAGED_FIELDS).nullish(),
    resourceVersion: STRING,
    selfLink: STRING,
    uid: STRING,
  },
} as const

const SCHEMA = z.strictObject({
  ...STAMPED[''],
  apiVersion: z.literal('certificates.k8s.io/v1'),
  kind: z.literal('CertificateSigningRequest'),
  metadata: z.strictObject({ ...STAMPED.metadata, name: text(REQUEST_NAME) }),
  spec: z.strictObject({
    ...STAMPED.spec,
    request: z.string(),
    signerName: text(ONE_LINE),
    usages: z.array(usage),
    expirationSeconds: EXPIRATION.optional(),
  }),
})

/** Reads the manifest. The PKCS#10 inside gives the names. */
export function readCsrManifest(tree: YamlTree): Checked<Reading> {
  const read = readSchema(SCHEMA, tree, { isRequest: true, unknownField: notOurs })
  if (!read.ok) return read
  const { metadata, spec } = read.value
  const at = valuePlace(tree, ['spec', 'request'])
  const pem = fromBase64(spec.request, at)
  if (!pem.ok) return pem
  if (containsPrivateKey(pem.value)) return refuse(privateKeyProblem(at))
  const pkcs10 = pkcs10FromPem(pem.value, at)
  if (!pkcs10.ok) return pkcs10
  return ok({
    name: metadata.name,
    spec: {
      ...SILENT,
      signerName: spec.signerName,
      subject: pkcs10.value.subject,
      sans: pkcs10.value.sans,
      usages: spec.usages,
      duration: spec.expirationSeconds ?? null,
      request: pkcs10.value,
    },
    places: placesOf(tree),
    remarks: sortProblems(stampedFields(tree)),
  })
}

/** A remark for each member of a Kubernetes object that its API server or controller sets, as `kubectl get -o yaml` prints it. */
export function stampedFields(tree: YamlTree): readonly Problem[] {
  return Object.entries(STAMPED).flatMap(([above, fields]) =>
    Object.keys(fields)
      .map(field => (above === '' ? [field] : [above, field]))
      .filter(path => memberAt(tree, path) !== null)
      .map(path => ({
        code: 'REQUEST_FIELD_UNSUPPORTED' as const,
        at: keyPlace(tree, path),
        message: `${path.join('.')} has no effect: ${path.at(-1) === 'annotations' ? 'countersign' : 'the cluster'} sets it itself`,
        hint: 'remove it',
      })),
  )
}

/** Go's encoding/base64: padded, line breaks inside are ignored, spaces are not allowed. */
function fromBase64(value: string, at: Place): Checked<string> {
  const text = textFromBase64(oneLine(value))
  if (text !== null) return ok(text)
  const message = 'request is not base64 (standard alphabet, padded)'
  const hint = value.includes('-----BEGIN')
    ? "the manifest needs the PEM text in base64: base64 < jane.csr | tr -d '\\n'"
    : null
  return refuse({ code: 'REQUEST_CSR_BROKEN', at, message, hint })
}

function oneLine(base64: string): string {
  return base64.replaceAll(/[\r\n]/g, '')
}

function placesOf(tree: YamlTree) {
  const places = placesBelow(tree, ['spec'])
  const expiration = places.get('expirationSeconds')
  if (expiration !== undefined) places.set('duration', expiration)
  return places.set('metadata.name', valuePlace(tree, ['metadata', 'name']))
}

function notOurs(path: Path, field: string): Omit<Problem, 'at'> | null {
  if (path[0] !== 'metadata') return null
  return {
    code: 'FILE_FIELD_UNKNOWN',
    message: `${[...path, field].join('.')} would not reach the cluster`,
    hint: 'remove it: countersign makes the object, with metadata of its own',
  }
}
