// Validation of all files of one state of the repository, without asking any cluster.
import type { Config } from '../../domain/request/config.ts'
import type { Problem } from '../../domain/problem.ts'
import { conflictingRequests } from '../../core/plan/conflicting-requests.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { clustersNamed } from './selected-names.ts'
import { readRequests } from './read-requests.ts'
import { readRules } from './rules-in-force.ts'

export interface Validated {
  readonly problems: readonly Problem[]
  readonly warnings: readonly Problem[]
  /** Number of files read: configuration, policies and requests. */
  readonly files: number
}

export interface Validating {
  readonly config: string
  /** Folder of the requests, null for the configuration's. */
  readonly folder: string | null
  /** Only requests for this cluster, null for all. */
  readonly cluster: string | null
  /** The configuration to use if there is none; null refuses. */
  readonly fallback: (() => Promise<Config>) | null
  readonly now: Date
}

export async function validateFiles(
  files: RepositoryFiles,
  { config: path, folder, cluster, fallback, now }: Validating,
): Promise<Validated> {
  const rules = await readRules(files, path, fallback)
  if (!rules.ok) return { problems: rules.problems, warnings: [], files: filesOf(rules.problems) }
  const { config, policies } = rules.value
  const chosen = new Set(clustersNamed(config, cluster).map(({ name }) => name))
  const isHere = (where: string | null): boolean => where === null || chosen.has(where)
  const judgedRequests = await readRequests(files, {
    rules: rules.value,
    folder: folder ?? config.requests,
    requesterOf: () => null,
    now,
  })
  const broken = policies?.broken ?? []
  // A broken policy is reported once on its own, not again for each request that it may apply to.
  const refused = judgedRequests.refused
    .filter(each => isHere(each.cluster))
    .flatMap(({ problems }) => problems)
    .filter(({ code }) => code !== 'POLICY_BROKEN')
  // The senior request is unknown here, so the earlier path wins.
  const clashing = [...conflictingRequests(judgedRequests.requests, () => 0)].filter(([each]) =>
    isHere(each.cluster),
  )
  return {
    problems: [
      ...broken.flatMap(({ problems }) => problems),
      ...refused,
      ...clashing.flatMap(([, problems]) => problems),
    ],
    warnings: [...judgedRequests.warnings].flatMap(([each, said]) =>
      isHere(each.cluster) ? said : [],
    ),
    files:
      judgedRequests.files + (policies === null ? 0 : 1 + policies.policies.length + broken.length),
  }
}

function filesOf(problems: readonly Problem[]): number {
  return new Set(problems.flatMap(({ at }) => (at === null ? [] : [at.file]))).size
}
