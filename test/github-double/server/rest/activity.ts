// GET /repos/{owner}/{repo}/activity: who moved which branch when, newest first, as recorded by the server.
import type { ActivityState } from '../../state.ts'
import { unprocessable } from '../answer.ts'
import type { Answer, Json } from '../answer.ts'
import { accountByLogin } from '../lookup.ts'
import { cursorPageOf } from '../page.ts'
import { accountOrNull } from './account.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'

const NOTHING = '0'.repeat(40)
const KINDS: readonly string[] = [
  'push',
  'force_push',
  'branch_creation',
  'branch_deletion',
  'pr_merge',
  'merge_queue_merge',
]

export function listActivity({ site, repository, url }: RepositoryRequest): Answer {
  const query = url.searchParams
  const branch = query.get('ref')?.replace(/^refs\/heads\//, '') ?? null
  const kind = query.get('activity_type')
  if (kind !== null && !KINDS.includes(kind)) throw unprocessable('Validation Failed')
  const actor = query.get('actor')
  const actorId = actor === null ? null : (accountByLogin(site.world.state, actor)?.id ?? -1)
  const moves = repository.activity
    .filter(move => branch === null || move.branch === branch)
    .filter(move => kind === null || move.kind === kind)
    .filter(move => actorId === null || move.actorId === actorId)
  const ordered = query.get('direction') === 'asc' ? moves : [...moves].reverse()
  return cursorPageOf(ordered, url, move => shownMove(site, move))
}

function shownMove(site: Site, move: ActivityState): Json {
  return {
    id: move.id,
    node_id: nodeId('PSH', move.id),
    before: move.before ?? NOTHING,
    after: move.after ?? NOTHING,
    ref: `refs/heads/${move.branch}`,
    timestamp: time(move.at),
    activity_type: move.kind,
    actor: accountOrNull(site, move.actorId),
  }
}
