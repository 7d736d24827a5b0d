// Effects of a changed configuration or policy on the existing requests: which ones become allowed or refused, and which effective
// requests change. The change itself decides nothing until it is merged.
import type { Effect, Step } from '../../domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { roleInPlaceText } from '../../domain/request/access.ts'
import { grouped } from '../../domain/lists.ts'
import { isNonEmpty } from '../../domain/problem.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { changesBetween } from '../../core/plan/request-changes.ts'
import { effectiveJsonIn } from '../../core/plan/plan-digests.ts'
import { issuingFacts } from '../../core/plan/plan-steps.ts'
import { byRequestKey, requestKey } from '../../core/plan/request-index.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { installedObjects } from '../../setup/installed-objects.ts'
import type { JudgedRequests } from '../validate/read-requests.ts'
import { installationOf } from '../setup/cluster-installation.ts'
import { isPolicy } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'

/** The same files under two sets of rules. */
export interface Ruled {
  readonly rules: Rules
  readonly judgedRequests: JudgedRequests
}

/** Git's ids of all files that judge. Equal ids mean equal judgements. */
export async function rulesVersion(files: RepositoryFiles, config: string): Promise<string> {
  const file = await files.read(config)
  const policies = ((await files.list(POLICIES)) ?? []).filter(({ path }) => isPolicy(path))
  return [file?.blob ?? '', ...policies.map(({ path, blob }) => `${path} ${blob}`)].join('\n')
}

/** One entry for each request with another result, by cluster and name. */
export function policyImpact(today: Ruled, proposed: Ruled): readonly Effect[] {
  const was = outcomesUnder(today, proposed.judgedRequests)
  const will = outcomesUnder(proposed, today.judgedRequests)
  const keys = [...new Set([...was.keys(), ...will.keys()])].toSorted()
  return keys.flatMap(key => {
    const [before, after] = [was.get(key), will.get(key)]
    const changes =
      before?.meaning === undefined || after?.meaning === undefined
        ? []
        : changesBetween(before.meaning, after.meaning)
    const isSame = before?.codes.join() === after?.codes.join() && changes.length === 0
    if (isSame && before !== undefined && after !== undefined) return []
    return [
      {
        request: key,
        was: wordOf(before),
        will: wordOf(after),
        codes: after?.codes ?? [],
        ...(after?.reason !== undefined && { reason: after.reason }),
        changes,
      },
    ]
  })
}

/** The steps, with a reissue of each kept request whose effective request changes with the proposed rules. */
export function reissuedBy(
  steps: readonly Step[],
  effects: readonly Effect[],
  { rules: { config }, judgedRequests }: Ruled,
  now: Date,
): readonly Step[] {
  const keyOf = ({ cluster, name }: EffectiveRequest): string => requestKey(cluster, name)
  const changesOf = new Map(effects.map(({ request, changes }) => [request, changes]))
  const requests = byRequestKey(judgedRequests.requests, keyOf)
  return steps.map(step => {
    if (step.kind !== 'keep') return step
    const { current, until, request: before } = step
    const [changes = [], request] = [changesOf.get(keyOf(before)), requests.get(keyOf(before))]
    if (request === undefined || changes.length === 0) return step
    const facts = issuingFacts(request, null, { ...judgedRequests, config, now })
    return { ...facts, kind: 'reissue', because: 'MeaningChanged', current, until, changes }
  })
}

interface PolicyOutcome {
  /** Empty: allowed. */
  readonly codes: readonly string[]
  readonly reason?: string
  readonly meaning: string | undefined
}

/** A file that these rules cannot read stands for its requests under the `other` rules. */
function outcomesUnder(
  { rules, judgedRequests }: Ruled,
  other: JudgedRequests,
): ReadonlyMap<string, PolicyOutcome> {
  const fates = new Map<string, PolicyOutcome>()
  const elsewhere = grouped(
    [...other.requests, ...other.refused]
      .filter(({ cluster }) => cluster !== null)
      .map(each => [each.path, each] as const),
  )
  for (const refused of judgedRequests.refused) {
    const { path, problems } = refused
    const codes = [...new Set(problems.map(({ code }) => code))].toSorted()
    const same = refused.cluster === null ? elsewhere.get(path) : undefined
    for (const { cluster, name } of same ?? [refused])
      fates.set(cluster === null ? path : requestKey(cluster, name ?? path), {
        codes,
        reason: problems[0].message,
        meaning: undefined,
      })
  }
  for (const request of judgedRequests.requests)
    fates.set(requestKey(request.cluster, request.name), {
      codes: [],
      meaning: effectiveJsonIn(request, rules.config) ?? undefined,
    })
  return fates
}

function wordOf(fate: PolicyOutcome | undefined): Effect['was'] {
  if (fate === undefined) return 'absent'
  return isNonEmpty(fate.codes) ? 'refused' : 'allowed'
}

/**
 * One entry for each cluster whose rights and guard have to be applied again, since other roles may be bound there, and for each that
 * the configuration no longer names.
 */
export function rightsImpact(today: Rules, proposed: Rules, now: Date): readonly Effect[] {
  const [was, will] = [rightsUnder(today, now), rightsUnder(proposed, now)]
  const gone = [...was.keys()].filter(name => !will.has(name))
  const left = gone.map((name): Effect => ({ ...LEFT, request: clusterEffect(name) }))
  const rights = [...will].flatMap(([cluster, after]): readonly Effect[] => {
    const before = was.get(cluster) ?? { roles: NO_ROLES, installed: '' }
    const isSame = before.roles === after.roles
    if (after.installed === '' || (isSame && before.installed === after.installed)) return []
    const what = isSame ? 'rights and guard' : 'ClusterRoles to bind'
    const member = `${what} (after the merge: countersign bootstrap --cluster ${cluster})`
    const [from, to] = isSame ? ['as installed', 'changed'] : [before.roles, after.roles]
    const changes = [{ member, from, to }]
    return [
      { request: `rights in ${cluster}`, was: 'allowed', will: 'allowed', codes: [], changes },
    ]
  })
  return [...left, ...rights]
}

const STORED = {
  member: 'what countersign stored there (withdraw its requests first)',
  from: 'read by each run',
  to: 'stays, and no run looks there',
}

const LEFT = { was: 'allowed', will: 'absent', codes: [], changes: [STORED] } as const

/** What `rightsImpact` calls a cluster that the configuration no longer names. */
export function clusterEffect(name: string): string {
  return `cluster ${name}`
}

const NO_ROLES = 'none'

/** By cluster, the roles in their places, and what bootstrap installs there (empty if it refuses), as text. */
function rightsUnder({ config, policies }: Rules, now: Date) {
  return new Map(
    config.clusters.map(cluster => {
      const made = installationOf(config, policies?.policies ?? [], cluster, null, now)
      if (!made.ok) return [cluster.name, { roles: NO_ROLES, installed: '' }]
      const texts = made.value.accessPlaces.flatMap(({ clusterRoles, namespaces }) =>
        clusterRoles.flatMap(clusterRole =>
          (namespaces ?? [null]).map(namespace => roleInPlaceText({ clusterRole, namespace })),
        ),
      )
      const options = { approvers: [], isController: made.value.approver !== null }
      const installed = JSON.stringify(installedObjects(made.value, options))
      const roles = [...new Set(texts)].toSorted().join(', ') || NO_ROLES
      return [cluster.name, { roles, installed }] as const
    }),
  )
}
