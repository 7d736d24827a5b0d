import { expect, test, describe } from '@jest/globals'
import { evidenceDigest } from '../../../../src/core/approval/build-evidence.ts'
import { branchLine } from '../../../../src/core/approval/merges/branch-history.ts'
import { withdrawStepFor } from '../../../../src/core/plan/due-withdrawals.ts'
import type { Evidence } from '../../../../src/domain/proof/evidence.ts'
import type { KeepStep, Plan, Step } from '../../../../src/domain/cluster/plan-step.ts'
import {
  findOrigins,
  issuedElsewhere,
  wantedFiles,
} from '../../../../src/workflows/prove/request-origins.ts'
import type { History } from '../../../../src/workflows/prove/applied-history.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import type { ReviewFrame } from '../../../../src/workflows/prove/applied-history.ts'
import { standIn } from '../../../build/stand-in.ts'
import { issueStep } from '../../../build/approved.ts'
import { effective } from '../../../build/effective.ts'
import { issuedRecord, requestRecord } from '../../../build/issued.ts'
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

interface Asked {
  readonly digest?: string
  readonly isGuarded?: boolean
}

/** The origin of v3, with a record whose evidence is this. */
async function originWith(evidence: Evidence, asked: Asked = {}) {
  const { digest = evidenceDigest(evidence), isGuarded = true } = asked
  const proof = { kind: 'review', by: 'reviewer', digest, evidence } as const
  const record = requestRecord(REQUEST, { issued: { ...ISSUED, proof } })
  const step: Step = { ...issueStep(REQUEST), record }
  const wanted = [{ key: 'key', cluster: 'prod', path: PATH, step }]
  const files = [requestFile('', { path: PATH, blob: 'v3' })]
  const found = await findOrigins(SOURCE, HISTORY, wanted, files, {
    isGuarded: async () => isGuarded,
  })
  return found.get('key')
}

const knownIn = (origin: Awaited<ReturnType<typeof originWith>>) =>
  origin?.versions.map(({ blob, recorded }) => [blob, recorded?.blob ?? null])

describe('the versions below a file', () => {
  test('every version has what the record says of its landing', async () => {
    const ofV1 = evidenceOfV2({ blob: 'v1', landing: { commit: 'c1', by: 'pullRequestMerge' } })
    const { version: _version, ...below } = ofV1
    expect(knownIn(await originWith(evidenceOfV2({ below: [below] })))).toEqual([
      ['v2', 'v2'],
      ['v1', 'v1'],
      ['v0', null],
    ])
  })

  test('a landing that differs from the record in its bytes has what the record says, so that the difference is refused', async () => {
    expect(knownIn(await originWith(evidenceOfV2({ blob: 'other' })))?.[0]).toEqual(['v2', 'other'])
  })

  test('the file itself has what the record says of its landing', async () => {
    const evidence = evidenceOfV2({ blob: 'v3', landing: { commit: 'c3', by: 'push' } })
    expect((await originWith(evidence))?.recorded).toEqual(evidence)
  })

  test.each<[string, Partial<Evidence>, Asked]>([
    ['with evidence that does not fit its digest', {}, { digest: '0'.repeat(64) }],
    ['of a cluster where this run saw no guard', {}, { isGuarded: false }],
    ['of another path', { path: 'requests/joe.yaml' }, {}],
    ['of another landing', { landing: { commit: 'c9', by: 'push' } }, {}],
  ])('a record %s says nothing', async (_, changes, asked) => {
    const origin = await originWith(evidenceOfV2(changes), asked)
    expect(origin?.versions.map(({ recorded }) => recorded)).toEqual([null, null, null])
    expect(origin?.origin).toBe('nothing')
  })
})

describe('files that a run proves', () => {
  const keep: KeepStep = {
    ...issueStep(REQUEST),
    kind: 'keep',
    because: 'UpToDate',
    current: null,
    until: null,
    renewAt: null,
  }
  const pathsWanted = (step: Step): readonly string[] => {
    const plan = standIn<Plan>({ steps: [step] })
    return wantedFiles(plan, [REQUEST], () => true).map(({ path }) => path)
  }
  const { path, blob } = REQUEST

  test('a request without a valid certificate is proved', () => {
    expect(pathsWanted(issueStep(REQUEST))).toEqual([PATH])
  })

  test('a kept request is not proved again while its record has the proof of these bytes at this path', () => {
    expect(pathsWanted(keep)).toEqual([])
    expect(pathsWanted({ ...keep, current: { ...ISSUED, path, blob } })).toEqual([])
  })

  test('a kept request is proved again after its bytes changed', () => {
    expect(pathsWanted({ ...keep, current: { ...ISSUED, path, blob: 'v2' } })).toEqual([PATH])
  })

  test('a kept request is proved again after its file moved with the same bytes', () => {
    const current = { ...ISSUED, path: 'requests/team/jane.yaml', blob }
    expect(pathsWanted({ ...keep, current })).toEqual([PATH])
  })
})

describe('a branch that does not have the issued version any more', () => {
  const lost = evidenceOfV2({ landing: { commit: 'lost', by: 'pullRequestMerge' } })
  const proof = {
    kind: 'review',
    by: 'reviewer',
    digest: evidenceDigest(lost),
    evidence: lost,
  } as const
  const record = requestRecord(REQUEST, { issued: { ...ISSUED, proof } })
  const step: Step = { ...issueStep(REQUEST), record }
  const history = { line: HISTORY.line, frame: standIn<ReviewFrame>({ commit: 'c3' }) }
  const landing = { commit: 'c3', before: 'c2' }

  test.each<['nothing' | 'baseline', 'gone' | null]>([
    ['nothing', 'gone'],
    ['baseline', null],
  ])('with a chain that ends at %s the answer is %s', (origin, expected) => {
    const file = { landing, recorded: null, origin }
    expect(issuedElsewhere(step, file, history, { ancestry: ANCESTRY })).toBe(expected)
  })

  test('a withdrawal that landed below the issued version is later than it, and a new request is not', () => {
    const known = evidenceOfV2()
    const of = (step: Step) => {
      const digest = evidenceDigest(known)
      const issued = { ...ISSUED, proof: { ...proof, digest, evidence: known } }
      const file = {
        landing: { commit: 'c1', before: 'c0' },
        recorded: null,
        origin: 'nothing',
      } as const
      const withRecord = { ...step, record: requestRecord(REQUEST, { issued }) } as Step
      return issuedElsewhere(withRecord, file, history, { ancestry: ANCESTRY })
    }
    expect(of(withdrawStepFor(REQUEST, 'FileRemoved'))).toBe('later')
    expect(of(issueStep(REQUEST))).toBeNull()
  })
})
