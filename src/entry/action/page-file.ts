// The status page of the action: a file for the steps after it.
import { join } from 'node:path'
import { writePublicFile } from '../../adapters/system/edited-file.ts'
import type { ApplyOutcome } from '../../domain/cluster/outcome.ts'
import { unplaced, usageFailure } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { statusPage } from '../../output/html/status-page.ts'
import { statusRows, stepsLeft } from '../../output/terminal/status-rows.ts'
import { planAfterApply } from '../../workflows/issue/apply-reviewed.ts'
import type { Ready } from '../../workflows/issue/apply-reviewed.ts'
import { workingCertificates } from '../../workflows/plan/working-certificates.ts'
import type { ActionRun } from './job-context.ts'

/** Why no page may be written. Throws RUN_USAGE for an unknown value of the input. */
export function pageProblems(page: string, name: string, visibility: string): readonly Problem[] {
  if (!['', 'never', 'artifact', 'pages', 'pages-of-private'].includes(page))
    throw usageFailure(`page: "${page}" is not one of never, artifact, pages, pages-of-private`)
  if (page !== 'pages' || visibility === 'public') return []
  const message = `page: pages is for public repositories, and ${name} is ${visibility}; everyone may be able to read its GitHub Pages`
  const hint = 'write page: artifact; or page: pages-of-private, if only people of the repository can read its Pages' // prettier-ignore
  return [unplaced('RUN_PAGE_VISIBILITY', message, hint)]
}

/** Writes the page of the state after the apply, and names it in the output `page-path`. */
export async function writePage(
  { run, runner, clock }: ActionRun,
  ready: Ready,
  { steps }: ApplyOutcome,
): Promise<void> {
  const now = clock.now()
  // A record says more about a failure.
  const left = stepsLeft(steps.filter(({ kind }) => kind !== 'failed'))
  const { plan, observed } = await planAfterApply(ready, left, now)
  const text = statusPage(statusRows(plan, now, null), {
    owner: ready.reviewed.rules.config.owner,
    lastApply: now,
    earlier: workingCertificates({ plan, observed }, { requestFolder: null }, now, null),
    unreachable: ready.failures.length,
    now,
    server: run.server,
  })
  const path = join(run.temp, 'countersign.html')
  await writePublicFile(path, text)
  runner.output('page-path', path)
}
