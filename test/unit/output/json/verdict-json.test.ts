import { expect, test } from '@jest/globals'
import { planComment } from '../../../../src/output/comment/plan-comment.ts'
import { verdictJson } from '../../../../src/output/json/verdict-json.ts'
import { effective } from '../../../build/effective.ts'
import { commentFacts, example, need, treePlan } from '../../../build/plan-page.ts'

test('the verdict has the state of each request, and who approved it', () => {
  const { plan, facts } = example()
  expect(verdictJson(plan, facts)).toMatchObject({
    state: 'refused',
    text: 'refused (1 ready, 1 needs approval, 1 refused)',
    ready: 1,
    needsApproval: 1,
    refused: 1,
    requests: [
      {
        name: 'deployer',
        state: 'needs-approval',
        required: 1,
        approvedBy: [],
        teams: ['acme/platform'],
      },
      { name: 'jane', state: 'ready', approvedBy: ['reviewer'] },
      { name: 'root', state: 'refused', problems: ['POLICY_GROUP_RESERVED'] },
    ],
    isWhole: true,
  })
})

test('a request with unknown approvals needs approval and names nobody', () => {
  const plan = treePlan({ requests: [effective()] })
  expect(
    verdictJson(
      plan,
      commentFacts(plan, () => undefined),
    ),
  ).toEqual(
    expect.objectContaining({
      state: 'needs-approval',
      text: 'needs approval',
      requests: [
        {
          name: 'jane',
          cluster: 'prod',
          path: 'requests/jane.yaml',
          kind: 'issue',
          state: 'needs-approval',
        },
      ],
    }),
  )
})

test('the verdict and the comment of 300 requests stay within the limits of GitHub, and more requests are left out', () => {
  const planOf = (count: number) =>
    treePlan({
      requests: Array.from({ length: count }, (_, index) => effective({ name: `r${index}` })),
    })
  const owners = () => need({ users: ['owner'], teams: ['acme/platform'] })
  const jsonOf = (count: number): string =>
    JSON.stringify(verdictJson(planOf(count), commentFacts(planOf(count), owners)))
  expect(JSON.parse(jsonOf(300))).toMatchObject({ isWhole: true, needsApproval: 300 })
  expect(jsonOf(300).length).toBeLessThan(2 ** 18)
  expect(JSON.parse(jsonOf(301))).toMatchObject({ isWhole: false, needsApproval: 301 })
  const plan = planOf(300)
  const { text, isWhole } = planComment(plan, commentFacts(plan, owners))
  expect([text.length <= 60_000, isWhole]).toEqual([true, true])
})
