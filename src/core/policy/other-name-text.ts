// Value of an otherName SAN (RFC 5280 §4.2.1.6) as text for patterns and rules.
import { readDer, readingDer } from '../../lib/x509/der.ts'
import type { DerNode } from '../../lib/x509/der.ts'
import { explicitOf, oidOf } from '../../lib/x509/der-values.ts'

/** UTF8String, PrintableString, T61String, IA5String: text in approver-policy too (otherNameValueString). */
const TEXT_TAGS = new Set([0x0c, 0x13, 0x14, 0x16])

/**
 * OID and value of an otherName: valid UTF-8 of a text type as it is, anything else as the lower-case hex of its DER. Null if the name
 * cannot be read.
 */
export function otherNameOf(
  der: Uint8Array,
): { readonly oid: string; readonly value: string } | null {
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
