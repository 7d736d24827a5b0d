// The GitHub double with the people of histories, found by login, branch, number and mark.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { FileChange } from '../../github-double/git/git-files.ts'
import type {
  AccountState,
  PullRequestState,
  RepositoryState,
  TeamState,
} from '../../github-double/state.ts'
import { World } from '../../github-double/world.ts'
import type { Content, FileChanges, Given, Right } from './history.ts'
import { ROLES, TEAM_IDS } from './people.ts'
import { usualFile, usualFiles } from './usual-files.ts'

const ORGANIZATION = 'acme'
const START = new Date('2026-01-05T08:00:00Z')

/** The history names something that does not exist. */
export class Impossible extends Error {
  override readonly name = 'Impossible'
}

export type WorldFiles = Readonly<Record<string, FileChange>>

export class Stage {
  readonly world: World
  readonly repository: RepositoryState
  readonly #teams = new Map<string, TeamState>()
  readonly #people = new Map<string, AccountState>()
  readonly #marks = new Map<string, ObjectId>()

  constructor({ files, rights, teams, rulesets, visibility, commitIdMoves }: Given) {
    this.world = new World({ now: START, commitIdMoves })
    for (const [login, { id, type }] of Object.entries(ROLES))
      this.#people.set(login, this.world.addUser(login, { id, type }))
    const organization = this.world.addOrganization(ORGANIZATION)
    this.repository = this.world.createRepository({
      owner: ORGANIZATION,
      name: 'certs',
      creator: this.who('owner'),
      visibility,
      files: { ...usualFiles(), ...this.#contents(files) },
    })
    for (const [login, { right }] of Object.entries(ROLES))
      this.setRight(login, rights[login] ?? right)
    for (const [slug, id] of Object.entries(TEAM_IDS)) {
      const team: TeamState = { id, slug, members: new Set() }
      organization.teams.set(slug, team)
      this.#teams.set(slug, team)
      for (const login of teams[slug] ?? []) this.world.join(team, this.who(login))
    }
    for (const { requiredApprovals, requiredReviewers } of rulesets)
      this.world.addRuleset(this.repository, {
        requiredApprovals,
        requiredReviewers: requiredReviewers.map(({ team: slug, ...rule }) => ({
          ...rule,
          teamId: this.team(slug).id,
        })),
      })
    this.remember('start', this.tip('main'))
  }

  /** A role keeps its name in a history when its login changes. */
  who(role: string): AccountState {
    if (role === 'web-flow') return this.#houseAccount(role)
    const found = this.#people.get(role)
    if (found === undefined) throw new Impossible(`nobody is called ${role}`)
    return found
  }

  team(slug: string): TeamState {
    const found = this.#teams.get(slug)
    if (found === undefined) throw new Impossible(`no team is called ${slug}`)
    return found
  }

  pull(number: number): PullRequestState {
    const found = this.repository.pullRequests.find(pull => pull.number === number)
    if (found === undefined) throw new Impossible(`there is no pull request #${number}`)
    return found
  }

  /** `stranger:patch` is a branch of the stranger's fork, created if missing. */
  branch(said: string): { readonly repository: RepositoryState; readonly branch: string } {
    const [owner = '', branch] = said.split(':')
    if (branch === undefined)
      return { repository: this.repository, branch: this.repository.renamed.get(said) ?? said }
    const { login } = this.who(owner)
    const forks = [...this.world.state.repositories.values()]
    const known = forks.find(fork => fork.owner === login && fork.forkOf === this.repository.id)
    return { repository: known ?? this.world.fork(this.repository, this.who(owner)), branch }
  }

  has(said: string): boolean {
    const { repository, branch } = this.branch(said)
    return repository.branches.has(branch)
  }

  tip(said: string): ObjectId {
    const { repository, branch } = this.branch(said)
    return this.world.tipOf(repository, branch)
  }

  /** The commit of a mark or of a branch. */
  commit(ref: string): ObjectId {
    return this.#marks.get(ref) ?? this.tip(ref)
  }

  remember(mark: string, commit: ObjectId): void {
    this.#marks.set(mark, commit)
  }

  marks(): ReadonlyMap<string, ObjectId> {
    return this.#marks
  }

  setRight(role: string, right: Right | 'none'): void {
    if (right === 'none') this.world.removeCollaborator(this.repository, this.who(role))
    else this.world.addCollaborator(this.repository, this.who(role), right)
  }

  /** Files in the form of the double. */
  files(changes: FileChanges): WorldFiles {
    return this.#contents(changes)
  }

  #contents(changes: FileChanges): WorldFiles {
    return Object.fromEntries(
      Object.entries(changes).map(([path, content]) => [path, this.#content(path, content)]),
    )
  }

  #content(path: string, content: Content): FileChange {
    switch (content.kind) {
      case 'text':
        return { bytes: content.text, mode: content.mode }
      case 'usual':
        return usualFile(path, content.changes)
      case 'removed':
        return null
      case 'asAt':
        return this.#asAt(content.mark, content.path ?? path)
    }
  }

  #asAt(mark: string, path: string): FileChange {
    const id = this.world.blobAt(this.commit(mark), path)
    const object = id === null ? undefined : this.world.state.objects.get(id)
    if (object === undefined) return null
    if (object.kind !== 'blob') throw new Impossible(`${path} is no file at ${mark}`)
    return object.bytes
  }

  #houseAccount(login: string): AccountState {
    const found = [...this.world.state.accounts.values()].find(account => account.login === login)
    if (found === undefined) throw new Impossible(`GitHub has no account ${login}`)
    return found
  }
}
