// A named history: who did what in which order at GitHub, and the verdict that countersign must reach. The files are in
// test/fixtures/histories.

export interface History {
  /** Name of the file, without its ending. */
  readonly name: string
  readonly title: string
  /** One sentence that describes the history. */
  readonly about: string
  /** The verdict of other tools by their documented rules, if known. */
  readonly elsewhere: Elsewhere | null
  readonly given: Given
  readonly steps: readonly Deed[]
  readonly expect: Expected
}

/** Tools that would have continued by their documented rule. */
export interface Elsewhere {
  readonly wouldIssue: readonly string[]
}

/** What differs from the usual start (people.ts, usual-files.ts). */
export interface Given {
  /** Changes to the usual files, or additional files. */
  readonly files: FileChanges
  readonly rights: Readonly<Record<string, Right | 'none'>>
  readonly teams: Readonly<Record<string, readonly string[]>>
  /** Rulesets of the default branch. */
  readonly rulesets: readonly GivenRuleset[]
  /** What the token cannot read. */
  readonly unreadable: readonly Unreadable[]
  readonly visibility: 'public' | 'private'
  /** Whether GitHub moves commit_id of reviews forward on force pushes and merges of the base. */
  readonly commitIdMoves: 'never' | 'patch-identical' | 'always'
}

export type Right = 'admin' | 'maintain' | 'write' | 'triage' | 'read'

export const UNREADABLE = ['moves', 'pushes', 'rights', 'rules', 'runs', 'teams'] as const
export type Unreadable = (typeof UNREADABLE)[number]

export interface GivenRuleset {
  readonly requiredApprovals: number
  /** Path patterns with the number of required approvals by a team. */
  readonly requiredReviewers: readonly {
    readonly filePatterns: readonly string[]
    readonly minimumApprovals: number
    readonly team: string
  }[]
}

/** Path to content. */
export type FileChanges = Readonly<Record<string, Content>>

/** A whole text, changes to the usual file of that path, the file at a remembered commit, or its removal. */
export type Content =
  | { readonly kind: 'text'; readonly text: string; readonly mode: '100644' | '100755' | '120000' }
  | { readonly kind: 'usual'; readonly changes: Readonly<Record<string, unknown>> }
  | { readonly kind: 'asAt'; readonly mark: string; readonly path: string | null }
  | { readonly kind: 'removed' }

/** Author and committer of the commits in a push; null is what git and GitHub would write. */
export interface Authorship {
  /** Login of the author; `nobody` is an address without account. */
  readonly author: string | null
  readonly committer: string | null
  readonly coAuthors: readonly string[]
  /** Made in GitHub's web editor: committed and signed by web-flow. */
  readonly onGitHub: boolean
}

export type Deed = DeedOf & {
  /** The sentence as written. */
  readonly said: string
}

type DeedOf =
  | Push
  | { readonly kind: 'moveTo'; readonly by: string; readonly branch: string; readonly mark: string }
  | {
      readonly kind: 'rebase'
      readonly by: string
      readonly branch: string
      /** The content that resolves conflicts. */
      readonly files: FileChanges
    }
  | {
      readonly kind: 'revert'
      readonly by: string
      readonly pull: number
      readonly branch: string
    }
  | {
      readonly kind: 'open'
      readonly by: string
      readonly pull: number
      readonly branch: string
      readonly base: string
    }
  | {
      readonly kind: 'review'
      readonly by: string
      readonly pull: number
      readonly state: 'APPROVED' | 'CHANGES_REQUESTED' | 'COMMENTED'
      /** For an earlier commit of the pull request, as the API allows; null for its head. */
      readonly mark: string | null
    }
  | {
      readonly kind: 'dismiss'
      readonly by: string
      readonly reviewer: string
      readonly pull: number
    }
  | {
      readonly kind: 'merge'
      readonly by: string
      readonly pull: number
      readonly way: MergeWay
    }
  | {
      readonly kind: 'mergeByHand'
      readonly by: string
      readonly pull: number
      /** Files on top of git's merge. */
      readonly files: FileChanges
    }
  | {
      readonly kind: 'mergeBase'
      readonly by: string
      readonly pull: number
      readonly files: FileChanges
    }
  | {
      readonly kind: 'pushMany' | 'pushVersions' | 'pushWide'
      readonly by: string
      readonly branch: string
      readonly count: number
      readonly files: FileChanges
    }
  | { readonly kind: 'deleteFork'; readonly who: string }
  | { readonly kind: 'queue'; readonly by: string; readonly pulls: readonly number[] }
  | { readonly kind: 'updateBranch'; readonly by: string; readonly pull: number }
  | { readonly kind: 'close'; readonly by: string; readonly pull: number }
  | {
      readonly kind: 'changeBase'
      readonly by: string
      readonly pull: number
      readonly base: string
    }
  | { readonly kind: 'deleteBranch'; readonly by: string; readonly branch: string }
  | { readonly kind: 'renameDefaultBranch'; readonly name: string }
  | { readonly kind: 'deleteAccount'; readonly who: string }
  | { readonly kind: 'right'; readonly who: string; readonly right: Right | 'none' }
  | {
      readonly kind: 'team'
      readonly who: string
      readonly team: string
      readonly isMember: boolean
    }
  | { readonly kind: 'rename'; readonly who: string; readonly login: string }
  | { readonly kind: 'time'; readonly seconds: number }
  | { readonly kind: 'remember'; readonly ref: string; readonly mark: string }
  | { readonly kind: 'trust'; readonly mark: string }
  | { readonly kind: 'trustRequests'; readonly mark: string }
  | { readonly kind: 'collect'; readonly mark: string }
  | { readonly kind: 'unreadable'; readonly what: Unreadable }
  | { readonly kind: 'issue' }
  | { readonly kind: 'noGuard' }
  | { readonly kind: 'forge'; readonly request: string; readonly how: Forgery }
  | { readonly kind: 'find'; readonly at: string | null; readonly expect: Expected }

export interface Push {
  readonly kind: 'push'
  readonly by: string
  readonly branch: string
  readonly isForced: boolean
  /** Start of a new or forced branch: a branch or a mark; `nothing`: a root commit of its own. */
  readonly from: string | null
  /** Second parent of a manual merge. */
  readonly merging: string | null
  readonly files: FileChanges
  readonly authorship: Authorship
}

export type MergeWay = 'merge' | 'squash' | 'rebase'

export const FORGERIES = [
  'noEvidence',
  'otherCertificate',
  'otherHead',
  'otherName',
  'otherMerge',
  'otherBlob',
  'noContributors',
  'otherReviewer',
  'otherDigest',
  'otherPath',
  'freshEligibility',
  'otherBases',
  'otherSince',
  'citesReviews',
] as const
export type Forgery = (typeof FORGERIES)[number]

/** By request name; `the run` for problems that stop all of it, `warnings` for those that do not. */
export interface Expected {
  readonly requests: Readonly<Record<string, Verdict>>
  /** Codes that stop the whole run; empty if it continues. */
  readonly run: readonly string[]
  /** Codes that must be among the warnings. */
  readonly warnings: readonly string[]
  /** The commit of the run instead of the tip, as in a rerun. */
  readonly at: string | null
}

export type Verdict =
  | { readonly kind: 'approved' | 'kept' | 'nothing' }
  | {
      readonly kind: 'refused'
      readonly codes: readonly string[]
      readonly says: readonly string[]
    }
