// A CertificateSigningRequest manifest (certificates.k8s.io/v1), as `kubectl apply` takes it: located YAML in, what it
// says out. Fields that the API server would fill in or throw away are refused, so that nobody believes they count.
import type { Checked, Place, Problem } from '../domain/problem.ts'
import { ok, refuse } from '../domain/problem.ts'
import { textFromBase64 } from '../source/base64.ts'
import { MEMBERS } from '../source/members.ts'
import type { Path, YamlTree } from '../source/tree.ts'
import { placesBelow, valuePlace } from '../source/tree.ts'
import { readSchema, z } from '../source/schema.ts'
import { ONE_LINE, text } from '../source/text-rules.ts'
import { containsPrivateKey } from '../x509/pem.ts'
import { REQUEST_NAME } from './file-name.ts'
import { pkcs10FromPem } from './pkcs10-text.ts'
import { privateKeyProblem } from './private-key.ts'
import type { Reading } from './reading.ts'
import { SILENT } from './reading.ts'

/** pkg/apis/certificates/validation: 600 seconds to an int32. */
const EXPIRATION = z.int().min(600).max(2_147_483_647)

const SCHEMA = z.strictObject({
  apiVersion: z.literal('certificates.k8s.io/v1'),
  kind: z.literal('CertificateSigningRequest'),
  metadata: z.strictObject({ name: text(REQUEST_NAME) }),
  spec: z.strictObject({
    request: z.string(),
    signerName: text(ONE_LINE),
    usages: z.array(MEMBERS.usages.unwrap().element),
    expirationSeconds: EXPIRATION.optional(),
  }),
})

/** Reads the manifest; its names are those of the PKCS#10 inside. */
export function readCsrManifest(tree: YamlTree): Checked<Reading> {
  const read = readSchema(SCHEMA, tree, { prefix: 'REQUEST', unknownField: notOurs })
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
  })
}

/** Go's encoding/base64: padded, line breaks inside are passed over; spaces are not. */
function fromBase64(value: string, at: Place): Checked<string> {
  const text = textFromBase64(value.replaceAll(/[\r\n]/g, ''))
  if (text !== null) return ok(text)
  const message = 'request is not base64 (standard alphabet, padded)'
  const hint = value.includes('-----BEGIN')
    ? 'the manifest wants the PEM text encoded once more: base64 -w0 < jane.csr'
    : null
  return refuse({ code: 'REQUEST_CSR_BROKEN', at, message, hint })
}

function placesOf(tree: YamlTree) {
  const places = placesBelow(tree, ['spec'])
  const expiration = places.get('expirationSeconds')
  if (expiration !== undefined) places.set('duration', expiration)
  return places.set('metadata.name', valuePlace(tree, ['metadata', 'name']))
}

const SERVER_FIELDS = new Set(['username', 'uid', 'groups', 'extra'])

function notOurs(path: Path, field: string): Omit<Problem, 'at'> | null {
  const code = 'REQUEST_FIELD_UNKNOWN'
  const [top] = path
  if (path.length === 0 && field === 'status') {
    const message = 'a request has no status yet'
    return { code, message, hint: 'remove it: the API server would throw it away' }
  }
  if (top === 'spec' && SERVER_FIELDS.has(field)) {
    const message = `the API server fills in spec.${field} itself`
    return { code, message, hint: 'remove it' }
  }
  if (top !== 'metadata') return null
  const message = `metadata.${field} would not reach the cluster`
  return {
    code,
    message,
    hint: 'remove it: countersign makes the object, with metadata of its own',
  }
}
