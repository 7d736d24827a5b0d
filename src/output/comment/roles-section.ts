// The rules of the ClusterRoles that a run granted, on a page of GitHub.
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { roleRuleLines } from '../terminal/role-rules-text.ts'
import type { Section } from './comment-size-limit.ts'
import { mark } from './safe-markdown.ts'

export function rolesSection(outcomes: readonly StepOutcome[]): Section {
  return {
    above: mark`Rules of the granted roles:`,
    between: '\n',
    items: roleRuleLines(outcomes).map(line => mark`- ${line}`),
    left: count => mark`*${count} more rules*`,
    share: 0.1,
  }
}
