// The requests that one turn looks at: so that a flood from one user keeps no other user waiting.

export interface Waiting {
  readonly username: string
  /** When it was looked at and left pending; null if never. */
  readonly judgedAt: Date | null
  /** When it was in a list for the first time. */
  readonly seenAt: Date
}

/**
 * At most `most`, one of each user after the other, and at most `perUsername` of one. For one user: first what was never looked at, then
 * what was looked at longest ago; then what was in a list first, since its creator chooses the name. So everything has its turn again.
 */
export function fairTurn<T extends Waiting>(
  waiting: readonly T[],
  { most, perUsername }: { readonly most: number; readonly perUsername: number },
): readonly T[] {
  const queues = new Map<string, T[]>()
  for (const each of [...waiting].sort(inOrder)) {
    const queue = queues.get(each.username) ?? []
    if (queue.length < perUsername) queue.push(each)
    queues.set(each.username, queue)
  }
  const rounds = [...queues.values()].flatMap(queue =>
    queue.map((each, round) => ({ each, round })),
  )
  return rounds
    .sort((one, other) => one.round - other.round || inOrder(one.each, other.each))
    .slice(0, most)
    .map(({ each }) => each)
}

function inOrder(one: Waiting, other: Waiting): number {
  const judged = (one.judgedAt?.getTime() ?? 0) - (other.judgedAt?.getTime() ?? 0)
  return judged || one.seenAt.getTime() - other.seenAt.getTime()
}
