// Reader of cfssl's CSR JSON (github.com/cloudflare/cfssl v1.6.5, csr/csr.go): the request that `cfssl genkey` would make. The
// format has no signer, usages or lifetime. Parts that cfssl ignores give a warning; parts that countersign does not support are
// refused.
import { jsonOf } from '../../../domain/json-text.ts'
import type { Checked, Problem } from '../../../domain/problem.ts'
import { checked, refuse, sortProblems } from '../../../domain/problem.ts'
import type { PrivateKeySpec } from '../../../domain/request/request.ts'
import type { SourceText } from '../../../lib/source/text-position.ts'
import { placeAt, wholeFile } from '../../../lib/source/text-position.ts'
import type { Path, YamlTree } from '../../../lib/source/located-values.ts'
import type { DistinguishedName, NameAttribute } from '../../../domain/request/x500.ts'
import { quoted } from '../../../lib/source/hidden-characters.ts'
import { isPrintable, printableString, utf8String } from '../../../lib/x509/der-write.ts'
import { inDerOrder } from '../../../lib/x509/x500-name.ts'
import { ATTRIBUTE_OIDS, attributeShortName } from '../../../lib/x509/oids.ts'
import { textFault } from '../../../lib/schema/text-rules.ts'
import type { Reading } from '../format-reading.ts'
import { SILENT } from '../format-reading.ts'
import { isObjectIdentifier } from '../object-identifier.ts'
import { attributeRule, placedMember } from '../subject-schema.ts'
import { cfsslSans } from './cfssl-hosts.ts'
import { CfsslReading } from './cfssl-members.ts'

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
  if (jsonOf(tree.source.text) === null) return refuse(notJson(tree.source))
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

/** At a comma that only YAML allows before a closing bracket; else at the whole file. */
function notJson(source: SourceText): Problem {
  const found = [...source.text.matchAll(/"(?:\\.|[^"\\])*"|,(?=\s*[}\]])/g)]
  const comma = found.find(([text]) => text === ',')?.index
  const [at, message, hint] =
    comma === undefined
      ? [wholeFile(source), 'cfssl reads JSON, and this is other YAML', null]
      : [placeAt(source, comma), 'nothing follows this comma', 'remove the comma']
  return { code: 'FILE_YAML', at, message, hint }
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

// The subject of a cfssl CSR JSON, in the same bytes as Go writes (csr.go Name, crypto/x509/pkix ToRDNSequence of Go 1.26).

const NAME_MEMBERS = ['C', 'ST', 'L', 'O', 'OU', 'E', 'SerialNumber', 'OID'] as const
/** In the order in which Go writes them. The values of one type share an RDN. */
const GATHERED = ['C', 'ST', 'L', 'O', 'OU'] as const

interface Value {
  readonly oid: string
  readonly text: string
  readonly path: Path
}

function cfsslSubject(
  members: ReadonlyMap<string, Path>,
  reading: CfsslReading,
): DistinguishedName {
  const names = reading.items(members.get('names')).map(path => nameEntry(path, reading))
  const gathered = names.flatMap(({ gathered: values }) => values)
  const extras = names.flatMap(({ extras: values }) => values)
  const single = [
    ...one(members.get('CN'), ATTRIBUTE_OIDS.CN, reading),
    ...one(members.get('serialnumber'), ATTRIBUTE_OIDS.serialNumber, reading),
  ]
  const taken = new Set(extras.map(({ oid }) => oid))
  for (const value of [...gathered, ...single].filter(({ oid }) => taken.has(oid))) {
    const message = `an OID entry of the same type makes cfssl ignore this ${attributeShortName(value.oid)}`
    reading.trap(reading.at(value.path), message, 'write it in one of the two ways')
  }
  const kept = [...gathered, ...single].filter(({ oid }) => !taken.has(oid))
  const order = [...GATHERED.map(name => ATTRIBUTE_OIDS[name]), ...single.map(({ oid }) => oid)]
  const rdns = order.map(type => kept.filter(({ oid }) => oid === type))
  const all = [...rdns, ...extras.map(extra => [extra])].filter(({ length }) => length > 0)
  return inDerOrder(all.map(values => values.map(value => attributeOf(value, reading))))
}

function one(path: Path | undefined, oid: string, reading: CfsslReading): readonly Value[] {
  const text = reading.text(path)
  return text === null || path === undefined ? [] : [{ oid, text, path }]
}

/** One entry of names. OID entries and E become RDNs of their own, after all others. */
function nameEntry(path: Path, reading: CfsslReading) {
  const members = reading.members(path, NAME_MEMBERS)
  const serial = members.get('SerialNumber')
  if (serial !== undefined) {
    const message = 'cfssl ignores SerialNumber in names'
    reading.trap(reading.keyAt(serial), message, 'write serialnumber next to names')
  }
  const gathered = GATHERED.flatMap(name => one(members.get(name), ATTRIBUTE_OIDS[name], reading))
  const extras = reading.pairs(members.get('OID')).flatMap(([oid, at]) => {
    if (isObjectIdentifier(oid)) return [{ oid, text: reading.text(at) ?? '', path: at }]
    const message = `${quoted(oid)} is not an object identifier`
    reading.refuse(at, message, 'write it as 1.2.3.4', 'FILE_FIELD_VALUE')
    return []
  })
  const email = one(members.get('E'), ATTRIBUTE_OIDS.emailAddress, reading)
  return { gathered, extras: [...extras, ...email] }
}

function attributeOf({ oid, text, path }: Value, reading: CfsslReading): NameAttribute {
  const rule = attributeRule(oid)
  reading.place(placedMember(oid), path)
  if (!rule.pattern.test(text)) {
    const { message, hint } = textFault(rule, text)
    reading.refuse(path, message, hint, 'FILE_FIELD_VALUE')
  }
  // Go has no IA5String for emailAddress
  return { oid, value: text, der: isPrintable(text) ? printableString(text) : utf8String(text) }
}
