// Contents of PEM text of any kind. A private key is read only to find its certificate.
import type { Inspection, InspectedPart } from '../../domain/request/inspection.ts'
import { CountersignError } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { Secret } from '../../domain/request/secret-value.ts'
import type { Keys } from '../../ports/keys.ts'
import { readCertificate } from '../../lib/x509/x509-certificate.ts'
import { decodePemBlocks, encodePem, shownLabel } from '../../lib/x509/pem.ts'
import type { PemBlock } from '../../lib/x509/pem.ts'
import { readPkcs10 } from '../../lib/x509/pkcs10.ts'
import { readPublicKey } from '../../lib/x509/public-key.ts'

export type PartList = Pick<Inspection, 'parts' | 'problems'>

/** `where`: the place of the text, empty for a file. */
export function inspectPem(text: string, where: string, keys: Keys): PartList {
  const blocks = decodePemBlocks(text)
  if (!blocks.ok) return { parts: [], problems: blocks.problems.map(placedAt(where)) }
  const several = blocks.value.length > 1
  return mergeFound(
    blocks.value.map((block, index) => {
      const place = several ? `${where === '' ? '' : `${where} `}block ${index + 1}` : where
      return inspectBlock(block, place, keys)
    }),
  )
}

export function mergeFound(all: readonly PartList[]): PartList {
  return {
    parts: all.flatMap(({ parts }) => parts),
    problems: all.flatMap(({ problems }) => problems),
  }
}

/** DER of a certificate from any container. */
export function inspectCertificate(der: Uint8Array, where: string): PartList {
  return found(readCertificate(der), where, certificate => ({
    kind: 'certificate',
    where,
    certificate,
    issuer: null,
    key: null,
  }))
}

export function inspectRequest(der: Uint8Array, where: string): PartList {
  return found(readPkcs10(der), where, request => ({ kind: 'request', where, request }))
}

export function note(where: string, text: string): PartList {
  return { parts: [{ kind: 'note', where, text }], problems: [] }
}

/** Puts the place into the message. */
export function placedAt(where: string): (problem: Problem) => Problem {
  return problem =>
    where === '' ? problem : { ...problem, message: `${where}: ${problem.message}` }
}

function inspectBlock(block: PemBlock, where: string, keys: Keys): PartList {
  const { label, der } = block
  if (label === 'CERTIFICATE') return inspectCertificate(der, where)
  if (/^(?:NEW )?CERTIFICATE REQUEST$/.test(label)) return inspectRequest(der, where)
  if (label === 'PUBLIC KEY')
    return found(readPublicKey(der), where, publicKey => ({ kind: 'public key', where, publicKey }))
  if (label.endsWith('PRIVATE KEY')) return inspectKey(block, where, keys)
  return note(where, `a ${shownLabel(label)} block, which is not decoded`)
}

function inspectKey({ label, der, hasHeaders }: PemBlock, where: string, keys: Keys): PartList {
  if (hasHeaders || label.startsWith('ENCRYPTED')) return note(where, CLOSED)
  return inspectPrivateKey(new Secret(encodePem(label, der)), where, keys)
}

const CLOSED = 'a private key with a passphrase, or of a kind that is not read here'

/** A key in PEM, shown by its public half. */
export function inspectPrivateKey(pem: Secret<string>, where: string, keys: Keys): PartList {
  try {
    const { spki } = keys.load(pem)
    return found(readPublicKey(spki), where, publicKey => ({
      kind: 'private key',
      where,
      publicKey,
    }))
  } catch (cause) {
    if (cause instanceof CountersignError) return note(where, CLOSED)
    throw cause
  }
}

function found<T>(read: Checked<T>, where: string, part: (value: T) => InspectedPart): PartList {
  return read.ok
    ? { parts: [part(read.value)], problems: [] }
    : { parts: [], problems: read.problems.map(placedAt(where)) }
}
