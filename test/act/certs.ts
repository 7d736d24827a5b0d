// acme/certs at the GitHub double, and its people: what they do between two runs.
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
  /** null removes. */
  readonly files: Readonly<Record<string, string | null>>
  readonly actor?: AccountState
  readonly from?: RepositoryState
  /** Commits of the branch; the files come with the first, and the others change a file beside them. */
  readonly commits?: number
}

export class Certs {
  readonly world: World
  readonly repository: RepositoryState
  readonly people: People

  /** `files`: of the first commit. */
  constructor(files: (people: People) => Readonly<Record<string, string>>) {
    // Runs live in real time, so the double's clock must not be far from it, nor ahead.
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

  /** A branch, and a pull request of it. */
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

  /** Text of a file, on the default branch unless a commit is named. */
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

  /** What the merge queue makes of a pull request before it lets it in. */
  queue(pull: PullRequestState): Move {
    const { world, repository } = this
    world.tick(10)
    const [before, head] = [this.tip, world.headOf(pull)]
    const after = world.commit({ parents: [before, head], files: this.filesOf(pull) })
    const branch = `gh-readonly-queue/main/pr-${pull.number}`
    world.push({ actor: this.people.owner, repository, branch, commit: after })
    return { before, after }
  }

  /** Files that a pull request changes, as its head has them. */
  filesOf(pull: PullRequestState): Record<string, string> {
    const head = this.world.headOf(pull)
    const paths = this.world.changedFilesOf(pull).map(({ path }) => path)
    return Object.fromEntries(paths.map(path => [path, this.fileAt(path, head)]))
  }
}
