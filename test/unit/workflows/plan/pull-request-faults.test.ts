import { describe, expect, test } from '@jest/globals'
import {
  hiddenFiles,
  uncovered,
  pullRequestFaults,
} from '../../../../src/workflows/plan/pull-request-faults.ts'
import type { OpenPullRequest } from '../../../../src/workflows/plan/pull-request-facts.ts'
import { originOf } from '../../../../src/workflows/prove/request-origins.ts'
import type { OriginWithVersions } from '../../../../src/workflows/prove/request-origins.ts'
import type { Background, ProofFacts } from '../../../../src/core/approval/proof-facts.ts'
import type { PullRequest } from '../../../../src/domain/proof/pull-request.ts'
import type { RepositoryFiles } from '../../../../src/ports/repository-files.ts'
import { config } from '../../../build/effective.ts'
import { standIn } from '../../../build/stand-in.ts'
import { JANE, approvers, made, proofFacts, pullRequest } from '../../../build/proof.ts'
import { requestFile } from '../../../build/request.ts'

const COMMITS = `
  root: README=r
  h1 < root: jane=b
`
const BACKGROUND: Background = { proved: null, since: [] }
const OPEN: Partial<PullRequest> = { merged: null, size: { additions: 2, deletions: 0 } }

function trailOf(path: string, blob: string | null): OriginWithVersions {
  const landing = { commit: 'h1', before: 'root' }
  return originOf({ path, blob }, '', { landing, versions: [], origin: 'nothing' })
}

interface JudgedRequests {
  readonly pull?: Partial<PullRequest>
  readonly paths?: readonly string[]
  readonly facts?: Partial<ProofFacts>
  readonly commits?: string
  readonly fileOrigins?: readonly OriginWithVersions[]
}

function codesOf({
  pull: changes = {},
  paths = [JANE],
  facts: other = {},
  commits = COMMITS,
  fileOrigins = [trailOf(JANE, 'b')],
}: JudgedRequests = {}): readonly string[] {
  const facts: ProofFacts = { ...proofFacts({ commits, tip: 'root', moves: null }), ...other }
  const opened = standIn<OpenPullRequest>({
    pull: pullRequest({ ...OPEN, ...changes }),
    fileOrigins: new Map(fileOrigins.map(fileOrigin => [fileOrigin.path, fileOrigin])),
    places: ['countersign.yaml'],
    repository: facts.repository,
    rules: { config: config(), policies: null },
    approvers: approvers(),
  })
  const backgrounds = new Map(fileOrigins.map(({ path }) => [path, BACKGROUND]))
  return pullRequestFaults(opened, backgrounds, paths, facts).map(({ code }) => code)
}

describe('faults that no approval removes', () => {
  test.each<[string, JudgedRequests, readonly string[]]>([
    ['a pull request that shows every line, without faults', {}, []],
    ['another base branch', { pull: { base: 'releases' } }, ['APPROVAL_OTHER_BASE']],
    ['unreadable rulesets', { facts: { branchRules: null } }, ['APPROVAL_RULES_UNREADABLE']],
    [
      'more commits than GitHub lists, without a fault of lines',
      { pull: { isTooLarge: true }, facts: { diffOf: () => null } },
      ['APPROVAL_TOO_LARGE'],
    ],
    [
      'a diff that GitHub does not show',
      { facts: { diffOf: () => null } },
      ['APPROVAL_UNVERIFIABLE'],
    ],
    [
      'a change of the configuration, once for all files',
      {
        commits: `${COMMITS.trimEnd()} countersign.yaml=x joe=b`,
        fileOrigins: [trailOf(JANE, 'b'), trailOf('joe', 'b')],
        paths: [JANE, 'joe'],
      },
      ['APPROVAL_MIXED'],
    ],
  ])('preflight reports %s', (_, asked, expected) => {
    expect(codesOf(asked)).toEqual(expected)
  })
})

test('a pull request without steps has no fault but a mixed one', () => {
  const everything = {
    pull: { base: 'releases', isTooLarge: true },
    facts: { branchRules: null, diffOf: () => null },
    paths: [],
  }
  expect(codesOf(everything)).toEqual([])
  expect(codesOf({ ...everything, commits: `${COMMITS.trimEnd()} countersign.yaml=x` })).toEqual([
    'APPROVAL_MIXED',
  ])
})

describe('an open pull request that does not show the file', () => {
  const criss = `
    start: README=r
    root < start: README=s
    side < start: README=t jane=b
    n1 < root side: README=u
    h1 < root side: jane=b
  `
  const facts = proofFacts({ commits: criss, tip: 'n1', moves: null })
  const pull = pullRequest({ ...OPEN, commits: [made('h1', ['root', 'side'])] })
  const fileOrigin = { ...trailOf(JANE, 'b'), landing: { commit: 'h1', before: 'n1' } }

  test.each(['root side', 'side root'])(
    'preflight reports a diff with one of two merge bases that does not show the file (%s)',
    parents => {
      const commits = criss.replace('h1 < root side', `h1 < ${parents}`)
      const other = proofFacts({ commits, tip: 'n1', moves: null })
      expect(uncovered(fileOrigin, BACKGROUND, pull, other).map(({ code }) => code)).toEqual([
        'APPROVAL_NOT_SHOWN',
      ])
    },
  )

  test('the problem names the newest change that nobody approved', () => {
    const landing = { commit: 'side', before: 'start' }
    const since = [{ path: JANE, blob: 'b', landing, recorded: null }]
    const [problem] = uncovered(fileOrigin, { ...BACKGROUND, since }, pull, facts)
    expect(problem?.message).toMatch(/among them the change side that an unknown account pushed$/)
  })
})

describe('a file that GitHub hides', () => {
  async function hiddenOf(path: string, text = '', attributes: string | null = null) {
    const files = [requestFile(text, { path }), requestFile('', { path: 'requests/Other.yaml' })]
    const head = standIn<RepositoryFiles>({
      list: async () => files,
      read: async (place: string) =>
        place === '.gitattributes' && attributes !== null
          ? requestFile(attributes, { path: place })
          : null,
    })
    const rules = { config: config({ requests: 'requests' }), policies: null }
    const opened = standIn<OpenPullRequest>({ head, rules })
    const found = await hiddenFiles(opened, [path])
    return found.map(({ code, message }) => `${code}: ${message}`)
  }

  test.each<[string, string, readonly [string, string?, string?]]>([
    ['by its name', 'takes files of this name', ['requests/uv.lock.yaml']],
    ['by its text', 'recording of VCR', ['requests/jane.yml', '# recorded_with: VCR\n']],
    ['by a name that it may hide', 'has a name for which', ['requests/jane_1.yaml']],
    [
      'by attributes',
      'collapses the diff',
      ['requests/jane.yaml', '', '*.yaml linguist-generated\n'],
    ],
  ])(
    'preflight reports a file that GitHub hides %s',
    async (_, message, [path, text, attributes]) => {
      const found = await hiddenOf(path, text, attributes)
      expect(found).toHaveLength(1)
      expect(found[0]).toContain('APPROVAL_HIDDEN')
      expect(found[0]).toContain(message)
    },
  )

  test('a file with a usual name is not hidden, whatever other files are called', async () => {
    expect(await hiddenOf('requests/jane.yaml')).toEqual([])
  })
})
