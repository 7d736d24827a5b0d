// Authors and committers of commits, from GraphQL: for commits of pull requests and for pushed commits.
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import { COMMIT, COMMIT_FIELDS, MOST_AUTHORS, MOST_PARENTS } from './pull-request-query.ts'
import type { CommitAnswer } from './pull-request-query.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const SIZE = 50
const SHAPE = z
  .discriminatedUnion('kind', [
    COMMIT.extend({ kind: z.literal('Commit') }),
    z.object({ kind: z.enum(['Tree', 'Blob', 'Tag']) }),
  ])
  .nullable()

/** A commit with an extreme number of authors or parents is absent too, so that it cannot end every run. */
export async function readCommits(
  api: RepositoryApi,
  ids: readonly ObjectId[],
): Promise<ReadonlyMap<ObjectId, PullRequestCommit>> {
  const answers = await api.each([...new Set(ids)], {
    doing: 'read commits',
    needs: 'contents: read',
    size: SIZE,
    shape: SHAPE,
    field: (id, query) =>
      `object(oid: ${query.value('GitObjectID!', id)}) { kind: __typename ... on Commit { ${COMMIT_FIELDS} } }`,
  })
  const commits = answers.flatMap(answer =>
    answer?.kind === 'Commit' && !isLargeCommit(answer) ? [toCommit(answer)] : [],
  )
  return new Map(commits.map(commit => [commit.id, commit]))
}

export function isLargeCommit({ authors, parents }: CommitAnswer): boolean {
  return authors.totalCount > MOST_AUTHORS || parents.totalCount > MOST_PARENTS
}

export function toCommit({
  oid,
  parents,
  authors,
  committer,
  signature,
}: CommitAnswer): PullRequestCommit {
  if (parents.nodes.length < parents.totalCount) throw incomplete(`the parents of ${oid}`)
  if (authors.nodes.length < authors.totalCount) throw incomplete(`the authors of ${oid}`)
  return {
    id: oid,
    parents: parents.nodes.map(parent => parent.oid),
    authors: authors.nodes,
    committer,
    isSignedByGitHub: signature !== null && signature.isValid && signature.wasSignedByGitHub,
  }
}
