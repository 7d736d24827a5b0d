// countersign emergency: one of two people asks for a request, with a login of their own. A controller in the cluster issues it.
import { LONGEST_REASON } from '../../../domain/cluster/emergency.ts'
import { caughtProblem, failure, ok, refuseAs, usageFailure } from '../../../domain/problem.ts'
import type { Checked } from '../../../domain/problem.ts'
import { roleInPlaceText, rolesInPlaces } from '../../../domain/request/access.ts'
import { sinkTarget } from '../../../domain/request/sink.ts'
import type { EmergencyConfig } from '../../../domain/request/config.ts'
import { isAskOver, judgeAsk } from '../../../core/approval/judge-emergency.ts'
import { emergencyFault } from '../../../core/sink/sink-capabilities.ts'
import { formatDuration } from '../../../lib/source/duration.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import { clusterFlag, installAsAdmin, shellWord } from '../../../lib/source/shell-word.ts'
import type { Cluster } from '../../../ports/cluster.ts'
import { subjectWords } from '../../../output/terminal/plural-words.ts'
import { keptRules } from '../../../workflows/control/kept-files.ts'
import type { KeptRules } from '../../../workflows/control/kept-files.ts'
import { parseRequests } from '../../../workflows/validate/read-requests.ts'
import { readConfig } from '../../../workflows/validate/rules-in-force.ts'
import { clusterNamed } from '../../../workflows/validate/selected-names.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import { seconds } from '../../flags/flag-values.ts'
import type { Switches, Texts } from '../../flags/flag-values.ts'
import { unconfirmed } from '../print-results.ts'

const TO_ADD =
  'add it in a pull request, then apply rights and guard again:\nemergency:\n  people: [USER, USER] # as kubectl auth whoami prints them\n  requests: [NAME]'

/** Throws RUN_USAGE without `emergency` in the configuration, and CLUSTER_ codes. */
export async function emergency(
  context: Context,
  [request]: readonly string[],
  flags: Texts<'for' | 'reason'> & Switches<'yes'>,
): Promise<Answer> {
  const { files, options, clusters } = context
  const config = await readConfig(files, options.config)
  if (!config.ok) return config
  const { owner, emergency: rules } = config.value
  if (rules === null) throw usageFailure(`there is no emergency in ${options.config}`, TO_ADD)
  const cluster = await clusters.open(clusterNamed(config.value, options.cluster), owner)
  try {
    if (request === undefined) return await listAsks(cluster, rules)
    const life = seconds(flags.for, 'for')
    if (life === null) throw usageFailure('--for is missing', '--for 1h')
    const { username: me } = await cluster.whoAmI()
    const asked = { ...flags, request, seconds: life, me, now: await cluster.now() }
    const trusted = await trustedRules(cluster, rules, options.config, asked)
    if (!trusted.ok) return trusted
    return await ask(context, cluster, trusted.value, asked)
  } finally {
    await cluster.close()
  }
}

async function listAsks(cluster: Cluster, { people, requests }: EmergencyConfig): Promise<Answer> {
  const { username: me } = await cluster.whoAmI()
  const found = await Promise.all(requests.map(request => cluster.emergencies.read(request))).catch(
    (cause: unknown) => {
      if (people.includes(me) || caughtProblem(cause).code !== 'CLUSTER_FORBIDDEN') throw cause
      throw failure(
        'EMERGENCY_PERSON',
        `${me} is not in emergency.people, and only they may read asks`,
        `there are: ${people.join(', ')}`,
        cause,
      )
    },
  )
  const asks = found.flatMap(each => each ?? [])
  const lines = asks.map(({ request, seconds: life, first, second, at, reason }) =>
    visible(
      `${request} for ${formatDuration(life)}: ${first} and ${second ?? 'nobody yet'}, ${at.toISOString()}, ${reason}`,
    ),
  )
  return { text: lines.join('\n') || 'nobody asks', report: { asks } }
}

/** Only the controller reads records, and the time of the guard. */
const UNSEEN = { record: null, guardedSince: new Date(0) }

interface Asked extends Texts<'reason'>, Switches<'yes'> {
  readonly request: string
  readonly seconds: number
  /** The login. */
  readonly me: string
  readonly now: Date
}

/** What the controller judges by. Refused before anything is written, if something is known to be wrong. */
async function trustedRules(
  cluster: Cluster,
  rules: EmergencyConfig,
  config: string,
  { request, seconds: life, me, now }: Asked,
): Promise<Checked<KeptRules>> {
  const { emergencies, name } = cluster
  const mine = { request, seconds: life, reason: '', first: me, at: now, uid: '', version: '' }
  const otherOf = ({ people }: EmergencyConfig) => people.find(each => each !== me) ?? ''
  const judgedBy = (emergency: EmergencyConfig) =>
    judgeAsk({ ...mine, second: otherOf(emergency) }, { ...UNSEEN, emergency, now })
  const readKept = async () => keptRules(cluster, { config })
  // Only people may read what is kept, and they may have an old checkout.
  const judged = judgedBy(rules)
  if (!judged.ok && (await readKept().catch(() => null)) === null) return judged
  const lease = await cluster.leases.read()
  const until = (lease?.renewedAt?.getTime() ?? 0) + (lease?.durationSeconds ?? 0) * 1000
  if (until < now.getTime())
    return refuseAs(
      'EMERGENCY_CONTROLLER',
      `no controller works in ${name}, and nothing else issues in an emergency`,
      `start the controller, or approve at a terminal as one of the users of: countersign manifests guard --approvers NAMES${clusterFlag(name)}`,
    )
  const kept = await readKept()
  if (kept === null)
    return refuseAs(
      'EMERGENCY_FILES',
      `no whole pass of the controller in ${name} has kept the configuration, and nothing is issued without it`,
      'the next pass that reaches the server of the repository keeps it; without that, apply at a terminal',
    )
  const again = judgedBy(kept.emergency)
  if (!again.ok) return again
  const other = otherOf(kept.emergency)
  if (await emergencies.isGuarded(request, other)) return ok(kept)
  return refuseAs(
    'EMERGENCY_UNGUARDED',
    `the guard of ${name} lets ${me} ask in the name of ${other}`,
    `apply the guard, ${installAsAdmin('guard', cluster)}`,
  )
}

/** An ask that is over is replaced. */
async function ask(
  context: Context,
  { emergencies, name }: Cluster,
  kept: KeptRules,
  { request, seconds: life, reason, yes, me, now }: Asked,
): Promise<Answer> {
  const { emergency: rules } = kept
  const { text: what, fault } = await keptRequest(kept, request)
  if (fault !== null) return refuseAs('EMERGENCY_REQUEST', `${what}: ${fault.message}`, SECRETS)
  const found = await emergencies.read(request)
  if (found === null || isAskOver(found, rules, now)) {
    if (reason === null || reason.length > LONGEST_REASON || reason.trim() === '')
      throw usageFailure(`--reason needs 1 to ${LONGEST_REASON} characters`, '--reason TEXT')
    if (found !== null) await emergencies.remove(found)
    const mine = { request, seconds: life, reason, first: me }
    if (!(await emergencies.write(mine, null))) throw changed(request)
    const text = `${me} asked for ${request}. Another person of ${rules.people.join(', ')} has to type:\n${command(request, life, name)}`
    return { text, report: { isWhole: false } }
  }
  const again = command(request, found.seconds, name)
  const asked = visible(
    `${found.first} asked for ${request} for ${formatDuration(found.seconds)} at ${found.at.toISOString()}: ${found.reason}`,
  )
  if (found.seconds !== life) return refuseAs('EMERGENCY_DURATION', asked, again)
  if (found.second === null) {
    const joined = judgeAsk({ ...found, second: me }, { ...UNSEEN, emergency: rules, now })
    if (!joined.ok) return joined
    if (reason !== null) throw usageFailure(`${asked}. The second person gives no --reason`, again)
    context.terminal.talk(`${asked}\n${what}`)
    const question = 'Ask for it, too? Only yes is accepted: '
    if (!yes && (await context.terminal.ask(question)).trim() !== 'yes') return unconfirmed(context)
    if (!(await emergencies.write(found, { ask: found, second: me }))) throw changed(request)
  }
  const text = `${asked}. Joined by ${found.second ?? me}; the controller judges it within a minute: countersign status shows the certificate`
  return { text: visible(text), report: { isWhole: true } }
}

const SECRETS = 'in an emergency only Secrets of the cluster are written'

/** What the certificate is for, by the kept file, and why the controller cannot store it; null if it can. */
async function keptRequest({ files, rules, commit }: KeptRules, request: string) {
  const { requests } = await parseRequests(files, { rules, folder: rules.config.requests })
  const found = requests.find(({ name }) => name === request)
  if (found === undefined)
    return { text: `no approved file of ${request} is kept: nothing is issued`, fault: null }
  const roles = rolesInPlaces(found.access).map(roleInPlaceText)
  const parts = [subjectWords(found), ...roles, ...found.sinks.map(sinkTarget)]
  const text = visible(`by ${found.path} of ${commit.slice(0, 7)}: ${parts.join('; ')}`)
  return { text, fault: emergencyFault(found) }
}

function command(request: string, life: number, cluster: string): string {
  return `countersign emergency ${shellWord(request)} --for ${life}s${clusterFlag(cluster)}`
}

function changed(request: string): Error {
  return usageFailure(`another person asked for ${request} at the same time`, 'run it again')
}
