// Checks of the guard's effect with dry runs by the current login: some that it must refuse, and some that it must admit.
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, good, unsure } from '../../domain/cluster/finding.ts'
import type { GuardTrial, TrialOutcome } from '../../domain/cluster/guard-trial.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { isSignerAmong } from '../../lib/kubernetes/signer-name.ts'
import type { ClusterIdentity } from '../../ports/cluster.ts'
import { signsClients } from '../../setup/guard/guard-policy.ts'
import { guardNames } from '../../setup/guard/guard-policies.ts'
import type { GuardOptions } from '../../setup/guard/guard-policies.ts'
import { userName } from '../../setup/guard/guard-cel.ts'

/** One dry run. `what` completes "refused to …"; `trial` is null if there is no object for it. */
export interface DryRun {
  readonly what: string
  readonly trial: GuardTrial | null
  readonly wanted: 'allowed' | 'refused'
}

export interface FinishedDryRun extends DryRun {
  readonly outcome: TrialOutcome
}

/** The current login, and the objects that it can test with. */
export interface TestingLogin {
  readonly identity: ClusterIdentity
  /** May do everything, which a token of the apply identity needs. */
  readonly mayDoEverything: boolean
  readonly objects: readonly SigningRequest[]
}

export function expectedTrials(
  installation: Installation,
  { approvers }: GuardOptions,
  login: TestingLogin,
): readonly DryRun[] {
  const { subject, owner, cluster, signers } = installation
  const { username, groups } = login.identity
  const record = { kind: 'record', namespace: cluster.recordNamespace, owner } as const
  const write = { ...record, kind: 'write' } as const
  const isApply =
    subject.kind === 'Group' ? groups.includes(subject.name) : username === userName(subject)
  if (isApply)
    return [
      { what: 'write a record', trial: record, wanted: 'allowed' },
      ...requestTrials(installation, login),
    ]
  return [
    ...(approvers.includes(username) ? [] : [approvalTrial(installation, login)]),
    { what: 'write a record', trial: record, wanted: 'refused' },
    { what: 'mark a Secret', trial: { ...record, kind: 'secret' }, wanted: 'refused' },
    // A binding for every service account may make each grant live: then no revocation ends writes.
    ...(signsClients(signers) && login.mayDoEverything
      ? [{ what: 'write with a grant that has ended', trial: write, wanted: 'refused' } as const]
      : []),
    ...identityTrials(installation, login),
  ]
}

/** A request of one of the signers. */
function requestOf(
  { signers }: Installation,
  { objects }: TestingLogin,
): SigningRequest | undefined {
  const names = signers.map(({ name }) => name)
  return objects.find(({ signerName }) => isSignerAmong(names, signerName))
}

function approvalTrial(installation: Installation, login: TestingLogin): DryRun {
  const object = requestOf(installation, login)
  return {
    what: object === undefined ? 'approve a request' : `approve ${object.name}`,
    trial: object === undefined ? null : { kind: 'approval', object },
    wanted: 'refused',
  }
}

function requestTrials(installation: Installation, login: TestingLogin): readonly DryRun[] {
  const { owner } = installation
  const object = requestOf(installation, login)
  const trial = (name: string): GuardTrial | null =>
    object === undefined ? null : { kind: 'request', name, owner, object }
  return [
    { what: 'make a request of its own', trial: trial('cs-doctor'), wanted: 'allowed' },
    { what: 'make a request under another name', trial: trial('doctor'), wanted: 'refused' },
  ]
}

function identityTrials(
  { subject, cluster }: Installation,
  { mayDoEverything }: TestingLogin,
): readonly DryRun[] {
  if (subject.kind !== 'ServiceAccount') return []
  const account = { namespace: subject.namespace, account: subject.name }
  const pod: DryRun = {
    what: 'run a pod as the apply identity',
    trial: { kind: 'pod', ...account },
    wanted: 'refused',
  }
  return [
    ...(cluster.auth.kind === 'inCluster' ? [] : [pod]),
    {
      what: 'ask for a token of the apply identity',
      trial: { kind: 'token', ...account },
      wanted: mayDoEverything ? 'allowed' : 'refused',
    },
  ]
}

/** The API server compiles policies some time after they are applied. */
const YOUNG = 'if the guard was applied seconds ago, run doctor again; otherwise apply it again:'

/** Results of the dry runs. A dry run that was not possible does not count as a success. */
export function trialFindings(
  installation: Installation,
  tried: readonly FinishedDryRun[],
  paste: string,
): readonly Finding[] {
  const ours = guardNames(installation)
  const lists: Record<'refused' | 'allowed' | 'untried', string[]> = {
    refused: [],
    allowed: [],
    untried: [],
  }
  const wrong: Finding[] = []
  for (const { what, wanted, outcome } of tried) {
    const isOurs = outcome.kind === 'refused' && ours.includes(outcome.policy)
    if (outcome.kind === 'untried') lists.untried.push(`${what} (${outcome.why})`)
    else if (outcome.kind === 'refused' && !isOurs)
      lists.untried.push(`${what} (the policy ${outcome.policy} refused it first)`)
    else if (outcome.kind === 'refused' && outcome.isBroken)
      wrong.push(bad(`the guard fails if a user tries to ${what}: ${outcome.message}`, paste))
    else if (outcome.kind === wanted) lists[wanted].push(what)
    else if (outcome.kind === 'refused')
      wrong.push(bad(`the guard refuses a permitted action, to ${what}: ${outcome.message}`, paste))
    else wrong.push(bad(`the guard lets this login ${what}`, `${YOUNG}\n${paste}`))
  }
  const { refused, allowed, untried } = lists
  const needsObject = tried.some(({ trial }) => trial === null)
  const later = needsObject
    ? 'after the first certificate is issued, run doctor as an administrator'
    : null
  const parts = [
    ...(refused.length === 0 ? [] : [`refused to ${refused.join(', ')}`]),
    ...(allowed.length === 0 ? [] : [`allowed to ${allowed.join(', ')}`]),
  ]
  return [
    ...wrong,
    ...(parts.length === 0
      ? []
      : [good(`the guard decided correctly in dry runs: ${parts.join('; ')}`)]),
    ...(untried.length === 0
      ? []
      : [unsure(`the guard was not tried with this login: ${untried.join('; ')}`, later)]),
  ]
}
