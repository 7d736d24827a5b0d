// What an approval of a file has to cover: all changes since its last proved version, and their contributors.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import { handsIn, handsOfPush } from './who-contributed.ts'
import type { Hands } from './who-contributed.ts'
import type { LandingSeen, EventLog } from './event-log.ts'
import type { Opinion } from './oracle-question.ts'
import type { DoubleReader } from './read-double.ts'

export interface UnapprovedChanges {
  /** Blob of the last proved version, null for none or for no file. */
  readonly proved: ObjectId | null
  /** Landings since the last version that was proved and allowed by policy, oldest first. */
  readonly since: readonly LandingSeen[]
  /** If policies did not allow the last proved version: its own landing, and the earlier ones that count. */
  readonly upToProved: readonly LandingSeen[]
  /** Issued under another path: equal to proved if GitHub showed the file as renamed from there. */
  readonly moved: { readonly path: string; readonly blob: ObjectId | null } | null
}

export const NOTHING_PROVED: UnapprovedChanges = {
  proved: null,
  since: [],
  upToProved: [],
  moved: null,
}

/** The backdrop of the next landing; two answers if strictness decides whether this one was proved. */
export function afterLanding(
  backdrop: UnapprovedChanges,
  landing: LandingSeen,
  blob: ObjectId | null,
  { isApproved, strictness }: Opinion,
  isAllowed: boolean,
): readonly UnapprovedChanges[] {
  const since = [...backdrop.since, landing]
  const unproved = { ...backdrop, since }
  if (!isApproved) return [unproved]
  const proved = isAllowed
    ? { ...backdrop, proved: blob, since: [], upToProved: [] }
    : { ...backdrop, proved: blob, since, upToProved: since }
  return strictness.length === 0 ? [proved] : [proved, unproved]
}

/** Contributors before a landing who still count. `excused`: bots that need no person. */
export function earlierHands(
  path: string,
  blob: ObjectId | null,
  backdrop: UnapprovedChanges,
  reading: DoubleReader,
  log: EventLog,
  excused: ReadonlySet<number>,
): readonly Hands[] {
  return leftOf(path, blob, backdrop, reading).flatMap(landing => {
    return [
      ...landing.pulls.map(number =>
        handsIn(reading.stage.pull(number), landing, reading, log, excused),
      ),
      // A merge that somebody pushed may hold its own bytes.
      ...(landing.pulls.length === 0 || landing.by === 'push'
        ? [handsOfPush(landing, reading)]
        : []),
    ]
  })
}

/** No change remains between the proved bytes and their last return. */
function leftOf(
  path: string,
  blob: ObjectId | null,
  { proved, since, upToProved }: UnapprovedChanges,
  reading: DoubleReader,
): readonly LandingSeen[] {
  if (proved === null) return since
  if (proved === blob) return upToProved
  const back = since.findLastIndex(({ commit }) => reading.blob(commit, path) === proved)
  return back < upToProved.length ? since : [...upToProved, ...since.slice(back + 1)]
}
