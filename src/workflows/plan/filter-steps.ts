// The filter of --cluster and --requests. It selects steps after all files and clusters are judged, so that conflicts with names,
// identities and sinks elsewhere are found.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { CountersignError } from '../../domain/problem.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { noFolder } from '../validate/read-requests.ts'

export interface StepFilter {
  /** Only this cluster, null for all. */
  readonly cluster: string | null
  /** Only files below this folder, null for all. */
  readonly requestFolder: string | null
}

export function filterSteps(plan: Plan, { cluster, requestFolder }: StepFilter): Plan {
  const isWanted = (step: Step): boolean => {
    const { path, cluster: where } = stepTarget(step)
    const isHere = cluster === null || where === null || where === cluster
    return isHere && (requestFolder === null || path.startsWith(`${requestFolder}/`))
  }
  return { ...plan, steps: plan.steps.filter(isWanted) }
}

/**
 * The error if the folder does not exist; null if it does. Callers throw it only if no step is for a removed file of the folder.
 */
export async function missingFolder(
  files: RepositoryFiles,
  { requestFolder: folder }: StepFilter,
): Promise<CountersignError | null> {
  return folder === null || (await files.list(folder)) !== null ? null : noFolder(folder)
}
