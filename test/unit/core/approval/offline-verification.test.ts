import { describe, expect, test } from '@jest/globals'
import { evidenceFaults } from '../../../../src/core/approval/offline-verification.ts'
import type { CopiedHistory } from '../../../../src/core/approval/offline-verification.ts'
import type { Evidence } from '../../../../src/domain/proof/evidence.ts'
import type { BlobAt } from '../../../../src/domain/proof/git-history.ts'
import { evidence, objectOf, OWNER, REVIEWER, sha256Of } from '../../../build/evidence.ts'

/** A copy in which the evidence is true; `blobs` replaces the blob in a commit, by its digit. */
function copy(
  changes: {
    readonly blobs?: Readonly<Record<string, BlobAt>>
    readonly sha256?: string | null
    readonly isAncestor?: CopiedHistory['isAncestor']
  } = {},
  truth: Evidence = evidence(),
): CopiedHistory {
  const { blobs = {}, sha256 = truth.sha256, isAncestor = () => true } = changes
  return {
    blobAt: (commit, path) => {
      const other = blobs[commit.charAt(0)]
      if (other !== undefined && path === truth.path) return other
      return path === truth.path ? truth.blob : (truth.configuration[path] ?? null)
    },
    sha256Of: () => sha256,
    isAncestor,
  }
}

const removal = evidence({ blob: null, sha256: null })
const [approval] = evidence().approvals
const approvedBy = (...changes: readonly Partial<NonNullable<typeof approval>>[]): Evidence =>
  evidence({ approvals: changes.map(change => ({ ...approval!, ...change })) })

describe('evidence', () => {
  test.each([
    ['of a file', evidence()],
    ['of a removal', removal],
    ['of a review whose commit is gone', approvedBy({ commit: null })],
  ])('evidence %s that fits its copy has no faults', (_, given) =>
    expect(evidenceFaults(given, copy({}, given))).toEqual([]),
  )

  test.each<[string, Evidence, CopiedHistory, RegExp]>([
    [
      'another file was applied',
      evidence(),
      copy({ blobs: { c: objectOf('f') } }),
      /which was applied/,
    ],
    [
      'the file does not exist',
      evidence(),
      copy({ blobs: { c: null } }),
      /does not exist in commit c+/,
    ],
    [
      'a removed file exists',
      removal,
      copy({ blobs: { c: objectOf('b') } }, removal),
      /that it was removed/,
    ],
    [
      'another file was merged',
      evidence(),
      copy({ blobs: { a: objectOf('f') } }),
      /which merged pull request 7/,
    ],
    [
      'the reviewer saw another file',
      evidence(),
      copy({ blobs: { d: objectOf('f') } }),
      /which "reviewer" saw/,
    ],
    [
      'the head is not in the copy',
      evidence(),
      copy({ blobs: { d: 'gone' } }),
      /d+, which "reviewer" saw, is not in this copy/,
    ],
    [
      'the review names another file',
      approvedBy({ commit: objectOf('7') }),
      copy({ blobs: { '7': objectOf('f') } }),
      /which the review of "reviewer" names/,
    ],
    [
      'the file has another SHA-256',
      evidence(),
      copy({ sha256: sha256Of('6') }),
      /has the SHA-256 6+, and the evidence says 5+/,
    ],
    [
      'the blob is not in the copy',
      evidence(),
      copy({ sha256: null }),
      /blob b+ is not in this copy/,
    ],
    [
      'the merge is not part of the history',
      evidence(),
      copy({ isAncestor: older => older !== objectOf('a') }),
      /commit a+, .*, is not part of the history of c+/,
    ],
    [
      'the anchor is not part of the history',
      evidence(),
      copy({ isAncestor: older => older !== objectOf('0') }),
      /the first with the trusted configuration, is not part/,
    ],
    [
      'the history is not in the copy',
      evidence(),
      copy({ isAncestor: older => (older === objectOf('0') ? null : true) }),
      /it is unknown whether/,
    ],
    [
      'too few people approved',
      evidence({ rule: { name: 'people', required: 2 } }),
      copy(),
      /"people" needs 2 approvals, and 1 are there/,
    ],
    [
      'one person approved twice',
      { ...approvedBy({}, { review: 124 }), rule: { name: 'people', required: 2 } },
      copy(),
      /needs 2 approvals, and 1 are there/,
    ],
    [
      'a contributor approved',
      evidence({ contributors: [OWNER, REVIEWER] }),
      copy(),
      /"reviewer" approved the file and contributed/,
    ],
    [
      'the approval came after the merge',
      approvedBy({ at: '2026-12-01T12:00:01Z' }),
      copy(),
      /"reviewer" approved after the merge/,
    ],
    [
      'the proof came before the merge',
      evidence({ decidedAt: '2026-12-01T11:59:59Z' }),
      copy(),
      /before the merge/,
    ],
  ])('evidence does not fit where %s', (_, given, git, message) => {
    const faults = evidenceFaults(given, git)
    expect(faults.map(({ code }) => code)).toEqual(['APPROVAL_EVIDENCE_DIFFERS'])
    expect(faults[0]?.message).toMatch(message)
  })

  test('evidence does not fit where the configuration was another', () => {
    const truth = copy()
    const git: CopiedHistory = {
      ...truth,
      blobAt: (commit, path) =>
        path === 'policies/people.yaml' ? objectOf('f') : truth.blobAt(commit, path),
    }
    expect(evidenceFaults(evidence(), git).map(({ message }) => message)).toEqual([
      expect.stringMatching(/^"policies\/people.yaml" is blob f+ in commit c+/),
    ])
  })

  test('all faults are reported at once', () => {
    const nothing: CopiedHistory = {
      blobAt: () => 'gone',
      sha256Of: () => null,
      isAncestor: () => null,
    }
    expect(evidenceFaults(evidence(), nothing)).toHaveLength(8)
  })

  test('the hint says how to fetch what the copy lacks', () => {
    const [fault] = evidenceFaults(evidence(), copy({ blobs: { d: 'gone' } }))
    expect(fault?.hint).toContain('git fetch origin refs/pull/7/head')
  })
})

test('a proof and an approval may have the second of the merge', () => {
  const mergedAt = evidence().pullRequest.mergedAt
  const [approval] = evidence().approvals
  const approvals = approval === undefined ? [] : [{ ...approval, at: mergedAt }]
  expect(evidenceFaults(evidence({ decidedAt: mergedAt, approvals }), copy())).toEqual([])
})
