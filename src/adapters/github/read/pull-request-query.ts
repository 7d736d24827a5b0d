// Shape of a pull request in GraphQL: the requested fields and their types.
import type { PullRequest } from '../../../domain/proof/pull-request.ts'
import { z } from 'zod'
import { ACTOR, ACTOR_FIELDS, GIT_ACTOR, GIT_ACTOR_FIELDS } from './github-account.ts'
import { DATE, ID, OBJECT_ID, PAGE_FIELDS, PAGE_INFO } from '../connection/answer-shapes.ts'

/** One of the lists a pull request has, with the arguments its first page takes. */
export type ListName = 'commits' | 'reviews' | 'timelineItems'

/** GitHub lists at most this many commits of a pull request. */
export const MOST_COMMITS = 250
/** GitHub shows at most this many files of a diff (GitHub Docs, repository limits). Reviewers cannot see the others. */
export const MOST_FILES = 300
/** No ordinary commit has more parents. A commit with more makes its pull request too large to read. */
export const MOST_PARENTS = 20
export const MOST_AUTHORS = 50

export const COMMIT_FIELDS = `
  oid
  parents(first: ${MOST_PARENTS}) { totalCount nodes { oid } }
  authors(first: ${MOST_AUTHORS}) { totalCount nodes { ${GIT_ACTOR_FIELDS} } }
  committer { ${GIT_ACTOR_FIELDS} }
  signature { isValid wasSignedByGitHub }`
const REVIEW_FIELDS = `fullDatabaseId state submittedAt author { ${ACTOR_FIELDS} } commit { oid }`
const EVENT_FIELDS = `kind: __typename
  ... on HeadRefForcePushedEvent {
    createdAt actor { ${ACTOR_FIELDS} } beforeCommit { oid } afterCommit { oid } }
  ... on BaseRefChangedEvent { createdAt from: previousRefName }
  ... on AutomaticBaseChangeSucceededEvent { createdAt from: oldBase }
  ... on ReviewDismissedEvent {
    createdAt actor { ${ACTOR_FIELDS} } previousReviewState review { fullDatabaseId } }`
const EVENT_TYPES = [
  'HEAD_REF_FORCE_PUSHED_EVENT',
  'BASE_REF_CHANGED_EVENT',
  'AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT',
  'REVIEW_DISMISSED_EVENT',
]
const LISTS: Readonly<Record<ListName, { readonly more: string; readonly fields: string }>> = {
  commits: { more: '', fields: `totalCount ${PAGE_FIELDS} nodes { commit { ${COMMIT_FIELDS} } }` },
  reviews: { more: '', fields: `totalCount ${PAGE_FIELDS} nodes { ${REVIEW_FIELDS} }` },
  timelineItems: {
    more: `, itemTypes: [${EVENT_TYPES.join(', ')}]`,
    fields: `totalCount: filteredCount ${PAGE_FIELDS} nodes { ${EVENT_FIELDS} }`,
  },
}

/** One page of a list. `after` is the variable that holds the cursor. */
export function listField(name: ListName, after: string | null): string {
  const { more, fields } = LISTS[name]
  const from = after === null ? '' : `, after: ${after}`
  return `${name}(first: 100${more}${from}) { ${fields} }`
}

export const PULL_REQUEST_FIELDS = `
  number createdAt author { ${ACTOR_FIELDS} }
  repository { databaseId }
  baseRefName headRefName headRefOid headRepository { databaseId nameWithOwner }
  merged mergedAt mergedBy { ${ACTOR_FIELDS} } mergeCommit { oid }
  changedFiles additions deletions
  ${listField('commits', null)}
  ${listField('reviews', null)}
  ${listField('timelineItems', null)}`

const COUNT = z.number().int()
const COUNTED = { totalCount: COUNT, pageInfo: PAGE_INFO }
const REFERENCE = z.object({ oid: OBJECT_ID }).nullable()
const STATE = z.enum(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED', 'COMMENTED', 'PENDING'])

export const COMMIT = z.object({
  oid: OBJECT_ID,
  parents: z.object({ totalCount: COUNT, nodes: z.array(z.object({ oid: OBJECT_ID })) }),
  authors: z.object({ totalCount: COUNT, nodes: z.array(GIT_ACTOR) }),
  committer: GIT_ACTOR,
  signature: z.object({ isValid: z.boolean(), wasSignedByGitHub: z.boolean() }).nullable(),
})
export const COMMITS = z.object({
  ...COUNTED,
  nodes: z.array(z.object({ commit: COMMIT })),
})
export const REVIEWS = z.object({
  ...COUNTED,
  nodes: z.array(
    z.object({
      fullDatabaseId: ID,
      state: STATE,
      submittedAt: DATE.nullable(),
      author: ACTOR,
      commit: REFERENCE,
    }),
  ),
})
export const EVENTS = z.object({
  ...COUNTED,
  nodes: z.array(
    z.discriminatedUnion('kind', [
      z.object({
        kind: z.literal('HeadRefForcePushedEvent'),
        createdAt: DATE,
        actor: ACTOR,
        beforeCommit: REFERENCE,
        afterCommit: REFERENCE,
      }),
      z.object({
        kind: z.enum(['BaseRefChangedEvent', 'AutomaticBaseChangeSucceededEvent']),
        createdAt: DATE,
        from: z.string(),
      }),
      z.object({
        kind: z.literal('ReviewDismissedEvent'),
        createdAt: DATE,
        actor: ACTOR,
        previousReviewState: STATE,
        review: z.object({ fullDatabaseId: ID }).nullable(),
      }),
    ]),
  ),
})
export const PULL_REQUEST = z.object({
  number: z.number().int(),
  createdAt: DATE,
  author: ACTOR,
  repository: z.object({ databaseId: ID }),
  baseRefName: z.string(),
  headRefName: z.string(),
  headRefOid: OBJECT_ID,
  headRepository: z.object({ databaseId: ID, nameWithOwner: z.string() }).nullable(),
  merged: z.boolean(),
  mergedAt: DATE.nullable(),
  mergedBy: ACTOR,
  mergeCommit: REFERENCE,
  changedFiles: COUNT,
  additions: COUNT,
  deletions: COUNT,
  commits: COMMITS,
  reviews: REVIEWS,
  timelineItems: EVENTS,
})

export type PullRequestAnswer = z.output<typeof PULL_REQUEST>
export type CommitAnswer = z.output<typeof COMMIT>
export type CommitNode = z.output<typeof COMMITS>['nodes'][number]
export type ReviewNode = z.output<typeof REVIEWS>['nodes'][number]
export type EventNode = z.output<typeof EVENTS>['nodes'][number]

/** The fields that GraphQL provides. The others come from REST. */
export type PullRequestOfGraphql = Omit<PullRequest, 'pushes' | 'runs'>
