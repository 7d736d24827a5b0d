// The end of access: bindings that are not needed any more are removed, before anything new is granted.
import { shellWord } from '../../lib/source/shell-word.ts'
import {
  foreignBindings,
  grantsOf,
  requestsWithoutAccess,
  unneededBindings,
} from '../../core/access/unneeded-bindings.ts'
import type { ApprovedAccess } from '../../core/access/unneeded-bindings.ts'
import { revokedAccess } from '../../core/access/revoked-requests.ts'
import { TAKEOVER_AFTER_SECONDS } from '../../core/plan/claim-rules.ts'
import { requestKey } from '../../core/plan/request-index.ts'
import { currentCertificate } from '../../core/plan/current-certificate.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import type { Step } from '../../domain/cluster/plan-step.ts'
import { stepTarget } from '../../domain/cluster/plan-step.ts'
import { caughtProblem, unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import { grantPrefix } from '../../domain/cluster/grant.ts'
import type { Revocation } from '../../domain/cluster/revocation.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { roleInPlaceText } from '../../domain/request/access.ts'
import { liveAccess } from '../../domain/cluster/grant-binding.ts'
import type { Access } from '../../domain/request/access.ts'
import type { GrantBinding } from '../../ports/grants.ts'
import type { Processes } from '../../ports/processes.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import { rulesDigest } from '../../core/access/rules-digest.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { inPool } from '../issue/bounded-concurrency.ts'

const AT_ONCE = 8

/** Approved steps, and the owner of the records. */
export interface Approved {
  readonly owner: string
  /** Steps that are proved or confirmed. A withdrawal ends access at once, whenever its sinks are deleted. */
  readonly steps: readonly Step[]
  /** Whether a policy allows access: then bindings may be left of records that are lost. */
  readonly mayHaveBindings: boolean
  readonly processes: Processes
  /** As in `AccessState`. */
  readonly overlapSeconds: number | null
}

export interface EndedAccess {
  /** What could not be removed, revocations in force, changed roles, and bindings of others that name a grant. */
  readonly warnings: readonly Problem[]
  /** The newest revocation of each kept request, by `requestKey`. */
  readonly revoked: ReadonlyMap<string, Problem>
  /** Why bindings of a cluster could not be read or removed, by its name. */
  readonly failed: ReadonlyMap<string, Problem>
}

/** Removes bindings in every cluster that may have some. A cluster that fails is one problem. */
export async function removeBindings(
  observed: readonly Observed[],
  approved: Approved,
): Promise<EndedAccess> {
  const found = await Promise.all(
    observed.map(async (each): Promise<EndedAccess> => {
      if (!approved.mayHaveBindings && !each.records.some(hasGrant)) return NOTHING_ENDED
      return removeBindingsIn(each, approved).catch((cause: unknown) => {
        const problem = caughtProblem(cause)
        const failed = new Map([[each.cluster.name, problem]])
        return { ...NOTHING_ENDED, warnings: [problem], failed }
      })
    }),
  )
  return {
    warnings: found.flatMap(({ warnings }) => warnings),
    revoked: new Map(found.flatMap(({ revoked }) => [...revoked])),
    failed: new Map(found.flatMap(({ failed }) => [...failed])),
  }
}

export const NOTHING_ENDED: EndedAccess = { warnings: [], revoked: new Map(), failed: new Map() }

/** A kept certificate whose access was revoked says so. A removed file whose access was not seen to end is a failure. */
export function withEndedAccess(outcome: StepOutcome, ended: EndedAccess): StepOutcome {
  if (outcome.kind !== 'kept') return outcome
  const { step } = outcome
  const { name, cluster } = stepTarget(step)
  const failed = ended.failed.get(cluster ?? '')
  if (failed !== undefined && step.kind === 'withdraw' && step.record !== null)
    return hasGrant(step.record) ? { kind: 'failed', step, problems: [failed] } : outcome
  const revoked = ended.revoked.get(requestKey(cluster ?? '', name))
  return revoked === undefined ? outcome : { ...outcome, revoked }
}

/** Whether a policy allows access. Without policies nothing is judged, and nothing can be bound. */
export function mayHaveBindings({ policies }: Pick<Rules, 'policies'>): boolean {
  return policies?.policies.some(({ access }) => access.length > 0) ?? false
}

function hasGrant({ history, issued }: RequestRecord): boolean {
  return (issued?.granted ?? null) !== null || history.some(({ grant }) => grant !== null)
}

async function removeBindingsIn(
  { cluster, settings }: Observed,
  { owner, steps, processes, overlapSeconds }: Approved,
): Promise<EndedAccess> {
  const { grants } = cluster
  const bindings = await grants.list()
  const { revocations, broken: unread } = await cluster.revocations.list()
  const listed = { ...(await cluster.records.list()), now: await cluster.now() }
  const { records, now } = listed
  const oldestDeadline = new Date(now.getTime() - TAKEOVER_AFTER_SECONDS * 1000)
  const approved = accessOf(steps, cluster.name, liveAccess(owner, settings.recordNamespace))
  const isGone = (holder: string): boolean => processes.isGone(holder)
  const state = { ...listed, owner, approved, revocations, oldestDeadline, isGone, overlapSeconds }
  const failed = new Map<string, Problem>()
  const known = new Set(records.flatMap(record => grantsOf(record, owner)))
  const removed = await inPool(unneededBindings(bindings, state), AT_ONCE, async binding => {
    const done = await grants.unbind(binding).catch((cause: unknown) => {
      failed.set(cluster.name, caughtProblem(cause))
      return { ok: false, problems: [caughtProblem(cause)] } as const
    })
    if (!done.ok) return done.problems
    if (done.value === 'absent' || binding.grants.some(grant => known.has(grant))) return []
    const message = `the access of ${binding.request ?? 'an unknown request'} on ${cluster.name} was ended (${roleInPlaceText(binding)}): no record lists the grant of its binding ${binding.name}, which is deleted`
    const hint =
      'its record was deleted or never written; a new certificate of the request has access again'
    return [unplaced('ACCESS_ENDED', message, hint)]
  })
  const revoked = revokedRequests(steps, cluster.name, revocations)
  const warnings = [
    ...unread,
    ...removed.flat(),
    ...foreignBindings(bindings, state).map(each => foreignProblem(each, owner)),
    ...revoked.values(),
    ...requestsWithoutAccess(bindings, state).map(name => ended(name, cluster.name)),
    ...(await changedRoles(records, cluster)),
  ]
  const byKey = [...revoked].map(([name, each]) => [requestKey(cluster.name, name), each] as const)
  return { warnings, revoked: new Map(byKey), failed }
}

/** The access of each approved step in this cluster, with the place that makes a grant live; none for a withdrawal. */
function accessOf(
  steps: readonly Step[],
  name: string,
  live: Access,
): ReadonlyMap<string, ApprovedAccess> {
  return new Map(
    steps.flatMap((step): readonly (readonly [string, ApprovedAccess])[] => {
      const target = stepTarget(step)
      if (step.kind === 'blocked' || target.cluster !== name) return []
      const n = currentCertificate(step.record)?.n ?? null
      const access = 'request' in step ? [...step.request.access, live] : []
      return [[target.name, { access, n, isKept: step.kind === 'keep' }]]
    }),
  )
}

/** By name. A step that issues is refused, or lifts the revocation; only kept ones would say nothing. */
function revokedRequests(
  steps: readonly Step[],
  cluster: string,
  revocations: readonly Revocation[],
): ReadonlyMap<string, Problem> {
  return new Map(
    steps.flatMap(step => {
      if (step.kind !== 'keep' || step.request.cluster !== cluster) return []
      const { request } = step
      const revoked = revokedAccess(request, step.record, revocations)
      return revoked === null ? [] : [[request.name, { ...revoked, at: null }] as const]
    }),
  )
}

function ended(name: string, cluster: string): Problem {
  return unplaced(
    'ACCESS_ENDED',
    `the certificate of ${name} on ${cluster} has lost access that its request names: bindings were removed by hand, or the file was gone for a while`,
    'to grant it again, raise reissue in the file',
  )
}

export function foreignProblem({ name, namespace, grants }: GrantBinding, owner: string): Problem {
  const [kind, where] =
    namespace === null
      ? (['clusterrolebinding', shellWord(name)] as const)
      : (['rolebinding', `-n ${namespace} ${shellWord(name)}`] as const)
  return unplaced(
    'ACCESS_BINDING_FOREIGN',
    `the ${kind} ${name} names ${grants.join(', ')}, and countersign did not make it`,
    `only countersign binds groups below ${grantPrefix(owner)}: kubectl delete ${kind} ${where}`,
  )
}

/** A warning for each role that has other rules than when it was bound: a login that may edit a role changes every binding of it. */
async function changedRoles(
  records: readonly RequestRecord[],
  { grants, name: cluster }: Observed['cluster'],
): Promise<readonly Problem[]> {
  const bound = new Map<string, string[]>()
  const current = new Map<string, string>()
  for (const record of records) {
    const { granted } = currentCertificate(record) ?? { granted: null }
    for (const [role, before] of Object.entries(granted?.roles ?? {})) {
      if (!current.has(role)) {
        // A role that left the policies can no longer be read; its bindings are about to end.
        const rules = await grants.rulesOf(role).catch(() => undefined)
        current.set(role, rules === undefined ? before : rulesDigest(rules ?? []))
      }
      if (current.get(role) !== before)
        bound.set(role, [...(bound.get(role) ?? []), record.request])
    }
  }
  return [...bound].map(([role, requests]) =>
    unplaced(
      'ACCESS_ROLE_CHANGED',
      `the ClusterRole ${role} in ${cluster} has other rules than when it was bound for ${requests.join(', ')}`,
      `kubectl get clusterrole ${shellWord(role)} -o yaml; the next renewal takes the rules as they are then, or is refused where a policy says roleChanges: refuse`,
    ),
  )
}
