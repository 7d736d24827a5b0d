// Emergency access: what two people asked for is issued by the configuration that the last trusted pass kept, and ends with its bindings.
import type { EmergencyAsk } from '../../domain/cluster/emergency.ts'
import { guardPolicyName } from '../../domain/cluster/grant.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import type { IssuingStep } from '../../domain/cluster/plan-step.ts'
import { CountersignError, ok, refuseAs } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { EmergencyConfig } from '../../domain/request/config.ts'
import { POLICIES } from '../../domain/request/policy.ts'
import { proveByEmergency } from '../../core/approval/approved-step.ts'
import { judgeAsk } from '../../core/approval/judge-emergency.ts'
import type { EmergencyFacts } from '../../core/approval/judge-emergency.ts'
import { currentCertificate, leafOf } from '../../core/plan/current-certificate.ts'
import { waitingAfterFailure } from '../../core/plan/failure-back-off.ts'
import { issuingFacts } from '../../core/plan/plan-steps.ts'
import type { Cluster } from '../../ports/cluster.ts'
import type { KeptFiles } from '../../ports/records.ts'
import type { RepositoryFiles } from '../../ports/repository-files.ts'
import { issueAll } from '../issue/issue-steps.ts'
import { observeClusters } from '../plan/observe-clusters.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import { judgeRequests, parseRequests } from '../validate/read-requests.ts'
import { isPolicy, readRules } from '../validate/rules-in-force.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { removeBindings } from '../withdraw/remove-bindings.ts'
import { checkClock } from './cluster-clock.ts'
import { fencedClusters } from './fenced-clusters.ts'
import type { PassOptions, PassPorts } from './pass-ports.ts'

type Ports = Omit<PassPorts, 'repository'>

export interface EmergencyOptions extends Omit<PassOptions, 'budget'> {
  /** Path of the configuration. */
  readonly config: string
  /** Whether a certificate of an emergency ended since the last pass. */
  readonly isEnd: boolean
}

export interface EmergencyDone extends Pick<KeptFiles, 'commit'> {
  readonly steps: readonly StepOutcome[]
  readonly problems: readonly Problem[]
}

/** The files of a trusted commit by which asks are judged: configuration, policies, and requests of the emergency. Throws GITHUB_ codes. */
export async function filesToKeep(
  files: RepositoryFiles,
  rules: Rules,
  { requests }: EmergencyConfig,
): Promise<KeptFiles['files']> {
  const { config } = rules
  const parsed = await parseRequests(files, { rules, folder: config.requests })
  const asked = parsed.requests.filter(({ name }) => requests.includes(name))
  const policies = ((await files.list(POLICIES)) ?? []).filter(({ path }) => isPolicy(path))
  const paths = new Set([config.path, ...asked.map(({ path }) => path)])
  const read = await Promise.all([...paths].map(path => files.read(path)))
  return [...read.flatMap(file => file ?? []), ...policies]
}

/** Null if nobody asked, and nothing ended. Throws CLUSTER_ codes, CONTROLLER_CLOCK and CONTROLLER_NOT_LEADER. */
export async function emergencyPass(
  ports: Ports,
  { cluster, interrupted, config: path, isEnd }: EmergencyOptions,
): Promise<EmergencyDone | null> {
  const { emergencies, leadership } = ports
  const kept = await emergencies.readKept()
  const files = kept && repositoryOf(kept)
  const rules = files && (await readRules(files, path, null))
  if (!kept || !files || rules?.ok !== true) return null
  const { commit } = kept
  const { config } = rules.value
  const read = await Promise.all(
    (config.emergency?.requests ?? []).map(each => emergencies.read(each)),
  )
  const asks = read.flatMap(ask => (ask === null || ask.second === null ? [] : ask))
  if (asks.length === 0 && !isEnd) return null
  // A configuration that was trusted later may know other people.
  if (leadership.commit !== commit) {
    const why = `the configuration of ${commit.slice(0, 7)} is kept, and a controller acted on another one`
    return {
      commit,
      steps: [],
      problems: [{ code: 'EMERGENCY_FILES', at: null, message: why, hint: null }],
    }
  }
  const clusters = fencedClusters(ports.clusters, cluster, () => leadership.check(commit))
  const chosen = config.clusters.filter(({ name }) => name === cluster.name)
  const { observed, unanswered } = await observeClusters(chosen, config, { ...ports, clusters })
  for (const problem of unanswered.values()) throw new CountersignError(problem)
  try {
    await checkClock(observed, ports.clock)
    const { owner } = config
    const ending = { owner, steps: [], mayHaveBindings: true, overlapSeconds: null }
    const ended = isEnd ? await removeBindings(observed, { ...ending, ...ports }) : null
    const steps: StepOutcome[] = []
    const problems = [...(ended?.warnings ?? [])]
    for (const ask of asks)
      for (const each of observed) {
        const done = await issueAsked(
          ask,
          { files, rules: rules.value, observed: each, ports },
          interrupted,
        )
        if (done.ok) steps.push(...done.value)
        else problems.push(...done.problems)
        const isFinal =
          !done.ok || done.value.some(({ kind }) => kind === 'issued' || kind === 'refused')
        if (isFinal) await emergencies.remove(ask)
      }
    return { commit, steps, problems }
  } finally {
    await Promise.all(observed.map(each => each.cluster.close()))
  }
}

interface Asked {
  readonly files: RepositoryFiles
  readonly rules: Rules
  readonly observed: Observed
  readonly ports: Ports
}

async function issueAsked(
  ask: EmergencyAsk,
  { files, rules, observed, ports }: Asked,
  interrupted: AbortSignal,
): Promise<Checked<readonly StepOutcome[]>> {
  const { config } = rules
  const { cluster, records } = observed
  const record = records.find(({ request }) => request === ask.request) ?? null
  const now = await cluster.now()
  const { emergency, owner } = config
  const guardedSince = emergency && (await guardSince(cluster, owner, ask.request, emergency))
  const facts: EmergencyFacts = { emergency, record, guardedSince, now }
  const judged = judgeAsk(ask, facts)
  if (!judged.ok) return judged
  const asking = { rules, folder: config.requests, requesterOf: () => null, now }
  const parsed = await parseRequests(files, asking)
  const found = parsed.requests.find(
    each => each.name === ask.request && each.cluster === cluster.name,
  )
  if (found === undefined || found.withdraw)
    return refuseAs(
      'EMERGENCY_REQUEST',
      `no kept file asks for ${ask.request} on ${cluster.name}`,
      null,
    )
  const durationSeconds = Math.min(found.durationSeconds, ask.seconds)
  const request = { ...found, durationSeconds, until: judged.value.until }
  const only = { requests: [request], refused: [], files: 1 }
  const desired = { ...judgeRequests(only, asking), config, now }
  const [refused] = desired.refused
  if (refused !== undefined) return { ok: false, problems: refused.problems }
  const issuing = issuingFacts(request, record, desired)
  const current = currentCertificate(record)
  const until = current && (leafOf(current)?.notAfter ?? null)
  const step: IssuingStep =
    current === null
      ? { kind: 'issue', because: 'NoCertificateYet', ...issuing }
      : { kind: 'reissue', because: 'MeaningChanged', ...issuing, current, until, changes: [] }
  if (waitingAfterFailure(step, now) !== null) return ok([])
  const proofs = {
    approve: async () => proveByEmergency(step, ask, facts),
    objection: async () => null,
  }
  return ok(await issueAll([step], proofs, { config, observed: [observed] }, ports, interrupted))
}

/** When the guard of asks was created; null unless it refuses an ask of this login in the name of another, now. */
async function guardSince(
  { setupObjects, emergencies }: Cluster,
  owner: string,
  request: string,
  { people }: EmergencyConfig,
): Promise<Date | null> {
  const metadata = { name: guardPolicyName(owner, 'emergency') }
  const policy = await setupObjects.read({ kind: 'ValidatingAdmissionPolicy', metadata })
  const binding = await setupObjects.read({ kind: 'ValidatingAdmissionPolicyBinding', metadata })
  if (policy === null || policy === 'hidden' || binding === null || binding === 'hidden')
    return null
  if (!(await emergencies.isGuarded(request, people[0] ?? ''))) return null
  const times = [policy, binding].map(each => new Date(each.metadata.creationTimestamp).getTime())
  return new Date(Math.max(...times))
}

function repositoryOf({ commit, files }: KeptFiles): RepositoryFiles {
  // The name of a file is believed with its bytes: the guard protects both.
  const all = files.map(file => ({ ...file, mode: '100644', uncommitted: null }))
  return {
    description: `kept commit ${commit.slice(0, 7)}`,
    read: async path => all.find(file => file.path === path) ?? null,
    list: async folder => all.filter(file => file.path.startsWith(`${folder}/`)),
  }
}
