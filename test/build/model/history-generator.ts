// Random steps in the sentences of named histories, so that a failing run is readable and repeatable. What GitHub would refuse is
// skipped. The choices favour approvals, so that there is something to judge.
import type { Stage } from '../history/stage.ts'
import type { SeededRandom } from './seeded-random.ts'
import { RandomFiles, randomMark } from './random-files.ts'
import type { RawFiles } from './random-files.ts'
import type { Planned } from './random-landings.ts'
import { BOT, OWNERS, PEOPLE, REVIEWERS } from './random-material.ts'
import type { RawDeed } from './random-material.ts'
import { RandomPlots } from './random-plots.ts'

export class HistoryGenerator {
  readonly #chance: SeededRandom
  readonly #stage: Stage
  readonly #random: RandomFiles
  readonly #plots: RandomPlots
  #planned: readonly Planned[] = []
  #branches = 0

  /** `given`: the files that the repository began with. */
  constructor(chance: SeededRandom, stage: Stage, given: RawFiles) {
    this.#chance = chance
    this.#stage = stage
    this.#random = new RandomFiles(chance, stage, given)
    this.#plots = new RandomPlots(chance, stage, this.#random)
  }

  /** The next step; null if the choice is impossible now. */
  next(): RawDeed | null {
    if (this.#planned.length === 0 && this.#chance.is(0.07)) this.#planned = this.#plots.next()
    const [planned, ...later] = this.#planned
    if (planned === undefined || this.#chance.is(0.07)) return this.#byChance()
    this.#planned = later
    return planned()
  }

  #byChance(): RawDeed | null {
    const open = this.#open()
    const waiting = open.length > 0 ? 1 : 0
    const known = this.#stage.repository.pullRequests.length > 0 ? 1 : 0
    return this.#chance.weighted<() => RawDeed | null>([
      [open.length < 2 ? 8 : 1, () => this.#newBranch()],
      [open.length < 2 ? 12 : 1.5, () => this.#openPull()],
      [16 * waiting, () => this.#review()],
      [0.8 * known, () => this.#reviewOld()],
      [20 * waiting, () => this.#merge()],
      [5 * waiting, () => this.#pushAgain()],
      [2 * waiting, () => this.#onPull('updates the branch of')],
      [1 * waiting, () => this.#mergeMain()],
      [1.5 * waiting, () => this.#keepOld()],
      [1 * waiting, () => this.#byHand('merges', 0.4)],
      [2 * waiting, () => this.#rebase()],
      [0.6 * waiting, () => this.#twin()],
      [0.5 * waiting, () => this.#onPull('closes')],
      [0.8 * waiting, () => this.#changeBase()],
      [0.8 * known, () => this.#dismiss()],
      [1 * known, () => this.#revert()],
      [1.2, () => this.#direct()],
      [0.25 * known, () => `the installation trusts the requests of ${this.#mark()}`],
      [0.06 * known, () => 'rules cannot be read from now on'],
      [0.8 * known, () => this.#moveMain()],
      [1, () => this.#remember()],
      [0.7, () => this.#moveBranch()],
      [0.4, () => this.#deleteBranch()],
      [0.8 * known, () => this.#people()],
      [2 * known, () => this.#time()],
      [1.5 * known, () => 'countersign issues'],
    ])()
  }

  #mark(): string {
    return randomMark(this.#chance, this.#stage)
  }

  /** An edit of the content of a branch or a mark. */
  #files(from: string, configuration = 0.1): RawFiles {
    return this.#random.next(from, configuration)
  }

  #open(): readonly number[] {
    return this.#stage.repository.pullRequests
      .filter(({ state }) => state === 'open')
      .map(({ number }) => number)
  }

  #anyBranch(): string | null {
    const all = [...this.#stage.repository.branches.keys()].filter(name => name !== 'main')
    return all.length === 0 ? null : this.#chance.of(all)
  }

  #who(): string {
    return this.#chance.is(0.7) ? 'author' : this.#chance.of(PEOPLE)
  }

  #newBranch(): RawDeed {
    this.#branches += 1
    if (this.#chance.is(0.06))
      return { [`${BOT} pushes to b${this.#branches}`]: this.#random.ofBot() }
    // From another place, or from an earlier commit of the default branch.
    const other = this.#chance.weighted([
      [8, null],
      [1, this.#anyBranch()],
      [1.5, this.#mark()],
    ])
    const options = [...(other === null ? [] : [`from ${other}`]), ...this.#authorship()]
    const brackets = options.length === 0 ? '' : ` (${options.join(', ')})`
    const files = this.#files(other ?? 'main', 2)
    return { [`${this.#who()} pushes to b${this.#branches}${brackets}`]: files }
  }

  #authorship(): readonly string[] {
    const chance = this.#chance
    return [
      ...(chance.is(0.1) ? [`commit by ${chance.of(['author', 'reviewer', 'nobody'])}`] : []),
      ...(chance.is(0.12) ? [`with ${chance.of(['reviewer', 'nobody'])}`] : []),
      ...(chance.is(0.06) ? ['on GitHub'] : chance.is(0.05) ? ['committer web-flow'] : []),
    ]
  }

  #pushAgain(): RawDeed | null {
    const branch = this.#branchOfOpen()
    if (branch === null) return null
    const authorship = this.#authorship()
    const options = authorship.length === 0 ? '' : ` (${authorship.join(', ')})`
    if (this.#chance.is(0.8))
      return { [`${this.#who()} pushes to ${branch}${options}`]: this.#files(branch) }
    // Force-pushed from main: the same bytes in a new commit, or others.
    const same = this.#chance.is(0.5) ? this.#sameAgain(branch) : null
    return { [`${this.#who()} force-pushes ${branch}${options}`]: same ?? this.#files('main') }
  }

  /** The changed files of the branch, while the old commits are readable. */
  #sameAgain(branch: string): RawFiles | null {
    const mark = [...this.#stage.marks()].find(([, id]) => id === this.#stage.tip(branch))?.[0]
    const pull = this.#stage.repository.pullRequests.find(each => each.headBranch === branch)
    const path = pull === undefined ? null : (this.#changedIn(pull.number)[0] ?? null)
    if (path === null) return null
    return { [path]: `as at ${mark ?? branch}` }
  }

  #branchOfOpen(): string | null {
    const open = this.#stage.repository.pullRequests.filter(({ state }) => state === 'open')
    return open.length === 0 ? null : this.#chance.of(open).headBranch
  }

  #openPull(): RawDeed | null {
    const chance = this.#chance
    const { pullRequests, branches } = this.#stage.repository
    const used = new Set(pullRequests.map(({ headBranch }) => headBranch))
    const fresh = [...branches.keys()].filter(name => name !== 'main' && !used.has(name))
    const branch = fresh.length > 0 && chance.is(0.85) ? fresh.at(-1)! : this.#anyBranch()
    if (branch === null) return null
    const others = [...branches.keys()].filter(name => name !== 'main' && name !== branch)
    const base = others.length > 0 && chance.is(0.12) ? ` into ${chance.of(others)}` : ''
    return `${this.#who()} opens PR${pullRequests.length + 1} from ${branch}${base}`
  }

  #review(): RawDeed {
    const pull = this.#chance.of(this.#open())
    const who = this.#chance.of(this.#isOfConfiguration(pull) ? OWNERS : REVIEWERS)
    return this.#chance.weighted([
      [18, `${who} approves PR${pull}`],
      [1.5, `${who} requests changes on PR${pull}`],
      [1, `${who} comments on PR${pull}`],
    ])
  }

  /** A review of a merged pull request or of an earlier commit; the API allows both. */
  #reviewOld(): RawDeed | null {
    const pull = this.#chance.of(this.#stage.repository.pullRequests)
    const who = this.#chance.of(REVIEWERS)
    const commits = this.#stage.world.commitsOf(pull)
    const marks = [...this.#stage.marks()].filter(([, commit]) => commits.includes(commit))
    if (marks.length > 0) return `${who} approves ${this.#chance.of(marks)[0]} of PR${pull.number}`
    return pull.state === 'merged' ? `${who} approves PR${pull.number}` : null
  }

  #isOfConfiguration(number: number): boolean {
    return this.#changedIn(number).some(path => !/^(?:requests|drafts)\/|^README/.test(path))
  }

  #changedIn(number: number): readonly string[] {
    return this.#stage.world.changedFilesOf(this.#stage.pull(number)).map(({ path }) => path)
  }

  /** Another branch at the same commit, with its own pull request later. */
  #twin(): RawDeed | null {
    const branch = this.#branchOfOpen()
    if (branch === null) return null
    this.#branches += 1
    return `${this.#who()} moves b${this.#branches} to ${branch}`
  }

  #mergeMain(): RawDeed {
    const pull = this.#chance.of(this.#open())
    const who = this.#chance.of(['author', 'reviewer', 'colleague'])
    const sentence = `${who} merges main into PR${pull} by hand`
    const from = this.#stage.pull(pull).headBranch
    // A conflict that is resolved on GitHub: GitHub signs the merge, and a person wrote the files.
    if (this.#chance.is(0.3))
      return { [`${who} pushes to ${from} (on GitHub, merging main)`]: this.#files(from) }
    return this.#chance.is(0.4) ? { [sentence]: this.#files(from) } : sentence
  }

  /** A merge of the default branch that keeps the text of the branch or takes an older one. */
  #keepOld(): RawDeed | null {
    const pull = this.#chance.of(this.#open())
    const [path] = this.#changedIn(pull)
    if (path === undefined) return null
    const from = this.#chance.is(0.7) ? this.#stage.pull(pull).headBranch : this.#mark()
    const who = this.#chance.of(['author', 'author', 'reviewer'])
    return { [`${who} merges main into PR${pull} by hand`]: { [path]: `as at ${from}` } }
  }

  #merge(): RawDeed {
    const open = this.#open()
    const reviewed = open.filter(number => this.#stage.pull(number).reviews.length > 0)
    if (reviewed.length === 0 && this.#chance.is(0.85)) return this.#review()
    const pull = this.#chance.of(reviewed.length > 0 && this.#chance.is(0.8) ? reviewed : open)
    const who = this.#chance.of(['author', 'owner', 'reviewer'])
    if (open.length > 1 && this.#chance.is(0.08))
      return `${who} queues ${open
        .slice(0, 2)
        .map(number => `PR${number}`)
        .join(' and ')}`
    const way = this.#chance.of(['merge', 'squash', 'rebase', 'squash'])
    return `${who} merges PR${pull} (${way})`
  }

  #onPull(verb: string): RawDeed {
    const who = this.#chance.of(['author', 'reviewer', 'colleague'])
    return `${who} ${verb} PR${this.#chance.of(this.#open())}`
  }

  #byHand(verb: string, other: number): RawDeed {
    const sentence = `${this.#onPull(verb) as string} by hand`
    return this.#chance.is(other) ? { [sentence]: this.#files('main') } : sentence
  }

  #rebase(): RawDeed | null {
    const branch = this.#branchOfOpen()
    return branch === null ? null : `${this.#chance.of(['author', 'reviewer'])} rebases ${branch}`
  }

  #changeBase(): RawDeed | null {
    const pull = this.#chance.of(this.#open())
    const base = this.#stage.pull(pull).base === 'main' ? this.#anyBranch() : 'main'
    return base === null ? null : `author changes the base of PR${pull} to ${base}`
  }

  #dismiss(): RawDeed | null {
    const reviewed = this.#stage.repository.pullRequests.filter(({ reviews }) => reviews.length > 0)
    if (reviewed.length === 0) return null
    const pull = this.#chance.of(reviewed)
    const { authorId } = this.#chance.of(pull.reviews)
    const by = this.#chance.of(['author', 'owner', 'robot'])
    const login = this.#stage.world.state.accounts.get(authorId)?.login ?? 'reviewer'
    return `${by} dismisses the review of ${login} on PR${pull.number}`
  }

  #revert(): RawDeed | null {
    const merged = this.#stage.repository.pullRequests.filter(({ state }) => state === 'merged')
    if (merged.length === 0) return null
    this.#branches += 1
    return `${this.#who()} reverts PR${this.#chance.of(merged).number} on b${this.#branches}`
  }

  #direct(): RawDeed {
    const who = this.#chance.of(['owner', 'colleague', 'reviewer', 'author'])
    const options = this.#chance.is(0.2) ? ` (commit by ${this.#chance.of(PEOPLE)})` : ''
    return { [`${who} pushes to main${options}`]: this.#files('main', 0.6) }
  }

  #moveMain(): RawDeed | null {
    const branch = this.#anyBranch()
    if (branch === null) return null
    // Rarely, because hardly anything can be proved after a rewrite.
    if (this.#chance.is(0.15)) return `owner moves main to ${this.#mark()}`
    const tip = this.#stage.tip(branch)
    const isForward = this.#stage.world.isAncestor(this.#stage.tip('main'), tip)
    return isForward ? `owner moves main to ${branch}` : null
  }

  #remember(): RawDeed {
    const branch = this.#chance.is(0.5) ? 'main' : (this.#anyBranch() ?? 'main')
    return `remember ${branch} as m${this.#stage.marks().size}`
  }

  #moveBranch(): RawDeed | null {
    const branch = this.#anyBranch()
    return branch === null ? null : `${this.#who()} moves ${branch} to ${this.#mark()}`
  }

  #deleteBranch(): RawDeed | null {
    const branch = this.#anyBranch()
    return branch === null ? null : `author deletes the branch ${branch}`
  }

  #people(): RawDeed {
    const who = this.#chance.of(['reviewer', 'colleague', 'maintainer'])
    return this.#chance.of([
      `${who} joins the team pki`,
      `${who} leaves the team pki`,
      `${who} gets the right ${this.#chance.of(['write', 'read', 'none'])}`,
      `${who} gets the right write`,
    ])
  }

  #time(): RawDeed {
    return this.#chance.weighted([
      [3, '5 seconds pass'],
      [2, '0 seconds pass'],
      [2, '2 hours pass'],
      [2, '5 days pass'],
      [0.3, '31 days pass'],
    ])
  }
}
