// A commit of the default branch whose configuration is trusted.
import { ok } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { Approvers } from '../../core/approval/proof-facts.ts'
import type { TrustedConfiguration } from '../../core/approval/trust-root.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import type { ReviewedRepository } from '../../ports/reviewed-repository.ts'
import { readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { readHistory } from './applied-history.ts'
import type { History, ReviewFrame } from './applied-history.ts'
import { approversAt } from './approvers-of-state.ts'
import { trust } from './trusted-configuration.ts'

export interface ReviewPorts {
  readonly repository: ReviewedRepository
  readonly clock: Clock
}

/** Until its configuration is trusted, nothing of a commit decides anything, not even which API server is asked. */
export interface TrustedCommit {
  readonly rules: Rules
  readonly history: History
  readonly approvers: Approvers
  readonly trusted: TrustedConfiguration
  readonly files: RepositoryFiles
}

/**
 * Refused with APPROVAL_ codes where the configuration is not trusted or the default branch does not lead to the commit; with CONFIG_ and
 * POLICY_ codes where its files cannot be read.
 */
export async function trustCommit(
  { repository, clock }: ReviewPorts,
  frame: ReviewFrame,
): Promise<Checked<TrustedCommit>> {
  const files = repository.filesAt(frame.commit)
  const rules = await readRules(files, frame.config, null)
  if (!rules.ok) return rules
  const history = await readHistory(repository, frame, rules.value.config)
  if (!history.ok) return history
  const { never } = rules.value.config.approval
  const trusted = await trust(repository, history.value, clock, never)
  if (!trusted.ok) return trusted
  const approvers = await approversAt(files, history.value, rules.value)
  if (!approvers.ok) return approvers
  return ok({
    rules: rules.value,
    history: history.value,
    approvers: approvers.value,
    trusted: trusted.value,
    files,
  })
}
