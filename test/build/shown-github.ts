// Types of GitHub's answers in tests. Every member is declared as present; a test that reads a missing one sees undefined and
// fails.

export interface ShownError {
  readonly type: string
  readonly message: string
}

/** A file of a pull request or of a comparison. */
export interface ShownFile {
  readonly filename: string
  readonly status: string
  readonly previous_filename?: string
  readonly changes: number
  readonly patch?: string
}

/** An item of a list: a comment, a review, a file. */
export interface ShownItem extends ShownFile {
  readonly body: string
  readonly user: object | null
}

interface ShownNodes<Node> {
  readonly nodes: readonly Node[]
  readonly pageInfo: { readonly hasNextPage: boolean }
}

interface ShownCommit {
  readonly signature: { readonly wasSignedByGitHub: boolean }
  readonly authors: ShownNodes<object>
}

/** The members of a pull request that queries of tests select. */
export interface ShownPullRequest {
  readonly author: object
  readonly comments: ShownNodes<{ readonly body: string }>
  readonly commits: ShownNodes<{ readonly commit: ShownCommit }>
  readonly files: ShownNodes<{ readonly path: string; readonly changeType: string }>
  readonly mergeCommit: { readonly oid: string }
  readonly reviews: ShownNodes<{ readonly state: string }>
  readonly timelineItems: ShownNodes<{ readonly __typename: string }>
}

/** The members of a git object that queries of tests select. */
export interface ShownObject {
  readonly oid: string
  readonly file: object
  readonly signature: object
  readonly history: ShownNodes<{
    readonly associatedPullRequests: ShownNodes<{ readonly number: number }>
  }>
}

export interface ShownBody {
  readonly id: number
  readonly url: string
  readonly user: object
  readonly files: readonly ShownFile[]
  readonly tree: readonly object[]
  readonly truncated: boolean
  readonly total_count: number
  readonly workflow_runs: readonly object[]
  /** Only in the answer to a query. */
  readonly data: {
    readonly rateLimit: { readonly cost: number }
    readonly repository: {
      readonly pullRequest: ShownPullRequest
      readonly blob: ShownObject
      readonly object: ShownObject
    }
  }
  readonly errors: readonly ShownError[]
}
