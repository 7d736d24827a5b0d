// IP addresses as subjectAltName holds them (RFC 5280 §4.2.1.6): canonical text ⇄ 4 or 16 bytes.

/**
 * Returns the canonical text of an address: dotted IPv4, or IPv6 by RFC 5952 §4. Null if the text is not an address, and for
 * leading zeros in IPv4, zones, prefix lengths and IPv4-mapped IPv6 (::ffff:0:0/96). Go's signers turn the last into IPv4, so
 * another name would be issued than was judged.
 */
export function canonicalIp(text: string): string | null {
  const bytes = ipBytes(text)
  return bytes === null ? null : ipText(bytes)
}

/** Returns the 4 or 16 bytes of an address; null if the text is not an address or is IPv4-mapped IPv6. */
export function ipBytes(text: string): Uint8Array | null {
  const bytes = text.includes(':') ? ipv6Bytes(text) : ipv4Bytes(text)
  return bytes === null || isMappedIpv4(bytes) ? null : bytes
}

/** Returns the canonical text of 4 or 16 bytes; null for any other length and for IPv4-mapped IPv6. */
export function ipText(bytes: Uint8Array): string | null {
  if (bytes.length === 4) return bytes.join('.')
  return bytes.length === 16 && !isMappedIpv4(bytes) ? ipv6Text(bytes) : null
}

/** Returns whether the bytes are IPv4-mapped IPv6 (RFC 4291 §2.5.5.2); false for any length but 16. */
export function isMappedIpv4(bytes: Uint8Array): boolean {
  return (
    bytes.length === 16 &&
    bytes.subarray(0, 10).every(byte => byte === 0) &&
    bytes[10] === 0xff &&
    bytes[11] === 0xff
  )
}

/** Returns whether the text is a network: an address, `/` and the length of the prefix, without bits after it. */
export function isNetwork(text: string): boolean {
  const network = networkOf(text)
  return network !== null && network.bytes.every((byte, at) => byte === masked(network, at))
}

/** Returns whether an address is in a network; false if one of the texts is none. */
export function isInNetwork(address: string, text: string): boolean {
  const network = networkOf(text)
  const bytes = ipBytes(address)
  if (network === null || bytes?.length !== network.bytes.length) return false
  const { bits } = network
  return bytes.every((_, at) => masked({ bytes, bits }, at) === masked(network, at))
}

interface Network {
  readonly bytes: Uint8Array
  readonly bits: number
}

function networkOf(text: string): Network | null {
  const [address = '', prefix = '', ...more] = text.split('/')
  const bytes = ipBytes(address)
  if (bytes === null || more.length > 0 || !/^(?:0|[1-9]\d{0,2})$/.test(prefix)) return null
  const bits = Number(prefix)
  return bits <= bytes.length * 8 ? { bytes, bits } : null
}

function masked({ bytes, bits }: Network, at: number): number {
  const kept = Math.min(8, Math.max(0, bits - at * 8))
  return (bytes[at] ?? 0) & (0xff << (8 - kept))
}

function ipv4Bytes(text: string): Uint8Array | null {
  const parts = text.split('.')
  const isValid = parts.length === 4 && parts.every(isByte)
  return isValid ? Uint8Array.from(parts, Number) : null
}

function isByte(text: string): boolean {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255
}

/** URL drops line ends and tabs from its text, so the characters are checked before. */
function ipv6Bytes(text: string): Uint8Array | null {
  if (/[^0-9a-f:.]/i.test(text) || !URL.canParse(`http://[${text}]`)) return null
  const [head = [], tail = []] = canonicalIpv6(text).split('::').map(groupsOf)
  const zeros = Array.from({ length: 8 - head.length - tail.length }, () => 0)
  return Uint8Array.from([...head, ...zeros, ...tail].flatMap(group => [group >> 8, group & 0xff]))
}

function groupsOf(text: string): readonly number[] {
  return text === '' ? [] : text.split(':').map(group => Number.parseInt(group, 16))
}

function ipv6Text(bytes: Uint8Array): string {
  const hex = Buffer.from(bytes).toString('hex')
  return canonicalIpv6(hex.match(/.{4}/g)?.join(':') ?? '')
}

/** The URL standard serializes IPv6 as RFC 5952 §4 does (url.spec.whatwg.org, "IPv6 serializer"). */
function canonicalIpv6(text: string): string {
  return new URL(`http://[${text}]`).hostname.slice(1, -1)
}
