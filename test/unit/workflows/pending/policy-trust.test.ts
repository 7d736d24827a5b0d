// Which policies count, and for how long: while GitHub does not answer, after a refusal, and after a change that nobody approved.
import { expect, test } from '@jest/globals'
import { trustedDigest } from '../../../../src/core/approval/configuration-digest.ts'
import { CountersignError, unplaced } from '../../../../src/domain/problem.ts'
import type { Code } from '../../../../src/domain/problem-codes.ts'
import { PolicyTrust } from '../../../../src/workflows/pending/policy-trust.ts'
import { DirectRepository } from '../../../build/direct-repository.ts'
import { isConfiguration } from '../../../build/history/countersign.ts'
import { isOfPeople, perform } from '../../../build/history/deeds.ts'
import { readDeed, readGiven } from '../../../build/history/read-history.ts'
import { Stage } from '../../../build/history/stage.ts'

const MINUTE_MS = 60_000

async function scene(offlineGrace: string) {
  const stage = new Stage(
    readGiven({ files: { 'countersign.yaml': { approval: { offlineGrace } } } }),
  )
  const repository = new DirectRepository(stage.world, stage.repository)
  const tree = stage.world.treeAt(stage.commit('start'))
  const listed = (await repository.listings([tree])).get(tree) ?? []
  const files = listed.filter(({ path }) => isConfiguration(path))
  const state = { now: stage.world.state.now, fails: null as Code | null }
  const codes: string[] = []
  const report = (): undefined => undefined
  const trust = new PolicyTrust(
    {
      clock: { now: () => state.now, sleep: () => Promise.reject(new Error('no sleep')) },
      reports: {
        looked: report,
        leads: report,
        passed: report,
        turned: report,
        stopped: report,
        failed: problems => void codes.push(...problems.map(({ code }) => code)),
      },
      tip: async () => {
        if (state.fails !== null) throw new CountersignError(unplaced(state.fails, 'it fails'))
        return stage.tip('main')
      },
      openRepository: async () => repository,
    },
    {
      config: 'countersign.yaml',
      trustedConfig: trustedDigest(new Map(files.map(({ path, blob }) => [path, blob]))),
      trustedRequests: null,
      cluster: { name: 'prod', owner: 'acme-certs', recordNamespace: 'countersign', server: '' },
      callsPerHour: 1000,
    },
  )
  const after = async (minutes: number, fails: Code | null = null): Promise<boolean> => {
    state.now = new Date(state.now.getTime() + minutes * MINUTE_MS)
    state.fails = fails
    await trust.look()
    return trust.usable() !== null
  }
  const does = (sentence: string, changed?: Readonly<Record<string, unknown>>): void => {
    const deed = readDeed(changed === undefined ? sentence : { [sentence]: changed })
    if (!isOfPeople(deed)) throw new Error(sentence)
    stage.world.tick(60)
    perform(stage, deed)
  }
  return { stage, trust, after, does, codes, state }
}

test('policies count while GitHub answers, and not before the first proof', async () => {
  const { trust, after, stage } = await scene('0s')
  expect(trust.usable()).toBeNull()
  expect(await after(1)).toBe(true)
  expect(trust.usable()).toMatchObject({ commit: stage.tip('main'), cluster: { name: 'prod' } })
  expect(await after(1)).toBe(true)
})

test('without offlineGrace nothing is decided while GitHub does not answer', async () => {
  const { after } = await scene('0s')
  expect(await after(1)).toBe(true)
  expect(await after(1, 'GITHUB_UNREACHABLE')).toBe(false)
  expect(await after(1)).toBe(true)
})

test('decisions go on for offlineGrace after the last proof', async () => {
  const { after } = await scene('1h')
  expect(await after(1)).toBe(true)
  expect(await after(59, 'GITHUB_UNAVAILABLE')).toBe(true)
  expect(await after(2, 'GITHUB_TIMEOUT')).toBe(false)
})

test.each(['GITHUB_UNAUTHORIZED', 'GITHUB_FORBIDDEN', 'GITHUB_NOT_FOUND'] as const)(
  'the refusal %s stops all decisions, also within offlineGrace',
  async code => {
    const { after } = await scene('1h')
    expect(await after(1)).toBe(true)
    expect(await after(1, code)).toBe(false)
    expect(await after(1, 'GITHUB_UNREACHABLE')).toBe(false)
    expect(await after(2)).toBe(true)
  },
)

test('a look that never ends does not keep the policies in use', async () => {
  const { after, trust, state } = await scene('0s')
  expect(await after(1)).toBe(true)
  state.now = new Date(state.now.getTime() + 3 * MINUTE_MS)
  expect(trust.usable()).toBeNull()
})

test('a change of a policy that no owner approved stops all decisions', async () => {
  const { after, does, codes } = await scene('1h')
  expect(await after(1)).toBe(true)
  does('author pushes to change', {
    'policies/people.yaml': { constraints: { maxDuration: '900h' } },
  })
  does('author opens PR1 from change')
  does('reviewer approves PR1')
  does('author merges PR1 (squash)')
  expect(await after(30)).toBe(false)
  expect(codes.some(code => code.startsWith('APPROVAL_'))).toBe(true)
})
