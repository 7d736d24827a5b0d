// countersign emergency: one of two people asks for a request, with a login of their own. A controller in the cluster issues it.
import { LONGEST_REASON } from '../../../domain/cluster/emergency.ts'
import type { EmergencyAsk } from '../../../domain/cluster/emergency.ts'
import { refuseAs, usageFailure } from '../../../domain/problem.ts'
import type { ClusterConfig, EmergencyConfig } from '../../../domain/request/config.ts'
import { isAskOver, judgeAsk } from '../../../core/approval/judge-emergency.ts'
import { formatDuration } from '../../../lib/source/duration.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import { clusterFlag, installAsAdmin, shellWord } from '../../../lib/source/shell-word.ts'
import type { Cluster } from '../../../ports/cluster.ts'
import { readConfig } from '../../../workflows/validate/rules-in-force.ts'
import { clusterNamed } from '../../../workflows/validate/selected-names.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import { seconds } from '../../flags/flag-values.ts'
import type { Switches, Texts } from '../../flags/flag-values.ts'
import { unconfirmed } from '../print-results.ts'

const LOOK_MS = 60_000

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
  if (rules === null) throw usageFailure('there is no emergency in countersign.yaml', 'add it')
  const settings = clusterNamed(config.value, options.cluster)
  const cluster = await clusters.open(settings, owner)
  try {
    if (request === undefined) return await listAsks(cluster, rules)
    const life = seconds(flags.for, 'for')
    if (life === null) throw usageFailure('--for is missing', '--for 1h')
    const { username: me } = await cluster.whoAmI()
    const asked = {
      request,
      seconds: life,
      reason: flags.reason,
      yes: flags.yes,
      me,
      now: await cluster.now(),
    }
    const refused = await refusal(cluster, settings, rules, asked)
    if (refused !== null) return refused
    const found = await cluster.emergencies.read(request)
    // The controller needs a look to issue it.
    const soon = new Date(asked.now.getTime() + LOOK_MS)
    return found === null || isAskOver(found, rules, soon)
      ? await askFirst(cluster, rules, asked, found)
      : await join(context, cluster, rules, asked, found)
  } finally {
    await cluster.close()
  }
}

async function listAsks({ emergencies }: Cluster, { requests }: EmergencyConfig): Promise<Answer> {
  const found = await Promise.all(requests.map(request => emergencies.read(request)))
  const asks = found.flatMap(each => each ?? [])
  const lines = asks.map(({ request, seconds: life, first, second, at, reason }) =>
    visible(
      `${request} for ${formatDuration(life)}: ${first} and ${second ?? 'nobody yet'}, ${at.toISOString()}, ${reason}`,
    ),
  )
  return { text: lines.join('\n') || 'nobody asks', report: { asks } }
}

interface Asked {
  readonly request: string
  readonly seconds: number
  readonly reason: string | null
  /** The login. */
  readonly me: string
  readonly now: Date
  readonly yes: boolean
}

/** Why nothing is asked, before anything is written; null if nothing is known to be wrong. */
async function refusal(
  cluster: Cluster,
  { name, recordNamespace }: ClusterConfig,
  rules: EmergencyConfig,
  { request, seconds: life, me, now }: Asked,
): Promise<Answer | null> {
  const { emergencies } = cluster
  const facts = { emergency: rules, record: null, guardedSince: new Date(0), now }
  const other = rules.people.find(each => each !== me) ?? ''
  const mine = { request, seconds: life, reason: '', first: me, second: other }
  const judged = judgeAsk({ ...mine, at: now, uid: '', version: '' }, facts)
  if (!judged.ok) return judged
  const creates = { group: '', resource: 'configmaps', verb: 'create', namespace: recordNamespace }
  if (!(await cluster.may(creates)))
    return refuseAs(
      'EMERGENCY_FORBIDDEN',
      `${me} may not create ConfigMaps in ${recordNamespace}`,
      `give the people their rights, ${installAsAdmin('identity', cluster)}`,
    )
  const lease = await cluster.leases.read()
  const until = (lease?.renewedAt?.getTime() ?? 0) + (lease?.durationSeconds ?? 0) * 1000
  if (until < now.getTime())
    return refuseAs(
      'EMERGENCY_CONTROLLER',
      `no controller works in ${name}, and nothing else issues in an emergency`,
      `start the controller, or approve at a terminal as one of the users of: countersign manifests guard --approvers NAMES${clusterFlag(name)}`,
    )
  if ((await emergencies.readKept()) === null)
    return refuseAs(
      'EMERGENCY_FILES',
      `no whole pass of the controller in ${name} has kept the configuration, and nothing is issued without it`,
      'the next pass that reaches the server of the repository keeps it; without that, apply at a terminal',
    )
  if (await emergencies.isGuarded(request, other)) return null
  return refuseAs(
    'EMERGENCY_UNGUARDED',
    `the guard of ${name} lets ${me} ask in the name of ${other}`,
    `apply the guard, ${installAsAdmin('guard', cluster)}`,
  )
}

/** `over`: an ask that is over, which the new one replaces. */
async function askFirst(
  { emergencies, name }: Cluster,
  { people }: EmergencyConfig,
  { request, seconds: life, reason, me }: Asked,
  over: EmergencyAsk | null,
): Promise<Answer> {
  if (reason === null || reason.length > LONGEST_REASON || reason.trim() === '')
    throw usageFailure(`--reason needs 1 to ${LONGEST_REASON} characters`, '--reason TEXT')
  if (over !== null) await emergencies.remove(over)
  const mine = { request, seconds: life, reason, first: me }
  if (!(await emergencies.write(mine, null))) throw changed(request)
  const text = `${me} asked for ${request}. Another person of ${people.join(', ')} has to type:\n${command(request, life, name)}`
  return { text, report: { isWhole: false } }
}

async function join(
  context: Context,
  { emergencies, name }: Cluster,
  emergency: EmergencyConfig,
  { request, seconds: life, reason, me, now, yes }: Asked,
  found: EmergencyAsk,
): Promise<Answer> {
  const { terminal } = context
  const { first, at } = found
  const again = command(request, found.seconds, name)
  const time = formatDuration(found.seconds)
  if (found.seconds !== life)
    return refuseAs('EMERGENCY_DURATION', `${first} asked for ${request} for ${time}`, again)
  const asked = visible(
    `${first} asked for ${request} for ${time} at ${at.toISOString()}: ${found.reason}`,
  )
  if (found.second === null) {
    const facts = { emergency, record: null, guardedSince: new Date(0), now }
    const joined = judgeAsk({ ...found, second: me }, facts)
    if (!joined.ok) return joined
    if (reason !== null) throw usageFailure(`${asked}. The second person gives no --reason`, again)
    terminal.talk(asked)
    if (!yes && (await terminal.ask('Ask for it, too? Only yes is accepted: ')).trim() !== 'yes')
      return unconfirmed(context)
    if (!(await emergencies.write(found, { ask: found, second: me }))) throw changed(request)
  }
  const text = `${asked}. Joined by ${found.second ?? me}; the controller judges it within a minute: countersign status shows the certificate`
  return { text: visible(text), report: { isWhole: true } }
}

function command(request: string, life: number, cluster: string): string {
  return `countersign emergency ${shellWord(request)} --for ${life}s${clusterFlag(cluster)}`
}

function changed(request: string): Error {
  return usageFailure(`another person asked for ${request} at the same time`, 'run it again')
}
