import { describe, expect, test } from '@jest/globals'
import { GONE } from '../../../../../src/domain/proof/git-history.ts'
import type { BlobAt } from '../../../../../src/domain/proof/git-history.ts'
import { notShownLines } from '../../../../../src/core/approval/visibility/shown-lines.ts'
import type {
  Background,
  ProofFacts,
  FileOrigin,
} from '../../../../../src/core/approval/proof-facts.ts'
import type { PullRequest } from '../../../../../src/domain/proof/pull-request.ts'
import type { ShownDiff, ShownFile } from '../../../../../src/domain/proof/shown-diff.ts'
import { JANE, proofFacts, pullRequest, question } from '../../../../build/proof.ts'

const PROVED = 'name: jane\ngroup: viewers\n# for the team\n'
const TEXTS = new Map([
  ['proved', PROVED],
  // Nobody approved the group.
  ['base', PROVED.replace('viewers', 'admins')],
  ['b', PROVED.replace('viewers', 'admins').replace('the team', 'her team')],
  ['typo', PROVED.replace('the team', 'her team')],
])
const SIMPLE = `
  root: jane=base
  h1 < root: jane=b
  m1 < root h1: jane=b
`
const RENAMED = `
  root: requests/j.yaml=base
  h1 < root: jane=b
  m1 < root h1: jane=b
`
const PATCH = '@@ -3 +3 @@\n-# for the team\n+# for her team'
const WITH_CONTEXT = '@@ -2,2 +2,2 @@\n group: admins\n-# for the team\n+# for her team'
const ADDED = '@@ -0,0 +1,3 @@\n+name: jane\n+group: admins\n+# for her team'
const WHOLE = '@@ -1,3 +1,3 @@\n name: jane\n group: admins\n-# for the team\n+# for her team'
const SINCE_PROVED: Background = { proved: { blob: 'proved', commit: 'm0' }, since: [] }
const NOTHING_PROVED: Background = { proved: null, since: [] }

function file(changes: Partial<ShownFile> = {}): ShownFile {
  const modified = { path: JANE, status: 'modified', previousPath: null, patch: PATCH } as const
  return { ...modified, additions: 1, deletions: 1, ...changes }
}

interface Asked {
  readonly files?: readonly ShownFile[]
  readonly isCut?: boolean
  readonly background?: Background
  readonly fileOrigin?: Partial<FileOrigin>
  readonly pull?: Partial<PullRequest>
  readonly commits?: string
  readonly facts?: Partial<ProofFacts>
}

function faultOf(asked: Asked = {}): string | null {
  const { files = [file()], isCut = false, background = SINCE_PROVED } = asked
  const pair = { base: 'root', head: 'h1' }
  const diff: ShownDiff = { ...pair, files, isCut }
  const facts: ProofFacts = {
    ...proofFacts({ commits: asked.commits ?? SIMPLE }),
    diffOf: () => diff,
    textOf: blob => TEXTS.get(blob) ?? null,
    ...asked.facts,
  }
  const pull = pullRequest(asked.pull)
  const found = notShownLines(pair, question(asked.fileOrigin), background, pull, facts)
  return found === null ? null : found.join(': ')
}

describe('an approval that covers the file', () => {
  test.each<[string, Asked]>([
    ['where every unapproved line is in a hunk', { files: [file({ patch: WHOLE })] }],
    [
      'where the whole file was added, and the last proved version is that there was no file',
      {
        commits: SIMPLE.replace('root: jane=base', 'root:'),
        background: { proved: { blob: null, commit: 'm0' }, since: [] },
        files: [file({ status: 'added', patch: ADDED })],
      },
    ],
    [
      'where the base of the diff is the proved version',
      {
        commits: SIMPLE.replace('jane=base', 'jane=proved').replaceAll('jane=b\n', 'jane=typo\n'),
        fileOrigin: { blob: 'typo' },
      },
    ],
    [
      'where GitHub showed it as renamed without changes from a proved file',
      {
        commits: RENAMED.replace('j.yaml=base', 'j.yaml=b'),
        files: [file({ status: 'renamed', previousPath: 'requests/j.yaml', patch: null })],
        background: {
          ...NOTHING_PROVED,
          renamedFrom: [{ path: 'requests/j.yaml', blob: 'b', commit: 'm0' }],
        },
      },
    ],
    [
      'where it was renamed from a proved file, and the changed lines are in a hunk',
      {
        commits: RENAMED,
        files: [file({ status: 'renamed', previousPath: 'requests/j.yaml', patch: WITH_CONTEXT })],
        background: {
          ...NOTHING_PROVED,
          renamedFrom: [{ path: 'requests/j.yaml', blob: 'base', commit: 'm0' }],
        },
      },
    ],
    [
      'where it was renamed from a proved file, and the last proved version of its own path is that there was no file',
      {
        commits: RENAMED,
        files: [file({ status: 'renamed', previousPath: 'requests/j.yaml', patch: PATCH })],
        background: {
          proved: { blob: null, commit: 'm0' },
          since: [],
          renamedFrom: [{ path: 'requests/j.yaml', blob: 'base', commit: 'm0' }],
        },
      },
    ],
    [
      'where its removal is in the list of files',
      { fileOrigin: { blob: null }, files: [file({ status: 'removed', patch: null })] },
    ],
    [
      'where its removal is one of several changes',
      {
        fileOrigin: { blob: null },
        files: [file({ path: 'README.md' }), file({ status: 'removed', patch: null })],
      },
    ],
    [
      'where it went by a rename',
      {
        fileOrigin: { blob: null },
        files: [file({ path: 'requests/j.yaml', status: 'renamed', previousPath: JANE })],
      },
    ],
  ])('an approval covers the file %s', (_, asked) => {
    expect(faultOf(asked)).toBeNull()
  })
})

describe('an approval that does not cover the file', () => {
  test.each<[string, string, Asked]>([
    [
      'where an unapproved line is in no hunk',
      'APPROVAL_NOT_SHOWN: does not cover the file: the diff did not show line 2, which changed since the last approved version (m0)',
      {},
    ],
    [
      'where nothing is proved and a line is in no hunk',
      'APPROVAL_NOT_SHOWN: does not cover the file: the diff did not show lines 1-2, and no earlier version was approved while it was allowed',
      { background: NOTHING_PROVED },
    ],
    ['where the diff is gone', 'APPROVAL_UNVERIFIABLE', { facts: { diffOf: () => null } }],
    ['where the file is not in the diff', 'APPROVAL_NOT_SHOWN: was given when', { files: [] }],
    ['where the list of files is truncated', 'has more files than', { files: [], isCut: true }],
    ['where it has no patch', 'showed none of its lines', { files: [file({ patch: null })] }],
    [
      'where the patch is of another text',
      'APPROVAL_UNVERIFIABLE',
      { files: [file({ patch: PATCH.replace('her', 'his') })] },
    ],
    [
      'where the text of the file cannot be read',
      'APPROVAL_UNVERIFIABLE',
      { facts: { textOf: () => null } },
    ],
    [
      'where its removal is not in the list of files',
      'APPROVAL_NOT_SHOWN',
      { fileOrigin: { blob: null }, files: [file()] },
    ],
    [
      'where another file was removed',
      'APPROVAL_NOT_SHOWN',
      { fileOrigin: { blob: null }, files: [file({ path: 'requests/j.yaml', status: 'removed' })] },
    ],
    [
      'where another file was copied from it',
      'APPROVAL_NOT_SHOWN',
      {
        fileOrigin: { blob: null },
        files: [file({ path: 'requests/j.yaml', status: 'copied', previousPath: JANE })],
      },
    ],
    [
      'where the proved bytes came as a change of another file',
      'showed it as renamed from requests/k.yaml',
      {
        commits: RENAMED.replaceAll('j.yaml=base', 'k.yaml=b'),
        files: [file({ status: 'renamed', previousPath: 'requests/k.yaml', patch: null })],
        background: {
          ...NOTHING_PROVED,
          renamedFrom: [{ path: 'requests/j.yaml', blob: 'b', commit: 'm0' }],
        },
      },
    ],
    [
      'where it was copied from a proved file',
      'showed none of its lines',
      {
        files: [file({ status: 'copied', previousPath: 'requests/j.yaml', patch: null })],
        background: {
          ...NOTHING_PROVED,
          renamedFrom: [{ path: 'requests/j.yaml', blob: 'b', commit: 'm0' }],
        },
      },
    ],
    [
      'where a copy of a proved file shows only its changed line',
      'the diff did not show lines 1-2, and no earlier version was approved while it was allowed',
      {
        commits: RENAMED,
        files: [file({ status: 'copied', previousPath: 'requests/j.yaml' })],
        background: {
          ...NOTHING_PROVED,
          renamedFrom: [{ path: 'requests/j.yaml', blob: 'base', commit: 'm0' }],
        },
      },
    ],
    [
      'where a rename from a proved file replaced a proved version, and the diff does not show what differs from that',
      'the diff did not show line 2, which changed since the last approved version (m0)',
      {
        commits: RENAMED,
        files: [file({ status: 'renamed', previousPath: 'requests/j.yaml' })],
        background: {
          ...SINCE_PROVED,
          renamedFrom: [{ path: 'requests/j.yaml', blob: 'base', commit: 'm1' }],
        },
      },
    ],
    [
      'where a rename without lines brought other bytes than the proved ones',
      'showed it as renamed from requests/j.yaml',
      {
        commits: RENAMED,
        files: [file({ status: 'renamed', previousPath: 'requests/j.yaml', patch: null })],
        background: {
          ...NOTHING_PROVED,
          renamedFrom: [{ path: 'requests/j.yaml', blob: 'base', commit: 'm0' }],
        },
      },
    ],
    [
      'where a rename of unproved bytes shows no line',
      'showed it as renamed from requests/j.yaml',
      {
        commits: RENAMED.replace('j.yaml=base', 'j.yaml=b'),
        files: [file({ status: 'renamed', previousPath: 'requests/j.yaml', patch: null })],
        background: NOTHING_PROVED,
      },
    ],
    [
      'where GitHub showed a change of a file that the base does not have',
      'APPROVAL_UNVERIFIABLE',
      {
        commits: SIMPLE.replace('root: jane=base', 'root:'),
        background: { proved: { blob: null, commit: 'm0' }, since: [] },
      },
    ],
    [
      'where the base of the diff is the proved version, and its patch is of another text',
      'APPROVAL_UNVERIFIABLE',
      {
        commits: SIMPLE.replace('jane=base', 'jane=proved'),
        files: [file({ patch: 'no patch of it' })],
      },
    ],
    [
      'where the base of the diff is the proved version, and GitHub gives no patch',
      'showed none of its lines',
      {
        commits: SIMPLE.replace('jane=base', 'jane=proved'),
        files: [file({ patch: null })],
      },
    ],
    [
      'where GitHub showed it as copied, though the base has the proved version',
      'APPROVAL_UNVERIFIABLE',
      {
        commits: SIMPLE.replace('jane=base', 'jane=proved'),
        files: [file({ status: 'copied', patch: 'no patch of it' })],
      },
    ],
  ])('an approval does not cover the file %s', (_, message, asked) => {
    expect(faultOf(asked)).toContain(message)
  })
})

test('a file that GitHub shows as added is not looked up in the base of the diff', () => {
  const asked: string[] = []
  const fileAt: ProofFacts['fileAt'] = ({ commit }) => {
    asked.push(commit)
    return null
  }
  const files = [file({ status: 'added', patch: ADDED })]
  expect(faultOf({ files, background: NOTHING_PROVED, facts: { fileAt } })).toBeNull()
  expect(asked).toEqual([])
})

test('later changes of the pull request do not hide an older head', () => {
  const size = { additions: 20_001, deletions: 0 }
  const head = { branch: 'x', repositoryId: 42, commit: 'h2' }
  const files = [file({ patch: WHOLE })]
  expect(faultOf({ files, pull: { size, head } })).toBeNull()
  expect(faultOf({ files, pull: { size } })).toContain('APPROVAL_HIDDEN')
})

describe('a diff that GitHub does not load by default', () => {
  const lines = (count: number): Partial<ShownFile> => ({
    patch: ['@@ -1 +1 @@', ...Array.from({ length: count - 1 }, () => ' ')].join('\n'),
  })
  const bytes = (count: number): Partial<ShownFile> => ({ patch: 'é'.repeat(count / 2) })
  const beside = (changes: Partial<ShownFile>): readonly ShownFile[] => [
    file({ patch: WHOLE }),
    file({ path: 'README.md', ...changes }),
  ]
  const many = (count: number, each: Partial<ShownFile>): readonly ShownFile[] => [
    file({ patch: WHOLE, additions: 0, deletions: 0 }),
    ...Array.from({ length: count }, (_, at) => file({ path: `docs/${at}.md`, ...each })),
  ]
  const whole = new TextEncoder().encode(WHOLE).length
  const hidden = expect.stringContaining('APPROVAL_HIDDEN')
  const loaded = expect.not.stringContaining('APPROVAL_HIDDEN')

  test.each<[string, readonly ShownFile[], unknown]>([
    ['400 lines of the file are loaded', [file(lines(400))], loaded],
    ['401 lines of the file are not loaded', [file(lines(401))], hidden],
    ['20,000 bytes of the file are loaded', [file(bytes(20_000))], loaded],
    ['20,002 bytes of the file are not loaded', [file(bytes(20_002))], hidden],
    ['another file may have more lines', beside(lines(401)), loaded],
    [
      '20,000 added lines of all files are loaded',
      beside({ additions: 19_998, deletions: 0 }),
      loaded,
    ],
    [
      '20,001 added lines of all files are not loaded',
      beside({ additions: 19_999, deletions: 0 }),
      hidden,
    ],
    [
      '20,001 removed lines of all files are not loaded',
      beside({ additions: 0, deletions: 19_999 }),
      hidden,
    ],
    ['1 MB of all files is loaded', many(100, bytes(10_000 - 2)), loaded],
    [
      'more than 1 MB of all files is not loaded',
      [
        ...many(100, bytes(10_000)),
        file({ path: 'a', patch: 'x'.repeat(1_000_001 - whole) }),
      ].slice(0, 101),
      hidden,
    ],
  ])('%s', (_, files, expected) => {
    expect(String(faultOf({ files }))).toEqual(expected)
  })
})

describe('a file without counted lines at an older head', () => {
  const files = [
    file({ patch: WHOLE }),
    file({ path: 'logo.png', patch: null, additions: 0, deletions: 0 }),
  ]
  const head = { branch: 'x', repositoryId: 42, commit: 'h2' }
  const sized = (
    lines: number,
    bytes: number,
    [before, after]: readonly [BlobAt, BlobAt] = [null, 'logo'],
  ): string | null =>
    faultOf({
      files,
      pull: { head },
      facts: {
        fileAt: ({ commit, path }) => (path === JANE ? 'base' : commit === 'root' ? before : after),
        sizeOf: blob => (blob === 'unread' ? null : { lines, bytes }),
      },
    })

  test('a file without counted lines counts with all lines and bytes before and after', () => {
    expect(sized(19_998, 100)).toBeNull()
    expect(sized(19_999, 100)).toContain('APPROVAL_HIDDEN')
    expect(sized(10_000, 100, ['old', 'logo'])).toContain('APPROVAL_HIDDEN')
    expect(sized(1, 1_000_000)).toContain('APPROVAL_HIDDEN')
  })

  test('a changed mode counts nothing', () => {
    expect(sized(20_000, 100, ['unread', 'unread'])).toBeNull()
  })

  test.each<[string, readonly [BlobAt, BlobAt]]>([
    ['gone', [GONE, 'logo']],
    ['gone on both sides', [GONE, GONE]],
    ['not read', ['unread', 'logo']],
  ])('the size of the diff is unknown where the file is %s', (_, versions) => {
    expect(sized(1, 1, versions)).toContain('APPROVAL_HIDDEN')
  })
})
