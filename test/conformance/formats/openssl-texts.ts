// Arbitrary names and values as OpenSSL configurations write them: bare, quoted, escaped, over two lines, by variables.
import * as fc from 'fast-check'

/** One of these, in proportion to their weights. */
export function likely<T>(
  ...options: readonly (readonly [weight: number, value: T])[]
): fc.Arbitrary<T> {
  return fc.oneof(...options.map(([weight, value]) => ({ weight, arbitrary: fc.constant(value) })))
}

/** Mostly one of the first list, now and then one of the second. */
export function mostly<T>(usual: readonly T[], odd: readonly T[], weight = 20): fc.Arbitrary<T> {
  return fc.oneof(
    { weight, arbitrary: fc.constantFrom(...usual) },
    { weight: 1, arbitrary: fc.constantFrom(...odd) },
  )
}

const PLAIN =
  "jane|developers|web|team a|x|a.b-c|o'clock|R(1)|a,b|a=b|a/b|two  spaces|n|r2|Team: B".split('|')
const ODD = 'a@b|x_y|été|Ω|a*|"|;|a#b|\\|$||.| |😀|a\tb|a;b'.split('|')
const word = mostly(PLAIN, ODD, 12)

const FORMS = ['bare', 'bare', 'double', 'single', 'back', 'escaped', 'cut', 'raw'] as const

function quoted(text: string, quote: string): string {
  return `${quote}${text.replaceAll(/[\\"'`]/g, String.raw`\$&`)}${quote}`
}

function write(text: string, form: (typeof FORMS)[number]): string {
  if (form === 'double') return quoted(text, '"')
  if (form === 'single') return quoted(text, "'")
  if (form === 'back') return quoted(text, '`')
  if (form === 'raw' && !/['"`]/.test(text)) return text
  const bare = text.replaceAll(/[\\"'`#$]/g, String.raw`\$&`)
  if (form === 'escaped') return bare.replace(/^[a-mo-qsu-z]/, String.raw`\$&`)
  return form === 'cut' ? `${bare.slice(0, 2)}\\\n${bare.slice(2)}` : bare
}

const written = fc.tuple(word, fc.constantFrom(...FORMS)).map(([text, form]) => write(text, form))

const VARIABLES = ['$v', '${v}', '$(v)', '$vars::a', '${vars::a}', '$(vars::a)', '$w', '${vars::v}']
const variable = mostly(VARIABLES, ['$none', '${v', '$ENV::HOME', '$none::v', '$(v}', '$'], 12)

/** A value of a name. */
export const value = fc.oneof(
  { weight: 12, arbitrary: written },
  { weight: 2, arbitrary: fc.tuple(written, written).map(parts => parts.join('')) },
  { weight: 2, arbitrary: fc.tuple(variable, written).map(([a, b]) => `${a}-${b}`) },
  { weight: 1, arbitrary: variable },
)

const TYPES = (
  'OU L ST street postalCode commonName organizationName organizationalUnitName emailAddress DC UID ' +
  'serialNumber title GN SN initials description businessCategory name pseudonym dnQualifier ' +
  'generationQualifier organizationIdentifier userId domainComponent surname givenName ' +
  'stateOrProvinceName localityName streetAddress'
).split(' ')
const ODD_TYPES = ['1.2.3.4', '2.5.4.10', 'csRole', 'csGrade', 'cn', 'unknown', '1.02.3', '3.1', '']

/** How the type of an attribute is written. */
export const attributeType = fc.oneof(
  { weight: 20, arbitrary: fc.constantFrom('CN', 'O', 'OU', 'C', 'countryName') },
  { weight: 14, arbitrary: fc.constantFrom(...TYPES) },
  { weight: 1, arbitrary: fc.constantFrom(...ODD_TYPES) },
)

export const prefix = likely(
  [12, ''],
  [6, '0.'],
  [6, '1.'],
  [2, 'x,'],
  [4, '1.+'],
  [1, '+'],
  [1, '2,+'],
)
