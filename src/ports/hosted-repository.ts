// The port for a repository with what countersign reads and writes around its reviews.
import type { ObjectId } from '../domain/proof/git-history.ts'
import type { CertificateArtifacts } from './artifacts.ts'
import type { Comments } from './comments.ts'
import type { ReviewedRepository } from './reviewed-repository.ts'

/** The one open issue that lists what needs attention, found by its marker and its author. Every method throws GITHUB_ codes. */
export interface Notices {
  /** Opens the issue, or rewrites it if its title or body differs. `body` begins with the marker. */
  keep(marker: string, title: string, body: string): Promise<void>
  /** Gives the open issue this title and body, and closes it. Does nothing if none is open. */
  close(marker: string, title: string, body: string): Promise<void>
}

/** An open pull request. `changed` differs after each push, review and change of its base. */
export interface OpenPull {
  readonly number: number
  readonly head: ObjectId
  readonly changed: string
}

export interface HostedRepository extends ReviewedRepository {
  /** Returns the comments on its pull requests. Asks nothing before they are read. */
  comments(): Comments
  /** Returns its notice issue. Asks nothing. */
  notices(): Notices
  /** Returns the artifacts of its workflow runs. Asks nothing. */
  artifacts(): CertificateArtifacts
  /**
   * Returns the open pull requests into the default branch. Null where no process without a workflow writes plans: at GitHub the action
   * does. Throws GITHUB_ codes.
   */
  openPulls(): Promise<readonly OpenPull[] | null>
}
