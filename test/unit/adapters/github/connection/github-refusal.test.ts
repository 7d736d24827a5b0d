// Hints about tokens: scopes for the token of a person, `permissions` for the token of a job.
import { expect, test } from '@jest/globals'
import { githubRefusal } from '../../../../../src/adapters/github/connection/github-refusal.ts'

const ORIGIN = 'https://api.github.com'
const asking = { doing: 'write a tree', needs: 'contents: write and pull-requests: write' }
const status = (code: number) =>
  ({ kind: 'status', status: code, message: 'no', accepted: null }) as const
const forbids = { type: 'FORBIDDEN', message: 'no', path: '' }
const FAULTS = [
  [status(401), 'contents: read, pull-requests: read, actions: read'],
  [status(403), asking.needs],
  [{ kind: 'graphql', errors: [forbids], hasData: false }, asking.needs],
] as const

test.each(FAULTS)('the hint for the token of a person says what it needs: %j', (fault, needs) => {
  const { hint } = githubRefusal(fault, { ...asking, isOfPerson: true }, ORIGIN).problem
  expect(hint).toContain(`scope repo (gh auth refresh --scopes repo). A fine-grained one for this repository needs ${needs}`) // prettier-ignore
  expect(hint).not.toContain('workflow')
})

test.each([
  ['PullRequest with the number 99', 'check the number of the pull request'],
  ["Repository with the name 'acme/cert'", 'check the name of the repository'],
])('the hint for an unknown %s says: %s', (unknown, expected) => {
  const missing = { type: 'NOT_FOUND', message: `Could not resolve to a ${unknown}.`, path: '' }
  const fault = { kind: 'graphql', errors: [missing], hasData: true } as const
  const { problem } = githubRefusal(fault, { ...asking, isOfPerson: true }, ORIGIN)
  expect(problem).toMatchObject({ code: 'GITHUB_NOT_FOUND' })
  expect(problem.hint).toContain(expected)
})

test.each(FAULTS)('the hint for the token of a job is a permissions block: %j', (fault, _needs) => {
  const { hint } = githubRefusal(fault, { ...asking, isOfPerson: false }, ORIGIN).problem
  expect(hint).toContain('in a workflow give the job\npermissions:\n  contents: read\n')
  expect(hint).not.toContain('scope')
})
