// countersign emergency: one of two people asks for a request, with a login of their own. A controller in the cluster issues it.
import { LONGEST_REASON } from '../../../domain/cluster/emergency.ts'
import { refuseAs, usageFailure } from '../../../domain/problem.ts'
import type { ClusterConfig, EmergencyConfig } from '../../../domain/request/config.ts'
import { judgeAsk } from '../../../core/approval/judge-emergency.ts'
import { formatDuration } from '../../../lib/source/duration.ts'
import { visible } from '../../../lib/source/hidden-characters.ts'
import { clusterFlag, installAsAdmin, shellWord } from '../../../lib/source/shell-word.ts'
import type { Cluster } from '../../../ports/cluster.ts'
import { readConfig } from '../../../workflows/validate/rules-in-force.ts'
import { clusterNamed } from '../../../workflows/validate/selected-names.ts'
import type { Context } from '../../command-context.ts'
import type { Answer } from '../../command-entry.ts'
import { seconds } from '../../flags/flag-values.ts'
import type { Texts } from '../../flags/flag-values.ts'

/** Throws RUN_USAGE without `emergency` in the configuration, and CLUSTER_ codes. */
export async function emergency(
  { files, options, clusters }: Context,
  [request]: readonly string[],
  flags: Texts<'for' | 'reason'>,
): Promise<Answer> {
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
    return await ask(cluster, settings, rules, { request, seconds: life, reason: flags.reason })
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
}

async function ask(
  cluster: Cluster,
  { name, recordNamespace }: ClusterConfig,
  rules: EmergencyConfig,
  { request, seconds: life, reason }: Asked,
): Promise<Answer> {
  const { emergencies } = cluster
  const { username: me } = await cluster.whoAmI()
  const now = await cluster.now()
  const facts = { emergency: rules, record: null, guardedSince: new Date(0), now }
  const other = rules.people.find(each => each !== me) ?? ''
  const mine = { request, seconds: life, reason: reason ?? '', first: me }
  const judged = judgeAsk({ ...mine, second: other, at: now, uid: '', version: '' }, facts)
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
  if (!(await emergencies.isGuarded(request, other)))
    return refuseAs(
      'EMERGENCY_UNGUARDED',
      `the guard of ${name} lets ${me} ask in the name of ${other}`,
      `apply the guard, ${installAsAdmin('guard', cluster)}`,
    )
  const found = await emergencies.read(request)
  if (found === null) {
    if (reason === null || reason.length > LONGEST_REASON || reason.trim() === '')
      throw usageFailure(`--reason needs 1 to ${LONGEST_REASON} characters`, '--reason TEXT')
    if (!(await emergencies.write(mine, null))) throw changed(request)
    const second = `countersign emergency ${shellWord(request)} --for ${life}s${clusterFlag(name)}`
    const text = `${me} asked for ${request}. Another person of ${rules.people.join(', ')} has to type:\n${second}`
    return { text, report: { isWhole: false } }
  }
  if (found.seconds !== life)
    return refuseAs('EMERGENCY_DURATION', `${found.first} asked for ${found.seconds} seconds`, null)
  if (found.second === null) {
    const joined = judgeAsk({ ...found, second: me }, facts)
    if (!joined.ok) return joined
    if (!(await emergencies.write(found, { ask: found, second: me }))) throw changed(request)
  }
  const text = `${request}: asked by ${found.first} and ${found.second ?? me}, ${found.reason}. The controller issues it within a minute`
  return { text: visible(text), report: { isWhole: true } }
}

function changed(request: string): Error {
  return usageFailure(`another person asked for ${request} at the same time`, 'run it again')
}
