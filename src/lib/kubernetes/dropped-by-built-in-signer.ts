// The parts of a request that a built-in signer leaves out of the certificate. The plan shows them before the approval.
import type { Dropped } from '../../domain/cluster/prediction.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { attributeShortName, extensionName, EXTENSION_OIDS } from '../x509/oids.ts'
import { formatSan } from '../x509/general-names.ts'
import { sanMember, subjectMember } from './names-in-spec.ts'
import { isSingle, lostAttributes, lostSans } from './rebuilt-names.ts'

/** A part that is left out, and the member of spec that holds it. */
export interface Drop extends Dropped {
  readonly member: string
}

/** Extensions that the signer rebuilds from names and usages, or that another rule refuses. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  EXTENSION_OIDS.subjectAltName,
  EXTENSION_OIDS.keyUsage,
  EXTENSION_OIDS.extendedKeyUsage,
  EXTENSION_OIDS.basicConstraints,
])

/**
 * Returns the attributes, alternative names and extensions that a built-in signer leaves out, each with the reason; empty if it
 * keeps all. Says nothing about other signers.
 */
export function dropsOf(request: EffectiveRequest): readonly Drop[] {
  return [...attributeDrops(request), ...sanDrops(request), ...extensionDrops(request)]
}

function attributeDrops({ subject }: EffectiveRequest): readonly Drop[] {
  return lostAttributes(subject).map(({ oid, value }) => ({
    what: `${attributeShortName(oid)}=${value}`,
    why: isSingle(oid)
      ? 'this signer keeps the last one only, unless it is empty'
      : 'this signer keeps no such attribute',
    member: subjectMember(oid),
  }))
}

function sanDrops({ sans }: EffectiveRequest): readonly Drop[] {
  return lostSans(sans).map(san => ({
    what: formatSan(san),
    why: 'this signer keeps no such name',
    member: sanMember(san),
  }))
}

/**
 * Usages come from spec.usages, names from the parsed request. The signers ignore every other extension of the PKCS#10
 * (k8s.io/kubernetes pkg/controller/certificates/authority/policies.go).
 */
function extensionDrops({ key }: EffectiveRequest): readonly Drop[] {
  if (key.kind === 'generated') return []
  return key.pkcs10.extensions
    .filter(({ oid }) => !LOOKED_AT.has(oid))
    .map(({ oid }) => ({
      what: `the extension ${extensionName(oid)}`,
      why: 'signers take no extensions over',
      member: 'request',
    }))
}
