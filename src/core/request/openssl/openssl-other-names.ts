// otherName of an OpenSSL configuration: `<oid>;<TYPE>:<text>`, with the common string types of asn1_generate_nconf(3).
import type { San } from '../../../domain/request/x500.ts'
import type { Place } from '../../../domain/problem.ts'
import { shown } from '../../../lib/source/hidden-characters.ts'
import {
  context,
  ia5String,
  isAscii,
  isPrintable,
  oid as oidDer,
  printableString,
  utf8String,
} from '../../../lib/x509/der-write.ts'
import { attributeType } from './openssl-attributes.ts'
import type { OpensslReading } from './openssl-reading.ts'

interface TextType {
  readonly write: (text: string) => Uint8Array
  readonly fits: (text: string) => boolean
}

const UTF8: TextType = { write: utf8String, fits: () => true }
const IA5: TextType = { write: ia5String, fits: isAscii }
const PRINTABLE: TextType = { write: printableString, fits: isPrintable }

const TYPES: ReadonlyMap<string, TextType> = new Map([
  ['UTF8', UTF8],
  ['UTF8String', UTF8],
  ['IA5', IA5],
  ['IA5STRING', IA5],
  ['PRINTABLE', PRINTABLE],
  ['PRINTABLESTRING', PRINTABLE],
])

const VALUE = /^([^;]*);(FORMAT:(?:UTF8|ASCII),)?([A-Za-z0-9]+):(.*)$/s

/** The name, null if it was refused. */
export function opensslOtherName(value: string, at: Place, reading: OpensslReading): San | null {
  const [, id, format = '', type = '', text = ''] = VALUE.exec(value) ?? []
  if (id === undefined) {
    const hint = 'for example 1.3.6.1.4.1.311.20.2.3;UTF8:jane@example.com'
    reading.unsupported(at, `${shown(value)} is not <oid>;<TYPE>:<text>`, hint)
    return null
  }
  const oid = attributeType(id, reading)
  if (oid === null) {
    reading.unsupported(at, `${shown(id)} is not an object identifier`, 'write it as 1.2.3')
    return null
  }
  const known = TYPES.get(type)
  if (known === undefined) {
    reading.unknown(at, type, 'a type of text', TYPES.keys())
    return null
  }
  if (!isAscii(text) && !format.startsWith('FORMAT:UTF8')) {
    const hint = `write ${id};FORMAT:UTF8,${type}:…`
    reading.refuse(at, 'without FORMAT:UTF8 OpenSSL reads these letters as others', hint)
    return null
  }
  if (text === '' || !known.fits(text) || /\p{Cc}/u.test(text)) {
    reading.refuse(at, `${shown(text)} is not a text of the type ${type}`)
    return null
  }
  const der = context(0, oidDer(oid), context(0, known.write(text)))
  return { kind: 'otherName', der }
}
