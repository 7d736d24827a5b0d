// Whether the hours of rotation.renewAt leave time to renew the certificates of some requests.
import type { Problem } from '../../domain/problem.ts'
import type { Config } from '../../domain/request/config.ts'
import {
  longestClosed,
  secondsBefore,
  secondsToSpare,
} from '../../domain/request/renewal-window.ts'
import { placeOf } from '../../domain/request/request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import { formatDuration } from '../../lib/source/duration.ts'

/** The requests under the configuration of before, whose problems are not told again. */
interface Before {
  readonly requests: readonly EffectiveRequest[]
  readonly config: Config
}

/**
 * FILE_FIELD_VALUE at rotation.renewAt, if a renewal of these requests may miss it. It stops none of them: the hours are not waited for
 * if half of renewBefore is left. Empty without such hours.
 */
export function missedWindow(
  requests: readonly EffectiveRequest[],
  config: Config,
  before: Before | null = null,
): readonly Problem[] {
  const {
    rotation: { window },
    places,
  } = config
  const known = new Set(before === null ? [] : lateIn(before.requests, before.config).map(nameOf))
  const late = lateIn(requests, config).filter(each => !known.has(nameOf(each)))
  const [first] = late
  if (first === undefined || window === null) return []
  const closed = longestClosed(window)
  const others = new Set(late.map(({ path }) => path)).size - 1
  const more = others === 0 ? '' : ` and ${others} more`
  const { path, name, durationSeconds, renewBefore } = first
  const [left, gap] = [secondsBefore(durationSeconds, renewBefore), closed].map(each =>
    formatDuration(Math.floor(each)),
  )
  const least = Math.ceil((2 * closed) / 3600) * 3600
  const set = `renewBefore: ${formatDuration(least)}`
  const asked =
    least < durationSeconds ? set : `a duration of more than ${formatDuration(least)} with ${set}`
  return [
    {
      code: 'FILE_FIELD_VALUE',
      at: placeOf(places, 'rotation.renewAt'),
      message: `rotation.renewAt may miss the renewal of ${name}${more}: its hours are up to ${gap} apart, and ${path} is renewed ${left} before it ends`,
      hint: `add days or hours, or set ${asked} in ${path}`,
    },
  ]
}

/** Those that renew, and may miss the hours. */
function lateIn(
  requests: readonly EffectiveRequest[],
  { rotation: { window } }: Config,
): readonly EffectiveRequest[] {
  if (window === null) return []
  const closed = longestClosed(window)
  return requests.filter(
    ({ withdraw, until, durationSeconds, renewBefore }) =>
      !withdraw &&
      until === null &&
      secondsToSpare(secondsBefore(durationSeconds, renewBefore)) < closed,
  )
}

function nameOf({ cluster, name }: EffectiveRequest): string {
  return `${cluster}/${name}`
}
