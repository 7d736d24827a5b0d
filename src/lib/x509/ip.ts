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

function ipv4Bytes(text: string): Uint8Array | null {
  const parts = text.split('.')
  const valid = parts.length === 4 && parts.every(isByte)
  return valid ? Uint8Array.from(parts, Number) : null
}

function isByte(text: string): boolean {
  return /^(?:0|[1-9]\d{0,2})$/.test(text) && Number(text) <= 255
}

function ipv6Bytes(text: string): Uint8Array | null {
  const halves = text.split('::')
  if (halves.length > 2) return null
  const [head, tail] = [groupsOf(halves[0] ?? ''), groupsOf(halves[1] ?? '')]
  if (head === null || tail === null) return null
  const missing = 8 - head.length - tail.length
  // '::' replaces at least one group of zeros.
  if (halves.length === 2 ? missing < 1 : missing !== 0) return null
  if (halves.length === 2 && (halves[0] ?? '').includes('.')) return null
  const groups = [...head, ...Array.from({ length: missing }, () => 0), ...tail]
  return Uint8Array.from(groups.flatMap(group => [group >> 8, group & 0xff]))
}

/**
 * Returns the groups on one side of '::', null if they are invalid. The last part may be an IPv4 address in place of two groups.
 */
function groupsOf(text: string): readonly number[] | null {
  if (text === '') return []
  const parts = text.split(':')
  const last = ipv4Bytes(parts.at(-1) ?? '')
  const words = last === null ? parts : parts.slice(0, -1)
  if (!words.every(word => /^[0-9a-f]{1,4}$/i.test(word))) return null
  const groups = words.map(word => Number.parseInt(word, 16))
  return last === null ? groups : [...groups, ...pairs(last)]
}

function pairs(bytes: Uint8Array): readonly number[] {
  return Array.from(
    { length: bytes.length / 2 },
    (_, index) => ((bytes[index * 2] ?? 0) << 8) | (bytes[index * 2 + 1] ?? 0),
  )
}

/** RFC 5952 §4.2: the longest run of at least two zero groups becomes '::', the first one of equal runs. */
function ipv6Text(bytes: Uint8Array): string {
  const groups = pairs(bytes)
  const run = longestZeroRun(groups)
  if (run.length < 2) return hexGroups(groups)
  const head = hexGroups(groups.slice(0, run.start))
  return `${head}::${hexGroups(groups.slice(run.start + run.length))}`
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  let start = 0
  for (const [index, group] of groups.entries()) {
    if (group !== 0) start = index + 1
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start }
  }
  return best
}

function hexGroups(groups: readonly number[]): string {
  return groups.map(group => group.toString(16)).join(':')
}
