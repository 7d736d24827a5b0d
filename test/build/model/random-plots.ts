// Plots: several related steps on one file. Random steps alone rarely get a file approved, then changed without the reviewers'
// notice, and approved again.
import type { Stage } from '../history/stage.ts'
import { CONFIG_PATH, POLICY_PATH } from '../history/usual-files.ts'
import type { SeededRandom } from './seeded-random.ts'
import type { RandomFiles, RawFiles } from './random-files.ts'
import { draftOf, RandomLandings, WRITERS } from './random-landings.ts'
import type { Landing, Planned } from './random-landings.ts'
import { BOT, REQUESTS, WORKFLOW } from './random-material.ts'

/** The role that somebody has in an unapproved change: pusher, author of the commit, author of the pull request. */
interface Culprits {
  readonly by: string
  readonly wrote: string
  readonly opener: string
}

export class RandomPlots {
  readonly #chance: SeededRandom
  readonly #stage: Stage
  readonly #random: RandomFiles
  readonly #landings: RandomLandings

  constructor(chance: SeededRandom, stage: Stage, random: RandomFiles) {
    this.#chance = chance
    this.#stage = stage
    this.#random = random
    this.#landings = new RandomLandings(chance, stage, random)
  }

  next(): readonly Planned[] {
    return this.#chance.weighted<() => readonly Planned[]>([
      [10, () => this.#ofRequest()],
      [1.5, () => this.#ofRenewal()],
      [2, () => this.#ofPolicy()],
      [3.5, () => this.#ofWorkflow()],
      [1, () => this.#ofMixed()],
      [1, () => this.#landings.landTwins(this.#edited())],
      [1.3, () => this.#ofForce()],
      [2, () => this.#ofCulprits()],
      [0.7, () => this.#ofTrusted()],
      [0.8, () => this.#ofPutBack()],
      [0.7, () => this.#landings.landBeside(this.#edited())],
    ])()
  }

  #ofRequest(): readonly Planned[] {
    const chance = this.#chance
    const path = chance.of(REQUESTS)
    const mark = this.#landings.nextMark()
    const first = this.#landings.land(this.#edited(path))
    const issues: readonly Planned[] = chance.is(0.6) ? [() => 'countersign issues'] : []
    const culprits = this.#culprits()
    const between = chance.is(0.15) ? [] : this.#disturbance(path, mark, culprits)
    const more = chance.is(0.3) ? this.#disturbance(path, mark, culprits) : []
    const remember: Planned = () => `remember main as ${mark}`
    return [...first, remember, ...issues, ...between, ...more, ...this.#end(path, mark, culprits)]
  }

  #culprits(): Culprits {
    const chance = this.#chance
    const by = chance.of(WRITERS)
    const wrote = chance.is(0.3) ? chance.of(WRITERS) : by
    const opener = chance.is(0.15) ? chance.of(WRITERS) : by
    return { by, wrote, opener }
  }

  /** An approved edit of a request. */
  #edited(path = this.#chance.of(REQUESTS)): Landing {
    return {
      by: this.#chance.of(WRITERS),
      files: () => this.#random.edit(path, 'main'),
      reviewer: this.#landings.approver(),
    }
  }

  /** A change without an approval, or with an approval that does not cover it. */
  #disturbance(path: string, mark: string, culprits: Culprits): readonly Planned[] {
    const { by, wrote, opener } = culprits
    const chance = this.#chance
    const edit = (): RawFiles => this.#random.edit(path, 'main')
    const author = wrote === by ? '' : ` (commit by ${wrote})`
    const land = (files: () => RawFiles, reviewer: string | null): readonly Planned[] =>
      this.#landings.land({ by, files, reviewer, opener, options: author })
    const approver = this.#landings.approver()
    const pushes = (files: () => RawFiles): Planned => {
      return () => ({ [`${by} pushes to main${author}`]: files() })
    }
    const old = (): RawFiles => ({ [path]: `as at ${mark}` })
    return chance.weighted<() => readonly Planned[]>([
      [0.5, () => this.#trustsNow()],
      [2, () => [pushes(() => this.#random.shortened(path, 'main'))]],
      [2.5, () => [pushes(edit)]],
      [1, () => [pushes(edit), pushes(old)]],
      [3, () => land(edit, null)],
      [1, () => land(edit, chance.of(['reader', 'robot', by]))],
      [2, () => land(edit, approver)],
      [2, () => land(() => this.#random.refused(path, 'main'), approver)],
      [1, () => [pushes(old)]],
      [0.5, () => [() => `owner moves main to ${mark}`]],
      [3, () => [...land(edit, approver), this.#putsBack(old, mark)]],
      [0.7, () => [() => `the installation trusts the requests of ${mark}`]],
      [0.4, () => land(() => ({ [path]: 'removed' }), approver)],
      [0.7, () => [pushes(() => ({ [draftOf(path)]: `as at main in ${path}` }))]],
    ])()
  }

  /** The owners accept the present files as read. */
  #trustsNow(): readonly Planned[] {
    const mark = this.#landings.nextMark()
    return [
      () => `remember main as ${mark}`,
      () => `the installation trusts the requests of ${mark}`,
    ]
  }

  /** Earlier content returns over later approved changes. */
  #putsBack(old: () => RawFiles, mark: string): Planned {
    const by = this.#chance.of(WRITERS)
    return this.#chance.is(0.7)
      ? () => ({ [`${by} pushes to main`]: old() })
      : () => `owner moves main to ${mark}`
  }

  /** An approved edit on top, rarely by a contributor of the unapproved change, and the steps after it. */
  #end(path: string, mark: string, culprits: Culprits): readonly Planned[] {
    const chance = this.#chance
    const by = chance.of(WRITERS)
    const ways = this.#landings
    const reviewer = chance.is(0.3)
      ? chance.of([culprits.by, culprits.wrote, culprits.opener])
      : this.#landings.approver()
    const onTop = chance.is(0.35)
    const files = (): RawFiles =>
      onTop ? this.#random.over(path, mark, 'main') : this.#random.edit(path, 'main')
    const landing = chance.weighted<() => readonly Planned[]>([
      [6, () => ways.land({ by, files, reviewer, options: this.#options() })],
      [
        1.5,
        () =>
          ways.landOld({ by, files: () => this.#random.edit(path, mark), reviewer }, path, mark),
      ],
      [1.5, () => ways.land({ by, files: () => this.#random.renamed(path), reviewer })],
      [1, () => ways.landDraft(path, by, reviewer)],
      [1.5, () => ways.landAgain({ by, files, reviewer }, path)],
      [1, () => ways.landTwins({ by, files, reviewer })],
      [0.5, () => ways.land({ by, files: () => ({ [path]: `as at ${mark}` }), reviewer })],
    ])()
    return [...landing, ...(chance.is(0.3) ? this.#renewal() : [])]
  }

  /** A contributor to an unapproved change approves the change on top of it, whose diff shows both. */
  #ofCulprits(): readonly Planned[] {
    const chance = this.#chance
    const path = chance.of(REQUESTS)
    const mark = this.#landings.nextMark()
    const people = ['colleague', 'maintainer', 'reviewer']
    const [by, wrote] = [chance.of(people), chance.of(people)]
    const edit = (): RawFiles => this.#random.edit(path, 'main')
    const options = ` (commit by ${wrote})`
    const unapproved = chance.is(0.6)
      ? [(): RawFiles => ({ [`${by} pushes to main${options}`]: edit() })]
      : this.#landings.land({ by, files: edit, reviewer: null, options })
    return [
      ...this.#landings.land(this.#edited(path)),
      () => `remember main as ${mark}`,
      ...unapproved,
      ...this.#landings.land({
        by: 'author',
        files: () => this.#random.over(path, mark, 'main'),
        reviewer: chance.of([by, wrote, this.#landings.approver()]),
      }),
    ]
  }

  /** Content that the owners accepted returns over an approved edit, and another edit is approved on top. */
  #ofTrusted(): readonly Planned[] {
    const path = this.#chance.of(REQUESTS)
    const mark = this.#landings.nextMark()
    return [
      ...this.#landings.land(this.#edited(path)),
      () => `remember main as ${mark}`,
      () => `the installation trusts the requests of ${mark}`,
      ...this.#landings.land(this.#edited(path)),
      this.#putsBack(() => ({ [path]: `as at ${mark}` }), mark),
      ...this.#landings.land(this.#edited(path)),
    ]
  }

  /** A version is removed and restored, and the person who restored it approves an edit of it. */
  #ofPutBack(): readonly Planned[] {
    const chance = this.#chance
    const path = chance.of(REQUESTS)
    const mark = this.#landings.nextMark()
    const away = this.#landings.nextMark()
    const mover = chance.of(['colleague', 'maintainer', 'reviewer'])
    const edit = (): RawFiles => this.#random.edit(path, 'main')
    const pushes: Planned = () => ({ ['author pushes to main']: edit() })
    const unapproved = chance.weighted<() => readonly Planned[]>([
      [2, () => this.#landings.land({ by: 'author', files: edit, reviewer: null })],
      [1, () => [pushes]],
      [1, () => [pushes, pushes]],
      [1, () => []],
    ])()
    const goes = chance.is(0.5) ? pushes : (): string => `owner moves main to ${away}`
    return [
      ...this.#landings.land(this.#edited(path)),
      () => `remember main as ${away}`,
      ...unapproved,
      () => `remember main as ${mark}`,
      goes,
      () => `${mover} moves main to ${mark}`,
      ...this.#landings.land({
        by: 'author',
        files: edit,
        reviewer: chance.is(0.7) ? mover : this.#landings.approver(),
      }),
    ]
  }

  /** Rarely with an approved edit after it. */
  #ofRenewal(): readonly Planned[] {
    const path = this.#chance.of(REQUESTS)
    const edit = this.#chance.is(0.5) ? this.#landings.land(this.#edited(path)) : []
    return [...this.#landings.land(this.#edited(path)), ...this.#renewal(), ...edit]
  }

  /** Issued, and due again after a change to the approval or its reviewer. */
  #renewal(): readonly Planned[] {
    const chance = this.#chance
    const who = chance.of(['owner', 'owner', 'maintainer', 'colleague', 'reviewer', 'robot'])
    const lastReviewer = (): { readonly login: string; readonly pull: number } | null => {
      const pull = this.#stage.repository.pullRequests.at(-1)
      const account = this.#stage.world.state.accounts.get(pull?.reviews.at(-1)?.authorId ?? 0)
      return pull === undefined || account === undefined
        ? null
        : { login: account.login, pull: pull.number }
    }
    const dismisses: Planned = () => {
      const last = lastReviewer()
      return last === null ? null : `${who} dismisses the review of ${last.login} on PR${last.pull}`
    }
    const leaves: Planned = () => {
      const login = lastReviewer()?.login ?? BOT
      return login === BOT ? null : `${login} gets the right read`
    }
    const [between, time] = chance.weighted<readonly [Planned, string]>([
      [4, [dismisses, '5 days pass']],
      [1, [leaves, '5 days pass']],
      [1, [leaves, '31 days pass']],
      [0.7, [(): null => null, '31 days pass']],
    ])
    return [
      () => 'countersign issues',
      between,
      () => time,
      ...(chance.is(0.3) ? [(): string => 'countersign issues'] : []),
    ]
  }

  /** A configuration change without its owner's approval, another on top, and a request that shows whether the rules are trusted. */
  #ofPolicy(): readonly Planned[] {
    const chance = this.#chance
    const path = chance.of([POLICY_PATH, CONFIG_PATH])
    const mark = this.#landings.nextMark()
    const isTakenOver = path === CONFIG_PATH && chance.is(0.4)
    const edit = (): RawFiles =>
      isTakenOver ? this.#random.takeover('main') : this.#random.edit(path, 'main')
    const reviewer = isTakenOver && chance.is(0.7) ? 'maintainer' : 'owner'
    const onTop = chance.is(0.6)
    const files = (): RawFiles => (onTop ? this.#random.over(path, mark, 'main') : edit())
    const by = chance.of(['author', 'colleague', 'maintainer', 'owner', 'owner', 'reviewer'])
    const unapproved = chance.is(0.5)
      ? [(): RawFiles => ({ [`${by} pushes to main`]: edit() })]
      : this.#landings.land({ by, files: edit, reviewer: null })
    return [
      () => `remember main as ${mark}`,
      ...unapproved,
      ...this.#landings.land({ by: 'author', files, reviewer }),
      ...this.#witness(),
    ]
  }

  /** A request that is approved only under a trusted configuration. */
  #witness(): readonly Planned[] {
    return this.#chance.is(0.6) ? this.#landings.land(this.#edited()) : []
  }

  /** A request and a configuration change in one approved pull request, rarely with an edit after it. */
  #ofMixed(): readonly Planned[] {
    const chance = this.#chance
    const path = chance.of(REQUESTS)
    const place = chance.of([POLICY_PATH, CONFIG_PATH])
    const files = (): RawFiles => ({
      ...this.#random.edit(path, 'main'),
      ...this.#random.edit(place, 'main'),
    })
    return [
      ...this.#landings.land(this.#edited(path)),
      ...this.#landings.land({
        by: 'author',
        files,
        reviewer: 'owner',
        second: this.#landings.approver(),
      }),
      ...(chance.is(0.7) ? this.#landings.land(this.#edited(path)) : []),
    ]
  }

  #ofWorkflow(): readonly Planned[] {
    const chance = this.#chance
    const files = (): RawFiles => this.#random.ofBot()
    const back = (): RawFiles => ({ [WORKFLOW]: 'as at start' })
    const by = chance.of([BOT, BOT, BOT, BOT, 'author', 'owner'])
    const options = chance.weighted([
      [4, ''],
      [2.5, ' (with nobody)'],
      [0.5, ' (commit by nobody)'],
      [0.5, ' (commit by author)'],
    ])
    const first = chance.weighted<() => readonly Planned[]>([
      [3, () => []],
      [1, () => [() => ({ [`${chance.of(['author', 'owner', BOT])} pushes to main`]: files() })]],
      [1, () => this.#landings.land({ by: BOT, files, reviewer: null })],
      [1, () => this.#landings.land({ by: 'author', files, reviewer: 'owner' })],
    ])()
    return [
      ...first,
      ...this.#landings.land({ by, files, reviewer: 'owner', options }),
      ...(chance.is(0.2)
        ? this.#landings.land({ by: 'author', files: back, reviewer: 'owner' })
        : []),
      ...this.#witness(),
    ]
  }

  /** A branch that is force-pushed before the review. */
  #ofForce(): readonly Planned[] {
    const path = this.#chance.of(REQUESTS)
    return this.#landings.landAgain(this.#edited(path), path)
  }

  #options(): string {
    const chance = this.#chance
    return chance.is(0.25)
      ? chance.of([
          ' (with nobody)',
          ' (with reviewer)',
          ' (commit by nobody)',
          ' (commit by reviewer)',
          ' (committer web-flow)',
        ])
      : ''
  }
}
