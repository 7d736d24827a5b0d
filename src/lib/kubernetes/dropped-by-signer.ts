// What a built-in signer leaves out of the certificate, told before anybody approves it.
import type { Dropped } from '../../domain/cluster/prediction.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { attributeShortName, extensionName, EXTENSION_OIDS } from '../x509/oids.ts'
import { formatSan } from '../x509/general-names.ts'
import { sanMember, subjectMember } from './names-in-spec.ts'
import { isSingle, lostAttributes, lostSans } from './rebuilt-names.ts'

/** A part that is left out, and the member of spec it stands in. */
export interface Drop extends Dropped {
  readonly member: string
}

/** Made anew from names and usages, or refused by a rule of its own. */
const LOOKED_AT: ReadonlySet<string> = new Set([
  EXTENSION_OIDS.subjectAltName,
  EXTENSION_OIDS.keyUsage,
  EXTENSION_OIDS.extendedKeyUsage,
  EXTENSION_OIDS.basicConstraints,
])

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

/** Usages come from spec.usages and names from the parsed request: whatever else the PKCS#10 asks for is not looked at. */
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
