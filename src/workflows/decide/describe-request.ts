// Description of a CertificateSigningRequest before a decision: what it asks for, what its signer would issue, and the verdicts of
// signer rules, built-in rules and policies. The object is foreign text, and nothing in it is trusted.
import { isGrantOf } from '../../domain/cluster/grant.ts'
import type { Pkcs10, X509Certificate } from '../../domain/cluster/certificate.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { signerNamed } from '../../domain/request/config.ts'
import type { Creator } from '../../domain/request/policy.ts'
import type { PredictedCertificate } from '../../domain/cluster/prediction.ts'
import type { Problem } from '../../domain/problem.ts'
import { ok, unplaced } from '../../domain/problem.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { NameAttribute } from '../../domain/request/x500.ts'
import type { AskedRequest, DescribedRequest } from '../../domain/cluster/described-request.ts'
import { isUsage, USAGES } from '../../domain/request/usage.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { APPROVED_REASON } from '../../core/cluster/signing-request-manifest.ts'
import { orderChain } from '../../core/certificate/certificate-chain.ts'
import { DEFAULT_CAP_SECONDS } from '../../lib/kubernetes/signer-lifetime.ts'
import { predict } from '../../lib/kubernetes/predict-certificate.ts'
import { providerProblems } from '../../lib/kubernetes/cluster-providers.ts'
import { requesterProblems } from '../../lib/kubernetes/requester-rules.ts'
import { signerProblems } from '../../lib/kubernetes/kubernetes-rules.ts'
import { signerFailure } from '../../lib/kubernetes/built-in-signer-failure.ts'
import { extendedKeyUsageOf } from '../../lib/kubernetes/usage-bits.ts'
import { builtInProblems, withoutExcepted } from '../../core/policy/built-in/built-in-rules.ts'
import { judge } from '../../core/policy/judge-policies.ts'
import { pkcs10FromPem } from '../../core/request/pkcs10/verified-pkcs10.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { decodePemBlocks } from '../../lib/x509/pem.ts'
import { readPkcs10 } from '../../lib/x509/pkcs10.ts'
import type { Rules } from '../validate/rules-in-force.ts'

/** Describes one object. `now` decides which exceptions are still in effect. */
export function describeRequest(
  object: SigningRequest,
  rules: Rules,
  cluster: ClusterConfig,
  now: Date,
): DescribedRequest {
  const read = readRequest(object.request)
  const chain = object.certificate === null ? null : orderChain(object.certificate)
  const broken = chain === null || chain.ok ? [] : chain.problems
  const issued = chain?.ok === true ? chain.value.leaf : null
  const seen = { cluster: cluster.name, object, state: printedState(object), issued }
  if (!read.ok)
    return { ...seen, asked: null, remarks: [], problems: [...read.problems, ...broken] }
  const { pkcs10, remarks } = read.value
  const asked = askedRequest(object, pkcs10, rules, cluster, now)
  return { ...seen, asked, remarks, problems: [...broken, ...foreignKey(pkcs10, issued)] }
}

/** kubectl's printer column (pkg/printers/internalversion/printers.go). */
export function printedState({ conditions, certificate }: SigningRequest): string {
  const has = (type: string): boolean => conditions.some(one => one.type === type)
  const decision = has('Denied') ? 'Denied' : has('Approved') ? 'Approved' : 'Pending'
  return [
    decision,
    ...(has('Failed') ? ['Failed'] : []),
    ...(certificate === null ? [] : ['Issued']),
  ].join(',')
}

/** The API server reads the first block and stores the text around it. That text is shown as a remark. */
function readRequest(pem: string) {
  const strict = pkcs10FromPem(pem, null)
  if (strict.ok) return ok({ pkcs10: strict.value, remarks: [] })
  const blocks = decodePemBlocks(pem)
  const first = blocks.ok ? blocks.value[0] : undefined
  if (first?.label !== 'CERTIFICATE REQUEST') return strict
  const read = readPkcs10(first.der)
  return read.ok ? ok({ pkcs10: read.value, remarks: strict.problems }) : strict
}

function askedRequest(
  object: SigningRequest,
  pkcs10: Pkcs10,
  { config, policies }: Rules,
  cluster: ClusterConfig,
  now: Date,
): AskedRequest {
  const signer = signerNamed(cluster, object.signerName)
  const request = effectiveOf(object, pkcs10, cluster, signer?.maxDurationSeconds ?? null)
  // Only a user who may approve can set this condition. Such a grant was given by countersign.
  const isOwn = object.conditions.some(({ reason }) => reason === APPROVED_REASON)
  const isForeign = ({ value }: NameAttribute): boolean => !isOwn || !isGrantOf(config.owner, value)
  const judged = { ...request, subject: request.subject.map(rdn => rdn.filter(isForeign)) }
  const found = builtInProblems(judged, config.emergency)
  const builtIn = withoutExcepted(found, judged, config.exceptions, now)
  const context = { requester: null, isPublic: false }
  // The request has no file. So policies judge it as if its path matched and it had the name that it asks for.
  const anywhere = policies?.policies.map(policy => ({
    ...policy,
    selector: { ...policy.selector, paths: null },
  }))
  return {
    pkcs10,
    request,
    saysDuration: object.expirationSeconds !== null,
    prediction: withMoreDrops(predict(request, signer), pkcs10),
    failure: signerFailure(request),
    refusals: [...signerRefusals(request, object, cluster), ...builtIn.problems],
    verdict:
      anywhere === undefined
        ? null
        : judge(fileNamed(judged), anywhere, policies?.broken ?? [], context),
  }
}

/** What the signer, or the API server before it, refuses of a request by this creator. */
export function signerRefusals(
  request: EffectiveRequest,
  creator: Creator,
  cluster: ClusterConfig,
): readonly Problem[] {
  return [
    ...signerProblems(request, signerNamed(cluster, request.signerName)).problems,
    ...requesterProblems(creator, request),
    ...providerProblems(request, cluster),
  ]
}

/** Our own requests only ask for their usages; foreign ones may ask for more. */
function withMoreDrops(prediction: PredictedCertificate, pkcs10: Pkcs10): PredictedCertificate {
  if (prediction.kind !== 'predicted') return prediction
  const { keyUsage, extendedKeyUsage } = prediction
  const lost = [
    ...pkcs10.keyUsage.filter(name => !keyUsage.includes(name)),
    ...pkcs10.extendedKeyUsage.filter(oid => !extendedKeyUsage.includes(oid)).map(purposeName),
  ]
  const more = [
    ...lost.map(name => ({ what: `the usage ${name}`, why: 'usages come from spec.usages alone' })),
    ...(pkcs10.isCa ? [{ what: 'CA:TRUE', why: 'no signer of Kubernetes makes a CA' }] : []),
    ...pkcs10.otherAttributes.map(oid => ({
      what: `the attribute ${oid}`,
      why: 'signers read no attributes',
    })),
  ]
  return { ...prediction, dropped: [...prediction.dropped, ...more] }
}

/** Kubernetes' name of the usage if it has one. */
function purposeName(oid: string): string {
  return USAGES.find(usage => extendedKeyUsageOf([usage])[0] === oid) ?? oid
}

/** The request as if it came from a file. `most`: seconds that the signer gives where the object leaves the lifetime to it. */
export function effectiveOf(
  object: SigningRequest,
  pkcs10: Pkcs10,
  { name: cluster }: ClusterConfig,
  most: number | null,
): EffectiveRequest {
  return {
    name: object.name,
    path: '',
    blob: '',
    // judged by its names, which the person sees decoded
    format: 'countersign',
    uncommitted: null,
    places: new Map(),
    remarks: [],
    cluster,
    signerName: object.signerName,
    subject: pkcs10.subject,
    sans: pkcs10.sans,
    usages: object.usages.filter(isUsage),
    durationSeconds: object.expirationSeconds ?? most ?? DEFAULT_CAP_SECONDS,
    renewBefore: null,
    until: null,
    key: { kind: 'own', pkcs10 },
    sinks: [],
    reissue: 0,
    access: [],
    withdraw: false,
  }
}

/** The request with its common name as its name, if it has exactly one. The object's name is unrelated to any file. */
export function fileNamed(request: EffectiveRequest): EffectiveRequest {
  const [name, ...more] = attributeValues(request.subject, ATTRIBUTE_OIDS.CN)
  return name === undefined || more.length > 0 ? request : { ...request, name }
}

/** The API server does not check that a certificate has the key of its request. */
function foreignKey(pkcs10: Pkcs10, issued: X509Certificate | null): readonly Problem[] {
  if (issued === null || issued.publicKey.sha256 === pkcs10.publicKey.sha256) return []
  const message = 'the certificate holds another public key than the request asks for'
  const hint = 'it was not written by the signer of this request; do not use it'
  return [unplaced('CERTIFICATE_KEY', message, hint)]
}
