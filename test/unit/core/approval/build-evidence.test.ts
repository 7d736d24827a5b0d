import { createHash } from 'node:crypto'
import { describe, expect, test } from '@jest/globals'
import { evidenceDigest, evidenceOf } from '../../../../src/core/approval/build-evidence.ts'
import type { EvidenceContext } from '../../../../src/core/approval/build-evidence.ts'
import { judgeApproval } from '../../../../src/core/approval/judge-approval.ts'
import type { Background, Question } from '../../../../src/core/approval/proof-facts.ts'
import type { EvidencedVersion } from '../../../../src/domain/proof/evidence.ts'
import { contradiction } from '../../../../src/core/approval/evidence-contradiction.ts'
import {
  at,
  AUTHOR,
  COLLEAGUE,
  approvers,
  made,
  OWNER,
  proofFacts,
  pullRequest,
  question,
  review,
  REVIEWER,
  usualEvidence,
} from '../../../build/proof.ts'
import { valueOf } from '../../../build/request.ts'

const CONTEXT: EvidenceContext = {
  tool: '0.1.0',
  commit: 'm1',
  configuration: new Map([['countersign.yaml', 'c']]),
  trustRoot: { digest: 'sha256:00', anchor: 'root' },
  bytes: new TextEncoder().encode('jane\n'),
  meaning: 'e'.repeat(64),
}
const ref = ({ id, login }: typeof AUTHOR) => ({ id, login })
const RENAMED = { path: 'joan', blob: 'v1', commit: 'm0' }

function written(
  about: Question = question(),
  told: Parameters<typeof proofFacts>[0] = {},
  context: Partial<EvidenceContext> = {},
) {
  const facts = proofFacts(told)
  return evidenceOf(about, valueOf(judgeApproval(about, approvers(), facts)), facts, {
    ...CONTEXT,
    ...context,
  })
}

describe('evidence', () => {
  test('evidence names the commit of the run and the commit of the landing', () => {
    const { commit, landing } = written(question(), {}, { commit: 'm2' })
    expect([commit, landing.commit]).toEqual(['m2', 'm1'])
  })

  test('evidence holds every fact that the proof relies on', () => {
    expect(written()).toEqual({
      version: 3,
      below: [],
      tool: '0.1.0',
      decidedAt: at(60).toISOString(),
      repository: { id: 42, name: 'acme/certs' },
      commit: 'm1',
      path: 'jane',
      blob: 'b',
      sha256: createHash('sha256').update('jane\n').digest('hex'),
      meaning: 'e'.repeat(64),
      landing: { commit: 'm1', by: 'pullRequestMerge' },
      pullRequest: {
        number: 1,
        author: ref(AUTHOR),
        mergedAt: at(30).toISOString(),
        mergedBy: ref(OWNER),
        mergeCommit: 'm1',
      },
      contributors: [ref(AUTHOR)],
      unattributed: null,
      hasUnknownPusher: false,
      approvals: [
        {
          reviewer: ref(REVIEWER),
          review: 501,
          commit: 'h1',
          head: 'h1',
          at: at(20).toISOString(),
          eligibleAt: at(60).toISOString(),
          rules: ['approval.requests'],
          bases: ['root'],
        },
      ],
      rule: { name: 'approval.requests', required: 1 },
      since: null,
      configuration: { 'countersign.yaml': 'c' },
      trustRoot: { digest: 'sha256:00', anchor: 'root' },
    })
  })

  test('evidence names the facts that are unknown', () => {
    const reviews = [review(), review({ id: 502, author: COLLEAGUE })]
    const pull = pullRequest({
      author: null,
      pushes: null,
      reviews,
      commits: [made('h1', ['root'], { authors: [null], committer: null })],
      merged: { at: at(30), by: null, commit: 'm1' },
    })
    const evidence = written(question(), { pulls: [pull], moves: null })
    expect(evidence).toMatchObject({
      unattributed: 'opened pull request #1',
      hasUnknownPusher: true,
      landing: { by: 'unknown' },
      rule: { required: 2 },
      pullRequest: { author: null, mergedBy: null },
    })
    expect(evidence.contributors).toEqual([])
  })

  test.each<[string, Background, EvidencedVersion | null]>([
    [
      'the last proved version of the path, though another path had one',
      { proved: { blob: 'v0', commit: 'm0' }, since: [], renamedFrom: [RENAMED] },
      { blob: 'v0', commit: 'm0' },
    ],
    [
      'the proved version of another path, where this path had no file',
      { proved: { blob: null, commit: 'root' }, since: [], renamedFrom: [RENAMED] },
      RENAMED,
    ],
    [
      'that there was no file, where nothing was renamed',
      { proved: { blob: null, commit: 'root' }, since: [], renamedFrom: [] },
      { blob: null, commit: 'root' },
    ],
    ['nothing, where nothing was proved', { proved: null, since: [] }, null],
  ])('evidence says which version the approvals were compared with: %s', (_, background, since) => {
    expect(written(question({ background })).since).toEqual(since)
  })

  test('evidence says which commit was applied, which may be newer than the landing', () => {
    const { commit, landing } = written(question(), {}, { commit: 'm9' })
    expect([commit, landing.commit]).toEqual(['m9', 'm1'])
  })

  test('evidence of a removal has no bytes', () => {
    const commits = 'root: jane=b\n h1 < root: jane=-\n m1 < root h1: jane=-'
    const evidence = written(question({ blob: null }), { commits }, { bytes: null })
    expect([evidence.blob, evidence.sha256]).toEqual([null, null])
  })

  test('evidence keeps the newest versions below for which a record has room', () => {
    const links = ['v3', 'v2', 'v1'].map(blob => ({ ...written(), blob, path: 'j'.repeat(60_000) }))
    const { background } = question()
    const { below } = written(question({ background: { ...background, links } }))
    expect(below.map(({ blob }) => blob)).toEqual(['v3', 'v2'])
  })

  test('evidence agrees with GitHub at the next run', () => {
    expect(contradiction(question({ recorded: written() }), pullRequest())).toBeNull()
  })
})

describe('the digest of evidence', () => {
  test('the digest is the same for any order of the members', () => {
    const evidence = usualEvidence()
    const turned = { ...evidence, ...Object.fromEntries(Object.entries(evidence).toReversed()) }
    expect(evidenceDigest(turned)).toBe(evidenceDigest(evidence))
    expect(evidenceDigest(evidence)).toMatch(/^[0-9a-f]{64}$/)
  })

  test('another member gives another digest', () => {
    const evidence = usualEvidence()
    const others = [
      usualEvidence({ blob: 'c' }),
      usualEvidence({ meaning: 'f'.repeat(64) }),
      usualEvidence({ approvals: [] }),
      usualEvidence({ contributors: [] }),
      usualEvidence({ hasUnknownPusher: true }),
    ]
    expect(new Set([evidence, ...others].map(evidenceDigest)).size).toBe(others.length + 1)
  })
})
