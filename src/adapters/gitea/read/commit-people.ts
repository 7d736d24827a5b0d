// Who wrote and committed commits, by the addresses in them. Gitea links an address to the account that has it.
import { z } from 'zod'
import { uniqueBy } from '../../../domain/lists.ts'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import type { PullRequestCommit } from '../../../domain/proof/pull-request.ts'
import { OBJECT_ID } from '../../github/connection/answer-shapes.ts'
import { inPortions } from '../../system/in-portions.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'
import { GITEA_USER } from './gitea-accounts.ts'
import type { AddressBook } from './gitea-accounts.ts'

const AT_ONCE = 5
const CO_AUTHOR = /^co-authored-by:[^<\n]*<([^>\n]+)>\s*$/gim
/** What makes a list of commits slow, and is not used. */
export const COMMIT_PARTS = { stat: false, files: false, verification: false }
export const GITEA_COMMIT = z.object({
  sha: OBJECT_ID,
  author: GITEA_USER,
  committer: GITEA_USER,
  parents: z.array(z.object({ sha: OBJECT_ID })).nullish(),
  commit: z.object({ message: z.string() }),
})

/** Gitea signs only if its administrator gave it a key, and no answer says that a signature is of Gitea: so none counts as such. */
export async function toPeople(
  { sha, author, committer, parents, commit }: z.output<typeof GITEA_COMMIT>,
  addresses: AddressBook,
): Promise<PullRequestCommit> {
  const named = [...commit.message.matchAll(CO_AUTHOR)].map(([, address = '']) => address)
  const coAuthors = await Promise.all(named.map(addresses))
  return {
    id: sha,
    parents: (parents ?? []).map(parent => parent.sha),
    authors: uniqueBy([author, ...coAuthors], account => account?.id ?? 0),
    committer,
    isSignedByGitHub: false,
  }
}

/** A commit that Gitea no longer has is absent. */
export async function readPeople(
  connection: GiteaConnection,
  repository: string,
  ids: readonly ObjectId[],
  addresses: AddressBook,
): Promise<ReadonlyMap<ObjectId, PullRequestCommit>> {
  const found = await inPortions([...new Set(ids)], AT_ONCE, async id => {
    const call = {
      path: `${repository}/git/commits/${id}`,
      query: COMMIT_PARTS,
      doing: 'read commits',
      needs: 'read:repository',
      alsoTakes: [404],
    }
    const commit = await connection.get(call, GITEA_COMMIT)
    return commit === null ? [] : [await toPeople(commit, addresses)]
  })
  return new Map(found.flat().map(commit => [commit.id, commit]))
}
