import { expect, test, describe } from '@jest/globals'
import { evidenceDigest } from '../../../../src/core/approval/build-evidence.ts'
import { branchLine } from '../../../../src/core/approval/merges/branch-history.ts'
import type { Evidence } from '../../../../src/domain/proof/evidence.ts'
import type { Step } from '../../../../src/domain/cluster/plan-step.ts'
import type { IssuedRecord } from '../../../../src/domain/cluster/record.ts'
import { findOrigins } from '../../../../src/workflows/prove/request-origins.ts'
import type { History } from '../../../../src/workflows/prove/applied-history.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import type { ReviewFrame } from '../../../../src/workflows/prove/applied-history.ts'
import { standIn } from '../../../build/stand-in.ts'
import { issueStep } from '../../../build/approved.ts'
import { config, effective } from '../../../build/effective.ts'
import { issuedRecord, NOW, requestRecord } from '../../../build/issued.ts'
import { graph, usualEvidence } from '../../../build/proof.ts'
import { requestFile } from '../../../build/request.ts'

const PATH = 'requests/jane.yaml'
const REQUEST = effective({ path: PATH, blob: 'v3' })
const ISSUED = issuedRecord(effective({ path: PATH, blob: 'v2' }))

/** v0 to v3 came one after the other; a tree is named after the blob in it. */
const ANCESTRY = graph(`
  c0: requests=v0
  c1 < c0: requests=v1
  c2 < c1: requests=v2
  c3 < c2: requests=v3
`)
const HISTORY = standIn<History>({
  ancestry: ANCESTRY,
  line: branchLine(ANCESTRY, 'c3', null),
  moves: null,
  requests: 'requests',
  frame: standIn<ReviewFrame>({ trustedRequests: null }),
})
const SOURCE = standIn<ReviewedRepository>({
  listings: async (trees: readonly string[]) =>
    new Map(
      trees.map(tree => [
        tree,
        tree === 'none' ? [] : [{ path: 'jane.yaml', mode: '100644', blob: tree }],
      ]),
    ),
})

/** The evidence of v2, as a run recorded it. */
const evidenceOfV2 = (changes: Partial<Evidence> = {}): Evidence =>
  usualEvidence({
    path: PATH,
    blob: 'v2',
    landing: { commit: 'c2', by: 'pullRequestMerge' },
    meaning: ISSUED.effective,
    ...changes,
  })

async function originWith(
  evidence: Evidence,
  issued: Partial<IssuedRecord> = {},
  digest = evidenceDigest(evidence),
): Promise<string | undefined> {
  const proof = { kind: 'review', by: 'reviewer', digest, evidence } as const
  const record = requestRecord(REQUEST, { issued: { ...ISSUED, proof, ...issued } })
  const step: Step = { ...issueStep(REQUEST), record }
  const wanted = [{ key: 'key', cluster: 'prod', path: PATH, step }]
  const files = [requestFile('', { path: PATH, blob: 'v3' })]
  const fileOrigins = await findOrigins(SOURCE, HISTORY, wanted, files, {
    config: config(),
    now: NOW,
  })
  return fileOrigins.get('key')?.past.origin
}

describe('a search for earlier versions that ends at a record', () => {
  test('the search ends at a record with evidence of what was issued', async () => {
    expect(await originWith(evidenceOfV2())).toBe('recorded')
  })
})

describe('a search for several certificates of one file', () => {
  const record = (evidence: Evidence, issued: Partial<IssuedRecord>) =>
    requestRecord(REQUEST, {
      issued: {
        ...ISSUED,
        ...issued,
        proof: { kind: 'review', by: 'reviewer', digest: evidenceDigest(evidence), evidence },
      },
    })
  const ofV2 = record(evidenceOfV2(), {})
  const ofV1 = record(evidenceOfV2({ blob: 'v1', landing: { commit: 'c1', by: 'push' } }), {
    blob: 'v1',
  })
  const elsewhere = 'requests/joe.yaml'
  const ofJoe = record(evidenceOfV2({ path: elsewhere }), { path: elsewhere })

  test.each([
    ['ends at the older of their records', [ofV2, ofV1], ['v2', 'v1'], 'recorded'],
    ['has the same end in any order', [ofV1, ofV2], ['v2', 'v1'], 'recorded'],
    [
      'goes past the record of one where another has none',
      [ofV2, null],
      ['v2', 'v1', 'v0'],
      'nothing',
    ],
    ['goes past it where the other has another path', [ofV2, ofJoe], ['v2', 'v1', 'v0'], 'nothing'],
  ])('a search for several certificates %s', async (_, records, versions, origin) => {
    const wanted = records.map((each, at) => ({
      key: `key ${at}`,
      cluster: 'prod',
      path: PATH,
      step: { ...issueStep(REQUEST), record: each } satisfies Step,
    }))
    const files = [requestFile('', { path: PATH, blob: 'v3' })]
    const fileOrigins = await findOrigins(SOURCE, HISTORY, wanted, files, {
      config: config(),
      now: NOW,
    })
    for (const { past } of fileOrigins.values())
      expect([past.versions.map(({ blob }) => blob), past.origin]).toEqual([versions, origin])
  })
})

describe('a search for earlier versions that does not end at a record', () => {
  test.each<[string, Evidence, Partial<IssuedRecord>]>([
    ['with other bytes than its evidence', evidenceOfV2(), { blob: 'v1' }],
    ['with another path than its evidence', evidenceOfV2(), { path: 'requests/joe.yaml' }],
    ['with another effective request than its evidence', evidenceOfV2({ meaning: 'other' }), {}],
  ])('the search does not end at a record %s', async (_, evidence, issued) => {
    expect(await originWith(evidence, issued)).toBe('nothing')
  })

  test('the search does not end at a record with evidence that does not fit its digest', async () => {
    expect(await originWith(evidenceOfV2(), {}, '0'.repeat(64))).toBe('nothing')
  })
})
