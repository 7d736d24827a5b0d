// Named histories played on a real Gitea server with git and the API: countersign reaches the verdict that the file demands for GitHub.
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { History } from '../../build/history/history.ts'
import { readHistories } from '../../build/history/read-history.ts'
import { giteaOfFile, hasGitea } from '../../gitea/gitea-server.ts'
import { addPeople } from '../../gitea/history/gitea-people.ts'
import type { GiteaServer } from '../../gitea/start.mjs'
import { playAtGitea } from '../../gitea/history/gitea-play.ts'
import { isPlayedAlone, whyNotAtGitea } from '../../gitea/history/playable.ts'

/** Of several hundred: each deed costs a push with its hooks, and waits for the seconds of the server. */
const MOST = 60
/** Played at the same time, each in a repository of its own. */
const AT_ONCE = 12

const playable = readHistories().filter(history => whyNotAtGitea(history) === null)
const chosen = shortestOfEachKind(playable).slice(0, MOST)

/** The codes that a history expects. */
function kindOf({ expect: expected }: History): string {
  const codes = JSON.stringify(expected).match(/[A-Z0-9]+_[A-Z0-9_]+/g) ?? []
  return [...new Set(codes)].toSorted().join(' ')
}

/** The shortest one of each kind, then the second one of each kind, and so on. */
function shortestOfEachKind(all: readonly History[]): readonly History[] {
  const bySteps = all.toSorted((a, b) => a.steps.length - b.steps.length)
  const seen = new Map<string, number>()
  const ranked = bySteps.map(history => {
    const rank = seen.get(kindOf(history)) ?? 0
    seen.set(kindOf(history), rank + 1)
    return { history, rank }
  })
  return ranked.toSorted((a, b) => a.rank - b.rank).map(({ history }) => history)
}

test('the rules leave several hundred histories that a real Gitea server can play', () => {
  expect(playable.length).toBeGreaterThanOrEqual(700)
  expect(chosen.length).toBeGreaterThanOrEqual(60)
  expect(new Set(chosen.map(kindOf)).size).toBeGreaterThanOrEqual(40)
})

const describeGitea = hasGitea() ? describe : describe.skip

describeGitea('countersign judges histories on a real Gitea server as they say', () => {
  const gitea = giteaOfFile(addPeople)
  const found = new Map<History, readonly string[]>()

  /** Plays the histories of a list until it is empty. */
  async function playAll(open: [number, History][], server: GiteaServer): Promise<void> {
    for (let next = open.shift(); next !== undefined; next = open.shift()) {
      const [at, history] = next
      const played = playAtGitea(history, server, `certs-${at}`, gitea.folder())
      found.set(history, await played.catch((cause: unknown) => [String(cause)]))
    }
  }

  beforeAll(async () => {
    const copy = await gitea.another('alone')
    const alone = [...chosen.entries()].filter(([, history]) => isPlayedAlone(history))
    const together = [...chosen.entries()].filter(([, history]) => !isPlayedAlone(history))
    const lanes = Array.from({ length: AT_ONCE }, () => playAll(together, gitea.server()))
    await Promise.all([...lanes, playAll(alone, copy)])
  })

  test.each(chosen.map(history => [history.name, history] as const))(
    'countersign judges the history %s on Gitea as it expects',
    (_, history) => {
      expect(found.get(history)).toEqual([])
    },
  )
})
