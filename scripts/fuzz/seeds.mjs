// Seeds of inputs: the request files of the tests, good and bad, and the configuration and policies of this repository.
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../run.mjs'

const REQUESTS = join(ROOT, 'test/fixtures/requests')
/** File extensions that count as another kind. */
const ALSO = { '.csr': '.pem', '.cnf': '.conf', '.yaml': '.yml' }

/** @param {import('./targets.mjs').Target} target @returns {readonly Buffer[]} */
export function seedsOf({ kind, extension }) {
  const files = filesOf(extension).map(path => readFileSync(path))
  return kind === 'der' ? files.flatMap(derIn) : files
}

function filesOf(extension) {
  if (extension === 'countersign.yaml') return [join(ROOT, extension)]
  if (extension === 'policy.yaml')
    return readdirSync(join(ROOT, 'policies'))
      .filter(name => !name.includes('.test.'))
      .map(name => join(ROOT, 'policies', name))
  return ['good', 'bad'].flatMap(folder =>
    readdirSync(join(REQUESTS, folder))
      .filter(name => name.endsWith(extension) || name.endsWith(ALSO[extension] ?? extension))
      .map(name => join(REQUESTS, folder, name)),
  )
}

/** The values of every block, whole and in parts: each SEQUENCE in it is a seed. */
function derIn(file) {
  const blocks = file
    .toString('latin1')
    .match(/(?<=-----BEGIN [A-Z ]+-----)[A-Za-z0-9+/=\s]+(?=-----END)/g)
  return (blocks ?? []).flatMap(text => partsOf(Buffer.from(text, 'base64'), 0))
}

function partsOf(der, depth) {
  if (der.length < 2 || depth > 6) return []
  const parts = der[0] === 0x30 || der[0] === 0x31 ? [der] : []
  for (let at = headOf(der); at + 1 < der.length;) {
    const rest = der.subarray(at)
    const end = at + headOf(rest) + lengthOf(rest)
    if ((der[at] & 0x20) !== 0) parts.push(...partsOf(der.subarray(at, end), depth + 1))
    at = end
  }
  return parts
}

/** Bytes of tag and length. */
function headOf(der) {
  return der[1] < 0x80 ? 2 : 2 + (der[1] & 0x7f)
}

/** The encoded length; the remaining bytes if it is unreadable, because some seeds are broken. */
function lengthOf(der) {
  if (der[1] < 0x80) return der[1]
  const digits = der[1] & 0x7f
  return digits >= 1 && digits <= 4 && der.length >= 2 + digits
    ? der.readUIntBE(2, digits)
    : der.length
}
