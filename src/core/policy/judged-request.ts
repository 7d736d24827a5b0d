// A request as policies see it: every attribute and every alternative name, grouped by the policy member that applies to it.
// The grant in a PKCS#10 with access is judged as access. No other name is left out: those without a member are in `otherAttributes`,
// `otherNames` or `unspeakable`.
import type { ExpressionValues, JudgeContext, NameMember } from '../../domain/request/policy.ts'
import type { San } from '../../domain/request/x500.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { ownGrant } from '../../lib/kubernetes/grants-in-subject.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { SUBJECT_MEMBERS, TEXT_SAN_MEMBERS } from '../../lib/kubernetes/names-in-spec.ts'
import { readDer, readingDer } from '../../lib/x509/der.ts'
import type { DerNode } from '../../lib/x509/der.ts'
import { explicitOf, oidOf } from '../../lib/x509/der-values.ts'
import { expressionValues } from './cel/cel-variables.ts'

export interface JudgedRequest {
  readonly request: EffectiveRequest
  /** True if anybody can read the repository. */
  readonly isPublic: boolean
  /** Null for a pending CertificateSigningRequest. */
  readonly now: Date | null
  readonly names: ReadonlyMap<NameMember, readonly string[]>
  /** By OID. */
  readonly otherAttributes: ReadonlyMap<string, readonly string[]>
  /** By OID. */
  readonly otherNames: ReadonlyMap<string, readonly string[]>
  /** Names of kinds that no policy can allow, and otherNames that cannot be read. */
  readonly unspeakable: readonly San[]
  readonly values: ExpressionValues
}

/** Groups the names once, for all policies, and makes the variables of expressions. */
export function judgedRequest(
  request: EffectiveRequest,
  { requester, isPublic, now }: JudgeContext,
): JudgedRequest {
  const names = new Map<NameMember, string[]>()
  const otherAttributes = new Map<string, string[]>()
  const otherNames = new Map<string, string[]>()
  const unspeakable: San[] = []
  for (const { oid, value } of request.subject.flat()) {
    if (oid === ATTRIBUTE_OIDS.O && value === ownGrant(request)) continue
    const member = SUBJECT_MEMBERS.get(oid)
    if (member === undefined) push(otherAttributes, oid, value)
    else push(names, member, value)
  }
  for (const san of request.sans) {
    if ('value' in san) push(names, TEXT_SAN_MEMBERS[san.kind], san.value)
    else {
      const other = san.kind === 'otherName' ? otherNameOf(san.der) : null
      if (other === null) unspeakable.push(san)
      else push(otherNames, other.oid, other.value)
    }
  }
  const values = expressionValues(request, requester)
  return {
    request,
    isPublic,
    now: now ?? null,
    names,
    otherAttributes,
    otherNames,
    unspeakable,
    values,
  }
}

function push<K>(lists: Map<K, string[]>, key: K, value: string): void {
  const list = lists.get(key)
  if (list === undefined) lists.set(key, [value])
  else list.push(value)
}

// Value of an otherName SAN (RFC 5280 §4.2.1.6) as text for patterns and rules.

/** UTF8String, PrintableString, T61String, IA5String: text in approver-policy too (otherNameValueString). */
const TEXT_TAGS = new Set([0x0c, 0x13, 0x14, 0x16])

/**
 * OID and value of an otherName: valid UTF-8 of a text type as it is, anything else as the lower-case hex of its DER. Null if the name
 * cannot be read.
 */
function otherNameOf(der: Uint8Array): { readonly oid: string; readonly value: string } | null {
  const read = readingDer('the otherName', () => {
    const [type, value] = readDer(der).children
    if (type === undefined || value === undefined) return null
    return { oid: oidOf(type), value: valueText(explicitOf(value, 'the value of an otherName')) }
  })
  return read.ok ? read.value : null
}

function valueText(node: DerNode): string {
  const text = TEXT_TAGS.has(node.tag) ? utf8(node.content) : null
  return text ?? Buffer.from(node.bytes).toString('hex')
}

function utf8(bytes: Uint8Array): string | null {
  const text = Buffer.from(bytes).toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : null
}
