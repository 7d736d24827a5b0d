// An approver, as far as no request is needed: when it decides nothing.
import { expect, test } from '@jest/globals'
import { USUAL_PACE } from '../../../../src/core/control/lease-turn.ts'
import type { Leadership } from '../../../../src/workflows/control/leadership.ts'
import { approvePending } from '../../../../src/workflows/pending/approver.ts'
import type { TurnReport } from '../../../../src/domain/cluster/pending-request.ts'
import type { ApproverPorts } from '../../../../src/workflows/pending/approver.ts'
import { pending } from '../../../build/pending.ts'
import { standIn } from '../../../build/stand-in.ts'
import { trustScene } from '../../../build/trust-scene.ts'

const SIGNER = 'example.com/nodes'

interface TurnChanges extends Partial<Leadership> {
  /** Seconds that the cluster's clock is ahead. */
  readonly aheadSeconds?: number
  /** Minutes that pass while the requests are listed. */
  readonly listMinutes?: number
}

/** One turn. Returns how often it listed requests, how many of one request it decided or left, and the codes of problems. */
async function turnWith({ aheadSeconds = 0, listMinutes = 0, ...changes }: TurnChanges = {}) {
  const scene = await trustScene('0s', SIGNER)
  const { world, options, state, codes } = scene
  const ended = new AbortController()
  let lists = 0
  let judged = 0
  const cluster = standIn<ApproverPorts['cluster']>({
    name: 'prod',
    now: async () => new Date(state.now.getTime() + aheadSeconds * 1000),
    issuedNamesOf: () => ({
      list: async () => ({ names: [], versions: [] }),
      write: async () => undefined,
    }),
    signingRequests: standIn<ApproverPorts['cluster']['signingRequests']>({
      async *listRows() {
        lists++
        state.now = new Date(state.now.getTime() + listMinutes * 60_000)
        yield [{ name: 'csr', username: 'u', isPending: true, isApproved: false, isIssued: false }]
      },
      readSmall: async () => pending({ signerName: SIGNER }),
    }),
  })
  const leadership = standIn<Leadership>({
    isLeader: true,
    commit: null,
    renew: async () => true,
    release: async () => undefined,
    actOn: async () => true,
    ...changes,
  })
  const pause = async (milliseconds: number, signal: AbortSignal): Promise<void> => {
    // Between two turns; the pauses between looks and renewals are longer.
    if (milliseconds <= 3000) ended.abort()
    await new Promise(resolve => {
      if (signal.aborted) resolve(null)
      else signal.addEventListener('abort', resolve)
    })
  }
  const reports = {
    ...world.reports,
    turned: ({ decided }: TurnReport): void => void (judged += decided.length),
  }
  const signers = [{ signerName: SIGNER, lease: 'lease', leadership }]
  await approvePending(
    { ...world, reports, cluster, pause },
    { ...options, pace: USUAL_PACE, signers },
    ended.signal,
  )
  return { lists, judged, codes }
}

test('an approver whose clock is right looks at the requests', async () =>
  expect(await turnWith({ aheadSeconds: 59 })).toEqual({ lists: 1, judged: 1, codes: [] }))

test('an approver whose clock differs from that of the cluster decides nothing', async () =>
  expect(await turnWith({ aheadSeconds: 61 })).toEqual({
    lists: 0,
    judged: 0,
    codes: ['CONTROLLER_CLOCK'],
  }))

test('an approver that does not lead decides nothing', async () =>
  expect(await turnWith({ isLeader: false })).toMatchObject({ lists: 0 }))

test('an approver whose trust ends while it lists the requests decides nothing', async () =>
  expect(await turnWith({ listMinutes: 10 })).toEqual({ lists: 1, judged: 0, codes: [] }))

test('an approver decides nothing if its commit is older than the one of the Lease', async () => {
  const { lists, codes } = await turnWith({ commit: 'f'.repeat(40) })
  expect(lists).toBe(0)
  expect(codes).toHaveLength(1)
})

test('an approver that cannot write its commit into the Lease decides nothing', async () =>
  expect(await turnWith({ actOn: async () => false })).toMatchObject({ lists: 0, codes: [] }))
