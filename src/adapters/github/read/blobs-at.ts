// Blob ids at paths of commits, many at once. Answers are cached, since a commit never changes.
import { z } from 'zod'
import type { BlobAt, BlobsAt, FileAt, ObjectId } from '../../../domain/proof/git-history.ts'
import { OBJECT_ID } from '../connection/answer-shapes.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const SIZE = 400
const SHAPE = z.object({ kind: z.string(), oid: OBJECT_ID }).nullable()

type Found = z.output<typeof SHAPE>

export class BlobLookups {
  readonly #api: RepositoryApi
  readonly #known = new Map<string, ObjectId | null>()

  constructor(api: RepositoryApi) {
    this.#api = api
  }

  async at(files: readonly FileAt[]): Promise<BlobsAt> {
    const answers = new Map<string, BlobAt>()
    const open = new Map<string, FileAt>()
    for (const file of files) {
      const known = this.#known.get(keyOf(file))
      if (known === undefined) open.set(keyOf(file), file)
      else answers.set(keyOf(file), known)
    }
    const asked = [...open.values()]
    const commits = [...new Set(asked.map(({ commit }) => commit))]
    const found = await this.#ask([...commits, ...asked.map(expression)])
    const there = new Set(commits.filter(commit => found.get(commit)?.kind === 'Commit'))
    for (const file of asked) {
      const blob = there.has(file.commit) ? blobOf(found.get(expression(file)) ?? null) : 'gone'
      answers.set(keyOf(file), blob)
      if (blob !== 'gone') this.#known.set(keyOf(file), blob)
    }
    return file => {
      const answer = answers.get(keyOf(file))
      if (answer === undefined) throw new Error(`${expression(file)} was not asked for`)
      return answer
    }
  }

  /** A commit id is an expression too, so one kind of query shows whether the commits exist and what they contain. */
  async #ask(expressions: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    const answers = await this.#api.each(expressions, {
      doing: 'look up files in commits',
      needs: 'contents: read',
      size: SIZE,
      shape: SHAPE,
      field: (what, query) =>
        `object(expression: ${query.value('String!', what)}) { kind: __typename oid }`,
    })
    return new Map(expressions.map((what, index) => [what, answers[index] ?? null]))
  }
}

/** A tree, or a commit of a submodule, is not a file. */
function blobOf(found: Found): ObjectId | null {
  return found?.kind === 'Blob' ? found.oid : null
}

function expression({ commit, path }: FileAt): string {
  return `${commit}:${path}`
}

function keyOf(file: FileAt): string {
  return expression(file)
}
