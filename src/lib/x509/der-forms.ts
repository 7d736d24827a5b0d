// Which contents of a universal type are DER (ITU-T X.690 §8, §10, §11): tag and bytes in, null or what is wrong out.

const SEQUENCE = 16
const SET = 17
/** EXTERNAL and EMBEDDED PDV are constructed too; nothing else universal is. */
const CONSTRUCTED: ReadonlySet<number> = new Set([8, 11, SEQUENCE, SET])

/** A universal type in the constructed form that DER gives to SEQUENCE and SET alone. */
export function mustBePrimitive(tag: number): boolean {
  return (tag & 0xe0) === 0x20 && !CONSTRUCTED.has(tag & 0x1f)
}

/** A universal SEQUENCE or SET in the primitive form. */
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

/** What is not DER about the contents of a universal primitive value, null where nothing is. */
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

/** Longer identifiers have no use, and their decimal form is costly. */
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

/** True where `second` has to stand before `first` in a SET OF (X.690 §11.6). */
export function isUnsortedSet(first: Uint8Array, second: Uint8Array): boolean {
  return Buffer.compare(first, second) > 0
}
