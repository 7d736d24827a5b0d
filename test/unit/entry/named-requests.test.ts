// The part of a plan that the names of a command line choose.
import { expect, test } from '@jest/globals'
import type { Effect } from '../../../src/domain/cluster/plan-step.ts'
import { namedSteps } from '../../../src/entry/commands/named-requests.ts'
import type { JudgedRequests } from '../../../src/workflows/validate/read-requests.ts'
import { issueStep } from '../../build/approved.ts'
import { effective } from '../../build/effective.ts'
import { standIn } from '../../build/stand-in.ts'

test('a plan of named requests has only their steps and effects', () => {
  const steps = ['jane', 'mary-jane'].map(name => issueStep(effective({ name })))
  const effects = ['prod/jane', 'prod/mary-jane', 'rights in prod'].map((request): Effect => ({
    request,
    was: 'allowed',
    will: 'refused',
    codes: [],
    changes: [],
  }))
  const judgedRequests = standIn<JudgedRequests>({ requests: [] })
  const plan = { basis: 'tree', steps, problems: [], effects } as const
  expect(namedSteps({ plan, judgedRequests }, ['jane']).plan).toMatchObject({
    steps: [{ request: { name: 'jane' } }],
    effects: [{ request: 'prod/jane' }],
  })
  expect(namedSteps({ plan, judgedRequests }, []).plan).toEqual(plan)
})

test('an unknown name is no usage error if a cluster gave no answer', () => {
  const plan = { basis: 'cluster', steps: [], problems: [], effects: [] } as const
  const judgedRequests = standIn<JudgedRequests>({ requests: [] })
  const failures = [
    { code: 'CLUSTER_RESTORED', at: null, message: 'restored', hint: null },
  ] as const
  expect(namedSteps({ plan, judgedRequests, failures }, ['jane']).plan.steps).toEqual([])
  expect(() => namedSteps({ plan, judgedRequests }, ['jane'])).toThrow(/no request called jane/)
})

test.each(['requests/people/jane-doe.yaml', 'jane-doe.yaml', 'jane-doe'])(
  'the file %s is answered with the name of its request',
  word => {
    const steps = [issueStep(effective({ name: 'jane', path: 'requests/people/jane-doe.yaml' }))]
    const plan = { basis: 'tree', steps, problems: [], effects: [] } as const
    const judgedRequests = standIn<JudgedRequests>({ requests: [] })
    expect(() => namedSteps({ plan, judgedRequests }, [word])).toThrow(
      expect.objectContaining({
        problem: expect.objectContaining({ hint: 'give the name, not the file: jane' }),
      }),
    )
  },
)

test.each([
  ['nosuch', 'there are jane, web2, web10'],
  ['jane,web2', 'separate names by spaces'],
  ['jnae', 'did you mean "jane"?'],
])('of the unknown name %s the answer is: %s', (word, hint) => {
  const steps = ['web10', 'web2', 'jane'].map(name => issueStep(effective({ name })))
  const plan = { basis: 'tree', steps, problems: [], effects: [] } as const
  const judgedRequests = standIn<JudgedRequests>({ requests: [] })
  expect(() => namedSteps({ plan, judgedRequests }, [word])).toThrow(
    expect.objectContaining({ problem: expect.objectContaining({ hint }) }),
  )
})
