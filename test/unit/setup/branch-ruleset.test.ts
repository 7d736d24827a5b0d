import { expect, test } from '@jest/globals'
import type { Ruleset } from '../../../src/domain/proof/repository-settings.ts'
import {
  RULESET,
  missingProtection,
  rulesetJson,
  strengthened,
  weaknesses,
} from '../../../src/setup/branch-ruleset.ts'
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

const withRule = (type: string, parameters: Ruleset['rules'][number]['parameters']): Ruleset => ({
  ...RULESET,
  rules: [...RULESET.rules.filter(rule => rule.type !== type), { type, parameters }],
})
const withRefs = (include: readonly string[], exclude: readonly string[] = []): Ruleset => ({
  ...RULESET,
  conditions: { ref_name: { include, exclude } },
})
const PARAMETERS = RULESET.rules.find(({ type }) => type === 'pull_request')?.parameters

test('a ruleset that asks for as much has no weaknesses', () => {
  expect(weaknesses(withRefs(['refs/heads/main']), 'main')).toEqual([])
  expect(weaknesses(withRefs(['~ALL']), 'main')).toEqual([])
})

test.each<[string, Ruleset]>([
  ['its enforcement is evaluate', { ...RULESET, enforcement: 'evaluate' }],
  ['does not cover main', withRefs(['refs/heads/release/*'])],
  ['excludes refs/heads/main', withRefs(['~ALL'], ['refs/heads/main'])],
  ['2 bypass actors', { ...RULESET, bypass_actors: [{}, {}] }],
  ['the rule deletion is missing', { ...RULESET, rules: RULESET.rules.slice(1) }],
  [
    'required_approving_review_count must be 1',
    withRule('pull_request', { ...PARAMETERS, required_approving_review_count: 0 }),
  ],
  [
    'require_last_push_approval must be true',
    withRule('pull_request', { ...PARAMETERS, require_last_push_approval: false }),
  ],
  [
    'dismiss_stale_reviews_on_push must be true',
    withRule('pull_request', { ...PARAMETERS, dismiss_stale_reviews_on_push: false }),
  ],
])('a weaker ruleset is reported: %s', (detail, ruleset) => {
  expect(weaknesses(ruleset, 'main')).toEqual([detail])
  expect(weaknesses(strengthened(ruleset), 'main')).toEqual([])
})

test('a strengthened ruleset keeps stricter values and further rules', () => {
  const strict = {
    ...PARAMETERS,
    required_approving_review_count: 3,
    required_review_thread_resolution: true,
  }
  const { rules } = strengthened(withRule('pull_request', strict))
  expect(rules).toContainEqual({ type: 'pull_request', parameters: strict })
  const signed = { type: 'required_signatures' }
  expect(strengthened({ ...RULESET, rules: [signed] }).rules).toEqual([...RULESET.rules, signed])
})

test('protection without a rule lists everything that is missing', () => {
  expect(
    missingProtection({
      pullRequest: null,
      forbidsForcePush: false,
      forbidsDeletion: false,
      needsUpToDate: false,
      bypass: [],
    }),
  ).toEqual([
    'a pull request',
    'one approval',
    'review by code owners',
    'no force push',
    'no deletion',
  ])
})
