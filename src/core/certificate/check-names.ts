// The check of the names in a certificate against the approved ones: by value, whatever string type the signer wrote.
import { without } from '../../domain/lists.ts'
import type { X509Certificate } from '../../domain/cluster/certificate.ts'
import type { DistinguishedName, San } from '../../domain/request/x500.ts'
import type { PredictedCertificate } from '../../domain/cluster/prediction.ts'
import type { Problem } from '../../domain/problem.ts'
import { memberProblem } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formatName, attributeValues } from '../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { formatSan } from '../../lib/x509/general-names.ts'

/** One name: `shown` is for people, `key` for comparing. */
interface Named {
  readonly key: string
  readonly shown: string
}

/**
 * Returns CERTIFICATE_NAMES, at most one for the subject and one for the alternative names; empty if they match. A predicted
 * subject must have the predicted RDNs, in any order, since versions of Go order them differently. For a signer that is not
 * predicted, the subject must have the attributes asked for, in any RDNs. Several common names must be in the expected order in
 * both cases.
 */
export function issuedNameProblems(
  leaf: X509Certificate,
  request: EffectiveRequest,
  prediction: PredictedCertificate,
): readonly Problem[] {
  const expected = prediction.kind === 'predicted' ? prediction : request
  return [
    ...subjectProblems(leaf.subject, expected.subject, prediction.kind === 'predicted', request),
    ...differences(
      leaf.sans.map(namedSan),
      expected.sans.map(namedSan),
      'the subject alternative names of the certificate differ',
      memberOfSans(request),
      request,
    ),
  ]
}

function subjectProblems(
  actual: DistinguishedName,
  expected: DistinguishedName,
  isPredicted: boolean,
  request: EffectiveRequest,
): readonly Problem[] {
  const what = 'the subject of the certificate differs'
  const member = request.key.kind === 'own' ? 'request' : 'commonName'
  const problems = differences(attributes(actual), attributes(expected), what, member, request)
  const order = isPredicted ? structure : commonNames
  if (problems.length > 0 || order(actual) === order(expected)) return problems
  const message = `${what}: it is ${formatName(actual)}, in other parts than ${formatName(expected)}`
  return [namesProblem(message, member, request)]
}

function differences(
  actual: readonly Named[],
  expected: readonly Named[],
  what: string,
  member: string,
  request: EffectiveRequest,
): readonly Problem[] {
  const missing = without(expected, actual, ({ key }) => key)
  const extra = without(actual, expected, ({ key }) => key)
  const shown = (names: readonly Named[]): string => names.map(each => each.shown).join(', ')
  const parts = [
    ...(missing.length === 0 ? [] : [`${shown(missing)} is missing`]),
    ...(extra.length === 0 ? [] : [`${shown(extra)} was not requested`]),
  ]
  return parts.length === 0 ? [] : [namesProblem(`${what}: ${parts.join('; ')}`, member, request)]
}

function attributes(name: DistinguishedName): readonly Named[] {
  return name.flat().map(attribute => ({
    key: JSON.stringify([attribute.oid, attribute.value]),
    shown: formatName([[attribute]]),
  }))
}

/**
 * Encodes which attributes share an RDN, and the order of the common names. Within an RDN the order is that of DER and has no
 * meaning.
 */
function structure(name: DistinguishedName): string {
  const rdns = name.map(rdn =>
    JSON.stringify(rdn.map(({ oid, value }) => JSON.stringify([oid, value])).toSorted()),
  )
  return JSON.stringify([rdns.toSorted(), commonNames(name)])
}

/** Readers take the last of several common names, so their order counts even if nothing is predicted. */
function commonNames(name: DistinguishedName): string {
  return JSON.stringify(attributeValues(name, ATTRIBUTE_OIDS.CN))
}

function namedSan(san: San): Named {
  const value = 'der' in san ? Buffer.from(san.der).toString('hex') : san.value
  return { key: JSON.stringify([san.kind, value]), shown: formatSan(san) }
}

function memberOfSans({ places, key }: EffectiveRequest): string {
  const members = ['dnsNames', 'ipAddresses', 'uris', 'emailAddresses']
  return key.kind === 'own' ? 'request' : (members.find(name => places.has(name)) ?? '')
}

function namesProblem(message: string, member: string, request: EffectiveRequest): Problem {
  const hint = `${request.signerName} changed the names; nothing was stored`
  return memberProblem('CERTIFICATE_NAMES', request, member, message, hint)
}
