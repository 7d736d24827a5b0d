// The reader of PKCS#10 certification requests (RFC 2986): DER in, everything it asks for out. The signature is verified over the
// original bytes.
import type { ExtensionSet, Pkcs10, PublicKey } from '../../domain/cluster/certificate.ts'
import type { Checked } from '../../domain/problem.ts'
import { DerFault, readDer, readingDer, requireSorted, TAG, requireUnique } from './der.ts'
import type { DerNode } from './der.ts'
import { bitStringBytes, Fields, integerOf, oidOf, someOf } from './der-values.ts'
import { extensionsOf, NO_EXTENSIONS } from './extensions.ts'
import { nameFromNode } from './x500-name.ts'
import { REQUEST_ATTRIBUTE_OIDS } from './oids.ts'
import { publicKeyOf } from './public-key.ts'
import { isSignatureValid, schemeOf, verifyingKey } from './signature.ts'
import type { SignatureScheme } from './signature.ts'

/**
 * Returns a request with every name, extension and attribute; its signature has been verified. Refuses with X509_DER,
 * X509_STRUCTURE, X509_STRING, X509_ALGORITHM (MD5, and everything OpenSSL cannot verify) or X509_SIGNATURE. SHA-1 is accepted
 * here, and `signatureAlgorithm` names it.
 */
export function readPkcs10(der: Uint8Array): Checked<Pkcs10> {
  return readingDer('the PKCS#10 request', () => pkcs10Of(readDer(Uint8Array.from(der))))
}

function pkcs10Of(node: DerNode): Pkcs10 {
  const fields = new Fields(node, 'the request')
  const info = fields.next(TAG.SEQUENCE, 'certificationRequestInfo')
  const algorithm = fields.next(TAG.SEQUENCE, 'signatureAlgorithm')
  const signature = bitStringBytes(fields.any('signature'), 'the signature')
  fields.end()
  const { extensionSet, ...content } = infoOf(info)
  const scheme = schemeOf(algorithm)
  requireSignature(scheme, content.publicKey, info.bytes, signature)
  const signatureAlgorithm = scheme.name
  return { der: node.bytes, info: info.bytes, ...content, ...extensionSet, signatureAlgorithm }
}

/** RFC 2986 §4.1. `attributes` is mandatory there, and Go's reader requires it. */
function infoOf(node: DerNode) {
  const fields = new Fields(node, 'certificationRequestInfo')
  const version = fields.next(TAG.INTEGER, 'version')
  if (integerOf(version, 'version') !== 0n) {
    throw new DerFault('X509_STRUCTURE', 'the version is not 0 (v1)', version.offset)
  }
  const subject = nameFromNode(fields.any('subject'))
  const publicKey = publicKeyOf(fields.any('public key'))
  const attributes = attributesOf(fields.next(0xa0, 'attributes'))
  fields.end()
  return { subject, publicKey, ...attributes }
}

interface Attribute {
  readonly oid: string
  readonly values: readonly DerNode[]
  readonly offset: number
}

function attributesOf(node: DerNode): { extensionSet: ExtensionSet; otherAttributes: string[] } {
  requireSorted(node)
  const attributes = node.children.map(attributeOf)
  const { extensionRequest } = REQUEST_ATTRIBUTE_OIDS
  requireUnique(
    attributes,
    oid => `attribute ${oid === extensionRequest ? 'extensionRequest' : oid}`,
  )
  const request = attributes.find(({ oid }) => oid === extensionRequest)
  const others = attributes.filter(attribute => attribute !== request)
  return {
    extensionSet: request === undefined ? NO_EXTENSIONS : extensionRequestOf(request),
    otherAttributes: others.map(({ oid }) => oid),
  }
}

function attributeOf(node: DerNode): Attribute {
  const fields = new Fields(node, 'an attribute')
  const oid = oidOf(fields.any('type'), 'the type of an attribute')
  const values = someOf(fields.any('values'), TAG.SET, `the values of attribute ${oid} (a SET)`)
  fields.end()
  if (oid === REQUEST_ATTRIBUTE_OIDS.microsoftExtensionRequest) {
    const hint = 'make the request with extensionRequest (1.2.840.113549.1.9.14) alone'
    const sentence = "extensions in Microsoft's attribute, which only some signers read"
    throw new DerFault('X509_STRUCTURE', sentence, node.offset, hint)
  }
  return { oid, values, offset: node.offset }
}

function extensionRequestOf({ values, offset }: Attribute): ExtensionSet {
  const [only, second] = values
  if (only === undefined || second !== undefined) {
    throw new DerFault('X509_STRUCTURE', 'extensionRequest has more than one value', offset)
  }
  return extensionsOf(only)
}

function requireSignature(
  scheme: SignatureScheme,
  publicKey: PublicKey,
  data: Uint8Array,
  signature: Uint8Array,
): void {
  const key = verifyingKey(scheme, publicKey.spki)
  if (key === null) {
    const sentence = `${scheme.name} cannot be verified with its ${publicKey.algorithm} key`
    throw new DerFault('X509_ALGORITHM', sentence, null)
  }
  if (isSignatureValid(scheme, key, data, signature)) return
  const hint = 'make the request again from its private key: it was changed after signing'
  throw new DerFault('X509_SIGNATURE', 'its signature does not match its public key', null, hint)
}
