// An approver, as far as no request is needed: when it decides nothing.
import { expect, test } from '@jest/globals'
import { USUAL_PACE } from '../../../../src/core/control/lease-turn.ts'
import type { Leadership } from '../../../../src/workflows/control/leadership.ts'
import { approvePending } from '../../../../src/workflows/pending/approver.ts'
import type { ApproverWorld } from '../../../../src/workflows/pending/approver.ts'
import { standIn } from '../../../build/stand-in.ts'
import { trustScene } from '../../../build/trust-scene.ts'

const SIGNER = 'example.com/nodes'

/** One turn of a leader; the cluster's clock is ahead. Returns how often it listed requests, and the codes of problems. */
async function turnWith(aheadSeconds: number) {
  const scene = await trustScene('0s', SIGNER)
  const { world, options, state, codes } = scene
  const ended = new AbortController()
  let lists = 0
  const cluster = standIn<ApproverWorld['cluster']>({
    name: 'prod',
    now: async () => new Date(state.now.getTime() + aheadSeconds * 1000),
    issuedNamesOf: () => ({
      list: async () => ({ names: [], versions: [] }),
      write: async () => undefined,
    }),
    signingRequests: standIn<ApproverWorld['cluster']['signingRequests']>({
      async *listInParts() {
        lists++
        yield []
      },
    }),
  })
  const leadership = standIn<Leadership>({
    isLeader: true,
    commit: null,
    renew: async () => true,
    release: async () => undefined,
    actOn: async () => true,
  })
  const pause = async (_milliseconds: number, signal: AbortSignal): Promise<void> => {
    ended.abort()
    await new Promise(resolve => {
      if (signal.aborted) resolve(null)
      else signal.addEventListener('abort', resolve)
    })
  }
  const signers = [{ signerName: SIGNER, lease: 'lease', leadership }]
  await approvePending(
    { ...world, cluster, pause },
    { ...options, pace: USUAL_PACE, signers },
    ended.signal,
  )
  return { lists, codes }
}

test('an approver whose clock is right looks at the requests', async () =>
  expect(await turnWith(59)).toEqual({ lists: 1, codes: [] }))

test('an approver whose clock differs from that of the cluster decides nothing', async () =>
  expect(await turnWith(61)).toEqual({ lists: 0, codes: ['CONTROLLER_CLOCK'] }))
