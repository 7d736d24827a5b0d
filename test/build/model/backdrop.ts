// What an approval of a file has to cover: everything that came since its last proved version, and who brought that.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { handsIn, handsOfPush } from './hands.ts'
import type { Hands } from './hands.ts'
import type { LandingSeen, Log } from './log.ts'
import type { Opinion } from './opinion.ts'
import type { Reading } from './reading.ts'

export interface Backdrop {
  /** Blob of the last proved version, null for none or for no file. */
  readonly proved: ObjectId | null
  /** Landings since the last version that was proved and allowed by policy, oldest first. */
  readonly since: readonly LandingSeen[]
  /** Where the last proved version was not allowed: its own landing, and those before it that count. */
  readonly upToProved: readonly LandingSeen[]
  /** What was issued under another path: as good as proved where GitHub showed the file as renamed from there. */
  readonly moved: { readonly path: string; readonly blob: ObjectId | null } | null
}

export const NOTHING_PROVED: Backdrop = { proved: null, since: [], upToProved: [], moved: null }

/** What comes before the next landing; two answers where it is a matter of strictness whether this one was proved. */
export function afterLanding(
  backdrop: Backdrop,
  landing: LandingSeen,
  blob: ObjectId | null,
  { isApproved, strictness }: Opinion,
  isAllowed: boolean,
): readonly Backdrop[] {
  const since = [...backdrop.since, landing]
  const unproved = { ...backdrop, since }
  if (!isApproved) return [unproved]
  const proved = isAllowed
    ? { ...backdrop, proved: blob, since: [], upToProved: [] }
    : { ...backdrop, proved: blob, since, upToProved: since }
  return strictness.length === 0 ? [proved] : [proved, unproved]
}

/** Who had a hand in what came before a landing and still counts. `excused`: bots that need no person behind them. */
export function earlierHands(
  path: string,
  blob: ObjectId | null,
  backdrop: Backdrop,
  reading: Reading,
  log: Log,
  excused: ReadonlySet<number>,
): readonly Hands[] {
  return leftOf(path, blob, backdrop, reading).flatMap(landing => [
    ...landing.pulls.map(number =>
      handsIn(reading.stage.pull(number), path, landing, reading, log, excused),
    ),
    // A merge that somebody pushed may hold bytes of their own.
    ...(landing.pulls.length === 0 || landing.by === 'push' ? [handsOfPush(landing, reading)] : []),
  ])
}

/** Nothing is left of what came between the proved bytes and the last time that they came back. */
function leftOf(
  path: string,
  blob: ObjectId | null,
  { proved, since, upToProved }: Backdrop,
  reading: Reading,
): readonly LandingSeen[] {
  if (proved === null) return since
  if (proved === blob) return upToProved
  const back = since.findLastIndex(({ commit }) => reading.blob(commit, path) === proved)
  return back < upToProved.length ? since : [...upToProved, ...since.slice(back + 1)]
}
