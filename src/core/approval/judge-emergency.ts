// Whether an ask of two people is enough to issue a request, and until when its certificate may live.
import { GUARD_SECONDS, LEAST_SECONDS, MARGIN_SECONDS } from '../../domain/cluster/emergency.ts'
import type { EmergencyAsk, RecordedEmergency } from '../../domain/cluster/emergency.ts'
import { ok, refuseAs } from '../../domain/problem.ts'
import type { Checked } from '../../domain/problem.ts'
import type { RequestRecord } from '../../domain/cluster/record.ts'
import type { EmergencyConfig } from '../../domain/request/config.ts'
import { formatDuration } from '../../lib/source/duration.ts'

/** The API server signs nothing shorter, and its signer may take a minute. */
const LAST_SECONDS = LEAST_SECONDS + 60

export interface EmergencyFacts {
  /** Of the trusted configuration, never of a checkout. */
  readonly emergency: EmergencyConfig | null
  /** Of the request; null if there is none. */
  readonly record: RequestRecord | null
  /** When the guard of asks was created or changed last, if it refused a forged ask just now; else null. */
  readonly guardedSince: Date | null
  /** The API server's clock. */
  readonly now: Date
}

export interface WholeAsk {
  readonly emergency: Omit<RecordedEmergency, 'effective'>
  /** No certificate of the ask ends later. */
  readonly until: Date
}

/** Whether too little time is left for a certificate, or an API server with another clock made the ask. */
export function isAskOver(
  { seconds, at }: Pick<EmergencyAsk, 'seconds' | 'at'>,
  { maxDurationSeconds }: EmergencyConfig,
  now: Date,
): boolean {
  const age = (now.getTime() - at.getTime()) / 1000
  const left = seconds + MARGIN_SECONDS - age
  return age < -GUARD_SECONDS || age >= maxDurationSeconds || left < LAST_SECONDS
}

/**
 * Refuses with EMERGENCY_REQUEST, EMERGENCY_PERSON, EMERGENCY_DURATION, EMERGENCY_ENDED (too old, or used before) and EMERGENCY_UNGUARDED.
 * Only the API server says who wrote the names, so nothing is believed of an ask that is older than the guard. Each API server of a
 * cluster has the guard some seconds after it was written.
 */
export function judgeAsk(
  { request, seconds, reason, first, second, at, uid }: EmergencyAsk,
  { emergency, record, guardedSince, now }: EmergencyFacts,
): Checked<WholeAsk> {
  if (emergency === null || !emergency.requests.includes(request))
    return refuseAs(
      'EMERGENCY_REQUEST',
      `${request} is not in emergency.requests of the trusted configuration`,
      `it has: ${emergency?.requests.join(', ') ?? 'no emergency'}`,
    )
  const stranger = [first, second].find(each => each !== null && !emergency.people.includes(each))
  if (second === null || first === second || stranger !== undefined)
    return refuseAs(
      'EMERGENCY_PERSON',
      `${request} needs two different people of emergency.people: ${stranger === undefined ? `asked by ${first} only` : `${stranger} is none of them`}`,
      `there are: ${emergency.people.join(', ')}`,
    )
  if (seconds < LEAST_SECONDS || seconds > emergency.maxDurationSeconds)
    return refuseAs(
      'EMERGENCY_DURATION',
      `${formatDuration(seconds)} was asked for ${request}, and ${formatDuration(LEAST_SECONDS)} to ${formatDuration(emergency.maxDurationSeconds)} are allowed`,
      'ask again with another --for',
    )
  // An attempt whose key is lost, or that is resumed, gave nothing to anybody.
  const attempts = [...(record?.abandoned ?? []), ...(record?.claim ? [record.claim] : [])]
  const lost = attempts.map(({ objectName }) => objectName)
  const isUsed = record?.history.some(
    ({ approval, objectName }) => approval?.emergency?.ask === uid && !lost.includes(objectName),
  )
  if (isUsed || isAskOver({ seconds, at }, emergency, now))
    return refuseAs(
      'EMERGENCY_ENDED',
      `the ask for ${request} of ${at.toISOString()} was used, is over, or is not of this time: ${now.toISOString()}`,
      `ask again: countersign emergency ${request} --for ${seconds}s --reason TEXT`,
    )
  if (guardedSince === null || at.getTime() - guardedSince.getTime() < GUARD_SECONDS * 1000)
    return refuseAs(
      'EMERGENCY_UNGUARDED',
      `the guard is not as the trusted configuration prints it, or the ask for ${request} was made less than ${GUARD_SECONDS} seconds after it was changed`,
      'apply the guard, wait for a minute, then ask again; countersign doctor prints the command',
    )
  return ok({
    emergency: { people: [first, second], reason, ask: uid, askedAt: at },
    until: new Date(at.getTime() + (seconds + MARGIN_SECONDS) * 1000),
  })
}
