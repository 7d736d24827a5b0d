import { describe, expect, test } from '@jest/globals'
import type { FileOrigin } from '../../../../src/core/approval/proof-facts.ts'
import type { Evidence } from '../../../../src/domain/proof/evidence.ts'
import type { PullRequest } from '../../../../src/domain/proof/pull-request.ts'
import { requesterOf, requesterThen } from '../../../../src/workflows/prove/requesters.ts'
import { config, effective } from '../../../build/effective.ts'
import { issuedRecord, requestRecord } from '../../../build/issued.ts'
import {
  AUTHOR,
  COLLEAGUE,
  JANE,
  made,
  move,
  proofFacts,
  pullRequest,
  ROBOT,
  usualEvidence,
} from '../../../build/proof.ts'

const CONFIG = config({ people: [{ id: AUTHOR.id, login: AUTHOR.login, name: 'jane' }] })
const TRAIL: FileOrigin = {
  path: JANE,
  blob: 'b',
  landing: { commit: 'm1', before: 'root' },
  recorded: null,
}
const AS_JANE = { id: AUTHOR.id, login: AUTHOR.login, name: 'jane' }

/** By the pull requests that one merge ended. */
function requesterBy(...pulls: readonly PullRequest[]) {
  const background = { proved: null, since: [] }
  return requesterThen({ ...TRAIL, background }, proofFacts({ pulls }), CONFIG)
}

describe('the requester of a pull request', () => {
  test('the requester is the author of the pull request if nobody else contributed to the file', () => {
    expect(requesterBy(pullRequest())).toEqual(AS_JANE)
  })

  test('the requester is the author of every pull request that one merge ended', () => {
    const other = pullRequest({ number: 2 })
    expect(requesterBy(pullRequest(), other)).toEqual(AS_JANE)
  })
})

describe('a file without a requester', () => {
  const byColleague = made('h1', ['root'], { authors: [COLLEAGUE], committer: COLLEAGUE })

  test.each<[string, readonly PullRequest[]]>([
    ['without a pull request', []],
    [
      'if another person wrote a commit',
      [pullRequest({ commits: [made('h1', ['root'], { authors: [AUTHOR, COLLEAGUE] })] })],
    ],
    ['if another person wrote all of it', [pullRequest({ commits: [byColleague] })]],
    [
      'if a commit has no account',
      [pullRequest({ commits: [made('h1', ['root'], { authors: [null] })] })],
    ],
    ['if the pushers cannot be read', [pullRequest({ pushes: null })]],
    [
      'if a deleted account pushed',
      [pullRequest({ pushes: [move('10 branchCreation 0 > h1 by nobody')] })],
    ],
    ['if the account of the author was deleted', [pullRequest({ author: null })]],
    [
      'if a bot pushed',
      [pullRequest({ pushes: [move(`10 branchCreation 0 > h1 by ${ROBOT.login}`)] })],
    ],
    [
      'if one merge ended pull requests of two people',
      [
        pullRequest(),
        pullRequest({
          number: 2,
          author: COLLEAGUE,
          commits: [byColleague],
          pushes: [move('10 branchCreation 0 > h1 by colleague')],
        }),
      ],
    ],
  ])('there is no requester %s', (_, pulls) => {
    expect(requesterBy(...pulls)).toBeNull()
  })
})

describe('the requester of a certificate that is kept', () => {
  const REQUEST = effective({ path: JANE, blob: 'b' })

  function keptWith(changes: Partial<Evidence> = {}) {
    const evidence = usualEvidence(changes)
    const proof = { kind: 'review', by: 'reviewer', digest: '', evidence } as const
    const record = requestRecord(REQUEST, { issued: issuedRecord(REQUEST, { proof }) })
    const records = new Map([['prod', [record]]])
    return requesterOf(undefined, REQUEST, proofFacts(), CONFIG, records)
  }

  test('the requester of a kept certificate is the one in its evidence', () => {
    expect(keptWith()).toEqual(AS_JANE)
  })

  test.each<[string, Partial<Evidence>]>([
    ['names another path', { path: 'joe' }],
    ['names other bytes', { blob: 'c' }],
    [
      'has two contributors',
      { contributors: [AUTHOR, COLLEAGUE].map(({ id, login }) => ({ id, login })) },
    ],
    [
      'has a contributor who did not open the pull request',
      { contributors: [{ id: COLLEAGUE.id, login: COLLEAGUE.login }] },
    ],
    ['has a part without a person', { unattributed: 'wrote h1' }],
    ['has an unknown pusher', { hasUnknownPusher: true }],
  ])('a kept certificate has no requester if its evidence %s', (_, changes) => {
    expect(keptWith(changes)).toBeNull()
  })
})
