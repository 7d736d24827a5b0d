// Random deeds in the sentences of named histories: a failing run can be read, kept and replayed. What GitHub would refuse is
// simply not done. The choices lean towards what gets a request approved, so that there is something to get wrong.
import type { Stage } from '../history/stage.ts'
import type { Chance } from './chance.ts'

/** A deed as a history file has it: a sentence, or a sentence with files. */
export type RawDeed = string | Readonly<Record<string, unknown>>

export interface RawHistory {
  readonly given: Readonly<Record<string, unknown>>
  readonly steps: readonly RawDeed[]
}

const PEOPLE = ['author', 'colleague', 'reviewer', 'owner', 'maintainer', 'helper[bot]'] as const
const REVIEWERS = ['reviewer', 'reviewer', 'reviewer', 'colleague', 'colleague', 'maintainer', 'owner', 'author', 'robot', 'reader', 'helper[bot]'] as const
const OWNERS = ['owner', 'owner', 'owner', 'maintainer', 'reviewer'] as const
const REQUESTS = ['jane', 'mark', 'rose'].map(name => `requests/people/${name}.yaml`)
const VARIANTS: readonly unknown[] = [
  'usual',
  'usual',
  { subject: { organizations: ['viewers'] } },
  { duration: '24h' },
  { comment: 'for the laptop' },
  { comment: 'for the phone' },
  { duration: '24h', comment: 'for the phone' },
  { withdraw: true },
]
const README = ['Certificates.\n', 'Certificates of acme, and how to ask for them.\n']
const SPEC = {
  signerName: 'kubernetes.io/kube-apiserver-client',
  usages: ['digital signature', 'client auth'],
  renewBefore: '72h',
  namespace: 'apps',
}
const CONFIGURATION: readonly (readonly [path: string, content: unknown])[] = [
  ['countersign.yaml', 'usual'],
  ['countersign.yaml', { defaults: [{ paths: ['requests/**'], spec: { ...SPEC, duration: '240h' } }] }],
  ['countersign.yaml', { clusters: { prod: { server: 'https://10.0.0.2:6443' } } }],
  ['countersign.yaml', { approval: { requests: { required: 2 } } }],
  ['countersign.yaml', { approval: { configuration: { users: ['maintainer'] } } }],
  ['countersign.yaml', { approval: { never: ['robot'] } }],
  ['policies/people.yaml', 'usual'],
  ['policies/people.yaml', { approvals: { users: ['reviewer', 'maintainer'] } }],
  ['policies/people.yaml', { approvals: { teams: ['pki'] } }],
  ['policies/people.yaml', { approvals: { required: 2 } }],
  ['.github/workflows/countersign.yaml', 'on: push\n'],
  ['.github/workflows/countersign.yaml', 'usual'],
]

/** How a repository starts; most as usual. */
export function randomGiven(chance: Chance): RawHistory['given'] {
  const files: Record<string, unknown> = {}
  if (chance.is(0.2)) files['countersign.yaml'] = chance.of([
    { approval: { strict: true } },
    { approval: { requests: { required: 2 } } },
    { approval: { never: ['robot'] } },
    { approval: { maxAge: '10d' } },
  ])
  if (chance.is(0.3)) files['policies/people.yaml'] = chance.of([
    { approvals: { users: ['reviewer', 'maintainer'] } },
    { approvals: { teams: ['pki'] } },
    { approvals: { required: 2 } },
  ])
  if (chance.is(0.06)) for (const path of REQUESTS) if (chance.is(0.5)) files[path] = chance.of(VARIANTS)
  return {
    files,
    teams: { pki: ['reviewer', 'colleague'].filter(() => chance.is(0.7)) },
    commitIdMoves: chance.weighted([
      [3, 'never'],
      [2, 'patch-identical'],
      [1, 'always'],
    ]),
    visibility: 'public',
  }
}

export class Generator {
  readonly #chance: Chance
  readonly #stage: Stage
  #branches = 0

  constructor(chance: Chance, stage: Stage) {
    this.#chance = chance
    this.#stage = stage
  }

  /** The next deed, null where what was chosen makes no sense now. */
  next(): RawDeed | null {
    const open = this.#open()
    const waiting = open.length > 0 ? 1 : 0
    const known = this.#stage.repository.pullRequests.length > 0 ? 1 : 0
    return this.#chance.weighted<() => RawDeed | null>([
      [open.length < 2 ? 8 : 1, () => this.#newBranch()],
      [open.length < 2 ? 12 : 1.5, () => this.#openPull()],
      [16 * waiting, () => this.#review()],
      [20 * waiting, () => this.#merge()],
      [5 * waiting, () => this.#pushAgain()],
      [2 * waiting, () => this.#onPull('updates the branch of')],
      [1.5 * waiting, () => this.#byHand('merges main into', 0.5)],
      [1 * waiting, () => this.#byHand('merges', 0.4)],
      [1.5 * waiting, () => this.#rebase()],
      [0.5 * waiting, () => this.#onPull('closes')],
      [0.8 * waiting, () => this.#changeBase()],
      [0.8 * known, () => this.#dismiss()],
      [1 * known, () => this.#revert()],
      [0.3, () => this.#direct()],
      [0.3 * known, () => this.#moveMain()],
      [1, () => this.#remember()],
      [0.7, () => this.#moveBranch()],
      [0.4, () => this.#deleteBranch()],
      [0.8 * known, () => this.#people()],
      [2 * known, () => this.#time()],
      [1.5 * known, () => 'countersign issues'],
    ])()
  }

  #mark(): string {
    const marks = [...this.#stage.marks().keys()]
    return this.#chance.of(marks.length > 1 && this.#chance.is(0.85) ? marks.slice(1) : marks)
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

  #content(path: string): unknown {
    const marked = this.#chance.is(0.15) ? this.#mark() : null
    if (marked !== null && this.#stage.world.blobAt(this.#stage.commit(marked), path) !== null)
      return `as at ${marked}`
    return this.#chance.is(0.08) ? 'removed' : this.#chance.of(VARIANTS)
  }

  /** `configuration`: how often that is changed, where a request is 12. */
  #files(configuration = 0.1): Readonly<Record<string, unknown>> {
    const chance = this.#chance
    const kind = chance.weighted([
      [12, 'request'],
      [2, 'two'],
      [2, 'readme'],
      [configuration, 'configuration'],
      [configuration / 4, 'mixed'],
      [0.7, 'rename'],
    ])
    const path = chance.of(REQUESTS)
    const [place, content] = chance.of(CONFIGURATION)
    const request = { [path]: this.#content(path) }
    switch (kind) {
      case 'two': {
        const other = chance.of(REQUESTS)
        return { ...request, [other]: this.#content(other) }
      }
      case 'readme':
        return { 'README.md': chance.of(README) }
      case 'configuration':
        return { [place]: content }
      case 'mixed':
        return { ...request, [place]: content }
      case 'rename': {
        const to = path.replace('people/', 'people/team/')
        const stands = this.#stage.world.blobAt(this.#stage.tip('main'), path) !== null
        return stands ? { [path]: 'removed', [to]: `as at main in ${path}` } : request
      }
      default:
        return request
    }
  }

  #newBranch(): RawDeed {
    this.#branches += 1
    const other = this.#chance.is(0.1) ? this.#anyBranch() : null
    const options = [
      ...(other === null ? [] : [`from ${other}`]),
      ...(this.#chance.is(0.1) ? [`commit by ${this.#chance.of(['author', 'reviewer', 'nobody'])}`] : []),
      ...(this.#chance.is(0.06) ? ['with reviewer'] : []),
      ...(this.#chance.is(0.06) ? ['on GitHub'] : this.#chance.is(0.05) ? ['committer web-flow'] : []),
    ]
    const brackets = options.length === 0 ? '' : ` (${options.join(', ')})`
    return { [`${this.#who()} pushes to b${this.#branches}${brackets}`]: this.#files(2) }
  }

  #pushAgain(): RawDeed | null {
    const branch = this.#branchOfOpen()
    if (branch === null) return null
    const options = this.#chance.is(0.12) ? ` (commit by ${this.#chance.of(['author', 'nobody'])})` : ''
    const verb = this.#chance.is(0.2) ? 'force-pushes' : 'pushes to'
    return { [`${this.#who()} ${verb} ${branch}${options}`]: this.#files() }
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
    const base = others.length > 0 && chance.is(0.08) ? ` into ${chance.of(others)}` : ''
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

  #isOfConfiguration(number: number): boolean {
    const changed = this.#stage.world.changedFilesOf(this.#stage.pull(number))
    return changed.some(({ path }) => !path.startsWith('requests/') && path !== 'README.md')
  }

  #merge(): RawDeed {
    const open = this.#open()
    const reviewed = open.filter(number => this.#stage.pull(number).reviews.length > 0)
    if (reviewed.length === 0 && this.#chance.is(0.85)) return this.#review()
    const pull = this.#chance.of(reviewed.length > 0 && this.#chance.is(0.8) ? reviewed : open)
    const who = this.#chance.of(['author', 'owner', 'reviewer'])
    if (open.length > 1 && this.#chance.is(0.08))
      return `${who} queues ${open.slice(0, 2).map(number => `PR${number}`).join(' and ')}`
    const way = this.#chance.of(['merge', 'squash', 'rebase', 'squash'])
    return `${who} merges PR${pull} (${way})`
  }

  #onPull(verb: string): RawDeed {
    const who = this.#chance.of(['author', 'reviewer', 'colleague'])
    return `${who} ${verb} PR${this.#chance.of(this.#open())}`
  }

  #byHand(verb: string, other: number): RawDeed {
    const sentence = `${this.#onPull(verb) as string} by hand`
    return this.#chance.is(other) ? { [sentence]: this.#files() } : sentence
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
    return { [`${this.#chance.of(['owner', 'colleague'])} pushes to main`]: this.#files() }
  }

  #moveMain(): RawDeed | null {
    const branch = this.#anyBranch()
    if (branch === null) return null
    // Seldom rewritten: afterwards hardly anything can be proved.
    if (this.#chance.is(0.1)) return `owner moves main to ${this.#mark()}`
    const tip = this.#stage.tip(branch)
    const isForward = this.#stage.world.isAncestor(this.#stage.tip('main'), tip)
    return isForward ? `owner moves main to ${branch}` : null
  }

  #remember(): RawDeed {
    return `remember ${this.#anyBranch() ?? 'main'} as m${this.#stage.marks().size}`
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
