// The run's trigger: the event, its commits and its workflow, from GitHub's environment and event file.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Account } from '../../../domain/proof/account.ts'
import { usageFailure } from '../../../domain/problem.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export interface Run {
  readonly workspace: string
  /** Folder outside the workspace that GitHub empties after the job. */
  readonly temp: string
  /** owner/name */
  readonly repository: string
  readonly apiUrl: string
  /** Number of the run, 0 if it has none. */
  readonly id: number
  /** Addresses of GitHub and of the run's page, for people. */
  readonly server: string
  readonly page: string
  /** Path of the running workflow file, null if the file is in another repository. */
  readonly workflow: string | null
  readonly event: Event
}

export type Event =
  /** A pull request at its head. */
  | {
      readonly kind: 'pullRequest'
      readonly number: number
      readonly head: string
      readonly isFork: boolean
      /** The review that started the run, null for another event. */
      readonly review: ReviewEvent | null
    }
  /** A merge queue asks whether a group may be merged. `number`: the last pull request of the group, null if its ref does not say. */
  | {
      readonly kind: 'mergeGroup'
      readonly head: string
      readonly base: string
      readonly number: number | null
    }
  /** An event on a branch, or a schedule. */
  | {
      readonly kind: 'branch'
      readonly name: 'push' | 'schedule' | 'workflow_dispatch'
      readonly ref: string
      readonly commit: string
      /** A person started it: by a dispatch, or by a re-run. */
      readonly isByHand: boolean
    }

export interface ReviewEvent {
  readonly action: 'submitted' | 'dismissed' | 'edited'
  readonly state: string
  /** Null if the account is gone. */
  readonly author: Account | null
}

const SHA = z.string().regex(/^[0-9a-f]{40}$/)
const REPOSITORY = z.object({ id: z.int() }).nullable()
const PULL_REQUEST = z.object({
  pull_request: z.object({
    number: z.int().min(1),
    head: z.object({ sha: SHA, repo: REPOSITORY }),
    base: z.object({ repo: REPOSITORY }),
  }),
})
const ACCOUNT_TYPE = z
  .enum(['User', 'Bot', 'Organization', 'Mannequin', 'EnterpriseUserAccount'])
  .catch('Bot')
const REVIEW = z.object({
  action: z.enum(['submitted', 'dismissed', 'edited']),
  review: z.object({
    state: z.string(),
    user: z.object({ id: z.int(), login: z.string(), type: ACCOUNT_TYPE }).nullable(),
  }),
})
const MERGE_GROUP = z.object({
  merge_group: z.object({ head_sha: SHA, base_sha: SHA, head_ref: z.string().optional() }),
})
const BRANCH_EVENTS = ['push', 'schedule', 'workflow_dispatch'] as const

/** Throws RUN_USAGE outside GitHub, and for events that other people can trigger with our rights. */
export async function readRun(environment: Environment): Promise<Run> {
  const value = (name: string): string => environment[name] ?? ''
  const path = value('GITHUB_EVENT_PATH')
  if (path === '' || value('GITHUB_WORKSPACE') === '' || value('GITHUB_REPOSITORY') === '')
    throw usageFailure(
      'this is the GitHub Action, started outside of GitHub',
      'at a terminal use the command countersign',
    )
  const repository = value('GITHUB_REPOSITORY')
  const payload: unknown = JSON.parse(await readFile(path, 'utf8'))
  const server = value('GITHUB_SERVER_URL')
  return {
    workspace: value('GITHUB_WORKSPACE'),
    temp: value('RUNNER_TEMP') === '' ? value('GITHUB_WORKSPACE') : value('RUNNER_TEMP'),
    repository,
    apiUrl: value('GITHUB_API_URL') === '' ? 'https://api.github.com' : value('GITHUB_API_URL'),
    id: Number(value('GITHUB_RUN_ID')),
    server,
    page: `${server}/${repository}/actions/runs/${value('GITHUB_RUN_ID')}`,
    workflow: workflowPath(value('GITHUB_WORKFLOW_REF'), repository),
    event: eventOf(value('GITHUB_EVENT_NAME'), payload, environment),
  }
}

function eventOf(name: string, payload: unknown, environment: Environment): Event {
  if (name === 'pull_request' || name === 'pull_request_review') {
    const { number, head, base } = parsed(PULL_REQUEST, payload, name).pull_request
    const isFork = head.repo === null || base.repo === null || head.repo.id !== base.repo.id
    const review = name === 'pull_request' ? null : reviewOf(parsed(REVIEW, payload, name))
    return { kind: 'pullRequest', number, head: head.sha, isFork, review }
  }
  if (name === 'merge_group') {
    const group = parsed(MERGE_GROUP, payload, name).merge_group
    const [, number] = /\/pr-(\d{1,10})-[0-9a-f]+$/.exec(group.head_ref ?? '') ?? []
    const known = number === undefined ? null : Number(number)
    return { kind: 'mergeGroup', head: group.head_sha, base: group.base_sha, number: known }
  }
  const known = BRANCH_EVENTS.find(each => each === name)
  const commit = SHA.safeParse(environment['GITHUB_SHA'])
  if (known === undefined || !commit.success) throw unknownEvent(name)
  const isByHand =
    known === 'workflow_dispatch' || Number(environment['GITHUB_RUN_ATTEMPT'] ?? '1') > 1
  const ref = environment['GITHUB_REF'] ?? ''
  return { kind: 'branch', name: known, ref, commit: commit.data, isByHand }
}

function reviewOf({ action, review: { state, user } }: z.output<typeof REVIEW>): ReviewEvent {
  return { action, state, author: user }
}

function parsed<Shape extends z.ZodType>(
  shape: Shape,
  payload: unknown,
  name: string,
): z.output<Shape> {
  const read = shape.safeParse(payload)
  if (read.success) return read.data
  throw usageFailure(`the event ${name} of this run cannot be read`, null, read.error)
}

function unknownEvent(name: string): Error {
  const isDangerous = name === 'pull_request_target' || name === 'workflow_run'
  return usageFailure(
    isDangerous
      ? `the event ${name} runs with rights that the author of a pull request must not have`
      : `there is nothing to do for the event ${name === '' ? '(none)' : name}`,
    'plan runs on pull_request, pull_request_review and merge_group; apply on push, schedule and workflow_dispatch of the default branch',
  )
}

/** `owner/name/.github/workflows/file.yml@refs/heads/main` without repository and ref. */
function workflowPath(reference: string, repository: string): string | null {
  const path = reference.startsWith(`${repository}/`) ? reference.slice(repository.length + 1) : ''
  // A ref may contain an @, so the text is split at `@refs/`. Workflow files are never in subfolders, so their path cannot contain
  // it.
  const file = path.split('@refs/')[0] ?? ''
  return file === '' ? null : file
}
