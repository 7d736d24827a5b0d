// The requests in one file as tools write it: CSRs in PEM with keytool's label and text around them, several manifests.
import type { RequestFile } from '../../domain/request/request.ts'
import { fileKind } from '../../core/request/detect-format.ts'
import { readRequest } from '../../core/request/parse-request.ts'
import { nameFromPath, REQUEST_NAME } from '../../core/request/request-file-name.ts'
import { manifestTexts } from '../../lib/source/manifest-texts.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { decodePemBlocks, encodePem } from '../../lib/x509/pem.ts'
import { privateKeyInBytes } from '../../lib/x509/private-key-in-file.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { textOf } from '../validate/read-requests.ts'
import type { Importing } from './import-request.ts'

/** A file with one request, with the name of one of several that need one. */
type FilePart = Pick<Importing, 'name' | 'leftOut'> & { readonly file: RequestFile }

const LABELS = ['CERTIFICATE REQUEST', 'NEW CERTIFICATE REQUEST']

/** A file with a private key, other blocks of PEM or a fault is one part, and its reader reports it. */
export function partsOf(file: RequestFile): readonly FilePart[] {
  const text = textOf(file)
  const hasKey = privateKeyInBytes(file.path, file.bytes) !== null
  if (fileKind(file.path) === 'manifest' && !hasKey) {
    const parts = manifestTexts(text).map(part =>
      part === text ? file : { ...file, bytes: new TextEncoder().encode(part) },
    )
    return parts.map(part => ({ file: part, name: null, leftOut: [] }))
  }
  const read = fileKind(file.path) === 'pkcs10' ? decodePemBlocks(text) : null
  const blocks = read?.ok === true ? read.value : []
  const isRefused =
    hasKey || blocks.some(({ label, hasHeaders }) => hasHeaders || !LABELS.includes(label))
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
