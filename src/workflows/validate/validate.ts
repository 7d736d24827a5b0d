// Validation of the files of one state of the repository, without asking any cluster.
import { sum } from '../../domain/lists.ts'
import type { Config } from '../../domain/request/config.ts'
import type { CheckedCounts } from '../../domain/request/checked-counts.ts'
import type { EffectiveRequest, RequestFile } from '../../domain/request/request.ts'
import { failure, unplaced, withoutRepeats } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { missedWindow } from '../../core/config/missed-window.ts'
import { asksRequester } from '../../core/policy/any-requester.ts'
import { conflictingRequests } from '../../core/plan/conflicting-requests.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { emergencyWarnings, withoutInventory } from './configuration-warnings.ts'
import { clustersNamed } from './selected-names.ts'
import { isRequestFile, judgeRequests, noFolder, parseFiles } from './read-requests.ts'
import { forAnybody, readRules } from './rules-in-force.ts'
import type { Rules } from './rules-in-force.ts'

export interface Validated {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  /** Number of files read: configuration, policies and the selected request files. */
  readonly files: number
  /** Rules about the requester counted as true. */
  readonly hasOpenRules: boolean
  /** Requests without a problem, and the rules that judged them. */
  readonly checked: CheckedCounts
}

export interface Validating {
  readonly config: string
  /** Folder of the requests, null for the configuration's. */
  readonly folder: string | null
  /** Files and folders to check, `''` for all; empty for all, too. The rules are always checked. */
  readonly paths: readonly string[]
  /** A request that is in no folder, null if there is none. With it alone the request files of the repository are not read. */
  readonly input: RequestFile | null
  /** Only requests for this cluster, null for all. */
  readonly cluster: string | null
  /** The configuration to use if there is none; null refuses. */
  readonly fallback: (() => Promise<Config>) | null
  readonly now: Date
}

/** Throws RUN_FILES for a path or a request folder that does not exist. A path that selects no file is a problem (REQUEST_NONE). */
export async function validateFiles(
  files: RepositoryFiles,
  validating: Validating,
): Promise<Validated> {
  const rules = await readRules(files, validating.config, validating.fallback)
  if (!rules.ok) {
    const checked = { requests: 0, policies: 0, configurations: 0, inventories: 0 }
    const { problems } = rules
    return { problems, warnings: [], files: filesOf(problems), hasOpenRules: false, checked }
  }
  const { policies } = rules.value
  clustersNamed(rules.value.config, validating.cluster)
  const broken = policies?.broken ?? []
  const inventories = await inventoriesIn(files, rules.value.config)
  const judged = [
    await judgedFiles(files, rules.value, validating),
    judgedInput(rules.value, validating),
  ]
  const counts = {
    policies: (policies?.policies.length ?? 0) + broken.length,
    configurations: policies === null ? 0 : 1,
    inventories: inventories.files,
  }
  const isHere = (problem: Problem): boolean => problem.code !== 'POLICY_BROKEN'
  return {
    problems: [
      // A broken policy is reported once on its own, not again for each request that it may apply to.
      ...broken.flatMap(({ problems }) => problems),
      ...inventories.problems,
      ...withoutRepeats(judged.flatMap(({ problems }) => problems)).filter(isHere),
    ],
    warnings: [...judged.flatMap(({ warnings }) => warnings), ...withoutInventory(rules.value)],
    files:
      sum(judged.map(each => each.files)) +
      inventories.files +
      counts.policies +
      counts.configurations,
    hasOpenRules: policies?.policies.some(asksRequester) === true,
    checked: { requests: sum(judged.map(each => each.requests)), ...counts },
  }
}

/** Most configurations name none, and the reader is loaded with the first one. */
async function inventoriesIn(files: RepositoryFiles, config: Config) {
  if (config.clusters.every(({ nodeInventory }) => nodeInventory === null))
    return { problems: [], files: 0 }
  const { checkInventories } = await import('./inventory-files.ts')
  return checkInventories(files, config)
}

interface JudgedSelection extends Omit<Validated, 'checked' | 'hasOpenRules'> {
  readonly requests: number
}

const NOTHING: JudgedSelection = { problems: [], warnings: [], files: 0, requests: 0 }

/** All request files are judged, since they may contradict each other; what the paths select is reported. */
async function judgedFiles(
  files: RepositoryFiles,
  rules: Rules,
  validating: Validating,
): Promise<JudgedSelection> {
  const { paths, input } = validating
  if (paths.length === 0 && input !== null) return NOTHING
  const folder = validating.folder ?? rules.config.requests
  const listed = await files.list(folder)
  const [named, rulePaths] = [await namedFiles(files, paths), rulePathsOf(rules, validating)]
  const inside = new Set([...(listed ?? []).map(({ path }) => path), ...rulePaths])
  const outside = named.filter(({ path }) => !inside.has(path))
  if (listed === null && paths.length === 0 && !isForNodes(rules, validating))
    throw noFolder(folder)
  const found = [...(listed ?? []), ...outside].filter(isRequestFile)
  const selected = new Set(paths.length === 0 ? [''] : paths)
  const isSelected = (path: string): boolean => withFolders(path).some(each => selected.has(each))
  const read = new Set([...found.map(({ path }) => path), ...rulePaths].flatMap(withFolders))
  const empty = paths.filter(each => !read.has(each))
  const judged = judge(found, rules, validating, isSelected)
  return {
    ...judged,
    problems: [...empty.map(each => nothingIn(each, folder)), ...judged.problems],
  }
}

/** A repository that only has an inventory of nodes needs no folder of requests. */
function isForNodes({ config }: Rules, { folder }: Validating): boolean {
  const isNamed = folder !== null || config.places.has('requests')
  return !isNamed && config.clusters.some(({ nodeInventory }) => nodeInventory !== null)
}

function judgedInput(rules: Rules, validating: Validating): JudgedSelection {
  const { input } = validating
  return input === null ? NOTHING : judge([input], rules, validating, () => true)
}

function judge(
  found: readonly RequestFile[],
  rules: Rules,
  { cluster, input, now }: Validating,
  isSelected: (path: string) => boolean,
): JudgedSelection {
  const chosen = new Set(clustersNamed(rules.config, cluster).map(({ name }) => name))
  const isHere = (each: { readonly path: string; readonly cluster: string | null }): boolean =>
    isSelected(each.path) && (each.cluster === null || chosen.has(each.cluster))
  // Only a repository says where its requests are.
  const isAnywhere = rules.policies === null || found[0] === input
  const parsed = parseFiles(found, rules, isAnywhere)
  const asking = { folder: '', requesterOf: () => null, now }
  // The plan of a pull request asks the rules about the requester, whom files do not name. An emergency has no requester.
  const judged = judgeRequests(parsed, { ...asking, rules: forAnybody(rules) })
  const inEmergency = (): readonly EffectiveRequest[] =>
    judgeRequests(parsed, { ...asking, rules }).requests
  // The senior request is unknown here, so the earlier path wins.
  const clashes = conflictingRequests(judged.requests, () => 0)
  const isSound = (request: EffectiveRequest): boolean => isHere(request) && !clashes.has(request)
  return {
    problems: [
      ...judged.refused.filter(isHere).flatMap(({ problems }) => problems),
      ...withoutRepeats(
        [...clashes].flatMap(([request, problems]) => (isHere(request) ? problems : [])),
      ),
      ...missedWindow(judged.requests.filter(isSound), rules.config),
    ],
    warnings: [
      ...[...judged.warnings].flatMap(([request, said]) => (isHere(request) ? said : [])),
      ...(found[0] === input ? [] : emergencyWarnings(rules.config, inEmergency)),
    ],
    files: found.filter(({ path }) => isSelected(path)).length,
    requests: judged.requests.filter(isSound).length,
  }
}

/** The paths that name a file. Throws RUN_FILES for a path that is neither a file nor a folder. */
async function namedFiles(
  files: RepositoryFiles,
  paths: readonly string[],
): Promise<readonly RequestFile[]> {
  const named = await Promise.all(
    paths.map(async path => {
      if (path === '') return []
      const file = await files.read(path)
      if (file !== null && file.mode !== FOLDER_MODE) return [file]
      if ((await files.list(path)) !== null) return []
      throw failure('RUN_FILES', `there is no file or folder ${path}`, 'run: countersign validate')
    }),
  )
  return named.flat()
}

/** Git's mode of a folder. */
const FOLDER_MODE = '040000'

function rulePathsOf({ policies }: Rules, { config }: Validating): readonly string[] {
  if (policies === null) return []
  return [
    config,
    ...policies.policies.map(each => each.path),
    ...policies.broken.map(each => each.path),
  ]
}

/** A path, and every folder around it; `''` is the top. */
function withFolders(path: string): readonly string[] {
  const parts = path.split('/')
  return ['', ...parts.map((_, index) => parts.slice(0, index + 1).join('/'))]
}

function nothingIn(path: string, folder: string): Problem {
  const message = `${path === '' ? 'this folder' : path} contains no request, policy or configuration`
  return unplaced(
    'REQUEST_NONE',
    message,
    `requests are read from ${folder}/, policies from policies/`,
  )
}

function filesOf(problems: readonly Problem[]): number {
  return new Set(problems.flatMap(({ at }) => (at === null ? [] : [at.file]))).size
}
