// The repository, the tip of its default branch, and the names that renamed branches have today.
import { z } from 'zod'
import { failure } from '../../../domain/problem.ts'
import { GITHUB_TRAITS } from '../../../domain/proof/repository-facts.ts'
import type { RepositoryFacts } from '../../../domain/proof/repository-facts.ts'
import { ID, OBJECT_ID, understood } from '../connection/answer-shapes.ts'
import { Query } from '../connection/graphql-query.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'

const DOING = 'read the repository'
const SHAPE = z.object({
  repository: z.object({
    databaseId: ID,
    nameWithOwner: z.string(),
    visibility: z.enum(['PUBLIC', 'PRIVATE', 'INTERNAL']),
    defaultBranchRef: z
      .object({ name: z.string(), target: z.object({ oid: OBJECT_ID }).nullable() })
      .nullable(),
  }),
})
const VISIBILITY = { PUBLIC: 'public', PRIVATE: 'private', INTERNAL: 'internal' } as const

/** Throws GITHUB_NOT_FOUND for an empty repository, and for a renamed one: another owner can take over the old name. */
export async function readFacts({
  connection,
  owner,
  name,
}: RepositoryApi): Promise<RepositoryFacts> {
  const query = new Query()
  const place = `owner: ${query.value('String!', owner)}, name: ${query.value('String!', name)}`
  const document = query.document(
    `repository(${place}) { databaseId nameWithOwner visibility defaultBranchRef { name target { oid } } }`,
  )
  const asked = {
    query: document,
    variables: query.variables,
    doing: DOING,
    needs: 'contents: read',
  }
  const { repository } = understood(SHAPE, await connection.graphql(asked), DOING)
  const { nameWithOwner, defaultBranchRef: branch } = repository
  if (nameWithOwner.toLowerCase() !== `${owner}/${name}`.toLowerCase())
    throw failure(
      'GITHUB_NOT_FOUND',
      `the repository ${owner}/${name} is called ${nameWithOwner} now`,
      'use the new name: others may take the old one',
    )
  if (branch?.target === null || branch === null)
    throw failure('GITHUB_NOT_FOUND', `the repository ${nameWithOwner} has no commits`)
  return {
    id: repository.databaseId,
    name: nameWithOwner,
    visibility: VISIBILITY[repository.visibility],
    defaultBranch: branch.name,
    tip: branch.target.oid,
    forge: GITHUB_TRAITS,
  }
}

const MOVED = z.object({ location: z.url() })

/**
 * The name that the branch has today, since GitHub redirects the old name of a branch while no other branch has it. The same name if it was
 * not renamed, or is gone.
 */
export async function nameToday(api: RepositoryApi, branch: string): Promise<string> {
  const { status, data } = await api.get({
    route: '/branches/{branch}',
    parameters: { branch },
    doing: `read the branch ${branch}`,
    needs: 'contents: read',
    alsoTakes: [301, 404],
  })
  const moved = status === 301 ? MOVED.safeParse(data) : null
  if (moved?.success !== true) return branch
  const [, name] = /\/branches\/(.+)$/.exec(new URL(moved.data.location).pathname) ?? []
  return name === undefined ? branch : decodeURIComponent(name)
}
