// The certificate a built-in signer will make of a request, worked out beforehand: k8s.io/kubernetes
// pkg/controller/certificates/authority/{authority,policies}.go and Go's crypto/x509/pkix, which rebuild subject and names.
import type { SignerConfig } from '../domain/config.ts'
import type { DistinguishedName, NameAttribute, Rdn, San, TextSanKind } from '../domain/name.ts'
import type { Dropped, PredictedCertificate } from '../domain/prediction.ts'
import type { EffectiveRequest } from '../domain/request.ts'
import { ATTRIBUTE_OIDS, attributeShortName, extensionName, EXTENSION_OIDS } from '../x509/oids.ts'
import { attribute } from '../x509/name.ts'
import { oid as oidDer, sequence } from '../x509/der-write.ts'
import { formatSan } from '../x509/san.ts'
import { clientIdentity } from './identity.ts'
import { isBuiltIn } from './signers.ts'
import { extendedKeyUsageOf, keyUsageOf } from './usages.ts'

/** pkix.Name.ToRDNSequence: the types it knows, in its order. CN and serialNumber are single, the others gather. */
const GO_ORDER: readonly string[] = [
  ATTRIBUTE_OIDS.C,
  ATTRIBUTE_OIDS.O,
  ATTRIBUTE_OIDS.OU,
  ATTRIBUTE_OIDS.L,
  ATTRIBUTE_OIDS.ST,
  ATTRIBUTE_OIDS.STREET,
  ATTRIBUTE_OIDS.postalCode,
  ATTRIBUTE_OIDS.CN,
  ATTRIBUTE_OIDS.serialNumber,
]
const SINGLE: ReadonlySet<string> = new Set([ATTRIBUTE_OIDS.CN, ATTRIBUTE_OIDS.serialNumber])

/** x509.CreateCertificate writes the kinds in this order; the other kinds have no field and vanish. */
const SAN_ORDER: readonly TextSanKind[] = ['dnsName', 'emailAddress', 'ipAddress', 'uri']

const BACKDATE_SECONDS = 300
/** From this lifetime on the backdating is taken off the end (authority/policies.go). */
const SHORT_SECONDS = 8 * 3600

/** A signer outside of kubernetes.io is not predicted: it may change anything. */
export function predict(
  request: EffectiveRequest,
  signer: SignerConfig | null,
): PredictedCertificate {
  if (!isBuiltIn(request.signerName))
    return {
      kind: 'not-predicted',
      why: `${request.signerName} is not one of Kubernetes' own signers`,
    }
  const subject = rebuiltSubject(request.subject)
  const sans = rebuiltSans(request.sans)
  return {
    kind: 'predicted',
    subject,
    sans,
    usages: request.usages,
    keyUsage: keyUsageOf(request.usages),
    extendedKeyUsage: extendedKeyUsageOf(request.usages),
    backdateSeconds: BACKDATE_SECONDS,
    lifetimeSeconds: lifetime(request.durationSeconds, signer?.maxDurationSeconds ?? null),
    dropped: [
      ...droppedAttributes(request.subject),
      ...droppedSans(request.sans),
      ...droppedExtensions(request),
    ],
    logsInAs: request.usages.includes('client auth') ? clientIdentity(subject) : null,
  }
}

/** Seconds from issue to notAfter: the signer's cap, then five minutes off what is eight hours or longer. */
function lifetime(asked: number, cap: number | null): number {
  const granted = cap === null ? asked : Math.min(asked, cap)
  return granted < SHORT_SECONDS ? granted : granted - BACKDATE_SECONDS
}

function rebuiltSubject(subject: DistinguishedName): DistinguishedName {
  const all = subject.flat()
  return GO_ORDER.flatMap((oid): Rdn[] => {
    const values = all.filter(candidate => candidate.oid === oid)
    const kept = SINGLE.has(oid) ? values.slice(-1) : values
    return kept.length === 0 ? [] : [inSetOrder(kept.map(({ value }) => attribute(oid, value)))]
  })
}

/** DER SET OF: the encoded attributes in ascending order (X.690 §11.6). */
function inSetOrder(rdn: readonly NameAttribute[]): Rdn {
  const encoded = ({ oid, der }: NameAttribute): Uint8Array => sequence(oidDer(oid), der)
  return rdn.toSorted((a, b) => Buffer.compare(encoded(a), encoded(b)))
}

function rebuiltSans(sans: readonly San[]): readonly San[] {
  return SAN_ORDER.flatMap(kind => sans.filter(san => san.kind === kind))
}

function droppedAttributes(subject: DistinguishedName): readonly Dropped[] {
  const all = subject.flat()
  return all.flatMap((candidate, index): Dropped[] => {
    const what = `${attributeShortName(candidate.oid)}=${candidate.value}`
    if (!GO_ORDER.includes(candidate.oid))
      return [{ what, why: 'this signer keeps no such attribute' }]
    const isLast = all.findLastIndex(({ oid }) => oid === candidate.oid) === index
    return SINGLE.has(candidate.oid) && !isLast
      ? [{ what, why: 'this signer keeps the last one only' }]
      : []
  })
}

function droppedSans(sans: readonly San[]): readonly Dropped[] {
  const kept = new Set<San>(rebuiltSans(sans))
  return sans.flatMap(san =>
    kept.has(san) ? [] : [{ what: formatSan(san), why: 'this signer keeps no such name' }],
  )
}

/** Usages come from spec.usages and names from the parsed request: whatever else the PKCS#10 asks for is not looked at. */
function droppedExtensions({ key }: EffectiveRequest): readonly Dropped[] {
  if (key.kind === 'generated') return []
  const looked: ReadonlySet<string> = new Set([
    EXTENSION_OIDS.subjectAltName,
    EXTENSION_OIDS.keyUsage,
    EXTENSION_OIDS.extendedKeyUsage,
    EXTENSION_OIDS.basicConstraints,
  ])
  return key.pkcs10.extensions.flatMap(({ oid }) =>
    looked.has(oid)
      ? []
      : [{ what: `the extension ${extensionName(oid)}`, why: 'signers take no extensions over' }],
  )
}
