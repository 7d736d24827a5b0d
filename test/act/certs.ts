// acme/certs at the GitHub double, and the actions of its people between two runs.
import type { AccountState, PullRequestState, RepositoryState } from '../github-double/state.ts'
import { World } from '../github-double/world.ts'

const HOUR = 3_600_000

export type People = Readonly<Record<'owner' | 'author' | 'reviewer' | 'outsider', AccountState>>

/** A move of the default branch. */
export interface Move {
  readonly before: string
  readonly after: string
}

export interface Proposal {
  readonly branch: string
  /** null removes the file. */
  readonly files: Readonly<Record<string, string | null>>
  readonly actor?: AccountState
  readonly from?: RepositoryState
  /** Number of commits on the branch: the first has the files, the others change another file. */
  readonly commits?: number
}

export class Certs {
  readonly world: World
  readonly repository: RepositoryState
  readonly people: People

  /** `files`: the files of the first commit. */
  constructor(files: (people: People) => Readonly<Record<string, string>>) {
    // Runs happen in real time, so the double's clock must be close to it and not ahead.
    this.world = new World({ now: new Date(Math.floor((Date.now() - HOUR) / 1000) * 1000) })
    const person = (login: string): AccountState => this.world.addUser(login)
    this.people = {
      owner: person('owner'),
      author: person('author'),
      reviewer: person('reviewer'),
      outsider: person('outsider'),
    }
    this.world.addOrganization('acme')
    this.repository = this.world.createRepository({
      owner: 'acme',
      name: 'certs',
      visibility: 'private',
      creator: this.people.owner,
      files: files(this.people),
    })
    this.world.addCollaborator(this.repository, this.people.author, 'write')
    this.world.addCollaborator(this.repository, this.people.reviewer, 'maintain')
    this.world.addCollaborator(this.repository, this.people.outsider, 'read')
    this.world.tick(30)
  }

  get tip(): string {
    return this.world.tipOf(this.repository)
  }

  /** A branch with its pull request. */
  propose({
    branch,
    files,
    actor = this.people.author,
    from,
    commits = 1,
  }: Proposal): PullRequestState {
    const { world, repository } = this
    world.tick(10)
    let commit = world.commit({ repository, branch: 'main', author: actor, files })
    for (let more = 1; more < commits; more++) {
      world.tick(1)
      commit = world.commit({
        parent: commit,
        author: actor,
        files: { [`requests/notes/${branch}.md`]: `${more}\n` },
      })
    }
    world.push({ actor, repository: from ?? repository, branch, commit })
    world.tick(10)
    const head = from === undefined ? {} : { from }
    return world.openPullRequest({ actor, repository, branch, ...head })
  }

  approve(pull: PullRequestState, actor = this.people.reviewer): void {
    this.world.tick(10)
    this.world.review(pull, actor, 'APPROVED')
  }

  /** Merges by the button. */
  merge(pull: PullRequestState, method: 'merge' | 'squash' | 'rebase' = 'squash'): Move {
    this.world.tick(10)
    const before = this.tip
    this.world.merge(pull, this.people.owner, method)
    this.world.tick(1)
    return { before, after: this.tip }
  }

  /** Text of a file, by default on the default branch. */
  fileAt(path: string, commit = this.tip): string {
    const id = this.world.blobAt(commit, path)
    const blob = id === null ? undefined : this.world.state.objects.get(id)
    if (blob?.kind !== 'blob') throw new RangeError(`there is no ${path}`)
    return Buffer.from(blob.bytes).toString('utf8')
  }

  /** Texts of the comments on a pull request, oldest first. */
  commentsOn(pull: PullRequestState): readonly string[] {
    return pull.comments.map(({ body }) => body)
  }

  /** GitHub's merge queue: one move of the branch for all of them. */
  mergeTogether(pulls: readonly PullRequestState[]): Move {
    this.world.tick(10)
    const before = this.tip
    this.world.queueMerge(pulls, this.people.owner, 'squash')
    this.world.tick(1)
    return { before, after: this.tip }
  }

  /** The commits that the merge queue creates for a pull request before its merge. */
  queue(pull: PullRequestState): Move {
    const { world, repository } = this
    world.tick(10)
    const [before, head] = [this.tip, world.headOf(pull)]
    const after = world.commit({ parents: [before, head], files: this.filesOf(pull) })
    const branch = `gh-readonly-queue/main/pr-${pull.number}`
    world.push({ actor: this.people.owner, repository, branch, commit: after })
    return { before, after }
  }

  /** Changed files of a pull request at its head. */
  filesOf(pull: PullRequestState): Record<string, string> {
    const head = this.world.headOf(pull)
    const paths = this.world.changedFilesOf(pull).map(({ path }) => path)
    return Object.fromEntries(paths.map(path => [path, this.fileAt(path, head)]))
  }
}
