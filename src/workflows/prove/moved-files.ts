// Last paths of removed files. A record has the path that its file had at the issue. If the file moved since and was then removed at
// another path, that removal needs the approval, not the move.
import type { Plan, Step, WithdrawStep } from '../../domain/cluster/plan-step.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { parseRequest } from '../../core/request/parse-request.ts'
import { filesOf } from './applied-history.ts'
import type { History } from './applied-history.ts'
import { findLandings } from './file-versions.ts'

/** The plan with the last path of the file in each withdrawal of a removed file. */
export async function withLastPaths(
  plan: Plan,
  source: ReviewedRepository,
  history: History,
): Promise<Plan> {
  const steps: Step[] = []
  // One after the other, so that GitHub is asked only once for the same facts.
  for (const step of plan.steps) {
    const isRemoved = step.kind === 'withdraw' && step.because === 'FileRemoved'
    steps.push(isRemoved ? { ...step, path: await lastPath(step, source, history) } : step)
  }
  return { ...plan, steps }
}

async function lastPath(
  { name, path: first }: WithdrawStep,
  source: ReviewedRepository,
  history: History,
): Promise<string> {
  const seen = new Set<string>()
  for (let path: string | null = first; path !== null && !seen.has(path);) {
    seen.add(path)
    path = await movedTo(path, name, source, history)
  }
  return [...seen].at(-1) ?? first
}

/** The path at which the file of that name appeared when it left this one; null if it did not appear. */
async function movedTo(
  path: string,
  name: string,
  source: ReviewedRepository,
  history: History,
): Promise<string | null> {
  const landing = (await findLandings(source, history, [path])).get(path)
  if (landing === undefined) return null
  const { ancestry, requests } = history
  const [tree, before] = [landing.commit, landing.before].map(
    commit => ancestry.get(commit ?? '')?.objects.get(requests) ?? null,
  )
  const trees = [tree, before].flatMap(each => each ?? [])
  const listings = await source.listings(trees)
  const [now, then] = [tree, before].map(each => filesOf(listings, each ?? null, requests))
  if (now === undefined || now.has(path)) return null
  const files = source.filesAt(landing.commit)
  for (const other of now.keys()) {
    if (then?.has(other) === true) continue
    const file = await files.read(other)
    const parsed = file === null ? null : parseRequest(file, requests)
    if (parsed?.ok === true && parsed.value.name === name) return other
  }
  return null
}
