import { describe, expect, test } from '@jest/globals'
import { proveSteps } from '../../../../src/workflows/prove/prove.ts'
import type { Proving } from '../../../../src/workflows/prove/prove.ts'
import { originKeyOfStep } from '../../../../src/workflows/prove/request-origins.ts'
import type { OriginWithVersions } from '../../../../src/workflows/prove/request-origins.ts'
import { evidenceDigest } from '../../../../src/core/approval/build-evidence.ts'
import { withdrawStepFor } from '../../../../src/core/plan/due-withdrawals.ts'
import type { AttributesFile } from '../../../../src/core/approval/visibility/hiding-attributes.ts'
import type {
  Background,
  GatheredFacts,
  ProofFacts,
} from '../../../../src/core/approval/proof-facts.ts'
import type { TrustedConfiguration } from '../../../../src/core/approval/trust-root.ts'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import type { Config } from '../../../../src/domain/request/config.ts'
import type { IssuingStep, KeepStep } from '../../../../src/domain/cluster/plan-step.ts'
import type { Evidence } from '../../../../src/domain/proof/evidence.ts'
import type { EffectiveRequest } from '../../../../src/domain/request/request.ts'
import { standIn } from '../../../build/stand-in.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { issuedRecord, requestRecord } from '../../../build/issued.ts'
import {
  at,
  evidencedApproval,
  approvers,
  proofFacts,
  COLLEAGUE,
  pullRequest,
  review,
  REVIEWER,
  reviewerRights,
  usualEvidence,
} from '../../../build/proof.ts'
import { CONFIG_PATH, usualFile } from '../../../build/history/usual-files.ts'
import { ownYaml, requestFile, valueOf } from '../../../build/request.ts'

const PATH = 'requests/jane.yaml'
const CONFIG = valueOf(parseConfig(requestFile(usualFile(CONFIG_PATH, {}), { path: CONFIG_PATH })))
const LANDING = { commit: 'm1', before: 'root' }
const BACKGROUND: Background = { proved: { blob: null, commit: 'root' }, since: [] }
/** GitHub shows no diff any more, and this pull request needs one. */
const NOT_SHOWN = { facts: { diffOf: () => null }, hasLargePull: true } as const
/** The evidence of the approved bytes. */
const evidenceOf = (changes: Partial<Evidence> = {}): Evidence =>
  usualEvidence({ path: PATH, ...changes })

interface Asked {
  readonly path?: string
  readonly recorded?: Evidence
  readonly isRenewal?: boolean
  /** The record of the renewed certificate. */
  readonly by?: 'review' | 'terminal'
  readonly text?: string
  readonly attributes?: readonly AttributesFile[]
  readonly moved?: readonly string[]
  readonly trusted?: Partial<TrustedConfiguration>
  readonly facts?: Partial<ProofFacts>
  readonly configurations?: (commit: string) => Config | null
  readonly commits?: string
  readonly tip?: string
  readonly hasTrail?: boolean
  readonly hasBackground?: boolean
  readonly hasLargePull?: boolean
}

function commitsOf(path: string): string {
  return `root: README=r\n h1 < root: ${path}=b\n m1 < root h1: ${path}=b`
}

function stepOf(request: EffectiveRequest, { isRenewal, by = 'review' }: Asked): IssuingStep {
  const step = issueStep(request)
  if (isRenewal !== true) return step
  const proof = { kind: by, by: 'reviewer', digest: '', evidence: null } as const
  const current = issuedRecord(request, { proof })
  return { ...step, kind: 'renew', because: 'RenewalDue', current, until: at(90) }
}

function proving(asked: Asked) {
  const path = asked.path ?? PATH
  const file = requestFile(asked.text ?? ownYaml('commonName: jane'), { path, blob: 'b' })
  const request = effective({ path, blob: 'b' })
  const step = stepOf(request, asked)
  const size = { files: asked.hasLargePull === true ? 2 : 1, additions: 1, deletions: 0 }
  const facts: ProofFacts = {
    ...proofFacts({
      commits: asked.commits ?? commitsOf(path),
      tip: asked.tip ?? 'm1',
      pulls: [pullRequest({ size })],
    }),
    ...asked.facts,
  }
  const fileOrigin: OriginWithVersions = {
    path,
    blob: 'b',
    landing: LANDING,
    recorded: asked.recorded ?? null,
    cluster: 'prod',
    versions: [],
    origin: 'nothing',
  }
  const key = originKeyOfStep(step)
  const all = standIn<Proving>({
    history: standIn<Proving['history']>({
      repository: { ...facts.repository, tip: asked.tip ?? 'm1' },
      line: ['m1', 'root'],
      frame: {
        commit: 'm1',
        config: 'countersign.yaml',
        trustedConfig: 'sha256:0',
        trustedRequests: null,
        workflow: null,
      },
      states: [{ commit: 'root', before: null, files: new Map([['countersign.yaml', 'c']]) }],
    }),
    rules: { config: CONFIG, policies: null },
    judgedRequests: standIn<Proving['judgedRequests']>({ verdicts: new Map() }),
    files: [file],
    attributes: asked.attributes ?? [],
    fileOrigins: new Map(asked.hasTrail === false ? [] : [[key, fileOrigin]]),
    moved: new Map((asked.moved ?? []).map(path => [path, [null]])),
    backgrounds: new Map(asked.hasBackground === false ? [] : [[key, BACKGROUND]]),
    facts,
    lookUps: standIn<Proving['lookUps']>({
      decideKnowing: async <T>(_: GatheredFacts, decide: (facts: ProofFacts) => T) => decide(facts),
      request: (_path, _blob, folder) => valueOf(parseRequest(file, folder)),
    }),
    configurations: asked.configurations ?? (() => CONFIG),
    rulesAt: () => null,
    approvers: approvers(),
    trusted: {
      digest: 'sha256:0',
      anchor: 'root',
      warnings: [],
      inForce: [{ commit: 'root', before: null, files: new Map() }],
      ...asked.trusted,
    },
  })
  return { step, all }
}

async function proofOf(asked: Asked = {}) {
  const { step, all } = proving(asked)
  const { approved, refused, warnings } = await proveSteps(all, [step], [])
  const [proof] = approved.map(each => each.proof)
  return {
    codes: refused.flatMap(({ problems }) => problems.map(({ code }) => code)),
    evidence: proof?.kind === 'review' ? proof.evidence : null,
    warnings: warnings.map(({ code }) => code),
  }
}

describe('an approved step', () => {
  test('an approved step has evidence of the applied commit and of its configuration', async () => {
    const tipped = `${commitsOf(PATH)}\n n1 < m1: README=s`
    const { evidence } = await proofOf({ commits: tipped, tip: 'n1' })
    expect(evidence).toMatchObject({
      commit: 'm1',
      path: PATH,
      blob: 'b',
      since: { blob: null, commit: 'root' },
      configuration: { 'countersign.yaml': 'c' },
      trustRoot: { digest: 'sha256:0', anchor: 'root' },
    })
  })

  test('a file with an unusual name that was issued before is approved', async () => {
    const path = 'requests/team_a/jane.yaml'
    const recorded = evidenceOf({ path })
    expect((await proofOf({ path, recorded })).codes).toEqual([])
    expect((await proofOf({ path })).codes).toEqual(['APPROVAL_HIDDEN'])
  })
})

describe('a refused step', () => {
  test.each<[string, string, Asked]>([
    ['where the origin of the file is unknown', 'APPROVAL_UNTRACED', { hasTrail: false }],
    ['where the file changed since the commit', 'APPROVAL_FILE_MOVED', { moved: [PATH] }],
    [
      'where the file differs at the tip',
      'APPROVAL_FILE_MOVED',
      { commits: `${commitsOf(PATH)}\n n1 < m1: ${PATH}=c`, tip: 'n1' },
    ],
    [
      'where attributes hide the file now',
      'APPROVAL_HIDDEN',
      { attributes: [{ path: '.gitattributes', text: '*.yaml -diff\n' }] },
    ],
    ['where GitHub hides files of this name', 'APPROVAL_HIDDEN', { path: 'requests/uv.lock.yaml' }],
    [
      'where the file came with a change of the configuration',
      'APPROVAL_MIXED',
      { commits: commitsOf(PATH).replace(`${PATH}=b`, `${PATH}=b countersign.yaml=x`) },
    ],
    [
      'where the configuration at the review cannot be read',
      'APPROVAL_OTHER_EFFECTIVE_REQUEST',
      { configurations: commit => (commit === 'root' ? null : CONFIG) },
    ],
    [
      'where the configuration at the merge cannot be read',
      'APPROVAL_OTHER_EFFECTIVE_REQUEST',
      { configurations: commit => (commit === 'm1' ? null : CONFIG) },
    ],
    [
      'with a configuration that can be read neither at the merge nor at the review',
      'APPROVAL_OTHER_EFFECTIVE_REQUEST',
      { configurations: () => null },
    ],
    ['where GitHub does not show the diff', 'APPROVAL_UNVERIFIABLE', NOT_SHOWN],
    [
      'where no version is known to be proved, and no line was shown',
      'APPROVAL_NOT_SHOWN',
      {
        hasBackground: false,
        hasLargePull: true,
        facts: { diffOf: ({ base, head }) => ({ base, head, files: [], isCut: false }) },
      },
    ],
  ])('a step is refused %s', async (_, code, asked) => {
    expect((await proofOf(asked)).codes).toEqual([code])
  })
})

describe('a renewal that is judged like a first issue', () => {
  /** A person who can write, and may not decide about a renewal, still asks for changes. */
  const pull = pullRequest({
    reviews: [
      review(),
      review({ id: 502, author: COLLEAGUE, state: 'CHANGES_REQUESTED', at: at(25) }),
    ],
  })
  const asked: Asked = {
    isRenewal: true,
    recorded: evidenceOf({ approvals: [evidencedApproval()] }),
    facts: { pullRequests: new Map([[1, pull]]) },
  }

  test('a renewal is judged like a first issue if the record holds no evidence of these bytes', async () => {
    expect((await proofOf(asked)).codes).toEqual([])
    const { recorded: _, ...without } = asked
    expect((await proofOf(without)).codes).toEqual(['APPROVAL_CHANGES_REQUESTED'])
  })

  test('a renewal is judged like a first issue if a person at a terminal approved the certificate', async () => {
    const rights = reviewerRights({
      permission: ({ id }) => (id === REVIEWER.id ? 'read' : 'write'),
    })
    const left = { ...asked, facts: { reviewerRights: rights } }
    expect((await proofOf(left)).codes).toEqual([])
    expect((await proofOf({ ...left, by: 'terminal' })).codes).toEqual([
      'APPROVAL_REVIEWER_NOT_ELIGIBLE',
    ])
  })
})

describe('a file without a step', () => {
  async function keptOf(asked: Asked = {}): Promise<readonly string[]> {
    const { step, all } = proving(asked)
    const inUse = { current: null, until: null, renewAt: null }
    const keep = { ...step, ...inUse, kind: 'keep', because: 'UpToDate' } as KeepStep
    const { keepProofs: kept, refused } = await proveSteps(all, [], [keep])
    expect(refused).toEqual([])
    return kept.map(({ proof }) => proof.evidence.meaning)
  }

  test('a file without a step gets a proof of its new bytes', async () => {
    expect(await keptOf()).toEqual([issueStep(effective({ path: PATH, blob: 'b' })).effective])
  })

  test.each<[string, Asked]>([
    ['is not approved', { facts: { branchRules: null } }],
    ['changed since', { moved: [PATH] }],
  ])('a file without a step gets no proof where it %s', async (_, asked) => {
    expect(await keptOf(asked)).toEqual([])
  })
})

describe('a withdrawal', () => {
  test('a withdrawal whose file changed before the version that was issued is refused', async () => {
    const { step, all } = proving({})
    const { request } = step
    const issued = evidenceOf({ path: PATH, landing: { commit: 'm1', by: 'pullRequestMerge' } })
    const proof = {
      kind: 'review',
      by: 'reviewer',
      digest: evidenceDigest(issued),
      evidence: issued,
    } as const
    const current = issuedRecord(request, { proof })
    const record = requestRecord(request, { issued: current })
    const withdraw = withdrawStepFor(request, 'FileRemoved', record, current)
    const ended = all.fileOrigins.get(originKeyOfStep(step))
    const landing = { commit: 'root', before: null }
    const before = { ...ended, blob: null, landing } as OriginWithVersions
    const fileOrigins = new Map([[originKeyOfStep(withdraw), before]])
    const { refused } = await proveSteps({ ...all, fileOrigins }, [withdraw], [])
    expect(refused.flatMap(({ problems }) => problems.map(({ code }) => code))).toEqual([
      'APPROVAL_UNTRACED',
    ])
  })
})
