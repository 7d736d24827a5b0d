// Plays a history on a real Gitea server, and compares the verdicts of countersign with its expectations.
import { Countersign } from '../../build/history/countersign.ts'
import { differences } from '../../build/history/finding.ts'
import type { Deed, Expected, History } from '../../build/history/history.ts'
import type { GiteaServer } from '../start.mjs'
import { performAtGitea } from './gitea-deeds.ts'
import { isPlayedAlone } from './playable.ts'
import { GiteaScene } from './gitea-scene.ts'

/** Differences as sentences, each with its step. `name`: of its repository. */
export async function playAtGitea(
  history: History,
  server: GiteaServer,
  name: string,
  folder: string,
): Promise<readonly string[]> {
  const scene = new GiteaScene(server, name, folder)
  await scene.begin(history.given, isPlayedAlone(history))
  const countersign = new Countersign(scene)
  const find = async (expected: Expected): Promise<readonly string[]> => {
    const commit = scene.commit(expected.at ?? 'main')
    return differences(expected, await countersign.review(await scene.repository(), commit))
  }
  const found: string[] = []
  try {
    for (const deed of history.steps) {
      const differs = await play(deed, scene, countersign, find)
      found.push(...differs.map(text => `after "${deed.said}": ${text}`))
    }
    return [...found, ...(await find(history.expect))]
  } finally {
    await scene.end()
  }
}

async function play(
  deed: Deed,
  scene: GiteaScene,
  countersign: Countersign,
  find: (expected: Expected) => Promise<readonly string[]>,
): Promise<readonly string[]> {
  switch (deed.kind) {
    case 'trust':
      countersign.trust(deed.mark)
      return []
    case 'trustRequests':
      countersign.trustRequests(deed.mark)
      return []
    case 'issue':
      await countersign.issue(await scene.repository())
      return []
    case 'noGuard':
      countersign.loseGuard()
      return []
    case 'find':
      return find({ ...deed.expect, at: deed.at ?? deed.expect.at })
    case 'remember':
      await performAtGitea(scene, deed)
      return []
    default:
      await performAtGitea(scene, deed)
      await scene.world.nextSecond()
      return []
  }
}
