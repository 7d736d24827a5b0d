// Configuration files that a pull request changes: missing approvals of each, and whether a merge now would stop every issue.
import type { ApprovalNeed } from '../../domain/proof/step-need.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { Background, ProofFacts, FileOrigin } from '../../core/approval/proof-facts.ts'
import { unusualPath } from '../../core/approval/visibility/hidden-diffs.ts'
import { mergeBases } from '../../core/approval/merges/branch-history.ts'
import { unreadableOwners } from '../../core/approval/required-rules.ts'
import { missingApprovals } from '../../core/approval/missing-approvals.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { isNamedFreely } from '../../core/approval/configuration-places.ts'
import { loadInventory } from '../../core/pending/load-inventory.ts'
import type { ConfigurationFile } from '../../output/comment/step-states.ts'
import { configurationStates, filesOf } from '../prove/applied-history.ts'
import type { History } from '../prove/applied-history.ts'
import type { OpenPullRequest } from './pull-request-facts.ts'
import type { ReviewPorts } from '../prove/trusted-commit.ts'
import { configurationNow, configurationQuestion, trust } from '../prove/trusted-configuration.ts'
import { readConfig } from '../validate/rules-in-force.ts'
import { uncovered } from './pull-request-faults.ts'

export interface ConfigurationChanges {
  readonly files: readonly ConfigurationFile[]
  /** By path. */
  readonly needs: ReadonlyMap<string, ApprovalNeed>
  /** Problems that would stop issuing if it were merged now. */
  readonly problems: readonly Problem[]
}

/** Asks nothing of GitHub if no configuration file changes. */
export async function changedConfiguration(
  ports: ReviewPorts,
  opened: OpenPullRequest,
): Promise<ConfigurationChanges> {
  const { configuration, facts: gathered, lookUps } = opened
  if (configuration.size === 0) return { files: [], needs: new Map(), problems: [] }
  const [before, tip] = await Promise.all([
    partingFiles(ports, opened),
    configurationAt(ports, opened, opened.repository.tip),
  ])
  const states = await statesOf(ports, opened)
  const backgroundAt = await backgrounds(ports, opened, tip, states)
  const barring = await endedByBarring(ports, opened, states)
  const broken = await brokenInventories(opened)
  return lookUps.decideKnowing(gathered, facts => {
    const fileOrigins = [...configuration.values()]
    return {
      files: fileOrigins.map(({ path, blob }) => ({
        path,
        change: blob === null ? 'removed' : before.has(path) ? 'changed' : 'added',
      })),
      needs: new Map(
        fileOrigins.map(fileOrigin => [
          fileOrigin.path,
          needOf(fileOrigin, backgroundAt(fileOrigin.path), opened, facts),
        ]),
      ),
      problems: [...broken, ...barring].concat(
        unreadableOwners(
          fileOrigins[0]?.path ?? '',
          [opened.approvers.approval.configuration],
          opened.approvers,
        ),
        fileOrigins.flatMap(fileOrigin => {
          const old = outdated(fileOrigin, before, tip, opened)
          if (old.length > 0) return old
          const background = backgroundAt(fileOrigin.path)
          return [
            ...oddName(fileOrigin, opened.places),
            ...uncovered(fileOrigin, background, opened.pull, facts),
          ]
        }),
      ),
    }
  })
}

/** Attributes files have a fixed name, and are configuration too. */
function oddName({ path, blob }: FileOrigin, places: readonly string[]): readonly Problem[] {
  const odd = blob !== null && isNamedFreely(path, places) ? unusualPath(path) : null
  return odd === null ? [] : [odd]
}

/** Problems of the inventories that it changes. */
async function brokenInventories({
  configuration,
  inventories,
  head,
}: OpenPullRequest): Promise<Problem[]> {
  const changed = inventories.filter(folder =>
    [...configuration.keys()].some(path => path.startsWith(`${folder}/`)),
  )
  const read = await Promise.all(
    changed.map(async folder => loadInventory((await head.list(folder)) ?? [])),
  )
  return read.flatMap(each => (each.ok ? [] : each.problems))
}

type Files = ReadonlyMap<string, ObjectId>

function partingFiles(ports: ReviewPorts, opened: OpenPullRequest): Promise<Files> {
  const { commit: head, before } = [...opened.configuration.values()][0]?.landing ?? NOWHERE
  const { ancestry } = opened.history
  const [base = before] = before === null ? [] : mergeBases(ancestry, head, before)
  return configurationAt(ports, opened, base)
}

const NOWHERE = { commit: '', before: null }
async function configurationAt(
  { repository: source }: ReviewPorts,
  { history, places, inventories }: OpenPullRequest,
  commit: ObjectId | null,
): Promise<Files> {
  const objects = history.ancestry.get(commit ?? '')?.objects ?? new Map<string, ObjectId>()
  const tree = objects.get(POLICIES) ?? null
  const listings = tree === null ? new Map() : await source.listings([tree])
  const single = [...objects].filter(([place]) => place !== POLICIES && places.includes(place))
  const listed = await Promise.all(
    (commit === null ? [] : inventories).map(folder => source.filesAt(commit ?? '').list(folder)),
  )
  const nodes = listed.flatMap(files =>
    (files ?? []).map(({ path, blob }) => [path, blob] as const),
  )
  return new Map([...single, ...filesOf(listings, tree, POLICIES), ...nodes])
}

/**
 * If this job has no trusted digest, the current state of the default branch counts as approved. So does that of an inventory, which only
 * the approver proves.
 */
async function backgrounds(
  { repository: source, clock }: ReviewPorts,
  { history, inventories, approvers }: OpenPullRequest,
  tip: Files,
  states: History['states'],
): Promise<(path: string) => Background> {
  const asItIs = (path: string): Background => ({
    proved: { blob: tip.get(path) ?? null, commit: history.repository.tip },
    since: [],
  })
  if (states.length === 0) return asItIs
  const { never } = approvers.approval
  const now = (await configurationNow(source, { ...history, states }, clock, never)) ?? asItIs
  const isNodes = (path: string): boolean =>
    inventories.some(folder => path.startsWith(`${folder}/`))
  return path => (isNodes(path) ? asItIs(path) : now(path))
}

/** Empty if this job has no trusted digest. */
async function statesOf(
  { repository: source }: ReviewPorts,
  { history, places }: OpenPullRequest,
): Promise<History['states']> {
  return history.frame.trustedConfig === null ? [] : configurationStates(source, places, history)
}

/** Who is barred is barred for the past too: the changes of the configuration that lose their approval with a person barred here. */
async function endedByBarring(
  { repository: source, clock }: ReviewPorts,
  { history, head, approvers }: OpenPullRequest,
  states: History['states'],
): Promise<readonly Problem[]> {
  const { never } = approvers.approval
  const config = await readConfig(head, history.frame.config)
  const barred = config.ok
    ? config.value.approval.never.filter(({ id }) => !never.some(each => each.id === id))
    : []
  if (barred.length === 0 || states.length === 0) return []
  const trusting = { ...history, states }
  const before = await trust(source, trusting, clock, never)
  const after = await trust(source, trusting, clock, [...never, ...barred])
  if (!before.ok || after.ok) return []
  const who = barred.map(({ login }) => login).join(', ')
  const [, ...faults] = after.problems
  return faults.map(problem => ({
    ...problem,
    message: `barring ${who} ends a past approval: ${problem.message}`,
    hint: 'first have another owner approve a pull request that shows these lines, or read the configuration and set trusted-config to its digest after the merge',
  }))
}

function needOf(
  fileOrigin: FileOrigin,
  background: Background,
  { pull, approvers }: OpenPullRequest,
  facts: ProofFacts,
): ApprovalNeed {
  return missingApprovals(
    configurationQuestion(fileOrigin, approvers, background, facts),
    pull,
    approvers,
    facts,
  )
}

/** If both sides changed the file, a merge creates a text that nobody approved. */
function outdated(
  { path }: FileOrigin,
  before: Files,
  tip: Files,
  { pull, repository }: OpenPullRequest,
): readonly Problem[] {
  if (before.get(path) === tip.get(path)) return []
  return [
    unplaced(
      'APPROVAL_OTHER_CONTENT',
      `${path} changed on ${repository.defaultBranch} since #${pull.number} branched off: a merge now would give unapproved text, and nothing is issued after it`,
      `gh pr update-branch ${pull.number}, then have the result approved`,
    ),
  ]
}
