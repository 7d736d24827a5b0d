// What the steps of a run will meet in their clusters, looked up once for each cluster before anything is created: missing rights and
// namespaces, and what stops a write into a namespace.
import { grouped } from '../../domain/lists.ts'
import { caughtProblem, isNonEmpty, unplaced } from '../../domain/problem.ts'
import type { NonEmpty, Problem } from '../../domain/problem.ts'
import type { IssuingStep, Step } from '../../domain/cluster/plan-step.ts'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { rolesInPlaces } from '../../domain/request/access.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { newRecord } from '../../core/plan/record-state.ts'
import { secretPlace } from '../../core/sink/secret-layout.ts'
import type { Right } from '../../ports/cluster.ts'
import type { ApplyRights } from '../../setup/rbac/apply-identity.ts'
import { rightsOfRequests } from '../../setup/rbac/least-rights.ts'
import { rightsInRoles } from '../../setup/rbac/role-rights.ts'
import { canDoWithout } from '../issue/check-sinks.ts'
import { sharedCalls } from '../issue/cluster-session.ts'
import { namespaceFault, roleFault } from '../issue/prepare-access.ts'
import type { Observed } from './observe-clusters.ts'
import { setupGap, setupProblem } from './setup-gap.ts'

/** What stops a step. Steps that lack the same in one cluster have the same problem. */
export interface Gap {
  readonly problems: NonEmpty<Problem>
  /** The login may write no record: it is for looking only. */
  readonly isReader: boolean
}

/**
 * Each cluster gets one review of rights for each namespace, a dry run of one record and of one Secret for each namespace. A dry run
 * creates nothing. What cannot be looked up is left to apply.
 */
export async function clusterGaps(
  steps: readonly IssuingStep[],
  observed: readonly Observed[],
): Promise<ReadonlyMap<Step, Gap>> {
  const found = await Promise.all(
    observed.map(async each => {
      const here = steps.filter(({ request }) => request.cluster === each.cluster.name)
      if (!isNonEmpty(here)) return []
      try {
        return await gapsIn(each, here)
      } catch (cause) {
        caughtProblem(cause)
        return []
      }
    }),
  )
  return new Map(
    [...grouped(found.flat())].map(([step, gaps]) => {
      const [{ problems }, ...others] = gaps
      const [first, ...more] = [...problems, ...others.flatMap(gap => gap.problems)] as const
      return [step, { problems: [first, ...more], isReader: gaps.some(gap => gap.isReader) }]
    }),
  )
}

type Stopped = readonly [IssuingStep, Gap]

async function gapsIn(
  { cluster, identity, settings }: Observed,
  steps: NonEmpty<IssuingStep>,
): Promise<readonly Stopped[]> {
  const needs = new Map(steps.map(step => [step, rightsOf(step, settings)]))
  const all = new Map([...needs.values()].flat().map(right => [JSON.stringify(right), right]))
  const gap = await setupGap(cluster, [...all.values()])
  const lacked = new Set(gap.rights.map(right => JSON.stringify(right)))
  const isAble = (step: IssuingStep): boolean =>
    needs.get(step)?.every(right => !lacked.has(JSON.stringify(right))) === true
  const tried = await rehearsed(cluster, settings, steps.filter(isAble))
  const absent = tried.filter(({ problem }) => problem.code === 'CLUSTER_NOT_SET_UP')
  const namespaces = [...gap.namespaces, ...absent.map(({ namespace }) => namespace)]
  const whole = { ...gap, namespaces: [...new Set(namespaces)] }
  const problem = setupProblem(whole, settings, identity, cluster.kubectl)
  const unable = new Set([
    ...steps.filter(step => !isAble(step)),
    ...absent.flatMap(each => each.steps),
  ])
  const isReader = gap.rights.some(({ resource, verb }) => resource + verb === 'configmapscreate')
  // What is absent is part of the one problem of the set-up.
  const stopped = tried.filter(each => !absent.includes(each))
  return [
    ...(await accessFaults(cluster, steps)),
    ...stopped.flatMap(each =>
      each.steps.map((step): Stopped => [
        step,
        { problems: [each.problem], isReader: isLoginRefused(each.problem) },
      ]),
    ),
    ...[...unable].flatMap((step): readonly Stopped[] =>
      problem === null ? [] : [[step, { problems: [problem], isReader }]],
    ),
  ]
}

/** The steps whose access names a namespace or a ClusterRole that does not exist, or a role that gives nothing. */
async function accessFaults(
  { grants, kubectl }: Observed['cluster'],
  steps: readonly IssuingStep[],
): Promise<readonly Stopped[]> {
  const roleIn = sharedCalls(async role => grants.rulesOf(role))
  const uidOf = sharedCalls(async namespace => grants.namespaceUid(namespace))
  const found = steps.map(async (step): Promise<readonly Stopped[]> => {
    const { request } = step
    const asked = rolesInPlaces(request.access)
    try {
      const faults = [...new Set(asked.map(({ clusterRole }) => clusterRole))].map(async role =>
        roleFault(role, await roleIn(role), request, kubectl),
      )
      const namespaces = [...new Set(asked.flatMap(({ namespace }) => namespace ?? []))]
      const absent = namespaces.map(async each =>
        namespaceFault(each, await uidOf(each), undefined, request, kubectl),
      )
      const problems = (await Promise.all([...faults, ...absent])).flatMap(each => each ?? [])
      return isNonEmpty(problems) ? [[step, { problems, isReader: false }]] : []
    } catch (cause) {
      caughtProblem(cause)
      return []
    }
  })
  return (await Promise.all(found)).flat()
}

/** The guard refuses this login what it allows the apply identity. */
function isLoginRefused({ code, message }: Problem): boolean {
  return code === 'CLUSTER_ADMISSION' && OF_APPLY.test(message)
}

const OF_APPLY = /ValidatingAdmissionPolicy 'countersign-[^']+-(?:records|marks)'/

const CLIENT_CA = 'extension-apiserver-authentication'

/** A later certificate does without the sinks that are closed, so their rights are not needed. */
function rightsOf({ request, record }: IssuingStep, settings: ClusterConfig): readonly Right[] {
  const rights = rightsForRequests([request], settings)
  return canDoWithout(request.sinks, record)
    ? rights.filter(({ resource }) => resource !== 'secrets')
    : rights
}

/** The rights to issue. Withdrawals need more; the CA of clients is optional, and so are live grants. */
export function rightsToIssue(rights: ApplyRights): readonly Right[] {
  return rightsInRoles({ ...rights, live: null }).filter(
    ({ verb, name }) => verb !== 'delete' && name !== CLIENT_CA,
  )
}

/** The same for those of the requests that are for this cluster. */
export function rightsForRequests(
  requests: readonly EffectiveRequest[],
  settings: ClusterConfig,
): readonly Right[] {
  const here = requests.filter(({ cluster }) => cluster === settings.name)
  return isNonEmpty(here) ? rightsToIssue(rightsOfRequests(settings, here)) : []
}

interface Rehearsed {
  readonly namespace: string
  readonly problem: Problem
  readonly steps: readonly IssuingStep[]
}

/** What the API server says of new objects, in a dry run of one for each namespace. */
async function rehearsed(
  { name: on, records, secrets }: Observed['cluster'],
  { recordNamespace }: ClusterConfig,
  steps: readonly IssuingStep[],
): Promise<readonly Rehearsed[]> {
  const unrecorded = steps.filter(({ record }) => record === null)
  const strict = steps.filter(({ request, record }) => !canDoWithout(request.sinks, record))
  const places = strict.flatMap(step =>
    step.request.sinks.flatMap(sink => {
      const place = secretPlace(sink)
      return place === null ? [] : [[place.namespace, { step, name: place.name }] as const]
    }),
  )
  const [first] = unrecorded
  const trials = [...grouped(places)].map(([namespace, here]) => ({
    namespace,
    steps: here.map(({ step }): IssuingStep => step),
    attempt: (): Promise<unknown> => secrets.rehearse(namespace, here[0].name),
  }))
  if (first !== undefined)
    trials.push({
      namespace: recordNamespace,
      steps: unrecorded,
      attempt: () => records.rehearse(newRecord(first.request.name, on)),
    })
  return (await Promise.all(trials.map(trial))).flat()
}

/** Refusals that the same write meets again. */
const REFUSALS = /^CLUSTER_(NOT_SET_UP|FORBIDDEN|ADMISSION|QUOTA|TERMINATING|REFUSED)$/

async function trial({
  attempt,
  ...tried
}: Omit<Rehearsed, 'problem'> & { readonly attempt: () => Promise<unknown> }): Promise<
  readonly Rehearsed[]
> {
  try {
    await attempt()
    return []
  } catch (cause) {
    const problem = caughtProblem(cause)
    return REFUSALS.test(problem.code) ? [{ ...tried, problem }] : []
  }
}

/** Of every administrator: one line for all steps. */
const GUARDED = unplaced(
  'CLUSTER_ADMISSION',
  'this login can plan, and not apply: only the apply identity may. The workflow, pull mode or the controller applies what was reviewed',
)

/** The problem as a warning of a plan: the same line for every step that the guard refuses to this login. */
export function shortWarning(problem: Problem): Problem {
  return problem.code === GUARDED.code ? GUARDED : problem
}
