// Facts that are fetched from GitHub only when a decision needs them: diffs as reviewers saw them, and bytes of earlier files. The
// decision is repeated with the answers until nothing is missing.
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { comparisonKey } from '../../domain/proof/shown-diff.ts'
import type { Comparison, ShownDiff } from '../../domain/proof/shown-diff.ts'
import type { GatheredFacts, ProofFacts } from '../../core/approval/proof-facts.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'

export class LookUps {
  readonly #source: ReviewedRepository
  readonly #diffs = new Map<string, ShownDiff | null>()
  readonly #blobs = new Map<ObjectId, Uint8Array | null>()
  #wantedDiffs = new Map<string, Comparison>()
  #wantedBlobs = new Set<ObjectId>()
  #unanswered = 0

  /** `known`: files with bytes that need not be fetched. */
  constructor(
    source: ReviewedRepository,
    known: readonly { readonly blob: ObjectId; readonly bytes: Uint8Array }[] = [],
  ) {
    this.#source = source
    for (const { blob, bytes } of known) this.#blobs.set(blob, bytes)
  }

  /** Repeats the decision until nothing is missing. `decide` must depend only on its argument and on `bytesOf`. */
  async settle<T>(gathered: GatheredFacts, decide: (facts: ProofFacts) => T): Promise<T> {
    const facts: ProofFacts = {
      ...gathered,
      shown: pair => this.#shown(pair),
      textOf: blob => textOf(this.bytesOf(blob)),
      unanswered: () => this.#unanswered,
    }
    for (;;) {
      const decided = decide(facts)
      if (this.#wantedDiffs.size + this.#wantedBlobs.size === 0) return decided
      await this.#read()
    }
  }

  /** Null if GitHub no longer has the blob, or was not asked yet. */
  bytesOf(blob: ObjectId): Uint8Array | null {
    const known = this.#blobs.get(blob)
    if (known === undefined) {
      this.#wantedBlobs.add(blob)
      this.#unanswered += 1
    }
    return known ?? null
  }

  #shown(pair: Comparison): ShownDiff | null {
    const known = this.#diffs.get(comparisonKey(pair))
    if (known === undefined) {
      this.#wantedDiffs.set(comparisonKey(pair), pair)
      this.#unanswered += 1
    }
    return known ?? null
  }

  async #read(): Promise<void> {
    const [pairs, ids] = [[...this.#wantedDiffs.values()], [...this.#wantedBlobs]]
    this.#wantedDiffs = new Map()
    this.#wantedBlobs = new Set()
    const [diffs, blobs] = await Promise.all([
      this.#source.comparisons(pairs),
      this.#source.blobs(ids),
    ])
    for (const pair of pairs)
      this.#diffs.set(comparisonKey(pair), diffs.get(comparisonKey(pair)) ?? null)
    for (const id of ids) this.#blobs.set(id, blobs.get(id) ?? null)
  }
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
