// The pull request of the documentation: jane is ready, deployer waits, root is refused.
import type { ApprovalNeed } from '../../src/domain/proof/step-need.ts'
import type { Plan } from '../../src/domain/cluster/plan-step.ts'
import type { EffectiveRequest } from '../../src/domain/request/request.ts'
import type { Verdict } from '../../src/domain/request/policy.ts'
import { compareCommits } from '../../src/core/plan/compare-commits.ts'
import type { ComparedCommits } from '../../src/core/plan/compare-commits.ts'
import type { CommentFacts } from '../../src/output/comment/step-states.ts'
import { config, effective, place, subject } from './effective.ts'
import { NOW } from './issued.ts'
import { JANE_LINES, policy } from './policy.ts'

export const HEAD = '9ab31c0'.padEnd(40, '0')
export const TIP = '7f0a2d4'.padEnd(40, '0')
export const LINKS = {
  repository: 'https://github.example.com/acme/certs',
  run: 'https://github.example.com/acme/certs/actions/runs/4711',
}

export function need(changes: Partial<ApprovalNeed> = {}): ApprovalNeed {
  return {
    rule: 'policy people',
    required: 1,
    users: [],
    teams: [],
    codeOwners: null,
    counted: [],
    lost: [],
    asking: [],
    more: [],
    ...changes,
  }
}

export const APPROVED = need({
  counted: [{ login: 'reviewer', review: 123, at: new Date(NOW.getTime() - 3_600_000) }],
})

export function treePlan(changes: Partial<ComparedCommits> = {}): Plan {
  return compareCommits({
    requests: [],
    refused: [],
    before: [],
    warnings: new Map(),
    config: config(),
    now: NOW,
    ...changes,
  })
}

/** What the rows of an outcome show in addition; nothing. */
export const NO_ROWS = {
  links: LINKS,
  inUse: new Map(),
  approvals: new Map(),
  replacedBy: new Map(),
}

/** Facts in which every step lacks its one approval, unless `needOf` returns another need. */
export function commentFacts(
  plan: Plan,
  needOf: (path: string) => ApprovalNeed | undefined = () => need(),
  changes: Partial<CommentFacts> = {},
): CommentFacts {
  const needs = plan.steps.flatMap(step => {
    const path = 'request' in step ? step.request.path : step.path
    const its = needOf(path)
    return its === undefined ? [] : [[path, its] as const]
  })
  const requests = plan.steps.flatMap(step => ('request' in step ? [step.request] : []))
  return {
    author: { login: 'author', id: 1001 },
    people: [],
    base: 'main',
    head: HEAD,
    visibility: 'private',
    hasCertificates: true,
    maxAgeSeconds: null,
    needs: new Map(needs),
    configuration: [],
    verdicts: new Map(requests.map(request => [request, allowedBy(request)])),
    now: NOW,
    links: LINKS,
    rulesCommit: TIP,
    phase: { kind: 'open' },
    isPullMode: false,
    ...changes,
  }
}

function allowedBy({ path }: EffectiveRequest): Verdict {
  const name = path.split('/').at(-2) ?? 'people'
  const by = { ...policy(JANE_LINES), name, path: `policies/${name}.yaml` }
  return { decision: 'allowed', by: name, policies: [by], fixedRoles: [], explanations: [] }
}

const deployer = (groups: readonly string[]): EffectiveRequest =>
  effective({ name: 'deployer', path: 'requests/robots/deployer.cnf', organizations: groups })

/** The example of the documentation, as a plan and its facts. */
export function example(): { readonly plan: Plan; readonly facts: CommentFacts } {
  const jane = effective({
    path: 'requests/people/jane.yaml',
    subject: subject('CN=jane', 'O=developers', 'emailAddress=jane@example.com'),
  })
  const plan = treePlan({
    requests: [jane, { ...deployer(['deployers', 'releasers']), blob: '2'.repeat(40) }],
    before: [deployer(['deployers'])],
    refused: [
      {
        path: 'requests/people/root.yaml',
        name: 'root',
        cluster: 'prod',
        problems: [
          {
            code: 'POLICY_GROUP_RESERVED',
            at: place('requests/people/root.yaml', 7),
            message:
              'the group "system:masters" bypasses every authorisation rule; nobody can be given it here',
            hint: 'ask for a bound group instead',
          },
        ],
      },
    ],
  })
  const waits = need({
    rule: 'policy robots',
    teams: ['acme/platform'],
    lost: [
      {
        login: 'reviewer',
        code: 'APPROVAL_OTHER_CONTENT',
        text: 'was for an older version (3f2c1ab)',
      },
    ],
  })
  const facts = commentFacts(plan, path => (path === jane.path ? APPROVED : waits), {
    people: [{ login: 'requester', id: 1004, name: 'jane' }],
    maxAgeSeconds: 180 * 86_400,
  })
  return { plan, facts }
}
