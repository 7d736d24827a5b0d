// A repository whose policies an approver trusts or not, at a time of the test's choice.
import { trustedDigest } from '../../src/core/approval/configuration-digest.ts'
import { CountersignError, unplaced } from '../../src/domain/problem.ts'
import type { Code } from '../../src/domain/problem-codes.ts'
import { PolicyTrust } from '../../src/workflows/pending/policy-trust.ts'
import type { TrustOptions, TrustPorts } from '../../src/workflows/pending/policy-trust.ts'
import type { RepositoryFiles } from '../../src/ports/repository-files.ts'
import { DirectRepository } from './direct-repository.ts'
import { isConfiguration } from './history/countersign.ts'
import { isOfPeople, perform } from './history/deeds.ts'
import { readDeed, readGiven } from './history/read-history.ts'
import { Stage } from './history/stage.ts'

const MINUTE_MS = 60_000

/** `world` and `options` are those of an approver, but for its cluster and its leaderships. `atStart`: more files of the first commit. */
export async function trustScene(
  offlineGrace: string,
  signerName = 'example.com/nodes',
  atStart: Readonly<Record<string, unknown>> = {},
) {
  const clusters = { prod: { nodeInventory: 'nodes/prod' } }
  const stage = new Stage(
    readGiven({
      files: { 'countersign.yaml': { approval: { offlineGrace }, clusters }, ...atStart },
    }),
  )
  const repository = new DirectRepository(stage.world, stage.repository)
  const tree = stage.world.treeAt(stage.commit('start'))
  const listed = (await repository.listings([tree])).get(tree) ?? []
  const files = listed.filter(({ path }) => isConfiguration(path))
  const state = {
    now: stage.world.state.now,
    fails: null as Code | null,
    inventoryFails: null as Code | null,
  }
  const codes: string[] = []
  const report = (): undefined => undefined
  const world: TrustPorts = {
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
  }
  const filesAt = repository.filesAt.bind(repository)
  repository.filesAt = commit => {
    const files = filesAt(commit)
    const list: RepositoryFiles['list'] = async folder => {
      const fails = folder === clusters.prod.nodeInventory ? state.inventoryFails : null
      if (fails !== null) throw new CountersignError(unplaced(fails, 'it fails'))
      return files.list(folder)
    }
    return { ...files, list }
  }
  const options: TrustOptions = {
    config: 'countersign.yaml',
    trustedConfig: trustedDigest(new Map(files.map(({ path, blob }) => [path, blob]))),
    trustedRequests: null,
    cluster: { name: 'prod', owner: 'acme-certs', recordNamespace: 'countersign', server: '' },
    callsPerHour: 1000,
    signers: [{ signerName }],
  }
  const trust = new PolicyTrust(world, options)
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
  return { stage, world, options, trust, after, does, codes, state }
}
