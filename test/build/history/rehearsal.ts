// Plays a history, and compares the verdicts of countersign with its expectations.
import type { ObjectId } from '../../../src/domain/proof/git-history.ts'
import type { Checked } from '../../../src/domain/problem.ts'
import type { Reviewed } from '../../../src/workflows/prove/review-steps.ts'
import type { ReviewedRepository } from '../../../src/ports/reviewed-repository.ts'
import { DirectRepository, SEES_ALL } from '../direct-repository.ts'
import type { Blindness } from '../direct-repository.ts'
import { Countersign } from './countersign.ts'
import { isOfPeople, perform } from './deeds.ts'
import { forgedRecord } from './forge.ts'
import { differences } from './finding.ts'
import type { Deed, Expected, Given, History } from './history.ts'
import { Stage } from './stage.ts'

/** How the repository is reached: from the state, or by the adapter over sockets. */
export type Reach = (stage: Stage, blindness: Blindness) => ReviewedRepository

export const directly: Reach = ({ world, repository }, blindness) =>
  new DirectRepository(world, repository, blindness)

/** Time between two steps, unless the history says otherwise. */
const PAUSE_SECONDS = 300

export class Rehearsal {
  readonly stage: Stage
  readonly countersign: Countersign
  readonly #reach: Reach
  #blindness: Blindness
  #pause = PAUSE_SECONDS

  constructor(given: Given, reach: Reach = directly) {
    this.stage = new Stage(given)
    const { stage } = this
    this.countersign = new Countersign({
      now: () => stage.world.state.now,
      commit: mark => stage.commit(mark),
      objectAt: async (commit, path) =>
        path === '' ? stage.world.treeAt(commit) : stage.world.blobAt(commit, path),
      forged: (record, how) => forgedRecord(record, how, stage),
    })
    this.#reach = reach
    this.#blindness = {
      ...SEES_ALL,
      ...Object.fromEntries(given.unreadable.map(what => [what, true])),
    }
  }

  /** Plays one step; returns differences as sentences. */
  async play(deed: Deed): Promise<readonly string[]> {
    if (deed.kind === 'time') {
      this.stage.world.tick(deed.seconds)
      this.#pause = 0
      return []
    }
    if (isOfPeople(deed)) {
      this.stage.world.tick(this.#pause)
      this.#pause = PAUSE_SECONDS
      perform(this.stage, deed)
      return []
    }
    switch (deed.kind) {
      case 'trust':
        this.countersign.trust(deed.mark)
        return []
      case 'trustRequests':
        this.countersign.trustRequests(deed.mark)
        return []
      case 'unreadable':
        this.#blindness = { ...this.#blindness, [deed.what]: true }
        return []
      case 'issue':
        await this.issue()
        return []
      case 'noGuard':
        this.countersign.loseGuard()
        return []
      case 'forge':
        this.countersign.forge(deed.request, deed.how)
        return []
      case 'find':
        return this.find({ ...deed.expect, at: deed.at ?? deed.expect.at })
    }
  }

  /** Differences from the expectation. */
  async find(expected: Expected): Promise<readonly string[]> {
    const commit = expected.at === null ? this.stage.tip('main') : this.stage.commit(expected.at)
    return differences(expected, await this.review(commit))
  }

  review(commit: ObjectId = this.stage.tip('main')): Promise<Checked<Reviewed>> {
    return this.countersign.review(this.#repository(), commit)
  }

  /** Approved steps become certificates and records. */
  issue(): Promise<Checked<Reviewed>> {
    return this.countersign.issue(this.#repository())
  }

  #repository(): ReviewedRepository {
    return this.#reach(this.stage, this.#blindness)
  }
}

/** Plays the whole history; returns each difference with its step. */
export async function rehearse(
  history: History,
  reach: Reach = directly,
): Promise<readonly string[]> {
  const rehearsal = new Rehearsal(history.given, reach)
  const found: string[] = []
  for (const deed of history.steps) {
    const differs = await playOrTell(rehearsal, deed)
    found.push(...differs.map(text => `after "${deed.said}": ${text}`))
  }
  return [...found, ...(await rehearsal.find(history.expect))]
}

async function playOrTell(rehearsal: Rehearsal, deed: Deed): Promise<readonly string[]> {
  try {
    return await rehearsal.play(deed)
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause)
    throw new Error(`"${deed.said}" cannot be done: ${message}`, { cause })
  }
}
