// Emergency access: what two people asked for is issued by the configuration that the last trusted pass kept, and ends with its bindings.
import type { EmergencyAsk } from '../../domain/cluster/emergency.ts'
import { guardPolicyName } from '../../domain/cluster/grant.ts'
import type { StepOutcome } from '../../domain/cluster/outcome.ts'
import { isIssuing, stepTarget } from '../../domain/cluster/plan-step.ts'
import { caughtProblem, failure, ok, refuseAs, unplaced } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { ObjectId } from '../../domain/proof/git-history.ts'
import { proveByEmergency } from '../../core/approval/approved-step.ts'
import { isAskOver, judgeAsk } from '../../core/approval/judge-emergency.ts'
import { currentCertificate } from '../../core/plan/current-certificate.ts'
import { waitingAfterFailure } from '../../core/plan/failure-back-off.ts'
import { effectiveDigest, effectiveJson } from '../../core/plan/plan-digests.ts'
import { planSteps } from '../../core/plan/plan-steps.ts'
import { visible } from '../../lib/source/hidden-characters.ts'
import { issueAll } from '../issue/issue-steps.ts'
import type { Observed } from '../plan/observe-clusters.ts'
import type { ReviewFrame } from '../prove/applied-history.ts'
import { guardInForce } from '../prove/guarded-records.ts'
import { judgeRequests, parseRequests } from '../validate/read-requests.ts'
import type { Rules } from '../validate/rules-in-force.ts'
import { removeBindings } from '../withdraw/remove-bindings.ts'
import { inOwnCluster } from './fenced-clusters.ts'
import { keptRules } from './kept-files.ts'
import type { KeptRules } from './kept-files.ts'
import type { PassOptions, PassPorts } from './pass-ports.ts'

/** An ask is over within hours. */
const RETRY_MS = 300_000

/**
 * Null if nobody asked, and nothing ended (`isEnd`: a certificate did). `tip`: of the default branch; null if the server of the repository
 * does not say. Throws as `keptRules`, EMERGENCY_UNGUARDED, CONTROLLER_CLOCK and CONTROLLER_NOT_LEADER.
 */
export async function emergencyPass(
  ports: Omit<PassPorts, 'repository'>,
  { cluster, interrupted }: Omit<PassOptions, 'budget'>,
  frame: Pick<ReviewFrame, 'config' | 'trustedConfig'>,
  tip: ObjectId | null,
  isEnd: boolean,
) {
  const { emergencies, leadership } = ports
  const kept = await keptRules(ports, frame)
  if (kept === null) return null
  const { commit, emergency } = kept
  const { config } = kept.rules
  const read = await Promise.all(emergency.requests.map(each => emergencies.read(each)))
  const asks = read
    .flatMap(ask => ask ?? [])
    .filter(ask => ask.second !== null || isAskOver(ask, emergency, ports.clock.now()))
  if (asks.length === 0 && !isEnd) return null
  // A configuration that was trusted later, or a newer commit, may take people, requests or rights away.
  if (leadership.commit !== commit || (asks.length > 0 && tip !== null && tip !== commit))
    throw failure(
      'EMERGENCY_FILES',
      `the configuration of ${commit.slice(0, 7)} is kept, and ${(tip ?? leadership.commit)?.slice(0, 7)} is newer`,
      'fix what the passes report, for example revert a push that nobody approved: the next whole pass keeps the newest one',
    )
  return inOwnCluster(ports, cluster, { config, commit }, async observed => {
    const { owner } = config
    const ending = { ...ports, owner, steps: [], mayHaveBindings: true, overlapSeconds: null }
    const problems = isEnd ? [...(await removeBindings(observed, ending)).warnings] : []
    const steps: StepOutcome[] = []
    const warnings: Problem[] = []
    for (const ask of asks)
      for (const each of observed)
        try {
          const done = await issueAsked(ask, kept, each, ports, interrupted)
          if (done.ok) steps.push(...done.value)
          else problems.push(...done.problems)
          if (done.ok && done.value.some(({ kind }) => kind === 'issued'))
            warnings.push(issuedFor(ask))
          // What failed is tried again until the ask is over.
          const isRetried = done.ok && !done.value.some(({ kind }) => /issued|refused/.test(kind))
          if (!isRetried) await emergencies.remove(ask)
        } catch (cause) {
          problems.push(caughtProblem(cause))
        }
    return { commit, steps, warnings, problems }
  })
}

/** In the log and in the metrics: who watches them learns of it. */
function issuedFor({ request, first, second, reason }: EmergencyAsk): Problem {
  const people = `${first} and ${second}`
  const message = `${request} was issued in an emergency, and no pull request approved it: ${people} (${visible(reason)})`
  return unplaced('AUDIT_EMERGENCY', message, 'have its file approved, in a pull request')
}

async function issueAsked(
  ask: EmergencyAsk,
  { files, rules, emergency }: KeptRules,
  observed: Observed,
  ports: Omit<PassPorts, 'repository'>,
  interrupted: AbortSignal,
): Promise<Checked<readonly StepOutcome[]>> {
  const { config } = rules
  const { cluster } = observed
  const records = observed.records.filter(({ request }) => request === ask.request)
  const now = await cluster.now()
  const guardedSince = await guardSince(observed, rules, emergency.people, ask)
  const facts = { emergency, record: records[0] ?? null, guardedSince, now }
  const judged = judgeAsk(ask, facts)
  if (!judged.ok) return judged
  // Who asks is no requester of a pull request, so a rule on the requester is not true.
  const asking = { rules, folder: config.requests, requesterOf: () => null, now }
  const { requests } = await parseRequests(files, asking)
  const found = requests.find(each => each.name === ask.request && each.cluster === cluster.name)
  // What an ordinary pass refused, for example to a holder whose access was revoked, has no certificate.
  if (found === undefined || found.withdraw || currentCertificate(facts.record) === null)
    return refuseAs(
      'EMERGENCY_REQUEST',
      `no approved file asks for ${ask.request}, or no pass issued it before`,
    )
  const durationSeconds = Math.min(found.durationSeconds, ask.seconds)
  const ends = [judged.value.until, ...(found.until === null ? [] : [found.until])]
  const until = new Date(Math.min(...ends.map(each => each.getTime())))
  const request = { ...found, durationSeconds, until }
  const only = { requests: [request], refused: [], files: 1 }
  const known = { records: new Map([[cluster.name, records]]), broken: observed.broken }
  const plan = planSteps({ ...judgeRequests(only, asking), ...known, config, now })
  const step = plan.steps.find(each => stepTarget(each).name === ask.request)
  if (step?.kind === 'blocked') return { ok: false, problems: step.problems }
  if (step === undefined || !isIssuing(step))
    return refuseAs(
      'EMERGENCY_REQUEST',
      `${ask.request} is not to be issued now: ${step?.kind ?? 'it has ended'}`,
    )
  const problem = waitingAfterFailure(step, now, RETRY_MS)
  if (problem !== null) return ok([{ kind: 'waiting', step, problem }])
  const effective = effectiveDigest(effectiveJson(found, observed.settings))
  const approve = async () => proveByEmergency(step, ask, { ...facts, effective })
  const proofs = { approve, objection: async () => null }
  return ok(await issueAll([step], proofs, { config, observed: [observed] }, ports, interrupted))
}

/**
 * When the guard of asks was created or changed last. Null unless it and that of records are as these rules print them, and it refuses an ask
 * of this login in the name of another, now.
 */
async function guardSince(
  observed: Observed,
  rules: Rules,
  [person = '']: readonly string[],
  { request, at }: EmergencyAsk,
): Promise<Date | null> {
  const { setupObjects, emergencies, name } = observed.cluster
  const metadata = { name: guardPolicyName(rules.config.owner, 'emergency') }
  const times: number[] = []
  for (const kind of ['', 'Binding'] as const) {
    const object = { kind: `ValidatingAdmissionPolicy${kind}`, metadata } as const
    const found = await setupObjects.read(object)
    if (found === null || found === 'hidden') return null
    const { creationTimestamp, managedFields = [] } = found.metadata
    const written = managedFields.flatMap(({ time }) => time ?? [])
    times.push(...[creationTimestamp, ...written].map(each => new Date(each).getTime()))
  }
  const isAsPrinted = guardInForce([observed], rules, at, ['records', 'emergency'])
  const isGuarded = (await isAsPrinted(name)) && (await emergencies.isGuarded(request, person))
  return isGuarded ? new Date(Math.max(...times)) : null
}
