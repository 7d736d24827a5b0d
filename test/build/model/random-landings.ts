// Ways in which a change reaches the default branch, as sequences of steps. They are parts of plots.
import type { Stage } from '../history/stage.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { RandomFiles, RawFiles } from './random-files.ts'
import { BOT } from './random-material.ts'
import type { RawDeed } from './random-material.ts'

/** A step that is chosen when its turn comes; null if it is impossible then. */
export type Planned = () => RawDeed | null

export interface Landing {
  readonly by: string
  readonly files: () => RawFiles
  /** Null: merged without an approval. */
  readonly reviewer: string | null
  /** A second approver. */
  readonly second?: string
  readonly options?: string
  /** Author of the pull request, if it is not the pusher. */
  readonly opener?: string
}

export const WRITERS = ['author', 'author', 'colleague', 'reviewer', 'maintainer'] as const
const MOVERS = ['owner', 'maintainer', 'colleague', 'reviewer'] as const

export class RandomLandings {
  readonly #chance: SeededRandom
  readonly #stage: Stage
  readonly #random: RandomFiles
  #branches = 0
  #marks = 0

  constructor(chance: SeededRandom, stage: Stage, random: RandomFiles) {
    this.#chance = chance
    this.#stage = stage
    this.#random = random
  }

  /** Rarely somebody whose approval does not count. */
  approver(): string {
    return this.#chance.weighted([
      [12, 'reviewer'],
      [6, 'colleague'],
      [6, 'maintainer'],
      [1.5, 'robot'],
      [1, BOT],
    ])
  }

  land({ by, files, reviewer, second, options = '', opener = by }: Landing): readonly Planned[] {
    const branch = this.#nextBranch()
    return [
      () => ({ [`${by} pushes to ${branch}${options}`]: files() }),
      this.#opens(opener, branch),
      ...this.#reviewed(branch, reviewer, second),
      ...(this.#chance.is(0.04) ? this.#elsewhere(branch) : []),
      ...(this.#chance.is(0.04) ? this.#otherMeaning() : []),
      this.#merges(branch),
    ]
  }

  /** From an earlier commit of the default branch, rarely with a merge of it that keeps the old text. */
  landOld({ by, files, reviewer }: Landing, path: string, mark: string): readonly Planned[] {
    const branch = this.#nextBranch()
    const kept = (): RawDeed => {
      const sentence = `${by} merges main into PR${this.numberOf(branch)} by hand`
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

  /** A file that becomes a request by a rename. */
  landDraft(path: string, by: string, reviewer: string): readonly Planned[] {
    const draft = draftOf(path)
    return [
      () => ({
        [`colleague pushes to main`]: { [draft]: `as at main in ${path}`, [path]: 'removed' },
      }),
      ...this.land({
        by,
        files: () => ({ [draft]: 'removed', ...this.#random.copied(draft, path) }),
        reviewer,
      }),
    ]
  }

  /** Somebody commits the content of the branch again, or other content, by force. */
  landAgain({ by, files, reviewer }: Landing, path: string): readonly Planned[] {
    const branch = this.#nextBranch()
    const mark = this.nextMark()
    const approver = reviewer ?? 'reviewer'
    const who = this.#chance.of([approver, approver, 'colleague', by])
    const options = this.#chance.weighted([
      [3, ''],
      [2.5, ` (commit by ${by})`],
      [2.5, ` (commit by ${by}, committer ${who})`],
      [3, ` (commit by ${approver})`],
      [3, ` (commit by ${approver}, committer ${by})`],
      [1, ` (commit by ${by}, committer ${approver})`],
    ])
    const same = (): RawFiles => ({ [path]: `as at ${mark}` })
    const again = this.#chance.is(0.5) ? same : (): RawFiles => this.#random.edit(path, mark)
    return [
      () => ({ [`${by} pushes to ${branch}`]: files() }),
      this.#opens(by, branch),
      () => `remember ${branch} as ${mark}`,
      () => ({ [`${who} force-pushes ${branch}${options}`]: again() }),
      ...this.#reviewed(branch, reviewer),
      this.#merges(branch),
    ]
  }

  /** Two pull requests of one commit, with reviews on either. */
  landTwins({ by, files, reviewer }: Landing): readonly Planned[] {
    const [branch, twin] = [this.#nextBranch(), this.#nextBranch()]
    const other = this.#chance.of(WRITERS)
    const against: Planned = () => `${this.approver()} requests changes on PR${this.numberOf(twin)}`
    return [
      () => ({ [`${by} pushes to ${branch}`]: files() }),
      this.#opens(by, branch),
      () => `${other} moves ${twin} to ${branch}`,
      this.#opens(other, twin),
      ...this.#reviewed(this.#chance.of([branch, branch, twin]), reviewer),
      ...(this.#chance.is(0.4) ? [against] : []),
      () => `owner merges PR${this.numberOf(branch)} (merge)`,
    ]
  }

  /** Merged into another branch, which then becomes the default branch. */
  landBeside({ by, files, reviewer }: Landing): readonly Planned[] {
    const [branch, side] = [this.#nextBranch(), this.#nextBranch()]
    return [
      () => `${by} moves ${side} to main`,
      () => ({ [`${by} pushes to ${branch}`]: files() }),
      () =>
        `${by} opens PR${this.#stage.repository.pullRequests.length + 1} from ${branch} into ${side}`,
      ...this.#reviewed(branch, reviewer),
      this.#merges(branch),
      () => `${this.#chance.of(MOVERS)} moves main to ${side}`,
    ]
  }

  nextMark(): string {
    this.#marks += 1
    return `n${this.#marks}`
  }

  numberOf(branch: string): number {
    const { pullRequests } = this.#stage.repository
    return pullRequests.findLast(({ headBranch }) => headBranch === branch)?.number ?? 0
  }

  #opens(by: string, branch: string): Planned {
    return () => `${by} opens PR${this.#stage.repository.pullRequests.length + 1} from ${branch}`
  }

  #reviewed(
    branch: string,
    reviewer: string | null,
    other = this.#chance.is(0.15) ? this.approver() : null,
  ): readonly Planned[] {
    if (reviewer === null) return []
    const approves = (who: string): Planned => {
      return () => `${who} approves PR${this.numberOf(branch)}`
    }
    return [approves(reviewer), ...(other === null ? [] : [approves(other)])]
  }

  /** The pull request has another base for some time. */
  #elsewhere(branch: string): readonly Planned[] {
    const side = this.#nextBranch()
    const changes = (base: string): Planned => {
      return () => `author changes the base of PR${this.numberOf(branch)} to ${base}`
    }
    return [() => `author moves ${side} to main`, changes(side), changes('main')]
  }

  /** A changed configuration changes the effective request. */
  #otherMeaning(): readonly Planned[] {
    const files = (): RawFiles => this.#random.otherMeaning('main')
    return this.land({ by: 'author', files, reviewer: 'owner' })
  }

  #merges(branch: string): Planned {
    const way = this.#chance.of(['(merge)', '(squash)', '(rebase)'])
    const how = this.#chance.is(0.08) ? 'by hand' : way
    return () => `owner merges PR${this.numberOf(branch)} ${how}`
  }

  #nextBranch(): string {
    this.#branches += 1
    return `p${this.#branches}`
  }
}

export function draftOf(path: string): string {
  return path.replace('requests/people/', 'drafts/')
}
