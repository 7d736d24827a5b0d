// Every commit reachable from given tips, with the objects at the watched paths, from GraphQL's Commit.history.
import { z } from 'zod'
import { objectIn } from '../../../domain/proof/git-history.ts'
import type { Ancestry, Commit, ObjectId } from '../../../domain/proof/git-history.ts'
import { OBJECT_ID, PAGE_FIELDS, PAGE_INFO, nextCursor } from '../connection/answer-shapes.ts'
import type { Query } from '../connection/graphql-query.ts'
import { incomplete } from '../connection/github-refusal.ts'
import type { RepositoryApi } from '../connection/repository-api.ts'
import { MODE, TREE, octal } from './git-tree-answer.ts'

const WHAT = 'the history'
/** Path lookups per query, few enough for GitHub's ten seconds. */
const LOOKUPS = 2000
const LONG_PAGE = 100
/** The branch of a pull request is short and soon reaches known commits. */
const SHORT_PAGE = 10
const MOST_WALKS = 50
/** GitHub shows at most this many parents of one commit per page. */
const MOST_PARENTS = 100

const NODE = z.looseObject({
  oid: OBJECT_ID,
  parents: z.object({
    totalCount: z.number().int(),
    nodes: z.array(z.object({ oid: OBJECT_ID })),
  }),
})
const HISTORY = z.object({ pageInfo: PAGE_INFO, nodes: z.array(NODE) })
const SHAPE = z.object({ kind: z.string(), history: HISTORY.optional() }).nullable()
/** The root has no entry, so no mode. */
const AT_PATH = z.object({ oid: OBJECT_ID, mode: MODE.default(TREE) }).nullable()

/** The traversal from one tip: where its next page begins, and the parents that its commits named. */
interface Walk {
  readonly tip: ObjectId
  readonly cursor: string | null
  readonly parents: Set<ObjectId>
}

/**
 * A tip that GitHub does not have is absent. `files` collects the objects at watched paths that are not folders. Throws
 * APPROVAL_API_INCOMPLETE if a commit's parent cannot be fetched.
 */
export async function readAncestry(
  api: RepositoryApi,
  tips: readonly ObjectId[],
  watched: readonly string[],
  known: Ancestry = new Map(),
  files: Set<ObjectId> = new Set(),
): Promise<Ancestry> {
  const found = new Map(known)
  const wanted = [...new Set(tips)].filter(tip => !found.has(tip))
  const [first] = wanted
  if (first === undefined) return found
  // The first tip is usually the default branch. Its ancestors need not be fetched again for the other tips.
  await walkDown(api, { found, files }, [begin(first)], watched, LONG_PAGE)
  const others = wanted.filter(tip => !found.has(tip) && tip !== first)
  await walkDown(api, { found, files }, others.map(begin), watched, SHORT_PAGE)
  return found
}

interface Findings {
  readonly found: Map<ObjectId, Commit>
  readonly files: Set<ObjectId>
}

async function walkDown(
  api: RepositoryApi,
  findings: Findings,
  walks: readonly Walk[],
  watched: readonly string[],
  firstPage: number,
): Promise<void> {
  let page = firstPage
  for (let open = walks; open.length > 0; page = LONG_PAGE) {
    const first = Math.max(1, Math.min(page, Math.floor(LOOKUPS / (watched.length + 1))))
    const size = Math.floor(LOOKUPS / (first * (watched.length + 1)))
    const answers = await api.each(open, {
      doing: 'read the history',
      needs: 'contents: read',
      size: Math.max(1, Math.min(MOST_WALKS, size)),
      shape: SHAPE,
      field: (walk, query) => historyField(walk, query, first, watched),
    })
    open = open.flatMap((walk, index) => step(findings, walk, answers[index] ?? null, watched))
  }
}

/** Adds one page to `found`. Returns the traversal again if it has more pages. */
function step(
  { found, files }: Findings,
  walk: Walk,
  answer: z.output<typeof SHAPE>,
  watched: readonly string[],
): readonly Walk[] {
  if (answer?.history === undefined) {
    if (walk.cursor !== null) throw incomplete(WHAT)
    return []
  }
  for (const node of answer.history.nodes) {
    const commit = toCommit(node, watched, files)
    found.set(commit.id, commit)
    for (const parent of commit.parents) walk.parents.add(parent)
  }
  for (const parent of walk.parents) if (found.has(parent)) walk.parents.delete(parent)
  if (!found.has(walk.tip)) throw incomplete(WHAT)
  if (walk.parents.size === 0) return []
  const cursor = nextCursor(answer.history.pageInfo, walk.cursor, WHAT)
  if (cursor === null) throw incomplete(WHAT)
  return [{ ...walk, cursor }]
}

function begin(tip: ObjectId): Walk {
  return { tip, cursor: null, parents: new Set() }
}

function historyField(
  { tip, cursor }: Walk,
  query: Query,
  first: number,
  watched: readonly string[],
): string {
  const after = cursor === null ? '' : `, after: ${query.value('String!', cursor)}`
  const files = watched.map((path, index) =>
    path === ''
      ? `w${index}: tree { oid }`
      : `w${index}: file(path: ${query.value('String!', path)}) { oid mode }`,
  )
  return `object(oid: ${query.value('GitObjectID!', tip)}) {
    kind: __typename ... on Commit { history(first: ${query.value('Int!', first)}${after}) {
      ${PAGE_FIELDS}
      nodes { oid parents(first: ${MOST_PARENTS}) { totalCount nodes { oid } } ${files.join(' ')} }
    } } }`
}

function toCommit(
  node: z.output<typeof NODE>,
  watched: readonly string[],
  files: Set<ObjectId>,
): Commit {
  if (node.parents.nodes.length < node.parents.totalCount)
    throw incomplete(`the parents of ${node.oid}`)
  const objects = new Map<string, ObjectId>()
  for (const [index, path] of watched.entries()) {
    const at = AT_PATH.safeParse(node[`w${index}`])
    if (!at.success) throw incomplete(`the content at the paths of ${node.oid}`)
    if (at.data === null) continue
    const { oid: blob, mode } = at.data
    const object = objectIn({ mode: octal(mode), blob })
    objects.set(path, object)
    if (mode !== TREE) files.add(object)
  }
  return { id: node.oid, parents: node.parents.nodes.map(({ oid }) => oid), objects }
}
