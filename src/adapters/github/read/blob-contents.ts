// Bytes of blobs by id: in batches as GraphQL text if that gives the same bytes, otherwise one by one through REST.
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { blobId } from '../../system/git-command.ts'
import { READ_LIMIT_BYTES } from '../../system/work-tree-files.ts'
import { understood } from '../connection/answer-shapes.ts'
import { AskedTogether } from '../connection/asked-together.ts'
import { notUnderstood } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

export interface BlobToRead {
  readonly blob: ObjectId
  /** Bytes, from the listing. */
  readonly size: number
}

const DOING = 'read files'
const BATCH_BLOBS = 100
const BATCH_BYTES = 1024 * 1024
/** Blobs per batch while their sizes are unknown. */
const BATCH_UNSIZED = 50
/** GitHub returns no text for larger blobs. */
const TEXT_BYTES = 256 * 1024

const TEXT = z
  .object({ byteSize: z.number().int().optional(), text: z.string().nullish() })
  .nullable()
const BLOB = z.object({ encoding: z.literal('base64'), content: z.string() })

export class BlobContents {
  readonly #api: RepositoryApi
  readonly #known = new Map<ObjectId, Uint8Array>()
  /** Blobs and their sizes. */
  readonly #sized: AskedTogether<ObjectId, number>

  constructor(api: RepositoryApi) {
    this.#api = api
    this.#sized = new AskedTogether(sizes => this.#readSized(sizes))
  }

  /**
   * The bytes of each blob. A file that is too large is not fetched: octokit cannot read the answer, and one such file must not end
   * every run. Throws GITHUB_ANSWER if the bytes do not match the id.
   */
  async read(blobs: readonly BlobToRead[]): Promise<ReadonlyMap<ObjectId, Uint8Array>> {
    const open = new Map<ObjectId, number>()
    for (const { blob, size } of blobs) if (!this.#known.has(blob)) open.set(blob, size)
    await this.#sized.want(open)
    return new Map(blobs.map(({ blob }) => [blob, this.#copy(blob)] as const))
  }

  /** The same if the sizes are not known yet. A blob that GitHub does not have is absent. */
  async readUnsized(ids: readonly ObjectId[]): Promise<ReadonlyMap<ObjectId, Uint8Array>> {
    const wanted = [...new Set(ids)]
    const open = wanted.filter(id => !this.#known.has(id))
    await this.#readRest(await this.#readTexts(open, BATCH_UNSIZED))
    const there = wanted.filter(id => this.#known.has(id))
    return new Map(there.map(id => [id, this.#copy(id)] as const))
  }

  async #readSized(sizes: ReadonlyMap<ObjectId, number>): Promise<void> {
    for (const batch of batches(sizes)) await this.#readTexts(batch, batch.length)
    await this.#readRest(sizes)
  }

  #copy(id: ObjectId): Uint8Array {
    return (this.#known.get(id) ?? missing()).slice(0)
  }

  /** Returns the sizes of the blobs that exist. */
  async #readTexts(ids: readonly ObjectId[], size: number): Promise<ReadonlyMap<ObjectId, number>> {
    const answers = await this.#api.each(ids, {
      doing: DOING,
      needs: 'contents: read',
      size,
      shape: TEXT,
      field: (id, query) =>
        `object(oid: ${query.value('GitObjectID!', id)}) { ... on Blob { byteSize text } }`,
    })
    const sizes = new Map<ObjectId, number>()
    for (const [index, id] of ids.entries()) {
      const { text = null, byteSize } = answers[index] ?? {}
      if (byteSize !== undefined) sizes.set(id, byteSize)
      const bytes = text === null ? null : new TextEncoder().encode(text)
      // Bytes that are not UTF-8 arrive with replacement characters. Then the id does not match.
      if (bytes !== null && blobId(bytes) === id) this.#known.set(id, bytes)
    }
    return sizes
  }

  /** Fetches the blobs that have no text in GraphQL. */
  async #readRest(sizes: ReadonlyMap<ObjectId, number>): Promise<void> {
    for (const [id, size] of sizes)
      if (this.#known.has(id)) continue
      else if (size >= READ_LIMIT_BYTES) this.#known.set(id, new Uint8Array(READ_LIMIT_BYTES))
      else await this.#readBytes(id)
  }

  async #readBytes(id: ObjectId): Promise<void> {
    const { data } = await this.#api.get({
      route: '/git/blobs/{file_sha}',
      parameters: { file_sha: id },
      doing: DOING,
      needs: 'contents: read',
    })
    const { content } = understood(BLOB, data, DOING)
    const bytes = new Uint8Array(Buffer.from(content, 'base64'))
    if (blobId(bytes) !== id) throw notUnderstood(DOING, null)
    this.#known.set(id, bytes)
  }
}

/** Ids of blobs small enough for text, in groups that one answer can hold. */
function batches(open: ReadonlyMap<ObjectId, number>): readonly (readonly ObjectId[])[] {
  const groups: ObjectId[][] = []
  let group: ObjectId[] = []
  let bytes = 0
  for (const [id, size] of open) {
    if (size > TEXT_BYTES) continue
    if (group.length === 0 || group.length >= BATCH_BLOBS || bytes + size > BATCH_BYTES) {
      group = []
      groups.push(group)
      bytes = 0
    }
    group.push(id)
    bytes += size
  }
  return groups
}

function missing(): never {
  throw notUnderstood(DOING, null)
}
