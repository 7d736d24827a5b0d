// GeneralNames of subjectAltName (RFC 5280 §4.2.1.6): all nine kinds are read, none is dropped.
import type { San } from '../../domain/request/x500.ts'
import type { Checked } from '../../domain/problem.ts'
import { DerFault, readDer, readingDer, TAG } from './der.ts'
import type { DerNode } from './der.ts'
import { checkPrimitive } from './der-forms.ts'
import { explicitOf, oidOf, oidText, someOf } from './der-values.ts'
import { contextPrimitive, ia5Contents, isAscii, sequence } from './der-write.ts'
import { ipBytes, ipText, isMappedIpv4 } from './ip.ts'
import { formatName, nameFromNode, showInvisible } from './x500-name.ts'
import { ia5Of } from './strings.ts'

export { canonicalIp } from './ip.ts'

const IP_TAG = 0x87

/**
 * Returns the names in the value of a subjectAltName extension, at least one, in their order. Refuses with X509_DER, X509_STRUCTURE
 * (also for IPv4-mapped IPv6) or X509_STRING.
 */
export function readSans(value: Uint8Array): Checked<readonly San[]> {
  return readingDer('the subject alternative names', () => sansOf(readDer(Uint8Array.from(value))))
}

/** Returns the same for a node of a larger structure. Throws DerFault with the codes of `readSans`. */
export function sansOf(node: DerNode): readonly San[] {
  return someOf(node, TAG.SEQUENCE, 'subjectAltName (a SEQUENCE)').map(sanOf)
}

const READERS: ReadonlyMap<number, (node: DerNode) => San> = new Map<
  number,
  (node: DerNode) => San
>([
  [0xa0, otherName],
  [0x81, node => ({ kind: 'emailAddress', value: ia5Of(node, 'an e-mail SAN') })],
  [0x82, node => ({ kind: 'dnsName', value: ia5Of(node, 'a DNS SAN') })],
  [0xa3, node => ({ kind: 'x400Address', der: node.bytes })],
  [0xa4, directoryName],
  [0xa5, node => ({ kind: 'ediPartyName', der: node.bytes })],
  [0x86, node => ({ kind: 'uri', value: ia5Of(node, 'a URI SAN') })],
  [IP_TAG, ipAddress],
  [0x88, registeredId],
])

function sanOf(node: DerNode): San {
  const reader = READERS.get(node.tag)
  if (reader !== undefined) return reader(node)
  throw new DerFault('X509_STRUCTURE', 'a SAN of a kind that does not exist', node.offset)
}

function otherName(node: DerNode): San {
  otherNameParts(node)
  return { kind: 'otherName', der: node.bytes }
}

function otherNameParts(node: DerNode): { readonly oid: string; readonly value: DerNode } {
  const [type, value, extra] = node.children
  if (type === undefined || value?.tag !== 0xa0 || extra !== undefined) {
    throw new DerFault('X509_STRUCTURE', 'an otherName SAN is not a type and a value', node.offset)
  }
  return {
    oid: oidOf(type, 'the type of an otherName SAN'),
    value: explicitOf(value, 'the value of an otherName SAN'),
  }
}

function directoryName(node: DerNode): San {
  nameFromNode(explicitOf(node, 'a directoryName SAN'))
  return { kind: 'directoryName', der: node.bytes }
}

function registeredId(node: DerNode): San {
  const wrong = checkPrimitive(TAG.OID, node.content)
  if (wrong !== null) throw new DerFault('X509_DER', wrong, node.offset)
  return { kind: 'registeredId', der: node.bytes }
}

function ipAddress(node: DerNode): San {
  const value = ipText(node.content)
  if (value !== null) return { kind: 'ipAddress', value }
  if (isMappedIpv4(node.content)) {
    const hint = 'write the address as IPv4: signers shorten it to that'
    throw new DerFault('X509_STRUCTURE', 'an IP SAN is IPv4 inside IPv6', node.offset, hint)
  }
  const sentence = `an IP SAN of ${node.content.length} bytes, not 4 or 16`
  throw new DerFault('X509_STRUCTURE', sentence, node.offset)
}

const TEXT_TAGS = { emailAddress: 1, dnsName: 2, uri: 6 } as const

/** Returns the value of a subjectAltName extension. Throws RangeError for a name with a `sanFault`. */
export function encodeSans(sans: readonly San[]): Uint8Array {
  return sequence(...sans.map(encodeSan))
}

function encodeSan(san: San): Uint8Array {
  if ('der' in san) return san.der
  const fault = sanFault(san)
  if (fault !== null) throw new RangeError(fault)
  if (san.kind !== 'ipAddress') return contextPrimitive(TEXT_TAGS[san.kind], ia5Contents(san.value))
  return contextPrimitive(7, ipBytes(san.value) ?? new Uint8Array(0))
}

/**
 * Returns why a name cannot be written (not ASCII, a control character, empty, not an IP address), in a sentence without a full
 * stop; null if it can. A name that is kept as DER always can.
 */
export function sanFault(san: San): string | null {
  if ('der' in san) return null
  if (san.kind === 'ipAddress') {
    return ipBytes(san.value) === null ? `"${san.value}" is not an IP address` : null
  }
  if (san.value === '') return `a subject alternative name (${PREFIXES[san.kind]}) is empty`
  if (!isAscii(san.value)) return `"${san.value}" is not ASCII, as ${PREFIXES[san.kind]} names are`
  return /\p{Cc}/u.test(san.value) ? `"${san.value}" holds a control character` : null
}

const PREFIXES = {
  dnsName: 'DNS',
  ipAddress: 'IP',
  emailAddress: 'email',
  uri: 'URI',
  otherName: 'otherName',
  x400Address: 'x400Address',
  directoryName: 'dirName',
  ediPartyName: 'ediPartyName',
  registeredId: 'RID',
} as const

/**
 * Returns a name for people, with the prefixes of OpenSSL: `DNS:a.example`, `IP:10.0.0.1`, `email:…`, `URI:…`, `dirName:CN=…`,
 * `RID:1.2.3`, `otherName:<oid>:<hex of the value>`; the other kinds in hex. Backslashes and commas are escaped, so that one name
 * never looks like two in a list. Invisible characters are shown as in `formatName`.
 */
export function formatSan(san: San): string {
  return `${PREFIXES[san.kind]}:${'der' in san ? formatOpaque(san) : escapeText(san.value)}`
}

function escapeText(value: string): string {
  return showInvisible(value.replaceAll(/[\\,]/g, String.raw`\$&`))
}

function formatOpaque(san: San & { readonly der: Uint8Array }): string {
  const node = readingDer('the name', () => readDer(san.der))
  const text = node.ok ? readingDer('the name', () => opaqueText(san.kind, node.value)) : node
  return text.ok ? text.value : hexOf(san.der)
}

function opaqueText(kind: San['kind'], node: DerNode): string {
  if (kind === 'directoryName')
    return formatName(nameFromNode(explicitOf(node, 'a directoryName SAN')))
  if (kind === 'registeredId') return oidText(node.content)
  if (kind !== 'otherName') return hexOf(node.bytes)
  const { oid, value } = otherNameParts(node)
  return `${oid}:${hexOf(value.bytes)}`
}

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}
