import { expect, test } from '@jest/globals'
import { rulesetJson } from '../../../src/setup/branch-ruleset.ts'
import { validateExchange } from '../../build/github-schema.ts'

test('the ruleset is valid for GitHub, has its three rules, and no bypass actors', () => {
  const ruleset = JSON.parse(rulesetJson())
  validateExchange({
    operation: 'GET /repos/{owner}/{repo}/rulesets/{ruleset_id}',
    status: 200,
    requestBody: null,
    responseBody: { ...ruleset, id: 1, source: 'acme/certs' },
  })
  expect(ruleset.conditions.ref_name.include).toEqual(['~DEFAULT_BRANCH'])
  expect(ruleset.bypass_actors).toEqual([])
  expect(ruleset.rules.map(({ type }: { type: string }) => type)).toEqual([
    'deletion',
    'non_fast_forward',
    'pull_request',
  ])
  expect(ruleset.rules[2].parameters).toMatchObject({
    required_approving_review_count: 1,
    require_code_owner_review: true,
    dismiss_stale_reviews_on_push: true,
  })
})
