// --cluster and --requests choose steps, never what is judged: every file and cluster is looked at first, so that a name, an
// identity or a sink that stands elsewhere is seen.
import type { Plan, Step } from '../../domain/cluster/plan-step.ts'
import type { CountersignError } from '../../domain/problem.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { noFolder } from '../validate/read-requests.ts'

export interface StepFilter {
  /** Only this cluster, null for all. */
  readonly cluster: string | null
  /** Only files below this folder, null for all. */
  readonly requests: string | null
}

export function filterSteps(plan: Plan, { cluster, requests }: StepFilter): Plan {
  const isWanted = (step: Step): boolean => {
    const [path, where] =
      'request' in step ? [step.request.path, step.request.cluster] : [pathOf(step), step.cluster]
    const isHere = cluster === null || where === null || where === cluster
    return isHere && (requests === null || path.startsWith(`${requests}/`))
  }
  return { ...plan, steps: plan.steps.filter(isWanted) }
}

/** What to throw where the folder is not there, and no step is of a file that stood in it either; null where it is there. */
export async function missingFolder(
  files: RepositoryFiles,
  { requests }: StepFilter,
): Promise<CountersignError | null> {
  return requests === null || (await files.list(requests)) !== null ? null : noFolder(requests)
}

function pathOf(step: Extract<Step, { kind: 'withdraw' | 'blocked' }>): string {
  return step.path
}
