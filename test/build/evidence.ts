// Evidence of one approved file for tests; every digest is as long as it must be.
import type { Evidence } from '../../src/domain/proof/evidence.ts'

/** A git object id or a SHA-256 made of one digit. */
export const objectOf = (digit: string): string => digit.repeat(40)
export const sha256Of = (digit: string): string => digit.repeat(64)

export const AUTHOR = { id: 1001, login: 'author' }
export const OWNER = { id: 1002, login: 'owner' }
export const REVIEWER = { id: 1003, login: 'reviewer' }

/** requests/jane.yaml: requested by author, approved by reviewer, squashed by owner. */
export function evidence(changes: Partial<Evidence> = {}): Evidence {
  return {
    version: 3,
    tool: '0.1.0',
    decidedAt: '2026-12-02T09:00:00.000Z',
    repository: { id: 42, name: 'acme/certs' },
    commit: objectOf('c'),
    path: 'requests/jane.yaml',
    blob: objectOf('b'),
    sha256: sha256Of('5'),
    meaning: sha256Of('e'),
    landing: { commit: objectOf('a'), by: 'pullRequestMerge' },
    pullRequest: {
      number: 7,
      author: AUTHOR,
      mergedAt: '2026-12-01T12:00:00Z',
      mergedBy: OWNER,
      mergeCommit: objectOf('a'),
    },
    contributors: [AUTHOR],
    unattributed: null,
    hasUnknownPusher: false,
    approvals: [
      {
        reviewer: REVIEWER,
        review: 123,
        commit: objectOf('d'),
        head: objectOf('d'),
        at: '2026-12-01T11:00:00Z',
        eligibleAt: '2026-12-02T09:00:00Z',
        rules: ['people'],
        bases: [],
      },
    ],
    rule: { name: 'people', required: 1 },
    since: null,
    below: [],
    configuration: { 'countersign.yaml': objectOf('1'), 'policies/people.yaml': objectOf('2') },
    trustRoot: { digest: `sha256:${sha256Of('9')}`, anchor: objectOf('0') },
    ...changes,
  }
}
