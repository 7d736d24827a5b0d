// GET /repos/{owner}/{repo}/actions/runs: a run for a head proves when GitHub saw that head.
import type { RepositoryState, RunState } from '../../state.ts'
import type { Answer, Json } from '../answer.ts'
import { commitIn } from '../lookup.ts'
import { pageOf } from '../page.ts'
import { accountOrGhost } from './account.ts'
import { nodeId, time } from './place.ts'
import type { RepositoryRequest, Site } from './place.ts'
import { apiUrl, htmlUrl, minimalRepository } from './repository.ts'

export function listRuns({ site, repository, url }: RepositoryRequest): Answer {
  const query = url.searchParams
  const is = (name: string, value: string): boolean => !query.has(name) || query.get(name) === value
  const runs = repository.runs
    .filter(run => is('event', run.event) && is('branch', run.headBranch))
    .filter(run => is('head_sha', run.headCommit))
    .filter(run => isWithin(query.get('created'), run.createdAt))
  return pageOf(
    [...runs].reverse(),
    url,
    run => shownRun(site, repository, run),
    shown => ({ total_count: runs.length, workflow_runs: shown }),
  )
}

/** `2026-01-01`, `>=2026-01-01T00:00:00Z`, `2026-01-01..2026-02-01`, `*` for an open end. */
function isWithin(created: string | null, at: Date): boolean {
  if (created === null) return true
  const [, from, to] = /^(.+)\.\.(.+)$/.exec(created) ?? []
  if (from !== undefined && to !== undefined) return at >= start(from) && at <= end(to)
  const [, comparison = '', date = ''] = /^(>=|<=|>|<)?(.+)$/.exec(created) ?? []
  if (comparison === '>=') return at >= start(date)
  if (comparison === '<=') return at <= end(date)
  if (comparison === '>') return at > end(date)
  if (comparison === '<') return at < start(date)
  return at >= start(date) && at <= end(date)
}

const DAY = 86_399_999

function start(date: string): Date {
  return new Date(date === '*' ? 0 : date)
}

function end(date: string): Date {
  if (date === '*') return new Date(8.64e15)
  return new Date(new Date(date).getTime() + (date.includes('T') ? 999 : DAY))
}

function shownRun(site: Site, repository: RepositoryState, run: RunState): Json {
  const url = `${apiUrl(site, repository)}/actions/runs/${run.id}`
  const fork = site.world.state.repositories.get(run.headRepositoryId)
  return {
    ...urlsOfRun(url),
    id: run.id,
    node_id: nodeId('WFR', run.id),
    name: 'countersign',
    head_branch: run.headBranch,
    head_sha: run.headCommit,
    path: '.github/workflows/countersign.yaml',
    display_title: run.event,
    run_number: repository.runs.indexOf(run) + 1,
    run_attempt: 1,
    event: run.event,
    status: run.conclusion === null ? 'in_progress' : 'completed',
    conclusion: run.conclusion === undefined ? 'success' : run.conclusion,
    workflow_id: 1,
    url,
    html_url: `${htmlUrl(site, repository)}/actions/runs/${run.id}`,
    pull_requests: [],
    created_at: time(run.createdAt),
    updated_at: time(run.createdAt),
    run_started_at: time(run.createdAt),
    actor: accountOrGhost(site, run.actorId),
    triggering_actor: accountOrGhost(site, run.actorId),
    head_commit: headCommit(site, repository, run),
    repository: minimalRepository(site, repository),
    // The description requires it, so a deleted fork does not differ here.
    head_repository: minimalRepository(site, fork ?? repository),
  }
}

function urlsOfRun(url: string): Readonly<Record<string, Json>> {
  return {
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${url}/check-suite`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: null,
    workflow_url: `${url}/workflow`,
  }
}

function headCommit(site: Site, repository: RepositoryState, run: RunState): Json {
  const commit = commitIn(site.world.state, repository, run.headCommit)
  if (commit === null) return null
  const { name, email } = commit.author
  return {
    id: run.headCommit,
    tree_id: commit.tree,
    message: commit.message,
    timestamp: time(commit.committer.at),
    author: { name, email },
    committer: { name: commit.committer.name, email: commit.committer.email },
  }
}
