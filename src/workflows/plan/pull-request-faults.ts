// Faults of a pull request that no approval of it can fix. apply would refuse it after the merge, so the plan reports them before.
import { hidingAttributes } from '../../core/approval/visibility/hiding-attributes.ts'
import type { Background, ProofFacts, FileOrigin } from '../../core/approval/proof-facts.ts'
import { hiddenDiffReason, unusualPath } from '../../core/approval/visibility/hidden-diffs.ts'
import { pullRequestTooLarge, unreadableRules } from '../../core/approval/judge-approval.ts'
import { mergeBases } from '../../core/approval/merges/branch-history.ts'
import { mixedPullProblem } from '../../core/approval/merges/mixed-pull-request.ts'
import { notShownLines } from '../../core/approval/visibility/shown-lines.ts'
import { unreadableOwners } from '../../core/approval/required-rules.ts'
import { newPullRequestHint } from '../../core/approval/remediation.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { ApprovalRule } from '../../domain/request/config.ts'
import type { PullRequest } from '../../domain/proof/pull-request.ts'
import type { RepositoryFacts } from '../../domain/proof/repository-facts.ts'
import { readAttributes } from '../prove/attributes-files.ts'
import type { OpenPullRequest } from './pull-request-facts.ts'
import { textOf } from '../validate/read-requests.ts'
import { changeWords } from './unproved-changes.ts'

/**
 * `paths`: files with a step to do. Codes: APPROVAL_OTHER_BASE, APPROVAL_MIXED, APPROVAL_TOO_LARGE, APPROVAL_NOT_SHOWN,
 * APPROVAL_HIDDEN, APPROVAL_UNVERIFIABLE, APPROVAL_RULES_UNREADABLE.
 */
export function pullRequestFaults(
  opened: OpenPullRequest,
  backgrounds: ReadonlyMap<string, Background>,
  paths: readonly string[],
  facts: ProofFacts,
): readonly Problem[] {
  const { pull, fileOrigins, places, repository, rules, approvers } = opened
  // One problem for the pull request, not one for each file.
  const mixed = [...fileOrigins.values()]
    .flatMap(fileOrigin => mixedPullProblem(pull, fileOrigin, places, facts) ?? [])
    .slice(0, 1)
  const [first] = paths
  if (first === undefined) return mixed
  const unseen = paths.flatMap(path => {
    const fileOrigin = fileOrigins.get(path)
    const background = backgrounds.get(path)
    if (fileOrigin === undefined || background === undefined || pull.isTooLarge) return []
    return uncovered(fileOrigin, background, pull, facts)
  })
  return [
    ...elsewhere(pull, repository),
    ...mixed,
    ...(facts.branchRules === null ? [unreadableRules()] : []),
    ...unreadableOwners(first, approverRulesOf(rules), approvers),
    ...(pull.isTooLarge
      ? [pullRequestTooLarge({ path: first, blob: fileOrigins.get(first)?.blob ?? null }, pull)]
      : []),
    ...unseen,
  ]
}

function approverRulesOf({ config, policies }: OpenPullRequest['rules']): readonly ApprovalRule[] {
  const ruled = policies?.policies.flatMap(({ approvals }) => approvals ?? []) ?? []
  return [config.approval.requests, ...ruled]
}

/** Files with a diff that GitHub folds away because of attributes, name or text. Code: APPROVAL_HIDDEN. */
export async function hiddenFiles(
  { head, rules }: OpenPullRequest,
  paths: readonly string[],
): Promise<readonly Problem[]> {
  const folder = rules.config.requests
  const files = (await head.list(folder)) ?? []
  const folded = files
    .filter(({ path }) => paths.includes(path))
    .flatMap(file => hiddenDiffReason(file.path, textOf(file)) ?? unusualPath(file.path) ?? [])
  return [...hidingAttributes(await readAttributes(head, folder, files), paths), ...folded]
}

/** Whether the diff that reviewers see now fails to show changes of the file. An approval would not cover the file then. */
export function uncovered(
  fileOrigin: FileOrigin,
  background: Background,
  pull: PullRequest,
  facts: ProofFacts,
): readonly Problem[] {
  const { commit: head, before } = fileOrigin.landing
  const bases = before === null ? [] : mergeBases(facts.ancestry, head, before)
  const faults = bases.map(base =>
    notShownLines({ base, head }, fileOrigin, background, pull, facts),
  )
  const fault = faults.find(each => each !== null) ?? null
  if (fault === null) return []
  const [code, text] = fault
  const [changed] = background.since
  const by = changed === undefined ? '' : `; among them ${changeWords(changed, facts)}`
  return [
    unplaced(
      code,
      `${fileOrigin.path}: an approval of this pull request ${text}${by}`,
      newPullRequestHint(fileOrigin),
    ),
  ]
}

/**
 * The pull request is stacked on another one, or goes to a release branch. Its merge does not change the branch that is applied.
 */
function elsewhere(
  { number, base }: PullRequest,
  { defaultBranch }: RepositoryFacts,
): readonly Problem[] {
  if (base === defaultBranch) return []
  return [
    unplaced(
      'APPROVAL_OTHER_BASE',
      `pull request #${number} goes to ${base}, and only what one brings to ${defaultBranch} is issued`,
      `change its base to ${defaultBranch}, push to it so that it is planned again, and have it approved after that`,
    ),
  ]
}
