// Gitea's pull requests in lists, and the commits that belong to each.
import { z } from 'zod'
import type { ObjectId } from '../../../domain/proof/git-history.ts'
import { DATE, OBJECT_ID } from '../../github/connection/answer-shapes.ts'
import type { GiteaCall, GiteaConnection } from '../connection/gitea-connection.ts'
import { incomplete } from '../../github/connection/github-refusal.ts'
import { commitsBetween, firstParents } from '../objects/stored-history.ts'
import type { FetchedObjects } from '../objects/fetched-objects.ts'
import { GITEA_USER } from './gitea-accounts.ts'

export const GITEA_PULL = z.object({
  number: z.number().int(),
  html_url: z.string(),
  user: GITEA_USER,
  created_at: DATE,
  updated_at: z.string(),
  merged: z.boolean(),
  merged_by: GITEA_USER,
  merge_commit_sha: OBJECT_ID.nullish(),
  merge_base: z.string(),
  base: z.object({ ref: z.string() }),
  head: z.object({
    /** The name of the branch, also if it is gone; empty for a pull request without a branch (AGit). */
    label: z.string(),
    sha: z.string(),
    repo: z.object({ id: z.number().int(), full_name: z.string() }).nullish(),
  }),
})

export type GiteaPull = z.output<typeof GITEA_PULL>

/** The pull requests of a repository, and the commits that belong to each. */
export class PullLinks {
  readonly #connection: GiteaConnection
  readonly #path: string
  readonly #store: FetchedObjects
  /** Heads of merged pull requests. They never change. */
  readonly #mergedHeads = new Map<number, ObjectId>()
  /** Commits of a pull request with this base, head and merge. They never change. */
  readonly #commits = new Map<string, readonly ObjectId[]>()

  /** `path`: `/repos/OWNER/NAME`. */
  constructor(connection: GiteaConnection, path: string, store: FetchedObjects) {
    this.#connection = connection
    this.#path = path
    this.#store = store
  }

  /** Pull requests as they are now; all without a filter. */
  async pulls(filter: GiteaCall['query'] = {}): Promise<readonly GiteaPull[]> {
    const call = {
      path: `${this.#path}/pulls`,
      query: { state: 'all', sort: 'oldest', ...filter },
      doing: 'list the pull requests',
      needs: 'read:repository',
    }
    return (await this.#connection.list(call, GITEA_PULL, ({ number }) => number)) ?? []
  }

  /**
   * Numbers by commit, ascending: of the pull requests that have it, or whose merge made it. `tipAt`: the tip of the default branch then;
   * null if that is not known.
   */
  async byCommit(
    tipAt: (date: Date) => ObjectId | null,
  ): Promise<ReadonlyMap<ObjectId, readonly number[]>> {
    const found = new Map<ObjectId, Set<number>>()
    const pulls = (await this.pulls()).toSorted((a, b) => a.number - b.number)
    await this.#learnHeads(pulls)
    for (const pull of pulls)
      for (const commit of await this.#commitsOf(pull, tipAt(pull.created_at)))
        found.set(commit, (found.get(commit) ?? new Set()).add(pull.number))
    return new Map([...found].map(([commit, numbers]) => [commit, [...numbers]]))
  }

  /** The head at the merge, or now. After a merge Gitea's answer has the tip of the branch, and only a ref keeps the merged head. */
  async headOf(pull: GiteaPull): Promise<ObjectId> {
    if (!pull.merged) return pull.head.sha
    await this.#learnHeads([pull])
    const kept = this.#mergedHeads.get(pull.number)
    if (kept === undefined) throw incomplete(`the head of #${pull.number}`)
    return kept
  }

  /** Fetches first, since a copy from before the merge may have an older head. */
  async #learnHeads(pulls: readonly GiteaPull[]): Promise<void> {
    const open = pulls.filter(({ merged, number }) => merged && !this.#mergedHeads.has(number))
    if (open.length === 0) return
    await this.#store.refresh()
    const heads = await this.#store.refsAt(open.map(({ number }) => `pull/${number}/head`))
    for (const [at, { number }] of open.entries()) {
      const head = heads[at] ?? null
      if (head !== null) this.#mergedHeads.set(number, head)
    }
  }

  /** Gitea moves the merge base when the commits come to the base by another way, so those since the creation count, too. */
  async #commitsOf(pull: GiteaPull, tip: ObjectId | null): Promise<readonly ObjectId[]> {
    const { merged, merge_base: base, merge_commit_sha: made = null } = pull
    const head = await this.headOf(pull)
    const key = `${base} ${tip ?? ''} ${head} ${merged ? made : ''}`
    const known = this.#commits.get(key)
    if (known !== undefined) return known
    const own = await commitsBetween(this.#store, base, head)
    const since = await commitsBetween(this.#store, tip, head)
    const isMade = merged && made !== null && !own.includes(made)
    // Gitea does not say by which style it merged: a rebase made as many commits as the pull request has.
    const run = isMade ? await firstParents(this.#store, made, Math.max(1, own.length)) : []
    const all = [...new Set([...own, ...since, ...run, ...(merged && made !== null ? [made] : [])])]
    this.#commits.set(key, all)
    return all
  }
}
