// Plans of open pull requests: unapproved changes on the default branch, and changes of configuration files.
import { describe, expect, test } from '@jest/globals'
import type { Step } from '../../../src/domain/cluster/plan-step.ts'
import { isMet } from '../../../src/domain/proof/step-need.ts'
import { planPullRequest } from '../../../src/workflows/plan/plan-pull-request.ts'
import type { PullRequestPlan } from '../../../src/workflows/plan/plan-pull-request.ts'
import { planComment } from '../../../src/output/comment/plan-comment.ts'
import { DirectRepository } from '../../build/direct-repository.ts'
import { readDeed, readGiven } from '../../build/history/read-history.ts'
import { Rehearsal } from '../../build/history/rehearsal.ts'
import { CONFIG_PATH, WORKFLOW_PATH } from '../../build/history/usual-files.ts'

const JANE = 'requests/people/jane.yaml'
/** So far from the group that the diff of a change at the end does not show it. */
const LONG = { lines: 8 }

type RawDeed = string | Readonly<Record<string, unknown>>

/** The plan of the last pull request after these steps. */
async function planAfter(deeds: readonly RawDeed[], given: unknown = {}): Promise<PullRequestPlan> {
  const rehearsal = new Rehearsal(readGiven(given))
  for (const raw of deeds) await rehearsal.play(readDeed(raw))
  const { world, repository } = rehearsal.stage
  const pull = repository.pullRequests.at(-1)!
  const planned = await planPullRequest(
    {
      repository: new DirectRepository(world, repository),
      clock: { now: () => world.state.now, sleep: () => Promise.resolve() },
    },
    {
      number: pull.number,
      head: world.headOf(pull),
      config: CONFIG_PATH,
      trustedConfig: await rehearsal.countersign.digest(new DirectRepository(world, repository)),
      trustedRequests: null,
      workflow: WORKFLOW_PATH,
    },
  )
  if (!planned.ok) throw new Error(planned.problems.map(({ message }) => message).join('\n'))
  return planned.value
}

const codesOf = ({ plan }: PullRequestPlan): readonly string[] =>
  plan.problems.map(each => each.code)
const stepOf = ({ plan }: PullRequestPlan): Step | undefined => plan.steps[0]
const warningsOf = (step: Step | undefined): readonly string[] =>
  step !== undefined && 'warnings' in step ? step.warnings.map(({ message }) => message) : []

const ISSUED: readonly RawDeed[] = [
  { 'author pushes to add-jane': { [JANE]: LONG } },
  'author opens PR1 from add-jane',
  'reviewer approves PR1',
  'author merges PR1 (merge)',
]
/** The colleague's change of the group, merged without an approval. */
const LAUNDERED: readonly RawDeed[] = [
  ...ISSUED,
  {
    'colleague pushes to viewer': { [JANE]: { ...LONG, subject: { organizations: ['viewers'] } } },
  },
  'colleague opens PR2 from viewer',
  'colleague merges PR2 (merge)',
]
const VIEWER = { ...LONG, subject: { organizations: ['viewers'] } }

describe('a pull request whose base holds an unapproved change', () => {
  test('the plan shows what an approval would issue, with the unapproved change as a warning', async () => {
    const planned = await planAfter([
      ...LAUNDERED,
      { 'author pushes to typo': { [JANE]: { ...VIEWER, comment: 'typo' } } },
      'author opens PR3 from typo',
    ])
    const step = stepOf(planned)
    expect(step?.kind).toBe('reissue')
    expect(step?.kind === 'reissue' ? step.changes.map(({ member }) => member) : []).toEqual(['O'])
    expect(warningsOf(step)).toEqual([
      `${JANE}: an approval here also covers the change of #2 by colleague, which was not approved`,
    ])
  })

  test('a diff that does not show the unapproved change is APPROVAL_NOT_SHOWN', async () => {
    const planned = await planAfter([
      ...LAUNDERED,
      { 'author pushes to typo': { [JANE]: { ...VIEWER, comment: 'typo' } } },
      'author opens PR3 from typo',
    ])
    expect(codesOf(planned)).toEqual(['APPROVAL_NOT_SHOWN'])
    expect(planned.plan.problems[0]?.message).toContain('the change of #2 by colleague')
  })

  test('a diff that shows the unapproved change is no problem', async () => {
    const planned = await planAfter([
      ...LAUNDERED,
      {
        'author pushes to shown': {
          [JANE]: { ...VIEWER, commonName: 'jane', top: 'read this', reissue: 1 },
        },
      },
      'author opens PR3 from shown',
    ])
    expect(codesOf(planned)).toEqual([])
    expect(warningsOf(stepOf(planned))).toHaveLength(1)
  })

  test('the author of the unapproved change is a contributor', async () => {
    const planned = await planAfter([
      ...LAUNDERED,
      { 'author pushes to shown': { [JANE]: { ...VIEWER, top: 'read this', reissue: 1 } } },
      'author opens PR3 from shown',
      'colleague approves PR3',
    ])
    const need = planned.needs.get(JANE)
    expect(need?.lost.map(({ login, code }) => `${login} ${code}`)).toEqual([
      'colleague APPROVAL_SELF',
    ])
  })

  test('a pull request that restores the approved version needs no approval of the unapproved change', async () => {
    const planned = await planAfter([
      ...LAUNDERED,
      { 'author pushes to back': { [JANE]: LONG } },
      'author opens PR3 from back',
      'colleague approves PR3',
    ])
    expect(codesOf(planned)).toEqual([])
    expect(warningsOf(stepOf(planned))).toEqual([])
  })
})

describe('a pull request that changes the configuration', () => {
  const WIDEN: readonly RawDeed[] = [
    {
      'maintainer pushes to widen': {
        'policies/people.yaml': { constraints: { maxDuration: '8760h' } },
      },
    },
    'maintainer opens PR1 from widen',
  ]

  test('the plan has a row for each file with its missing approvals', async () => {
    const planned = await planAfter(WIDEN)
    expect(planned.configuration.files).toEqual([
      { path: 'policies/people.yaml', change: 'changed' },
    ])
    const need = planned.needs.get('policies/people.yaml')
    expect([need?.rule, need?.required, need?.users]).toEqual([
      'approval.configuration',
      1,
      ['owner'],
    ])
  })

  test('an approval of the owner completes the pull request', async () => {
    const planned = await planAfter([...WIDEN, 'owner approves PR1'])
    const need = planned.needs.get('policies/people.yaml')
    expect(need !== undefined && isMet(need)).toBe(true)
    expect(codesOf(planned)).toEqual([])
  })

  test('a plan reports that a merge out of date would stop every issue', async () => {
    const planned = await planAfter([
      ...WIDEN,
      'owner approves PR1',
      {
        'colleague pushes to other': {
          'policies/people.yaml': { constraints: { maxDuration: '700h' } },
        },
      },
      'colleague opens PR2 from other',
      'owner approves PR2',
      'owner merges PR1 (squash)',
    ])
    expect(codesOf(planned)).toEqual(['APPROVAL_OTHER_CONTENT'])
    expect(planned.plan.problems[0]?.hint).toContain('gh pr update-branch 2')
  })

  test('a plan reports that an approval would not cover an earlier unapproved change', async () => {
    const limit = (duration: string): Readonly<Record<string, unknown>> => ({
      'policies/people.yaml': { lines: 12, constraints: { maxDuration: duration } },
    })
    const planned = await planAfter([
      { 'maintainer pushes to long': limit('720h') },
      'maintainer opens PR1 from long',
      'owner approves PR1',
      'maintainer merges PR1 (merge)',
      { 'colleague pushes to main': limit('8760h') },
      {
        'maintainer pushes to typo': {
          'policies/people.yaml': {
            lines: 12,
            constraints: { maxDuration: '8760h' },
            comment: 'typo',
          },
        },
      },
      'maintainer opens PR2 from typo',
      'owner approves PR2',
    ])
    expect(codesOf(planned)).toEqual(['APPROVAL_NOT_SHOWN'])
  })

  const MORE = { selector: { paths: ['requests/more/**'] } }

  test('a plan reports that no approval covers a policy with an odd name', async () => {
    const planned = await planAfter([
      { 'maintainer pushes to more': { 'policies/Team/more.yaml': MORE } },
      'maintainer opens PR1 from more',
    ])
    expect(codesOf(planned)).toEqual(['APPROVAL_HIDDEN'])
  })

  test('attributes in the folder of policies may change, and a policy with an odd name may be removed', async () => {
    const planned = await planAfter(
      [
        {
          'maintainer pushes to tidy': {
            'policies/.gitattributes': '*.md text\n',
            'policies/Team/more.yaml': 'removed',
          },
        },
        'maintainer opens PR1 from tidy',
      ],
      { files: { 'policies/Team/more.yaml': MORE } },
    )
    expect(planned.plan.problems.map(({ message }) => message)).toEqual([])
    expect(planned.configuration.files).toEqual([
      { path: 'policies/.gitattributes', change: 'added' },
      { path: 'policies/Team/more.yaml', change: 'removed' },
    ])
  })

  test('a plan explains the second approval that a change by a bot needs', async () => {
    const planned = await planAfter([
      { 'helper[bot] pushes to bump': { [WORKFLOW_PATH]: 'on: push\n' } },
      'helper[bot] opens PR1 from bump',
    ])
    const need = planned.needs.get(WORKFLOW_PATH)
    expect([need?.required, need?.more.length]).toEqual([2, 1])
  })

  test('the comment says what a merge now would do', async () => {
    const { plan, needs, configuration, judgedRequests, rules, opened } = await planAfter(WIDEN)
    const { text } = planComment(plan, {
      author: opened.pull.author,
      people: rules.config.people,
      base: 'main',
      head: opened.pull.head.commit,
      visibility: 'private',
      hasCertificates: true,
      maxAgeSeconds: null,
      needs,
      configuration: configuration.files,
      verdicts: judgedRequests.verdicts,
      now: new Date(0),
      links: null,
      rulesCommit: opened.repository.tip,
      phase: { kind: 'open' },
      isPullMode: false,
    })
    expect(text).toContain('needs approval of `owner`')
    expect(text).toMatch(
      /`policies\/people.yaml` \| \*\*changes configuration\*\*: no request changes; rights and guard do, listed below; merged now, it stops every issue \| 1 approval of `owner`/,
    )
  })
})

describe('a pull request that bars an owner', () => {
  const given = {
    files: {
      [CONFIG_PATH]: {
        approval: { configuration: { required: 1, users: ['owner', 'maintainer'] } },
      },
    },
  }
  const barring = { configuration: { required: 1, users: ['owner', 'maintainer'] } }
  const deeds = (approver: string): readonly RawDeed[] => [
    {
      'author pushes to wider': {
        'policies/people.yaml': { constraints: { maxDuration: '800h' } },
      },
    },
    'author opens PR1 from wider',
    `${approver} approves PR1`,
    'author merges PR1 (squash)',
    {
      'author pushes to bar': {
        [CONFIG_PATH]: { approval: { ...barring, never: ['maintainer'] } },
      },
    },
    'author opens PR2 from bar',
  ]

  test('the plan lists each change of the configuration that only this owner approved', async () => {
    const { plan } = await planAfter(deeds('maintainer'), given)
    expect(plan.problems.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      expect.stringMatching(
        /^APPROVAL_REVIEWER_NOT_ELIGIBLE: barring maintainer ends a past approval: policies\/people\.yaml needs 1 approval/,
      ),
    ])
  })

  test('the plan lists nothing where another owner approved the changes', async () => {
    expect(codesOf(await planAfter(deeds('owner'), given))).toEqual([])
  })
})
