// Blob ids at paths of commits, many at once. Answers are cached, since a commit never changes.
import { z } from 'zod'
import { objectExpression } from './git-trees.ts'
import type { BlobAt, FileAt, ObjectId } from '../../../domain/proof/git-history.ts'
import type { ReviewedRepository } from '../../../ports/reviewed-repository.ts'
import { OBJECT_ID } from '../connection/answer-shapes.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const SIZE = 400
const SHAPE = z.object({ kind: z.string(), oid: OBJECT_ID }).nullable()

type Found = z.output<typeof SHAPE>

export function blobLookups(api: RepositoryApi): ReviewedRepository['blobsAt'] {
  const known = new Map<string, ObjectId | null>()
  return async files => {
    const answers = new Map<string, BlobAt>()
    const open = new Map<string, FileAt>()
    for (const file of files) {
      const blob = known.get(objectExpression(file))
      if (blob === undefined) open.set(objectExpression(file), file)
      else answers.set(objectExpression(file), blob)
    }
    const commits = [...new Set([...open.values()].map(({ commit }) => commit))]
    const found = await ask(api, [...commits, ...open.keys()])
    const there = new Set(commits.filter(commit => found.get(commit)?.kind === 'Commit'))
    for (const [key, { commit }] of open) {
      const blob = there.has(commit) ? blobOf(found.get(key) ?? null) : 'gone'
      answers.set(key, blob)
      if (blob !== 'gone') known.set(key, blob)
    }
    return file => {
      const answer = answers.get(objectExpression(file))
      if (answer === undefined) throw new Error(`${objectExpression(file)} was not asked for`)
      return answer
    }
  }
}

/** A commit id is an expression too, so one kind of query shows whether the commits exist and what they contain. */
async function ask(
  api: RepositoryApi,
  expressions: readonly string[],
): Promise<ReadonlyMap<string, Found>> {
  const answers = await api.each(expressions, {
    doing: 'look up files in commits',
    needs: 'contents: read',
    size: SIZE,
    shape: SHAPE,
    field: (what, query) =>
      `object(expression: ${query.value('String!', what)}) { kind: __typename oid }`,
  })
  return new Map(expressions.map((what, index) => [what, answers[index] ?? null]))
}

/** A tree, or a commit of a submodule, is not a file. */
function blobOf(found: Found): ObjectId | null {
  return found?.kind === 'Blob' ? found.oid : null
}
