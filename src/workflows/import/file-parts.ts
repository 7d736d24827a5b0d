// The CSRs in one file of PEM as tools write it: several blocks, keytool's label, text around the blocks.
import type { RequestFile } from '../../domain/request/request.ts'
import { fileKind } from '../../core/request/detect-format.ts'
import { readRequest } from '../../core/request/parse-request.ts'
import { nameFromPath, REQUEST_NAME } from '../../core/request/request-file-name.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { decodePemBlocks, encodePem } from '../../lib/x509/pem.ts'
import { privateKeyInBytes } from '../../lib/x509/private-key-in-file.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { textOf } from '../validate/read-requests.ts'
import type { Importing } from './import-request.ts'

/** A file with one request, with the name of one of several CSRs. */
type FilePart = Pick<Importing, 'name' | 'leftOut'> & { readonly file: RequestFile }

const LABELS = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST']

/** A file with a private key, other blocks or a fault is one part, and its reader reports it. */
export function partsOf(file: RequestFile): readonly FilePart[] {
  const text = textOf(file)
  const read = fileKind(file.path) === 'pkcs10' ? decodePemBlocks(text) : null
  const blocks = read?.ok === true ? read.value : []
  const isRefused =
    blocks.some(({ label, hasHeaders }) => hasHeaders || !LABELS.includes(label)) ||
    privateKeyInBytes(file.path, file.bytes) !== null
  if (blocks.length === 0 || isRefused) return [{ file, name: null, leftOut: [] }]
  const [around = ''] = text
    .replaceAll(/-----BEGIN[^]*?-----END.*/g, '')
    .trim()
    .split(/\r?\n/)
  return blocks.map(({ label, der }, index) => {
    const pem = encodePem('CERTIFICATE REQUEST', der)
    const part = { ...file, bytes: new TextEncoder().encode(pem) }
    const left = [
      ...(index > 0 || around === '' ? [] : [`the text from ${quoted(around)} on`]),
      ...(label === LABELS[0] ? [] : [`the label ${label}`]),
    ]
    return {
      file: part,
      name: blocks.length === 1 ? null : nameInside(part, index + 1),
      leftOut: left.map(what => ({ what, why: 'a request file holds the CSR only' })),
    }
  })
}

/** The common name if it can be the name of a request, otherwise the name of the file with a number. */
function nameInside(part: RequestFile, number: number): string {
  const read = readRequest(part, 'unnamed')
  const [name = ''] = read.ok ? attributeValues(read.value.spec.subject, ATTRIBUTE_OIDS.CN) : []
  return REQUEST_NAME.pattern.test(name) ? name : `${nameFromPath(part.path)}-${number}`
}
