// The DER rules for tags and contents of universal types (ITU-T X.690 §8, §10, §11).

const SEQUENCE = 16
const SET = 17
/** EXTERNAL and EMBEDDED PDV are constructed too; nothing else universal is. */
const CONSTRUCTED: ReadonlySet<number> = new Set([8, 11, SEQUENCE, SET])

/**
 * Returns whether a tag is a universal type in the constructed form, which DER allows for SEQUENCE, SET, EXTERNAL and EMBEDDED PDV
 * alone (X.690 §10.2).
 */
export function mustBePrimitive(tag: number): boolean {
  return (tag & 0xe0) === 0x20 && !CONSTRUCTED.has(tag & 0x1f)
}

/** Returns whether a tag is a universal SEQUENCE, SET, EXTERNAL or EMBEDDED PDV in the primitive form (X.690 §8.9.1, §8.11.1). */
export function mustBeConstructed(tag: number): boolean {
  return (tag & 0xe0) === 0 && CONSTRUCTED.has(tag & 0x1f)
}

type Form = (content: Uint8Array) => string | null

const FORMS: ReadonlyMap<number, Form> = new Map([
  [1, booleanForm],
  [2, integerForm],
  [3, bitStringForm],
  [5, (content: Uint8Array) => (content.length === 0 ? null : 'a NULL that has contents')],
  [6, oidForm],
  [10, integerForm],
])

/**
 * Returns how the contents of a universal primitive value break DER, as a noun phrase; null if they do not. Checks BOOLEAN (X.690
 * §11.1), INTEGER and ENUMERATED (§8.3.2, §8.4), BIT STRING (§8.6.2, §11.2.1), NULL (§8.8) and OBJECT IDENTIFIER (§8.19, and at
 * most 64 bytes); null for every other type.
 */
export function checkPrimitive(tag: number, content: Uint8Array): string | null {
  return FORMS.get(tag)?.(content) ?? null
}

function booleanForm(content: Uint8Array): string | null {
  if (content.length !== 1) return 'a BOOLEAN that is not one byte'
  return content[0] === 0 || content[0] === 0xff ? null : 'a BOOLEAN that is neither 00 nor FF'
}

function integerForm(content: Uint8Array): string | null {
  const [first, second] = content
  if (first === undefined) return 'an INTEGER without contents'
  if (second === undefined) return null
  const padded = (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)
  return padded ? 'an INTEGER in more bytes than it needs' : null
}

function bitStringForm(content: Uint8Array): string | null {
  const unused = content[0]
  if (unused === undefined) return 'a BIT STRING without contents'
  if (unused > 7) return 'a BIT STRING with more than seven unused bits'
  const last = content.at(-1)
  if (unused === 0 || last === undefined) return null
  if (content.length === 1) return 'an empty BIT STRING with unused bits'
  return (last & ((1 << unused) - 1)) === 0 ? null : 'a BIT STRING whose unused bits are not zero'
}

/** Longer identifiers have no use, and their decimal text is costly to compute. */
const MAX_OID_BYTES = 64

function oidForm(content: Uint8Array): string | null {
  if (content.length === 0) return 'an OBJECT IDENTIFIER without contents'
  if (content.length > MAX_OID_BYTES)
    return `an OBJECT IDENTIFIER of more than ${MAX_OID_BYTES} bytes`
  const padded = content.some(
    (byte, index) => byte === 0x80 && (index === 0 || (content[index - 1] ?? 0) < 0x80),
  )
  if (padded) return 'an OBJECT IDENTIFIER with a padded arc'
  return (content.at(-1) ?? 0) < 0x80 ? null : 'an OBJECT IDENTIFIER that stops inside an arc'
}

/** Returns whether `second` must come before `first` in a SET OF (X.690 §11.6). */
export function isUnsortedSet(first: Uint8Array, second: Uint8Array): boolean {
  return Buffer.compare(first, second) > 0
}
