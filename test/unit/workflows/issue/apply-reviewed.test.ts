import { expect, test } from '@jest/globals'
import { blockedBy } from '../../../../src/core/plan/blocked-step.ts'
import { isIssuing, stepTarget } from '../../../../src/domain/cluster/plan-step.ts'
import { failure } from '../../../../src/domain/problem.ts'
import type { Problem } from '../../../../src/domain/problem.ts'
import type { Cluster, Clusters } from '../../../../src/ports/cluster.ts'
import type { Records } from '../../../../src/ports/records.ts'
import type { Secrets } from '../../../../src/ports/secrets.ts'
import type { SigningRequests } from '../../../../src/ports/signing-requests.ts'
import { applyReady, readyCommit } from '../../../../src/workflows/issue/apply-reviewed.ts'
import type { ApplyReviewedPorts } from '../../../../src/workflows/issue/apply-reviewed.ts'
import type { Observed } from '../../../../src/workflows/plan/observe-clusters.ts'
import type { ReviewOptions } from '../../../../src/workflows/prove/review-stages.ts'
import { reviewedSteps } from '../../../../src/workflows/prove/review-steps.ts'
import { trustCommit } from '../../../../src/workflows/prove/trusted-commit.ts'
import { clusterConfig } from '../../../build/effective.ts'
import { noExternalSinks } from '../../../build/delivery-payload.ts'
import { DirectRepository } from '../../../build/direct-repository.ts'
import { readDeed, readGiven } from '../../../build/history/read-history.ts'
import { Rehearsal } from '../../../build/history/rehearsal.ts'
import { CONFIG_PATH, WORKFLOW_PATH } from '../../../build/history/usual-files.ts'
import { valueOf } from '../../../build/request.ts'
import { standIn } from '../../../build/stand-in.ts'

const DEEDS = [
  { 'author pushes to add-jane': { 'requests/people/jane.yaml': {} } },
  'author opens PR1 from add-jane',
  'reviewer approves PR1',
  'author merges PR1 (squash)',
]
const TAKEN: Problem = {
  code: 'SINK_NOT_OWNED',
  at: null,
  message: 'the Secret is not owned by countersign',
  hint: null,
}

test('a proof that is repeated during the apply looks into the sinks again', async () => {
  const rehearsal = new Rehearsal(readGiven({}))
  for (const deed of DEEDS) await rehearsal.play(readDeed(deed))
  const { stage, countersign } = rehearsal
  const repository = new DirectRepository(stage.world, stage.repository)
  const clock = { now: () => stage.world.state.now, sleep: async () => undefined }
  const world = standIn<ApplyReviewedPorts>({
    repository,
    clock,
    keys: standIn({}),
    isForAudit: false,
    memory: null,
    processes: standIn({}),
    progress: { begin: () => undefined, step: () => undefined, done: () => undefined },
    externalSinks: noExternalSinks(),
  })
  const frame = {
    commit: stage.tip('main'),
    config: CONFIG_PATH,
    trustedConfig: await countersign.digest(repository),
    trustedRequests: null,
    workflow: WORKFLOW_PATH,
  }
  const observed = [
    standIn<Observed>({
      cluster: standIn<Cluster>({
        name: 'prod',
        signingRequests: standIn<SigningRequests>({
          list: async () => ({ items: [], tooLarge: [] }),
        }),
        records: standIn<Records>({ list: async () => ({ records: [], broken: [] }) }),
        now: async () => clock.now(),
      }),
      settings: clusterConfig(),
      identity: { username: 'a', groups: [] },
      records: [],
      broken: [],
    }),
  ]
  const records = new Map([['prod', []]])
  let isTaken = false
  const options: ReviewOptions = {
    looked: async plan => ({
      ...plan,
      steps: plan.steps.map(step => (isTaken && isIssuing(step) ? blockedBy(step, [TAKEN]) : step)),
    }),
  }
  const commit = valueOf(await trustCommit(world, frame))
  const reviewed = await reviewedSteps(world, commit, records, options)
  const first = { frame, commit, reviewed, observed, records, options, failures: [] }
  isTaken = true
  const { steps } = await applyReady({ ...first, since: new Date(0) }, world, {
    interrupted: new AbortController().signal,
    isByHand: true,
  })
  expect(steps).toMatchObject([{ kind: 'refused', step: { kind: 'issue' }, problems: [TAKEN] }])
})

const OF_BOTH = { clusters: ['prod', 'lab'] }
const LAB = { clusters: { lab: { server: 'https://10.0.0.2:6443', provider: 'kubeadm' } } }

async function twoClusters() {
  const files = {
    'countersign.yaml': LAB,
    'requests/people/kim.yaml': { ...OF_BOTH, signerName: 'no/such/signer' },
  }
  const rehearsal = new Rehearsal(readGiven({ files }))
  const [change, ...others] = DEEDS
  const jane = { 'author pushes to add-jane': { 'requests/people/jane.yaml': OF_BOTH } }
  for (const deed of [change && jane, ...others]) await rehearsal.play(readDeed(deed))
  const { stage, countersign } = rehearsal
  const repository = new DirectRepository(stage.world, stage.repository)
  const clock = { now: () => stage.world.state.now, sleep: async () => undefined }
  const opened: string[] = []
  const world = standIn<ApplyReviewedPorts>({
    repository,
    clock,
    keys: standIn({}),
    isForAudit: false,
    memory: null,
    clusters: standIn<Clusters>({
      open: async ({ name }) => {
        opened.push(name)
        return standIn<Cluster>({
          name,
          server: 'https://10.0.0.1:6443',
          serverCa: null,
          close: async () => undefined,
          version: async () => 'v1.36.0',
          whoAmI: async () => ({ username: 'a', groups: [] }),
          records: standIn<Records>({ list: async () => ({ records: [], broken: [] }) }),
          secrets: standIn<Secrets>({ read: async () => null }),
          lacks: async () => {
            throw failure('CLUSTER_UNREACHABLE', 'not asked', null)
          },
        })
      },
    }),
  })
  const frame = {
    commit: stage.tip('main'),
    config: CONFIG_PATH,
    trustedConfig: await countersign.digest(repository),
    trustedRequests: null,
    workflow: WORKFLOW_PATH,
  }
  return { world, frame, opened }
}

test('a run for one cluster reads no other cluster and has no step there', async () => {
  const { world, frame, opened } = await twoClusters()
  const { reviewed } = valueOf(await readyCommit(world, frame, 'prod'))
  expect(opened).toEqual(['prod'])
  expect(reviewed.plan.steps.map(step => [step.kind, stepTarget(step).cluster])).toEqual([
    ['issue', 'prod'],
    ['blocked', 'prod'],
  ])
})

test('a run for a cluster that the trusted configuration does not name is refused', async () => {
  const { world, frame } = await twoClusters()
  await expect(readyCommit(world, frame, 'prd')).rejects.toMatchObject({
    problem: { code: 'CONFIG_CLUSTER_UNKNOWN' },
  })
})
