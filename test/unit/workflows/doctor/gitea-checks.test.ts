// What doctor says about the token of a Gitea server, by its scopes and rights, and about the moves of the branch.
import { expect, test } from '@jest/globals'
import type { BranchMove } from '../../../../src/domain/proof/git-history.ts'
import type { RepositoryFacts } from '../../../../src/domain/proof/repository-facts.ts'
import type { GiteaSettings } from '../../../../src/ports/github-settings.ts'
import type { ReviewedRepository } from '../../../../src/ports/reviewed-repository.ts'
import {
  giteaMovesFindings,
  giteaTokenFindings,
} from '../../../../src/workflows/doctor/gitea-checks.ts'
import { standIn } from '../../../build/stand-in.ts'

const FACTS = standIn<RepositoryFacts>({
  name: 'acme/certs',
  defaultBranch: 'main',
  tip: 'a'.repeat(40),
  forge: { url: 'https://git.example.com', hasCodeOwners: false },
})
const LEAST = ['read:repository', 'read:issue', 'read:user', 'read:organization']

async function said(scopes: readonly string[] | null, more = {}): Promise<readonly string[]> {
  const may = { isAdmin: true, mayPush: true, mayChangeWorkflows: null }
  const access = { ...may, isMirror: false, isArchived: false, takesMergesByHand: false }
  const settings = standIn<GiteaSettings>({
    access: async () => ({ ...access, scopes, ...more }),
    viewer: async () => ({ id: 7, login: 'countersign', type: 'User' }),
  })
  const [, ...found] = await giteaTokenFindings(settings, FACTS)
  return found.map(({ mark, message }) => `${mark}: ${message}`)
}

test.each<[string, readonly string[] | null, readonly string[]]>([
  [
    'least scopes',
    LEAST,
    ['good: the token has the scopes that the controller needs, and no others'],
  ],
  [
    'scopes that write where it has to read',
    ['write:repository', 'write:issue', 'write:user', 'write:organization'],
    [
      'unsure: the controller does not need the scopes write:repository, write:user, write:organization',
    ],
  ],
  ['all scopes', ['all'], ['unsure: the controller does not need the scopes all']],
  [
    'one scope',
    ['read:repository'],
    ['bad: the token lacks read:issue, read:user, read:organization'],
  ],
  [
    'public repositories only',
    ['public-only', ...LEAST],
    ['unsure: the controller does not need the scopes public-only'],
  ],
  ['scopes that are not said', null, ['unsure: the server does not name the scopes of the token']],
])('a token with %s is described', async (_, scopes, expected) =>
  expect(await said(scopes)).toEqual(expected),
)

test.each([
  ['isMirror', 'is a mirror: its commits come from another server, so nothing is proved'],
  ['isArchived', 'is archived: nothing can be approved or merged, and its rules cannot change'],
  ['takesMergesByHand', 'takes merges by hand: every merge counts as a push, and is refused'],
])('%s is a problem of its own', async (fact, message) =>
  expect(await said(LEAST, { [fact]: true })).toContain(`bad: acme/certs ${message}`),
)

test.each<[string, readonly Pick<BranchMove, 'kind'>[] | null, string]>([
  ['begins with the creation of the branch', [{ kind: 'branchCreation' }], 'good'],
  ['begins with a push', [{ kind: 'push' }], 'unsure'],
  ['is empty', [], 'unsure'],
  ['cannot be read', null, 'unsure'],
])('a feed that %s is %s', async (_, moves, mark) => {
  const repository = standIn<ReviewedRepository>({
    pullRequestsOf: async () => new Map(),
    defaultBranchMoves: async () => moves as readonly BranchMove[] | null,
  })
  expect(await giteaMovesFindings(repository, FACTS)).toMatchObject([{ mark }])
})
