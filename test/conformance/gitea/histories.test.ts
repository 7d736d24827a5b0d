// Named histories played on a real Gitea server with git and the API: countersign reaches the verdict that the file demands for GitHub.
import { beforeAll, describe, expect, test } from '@jest/globals'
import type { History } from '../../build/history/history.ts'
import { readHistories } from '../../build/history/read-history.ts'
import { giteaOfFile, hasGitea } from '../../gitea/gitea-server.ts'
import { addPeople } from '../../gitea/history/gitea-people.ts'
import type { GiteaServer } from '../../gitea/start.mjs'
import { playAtGitea } from '../../gitea/history/gitea-play.ts'
import { isPlayedAlone, whyNotAtGitea } from '../../gitea/history/playable.ts'

/** Neighbours in the list are variations, so one of this many is played: each waits for the seconds of the server. */
const STEP = 12
/** Played at the same time, each in a repository of its own. */
const AT_ONCE = 12

const playable = readHistories().filter(history => whyNotAtGitea(history) === null)
const chosen = playable.filter((_, at) => at % STEP === 0)

test('the rules leave several hundred histories that a real Gitea server can play', () => {
  expect(playable.length).toBeGreaterThanOrEqual(700)
  expect(chosen.length).toBeGreaterThanOrEqual(60)
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
