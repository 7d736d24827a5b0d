// What started the run: event name and commits, from GitHub's environment and event file.
import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import { failure } from '../../domain/problem.ts'

export interface GithubEvent {
  readonly workspace: string
  /** What this event asks for. */
  readonly command: 'plan' | 'apply'
  /** Commit whose files are looked at. */
  readonly head: string
  /** Commit to compare with, null where there is none. */
  readonly base: string | null
}

const SHA = z.string().regex(/^[0-9a-f]{40}$/)
const PAYLOAD = z.object({
  pull_request: z.object({ head: z.object({ sha: SHA }), base: z.object({ sha: SHA }) }).optional(),
  merge_group: z.object({ head_sha: SHA, base_sha: SHA }).optional(),
})

/** Throws RUN_USAGE outside of GitHub. */
export async function readEvent(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<GithubEvent> {
  const path = environment['GITHUB_EVENT_PATH'] ?? ''
  const workspace = environment['GITHUB_WORKSPACE'] ?? ''
  const sha = SHA.safeParse(environment['GITHUB_SHA'])
  if (path === '' || workspace === '' || !sha.success)
    throw failure(
      'RUN_USAGE',
      'this is the GitHub Action, started outside of GitHub',
      'at a terminal use the command countersign',
    )
  const content: unknown = JSON.parse(await readFile(path, 'utf8'))
  const payload = PAYLOAD.safeParse(content)
  if (!payload.success)
    throw failure('RUN_USAGE', 'the event of this run cannot be read', null, payload.error)
  const { pull_request: pull, merge_group: group } = payload.data
  if (pull !== undefined)
    return { workspace, command: 'plan', head: pull.head.sha, base: pull.base.sha }
  if (group !== undefined)
    return { workspace, command: 'plan', head: group.head_sha, base: group.base_sha }
  return { workspace, command: 'apply', head: sha.data, base: null }
}
