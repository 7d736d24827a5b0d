// Requests as people name them in arguments: by the name of the request, or by the path of its file.
import { readRequest } from '../../core/request/parse-request.ts'
import { nameFromPath, REQUEST_NAME } from '../../core/request/request-file-name.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import { compareNames } from '../../domain/lists.ts'
import { isNonEmpty, usageFailure } from '../../domain/problem.ts'
import type { CountersignError } from '../../domain/problem.ts'
import { didYouMean } from '../../lib/source/did-you-mean.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import type { Planned } from '../../workflows/plan/plan.ts'
import { parseRequests } from '../../workflows/validate/read-requests.ts'
import { readConfig } from '../../workflows/validate/rules-in-force.ts'
import { inRoot } from '../command-context.ts'
import type { Context } from '../command-context.ts'

/**
 * The plan with the steps of these names, all for none; and their names. A file that cannot be read has no other name than its path.
 * `others` are names without a step. Throws RUN_USAGE for an unknown name, unless a cluster failed.
 */
export function namedSteps(
  { plan, judgedRequests, failures = [] }: NamedIn,
  typed: readonly string[],
  others: readonly Readonly<Record<'name', string>>[] = [],
) {
  const targets = plan.steps.map(stepTarget)
  // A request that asks to be withdrawn, and is, has no step.
  const files = [...targets, ...judgedRequests.requests]
  const known = new Set([...files, ...others].map(({ name }) => name))
  const names = typed.map(word => {
    const file = targets.find(({ name, path }) => name === path && nameFromPath(path) === word)
    return known.has(word) ? word : (file?.name ?? word)
  })
  const unknown = names.filter(name => !known.has(name))
  // A cluster that gave no answer may know the name.
  if (isNonEmpty(unknown) && failures.length === 0) {
    const isMeant = (path: string): boolean =>
      `/${path}`.endsWith(`/${unknown[0]}`) || nameFromPath(path) === unknown[0]
    const file = files.find(({ path }) => isMeant(path))
    throw usageFailure(
      `there is no request called ${unknown.map(visible).join(', ')}`,
      file === undefined
        ? didYouMean(unknown[0], known, otherNames(known, unknown[0]))
        : `give the name, not the file: ${visible(file.name)}`,
    )
  }
  const isNamed = (name: string): boolean => names.length === 0 || names.includes(name)
  const steps = plan.steps.filter(step => isNamed(stepTarget(step).name))
  const isOf = (effect: string): boolean => names.some(name => `/${effect}`.endsWith(`/${name}`))
  const effects = plan.effects.filter(({ request }) => names.length === 0 || isOf(request))
  return { plan: { ...plan, steps, effects }, names, isNamed }
}

/** RUN_USAGE for a name that no request has, with the names that it may be. */
export function unknownName(typed: string, known: ReadonlySet<string>): CountersignError {
  return usageFailure(
    `there is no request called ${visible(typed)}`,
    didYouMean(typed, known, otherNames(known, typed)),
  )
}

function otherNames(known: ReadonlySet<string>, typed: string): string {
  if (typed.includes(',')) return 'separate names by spaces'
  const names = [...known].sort(compareNames)
  return names.length === 0 || names.length > MOST_LISTED
    ? 'run: countersign status'
    : `there are ${names.map(visible).join(', ')}`
}

const MOST_LISTED = 12

type NamedIn = Pick<Planned, 'plan' | 'judgedRequests'> & Partial<Pick<Planned, 'failures'>>

/** The path below the root that an argument names: itself, or that of a request in this checkout. Paths come first. */
export async function requestPath(context: Context, typed: string): Promise<string> {
  const path = inRoot(context, typed)
  const isName = REQUEST_NAME.pattern.test(typed) && (await context.files.read(path)) === null
  const named = isName ? await requestsInCheckout(context) : []
  return named.find(({ name }) => name === typed)?.path ?? path
}

/** Each request in the files of this checkout, also of refused ones; none without a configuration. */
export async function requestsInCheckout({ files, options }: Pick<Context, 'files' | 'options'>) {
  const config = await readConfig(files, options.config)
  if (!config.ok) return []
  const folder = options.requests ?? config.value.requests
  if ((await files.list(folder)) === null) return []
  const rules = { config: config.value, policies: null }
  const parsed = await parseRequests(files, { rules, folder })
  const all = [...parsed.requests, ...parsed.refused]
  return all.map(each => ({ ...each, name: each.name ?? nameFromPath(each.path) }))
}

/** The name of the request in a file of an older commit; null if it cannot be read. */
export async function nameAt(
  { git }: Pick<Context, 'git'>,
  path: string,
  commit: string,
): Promise<string | null> {
  const entry = (await git.tree(commit, path)).find(each => each.path === path)
  if (entry === undefined || !entry.mode.startsWith('100')) return null
  const file = { ...entry, bytes: await git.blob(entry.blob), uncommitted: false }
  const read = readRequest(file, null)
  return read.ok ? read.value.name : null
}
