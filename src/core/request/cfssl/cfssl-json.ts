// Reader of cfssl's CSR JSON (github.com/cloudflare/cfssl v1.6.5, csr/csr.go): the request that `cfssl genkey` would make. The
// format has no signer, usages or lifetime. Parts that cfssl ignores give a warning; parts that countersign does not support are
// refused.
import type { Checked } from '../../../domain/problem.ts'
import { checked, refuse, sortProblems } from '../../../domain/problem.ts'
import type { PrivateKeySpec } from '../../../domain/request/request.ts'
import type { SourceText } from '../../../lib/source/text-position.ts'
import { wholeFile } from '../../../lib/source/text-position.ts'
import type { Path, YamlTree } from '../../../lib/source/located-values.ts'
import { cfsslSans } from './cfssl-hosts.ts'
import { CfsslReading } from './cfssl-members.ts'
import { cfsslSubject } from './cfssl-names.ts'
import type { Reading } from '../format-reading.ts'
import { SILENT } from '../format-reading.ts'

const MEMBERS = [
  'CN',
  'names',
  'hosts',
  'key',
  'ca',
  'serialnumber',
  'delegation_enabled',
  'extensions',
  'crl_url',
]
/** A file without any of these members is not in cfssl's format. */
const TELLING = new Set(['cn', 'names', 'hosts', 'key'])

/** True if a JSON file without apiVersion looks like cfssl's. */
export function isCfssl(tree: YamlTree): boolean {
  return [...tree.root.children.keys()].some(key => TELLING.has(String(key).toLowerCase()))
}

export function readCfsslJson(tree: YamlTree): Checked<Reading> {
  if (!isJson(tree.source)) {
    const message = 'cfssl reads JSON, and this is other YAML'
    return refuse({ code: 'FILE_YAML', at: wholeFile(tree.source), message, hint: null })
  }
  const reading = new CfsslReading(tree)
  reading.places.set('', wholeFile(tree.source))
  const members = reading.members([], MEMBERS)
  const subject = cfsslSubject(members, reading)
  const sans = cfsslSans(members.get('hosts'), reading)
  const privateKey = readKey(members.get('key'), reading)
  refuseOthers(members, reading)
  return checked(reading.problems, () => ({
    name: null,
    spec: { ...SILENT, subject, sans, privateKey },
    places: reading.places,
    remarks: sortProblems(reading.remarks),
  }))
}

function isJson({ text }: SourceText): boolean {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

const ALGORITHMS: ReadonlyMap<string, PrivateKeySpec['algorithm']> = new Map([
  ['rsa', 'RSA'],
  ['ecdsa', 'ECDSA'],
  ['ed25519', 'Ed25519'],
])

/** cfssl starts from ecdsa and 256, and the file replaces each on its own: {"algo": "rsa"} alone is RSA with 256 bits. */
function readKey(path: Path | undefined, reading: CfsslReading): PrivateKeySpec | null {
  if (path === undefined) return null
  const members = reading.members(path, ['algo', 'size'])
  const said = members.get('algo')
  const name = said === undefined ? 'ecdsa' : (reading.text(said) ?? '')
  const size = reading.number(members.get('size'))
  const algorithm = ALGORITHMS.get(name)
  reading.place('privateKey', path)
  const sizeAt = members.get('size')
  if (sizeAt !== undefined) reading.place('privateKey.size', sizeAt)
  if (algorithm === undefined) {
    const hint = 'rsa, ecdsa or ed25519, in lower case'
    reading.refuse(said ?? path, `"${name}" is no kind of key`, hint, 'REQUEST_KEY_UNSUPPORTED')
    return null
  }
  checkSize(algorithm, size ?? 256, sizeAt ?? said ?? path, reading)
  if (algorithm === 'Ed25519' && sizeAt !== undefined)
    reading.trap(reading.at(sizeAt), 'cfssl ignores the size of an ed25519 key')
  const bits = algorithm === 'Ed25519' ? null : (size ?? 256)
  return { algorithm, size: bits, encoding: 'PKCS8', rotationPolicy: 'Always' }
}

function checkSize(
  algorithm: PrivateKeySpec['algorithm'],
  size: number,
  path: Path,
  reading: CfsslReading,
): void {
  const isFine =
    algorithm === 'Ed25519' ||
    (algorithm === 'ECDSA'
      ? [256, 384, 521].includes(size)
      : size >= 2048 && size <= 8192 && size % 8 === 0)
  if (isFine) return
  const bits = algorithm === 'RSA' ? '2048 to 8192 bits, a multiple of 8' : '256, 384 or 521 bits'
  const message = `${algorithm} keys have ${bits}, and this says ${size}`
  const hint = size === 256 ? 'without size cfssl takes 256 whatever the kind of key' : null
  reading.refuse(path, message, hint, 'REQUEST_KEY_UNSUPPORTED')
}

function refuseOthers(members: ReadonlyMap<string, Path>, reading: CfsslReading): void {
  const [ca, extensions, delegation, crl] = [
    'ca',
    'extensions',
    'delegation_enabled',
    'crl_url',
  ].map(name => members.get(name))
  if (ca !== undefined)
    reading.unsupported(ca, 'countersign requests no CA certificates', 'remove "ca"')
  if (reading.items(extensions).length > 0 && extensions !== undefined) {
    const message = 'extensions are written by hand, which nobody can review'
    reading.unsupported(extensions, message, 'write names as hosts; usages come from the defaults')
  }
  if (reading.boolean(delegation) && delegation !== undefined)
    reading.unsupported(delegation, 'no signer of Kubernetes delegates credentials', 'remove it')
  if (crl !== undefined)
    reading.trap(reading.keyAt(crl), 'cfssl uses crl_url for CA certificates only', 'remove it')
}
