import { describe, expect, test } from '@jest/globals'
import type { Background, ProofFacts } from '../../../../src/core/approval/proof-facts.ts'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import type { Account } from '../../../../src/domain/proof/account.ts'
import type { Evidence } from '../../../../src/domain/proof/evidence.ts'
import type { IssuedRecord } from '../../../../src/domain/cluster/record.ts'
import { lastProvedVersion } from '../../../../src/workflows/prove/last-proved-version.ts'
import type { JudgingPast } from '../../../../src/workflows/prove/recorded-versions.ts'
import type { Past } from '../../../../src/workflows/prove/file-versions.ts'
import type { OriginWithVersions } from '../../../../src/workflows/prove/request-origins.ts'
import { effectiveDigest, effectiveJson } from '../../../../src/core/plan/plan-digests.ts'
import { loadPolicies } from '../../../../src/core/policy/load-policies.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { effective } from '../../../build/effective.ts'
import { CONFIG_PATH, POLICY_PATH, usualFile } from '../../../build/history/usual-files.ts'
import { issuedRecord } from '../../../build/issued.ts'
import {
  at,
  evidencedApproval,
  approvers,
  made,
  move,
  OWNER,
  proofFacts,
  pullRequest,
  REVIEWER,
  review,
  usualEvidence,
} from '../../../build/proof.ts'
import { requestFile, valueOf } from '../../../build/request.ts'
import { request as pkcs10 } from '../../lib/x509/build.ts'

const PATH = 'requests/people/jane.yaml'
const MOVED = 'requests/people/team/jane.yaml'
const OPAQUE = 'requests/people/jane.csr'
const TEXTS: Readonly<Record<string, string>> = {
  b: usualFile(PATH, { comment: 'typo' }),
  v1: usualFile(PATH, {}),
  other: usualFile(PATH, { subject: { organizations: ['admins'] } }),
  broken: 'kind: Nothing\n',
  csr: encodePem('CERTIFICATE REQUEST', pkcs10()),
}
const CONFIG = valueOf(parseConfig(requestFile(usualFile(CONFIG_PATH, {}), { path: CONFIG_PATH })))
const POLICY = requestFile(usualFile(POLICY_PATH, {}), { path: POLICY_PATH })

const EFFECTIVE = effective({ path: PATH, blob: 'v1' })
const MEANING = effectiveDigest(effectiveJson(EFFECTIVE, CONFIG.clusters[0]!))

/** Evidence of v1, which was pushed to main without an approval that GitHub still shows. */
const evidenceOfV1 = (changes: Partial<Evidence> = {}): Evidence =>
  usualEvidence({
    path: PATH,
    blob: 'v1',
    landing: { commit: 'p1', by: 'push' },
    approvals: [evidencedApproval({ rules: ['approval.requests'] })],
    since: { blob: null, commit: 'root' },
    meaning: MEANING,
    ...changes,
  })

function issuedOf(changes: Partial<IssuedRecord> = {}): IssuedRecord {
  return issuedRecord(EFFECTIVE, { effective: MEANING, ...changes })
}

/** v1 came by its own pull request, which these people approved. */
function pulled(
  path: string,
  reviewers: readonly Account[] = [REVIEWER],
): NonNullable<Parameters<typeof proofFacts>[0]> {
  const before = pullRequest({
    number: 2,
    createdAt: at(2),
    head: { branch: 'first', repositoryId: 42, commit: 'h0' },
    merged: { at: at(5), by: OWNER, commit: 'p1' },
    commits: [made('h0', ['root'])],
    reviews: reviewers.map((author, n) => review({ id: 401 + n, author, commit: 'h0', at: at(3) })),
    pushes: [move('1 branchCreation 0 > h0')],
  })
  return {
    commits: `root: README=r\n h0 < root: ${path}=v1\n p1 < root h0: ${path}=v1\n h1 < p1: ${path}=b\n m1 < p1 h1: ${path}=b`,
    pulls: [before, pullRequest({ commits: [made('h1', ['p1'])] })],
  }
}

interface Asked {
  readonly told?: Parameters<typeof proofFacts>[0]
  readonly configurations?: JudgingPast['configurations']
  readonly path?: string
  readonly blob?: string | null
  readonly earlier?: Evidence
  readonly past?: Partial<Past>
  /** Null: the record has none. */
  readonly evidence?: Evidence | null
  readonly issued?: Partial<IssuedRecord>
  readonly rules?: Partial<JudgingPast['rules']>
}

const V1 = { landing: { commit: 'p1', before: 'root' }, blob: 'v1' }

function backgroundFor(asked: Asked = {}): Background {
  const path = asked.path ?? PATH
  const landing = { commit: 'm1', before: 'p1' }
  const past: Past = { landing, versions: [V1], origin: 'recorded', ...asked.past }
  const evidence = asked.evidence === undefined ? evidenceOfV1() : asked.evidence
  const fileOrigin: OriginWithVersions = {
    path,
    blob: asked.blob === undefined ? 'b' : asked.blob,
    landing,
    earlier: asked.earlier ?? null,
    cluster: 'prod',
    past,
    recorded: evidence === null ? null : { evidence, issued: issuedOf(asked.issued) },
  }
  const facts: ProofFacts = proofFacts({
    commits: `root: README=r\n p1 < root: ${path}=v1\n h1 < p1: ${path}=b\n m1 < p1 h1: ${path}=b`,
    pulls: [pullRequest()],
    moves: null,
    ...asked.told,
  })
  const rules = { config: CONFIG, policies: loadPolicies([POLICY]), ...asked.rules }
  const judging: JudgingPast = {
    rules,
    approvers: approvers(),
    places: [CONFIG_PATH],
    isPublic: false,
    now: at(60),
    bytesOf: blob => {
      const text = TEXTS[blob]
      return text === undefined ? null : new TextEncoder().encode(text)
    },
    configurations: asked.configurations ?? (() => CONFIG),
  }
  return lastProvedVersion(fileOrigin, judging, facts)
}

const provedOf = (asked: Asked = {}): string | null => backgroundFor(asked).proved?.blob ?? null

describe('the oldest version, proved', () => {
  test('the oldest version is proved by its recorded proof', () => {
    expect(backgroundFor()).toEqual({
      proved: { blob: 'v1', commit: 'p1' },
      since: [],
      upToProved: [],
      isCut: false,
    })
  })

  test('the oldest version is proved by the baseline', () => {
    expect(provedOf({ past: { origin: 'baseline' }, evidence: evidenceOfV1({ blob: 'z' }) })).toBe(
      'v1',
    )
  })
})

test('a record proves its version also in a repository without policies', () => {
  expect(provedOf({ rules: { policies: null } })).toBe('v1')
})

test('contributors before an invalid record are unknown', () => {
  const found = backgroundFor({
    evidence: evidenceOfV1({ blob: 'other' }),
    issued: { blob: 'other' },
  })
  expect([found.proved, found.isCut]).toEqual([null, true])
})

describe('a recorded version that is not the oldest one', () => {
  const older = { landing: { commit: 'root', before: null }, blob: 'other' }

  test('a recorded version is proved, whatever another cluster issued last', () => {
    expect(backgroundFor({ past: { versions: [V1, older] } })).toEqual({
      proved: { blob: 'v1', commit: 'p1' },
      since: [],
      upToProved: [],
      isCut: false,
    })
  })

  test('a recorded version does not prove the oldest one', () => {
    expect(provedOf({ past: { versions: [V1, older] }, issued: { blob: 'other' } })).toBeNull()
  })

  test('a recorded version is not proved where a force push restored it', () => {
    const moves = ['1 push root > p1', '2 push p1 > x1', '3 forcePush x1 > p1', '4 push p1 > m1']
    const told = {
      commits: `root: README=r\n p1 < root: ${PATH}=v1\n x1 < p1: ${PATH}=other\n h1 < p1: ${PATH}=b\n m1 < p1 h1: ${PATH}=b`,
      moves: moves.map(move),
    }
    const [first, again] = ['root', 'x1'].map(before => ({
      past: { versions: [{ ...V1, landing: { commit: 'p1', before } }] },
      told,
    }))
    expect([provedOf(first), provedOf(again)]).toEqual(['v1', null])
  })
})

describe('the oldest version, not proved', () => {
  test.each<[string, Asked]>([
    [
      'where the record names another landing of the same bytes',
      { evidence: evidenceOfV1({ landing: { commit: 'root', by: 'push' } }) },
    ],
    [
      'where the record names other bytes',
      { evidence: evidenceOfV1({ blob: 'other' }), issued: { blob: 'other' } },
    ],
    [
      'where the record names another path',
      { evidence: evidenceOfV1({ path: MOVED }), issued: { path: MOVED } },
    ],
    ['where the evidence differs from what was issued', { issued: { blob: 'other' } }],
    [
      'where the certificate has other names than the version requests',
      {
        past: { versions: [{ ...V1, blob: 'other' }] },
        evidence: evidenceOfV1({ blob: 'other' }),
        issued: { blob: 'other' },
      },
    ],
    ['where it is not a file', { past: { versions: [{ ...V1, blob: null }] } }],
  ])('the oldest version is not proved %s', (_, asked) => {
    expect(provedOf(asked)).toBeNull()
  })
})

describe('a version from a pull request', () => {
  const past = { origin: 'nothing' } as const
  const evidence = null

  test('a version is proved by the approvals of its pull request', () => {
    expect(backgroundFor({ past, evidence, told: pulled(PATH) })).toEqual({
      proved: { blob: 'v1', commit: 'p1' },
      since: [],
      upToProved: [],
      isCut: false,
    })
  })

  test('a version is not proved where the configuration of its time cannot be read', () => {
    const configurations = (commit: string) => (commit === 'root' ? null : CONFIG)
    const found = backgroundFor({ past, evidence, told: pulled(PATH), configurations })
    expect(found.proved).toBeNull()
    expect(found.since.map(({ landing }) => landing.commit)).toEqual(['p1'])
  })

  test('a version that no policy allows is proved, and its changes still have contributors', () => {
    const found = backgroundFor({
      past,
      evidence,
      told: pulled(PATH),
      rules: { policies: loadPolicies([]) },
    })
    expect(found.proved).toEqual({ blob: 'v1', commit: 'p1' })
    expect(found.since.map(({ landing }) => landing.commit)).toEqual(['p1'])
    expect(found.upToProved).toEqual(found.since)
  })

  test('a push that brings back a version that no policy allows does not end the search for contributors', () => {
    const told = pulled(PATH)
    const commits = `root: README=r
      h0 < root: ${PATH}=v1
      p1 < root h0: ${PATH}=v1
      p2 < p1: ${PATH}=other
      p3 < p2: ${PATH}=v1
      h1 < p3: ${PATH}=b
      m1 < p3 h1: ${PATH}=b`
    const versions = [
      { landing: { commit: 'p3', before: 'p2' }, blob: 'v1' },
      { landing: { commit: 'p2', before: 'p1' }, blob: 'other' },
      V1,
    ]
    const found = backgroundFor({
      past: { ...past, versions, landing: { commit: 'm1', before: 'p3' } },
      evidence,
      told: { ...told, commits },
      rules: { policies: loadPolicies([]) },
    })
    expect(found.proved).toEqual({ blob: 'v1', commit: 'p1' })
    expect(found.since.map(({ landing }) => landing.commit)).toEqual(['p3', 'p2', 'p1'])
  })

  test('unknown contributors count until a version was approved that a policy allows', () => {
    // Two approvals, since the people behind the changes that were not read are unknown.
    const told = pulled(PATH, [REVIEWER, OWNER])
    const cut = { past: { origin: 'unknown' }, evidence: null, told } as const
    const proved = { blob: 'v1', commit: 'p1' }
    expect(backgroundFor(cut)).toMatchObject({ proved, isCut: false })
    const denied = backgroundFor({ ...cut, rules: { policies: loadPolicies([]) } })
    expect(denied).toMatchObject({ proved, isCut: true })
  })

  test('a version that cannot be read as a request is proved, and its changes still have contributors', () => {
    const told = pulled(PATH)
    const commits = told.commits?.replaceAll('=v1', '=broken') ?? ''
    const versions = [{ ...V1, blob: 'broken' }]
    const found = backgroundFor({ past: { ...past, versions }, told: { ...told, commits } })
    expect(found.proved).toEqual({ blob: 'broken', commit: 'p1' })
    expect(found.since.map(({ landing }) => landing.commit)).toEqual(['p1'])
  })

  test('a version is not proved where its bytes are gone', () => {
    const gone = { ...past, versions: [{ ...V1, blob: 'gone' }] }
    expect(provedOf({ past: gone, evidence, told: pulled(PATH) })).toBeNull()
  })
})

describe('earlier versions under the rules of today', () => {
  const past = { origin: 'nothing' } as const
  const policyOf = (path: string, spec: Readonly<Record<string, unknown>>) =>
    requestFile(usualFile(path, spec), { path })
  const approvedBy = (...people: readonly Account[]) => ({
    required: 1,
    users: people.map(({ id, login }) => ({ id, login })),
  })

  test('an earlier version needs the approvals of every policy that allows the file today', () => {
    const policies = loadPolicies([
      policyOf(POLICY_PATH, { approvals: approvedBy(OWNER) }),
      policyOf('policies/reviewed.yaml', { approvals: approvedBy(REVIEWER) }),
    ])
    const provedBy = (...reviewers: readonly Account[]): string | null =>
      provedOf({ past, evidence: null, told: pulled(PATH, reviewers), rules: { policies } })
    expect(provedBy(REVIEWER)).toBeNull()
    expect(provedBy(OWNER)).toBeNull()
    expect(provedBy(REVIEWER, OWNER)).toBe('v1')
  })

  test('an earlier version needs the approvals of approval.requests, whatever a policy requires', () => {
    const policies = loadPolicies([policyOf(POLICY_PATH, { approvals: approvedBy(REVIEWER) })])
    const requests = { ...CONFIG.approval.requests, required: 2 }
    const config = { ...CONFIG, approval: { ...CONFIG.approval, requests } }
    const provedBy = (...reviewers: readonly Account[]): string | null =>
      provedOf({
        past,
        evidence: null,
        told: pulled(PATH, reviewers),
        rules: { config, policies },
      })
    expect(provedBy(REVIEWER)).toBeNull()
    expect(provedBy(REVIEWER, OWNER)).toBe('v1')
  })

  test('an earlier version needs the approvals of a policy that has a rule on the requester', () => {
    const rules = [{ rule: "requester.name == 'nobody'", message: 'only nobody may ask' }]
    const policies = loadPolicies([policyOf(POLICY_PATH, { rules, approvals: approvedBy(OWNER) })])
    const asked = { past, evidence: null, rules: { policies } }
    expect(provedOf({ ...asked, told: pulled(PATH) })).toBeNull()
    expect(provedOf({ ...asked, told: pulled(PATH, [OWNER]) })).toBe('v1')
  })

  test('an earlier version needs one more approval if no reviewer can read the file of today', () => {
    const opaque = { past, path: OPAQUE, blob: 'csr' }
    expect(provedOf({ ...opaque, told: pulled(OPAQUE) })).toBeNull()
    expect(provedOf({ ...opaque, told: pulled(OPAQUE, [REVIEWER, OWNER]) })).toBe('v1')
  })
})

describe('the finding of an earlier run for the same landing', () => {
  const found = { blob: 'v0', commit: 'm0' }
  const told = {
    commits: `m0: ${PATH}=v0\n p1 < m0: ${PATH}=v1\n h1 < p1: ${PATH}=b\n m1 < p1 h1: ${PATH}=b`,
  }

  test('the proved version is taken from the evidence of an earlier run', () => {
    const earlier = evidenceOfV1({ blob: 'b', since: found })
    expect(backgroundFor({ earlier, told })).toEqual({ proved: found, since: [] })
  })

  test('an earlier run without a proved version is accepted', () => {
    const earlier = evidenceOfV1({ blob: 'b', since: null })
    expect(backgroundFor({ earlier, told })).toEqual({ proved: null, since: [] })
  })

  test('an earlier run with a version of another path gives a rename, and no version of this path', () => {
    const since = { ...found, path: MOVED }
    const commits = told.commits.replace(`m0: ${PATH}=v0`, `m0: ${MOVED}=v0`)
    const earlier = evidenceOfV1({ blob: 'b', since })
    expect(backgroundFor({ earlier, told: { commits } })).toEqual({
      proved: null,
      since: [],
      renamedFrom: [{ path: MOVED, blob: 'v0', commit: 'm0' }],
    })
  })

  test('an earlier run is accepted although a force push restored the commit that it names', () => {
    const commits = `m0: ${PATH}=b\n p1 < m0: ${PATH}=v1\n h1 < p1: ${PATH}=b\n m1 < p1 h1: ${PATH}=b`
    const moves = [
      move('30 pullRequestMerge p1 > m1 by owner'),
      move('40 forcePush m1 > m0 by owner'),
    ]
    const before = { blob: 'b', commit: 'm0' }
    const earlier = evidenceOfV1({ blob: 'b', since: before })
    expect(backgroundFor({ earlier, told: { commits, moves, tip: 'm0' } })).toEqual({
      proved: before,
      since: [],
    })
  })

  test.each([
    ['a commit outside the branch', { blob: 'v0', commit: 'z9' }],
    ['the landing itself', { blob: 'b', commit: 'm1' }],
    ['other bytes than the branch had', { blob: 'other', commit: 'm0' }],
  ])('an earlier run is not accepted where it names %s', (_, since) => {
    const earlier = evidenceOfV1({ blob: 'b', since })
    const past = { versions: [{ ...V1, landing: { commit: 'p1', before: 'm0' } }] }
    expect(provedOf({ earlier, told, past })).toBe('v1')
  })
})

describe('a rename with the proof of the old path', () => {
  const meaning = (request = EFFECTIVE): string =>
    effectiveDigest(effectiveJson(request, CONFIG.clusters[0]!))
  const admins = meaning(effective({ path: PATH, organizations: ['admins'] }))
  const ownersOnly = requestFile(
    usualFile(POLICY_PATH, { approvals: { required: 1, users: ['owner'] } }),
    { path: POLICY_PATH },
  )
  const brings = (asked: Asked = {}): boolean => {
    const whole = { effective: meaning(), ...asked.issued }
    const evidence = evidenceOfV1({ meaning: meaning(), ...asked.evidence })
    const past = { versions: [], origin: 'nothing', ...asked.past } as const
    const found = backgroundFor({
      path: MOVED,
      blob: 'v1',
      ...asked,
      past,
      issued: whole,
      evidence,
    })
    return found.renamedFrom !== undefined
  }

  test('a rename keeps the proof where the record fits what was issued and the rules of the new path are met', () => {
    expect(brings()).toBe(true)
  })

  test.each<[string, Asked]>([
    ['the record names other bytes than its evidence', { issued: { blob: 'b' } }],
    [
      'nobody approved it by the rule for the new path',
      {
        evidence: evidenceOfV1({
          meaning: meaning(),
          approvals: [evidencedApproval({ rules: ['policy admins'] })],
        }),
      },
    ],
    [
      'the evidence names no rule',
      {
        evidence: evidenceOfV1({
          meaning: meaning(),
          approvals: [evidencedApproval({ rules: [] })],
        }),
      },
    ],
    ['no policy allows the new path', { rules: { policies: loadPolicies([]) } }],
    [
      'the earlier bytes are gone',
      { evidence: evidenceOfV1({ meaning: meaning(), blob: 'gone' }), issued: { blob: 'gone' } },
    ],
    ['the file is removed', { blob: null }],
    ['the path is the same', { path: PATH }],
    [
      'the certificate has other names',
      {
        evidence: evidenceOfV1({ meaning: admins, blob: 'other' }),
        issued: { blob: 'other', effective: admins },
      },
    ],
    [
      'only the policy is met, and the floor is not',
      {
        rules: { policies: loadPolicies([ownersOnly]) },
        evidence: evidenceOfV1({
          meaning: meaning(),
          approvals: [evidencedApproval({ rules: ['policy people'] })],
        }),
      },
    ],
    [
      'the new path needs two approvals',
      {
        rules: {
          config: {
            ...CONFIG,
            approval: {
              ...CONFIG.approval,
              requests: { ...CONFIG.approval.requests, required: 2 },
            },
          },
        },
      },
    ],
  ])('a rename does not keep the proof where %s', (_, asked) => {
    expect(brings(asked)).toBe(false)
  })
})
