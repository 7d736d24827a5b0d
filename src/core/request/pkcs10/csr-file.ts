// Reader of PKCS#10 requests in PEM (.csr, .pem): the request gives the names, defaults give everything else.
import type { Checked } from '../../../domain/problem.ts'
import { ok } from '../../../domain/problem.ts'
import type { SourceText } from '../../../lib/source/text-position.ts'
import { wholeFile } from '../../../lib/source/text-position.ts'
import { pkcs10FromPem } from './verified-pkcs10.ts'
import type { Reading } from '../format-reading.ts'
import { SILENT } from '../format-reading.ts'

export function readPemRequest(source: SourceText): Checked<Reading> {
  const at = wholeFile(source)
  const read = pkcs10FromPem(source.text, at)
  if (!read.ok) return read
  const { subject, sans } = read.value
  return ok({
    name: null,
    spec: { ...SILENT, subject, sans, request: read.value },
    places: new Map([
      ['', at],
      ['request', at],
    ]),
  })
}
