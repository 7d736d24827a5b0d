// Plots: several deeds that belong together, on one file. Deeds by chance alone seldom get a file approved, changed behind the
// reviewers' backs and approved again.
import type { Stage } from '../history/stage.ts'
import { POLICY_PATH } from '../history/usual-files.ts'
import type { Chance } from './chance.ts'
import type { RandomFiles, RawFiles } from './files.ts'
import { BOT, REQUESTS, WORKFLOW } from './material.ts'
import type { RawDeed } from './material.ts'

/** A deed that is decided on when its turn comes; null where it makes no sense then. */
export type Planned = () => RawDeed | null

interface Landing {
  readonly by: string
  readonly files: () => RawFiles
  /** Null: merged without an approval. */
  readonly reviewer: string | null
  readonly options?: string
}

const WRITERS = ['author', 'author', 'colleague', 'reviewer', 'maintainer'] as const
const APPROVERS = ['reviewer', 'reviewer', 'colleague', 'maintainer'] as const

export class Plots {
  readonly #chance: Chance
  readonly #stage: Stage
  readonly #random: RandomFiles
  #branches = 0
  #marks = 0

  constructor(chance: Chance, stage: Stage, random: RandomFiles) {
    this.#chance = chance
    this.#stage = stage
    this.#random = random
  }

  next(): readonly Planned[] {
    return this.#chance.weighted<() => readonly Planned[]>([
      [10, () => this.#ofRequest()],
      [1.5, () => this.#ofPolicy()],
      [2, () => this.#ofWorkflow()],
    ])()
  }

  #ofRequest(): readonly Planned[] {
    const chance = this.#chance
    const path = chance.of(REQUESTS)
    const mark = this.#nextMark()
    const edit = (): RawFiles => this.#random.edit(path, 'main')
    const approved = { by: chance.of(WRITERS), reviewer: chance.of(APPROVERS) }
    const first = this.#land({ ...approved, files: edit })
    const issues: readonly Planned[] = chance.is(0.6) ? [() => 'countersign issues'] : []
    const between = chance.is(0.15) ? [] : this.#disturbance(path, mark)
    const more = chance.is(0.3) ? this.#disturbance(path, mark) : []
    const remember: Planned = () => `remember main as ${mark}`
    return [...first, remember, ...issues, ...between, ...more, ...this.#end(path, mark)]
  }

  /** Something that nobody approved, or not for what it does to the file. */
  #disturbance(path: string, mark: string): readonly Planned[] {
    const chance = this.#chance
    const by = chance.of(WRITERS)
    const edit = (): RawFiles => this.#random.edit(path, 'main')
    const author = chance.is(0.3) ? ` (commit by ${chance.of(WRITERS)})` : ''
    const shorter = (): RawFiles => this.#random.shortened(path, 'main')
    return chance.weighted<() => readonly Planned[]>([
      [0.5, () => this.#trustsNow()],
      [2, () => [() => ({ [`${by} pushes to main${author}`]: shorter() })]],
      [2, () => [() => ({ [`${by} pushes to main${author}`]: edit() })]],
      [3, () => this.#land({ by, files: edit, reviewer: null })],
      [1, () => this.#land({ by, files: edit, reviewer: chance.of(['reader', 'robot', by]) })],
      [2, () => this.#land({ by, files: edit, reviewer: chance.of(APPROVERS) })],
      [
        1.5,
        () =>
          this.#land({
            by,
            files: () => this.#random.refused(path, 'main'),
            reviewer: chance.of(APPROVERS),
          }),
      ],
      [1, () => [() => ({ [`${by} pushes to main`]: { [path]: `as at ${mark}` } })]],
      [0.5, () => [() => `owner moves main to ${mark}`]],
      [
        3,
        () => [
          ...this.#land({ by, files: edit, reviewer: chance.of(APPROVERS) }),
          this.#putsBack(path, mark),
        ],
      ],
      [0.7, () => [() => `the installation trusts the requests of ${mark}`]],
      [
        0.4,
        () =>
          this.#land({ by, files: () => ({ [path]: 'removed' }), reviewer: chance.of(APPROVERS) }),
      ],
      [
        0.7,
        () => [() => ({ [`${by} pushes to main`]: { [draftOf(path)]: `as at main in ${path}` } })],
      ],
    ])()
  }

  /** The owners take as read what is there now. */
  #trustsNow(): readonly Planned[] {
    const mark = this.#nextMark()
    return [
      () => `remember main as ${mark}`,
      () => `the installation trusts the requests of ${mark}`,
    ]
  }

  /** What was there once comes back over what was approved since. */
  #putsBack(path: string, mark: string): Planned {
    const by = this.#chance.of(WRITERS)
    return this.#chance.is(0.7)
      ? () => ({ [`${by} pushes to main`]: { [path]: `as at ${mark}` } })
      : () => `owner moves main to ${mark}`
  }

  /** An approved edit on top of it, and what comes after. */
  #end(path: string, mark: string): readonly Planned[] {
    const chance = this.#chance
    const by = chance.of(WRITERS)
    const reviewer = chance.of(APPROVERS)
    const edit = (): RawFiles => this.#random.edit(path, 'main')
    const landing = chance.weighted<() => readonly Planned[]>([
      [6, () => this.#land({ by, files: edit, reviewer, options: this.#options() })],
      [
        1.5,
        () =>
          this.#landOld({ by, files: () => this.#random.edit(path, mark), reviewer }, path, mark),
      ],
      [1.5, () => this.#land({ by, files: () => this.#random.renamed(path), reviewer })],
      [1, () => this.#landDraft(path, by, reviewer)],
      [1.5, () => this.#landAgain({ by, files: edit, reviewer }, path)],
      [1, () => this.#landTwins({ by, files: edit, reviewer })],
      [0.5, () => this.#land({ by, files: () => ({ [path]: `as at ${mark}` }), reviewer })],
    ])()
    return [...landing, ...(chance.is(0.3) ? this.#renewal() : [])]
  }

  #renewal(): readonly Planned[] {
    const who = this.#chance.of(['owner', 'maintainer', 'colleague', 'reviewer', 'robot'])
    return [
      () => 'countersign issues',
      () => {
        const pull = this.#stage.repository.pullRequests.at(-1)
        const review = pull?.reviews.at(-1)
        if (pull === undefined || review === undefined) return null
        const login = this.#stage.world.state.accounts.get(review.authorId)?.login ?? 'reviewer'
        return `${who} dismisses the review of ${login} on PR${pull.number}`
      },
      () => '5 days pass',
    ]
  }

  #ofPolicy(): readonly Planned[] {
    const chance = this.#chance
    const edit = (): RawFiles => this.#random.edit(POLICY_PATH, 'main')
    const by = chance.of(['author', 'colleague', 'maintainer', 'owner', 'reviewer'])
    const unapproved = chance.is(0.5)
      ? [() => ({ [`${by} pushes to main`]: edit() })]
      : this.#land({ by, files: edit, reviewer: null })
    return [...unapproved, ...this.#land({ by: 'author', files: edit, reviewer: 'owner' })]
  }

  #ofWorkflow(): readonly Planned[] {
    const chance = this.#chance
    const files = (): RawFiles => this.#random.ofBot()
    const back = (): RawFiles => ({ [WORKFLOW]: 'as at start' })
    const by = chance.of([BOT, BOT, BOT, 'author', 'owner'])
    const first = chance.weighted<readonly Planned[]>([
      [3, []],
      [1, [() => ({ [`${chance.of(['author', 'owner', BOT])} pushes to main`]: files() })]],
    ])
    return [
      ...first,
      ...this.#land({ by, files, reviewer: 'owner' }),
      ...(chance.is(0.3) ? this.#land({ by: 'author', files: back, reviewer: 'owner' }) : []),
    ]
  }

  #land({ by, files, reviewer, options = '' }: Landing): readonly Planned[] {
    const branch = this.#nextBranch()
    return [
      () => ({ [`${by} pushes to ${branch}${options}`]: files() }),
      this.#opens(by, branch),
      ...this.#reviewed(branch, reviewer),
      this.#merges(branch),
    ]
  }

  /** From where the default branch was, seldom with a merge of it that keeps the old text. */
  #landOld({ by, files, reviewer }: Landing, path: string, mark: string): readonly Planned[] {
    const branch = this.#nextBranch()
    const kept = (): RawDeed => {
      const sentence = `${by} merges main into PR${this.#numberOf(branch)} by hand`
      return { [sentence]: { [path]: `as at ${branch}` } }
    }
    const reviewed = this.#reviewed(branch, reviewer)
    return [
      () => ({ [`${by} pushes to ${branch} (from ${mark})`]: files() }),
      this.#opens(by, branch),
      ...(this.#chance.is(0.5) ? [kept, ...reviewed] : [...reviewed, kept]),
      this.#merges(branch),
    ]
  }

  /** A file that comes to the requests by a rename. */
  #landDraft(path: string, by: string, reviewer: string): readonly Planned[] {
    const draft = draftOf(path)
    return [
      () => ({
        [`colleague pushes to main`]: { [draft]: `as at main in ${path}`, [path]: 'removed' },
      }),
      ...this.#land({
        by,
        files: () => ({ [draft]: 'removed', ...this.#random.copied(draft, path) }),
        reviewer,
      }),
    ]
  }

  /** Somebody commits again what the branch holds, or something else, by force. */
  #landAgain({ by, files, reviewer }: Landing, path: string): readonly Planned[] {
    const branch = this.#nextBranch()
    const mark = this.#nextMark()
    const who = this.#chance.of([reviewer ?? 'reviewer', reviewer ?? 'reviewer', 'colleague'])
    const author = this.#chance.is(0.5)
      ? ` (commit by ${by})`
      : ` (commit by ${by}, committer ${who})`
    const reviewed = ` (commit by ${reviewer ?? 'reviewer'})`
    const options = this.#chance.weighted([
      [3, ''],
      [5, author],
      [2, reviewed],
    ])
    const same = (): RawFiles => ({ [path]: `as at ${mark}` })
    const again = this.#chance.is(0.6) ? same : (): RawFiles => this.#random.edit(path, mark)
    return [
      () => ({ [`${by} pushes to ${branch}`]: files() }),
      this.#opens(by, branch),
      () => `remember ${branch} as ${mark}`,
      () => ({ [`${who} force-pushes ${branch}${options}`]: again() }),
      ...this.#reviewed(branch, reviewer),
      this.#merges(branch),
    ]
  }

  /** Two pull requests of one commit, and words on either of them. */
  #landTwins({ by, files, reviewer }: Landing): readonly Planned[] {
    const [branch, twin] = [this.#nextBranch(), this.#nextBranch()]
    const other = this.#chance.of(WRITERS)
    const against: Planned = () =>
      `${this.#chance.of(APPROVERS)} requests changes on PR${this.#numberOf(twin)}`
    return [
      () => ({ [`${by} pushes to ${branch}`]: files() }),
      this.#opens(by, branch),
      () => `${other} moves ${twin} to ${branch}`,
      this.#opens(other, twin),
      ...this.#reviewed(this.#chance.of([branch, branch, twin]), reviewer),
      ...(this.#chance.is(0.3) ? [against] : []),
      () => `owner merges PR${this.#numberOf(branch)} (merge)`,
    ]
  }

  #opens(by: string, branch: string): Planned {
    return () => `${by} opens PR${this.#stage.repository.pullRequests.length + 1} from ${branch}`
  }

  #reviewed(branch: string, reviewer: string | null): readonly Planned[] {
    if (reviewer === null) return []
    const approves = (who: string): Planned => {
      return () => `${who} approves PR${this.#numberOf(branch)}`
    }
    const second = this.#chance.is(0.15) ? [approves(this.#chance.of(APPROVERS))] : []
    return [approves(reviewer), ...second]
  }

  #merges(branch: string): Planned {
    const way = this.#chance.of(['merge', 'squash', 'rebase'])
    return () => `owner merges PR${this.#numberOf(branch)} (${way})`
  }

  #options(): string {
    const chance = this.#chance
    return chance.is(0.25)
      ? chance.of([
          ' (with nobody)',
          ' (with reviewer)',
          ' (commit by nobody)',
          ' (commit by reviewer)',
        ])
      : ''
  }

  #numberOf(branch: string): number {
    const { pullRequests } = this.#stage.repository
    return pullRequests.findLast(({ headBranch }) => headBranch === branch)?.number ?? 0
  }

  #nextBranch(): string {
    this.#branches += 1
    return `p${this.#branches}`
  }

  #nextMark(): string {
    this.#marks += 1
    return `n${this.#marks}`
  }
}

function draftOf(path: string): string {
  return path.replace('requests/people/', 'drafts/')
}
