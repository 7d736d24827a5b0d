// Reader of our own format (design: the request file): located YAML in, its values out.
import type { Pkcs10 } from '../../../domain/cluster/certificate.ts'
import type { Checked, Place, Problem } from '../../../domain/problem.ts'
import { checked, ok } from '../../../domain/problem.ts'
import type { Path, YamlTree } from '../../../lib/source/located-values.ts'
import { keyPlace, placesBelow, valuePlace } from '../../../lib/source/located-values.ts'
import { readSchema } from '../../../lib/schema/check-schema.ts'
import { disagreement } from '../csr-name-mismatch.ts'
import { ownSans, ownSubject, saysNames } from './own-names.ts'
import type { OwnRequest } from './own-schema.ts'
import { OWN_REQUEST_SCHEMA } from './own-schema.ts'
import { pkcs10FromPem } from '../pkcs10/verified-pkcs10.ts'
import type { Reading } from '../format-reading.ts'

/** Reads a file with our apiVersion and kind. */
export function readOwnRequest(tree: YamlTree): Checked<Reading> {
  const read = readSchema(OWN_REQUEST_SCHEMA, tree, { isRequest: true, unknownField: misplaced })
  if (!read.ok) return read
  const { metadata, spec } = read.value
  const { names, request: pem, ...said } = spec
  const own =
    pem === undefined ? ok(null) : pkcs10FromPem(pem, valuePlace(tree, ['spec', 'request']))
  if (!own.ok) return own
  const request = own.value
  const problems = request === null ? [] : besideRequest(request, spec, tree)
  const { subject, sans } = request ?? { subject: ownSubject(names), sans: ownSans(names) }
  return checked(problems, () => ({
    name: metadata?.name ?? null,
    spec: { ...said, subject, sans, request, issuer: null },
    places: placesOfSpec(tree),
  }))
}

function besideRequest(
  pkcs10: Pkcs10,
  { names, privateKey }: OwnRequest['spec'],
  tree: YamlTree,
): readonly Problem[] {
  const problems: Problem[] = []
  if (privateKey !== null) {
    problems.push({
      code: 'FILE_FIELD_VALUE',
      at: keyPlace(tree, ['spec', 'privateKey']),
      message: 'privateKey describes a key that countersign makes, and request brings its own',
      hint: 'keep one of them',
    })
  }
  if (!saysNames(names)) return problems
  const said = { subject: ownSubject(names), sans: ownSans(names) }
  const differs = disagreement(pkcs10, said, valuePlace(tree, ['spec', 'request']))
  return differs === null ? problems : [...problems, differs]
}

/** The places below spec, and that of the name, of a file in our own format or of cert-manager. */
export function placesOfSpec(tree: YamlTree): Map<string, Place> {
  const places = placesBelow(tree, ['spec'])
  if (places.has('renewBeforePercentage') && !places.has('renewBefore')) {
    places.set('renewBefore', valuePlace(tree, ['spec', 'renewBeforePercentage']))
  }
  return places.set('metadata.name', valuePlace(tree, ['metadata', 'name']))
}

/** Fields that are in another place here, or have another name in cert-manager. */
const ELSEWHERE: ReadonlyMap<string, string> = new Map([
  ['secretName', 'name the Secret under sinks: - secret: {namespace: …, name: …}'],
  ['issuerRef', 'the signer is signerName'],
  ['isCA', 'countersign requests no CA certificates'],
  ['ipSANs', 'the field is ipAddresses'],
  ['uriSANs', 'the field is uris'],
  ['emailSANs', 'the field is emailAddresses'],
  ['expirationSeconds', 'the field is duration, for example 168h'],
  ['groups', 'groups are subject: {organizations: […]}'],
  ['username', 'the user name is commonName'],
  ['organizations', 'it belongs under subject: {organizations: […]}'],
  ['keystores', 'it belongs under sinks: - secret: {keystores: …}'],
  ['secretTemplate', 'labels and annotations belong under sinks: - secret: {…}'],
])

function misplaced(path: Path, field: string): Omit<Problem, 'at'> | null {
  const hint = path.length === 1 && path[0] === 'spec' ? ELSEWHERE.get(field) : undefined
  if (hint === undefined) return null
  return { code: 'FILE_FIELD_UNKNOWN', message: `spec has no field "${field}"`, hint }
}
