// Small histories for tests of the proof. Commits are lines such as `h2 < h1 main: jane=c README=r`: parents after `<`, then the
// differences from the first parent (`-` for none). Names are the ids of commits and blobs; times are minutes.
import type { Account } from '../../src/domain/proof/account.ts'
import type { ApprovalConfig, ApprovalRule } from '../../src/domain/request/config.ts'
import type { Evidence, EvidencedApproval } from '../../src/domain/proof/evidence.ts'
import { GONE } from '../../src/domain/proof/git-history.ts'
import type {
  Ancestry,
  BlobsAt,
  BranchMove,
  Commit,
  ObjectId,
} from '../../src/domain/proof/git-history.ts'
import type { PullRequest, PullRequestCommit, Review } from '../../src/domain/proof/pull-request.ts'
import { GITHUB_TRAITS } from '../../src/domain/proof/repository-facts.ts'
import type { ReviewerRights } from '../../src/domain/proof/repository-facts.ts'
import type { ShownFile } from '../../src/domain/proof/shown-diff.ts'
import type { Approvers, ProofFacts, Question } from '../../src/core/approval/proof-facts.ts'
import { movesByCommit } from '../../src/core/approval/merges/merge-source.ts'
import { branchLine } from '../../src/core/approval/merges/branch-history.ts'
import { evidence } from './evidence.ts'

export const JANE = 'jane'

const person = (id: number, login: string): Account => ({ id, login, type: 'User' })

export const AUTHOR = person(1001, 'author')
export const OWNER = person(1002, 'owner')
export const REVIEWER = person(1003, 'reviewer')
export const COLLEAGUE = person(1004, 'colleague')
export const STRANGER = person(1005, 'stranger')
export const ROBOT: Account = { id: 2001, login: 'robot[bot]', type: 'Bot' }
export const WEB_FLOW = person(19_864_447, 'web-flow')

/** Minutes after the start of a history. */
export function at(minute: number): Date {
  return new Date(Date.UTC(2026, 0, 5, 8, 0) + minute * 60_000)
}

export function seconds(minute: number, second: number): Date {
  return new Date(at(minute).getTime() + second * 1000)
}

/** The commits of a text, one per line; every file of a commit is in its objects. */
export function graph(text: string): Ancestry {
  const commits = new Map<ObjectId, Commit>()
  for (const line of text.split('\n').filter(each => each.trim() !== '')) {
    const [head = '', said = ''] = line.split(':')
    const [id = '', born = ''] = head.split('<').map(part => part.trim())
    const parents = born.split(/\s+/).filter(parent => parent !== '')
    const objects = new Map(commits.get(parents[0] ?? '')?.objects)
    for (const [path = '', blob = ''] of said
      .trim()
      .split(/\s+/)
      .map(word => word.split('=')))
      if (blob === '-') objects.delete(path)
      else if (path !== '') objects.set(path, blob)
    commits.set(id, { id, parents, objects })
  }
  return commits
}

export function blobsIn(commits: Ancestry): BlobsAt {
  return ({ commit, path }) => {
    const found = commits.get(commit)
    return found === undefined ? GONE : (found.objects.get(path) ?? null)
  }
}

/** `'20 push m1 > m2 by owner'`; by the author without `by`; `0` is no commit. */
export function move(said: string): BranchMove {
  const [minute, kind, before, , after, , login] = said.split(' ')
  const people = [AUTHOR, OWNER, REVIEWER, COLLEAGUE, ROBOT]
  const by = login === 'nobody' ? null : people.find(each => each.login === (login ?? 'author'))
  if (by === undefined) throw new Error(`nobody is called ${login}`)
  const end = (id: string | undefined): ObjectId | null => (id === '0' ? null : (id ?? null))
  const known = KINDS.find(each => each === kind)
  if (known === undefined) throw new Error(`no move is a ${kind}`)
  const [minutes = 0, second = 0] = (minute ?? '').split('.').map(Number)
  return { at: seconds(minutes, second), by, before: end(before), after: end(after), kind: known }
}

const KINDS = [
  'push',
  'forcePush',
  'branchCreation',
  'branchDeletion',
  'pullRequestMerge',
  'mergeQueueMerge',
] as const

/** A commit of a pull request by its author, unless other people are given. */
export function made(
  id: ObjectId,
  parents: readonly ObjectId[],
  changes: Partial<PullRequestCommit> = {},
): PullRequestCommit {
  return { id, parents, authors: [AUTHOR], committer: AUTHOR, isSignedByGitHub: false, ...changes }
}

/** The review of h1 twenty minutes after the start. */
export function review(changes: Partial<Review> = {}): Review {
  return { id: 501, author: REVIEWER, state: 'APPROVED', at: at(20), commit: 'h1', ...changes }
}

/** The author's pull request: one commit, approved by the reviewer, merged by the owner half an hour after the start. */
export function pullRequest(changes: Partial<PullRequest> = {}): PullRequest {
  return {
    number: 1,
    author: AUTHOR,
    createdAt: at(11),
    base: 'main',
    head: { branch: 'add-jane', repositoryId: 42, commit: 'h1' },
    merged: { at: at(30), by: OWNER, commit: 'm1' },
    commits: [made('h1', ['root'])],
    isTooLarge: false,
    size: { additions: 1, deletions: 0 },
    reviews: [review()],
    dismissals: [],
    baseChanges: [],
    forcePushes: [],
    pushes: [move('10 branchCreation 0 > h1')],
    runs: null,
    ...changes,
  }
}

/** jane.yaml comes with h1 and is merged as m1. */
export const USUAL = `
  root: README=r
  h1 < root: jane=b
  m1 < root h1: jane=b
`
export const USUAL_MOVES = [
  move('0 branchCreation 0 > root'),
  move('30 pullRequestMerge root > m1 by owner'),
]

interface Told extends Partial<Omit<ProofFacts, 'pullRequests' | 'ancestry' | 'linked'>> {
  readonly commits?: string
  readonly tip?: ObjectId
  readonly pulls?: readonly PullRequest[]
  /** Commit to pull requests; by default every pull request is linked to its merge and its commits. */
  readonly linked?: Readonly<Record<ObjectId, readonly number[]>>
}

export function proofFacts({
  commits = USUAL,
  tip = 'm1',
  pulls = [pullRequest()],
  linked,
  ...rest
}: Told = {}): ProofFacts {
  const ancestry = graph(commits)
  const moves = rest.moves === undefined ? USUAL_MOVES : rest.moves
  return {
    repository: {
      id: 42,
      name: 'acme/certs',
      visibility: 'private',
      defaultBranch: 'main',
      tip,
      forge: GITHUB_TRAITS,
    },
    ancestry,
    watched: [],
    line: branchLine(ancestry, tip, moves),
    linked: linked === undefined ? linksOf(pulls) : new Map(Object.entries(linked)),
    pullRequests: new Map(pulls.map(pull => [pull.number, pull])),
    blobAt: blobsIn(ancestry),
    attributes: new Map(),
    movedBy: movesByCommit(moves ?? [], ancestry),
    branchRules: { requiredApprovals: 0, requiredReviewers: [] },
    reviewerRights: reviewerRights(),
    otherCommits: new Map(),
    diffOf: wholeDiffs(ancestry),
    textOf: blob => `${blob}\n`,
    sizeOf: () => ({ lines: 1, bytes: 1 }),
    unanswered: () => 0,
    fileAt: blobsIn(ancestry),
    kindsIn: () => new Map(),
    now: at(60),
    ...rest,
    moves,
  }
}

/** Every change is shown whole: the name of the blob is its only line. */
export function wholeDiffs(ancestry: Ancestry): ProofFacts['diffOf'] {
  return ({ base, head }) => {
    const [before, after] = [base, head].map(id => ancestry.get(id)?.objects ?? new Map())
    const paths = [...new Set([...(before?.keys() ?? []), ...(after?.keys() ?? [])])]
    const files = paths.flatMap((path): readonly ShownFile[] => {
      const [was, is] = [before?.get(path), after?.get(path)]
      if (was === is) return []
      const status = was === undefined ? 'added' : is === undefined ? 'removed' : 'modified'
      const lines = [
        ...(was === undefined ? [] : [`-${was}`]),
        ...(is === undefined ? [] : [`+${is}`]),
      ]
      const range = (blob: string | undefined): string => (blob === undefined ? '0,0' : '1')
      const patch = `@@ -${range(was)} +${range(is)} @@\n${lines.join('\n')}`
      const [additions, deletions] = [is === undefined ? 0 : 1, was === undefined ? 0 : 1]
      return [{ path, status, previousPath: null, additions, deletions, patch }]
    })
    return { base, head, files, isCut: false }
  }
}

function linksOf(pulls: readonly PullRequest[]): ReadonlyMap<ObjectId, readonly number[]> {
  const links = new Map<ObjectId, number[]>()
  for (const { number, merged, commits } of pulls)
    for (const id of new Set([merged?.commit ?? '', ...commits.map(commit => commit.id)]))
      links.set(id, [...(links.get(id) ?? []), number])
  return links
}

/** Everybody except the stranger can write; nobody is in a team by default. */
export function reviewerRights(changes: Partial<ReviewerRights> = {}): ReviewerRights {
  return {
    permission: ({ id }) => (id === STRANGER.id ? 'read' : id === OWNER.id ? 'admin' : 'write'),
    isMember: () => false,
    ...changes,
  }
}

export const ANYBODY: ApprovalRule = { required: 1, users: [], teams: [], codeOwners: false }

export function rule(changes: Partial<ApprovalRule>): ApprovalRule {
  return { ...ANYBODY, ...changes }
}

export function approvers(
  approval: Partial<ApprovalConfig> = {},
  changes: Partial<Approvers> = {},
): Approvers {
  return {
    approval: {
      configuration: rule({ users: [OWNER] }),
      requests: ANYBODY,
      strict: false,
      maxAgeSeconds: null,
      offlineGraceSeconds: 0,
      never: [],
      bots: [],
      commandLine: 'ask',
      mixedPullRequests: 'refuse',
      ...approval,
    },
    codeOwners: null,
    users: [],
    teams: [],
    organization: 'acme',
    ...changes,
  }
}

/** Whether b at jane is approved, at its first issue and by any person with the right to write. */
export function question(changes: Partial<Question> = {}): Question {
  const named = { name: 'approval.requests', rule: ANYBODY }
  return {
    path: JANE,
    rulePath: changes.path ?? JANE,
    blob: 'b',
    landing: { commit: 'm1', before: 'root' },
    recorded: null,
    background: { proved: null, since: [] },
    anyOf: [named],
    minimum: named,
    extraApprovals: 0,
    purpose: 'change',
    effectiveDigestAt: null,
    holdsName: null,
    ...changes,
  }
}

/** A question with one rule. */
export function asked(by: Partial<ApprovalRule>, changes: Partial<Question> = {}): Question {
  const named = { name: 'policy people', rule: rule(by) }
  return question({ anyOf: [named], ...changes })
}

export function evidencedApproval(changes: Partial<EvidencedApproval> = {}): EvidencedApproval {
  return {
    reviewer: { id: REVIEWER.id, login: REVIEWER.login },
    review: 501,
    commit: 'h1',
    head: 'h1',
    at: at(20).toISOString(),
    eligibleAt: at(40).toISOString(),
    rules: ['policy people', 'approval.requests', 'policy', 'minimum', 'people'],
    bases: [],
    ...changes,
  }
}

/** The evidence of a first issue of the usual history. */
export function usualEvidence(changes: Partial<Evidence> = {}): Evidence {
  return evidence({
    path: JANE,
    blob: 'b',
    landing: { commit: 'm1', by: 'pullRequestMerge' },
    pullRequest: {
      number: 1,
      author: { id: AUTHOR.id, login: AUTHOR.login },
      mergedAt: at(30).toISOString(),
      mergedBy: { id: OWNER.id, login: OWNER.login },
      mergeCommit: 'm1',
    },
    contributors: [{ id: AUTHOR.id, login: AUTHOR.login }],
    approvals: [evidencedApproval()],
    ...changes,
  })
}
