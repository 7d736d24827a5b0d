import { describe, expect, test } from '@jest/globals'
import {
  attributesAbove,
  hiddenFault,
  notShownFile,
} from '../../../../../src/core/approval/visibility/shown-files.ts'
import type { ProofFacts, Question } from '../../../../../src/core/approval/proof-facts.ts'
import type { Comparison, ShownFile } from '../../../../../src/domain/proof/shown-diff.ts'
import { proofFacts, pullRequest, question } from '../../../../build/proof.ts'

const JANE = 'requests/people/jane.yaml'
const HIDES = new Map(
  attributesAbove(JANE).flatMap(place => [
    [`hide ${place}`, '*.yaml -diff\n'],
    [`text ${place}`, '*.yaml text\n'],
  ]),
)

function faultOf(
  commits: string,
  heads: readonly string[],
  tips: readonly string[],
  changes: Partial<Question> = {},
  attributes: ProofFacts['attributes'] = HIDES,
): string | null {
  const facts = { ...proofFacts({ commits }), attributes }
  const found = hiddenFault(heads, tips, question({ path: JANE, ...changes }), facts)
  return found === null ? null : found.join(': ')
}

describe('a hidden file', () => {
  test('an approval is rejected where attributes of the head hid the file, also if another person changed them', () => {
    const commits = 'root: requests/people/.gitattributes=hide\n h1 < root: jane=b'
    expect(faultOf(commits, ['h1'], ['root'])).toBe(
      'APPROVAL_HIDDEN: was given while requests/people/.gitattributes hid it (h1)',
    )
  })

  test('an approval is rejected where only attributes of the default branch at the review hid the file', () => {
    const commits = 'root:\n h1 < root: jane=b\n l1 < root: .gitattributes=hide'
    expect(faultOf(commits, ['h1'], ['l1'])).toBe(
      'APPROVAL_HIDDEN: was given while .gitattributes hid it (l1)',
    )
  })

  test('an approval is rejected where the second of two possible heads hid the file', () => {
    const commits = 'root: .gitattributes=text\n h1 < root: jane=a\n h2 < root: .gitattributes=hide'
    expect(faultOf(commits, ['h1', 'h2'], ['root'])).toContain('APPROVAL_HIDDEN')
  })

  test('an approval is rejected where the pull request changed attributes, whatever they say', () => {
    expect(faultOf('root:\n h1 < root: .gitattributes=text', ['h1'], ['root'])).toContain(
      'changed .gitattributes',
    )
  })

  test('an approval is rejected where the second of two possible heads changed attributes', () => {
    const commits = 'root:\n h1 < root: jane=a\n h2 < root: .gitattributes=text'
    expect(faultOf(commits, ['h1', 'h2'], ['root'])).toContain('changed .gitattributes')
  })

  test('an approval is rejected where only attributes of the merge base hid the file', () => {
    const commits = `
      root: .gitattributes=hide
      h1 < root: jane=b .gitattributes=text
      l1 < root: .gitattributes=text
    `
    const asked = { path: 'policies/people.yaml', purpose: 'configuration' } as const
    expect(faultOf(commits, ['h1'], ['l1'], asked)).toBe(
      'APPROVAL_HIDDEN: was given while .gitattributes hid it (root)',
    )
  })
})

test('an approval cannot be verified where the text of attributes cannot be read', () => {
  const commits = 'root: .gitattributes=lost\n h1 < root: jane=b'
  expect(faultOf(commits, ['h1'], ['root'])).toBe(
    'APPROVAL_UNVERIFIABLE: cannot be checked: .gitattributes of h1 cannot be read',
  )
})

test('an approval is valid where attributes hide nothing, also where the default branch added them since', () => {
  const commits = 'root:\n h1 < root: jane=b\n l1 < root: .gitattributes=text'
  expect(faultOf(commits, ['h1'], ['l1'])).toBeNull()
})

describe('a configuration file', () => {
  const asked = (path: string): Partial<Question> => ({ path, purpose: 'configuration' })
  const commits = 'root: .gitattributes=hide\n h1 < root: policies/people.yaml=b'

  test('a hidden configuration file is rejected', () => {
    expect(faultOf(commits, ['h1'], ['root'], asked('policies/people.yaml'))).toContain('HIDDEN')
  })

  test('a configuration file is rejected where the pull request removes the attributes that may have hidden it', () => {
    const taken = `${commits} .gitattributes=-`
    expect(faultOf(taken, ['h1'], ['root'], asked('policies/people.yaml'))).toContain('HIDDEN')
  })

  test('a configuration file may change together with attributes that hide nothing', () => {
    const text = 'root:\n h1 < root: .gitattributes=text'
    expect(faultOf(text, ['h1'], ['root'], asked('policies/people.yaml'))).toBeNull()
  })

  test('an attributes file is judged by its owner, whatever it hides', () => {
    const all = new Map([['hide', '* -diff\n']])
    expect(faultOf(commits, ['h1'], ['root'], asked('.gitattributes'), all)).toBeNull()
  })
})

test('the attributes of a path are those of the folders above it', () => {
  expect(attributesAbove('a/b/c.yaml')).toEqual([
    '.gitattributes',
    'a/.gitattributes',
    'a/b/.gitattributes',
  ])
})

test('an approval cannot be verified where the base is gone, though no other fault exists', () => {
  const facts = proofFacts({ commits: 'root:\n h1 < root: jane=b' })
  const asked = question({ path: JANE, blob: 'b' })
  expect(notShownFile(['h1'], ['lost123'], asked, pullRequest(), facts)).toEqual([
    'APPROVAL_UNVERIFIABLE',
    'cannot be checked: lost123 of the base is gone',
  ])
})

describe('the part of the file that GitHub showed', () => {
  const commits = `
    root: README=r
    h1 < root: ${JANE}=b
    h2 < root: ${JANE}=b README=s
    l1 < root: ${JANE}=b
    h3 < l1: README=s
  `
  const settledAs = (...pairs: readonly (readonly [string, string])[]) =>
    pairs.map(([base, head]) => ({ base, head }))
  /** GitHub shows no diff any more, so that every diff it is asked for is a fault. */
  const codeOf = (
    heads: readonly string[],
    tips: readonly string[],
    settled: readonly Comparison[] = [],
    changes: Partial<Question> = {},
  ): string | null => {
    const facts = proofFacts({ commits, diffOf: () => null })
    const asked = question({ path: JANE, blob: 'b', ...changes })
    const pull = pullRequest({ size: { additions: 2, deletions: 0 } })
    return notShownFile(heads, tips, asked, pull, facts, settled)?.[0] ?? null
  }

  test('an approval is rejected where the base had the same bytes', () => {
    expect(codeOf(['h3'], ['l1'], settledAs(['l1', 'h3']))).toBe('APPROVAL_NOT_SHOWN')
  })

  test('an approval is rejected where only the second of two heads shows no change', () => {
    const settled = settledAs(['root', 'h1'], ['l1', 'h1'], ['l1', 'h3'])
    expect(codeOf(['h1', 'h3'], ['l1'], settled)).toBe('APPROVAL_NOT_SHOWN')
  })

  test('an approval needs a shown diff of each possible head', () => {
    expect(codeOf(['h1'], ['root'])).toBe('APPROVAL_UNVERIFIABLE')
    expect(codeOf(['h1'], ['root'], settledAs(['root', 'h1']))).toBeNull()
    expect(codeOf(['h1', 'h2'], ['root'], settledAs(['root', 'h1']))).toBe('APPROVAL_UNVERIFIABLE')
    expect(codeOf(['h1'], ['root'], settledAs(['root', 'h2']))).toBe('APPROVAL_UNVERIFIABLE')
    expect(codeOf(['h1'], ['root'], settledAs(['l1', 'h1']))).toBe('APPROVAL_UNVERIFIABLE')
  })
})

describe('the base of the review and that of the merge', () => {
  const old = 'requests/people/old.yaml'
  const renamed: ShownFile = {
    path: JANE,
    previousPath: old,
    status: 'renamed',
    additions: 1,
    deletions: 1,
    patch: '@@ -1 +1 @@\n-1\n+b',
  }
  const faultIn = (commits: string, changes: Partial<Question>, facts: Partial<ProofFacts> = {}) =>
    notShownFile(['h1'], ['root'], question({ path: JANE, blob: 'b', ...changes }), pullRequest(), {
      ...proofFacts({ commits, diffOf: pair => ({ ...pair, files: [renamed], isCut: false }) }),
      fileAt: () => '1',
      ...facts,
    })

  test('an approval is rejected where the old path of a renamed file changed on the default branch', () => {
    const commits = `
      root: ${old}=1
      p1 < root: ${old}=2
      h1 < root: ${JANE}=b
      m1 < p1 h1: ${JANE}=b
    `
    expect(faultIn(commits, { landing: { commit: 'm1', before: 'p1' } })).toEqual([
      'APPROVAL_OTHER_BASE',
      `was given over another version of ${old} than the merge replaced (root)`,
    ])
  })

  test('an approval of a removal is rejected where the new path of the file landed with other bytes', () => {
    const commits = `
      root: ${old}=1
      h1 < root: ${JANE}=b
      m1 < root h1: ${JANE}=c
    `
    const landing = { commit: 'm1', before: 'root' }
    expect(faultIn(commits, { path: old, blob: null, landing })).toEqual([
      'APPROVAL_OTHER_CONTENT',
      `was for another version of ${JANE} (h1)`,
    ])
  })

  test('an approval is rejected where a file that held the name at the base landed with other bytes', () => {
    const commits = `
      root: requests=t0
      h1 < root: requests=t1
      m1 < root h1: requests=t2
    `
    const trees: Readonly<Record<string, Record<string, string>>> = {
      t0: { [old]: '100 1', 'requests/people/other.yaml': '100 jane1' },
      t1: { [JANE]: '100 b', 'requests/people/other.yaml': '100 joe1' },
      t2: { [JANE]: '100 b', 'requests/people/other.yaml': '100 joe2' },
    }
    const landing = { commit: 'm1', before: 'root' }
    const holdsName = (_: string, blob: string): boolean => blob.startsWith('jane')
    const kindsIn: ProofFacts['kindsIn'] = tree => new Map(Object.entries(trees[tree] ?? {}))
    expect(faultIn(commits, { landing, holdsName }, { watched: ['requests'], kindsIn })).toEqual([
      'APPROVAL_OTHER_CONTENT',
      'was for another version of requests/people/other.yaml (h1)',
    ])
  })
})

test('a head without common history is named by the seven characters that GitHub shows', () => {
  const head = 'abcdef0123456789'
  const facts = proofFacts({ commits: `root: jane=a\n ${head}: jane=b` })
  expect(notShownFile([head], ['root'], question(), pullRequest(), facts)).toEqual([
    'APPROVAL_UNVERIFIABLE',
    'cannot be checked: abcdef0 has no common history with the base',
  ])
})
