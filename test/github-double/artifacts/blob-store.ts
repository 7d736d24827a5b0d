// The store of artifacts: Azure block blobs with signed addresses, as far as GitHub's client uses them
// (learn.microsoft.com, "Put Block", "Put Block List", "Put Blob", "Get Blob").
import { randomBytes } from 'node:crypto'

/** Answer of the store. */
export interface BlobAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: Uint8Array
}

const BLOB = /^\/blob\/([0-9a-f]+)$/
const LATEST = /<(?:Latest|Uncommitted)>([^<]+)<\/(?:Latest|Uncommitted)>/g
/** GitHub's addresses are valid for one hour. */
const LIFETIME_MS = 3_600_000

interface Grant {
  readonly blob: string
  readonly right: 'read' | 'write'
}

export class BlobStore {
  readonly #blocks = new Map<string, Uint8Array>()
  readonly #blobs = new Map<string, Uint8Array>()
  readonly #grants = new Map<string, Grant>()

  /** Creates an empty blob. */
  create(): string {
    return randomBytes(12).toString('hex')
  }

  /** Path and query that allow writing or reading this blob only. */
  sign(blob: string, right: Grant['right']): string {
    const signature = randomBytes(32).toString('base64')
    this.#grants.set(signature, { blob, right })
    const until = new Date(Date.now() + LIFETIME_MS).toISOString()
    const query = new URLSearchParams({ se: until, sp: right === 'read' ? 'r' : 'rw' })
    // The last parameter, because clients that rewrite an address drop an equals sign at its end.
    query.set('sig', signature)
    return `/blob/${blob}?${query.toString()}`
  }

  /** Null if nothing was written. */
  read(blob: string): Uint8Array | null {
    return this.#blobs.get(blob) ?? null
  }

  write(blob: string, bytes: Uint8Array): void {
    this.#blobs.set(blob, bytes)
  }

  remove(blob: string): void {
    this.#blobs.delete(blob)
  }

  answer(method: string, url: URL, body: Uint8Array): BlobAnswer {
    const blob = BLOB.exec(url.pathname)?.[1]
    if (blob === undefined) return refused(404, 'ResourceNotFound')
    const signature = url.searchParams.get('sig') ?? ''
    const grant = this.#grants.get(signature)
    const right = method === 'PUT' ? 'write' : 'read'
    if (grant?.blob !== blob || (right === 'write' && grant.right !== 'write'))
      return refused(403, 'AuthenticationFailed')
    if (method === 'PUT') return this.#put(blob, url.searchParams, body)
    const bytes = this.#blobs.get(blob)
    if (bytes === undefined) return refused(404, 'BlobNotFound')
    const headers = { 'content-type': 'application/zip', 'content-length': String(bytes.length) }
    return { status: 200, headers, body: bytes }
  }

  #put(blob: string, query: URLSearchParams, body: Uint8Array): BlobAnswer {
    const what = query.get('comp')
    if (what === 'block') {
      this.#blocks.set(`${blob} ${query.get('blockid') ?? ''}`, body)
      return CREATED
    }
    if (what !== 'blocklist') {
      this.#blobs.set(blob, body)
      return CREATED
    }
    const ids = [...Buffer.from(body).toString('utf8').matchAll(LATEST)].map(([, id]) => id)
    const blocks = ids.map(id => this.#blocks.get(`${blob} ${id ?? ''}`))
    if (blocks.includes(undefined)) return refused(400, 'InvalidBlockList')
    this.#blobs.set(blob, Buffer.concat(blocks.flatMap(block => block ?? [])))
    return CREATED
  }
}

const CREATED: BlobAnswer = {
  status: 201,
  headers: { etag: '"1"', 'x-ms-version': '2024-11-04' },
  body: new Uint8Array(),
}

function refused(status: number, code: string): BlobAnswer {
  const body = Buffer.from(`<?xml version="1.0"?><Error><Code>${code}</Code></Error>`)
  return { status, headers: { 'content-type': 'application/xml', 'x-ms-error-code': code }, body }
}
