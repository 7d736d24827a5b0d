// Reader of cert-manager Certificates (cert-manager.io/v1): names, usages, lifetime and key unchanged, the Secret as a sink. The
// configuration names the signer for the issuer. Defaults fill absent members, as in every format.
import type { San } from '../../../domain/request/x500.ts'
import type { Checked, NonEmpty, Problem } from '../../../domain/problem.ts'
import { ok, sortProblems } from '../../../domain/problem.ts'
import type { Sink } from '../../../domain/request/sink.ts'
import { readSchema } from '../../../lib/schema/check-schema.ts'
import type { Path, YamlTree } from '../../../lib/source/located-values.ts'
import { keyPlace, memberAt, valuePlace } from '../../../lib/source/located-values.ts'
import { context, oid, utf8String } from '../../../lib/x509/der-write.ts'
import type { CertificateManifest } from './cert-manager-schema.ts'
import { CERTIFICATE_SCHEMA } from './cert-manager-schema.ts'
import { stampedFields } from '../pkcs10/csr-manifest.ts'
import { ownSans, ownSubject } from '../own/own-names.ts'
import { placesOfSpec } from '../own/own-yaml.ts'
import type { Reading } from '../format-reading.ts'
import { SILENT } from '../format-reading.ts'

export function readCertificateManifest(tree: YamlTree): Checked<Reading> {
  const read = readSchema(CERTIFICATE_SCHEMA, tree, { isRequest: true, unknownField: notOurs })
  if (!read.ok) return { ok: false, problems: withoutPasswords(read.problems) }
  const { metadata, spec } = read.value
  const { usages, duration, renewBefore, privateKey } = spec
  return ok({
    name: metadata.name,
    spec: {
      ...SILENT,
      subject: ownSubject(spec),
      sans: [...ownSans(spec), ...otherNames(spec)],
      usages,
      duration,
      renewBefore,
      privateKey,
      issuer: spec.issuerRef,
      sinks: [secretSink(read.value)],
    },
    places: placesOf(tree),
    remarks: sortProblems([...withoutBearing(tree), ...stampedFields(tree)]),
  })
}

function otherNames({ otherNames: said = [] }: CertificateManifest['spec']): readonly San[] {
  return said.map(({ oid: type, utf8Value }) => ({
    kind: 'otherName',
    der: context(0, oid(type), context(0, utf8String(utf8Value))),
  }))
}

function secretSink({ metadata, spec }: CertificateManifest): Sink {
  return {
    kind: 'secret',
    namespace: metadata.namespace,
    name: spec.secretName,
    ...spec.secretTemplate,
    keystores: spec.keystores,
    adopt: false,
  }
}

function placesOf(tree: YamlTree) {
  const places = placesOfSpec(tree)
  const secret = valuePlace(tree, ['spec', 'secretName'])
  for (const member of ['sinks', 'sinks[0]', 'sinks[0].secret', 'sinks[0].secret.name'])
    places.set(member, secret)
  for (const [member, place] of places)
    if (member.startsWith('secretTemplate.'))
      places.set(member.replace('secretTemplate', 'sinks[0].secret'), place)
  return places.set('sinks[0].secret.namespace', valuePlace(tree, ['metadata', 'namespace']))
}

/** A remark for each field that controls cert-manager's own objects and does not affect the certificate. */
function withoutBearing(tree: YamlTree): readonly Problem[] {
  return ['encodeUsagesInRequest', 'revisionHistoryLimit']
    .filter(field => memberAt(tree, ['spec', field]) !== null)
    .map(field => ({
      code: 'REQUEST_FIELD_UNSUPPORTED',
      at: keyPlace(tree, ['spec', field]),
      message: `${field} has no effect here`,
      hint: 'remove it',
    }))
}

/** Hides the lines that contain a password. */
function withoutPasswords([first, ...rest]: NonEmpty<Problem>): NonEmpty<Problem> {
  const lines = [first, ...rest]
    .filter(({ message }) => message === unsupported('password'))
    .map(({ at }) => at?.line)
  const hide = (problem: Problem): Problem =>
    problem.at === null || !lines.includes(problem.at.line)
      ? problem
      : { ...problem, at: { ...problem.at, excerpt: null } }
  return [hide(first), ...rest.map(hide)]
}

function unsupported(field: string): string {
  return `${field} is not supported`
}

/** Fields of cert-manager that countersign cannot support, with what to do instead. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['literalSubject', 'use commonName and subject'],
  ['additionalOutputFormats', 'remove it: the Secret holds tls.crt, tls.key and ca.crt'],
  ['nameConstraints', 'remove it: they are for CA certificates'],
  ['signatureAlgorithm', 'remove it: the hash follows the key'],
  ['renewal', 'set renewBefore; jitter and limits are in the configuration'],
  ['jks', 'use keystores.pkcs12, which Java reads'],
  ['password', 'name passwordSecretRef: a password in the file is published with it'],
  ['alias', 'remove it'],
])

function notOurs(path: Path, field: string): Omit<Problem, 'at'> | null {
  const code = 'REQUEST_FIELD_UNSUPPORTED'
  if (path[0] === 'metadata') {
    const message = `metadata.${field} would not reach the cluster`
    return { code, message, hint: 'remove it; the Secret takes labels from secretTemplate' }
  }
  const hint = path[0] === 'spec' ? UNSUPPORTED.get(field) : undefined
  return hint === undefined ? null : { code, message: unsupported(field), hint }
}
