// countersign manifests: what to install in a cluster and at GitHub, ready for kubectl apply -f - and gh api.
import { parseAllDocuments } from 'yaml'
import type { ClusterConfig } from '../../domain/request/config.ts'
import { TOKEN_DAYS } from '../../domain/cluster/installation.ts'
import type { Installation, Subject } from '../../domain/cluster/installation.ts'
import { isNonEmpty, unplaced, usageFailure } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import { quoted, visible } from '../../lib/source/hidden-characters.ts'
import { clusterNamed } from '../../workflows/validate/selected-names.ts'
import { installationOf } from '../../workflows/setup/cluster-installation.ts'
import { grantNamed } from '../../workflows/revoke/revocation-targets.ts'
import { readRequests } from '../../workflows/validate/read-requests.ts'
import { readRules } from '../../workflows/validate/rules-in-force.ts'
import type { Rules } from '../../workflows/validate/rules-in-force.ts'
import { guardManifests } from '../../setup/guard/guard-policies.ts'
import { identityManifests } from '../../setup/rbac/apply-identity.ts'
import { approverManifests } from '../../setup/rbac/approver-identity.ts'
import { rulesetJson } from '../../setup/branch-ruleset.ts'
import {
  controllerManifests,
  rbacManifests,
  revokerManifests,
} from '../../setup/rbac/least-rights.ts'
import { authorizationText } from '../../setup/revoked-authorization.ts'
import { trustBundles } from '../../setup/trust-bundle.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { approversOf, listOf, seconds } from '../flags/flag-values.ts'
import type { Switches, Texts } from '../flags/flag-values.ts'
import { configOfKubeconfig } from '../fallback-config.ts'
import { printData } from './print-results.ts'
import { printKubeconfig } from './manifests-kubeconfig-command.ts'

const DAY = 86_400

/** Each manifest has some of them. */
export type ManifestsFlags = Partial<
  Texts<'user' | 'group' | 'approvers' | 'grant' | 'duration'> & Switches<'withBindings' | 'static'>
>

export type PrintedManifests =
  | 'identity'
  | 'controller'
  | 'approver'
  | 'chart-values'
  | 'kubeconfig'
  | 'guard'
  | 'ruleset'
  | 'rbac'
  | 'revoker'
  | 'authorization'
  | 'trust-bundle'

export async function manifests(
  context: Context,
  kind: PrintedManifests,
  flags: ManifestsFlags,
): Promise<Answer> {
  const lifetime = seconds(flags.duration ?? null, 'duration') ?? TOKEN_DAYS * DAY
  if (kind === 'ruleset') return print(context, rulesetJson())
  const fallback = kind === 'rbac' ? configOfKubeconfig(context) : null
  const rules = await readRules(context.files, context.options.config, fallback)
  if (!rules.ok) return rules
  const { owner } = rules.value.config
  if (kind === 'authorization') {
    return print(context, authorizationText(...denied(owner, flags)))
  }
  const cluster = clusterNamed(rules.value.config, context.options.cluster)
  if (kind === 'revoker') return print(context, revokerManifests(cluster, owner, subjectOf(flags)))
  if (kind === 'trust-bundle') {
    const text = trustBundles(owner, cluster.signers)
    if (text !== null) return print(context, text)
    throw usageFailure(
      `no signer of ${cluster.name} has certificateAuthorityData`,
      'write the CAs of a signer into the configuration: docs/reference/configuration.md',
    )
  }
  if (kind === 'rbac') return rbac(context, rules.value, cluster, flags)
  const installation = installationAt(rules.value, cluster, subjectOf(flags), context.clock.now())
  if (!installation.ok) return installation
  if (kind === 'identity') return print(context, identityManifests(installation.value))
  if (kind === 'controller') return print(context, controllerManifests(installation.value))
  if (kind === 'approver') {
    const { approver } = installation.value
    if (approver === null)
      throw usageFailure(
        `no policy for ${cluster.name} has selector.usernames or selector.groups`,
        'docs/reference/policies.md has an example: "Pending requests of others"',
      )
    return print(context, approverManifests(installation.value, approver))
  }
  const approvers = approversOf(flags.approvers ?? null)
  if (kind === 'guard') {
    const options = { approvers, isStatic: flags.static === true }
    return print(context, guardManifests(installation.value, options))
  }
  if (kind === 'chart-values') {
    const { chartValuesOf } = await import('../printed-chart-values.ts')
    return print(context, await chartValuesOf(context, installation.value, { approvers }))
  }
  return printKubeconfig(context, installation.value, lifetime)
}

function denied(
  owner: string,
  { grant = null, user = null }: ManifestsFlags,
): Parameters<typeof authorizationText> {
  const grants = listOf(grant).map(each => grantNamed(owner, each))
  if (user?.startsWith('system:'))
    throw usageFailure(
      `${quoted(user)} is a user of Kubernetes, and denying it could stop the cluster`,
      'name the user of a person or program',
    )
  if (grants.length === 0 && !user)
    throw usageFailure('--grant or --user is missing', 'add --grant GRANT, or --user NAME')
  return [grants, user]
}

/** Refused where a policy cannot be read: it might give other rights. */
export function installationAt(
  { config, policies }: Rules,
  cluster: ClusterConfig,
  subject: Subject | null,
  today: Date,
): Checked<Installation> {
  const [broken] = policies?.broken ?? []
  if (broken !== undefined) return { ok: false, problems: broken.problems }
  const who = subject ?? loggedInAs(cluster)
  return installationOf(config, policies?.policies ?? [], cluster, who, today)
}

/** GitHub's tokens come with the group of examples/authentication/structured.yaml; others are service accounts. */
function loggedInAs({ auth }: ClusterConfig): Subject | null {
  return auth.kind === 'githubOidc' ? { kind: 'Group', name: 'github:countersign-apply' } : null
}

function subjectOf({ user = null, group = null }: ManifestsFlags): Subject | null {
  if (group !== null && user !== null)
    throw usageFailure('--user and --group name two subjects', 'use one of them')
  if (group !== null) return { kind: 'Group', name: group }
  return user === null ? null : { kind: 'User', name: user }
}

/** Rights for what the files ask, allowed by a policy or not yet. */
async function rbac(
  context: Context,
  { config }: Rules,
  cluster: ClusterConfig,
  flags: ManifestsFlags,
): Promise<Answer> {
  const { clock, options, files } = context
  const folder = options.requests ?? config.requests
  const judgedRequests = await readRequests(files, {
    rules: { config, policies: null },
    folder,
    requesterOf: () => null,
    now: clock.now(),
  })
  const requests = judgedRequests.requests.filter(request => request.cluster === cluster.name)
  const who = subjectOf(flags) ?? { kind: 'User', name: 'countersign' }
  const faults = judgedRequests.refused.flatMap(({ problems }) => problems)
  if (!isNonEmpty(requests)) return { ok: false, problems: [noRequest(cluster, folder), ...faults] }
  for (const { path } of judgedRequests.refused)
    context.terminal.talk(`warning: ${visible(path)} is refused, so its rights are not printed`)
  return print(context, rbacManifests(cluster, requests, who, flags.withBindings === true))
}

function noRequest({ name }: ClusterConfig, folder: string): Problem {
  return unplaced(
    'REQUEST_NONE',
    `no readable request in ${folder} is for the cluster ${name}, so there are no rights to print`,
    `rights for what the policies allow: countersign manifests identity --cluster ${name}`,
  )
}

/** As YAML; with -o json one object, or several as a List. */
function print(context: Context, text: string): Answer {
  if (context.options.output !== 'json') {
    context.terminal.result(text.trimEnd())
    return 0
  }
  const items: unknown[] = []
  for (const each of parseAllDocuments(text)) items.push(each.toJS())
  printData(context, items.length === 1 ? items[0] : { apiVersion: 'v1', kind: 'List', items })
  return 0
}
