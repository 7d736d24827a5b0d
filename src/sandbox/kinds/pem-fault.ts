// What Go's validation says of spec.request and status.certificate, null where it is content.
import { X509Certificate } from 'node:crypto'
import { keepingNewest } from '../../lib/x509/newest-results.ts'
import { firstPemBlock, pemBlocks } from './go-pem.ts'
import type { GoPemBlock } from './go-pem.ts'
import { readGoRequest, RequestFault } from '../signer/go-request.ts'
import type { GoRequest } from '../signer/go-request.ts'

const TEXTS_KEPT = 256

/** The request, or Go's error text. Each write of one object, and the signer, read the same text. */
const readNewest = keepingNewest(TEXTS_KEPT, (text): GoRequest | string => {
  try {
    return readPem(text)
  } catch (error) {
    if (error instanceof RequestFault) return error.message
    throw error
  }
})

function readPem(text: string): GoRequest {
  const block = firstPemBlock(text)
  if (block === null || block.type !== 'CERTIFICATE REQUEST') {
    throw new RequestFault('PEM block type must be CERTIFICATE REQUEST')
  }
  return readGoRequest(block.bytes)
}

/** Anything after the first block is not looked at (helpers.go ParseCSR). */
export function requestFault(text: string): string | null {
  const read = readNewest(text)
  return typeof read === 'string' ? read : null
}

/** The request in a PEM text, null where there is none that can be read. */
export function requestOf(text: string): GoRequest | null {
  const read = readNewest(text)
  return typeof read === 'string' ? null : read
}

export const certificateFault = keepingNewest(TEXTS_KEPT, (text): string | null => {
  if (text === '') return null
  const blocks = pemBlocks(text)
  if (blocks.length === 0) return 'must contain at least one CERTIFICATE PEM block'
  return blocks.map(blockFault).find(fault => fault !== null) ?? null
})

function blockFault(block: GoPemBlock): string | null {
  if (block.type !== 'CERTIFICATE') {
    return `only CERTIFICATE PEM blocks are allowed, found ${JSON.stringify(block.type)}`
  }
  if (block.hasHeaders) return 'no PEM block headers are permitted'
  if (block.bytes.length === 0) return 'found CERTIFICATE PEM block containing 0 certificates'
  try {
    return new X509Certificate(block.bytes) instanceof X509Certificate ? null : ''
  } catch {
    return 'x509: malformed certificate'
  }
}
