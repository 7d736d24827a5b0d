// Facts that are fetched from GitHub only when a decision needs them: diffs as reviewers saw them, and bytes of earlier files. The
// decision is repeated with the answers until nothing is missing.
import { bytesOfObject, GONE } from '../../domain/proof/git-history.ts'
import type { BlobAt, FileAt, ListedFile, ObjectId } from '../../domain/proof/git-history.ts'
import { comparisonKey } from '../../domain/proof/shown-diff.ts'
import type { Comparison, ShownDiff } from '../../domain/proof/shown-diff.ts'
import type { CertificateRequest } from '../../domain/request/request.ts'
import type { GatheredFacts, ProofFacts, TextSize } from '../../core/approval/proof-facts.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { kindsOf } from './applied-history.ts'

export class LookUps {
  readonly #source: ReviewedRepository
  readonly #diffs = new Map<string, ShownDiff | null>()
  readonly #blobs = new Map<ObjectId, Uint8Array | null>()
  readonly #requests = new Map<string, CertificateRequest | null>()
  readonly #places = new Map<string, BlobAt>()
  readonly #folders = new Map<ObjectId, readonly ListedFile[]>()
  #wantedDiffs = new Map<string, Comparison>()
  #wantedBlobs = new Set<ObjectId>()
  #unanswered = 0
  #wantedPlaces = new Map<string, FileAt>()
  #wantedFolders = new Set<ObjectId>()

  /** `known`: files with bytes that need not be fetched. */
  constructor(
    source: ReviewedRepository,
    known: readonly { readonly blob: ObjectId; readonly bytes: Uint8Array }[] = [],
  ) {
    this.#source = source
    for (const { blob, bytes } of known) this.#blobs.set(blob, bytes)
  }

  /**
   * Decides, reads what the decision asked for and had no answer to, and decides again, until each answer is known. A question without an
   * answer yet yields null (`GONE` for a place), and is remembered here, so `decide` has to be pure: it depends only on its argument,
   * `bytesOf` and `request`.
   */
  async decideKnowing<T>(gathered: GatheredFacts, decide: (facts: ProofFacts) => T): Promise<T> {
    const facts: ProofFacts = {
      ...gathered,
      diffOf: pair => this.#diffOf(pair),
      textOf: blob => textOf(this.bytesOf(blob)),
      sizeOf: blob => sizeOf(this.bytesOf(blob)),
      unanswered: () => this.#unanswered,
      fileAt: file => this.#fileAt(file),
      kindsIn: (tree, folder) => this.#kindsIn(tree, folder),
    }
    for (;;) {
      const decided = decide(facts)
      const wanted = [this.#wantedDiffs, this.#wantedBlobs, this.#wantedPlaces, this.#wantedFolders]
      if (wanted.every(({ size }) => size === 0)) return decided
      await this.#read()
    }
  }

  /** Null if GitHub no longer has the blob, or was not asked yet. */
  bytesOf(object: ObjectId): Uint8Array | null {
    const blob = bytesOfObject(object)
    const known = this.#blobs.get(blob)
    if (known === undefined) {
      this.#wantedBlobs.add(blob)
      this.#unanswered += 1
    }
    return known ?? null
  }

  /** The request in a file, parsed once; null if there is none, or the file was not read yet. */
  request(path: string, blob: ObjectId, folder: string): CertificateRequest | null {
    const key = `${blob} ${folder} ${path}`
    const bytes = this.#requests.has(key) ? null : this.bytesOf(blob)
    if (bytes !== null) {
      const read = parseRequest({ path, mode: '100644', blob, bytes, uncommitted: false }, folder)
      this.#requests.set(key, read.ok ? read.value : null)
    }
    return this.#requests.get(key) ?? null
  }

  #diffOf(pair: Comparison): ShownDiff | null {
    const known = this.#diffs.get(comparisonKey(pair))
    if (known === undefined) {
      this.#wantedDiffs.set(comparisonKey(pair), pair)
      this.#unanswered += 1
    }
    return known ?? null
  }

  #fileAt(file: FileAt): BlobAt {
    const known = this.#places.get(`${file.commit} ${file.path}`)
    if (known === undefined) {
      this.#wantedPlaces.set(`${file.commit} ${file.path}`, file)
      this.#unanswered += 1
    }
    return known === undefined ? GONE : known
  }

  #kindsIn(tree: ObjectId, folder: string): ReadonlyMap<string, string> | null {
    if (this.#folders.has(tree)) return kindsOf(this.#folders, tree, folder)
    this.#wantedFolders.add(tree)
    this.#unanswered += 1
    return null
  }

  async #read(): Promise<void> {
    const [pairs, ids] = [[...this.#wantedDiffs.values()], [...this.#wantedBlobs]]
    const [files, trees] = [[...this.#wantedPlaces.values()], [...this.#wantedFolders]]
    this.#wantedDiffs = new Map()
    this.#wantedBlobs = new Set()
    this.#wantedPlaces = new Map()
    this.#wantedFolders = new Set()
    const [diffs, blobs, blobAt, listings] = await Promise.all([
      this.#source.comparisons(pairs),
      this.#source.blobs(ids),
      this.#source.blobsAt(files),
      this.#source.listings(trees),
    ])
    for (const file of files) this.#places.set(`${file.commit} ${file.path}`, blobAt(file))
    for (const tree of trees) this.#folders.set(tree, listings.get(tree) ?? [])
    for (const pair of pairs)
      this.#diffs.set(comparisonKey(pair), diffs.get(comparisonKey(pair)) ?? null)
    for (const id of ids) this.#blobs.set(id, blobs.get(id) ?? null)
  }
}

function sizeOf(bytes: Uint8Array | null): TextSize | null {
  if (bytes === null) return null
  return { lines: bytes.filter(byte => byte === 10).length + 1, bytes: bytes.length }
}

/** Null for bytes that are not UTF-8: their lines are unknown. */
function textOf(bytes: Uint8Array | null): string | null {
  if (bytes === null) return null
  try {
    return new TextDecoder('utf-8', { ignoreBOM: true, fatal: true }).decode(bytes)
  } catch {
    return null
  }
}
