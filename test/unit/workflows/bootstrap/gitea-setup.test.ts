// The plan of bootstrap for a repository at a Gitea server, without a server.
import { expect, test } from '@jest/globals'
import type { BranchTip, FileProposals } from '../../../../src/ports/file-proposals.ts'
import type { GiteaSettings } from '../../../../src/ports/github-settings.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { giteaProtection } from '../../../../src/setup/gitea-protection.ts'
import { planGiteaRepository } from '../../../../src/workflows/bootstrap/gitea-setup.ts'
import { config } from '../../../build/effective.ts'
import { standIn } from '../../../build/stand-in.ts'

const URL = 'https://git.example.com'
const TIP: BranchTip = { commit: 'a'.repeat(40), tree: 'b'.repeat(40), message: 'first' }
const WANTED = {
  repository: 'acme/certs',
  defaultBranch: 'main',
  cluster: 'prod',
  environment: null,
  credential: null,
  files: new Map([['countersign.yaml', 'text\n']]),
  changed: new Map<string, string>(),
}
const CONFIG = config()
const WHOLE = { rule_name: 'main', ...giteaProtection(CONFIG.approval, null) }
const ADMIN = {
  isAdmin: true,
  mayPush: true,
  mayChangeWorkflows: null,
  scopes: null,
  isMirror: false,
  isArchived: false,
  takesMergesByHand: false,
}

interface Given {
  readonly rule?: Awaited<ReturnType<GiteaSettings['ruleInForce']>>
  readonly access?: Partial<typeof ADMIN>
  readonly tip?: BranchTip | null
}

async function planned({ rule = null, access = {}, tip = TIP }: Given = {}) {
  const written: unknown[] = []
  const proposals = standIn<FileProposals>({
    forge: URL,
    tip: async branch => (branch === 'main' ? tip : null),
    filesAt: () => standIn<RepositoryFiles>({ read: async () => null }),
  })
  const settings = standIn<GiteaSettings>({
    access: async () => ({ ...ADMIN, ...access }),
    ruleInForce: async () => rule,
    viewer: async () => ({ id: 1, login: 'owner', type: 'User' }),
    protect: async (...given) => void written.push(given),
  })
  return { steps: await planGiteaRepository(proposals, settings, WANTED, CONFIG), written }
}

test('a branch without a rule gets one, before the pull request', async () => {
  const { steps, written } = await planned()
  expect(steps.map(({ id, state }) => `${state} ${id}`)).toEqual([
    'create repository/protection/main',
    'create repository/pull-request/countersign-setup',
  ])
  expect(written).toEqual([])
  await steps[0]?.run?.()
  expect(written).toEqual([['main', giteaProtection(CONFIG.approval, null), true]])
})

test('a weaker rule of the branch is changed, and a strict one stays', async () => {
  const weak = await planned({ rule: { ...WHOLE, enable_push: true } })
  expect(weak.steps[0]).toMatchObject({ state: 'change', details: ['nobody may push'] })
  await weak.steps[0]?.run?.()
  expect(weak.written).toMatchObject([['main', { enable_push: false }, false]])
  expect((await planned({ rule: WHOLE })).steps[0]).toMatchObject({ state: 'unchanged' })
})

test('a rule that covers more branches is not changed', async () => {
  const { steps } = await planned({ rule: { ...WHOLE, rule_name: 'm*', enable_push: true } })
  expect(steps[0]).toMatchObject({
    state: 'blocked',
    run: null,
    details: ['a rule of more branches applies, change that one: nobody may push'],
  })
})

test.each<[string, Given]>([
  ['is no administrator', { access: { isAdmin: false } }],
  ['may not write', { access: { mayPush: false } }],
  ['does not see the rule', { rule: 'hidden' }],
])('the protection is blocked with its command if the token %s', async (_, given) => {
  const { steps } = await planned(given)
  expect(steps[0]).toMatchObject({
    state: 'blocked',
    run: null,
    command: expect.stringContaining(`${URL}/api/v1/repos/acme/certs/branch_protections/main`),
  })
})

test('a token that may not push gets the command that gives its account the right', async () => {
  const { steps } = await planned({ access: { mayPush: false } })
  expect(steps[1]).toMatchObject({
    state: 'blocked',
    command: expect.stringContaining(`${URL}/api/v1/repos/acme/certs/collaborators/owner`),
  })
})

test('an empty repository gets no protection, since that would refuse the first commit', async () => {
  const { steps } = await planned({ tip: null })
  expect(steps).toMatchObject([
    { state: 'blocked', command: expect.stringContaining('contents/README.md') },
  ])
})
