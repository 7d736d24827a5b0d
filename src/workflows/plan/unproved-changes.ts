// Unapproved changes on the default branch that an approval of this pull request would cover too.
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { mergeSourceOf } from '../../core/approval/merges/merge-source.ts'
import type { Background, ProofFacts, FileOrigin } from '../../core/approval/proof-facts.ts'
import type { OpenPullRequest } from './pull-request-facts.ts'

/** The steps with a warning (APPROVAL_BASE_UNPROVED) for each such change. */
export function withUnproved(
  steps: readonly Step[],
  backgrounds: ReadonlyMap<string, Background>,
  { fileOrigins }: OpenPullRequest,
  facts: ProofFacts,
): readonly Step[] {
  return steps.map(step => {
    if (!('warnings' in step)) return step
    const background = backgrounds.get(stepTarget(step).path)
    const blob = fileOrigins.get(stepTarget(step).path)?.blob ?? null
    if (background === undefined || background.proved?.blob === blob) return step
    return { ...step, warnings: [...step.warnings, ...warningsOf(background, facts)] }
  })
}

/** One for each landing since the last proved version, oldest first. */
function warningsOf({ proved, since }: Background, facts: ProofFacts): readonly Problem[] {
  const known = since.findIndex(({ landing }) => landing.commit === proved?.commit)
  const open = known === -1 ? since : since.slice(0, known)
  return open
    .toReversed()
    .map(fileOrigin =>
      unplaced(
        'APPROVAL_BASE_UNPROVED',
        `${fileOrigin.path}: an approval here also covers ${changeWords(fileOrigin, facts)}, which was not approved`,
        'read the request as a whole, not only the lines that this pull request changes',
      ),
    )
}

/** "the change of #2 by colleague". */
export function changeWords({ landing }: FileOrigin, facts: ProofFacts): string {
  const [pull] = mergeSourceOf(landing, facts).pullRequests
  if (pull !== undefined)
    return `the change of #${pull.number} by ${pull.author?.login ?? 'a deleted account'}`
  const by = facts.movedBy.get(landing.commit)?.by?.login ?? 'an unknown account'
  return `the change ${landing.commit.slice(0, 7)} that ${by} pushed`
}
