// Certificates in the records that still work although they were replaced, withdrawn or lost, or no file asks for them.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import { earlierCertificates } from '../../core/plan/certificate-history.ts'
import { requestKey } from '../../core/plan/request-index.ts'
import type { EarlierRow } from '../../output/terminal/status-text.ts'
import type { StepFilter } from './filter-steps.ts'
import type { Planned } from './plan.ts'

/** Soonest end first. */
export function workingCertificates(
  { plan, observed }: Pick<Planned, 'plan' | 'observed'>,
  { requestFolder: folder }: Pick<StepFilter, 'requestFolder'>,
  now: Date,
): readonly EarlierRow[] {
  const shown = new Set(
    plan.steps.map(step => {
      const { cluster, name } = stepTarget(step)
      return requestKey(cluster ?? '', name)
    }),
  )
  const isWanted = (path: string | undefined): boolean =>
    folder === null || path?.startsWith(`${folder}/`) === true
  return observed
    .flatMap(({ records }) => records)
    .filter(({ issued }) => isWanted(issued?.path))
    .flatMap(record => {
      const { request: name, cluster } = record
      const isShown = shown.has(requestKey(cluster, name))
      return earlierCertificates(record, now, isShown).map(each => ({ name, cluster, ...each }))
    })
    .toSorted((a, b) => a.notAfter.getTime() - b.notAfter.getTime())
}
