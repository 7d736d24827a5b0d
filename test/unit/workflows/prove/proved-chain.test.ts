import { describe, expect, test } from '@jest/globals'
import type { Background, ProofFacts } from '../../../../src/core/approval/proof-facts.ts'
import { parseConfig } from '../../../../src/core/config/parse-config.ts'
import type { Account } from '../../../../src/domain/proof/account.ts'
import type { EvidencedLink } from '../../../../src/domain/proof/evidence.ts'
import { provedBelow } from '../../../../src/workflows/prove/proved-chain.ts'
import type { JudgingPast } from '../../../../src/workflows/prove/past-requests.ts'
import type { History } from '../../../../src/workflows/prove/applied-history.ts'
import type { Past, PastVersion } from '../../../../src/workflows/prove/file-versions.ts'
import { originOf } from '../../../../src/workflows/prove/request-origins.ts'
import { loadPolicies } from '../../../../src/core/policy/load-policies.ts'
import { encodePem } from '../../../../src/lib/x509/pem.ts'
import { CONFIG_PATH, POLICY_PATH, usualFile } from '../../../build/history/usual-files.ts'
import {
  at,
  AUTHOR,
  COLLEAGUE,
  evidencedApproval,
  approvers,
  made,
  move,
  OWNER,
  proofFacts,
  pullRequest,
  REVIEWER,
  review,
  reviewerRights,
  rule,
  usualEvidence,
} from '../../../build/proof.ts'
import { parseRequest } from '../../../../src/core/request/parse-request.ts'
import { standIn } from '../../../build/stand-in.ts'
import { requestFile, valueOf } from '../../../build/request.ts'
import { request as pkcs10 } from '../../lib/x509/build.ts'

const PATH = 'requests/people/jane.yaml'
const MOVED = 'requests/people/team/jane.yaml'
const OPAQUE = 'requests/people/jane.csr'
const TEXTS: Readonly<Record<string, string>> = {
  b: usualFile(PATH, { comment: 'typo' }),
  v1: usualFile(PATH, {}),
  other: usualFile(PATH, { subject: { organizations: ['admins'] } }),
  node: usualFile(PATH, { commonName: 'system:node:node-7' }),
  broken: 'kind: Nothing\n',
  csr: encodePem('CERTIFICATE REQUEST', pkcs10()),
  manifest: JSON.stringify({
    apiVersion: 'certificates.k8s.io/v1',
    kind: 'CertificateSigningRequest',
    metadata: { name: 'jane' },
    spec: {
      request: Buffer.from(encodePem('CERTIFICATE REQUEST', pkcs10())).toString('base64'),
      signerName: 'kubernetes.io/kube-apiserver-client',
      usages: ['digital signature', 'client auth'],
    },
  }),
  ...Object.fromEntries(
    Array.from({ length: 51 }, (_, index) => [
      `n${index + 1}`,
      usualFile(PATH, { comment: `version ${index + 1}` }),
    ]),
  ),
}
const CONFIG = valueOf(parseConfig(requestFile(usualFile(CONFIG_PATH, {}), { path: CONFIG_PATH })))
const ONLY_OWNER = { required: 1, users: [{ id: OWNER.id, login: OWNER.login }] }
const POLICY = requestFile(usualFile(POLICY_PATH, {}), { path: POLICY_PATH })

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
  readonly now?: Date
  readonly told?: Parameters<typeof proofFacts>[0]
  readonly configurations?: JudgingPast['configurations']
  readonly path?: string
  readonly blob?: string | null
  readonly versions?: readonly (Omit<PastVersion, 'path'> & { readonly path?: string })[]
  readonly origin?: Past['origin']
  readonly before?: string
  /** What the record says of versions. */
  readonly recorded?: readonly EvidencedLink[]
  readonly rules?: Partial<JudgingPast['rules']>
  readonly rulesAt?: JudgingPast['rulesAt']
  readonly where?: Parameters<typeof approvers>[0]
}

const V1 = { landing: { commit: 'p1', before: 'root' }, blob: 'v1' }

function backgroundFor(asked: Asked = {}): Background {
  const path = asked.path ?? PATH
  const landing = { commit: 'm1', before: asked.before ?? 'p1' }
  const versions = (asked.versions ?? [V1]).map(version => ({ path, ...version }))
  const past = { landing, versions, origin: asked.origin ?? 'nothing' }
  const blob = asked.blob === undefined ? 'b' : asked.blob
  const facts: ProofFacts = proofFacts({
    commits: `root: README=r\n p1 < root: ${path}=v1\n h1 < p1: ${path}=b\n m1 < p1 h1: ${path}=b`,
    pulls: [pullRequest()],
    moves: null,
    ...asked.told,
  })
  const kept = { links: asked.recorded ?? [], line: facts.line }
  const fileOrigin = originOf({ path, blob }, 'prod', past, kept)
  const rules = { config: CONFIG, policies: loadPolicies([POLICY]), ...asked.rules }
  const judging: JudgingPast = {
    rules,
    approvers: approvers(asked.where),
    rulesAt: asked.rulesAt ?? (() => ({ rules, approvers: approvers(asked.where) })),
    history: standIn<History>({
      repository: facts.repository,
      frame: standIn<History['frame']>({ config: CONFIG_PATH, workflow: null }),
    }),
    now: asked.now ?? at(60),
    lookUps: {
      request: (at, each) => {
        const text = TEXTS[each]
        const read =
          text === undefined
            ? null
            : parseRequest(requestFile(text, { path: at, blob: each }), 'requests')
        return read?.ok === true ? read.value : null
      },
      bytesOf: each => {
        const text = TEXTS[each]
        return text === undefined ? null : new TextEncoder().encode(text)
      },
    },
    configurations: asked.configurations ?? (() => CONFIG),
  }
  return provedBelow(fileOrigin, judging)(facts)
}

const provedOf = (asked: Asked = {}): string | null => backgroundFor(asked).proved?.blob ?? null

test('the oldest version is proved where the owners adopted it', () => {
  expect(backgroundFor({ origin: 'baseline' })).toMatchObject({
    proved: { blob: 'v1', commit: 'p1' },
    since: [],
    links: [],
  })
})

describe('a version from a pull request', () => {
  test('a version is proved by the approvals of its pull request', () => {
    expect(backgroundFor({ told: pulled(PATH) })).toMatchObject({
      proved: { blob: 'v1', commit: 'p1' },
      since: [],
      isCut: false,
      links: [{ path: PATH, blob: 'v1', landing: { commit: 'p1' }, pullRequest: { number: 2 } }],
    })
  })

  test('a version is not proved where the configuration of its time cannot be read', () => {
    const configurations = (commit: string) => (commit === 'root' ? null : CONFIG)
    const found = backgroundFor({ told: pulled(PATH), configurations })
    expect(found.proved).toBeNull()
    expect(found.since.map(({ landing }) => landing.commit)).toEqual(['p1'])
    expect(provedOf({ told: pulled(PATH), configurations: () => null })).toBeNull()
  })

  test('a version that no policy allows is proved, and its changes still have contributors', () => {
    const found = backgroundFor({
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
      versions,
      before: 'p3',
      told: { ...told, commits },
      rules: { policies: loadPolicies([]) },
    })
    expect(found.proved).toEqual({ blob: 'v1', commit: 'p1' })
    expect(found.since.map(({ landing }) => landing.commit)).toEqual(['p3', 'p2', 'p1'])
  })

  test('unknown contributors count until a version was approved that a policy allows', () => {
    // Two approvals, since the people behind the changes that were not read are unknown.
    const told = pulled(PATH, [REVIEWER, OWNER])
    const cut = { origin: 'unknown', told } as const
    const proved = { blob: 'v1', commit: 'p1' }
    expect(backgroundFor(cut)).toMatchObject({ proved, isCut: false })
    const denied = backgroundFor({ ...cut, rules: { policies: loadPolicies([]) } })
    expect(denied).toMatchObject({ proved, isCut: true })
    const rulesAt = () => ({
      rules: { config: CONFIG, policies: loadPolicies([]) },
      approvers: approvers(),
    })
    expect(backgroundFor({ ...cut, rulesAt })).toMatchObject({ proved, isCut: false })
  })

  test('a version that cannot be read as a request proves nothing, and its changes have contributors', () => {
    const told = pulled(PATH)
    const commits = told.commits?.replaceAll('=v1', '=broken') ?? ''
    const versions = [{ ...V1, blob: 'broken' }]
    const found = backgroundFor({ versions, told: { ...told, commits } })
    expect(found.proved).toBeNull()
    expect(found.since.map(({ landing }) => landing.commit)).toEqual(['p1'])
  })

  test('a version is not proved where its bytes are gone', () => {
    const versions = [{ ...V1, blob: 'gone' }]
    expect(provedOf({ versions, told: pulled(PATH) })).toBeNull()
  })
})

describe('earlier versions under the rules of today', () => {
  const policyOf = (path: string, spec: Readonly<Record<string, unknown>>) =>
    requestFile(usualFile(path, spec), { path })
  const approvedBy = (...people: readonly Account[]) => ({
    required: 1,
    users: people.map(({ id, login }) => ({ id, login })),
  })

  const byOneOf = (spec: Readonly<Record<string, unknown>>) => {
    const policies = loadPolicies([
      policyOf(POLICY_PATH, { ...spec, approvals: approvedBy(OWNER) }),
      policyOf('policies/reviewed.yaml', { ...spec, approvals: approvedBy(REVIEWER) }),
    ])
    return (...reviewers: readonly Account[]): string | null =>
      provedOf({ told: pulled(PATH, reviewers), rules: { policies } })
  }

  test('an earlier version needs the approvals of one of the policies that allow the file today', () => {
    const provedBy = byOneOf({})
    expect(provedBy()).toBeNull()
    expect(provedBy(REVIEWER)).toBe('v1')
    expect(provedBy(OWNER)).toBe('v1')
  })

  test('an earlier version needs the approvals of every policy that may allow the file for its requester', () => {
    const rules = [{ rule: "requester.name == 'nobody'", message: 'only nobody may ask' }]
    const provedBy = byOneOf({ rules })
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
        told: pulled(PATH, reviewers),
        rules: { config, policies },
      })
    expect(provedBy(REVIEWER)).toBeNull()
    expect(provedBy(REVIEWER, OWNER)).toBe('v1')
  })

  test('an earlier version needs the approvals of a policy that has a rule on the requester', () => {
    const rules = [{ rule: "requester.name == 'nobody'", message: 'only nobody may ask' }]
    const policies = loadPolicies([policyOf(POLICY_PATH, { rules, approvals: approvedBy(OWNER) })])
    const asked = { rules: { policies } }
    expect(provedOf({ ...asked, told: pulled(PATH) })).toBeNull()
    expect(provedOf({ ...asked, told: pulled(PATH, [OWNER]) })).toBe('v1')
  })

  test('the link of a version names the approvers by each of several policies', () => {
    const rules = [{ rule: "requester.name == 'nobody'", message: 'only nobody may ask' }]
    const policies = loadPolicies([
      policyOf(POLICY_PATH, { rules, approvals: approvedBy(OWNER) }),
      policyOf('policies/reviewed.yaml', { rules, approvals: approvedBy(REVIEWER) }),
    ])
    // By each rule one person can approve, not the same one.
    const config = {
      ...CONFIG,
      approval: { ...CONFIG.approval, requests: rule({ users: [OWNER] }) },
    }
    const { links = [] } = backgroundFor({
      told: pulled(PATH, [REVIEWER, OWNER]),
      rules: { config, policies },
    })
    const names = links[0]?.approvals.map(({ reviewer }) => reviewer.login) ?? []
    expect(names.toSorted()).toEqual(['owner', 'reviewer'])
  })

  test('a readable version needs one more approval if the file of today cannot be read by reviewers', () => {
    const provedBy = (...reviewers: readonly Account[]): string | null =>
      provedOf({ blob: 'manifest', told: pulled(PATH, reviewers) })
    expect(provedBy(REVIEWER)).toBeNull()
    expect(provedBy(REVIEWER, OWNER)).toBe('v1')
  })

  test('an earlier version needs one more approval if no reviewer can read the file of today', () => {
    const opaque = { path: OPAQUE, blob: 'csr', versions: [{ ...V1, blob: 'csr' }] }
    const provedBy = (...reviewers: readonly Account[]): string | null => {
      const told = pulled(OPAQUE, reviewers)
      const commits = told.commits?.replaceAll('=v1', '=csr') ?? ''
      return provedOf({ ...opaque, told: { ...told, commits } })
    }
    expect(provedBy(REVIEWER)).toBeNull()
    expect(provedBy(REVIEWER, OWNER)).toBe('csr')
  })
})

describe('what the rules of then say', () => {
  const rules = { config: CONFIG, policies: loadPolicies([POLICY]) }
  const ownersThen = loadPolicies([
    requestFile(usualFile(POLICY_PATH, { approvals: ONLY_OWNER }), {
      path: POLICY_PATH,
    }),
  ])

  test('a version needs the approvers of the configuration at its merge', () => {
    const rulesAt = () => ({
      rules: { config: CONFIG, policies: ownersThen },
      approvers: approvers(),
    })
    expect(provedOf({ told: pulled(PATH), rulesAt })).toBeNull()
    expect(provedOf({ told: pulled(PATH, [OWNER]), rulesAt })).toBe('v1')
  })

  test('a version that no policy of its time allowed needs the approvers of today', () => {
    const rulesAt = () => ({
      rules: { config: CONFIG, policies: loadPolicies([]) },
      approvers: approvers(),
    })
    const asked = { rulesAt, rules: { policies: ownersThen } }
    expect(provedOf({ ...asked, told: pulled(PATH) })).toBeNull()
    expect(provedOf({ ...asked, told: pulled(PATH, [OWNER]) })).toBe('v1')
  })

  test('an exception that has ended since allowed the version at its merge', () => {
    const exception = {
      code: 'POLICY_NAME_RESERVED',
      values: ['system:node:node-7'],
      until: '2026-01-06',
      reason: 'for the move',
    }
    const text = usualFile(CONFIG_PATH, { exceptions: [exception] })
    const config = valueOf(parseConfig(requestFile(text, { path: CONFIG_PATH })))
    const told = pulled(PATH)
    const commits = told.commits?.replaceAll('=v1', '=node').replaceAll('=b', '=node') ?? ''
    const asked = {
      now: at(60 * 24 * 3),
      blob: 'node',
      versions: [{ ...V1, blob: 'node' }],
      rules: { config },
      rulesAt: () => ({ rules: { config, policies: ownersThen }, approvers: approvers() }),
    }
    const by = (who: Account) =>
      provedOf({ ...asked, told: { ...told, ...pulled(PATH, [who]), commits } })
    expect(by(REVIEWER)).toBeNull()
    expect(by(OWNER)).toBe('node')
  })

  test('a version is not proved where the configuration of its merge cannot be read', () => {
    expect(provedOf({ told: pulled(PATH), rulesAt: () => null })).toBeNull()
  })

  test('the approval of a person who is barred today proves no version', () => {
    const where = { never: [{ id: REVIEWER.id, login: REVIEWER.login }] }
    const rulesAt = () => ({ rules, approvers: approvers(where) })
    expect(provedOf({ told: pulled(PATH), rulesAt })).toBeNull()
  })
})

describe('a reviewer of a version who may no longer write', () => {
  const told = {
    ...pulled(PATH),
    reviewerRights: reviewerRights({ permission: () => 'none' as const }),
  }
  const link = (changes: Partial<EvidencedLink> = {}): EvidencedLink => {
    const known = evidencedApproval({
      review: 401,
      commit: 'h0',
      head: 'h0',
      at: at(3).toISOString(),
      rules: ['approval.requests'],
    })
    return usualEvidence({
      path: PATH,
      blob: 'v1',
      landing: { commit: 'p1', by: 'pullRequestMerge' },
      pullRequest: {
        ...usualEvidence().pullRequest,
        number: 2,
        mergedAt: at(5).toISOString(),
        mergeCommit: 'p1',
      },
      approvals: [known],
      ...changes,
    })
  }

  test('the record says that the reviewer could approve then, at any time later', () => {
    expect(provedOf({ told })).toBeNull()
    expect(provedOf({ told: { ...told, now: at(60 * 24 * 400) }, recorded: [link()] })).toBe('v1')
  })

  test.each<[string, Partial<EvidencedLink>]>([
    ['of another path', { path: MOVED }],
    ['of another landing', { landing: { commit: 'm1', by: 'push' } }],
    ['of another review', { approvals: [{ ...link().approvals[0]!, review: 402 }] }],
  ])('the record says nothing where it is %s', (_, changes) => {
    expect(provedOf({ told, recorded: [link(changes)] })).toBeNull()
  })

  test('the record does not make a person an approver whom the rule of then does not name', () => {
    const policies = loadPolicies([
      requestFile(usualFile(POLICY_PATH, { approvals: ONLY_OWNER }), {
        path: POLICY_PATH,
      }),
    ])
    const rules = ['approval.requests', 'policy people']
    const recorded = [link({ approvals: [{ ...link().approvals[0]!, rules }] })]
    expect(provedOf({ told, recorded, rules: { policies } })).toBeNull()
  })
})

describe('a chain', () => {
  test('a diff that is still to be looked up ends the walk, so that older ones are not asked for', () => {
    let unanswered = 0
    const asked: string[] = []
    const diffOf = ({ head }: { readonly head: string }) => {
      unanswered += 1
      asked.push(head)
      return null
    }
    const told = { ...pulled(PATH), diffOf, unanswered: () => unanswered }
    const size = { additions: 1, deletions: 0 }
    const pulls = (told.pulls ?? []).map(pull => ({ ...pull, size }))
    const older = { landing: { commit: 'root', before: null }, blob: 'other' }
    const found = backgroundFor({ told: { ...told, pulls }, versions: [V1, older] })
    expect(asked).toEqual(['h0'])
    expect(found).toMatchObject({ proved: null, isCut: true })
  })

  /** Versions of one file, newest first. Two people take turns: each approves the change of the other. */
  const alternating = (count: number): Asked => {
    const numbers = Array.from({ length: count }, (_, index) => index + 1)
    const people = [AUTHOR, REVIEWER]
    const pulls = numbers.map(number => {
      const [by, other] = number % 2 === 1 ? people : people.toReversed()
      const [head, merge, before] = [`h${number}`, `p${number}`, `p${number - 1}`]
      const start = number * 10
      return pullRequest({
        number,
        author: by ?? null,
        createdAt: at(start),
        head: { branch: head, repositoryId: 42, commit: head },
        merged: { at: at(start + 5), by: OWNER, commit: merge },
        commits: [made(head, [before], { authors: [by ?? null], committer: by ?? null })],
        reviews: [review({ id: number, author: other ?? null, commit: head, at: at(start + 3) })],
        pushes: [{ ...move(`${start - 1} branchCreation 0 > ${head}`), by: by ?? null }],
      })
    })
    const commits = numbers.map(
      number =>
        `h${number} < p${number - 1}: ${PATH}=n${number}\n p${number} < p${number - 1} h${number}: ${PATH}=n${number}`,
    )
    return {
      blob: `n${count}`,
      before: `p${count}`,
      versions: numbers.toReversed().map(number => ({
        landing: { commit: `p${number}`, before: `p${number - 1}` },
        blob: `n${number}`,
      })),
      told: {
        commits: ['p0: README=r', ...commits, `m1 < p${count}: README=x`].join('\n'),
        pulls,
        moves: [
          move('0 branchCreation 0 > p0'),
          ...numbers.map(number =>
            move(`${number * 10 + 5} pullRequestMerge p${number - 1} > p${number} by owner`),
          ),
          move(`${count * 10 + 20} push p${count} > m1`),
        ],
      },
    }
  }
  const numbersIn = ({ links = [] }: Background): readonly (number | undefined)[] =>
    links.map(({ pullRequest: pull }) => pull?.number)

  test('a version whose approver changed an older one needs the proofs of both', () => {
    expect(numbersIn(backgroundFor(alternating(2)))).toEqual([2, 1])
  })

  test('a version whose approval needs nothing older is the end of the chain, though older versions are proved', () => {
    const { told, ...asked } = alternating(2)
    const reviews = [review({ author: COLLEAGUE, commit: 'h2', at: at(23) })]
    const pulls = told?.pulls?.map(pull => (pull.number === 2 ? { ...pull, reviews } : pull)) ?? []
    expect(numbersIn(backgroundFor({ ...asked, told: { ...told, pulls } }))).toEqual([2])
  })

  test('a version with one approval is not proved where older versions have unknown contributors', () => {
    const { told, ...asked } = alternating(2)
    const reviews = [review({ author: COLLEAGUE, commit: 'h2', at: at(23) })]
    const pulls =
      told?.pulls?.map(pull =>
        pull.number === 2 ? { ...pull, reviews } : { ...pull, reviews: [] },
      ) ?? []
    const provedAfter = (origin: Past['origin']): string | null =>
      provedOf({ ...asked, origin, told: { ...told, pulls } })
    expect(provedAfter('nothing')).toBe('n2')
    expect(provedAfter('unknown')).toBeNull()
  })

  test('fifty proofs below a file are a chain, and fifty-one prove nothing', () => {
    const longest = backgroundFor(alternating(50))
    expect(longest).toMatchObject({ proved: { blob: 'n50', commit: 'p50' }, isCut: false })
    expect(longest.links).toHaveLength(50)
    const tooLong = backgroundFor(alternating(51))
    expect(tooLong).toMatchObject({ proved: null, isCut: true })
    expect(tooLong.since).toHaveLength(51)
    expect(tooLong.links).toBeUndefined()
  })
})

describe('a rename over a proved version', () => {
  const versions = [{ path: MOVED, landing: { commit: 'p1', before: 'root' }, blob: 'v1' }]
  const brings = (asked: Asked = {}): boolean => {
    const found = backgroundFor({ told: pulled(MOVED), versions, ...asked })
    expect(found.proved).toBeNull()
    return found.renamedFrom !== undefined
  }

  test('a rename may bring the proved version of the old path', () => {
    expect(brings()).toBe(true)
  })

  test.each<[string, Asked]>([
    ['nobody approved it', { told: pulled(MOVED, []) }],
    ['no policy allows the new path', { rules: { policies: loadPolicies([]) } }],
    ['the earlier bytes are gone', { versions: [{ ...versions[0]!, blob: 'gone' }] }],
    ['the file is removed', { blob: null }],
  ])('a rename brings nothing where %s', (_, asked) => {
    expect(brings(asked)).toBe(false)
  })
})
