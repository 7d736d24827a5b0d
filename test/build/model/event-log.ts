// A log of who did what: the content of a branch before and after each push, what a reviewer saw, and what moved the default branch
// from one commit to the next. It reads the double's git objects only, and knows nothing of countersign.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { PullRequestState } from '../../github-double/state.ts'
import { isOfPeople } from '../history/deeds.ts'
import type { Deed } from '../history/history.ts'
import type { Stage } from '../history/stage.ts'

export interface PushSeen {
  readonly branch: string
  readonly by: number
  readonly at: number
  readonly before: ObjectId | null
  /** Null if the branch was deleted. */
  readonly after: ObjectId | null
  /** GitHub merged a pull request into the branch. */
  readonly isMerge: boolean
}

export interface ReviewSeen {
  readonly id: number
  readonly pull: number
  readonly by: number
  readonly at: number
  /** The head that GitHub showed, and others of the same second. */
  readonly heads: readonly ObjectId[]
  /** When the head was pushed. */
  readonly headSince: number
  /** Tip of the default branch, and others of the same second. */
  readonly tips: readonly ObjectId[]
  /** The commit that GitHub compared the head with; null if there is none. */
  readonly base: ObjectId | null
  /** GitHub's diff of each file: its previous path if shown as renamed, else null. */
  readonly shown: ReadonlyMap<string, string | null>
}

/** One state of the default branch, and its cause. */
export interface LandingSeen {
  readonly commit: ObjectId
  readonly before: ObjectId | null
  /** Pull requests that it merged. */
  readonly pulls: readonly number[]
  readonly by: 'merge' | 'queue' | 'push'
  /** Who merged or pushed. */
  readonly who: number
  /** The branch lost commits, or went back to an earlier state. */
  readonly isRewrite: boolean
}

export class EventLog {
  readonly pushes: PushSeen[] = []
  readonly reviews: ReviewSeen[] = []
  /** The states of the default branch, oldest first. */
  readonly line: LandingSeen[]
  /** When the base of a pull request was changed. */
  readonly baseChanges = new Map<number, number[]>()
  readonly #stage: Stage
  #branches: ReadonlyMap<string, ObjectId>
  #bases: ReadonlyMap<number, string>
  #merged: ReadonlySet<number>
  #reviews: ReadonlySet<number>

  constructor(stage: Stage) {
    this.#stage = stage
    this.#branches = new Map(stage.repository.branches)
    this.#bases = new Map()
    this.#merged = new Set()
    this.#reviews = new Set()
    this.line = [
      {
        commit: stage.tip('main'),
        before: null,
        pulls: [],
        by: 'push',
        who: stage.who('owner').id,
        isRewrite: false,
      },
    ]
  }

  /** Records a completed step. */
  note(deed: Deed): void {
    if (!isOfPeople(deed)) return
    const { repository, world } = this.#stage
    const now = world.state.now.getTime()
    const by = 'by' in deed ? this.#stage.who(deed.by).id : 0
    const merged = repository.pullRequests.filter(
      ({ number, state }) => state === 'merged' && !this.#merged.has(number),
    )
    this.#noteBranches(by, now, deed.kind, merged)
    this.#noteBases(now)
    for (const pull of repository.pullRequests)
      for (const { id, authorId } of pull.reviews)
        if (!this.#reviews.has(id)) this.#noteReview(pull, id, authorId, now)
    this.#branches = new Map(repository.branches)
    this.#merged = new Set([...this.#merged, ...merged.map(({ number }) => number)])
    this.#reviews = new Set(
      repository.pullRequests.flatMap(({ reviews }) => reviews.map(({ id }) => id)),
    )
  }

  #noteBranches(
    by: number,
    at: number,
    kind: Deed['kind'],
    merged: readonly PullRequestState[],
  ): void {
    const { branches } = this.#stage.repository
    for (const branch of new Set([...this.#branches.keys(), ...branches.keys()])) {
      const before = this.#branches.get(branch) ?? null
      const after = branches.get(branch) ?? null
      if (before === after) continue
      const isMerge = kind === 'merge' || kind === 'queue'
      this.pushes.push({ branch, by, at, before, after, isMerge })
      if (branch === 'main' && after !== null) {
        const how = kind === 'merge' ? 'merge' : kind === 'queue' ? 'queue' : 'push'
        this.#noteLandings(before, after, { by: how, who: by }, merged)
      }
    }
  }

  /** Commit by commit along first parents, without those inside of a pull request; one entry if the branch was rewritten. */
  #noteLandings(
    before: ObjectId | null,
    after: ObjectId,
    { by, who }: Pick<LandingSeen, 'by' | 'who'>,
    merged: readonly PullRequestState[],
  ): void {
    const since: ObjectId[] = []
    let commit: ObjectId | undefined = after
    while (commit !== undefined && commit !== before) {
      since.unshift(commit)
      commit = this.#parents(commit)[0]
    }
    const states = commit === before ? since : [after]
    const pullsOf = (id: ObjectId | undefined): readonly number[] =>
      merged.filter(pull => id !== undefined && this.#isEndOf(pull, id)).map(({ number }) => number)
    const isInside = (id: ObjectId, at: number): boolean =>
      pullsOf(id).length > 0 &&
      pullsOf(id).every(number => pullsOf(states[at + 1]).includes(number))
    for (const id of states.filter((each, at) => !isInside(each, at)))
      this.line.push({
        commit: id,
        before: this.line.at(-1)?.commit ?? null,
        pulls: pullsOf(id),
        by,
        who,
        isRewrite:
          (before !== null && !this.#stage.world.isAncestor(before, id)) ||
          this.line.some(({ commit: held }) => held === id),
      })
  }

  #isEndOf(pull: PullRequestState, id: ObjectId): boolean {
    const isIt = pull.mergeCommit === id || pull.landed.includes(id) || this.#isPart(pull, id)
    return pull.base === 'main' && isIt
  }

  /** A commit of the pull request itself, on a straight line up to its merge. */
  #isPart(pull: PullRequestState, commit: ObjectId): boolean {
    if (!this.#stage.world.commitsOf(pull).includes(commit)) return false
    let id: ObjectId | undefined = pull.mergeCommit ?? undefined
    while (id !== undefined && id !== commit) {
      const parents: readonly ObjectId[] = this.#parents(id)
      if (parents.length > 1) return false
      id = parents[0]
    }
    return id === commit
  }

  #noteBases(now: number): void {
    const bases = new Map(
      this.#stage.repository.pullRequests.map(({ number, base }) => [number, base]),
    )
    for (const [number, base] of bases) {
      const before = this.#bases.get(number)
      if (before !== undefined && before !== base)
        this.baseChanges.set(number, [...(this.baseChanges.get(number) ?? []), now])
    }
    this.#bases = bases
  }

  #noteReview(pull: PullRequestState, id: number, by: number, at: number): void {
    const head = this.#stage.world.headOf(pull)
    const moves = this.pushes.filter(({ branch }) => branch === pull.headBranch)
    const since = moves.findLast(({ after }) => after === head)?.at ?? pull.createdAt.getTime()
    const tip = this.#stage.tip('main')
    const base = this.#stage.world.mergeBase(head, tip)
    this.reviews.push({
      id,
      pull: pull.number,
      by,
      at,
      heads: [head, ...this.#sameSecond(pull.headBranch, at)],
      headSince: since,
      tips: [tip, ...this.#sameSecond('main', at)],
      base,
      shown: base === null ? new Map() : this.#shown(base, head),
    })
  }

  #shown(base: ObjectId, head: ObjectId): ReviewSeen['shown'] {
    const files = this.#stage.world.shownBetween(base, head)
    return new Map(
      files.flatMap(
        ({ path, previousPath, status }): readonly (readonly [string, string | null])[] =>
          status === 'renamed' && previousPath !== null
            ? [
                [path, previousPath],
                [previousPath, null],
              ]
            : [[path, null]],
      ),
    )
  }

  #sameSecond(branch: string, at: number): readonly ObjectId[] {
    return this.pushes
      .filter(push => push.branch === branch && push.at === at)
      .flatMap(({ before, after }) => [before, after])
      .filter(id => id !== null)
  }

  #parents(id: ObjectId): readonly ObjectId[] {
    const object = this.#stage.world.state.objects.get(id)
    return object?.kind === 'commit' ? object.parents : []
  }
}
