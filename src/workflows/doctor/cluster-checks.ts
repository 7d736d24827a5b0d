// Checks of one cluster: connection, clock, rights, whether it signs for these signers, the guard, and the last work of
// countersign.
import { caughtProblem } from '../../domain/problem.ts'
import type { Finding } from '../../domain/cluster/finding.ts'
import { bad, findingsOf, good, ofProblem, unsure } from '../../domain/cluster/finding.ts'
import type { Installation, Subject } from '../../domain/cluster/installation.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import { KUBE_APISERVER_CLIENT } from '../../domain/request/signer.ts'
import {
  NO_CLIENT_SIGNER_HINT,
  providerOf,
  signerFactsOf,
} from '../../lib/kubernetes/cluster-providers.ts'
import { isSignerAmong } from '../../lib/kubernetes/signer-name.ts'
import { installAsAdmin, installCommand } from '../../lib/source/shell-word.ts'
import type { AdministeredCluster, Administration } from '../../ports/administration.ts'
import type { Clock } from '../../ports/clock-port.ts'
import type { Cluster, Right } from '../../ports/cluster.ts'
import { userName } from '../../setup/guard/guard-cel.ts'
import type { GuardOptions } from '../../setup/guard/guard-policies.ts'
import { GRANT_PREFIX } from '../../domain/cluster/grant.ts'
import { missingRecords } from '../plan/observe-clusters.ts'
import { recordsUnlessRestored } from '../plan/restored-clusters.ts'
import { endingProblem, unusableNamespaces } from '../plan/setup-gap.ts'
import { emergencyFindings } from './emergency-checks.ts'
import { guardFindings } from './guard-checks.ts'
import { nodeApproverFindings } from './approver-checks.ts'
import { neededRights, rightFindings, roleFindings } from './cluster-rights-checks.ts'

const REVIEWS = {
  group: 'authorization.k8s.io',
  resource: 'subjectaccessreviews',
  verb: 'create',
}

/** With a larger difference, the deadlines of claims (by the API server's clock) end at other times than people expect. */
const MOST_SKEW_SECONDS = 30

export async function clusterFindings(
  installation: Installation,
  guard: GuardOptions,
  open: () => Promise<AdministeredCluster>,
  clock: Clock,
): Promise<readonly Finding[]> {
  return findingsOf(async () => {
    const cluster = await open()
    try {
      return await lookAt(cluster, installation, guard, clock)
    } finally {
      await cluster.close()
    }
  })
}

async function lookAt(
  cluster: AdministeredCluster,
  installation: Installation,
  guard: GuardOptions,
  clock: Clock,
): Promise<readonly Finding[]> {
  const version = await cluster.version()
  const skew = (await cluster.now()).getTime() - clock.now().getTime()
  const parts = [
    () => rightsOf(cluster, installation),
    () => roleFindings(cluster, installation),
    () => guardFindings(cluster, installation, guard),
    () => oidcFindings(cluster.administration, installation),
    () => nodeApproverFindings(cluster.administration, installation),
    () => recordFindings(cluster, installation, clock.now()),
    () => emergencyFindings(cluster, installation, clock.now()),
  ]
  const found = await Promise.all(parts.map(part => findingsOf(part)))
  return [
    clockFinding(version, skew),
    ...signerFindings(installation, version, cluster.server),
    ...found.flat(),
  ]
}

/** `skew` in milliseconds. */
function clockFinding(version: string, skew: number): Finding {
  const apart = `${(Math.abs(skew) / 1000).toFixed(1)} s apart`
  return Math.abs(skew) > MOST_SKEW_SECONDS * 1000
    ? unsure(`reachable, ${version}, but the clocks are ${apart}`, 'set the clock of this machine')
    : good(`reachable, ${version}, clocks ${apart}`)
}

async function rightsOf(
  cluster: AdministeredCluster,
  installation: Installation,
): Promise<readonly Finding[]> {
  const { username } = await cluster.whoAmI()
  const { who, may, installed } = await askerOf(cluster, installation, username)
  const rights = neededRights(installation)
  // No Role can be created in a missing namespace, or in one that is being deleted, so its rights are not checked.
  const { missing, ending } = await unusableNamespaces(cluster, rights)
  const unusable = [...missing, ...ending]
  const needed = rights.filter(({ namespace = '' }) => !unusable.includes(namespace))
  const found = await rightFindings(installation, needed, who, may, installed)
  const isEnding = ending.includes(installation.cluster.recordNamespace)
  const account = isEnding ? [] : await missingAccount(cluster, installation)
  if (unusable.length + account.length === 0) return found
  const faults = found.filter(({ mark }) => mark !== 'good')
  const absent = missing.map(name => noNamespace(cluster, name))
  const gone = ending.map(name => ofProblem(endingProblem(name, cluster)))
  return [...absent, ...gone, ...account, ...faults]
}

/** Rights are given to names, whether or not there is such an account. */
async function missingAccount(
  cluster: AdministeredCluster,
  { subject }: Installation,
): Promise<readonly Finding[]> {
  if (subject.kind !== 'ServiceAccount') return []
  const { namespace, name } = subject
  const found = await cluster.setupObjects.read({ kind: 'ServiceAccount', metadata: subject })
  if (found !== null) return []
  const message = `there is no service account ${namespace}/${name}, so nobody can log in as it`
  return [bad(message, installCommand('identity', cluster))]
}

function noNamespace(cluster: AdministeredCluster, name: string): Finding {
  const create = `${cluster.kubectl ?? 'kubectl'} create namespace ${name}`
  const paste = `${create}\n${installCommand('identity', cluster)}`
  return bad(`there is no namespace ${name}`, paste)
}

/** The apply identity, if this login is that identity or may ask for it. Otherwise this login; the finding names it. */
async function askerOf(cluster: AdministeredCluster, { subject }: Installation, username: string) {
  const own = {
    who: username,
    may: (right: Right) => cluster.may(right),
    // A login that lacks these rights may not give them.
    installed: (part: string) => installAsAdmin(part, cluster),
  }
  const other = subjectLogin(subject)
  if (other.username === username || !(await cluster.may(REVIEWS))) return own
  const { administration } = cluster
  if ((await administration.mayOther(other, REVIEWS)) === null) return own
  return {
    who: other.shown,
    may: async (right: Right) => (await administration.mayOther(other, right)) === true,
    installed: (part: string) => installCommand(part, cluster),
  }
}

function subjectLogin(subject: Subject) {
  const everybody = ['system:authenticated']
  if (subject.kind === 'ServiceAccount') {
    const { namespace, name } = subject
    return {
      shown: `${namespace}/${name}`,
      username: userName(subject),
      groups: ['system:serviceaccounts', `system:serviceaccounts:${namespace}`, ...everybody],
    }
  }
  const { kind, name } = subject
  return kind === 'User'
    ? { shown: name, username: name, groups: everybody }
    : { shown: `the group ${name}`, username: 'countersign-doctor', groups: [name, ...everybody] }
}

function signerFindings(
  { cluster, signers }: Installation,
  version: string,
  server: string,
): readonly Finding[] {
  const names = signers.map(({ name }) => name)
  const asked = providerOf(version, server)
  const facts = signerFactsOf(cluster.provider) ?? signerFactsOf(asked)
  if (facts === null || !isSignerAmong(names, KUBE_APISERVER_CLIENT)) return []
  const { title, how, signsClients } = facts
  return signsClients === false
    ? [
        bad(
          `${title} ${how}: requests of ${KUBE_APISERVER_CLIENT} would stay approved and never be signed`,
          NO_CLIENT_SIGNER_HINT,
          'CLUSTER_NO_CLIENT_SIGNER',
        ),
      ]
    : [
        unsure(
          `${title} ${how}; plans predict what Kubernetes' own signer makes, and anything else is not stored`,
        ),
      ]
}

async function recordFindings(
  cluster: Cluster,
  { cluster: settings, owner }: Installation,
  now: Date,
): Promise<readonly Finding[]> {
  const listed = await recordsUnlessRestored(cluster, null, []).catch(caughtProblem)
  if ('code' in listed && listed.code === 'CLUSTER_RESTORED') return [ofProblem(listed)]
  if ('code' in listed)
    return [unsure(`the time of the last run cannot be read: ${listed.message}`)]
  const { records, broken } = listed
  const [first] = broken
  if (first !== undefined)
    return [bad(first.problem.message, first.problem.hint ?? '', first.problem.code)]
  const dates = records.flatMap(({ issued }: RequestRecord) => issued?.issuedAt.getTime() ?? [])
  const [lost] = await missingRecords([{ cluster, settings, records, broken }], { owner })
  if (lost !== undefined) return [unsure(lost.message, lost.hint)]
  if (dates.length === 0) return [good('no record lists a certificate here yet')]
  const days = Math.floor((now.getTime() - Math.max(...dates)) / 86_400_000)
  const when = days < 1 ? 'within a day' : `${days} days ago`
  const count = records.length === 1 ? '1 record' : `${records.length} records`
  return [good(`${count}, the newest certificate issued ${when}`)]
}

// Check of the API server's flags: whether an OIDC identity provider could put its users into a group that countersign grants.

const HINT =
  'set --oidc-groups-prefix=oidc: on each API server, or claimMappings.groups.prefix in the file of --authentication-config'

/** One finding for all API servers, where a policy allows access. */
async function oidcFindings(
  administration: Administration,
  { accessRoles }: Installation,
): Promise<readonly Finding[]> {
  if (accessRoles.length === 0) return []
  const servers = await administration.apiServerArguments()
  const hidden = 'the flags of the API server cannot be seen with this login'
  const [risk] = servers.length === 0 ? [hidden] : servers.flatMap(texts => riskOf(texts) ?? [])
  if (risk === undefined) return [good(`no OIDC group can begin with ${GRANT_PREFIX}`)]
  const effect = `an OIDC group that begins with ${GRANT_PREFIX} gives its users the access of others`
  return [unsure(`${risk}: ${effect}`, HINT)]
}

function riskOf(texts: readonly string[]): string | null {
  const words = texts.flatMap(text => text.split(/\s+/))
  const file = flagIn(words, 'authentication-config')
  if (file !== null) return `the API server reads ${file}, which doctor cannot see`
  const prefix = flagIn(words, 'oidc-groups-prefix') ?? ''
  const mayBeGrant = GRANT_PREFIX.startsWith(prefix) || prefix.startsWith(GRANT_PREFIX)
  return flagIn(words, 'oidc-groups-claim') !== null && mayBeGrant
    ? `the API server has --oidc-groups-claim, and the --oidc-groups-prefix is "${prefix}"`
    : null
}

/** The last value counts. The API server reads `_` in the name of a flag as `-`. */
function flagIn(words: readonly string[], flag: string): string | null {
  const values = words.flatMap((word, index) => {
    const [name = '', ...value] = word.split('=')
    if (name.replaceAll('_', '-') !== `--${flag}`) return []
    return value.length === 0 ? (words[index + 1] ?? '') : value.join('=')
  })
  return values.at(-1)?.replaceAll(/["']/g, '') ?? null
}
