// Histories of inventories, in the language of approval/histories: `expect` is the verdict on the inventory of prod.
import { expect, test } from '@jest/globals'
import { readHistories } from '../../build/history/read-history.ts'
import { Rehearsal, directly } from '../../build/history/rehearsal.ts'
import { SEES_ALL } from '../../build/direct-repository.ts'
import { trustCommit } from '../../../src/workflows/prove/trusted-commit.ts'
import { trustedInventory } from '../../../src/workflows/prove/trusted-inventory.ts'

const FOLDER = new URL('../../fixtures/inventories/', import.meta.url).pathname

test.each(readHistories(FOLDER).map(history => [history.name, history] as const))(
  'the inventory of %s',
  async (_, history) => {
    const rehearsal = new Rehearsal(history.given)
    for (const deed of history.steps) expect(await rehearsal.play(deed)).toEqual([])
    const { stage, countersign } = rehearsal
    const repository = directly(stage, SEES_ALL)
    const clock = { now: () => stage.world.state.now, sleep: () => Promise.resolve() }
    const frame = {
      commit: stage.tip('main'),
      config: 'countersign.yaml',
      trustedConfig: await countersign.digest(repository),
      trustedRequests: null,
      workflow: '.github/workflows/countersign.yaml',
    }
    const trusted = await trustCommit({ repository, clock }, frame)
    if (!trusted.ok) throw new Error(trusted.problems.map(({ message }) => message).join('\n'))
    const [cluster] = trusted.value.rules.config.clusters.filter(({ name }) => name === 'prod')
    if (cluster === undefined) throw new Error('no prod')
    const found = await trustedInventory({ repository, clock }, trusted.value, cluster)
    const verdict = found.ok ? 'approved' : found.problems.map(({ code }) => code).join(' ')
    const wanted = history.expect.requests['jane']
    const expected = wanted?.kind === 'refused' ? wanted.codes.join(' ') : wanted?.kind
    const messages = found.ok ? [] : found.problems.map(({ message }) => message)
    expect({ verdict, messages }).toEqual({ verdict: expected, messages })
  },
)
