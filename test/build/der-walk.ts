// A small DER reader for tests, independent of the product's: the parts of a certificate as they lie in the bytes.
import { X509Certificate } from 'node:crypto'

interface Node {
  readonly tag: number
  /** The whole TLV. */
  readonly bytes: Buffer
  readonly content: Buffer
}

export function children(content: Buffer): readonly Node[] {
  const nodes: Node[] = []
  for (let at = 0; at < content.length;) {
    const tag = content[at]!
    let length = content[at + 1]!
    let start = at + 2
    if (length > 0x7f) {
      const digits = length & 0x7f
      length = content.readUIntBE(start, digits)
      start += digits
    }
    const end = start + length
    nodes.push({ tag, bytes: content.subarray(at, end), content: content.subarray(start, end) })
    at = end
  }
  return nodes
}

export interface CertificateParts {
  readonly pem: string
  readonly version: number
  readonly serial: Buffer
  /** Hex of the AlgorithmIdentifier. */
  readonly algorithm: string
  /** Hex of the name's TLV. */
  readonly issuer: string
  readonly subject: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** Hex of the SubjectPublicKeyInfo. */
  readonly spki: string
  readonly extensions: readonly ExtensionParts[]
}

export interface ExtensionParts {
  readonly name: string
  readonly critical: boolean
  /** Hex of what is inside the OCTET STRING. */
  readonly value: string
}

const NAMES: Readonly<Record<string, string>> = {
  '551d0e': 'subjectKeyIdentifier',
  '551d0f': 'keyUsage',
  '551d11': 'subjectAltName',
  '551d13': 'basicConstraints',
  '551d23': 'authorityKeyIdentifier',
  '551d25': 'extendedKeyUsage',
}

export function certificateParts(pem: string): CertificateParts {
  const certificate = new X509Certificate(pem)
  const tbs = children(children(certificate.raw)[0]!.content)[0]!
  const [version, serial, algorithm, issuer, , subject, spki, list] = children(tbs.content)
  const extensions = children(children(list!.content)[0]!.content).map(extension => {
    const fields = children(extension.content)
    const oid = fields[0]!.content.toString('hex')
    const value = fields.at(-1)!.content.toString('hex')
    return { name: NAMES[oid] ?? oid, critical: fields.length === 3, value }
  })
  return {
    pem,
    version: children(version!.content)[0]!.content[0]! + 1,
    serial: serial!.content,
    algorithm: algorithm!.bytes.toString('hex'),
    issuer: issuer!.bytes.toString('hex'),
    subject: subject!.bytes.toString('hex'),
    notBefore: new Date(certificate.validFrom),
    notAfter: new Date(certificate.validTo),
    spki: spki!.bytes.toString('hex'),
    extensions,
  }
}

/** Hex of a TLV with these parts; text is taken as bytes. */
export function tlv(tag: number, ...parts: readonly (string | Buffer)[]): Buffer {
  const content = Buffer.concat(parts.map(part => Buffer.from(part)))
  const header = content.length < 0x80 ? [tag, content.length] : [tag, 0x81, content.length]
  return Buffer.concat([Buffer.from(header), content])
}

/** One attribute of a name, by the last byte of its OID 2.5.4.x. */
export function attribute(type: number, text: string, tag = 0x13): Buffer {
  return tlv(0x30, tlv(0x06, Buffer.from([0x55, 0x04, type])), tlv(tag, text))
}

export function rdn(...attributes: readonly Buffer[]): Buffer {
  return tlv(0x31, ...attributes)
}

export function nameHex(...rdns: readonly Buffer[]): string {
  return tlv(0x30, ...rdns).toString('hex')
}
