// The GraphQL API of the double: queries that are valid by GitHub's published schema, and their answers.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals'
import { queryProblems } from '../../build/github-schema.ts'
import { makeStage, PATH, serve } from '../../build/github-stage.ts'
import type { Client } from '../../build/github-stage.ts'

const stage = makeStage()
const { people, world, repository } = stage
let client: Client

beforeAll(async () => {
  client = await serve(world)
})

afterAll(() => client.server.stop())

const ACTOR = '{ __typename login ... on User { databaseId } ... on Bot { databaseId } }'
const PAGE = 'pageInfo { hasNextPage endCursor }'

/** All facts of one pull request that a proof needs. */
const FACTS = `query ($number: Int!, $path: String!, $at: String!) {
  repository(owner: "acme", name: "certs") {
    databaseId nameWithOwner visibility
    defaultBranchRef { name target { oid } }
    object(expression: "main") { ... on Commit {
      oid committedDate signature { isValid state wasSignedByGitHub }
      authors(first: 20) { nodes { user { databaseId login } } }
      history(path: $path, first: 1) { totalCount nodes { oid
        associatedPullRequests(first: 10) { nodes { number mergedAt } } } }
      tree { entries { name mode type object { __typename oid } } }
      file(path: $path) { oid mode type }
    } }
    blob: object(expression: $at) { ... on Blob { oid byteSize isBinary isTruncated text } }
    pullRequest(number: $number) {
      number author ${ACTOR} baseRefName baseRefOid headRefName headRefOid
      headRepository { databaseId } isCrossRepository merged mergedAt mergedBy ${ACTOR}
      mergeCommit { oid parents(first: 3) { nodes { oid } } }
      commits(first: 100) { totalCount ${PAGE} nodes { commit { oid
        authors(first: 10) { nodes { user { databaseId } } } committer { user { databaseId } }
        signature { isValid wasSignedByGitHub } } } }
      files(first: 100) { totalCount nodes { path changeType additions deletions } }
      reviews(first: 100) { totalCount ${PAGE} nodes {
        databaseId state submittedAt author ${ACTOR} authorCanPushToRepository commit { oid }
        onBehalfOf(first: 10) { nodes { slug databaseId } } } }
      timelineItems(first: 100, itemTypes: [
        HEAD_REF_FORCE_PUSHED_EVENT, BASE_REF_CHANGED_EVENT, REVIEW_DISMISSED_EVENT, MERGED_EVENT,
        AUTOMATIC_BASE_CHANGE_SUCCEEDED_EVENT, PULL_REQUEST_COMMIT, ISSUE_COMMENT, PULL_REQUEST_REVIEW
      ]) { filteredCount ${PAGE} nodes { __typename
        ... on HeadRefForcePushedEvent { createdAt actor ${ACTOR} beforeCommit { oid } afterCommit { oid } }
        ... on BaseRefChangedEvent { createdAt previousRefName currentRefName }
        ... on ReviewDismissedEvent { createdAt previousReviewState review { databaseId } actor ${ACTOR} }
        ... on MergedEvent { commit { oid } mergeRefName }
      } }
    }
    rulesets(first: 20) { nodes { databaseId name enforcement updatedAt
      rules(first: 50) { nodes { type parameters { __typename
        ... on PullRequestParameters { requiredApprovingReviewCount requireCodeOwnerReview } } } } } }
  }
  rateLimit { cost remaining nodeCount resetAt }
}`

describe('a query for the facts of a pull request', () => {
  test('the query is valid by the published schema, and its answer is complete', async () => {
    expect(queryProblems(FACTS)).toEqual([])
    const variables = { number: stage.pull.number, path: PATH, at: `${stage.merge}:${PATH}` }
    const { body } = await client.query(FACTS, variables)
    expect(body.errors).toBeUndefined()
    const { pullRequest, blob, object } = body.data.repository
    expect(blob).toMatchObject({ text: 'four\n', byteSize: 5, isBinary: false, isTruncated: false })
    expect(object.file).toMatchObject({ oid: blob.oid, mode: 0o100644, type: 'blob' })
    const [newest] = object.history.nodes
    expect(newest?.associatedPullRequests.nodes[0]?.number).toBe(stage.pull.number)
    expect(object.signature).toMatchObject({ isValid: true, wasSignedByGitHub: true })
    expect(pullRequest.author).toEqual({
      __typename: 'User',
      login: 'author',
      databaseId: people.author.id,
    })
    expect(pullRequest.mergeCommit.oid).toBe(stage.merge)
    expect(pullRequest.reviews.nodes.map(each => each.state)).toEqual(['DISMISSED', 'APPROVED'])
    expect(pullRequest.commits.nodes.at(-1)?.commit.signature.wasSignedByGitHub).toBe(true)
    expect(pullRequest.commits.nodes[0]?.commit.authors.nodes).toEqual([
      { user: { databaseId: people.author.id } },
      { user: { databaseId: people.reviewer.id } },
      { user: null },
    ])
    const kinds = pullRequest.timelineItems.nodes.map(({ __typename: kind }) => kind)
    expect(new Set(kinds)).toEqual(
      new Set([
        'PullRequestCommit',
        'HeadRefForcePushedEvent',
        'PullRequestReview',
        'ReviewDismissedEvent',
        'IssueComment',
        'BaseRefChangedEvent',
        'MergedEvent',
      ]),
    )
    expect(body.data.rateLimit.cost).toBeGreaterThanOrEqual(1)
    expect(client.server.unknownRoutes).toEqual([])
  })

  test('a deleted account is null, and a renamed account has its current login', async () => {
    const other = makeStage()
    other.world.deleteAccount(other.people.author)
    other.world.rename(other.people.reviewer, 'reviewer-2')
    const { server, query } = await serve(other.world)
    const { body } = await query(`{ repository(owner: "acme", name: "certs") {
      pullRequest(number: ${other.pull.number}) {
        author { login } reviews(first: 9) { nodes { author { login } } } } } }`)
    expect(body.data.repository.pullRequest).toEqual({
      author: null,
      reviews: {
        nodes: [{ author: { login: 'reviewer-2' } }, { author: { login: 'reviewer-2' } }],
      },
    })
    await server.stop()
  })
})

describe('a query that GitHub refuses', () => {
  const inRepository = (text: string) => `{ repository(owner: "acme", name: "certs") { ${text} } }`
  const pull = (text: string) =>
    inRepository(`pullRequest(number: ${stage.pull.number}) { ${text} }`)

  test.each([
    ['without a page size', pull('commits { totalCount }'), 'MISSING_PAGINATION_BOUNDARIES'],
    ['for more than a page', pull('commits(first: 101) { totalCount }'), 'EXCESSIVE_PAGINATION'],
    [
      'for a pull request that is not there',
      inRepository('pullRequest(number: 99) { id }'),
      'NOT_FOUND',
    ],
    [
      'for too many nodes',
      pull(`reviews(first: 100) { nodes { commit { history(first: 100) { nodes {
        parents(first: 100) { totalCount } } } } } }`),
      'MAX_NODE_LIMIT_EXCEEDED',
    ],
    [
      'at an unknown cursor',
      pull('commits(first: 1, after: "x") { totalCount }'),
      'INVALID_CURSOR_ARGUMENTS',
    ],
  ])('the error of a query %s has its type', async (_, query, type) => {
    const { body } = await client.query(query)
    expect(body.errors.map(each => each.type)).toEqual([type])
  })

  test('the error of an unknown field names it', async () => {
    const { body } = await client.query(inRepository('nonsense'))
    expect(body.data).toBeUndefined()
    expect(body.errors[0]?.message).toContain('nonsense')
  })

  test('a query with one forbidden field returns the other fields', async () => {
    client.server.tokens.set('no-pulls', {
      as: { app: 'workflow' },
      permissions: { contents: 'read' },
    })
    const query = inRepository(`name pullRequest(number: ${stage.pull.number}) { id }`)
    const { body } = await client.query(query, {}, { token: 'no-pulls' })
    expect(body.data.repository).toEqual({ name: 'certs', pullRequest: null })
    expect(body.errors).toMatchObject([{ type: 'FORBIDDEN', path: ['repository', 'pullRequest'] }])
  })
})

describe('queries beyond the double', () => {
  test.each([
    [
      'a field',
      '{ repository(owner: "acme", name: "certs") { diskUsage } }',
      'Repository.diskUsage',
    ],
    [
      'an argument',
      '{ repository(owner: "acme", name: "certs") { pullRequests(first: 1, labels: ["x"]) { totalCount } } }',
      'Repository.pullRequests(labels)',
    ],
  ])(
    'a query with %s that the double lacks is an error and is recorded',
    async (_, query, name) => {
      const { server, query: ask } = await serve(world)
      const { body } = await ask(query)
      expect(body.errors).toMatchObject([{ type: 'NOT_IN_THE_DOUBLE' }])
      expect(server.unknownRoutes).toEqual([name])
      await server.stop()
    },
  )
})

test('a blob without text reports that it is truncated or binary', async () => {
  const cases = [
    [
      'large',
      new Uint8Array(513 * 1024).fill(65),
      { isTruncated: true, text: null, isBinary: null },
    ],
    ['latin1', Uint8Array.from([0x68, 0xe9]), { isTruncated: false, text: null, isBinary: true }],
    ['nul', Uint8Array.from([0x68, 0]), { isTruncated: false, text: null, isBinary: true }],
    ['empty', new Uint8Array(), { isTruncated: false, text: '', isBinary: false }],
  ] as const
  for (const [name, bytes, expected] of cases) {
    const { owner } = people
    const commit = world.commit({
      repository,
      branch: 'main',
      author: owner,
      files: { [name]: bytes },
    })
    const { body } = await client.query(`{ repository(owner: "acme", name: "certs") {
      object(expression: "${commit}:${name}") { ... on Blob { isTruncated text isBinary } } } }`)
    expect([name, body.data.repository.object]).toEqual([name, expected])
  }
})
