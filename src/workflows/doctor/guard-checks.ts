// Checks of the guard in a cluster: whether it matches the output of `manifests guard`, and whether it works. Fields that the API
// server fills in do not count.
import { caughtProblem } from '../../domain/problem.ts'
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, good, ofProblem, unsure } from '../../domain/cluster/finding.ts'
import { GUARD_VERSION, VERSION_ANNOTATION } from '../../domain/cluster/guard-trial.ts'
import type { Installation } from '../../domain/cluster/installation.ts'
import type { SigningRequest } from '../../domain/cluster/signing-request.ts'
import { contains } from '../../lib/kubernetes/object-differences.ts'
import {
  ADMIN,
  clusterFlag,
  installAsAdmin,
  installCommand,
  shellWord,
} from '../../lib/source/shell-word.ts'
import type { AdministeredCluster } from '../../ports/administration.ts'
import { podAccounts } from '../../setup/guard/guard-for-workloads.ts'
import { hasGrants, signsClients } from '../../setup/guard/guard-policy.ts'
import { guardObjects, staticGuardHash } from '../../setup/guard/guard-policies.ts'
import type { GuardOptions } from '../../setup/guard/guard-policies.ts'
import { liveObject } from '../../setup/rbac/apply-identity.ts'
import { POD_SECURITY } from '../../setup/chart-values.ts'
import { expectedTrials, trialFindings } from './guard-effect-checks.ts'
import type { DryRun, FinishedDryRun } from './guard-effect-checks.ts'

type State = 'there' | 'other' | 'older' | 'missing' | 'hidden'

export async function guardFindings(
  cluster: AdministeredCluster,
  installation: Installation,
  options: GuardOptions,
): Promise<readonly Finding[]> {
  const area = installation.cluster.name
  const others = await otherApprovers(cluster, installation, options)
  const approvers = [...options.approvers, ...others]
  const asked = { approvers }
  const list = approvers.length === 0 ? '' : ` --approvers ${shellWord(approvers.join(','))}`
  const install = (await cluster.may(WRITE_GUARD)) ? installCommand : installAsAdmin
  const guard = `guard${list}`
  const paste = install(guard, cluster)
  const found = await statesOf(cluster, installation, asked)
  const about = (state: State, make: Make, message: string, hint: string) => {
    const names = new Set(found.flatMap(each => (each.state === state ? [each.name] : [])))
    return names.size === 0 ? [] : [make(`${message}: ${[...names].join(', ')}`, hint)]
  }
  const isNone = found.every(({ state }) => state === 'missing' || state === 'hidden')
  const missing = about('missing', bad, isNone ? MISSING : PART_MISSING, paste)
  const asAdmin = `${ADMIN.how}countersign doctor${clusterFlag(area)}${list} --kubeconfig ADMIN`
  const upgrade = upgradeOf(installation, part => install(part === 'guard' ? guard : part, cluster))
  const takeBack = `if it was applied so, run doctor with${list}; to take it back:\n${install('guard', cluster)}`
  const stored = [
    ...others.map(name => bad(`the guard lets ${name} approve and deny, too`, takeBack)),
    ...missing,
    ...about('other', bad, OTHER, paste),
    ...about('hidden', unsure, 'the guard may not be read with this login', asAdmin),
    ...about('older', bad, OLDER, upgrade),
  ]
  if (missing.length > 0) return stored
  const tried = trialFindings(installation, await tryAll(cluster, installation, asked), paste)
  return [
    ...stored,
    ...tried,
    ...(await bindingFindings(cluster, installation)),
    ...(await liveRoleFindings(cluster, installation)),
    ...(await podFindings(cluster, installation)),
    ...(await staticFindings(cluster, installation, options, list)),
  ]
}

/** Static policies are seen by the hash of their files only, which the API server that answers has read. */
async function staticFindings(
  { administration }: AdministeredCluster,
  installation: Installation,
  options: GuardOptions,
  list: string,
): Promise<readonly Finding[]> {
  const found = await administration.staticPolicies()
  if (found === null) return []
  if (found === staticGuardHash(installation, options))
    return [good('the API server that answers has the static guard, as printed')]
  const message = 'the static policies of the API server that answers are not the printed guard'
  const hint = `on each node of the control plane, put this alone into the folder of its static policies:\ncountersign manifests guard --static${list}${clusterFlag(installation.cluster.name)}`
  return [unsure(message, hint)]
}

const WRITE_GUARD = {
  group: 'admissionregistration.k8s.io',
  resource: 'validatingadmissionpolicies',
  verb: 'patch',
}

type Make = (message: string, paste: string) => Finding

const MISSING =
  'the admission guard is not installed, so others can approve requests and write records; missing'
const PART_MISSING =
  'a part of the admission guard is not installed, so what it refuses is allowed; missing'
const OTHER = 'the admission guard differs from the configuration and the policies'
const OLDER =
  'the admission guard is of an earlier countersign, which lets users act under the names of its service accounts'

/** The revoker needs a right that the newer guard asks for, so it comes first. */
function upgradeOf(installation: Installation, install: (part: string) => string): string {
  const parts = ['identity', ...(hasGrants(installation) ? ['revoker'] : []), 'guard']
  return parts.map(install).join('\n')
}

/** Apply binds the role by its name, and the API server does not ask whether it exists. */
async function liveRoleFindings(
  cluster: AdministeredCluster,
  { owner, signers }: Installation,
): Promise<readonly Finding[]> {
  if (!signsClients(signers)) return []
  const { kind, metadata, rules } = liveObject(owner)
  const stored = await cluster.setupObjects.read({ kind, metadata })
  if (stored === 'hidden' || contains(stored?.['rules'], rules)) return []
  const message = `the guard refuses every write of certificates with a live grant: the ClusterRole ${metadata.name} ${stored === null ? 'is missing' : 'has other rules'}`
  return [bad(message, installCommand('identity', cluster))]
}

/** A privileged pod on a node of countersign's pods can read their tokens, and the guard covers no pods of other accounts. */
async function podFindings(
  { setupObjects }: AdministeredCluster,
  installation: Installation,
): Promise<readonly Finding[]> {
  if (podAccounts(installation).length === 0) return []
  const { recordNamespace: namespace } = installation.cluster
  const found = await setupObjects.read({ kind: 'Namespace', metadata: { name: namespace } })
  const level = found === null || found === 'hidden' ? '' : found.metadata.labels?.[POD_SECURITY]
  if (found === null || /^(baseline|restricted)$/.test(level ?? '')) return []
  const message = `pods in the namespace ${namespace} may be privileged, and read the tokens of countersign on their node`
  const hint = `kubectl label namespace ${namespace} ${POD_SECURITY}=restricted`
  return [unsure(found === 'hidden' ? `${message}: its labels may not be read` : message, hint)]
}

/** The dry run without which apply binds nothing. It says nothing about the guard if RBAC refuses it before. */
async function bindingFindings(
  cluster: AdministeredCluster,
  { accessRoles: [role] }: Installation,
): Promise<readonly Finding[]> {
  if (role === undefined) return []
  const group = 'rbac.authorization.k8s.io'
  const what = `bind ${role} to another group of countersign`
  const may =
    (await cluster.may({ group, resource: 'clusterrolebindings', verb: 'create' })) &&
    (await cluster.may({ group, resource: 'clusterroles', name: role, verb: 'bind' }))
  if (!may)
    return [unsure(`the guard was not tried with this login: ${what} (RBAC does not let it)`)]
  const tried = await cluster.grants.checkGuard(role)
  const refused = `the guard decided correctly in a dry run: refused to ${what}`
  return [tried.ok ? good(refused) : ofProblem(tried.problems[0])]
}

const USER = /userInfo\.username == '([^'\\]*)'/g

/** The approvers of a stored guard that is the one for them; none if some are asked for. */
async function otherApprovers(
  cluster: AdministeredCluster,
  installation: Installation,
  { approvers }: GuardOptions,
): Promise<readonly string[]> {
  const [ours] = guardObjects(installation, { approvers })
  if (ours === undefined || approvers.length > 0) return []
  const stored = JSON.stringify(await cluster.setupObjects.read(ours))
  const known = JSON.stringify(ours)
  const found = [...stored.matchAll(USER)].filter(([user]) => !known.includes(user))
  const names = [...new Set(found.flatMap(([, name]) => name ?? []))]
  const states = await statesOf(cluster, installation, { approvers: names })
  return states.every(({ state }) => state === 'there') ? names : []
}

async function statesOf(
  { setupObjects }: AdministeredCluster,
  installation: Installation,
  options: GuardOptions,
): Promise<readonly { readonly name: string; readonly state: State }[]> {
  return Promise.all(
    guardObjects(installation, options).map(async ({ kind, metadata, spec }) => {
      const { name } = metadata
      const stored = await setupObjects.read({ kind, metadata })
      if (stored === null) return { name, state: 'missing' as const }
      if (stored === 'hidden') return { name, state: 'hidden' as const }
      const version = Number(stored.metadata.annotations?.[VERSION_ANNOTATION] ?? 1)
      if (kind === 'ValidatingAdmissionPolicy' && version < GUARD_VERSION)
        return { name, state: 'older' as const }
      return {
        name,
        state: contains(stored['spec'], spec) ? ('there' as const) : ('other' as const),
      }
    }),
  )
}

async function tryAll(
  cluster: AdministeredCluster,
  installation: Installation,
  options: GuardOptions,
): Promise<readonly FinishedDryRun[]> {
  const all = { group: '*', resource: '*', verb: '*' }
  const login = {
    identity: await cluster.whoAmI(),
    mayDoEverything: await cluster.may(all),
    objects: await readable(cluster),
  }
  const nothing = 'there is no CertificateSigningRequest of these signers that this login may read'
  const attempt = async (each: DryRun): Promise<FinishedDryRun> => {
    const { trial } = each
    if (trial === null) return { ...each, outcome: { kind: 'untried', why: nothing } }
    return { ...each, outcome: await cluster.administration.tryGuard(trial) }
  }
  return Promise.all(expectedTrials(installation, options, login).map(attempt))
}

/** None if they may not be listed. Then approvals are not tested, and a finding says so. */
async function readable({
  signingRequests,
}: AdministeredCluster): Promise<readonly SigningRequest[]> {
  const listed = await signingRequests.list(null).catch(caughtProblem)
  return 'code' in listed ? [] : listed.items
}
