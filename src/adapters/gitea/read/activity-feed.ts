// Moves of the branches of a repository, from Gitea's activity feed: who pushed what and when, as the server recorded it.
import { z } from 'zod'
import { jsonOf } from '../../../domain/json-text.ts'
import type { BranchMove, ObjectId } from '../../../domain/proof/git-history.ts'
import { DATE, OBJECT_ID } from '../../github/connection/answer-shapes.ts'
import type { GiteaConnection } from '../connection/gitea-connection.ts'
import { notUnderstood } from '../../github/connection/github-refusal.ts'
import { GITEA_USER } from './gitea-accounts.ts'

const DOING = 'read who pushed'
const ROW = z.object({
  id: z.number().int(),
  op_type: z.string(),
  act_user: GITEA_USER,
  ref_name: z.string(),
  content: z.string(),
  created: DATE,
})
const CONTENT = z.object({
  HeadCommit: z.object({ Sha1: OBJECT_ID }),
  CompareURL: z.string(),
})
const FOUND = z.object({ id: z.number() })
/** A mirror's moves come from another server: nobody here made them. */
const MOVES = ['commit_repo', 'delete_branch', 'mirror_sync_push', 'mirror_sync_delete']
const MIRRORED = /^mirror_/
/** The two rows of a new branch are written one after another. */
const CREATION_MS = 2000

/** Gitea writes rows from a queue, so their times are later than those of reviews and merges, at most by this on a server that works. */
export const LAG_MS = 60_000

/** Oldest first. */
export type Feed = readonly z.output<typeof ROW>[]

/** Rows of one repository. `path`: `/repos/OWNER/NAME`. Null if they may not be read. */
export async function readFeed(connection: GiteaConnection, path: string): Promise<Feed | null> {
  const call = {
    path: `${path}/activities/feeds`,
    doing: DOING,
    needs: 'read:repository',
    alsoTakes: [403, 404],
  }
  const rows = await connection.list(call, ROW, ({ id }) => id)
  const [, , owner = ''] = path.split('/')
  const isOfOwner = (row: z.output<typeof ROW>): boolean =>
    encodeURIComponent(row.act_user?.login ?? '').toLowerCase() === owner.toLowerCase()
  const hasKeys = rows?.some(isOfOwner) === true && (await isOrganization(connection, owner))
  // Gitea sorts rows by whole seconds only.
  const sorted = rows?.toSorted((a, b) => a.id - b.id) ?? null
  return sorted?.map(row => (hasKeys && isOfOwner(row) ? { ...row, act_user: null } : row)) ?? null
}

/**
 * An organization pushes nothing itself: Gitea records its name for a push with a deploy key, which any person may hold. True also for an
 * account that the token does not see, as a private organization of which it is no member.
 */
async function isOrganization(connection: GiteaConnection, name: string): Promise<boolean> {
  const call = {
    path: `/orgs/${name}`,
    doing: 'find out whether the owner is an organization',
    needs: 'read:organization and read:user',
    alsoTakes: [404],
  }
  if ((await connection.get(call, FOUND)) !== null) return true
  return (await connection.get({ ...call, path: `/users/${name}` }, FOUND)) === null
}

/**
 * Moves of one branch, oldest first. Gitea gives no kind: a push that begins elsewhere is found by `isAncestor`. A row without content says
 * that the next row created the branch, or if that is a later push, that another branch was renamed to this one.
 */
export async function movesInFeed(
  feed: Feed,
  branch: string,
  isAncestor: (older: ObjectId, newer: ObjectId) => Promise<boolean>,
): Promise<readonly BranchMove[]> {
  const ref = `refs/heads/${branch}`
  const rows = feed.filter(row => row.ref_name === ref && MOVES.includes(row.op_type))
  const moves: BranchMove[] = []
  let made: Feed[number] | null = null
  for (const row of rows) {
    const at = row.created
    const by = MIRRORED.test(row.op_type) ? null : row.act_user
    const last = moves.at(-1)?.after ?? null
    if (/delete/.test(row.op_type)) {
      moves.push({ at, by, before: last, after: null, kind: 'branchDeletion' })
    } else if (row.content === '') {
      made = row
    } else {
      const { before, after } = endsOf(row.content)
      const isOneDeed =
        made?.act_user?.id === row.act_user?.id &&
        at.getTime() - (made?.created.getTime() ?? 0) <= CREATION_MS
      if (before === null || isOneDeed)
        moves.push({ at, by, before: null, after, kind: 'branchCreation' })
      else {
        if (made !== null) moves.push(created(made, before))
        const kind = (await isAncestor(before, after)) ? 'push' : 'forcePush'
        moves.push({ at, by, before, after, kind })
      }
      made = null
    }
  }
  return moves.map(move => ({ ...move, earliest: new Date(move.at.getTime() - LAG_MS) }))
}

function created({ created: at, act_user: by }: Feed[number], after: ObjectId): BranchMove {
  return { at, by, before: null, after, kind: 'branchCreation' }
}

/** `NUMBER ACCOUNT` of each merge by Gitea: the pull request, and the id of the account that merged it. */
export function mergesInFeed(feed: Feed): ReadonlySet<string> {
  return new Set(
    feed.flatMap(({ op_type: type, act_user: by, content }) => {
      const number = /^(\d+)\|/.exec(content)?.[1]
      const isMerge = type === 'merge_pull_request' || type === 'auto_merge_pull_request'
      return isMerge && by !== null && number !== undefined ? [`${number} ${by.id}`] : []
    }),
  )
}

/** The commits before and after a push, from the address that compares them: `OWNER/NAME/compare/BEFORE...AFTER`. */
function endsOf(content: string): { readonly before: ObjectId | null; readonly after: ObjectId } {
  const read = CONTENT.safeParse(jsonOf(content))
  if (!read.success) throw notUnderstood(DOING, read.error)
  const { HeadCommit, CompareURL } = read.data
  const [, before = null, after = null] =
    /([0-9a-f]{40})\.\.\.([0-9a-f]{40})$/.exec(CompareURL) ?? []
  if (after !== null && after !== HeadCommit.Sha1) throw notUnderstood(DOING, null)
  return { before, after: HeadCommit.Sha1 }
}
