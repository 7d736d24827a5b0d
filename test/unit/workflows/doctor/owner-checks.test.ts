// What doctor says about CODEOWNERS of the default branch.
import { describe, expect, test } from '@jest/globals'
import { codeOwnersFindings } from '../../../../src/workflows/doctor/owner-checks.ts'
import type { Policy } from '../../../../src/domain/request/policy.ts'
import type { GithubSettings } from '../../../../src/ports/github-settings.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { config } from '../../../build/effective.ts'
import { policy } from '../../../build/policy.ts'
import { rule } from '../../../build/proof.ts'
import { requestFile } from '../../../build/request.ts'
import { standIn } from '../../../build/stand-in.ts'

const TEAM = { slug: 'Platform', id: 77 }

async function findings(line: string, about = config(), policies: readonly Policy[] = []) {
  const files = standIn<RepositoryFiles>({
    read: async path => (path === 'CODEOWNERS' ? requestFile(`${line}\n`, { path }) : null),
  })
  const settings = standIn<GithubSettings>({ codeOwnersFaults: async () => [] })
  return codeOwnersFindings(files, settings, 'acme/certs', {
    config: about,
    policies: { policies, broken: [] },
  })
}

const messages = async (...asked: Parameters<typeof findings>) =>
  (await findings(...asked)).map(({ message }) => message)

test('an owner without an id is listed, or taken out after they left', async () => {
  expect(await findings('* @octo')).toMatchObject([
    {
      paste:
        'list them in people, or in approval.configuration, of countersign.yaml; or, if they left, take them out of CODEOWNERS',
    },
  ])
})

describe('a team in CODEOWNERS', () => {
  const fine = ['CODEOWNERS gives configuration and policies to their owners']
  const { approval } = config()

  test.each([
    ['approval.configuration', { ...approval, configuration: rule({ teams: [TEAM] }) }],
    ['approval.requests', { ...approval, requests: rule({ teams: [TEAM] }) }],
  ])('is known if %s lists it', async (_, listed) => {
    expect(await messages('* @acme/platform', config({ approval: listed }))).toEqual(fine)
  })

  test('a team that a policy lists is known', async () => {
    const policies = [{ ...policy([]), approvals: rule({ teams: [TEAM] }) }]
    expect(await messages('* @acme/platform', config(), policies)).toEqual(fine)
  })

  test('a team that nothing lists, or of another organization, is unknown', async () => {
    const listed = config({ approval: { ...approval, requests: rule({ teams: [TEAM] }) } })
    for (const name of ['@acme/others', '@elsewhere/platform'])
      expect(await messages(`* ${name}`, listed)).toEqual([
        `CODEOWNERS names ${name}, and countersign.yaml has no ids for them: their reviews do not count as code owners`,
      ])
  })
})
