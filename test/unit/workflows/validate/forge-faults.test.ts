// Rules that the server of the repository cannot answer.
import { describe, expect, test } from '@jest/globals'
import { GITHUB_TRAITS } from '../../../../src/domain/proof/repository-facts.ts'
import { forgeFaults } from '../../../../src/workflows/validate/forge-faults.ts'
import { config } from '../../../build/effective.ts'
import { JANE_LINES, policy } from '../../../build/policy.ts'

const url = 'https://git.example.com'
const GITEA = { url, hasCodeOwners: false }
const OWNED = { required: 1, users: [], teams: [], codeOwners: true }
const { approval } = config()

describe('rules at a server', () => {
  test('rules without code owners have no fault at any server', () => {
    const rules = { config: config({ forge: { kind: 'gitea', url } }), policies: null }
    expect(forgeFaults(rules, GITEA)).toEqual([])
    expect(forgeFaults({ config: config(), policies: null }, GITEA)).toEqual([])
    expect(forgeFaults({ config: config(), policies: null }, GITHUB_TRAITS)).toEqual([])
  })

  test('a configuration of another server is CONFIG_FORGE', () => {
    const rules = { config: config({ forge: { kind: 'gitea', url } }), policies: null }
    const others = [GITHUB_TRAITS, { ...GITEA, url: 'https://git.other.example' }]
    for (const traits of others)
      expect(forgeFaults(rules, traits)).toMatchObject([{ code: 'CONFIG_FORGE' }])
  })

  test.each([
    ['the configuration', { config: config({ approval: { ...approval, configuration: OWNED } }) }],
    ['all requests', { config: config({ approval: { ...approval, requests: OWNED } }) }],
    [
      'a policy',
      {
        config: config(),
        policies: { policies: [{ ...policy(JANE_LINES), approvals: OWNED }], broken: [] },
      },
    ],
  ])('code owners in the rule of %s are refused at Gitea and not at GitHub', (_, rules) => {
    const whole = { policies: null, ...rules }
    expect(forgeFaults(whole, GITEA)).toMatchObject([{ code: 'APPROVAL_CODE_OWNERS' }])
    expect(forgeFaults(whole, GITHUB_TRAITS)).toEqual([])
  })
})
