import { describe, expect, test } from '@jest/globals'
import { missingFiles } from '../../../../src/workflows/bootstrap/files-step.ts'

const WORKFLOW = '.github/workflows/countersign.yml'
const PINNED = 'a'.repeat(40)
const ZEROS = '0'.repeat(40)
const OWNERS = '# owners\n/.github/ @owner\n.gitattributes @owner\n/policies/ @owner\n'

const missing = (
  present: Readonly<Record<string, string>>,
  wanted: Readonly<Record<string, string>>,
) => {
  const { files, details } = missingFiles(
    new Map(Object.entries(present)),
    new Map(Object.entries(wanted)),
  )
  return { files: Object.fromEntries(files), details }
}

describe('missing files', () => {
  test('a file that does not exist is proposed as it is', () => {
    const wanted = { 'countersign.yaml': 'kind: Config\n', CODEOWNERS: OWNERS, [WORKFLOW]: 'on:\n' }
    expect(missing({}, wanted)).toEqual({ files: wanted, details: Object.keys(wanted) })
  })

  test('an existing file stays as it is', () => {
    const present = { 'countersign.yaml': 'ours\n', 'policies/people.yaml': 'ours\n' }
    const wanted = { 'countersign.yaml': 'theirs\n', 'policies/people.yaml': 'theirs\n' }
    expect(missing(present, wanted)).toEqual({ files: {}, details: [] })
  })
})

describe('a changed file', () => {
  const changed = (present: string) =>
    missingFiles(
      new Map([['countersign.yaml', present]]),
      new Map([['countersign.yaml', 'a\nb\nc\n']]),
      new Map([['countersign.yaml', 'a\n']]),
    )

  test('a changed file is proposed in place of the text that it was made from', () => {
    const { files, details } = changed('a\n')
    expect(Object.fromEntries(files)).toEqual({ 'countersign.yaml': 'a\nb\nc\n' })
    expect(details).toEqual(['countersign.yaml: 2 more lines'])
  })

  test('a file that somebody changed meanwhile is not overwritten', () => {
    const { files, details } = changed('other\n')
    expect([files.size, details]).toEqual([
      0,
      ['countersign.yaml has changed meanwhile: run it again'],
    ])
  })
})

describe('missing lines of CODEOWNERS', () => {
  const added = (text: string) => missing({ CODEOWNERS: text }, { CODEOWNERS: OWNERS }).files

  test.each([
    ['all lines', '* @dev\n', '* @dev\n/.github/ @owner\n.gitattributes @owner\n/policies/ @owner\n'],
    ['a last line without a newline', '* @dev', '* @dev\n/.github/ @owner\n.gitattributes @owner\n/policies/ @owner\n'],
    ['a line that a later line overrides', `${OWNERS}/policies/* @dev\n`, `${OWNERS}/policies/* @dev\n/policies/ @owner\n`],
  ])('lines that are missing are added below the others: %s', (_title, text, after) => {
    expect(added(text)).toEqual({ CODEOWNERS: after })
  }) // prettier-ignore

  test('no line is added if each pattern decides, with owners that the repository chose', () => {
    expect(added(OWNERS.replaceAll('@owner', '@reviewer'))).toEqual({})
  })

  test('lines go to the CODEOWNERS that GitHub reads', () => {
    const present = { 'docs/CODEOWNERS': '* @dev\n', '.github/CODEOWNERS': '* @reviewer\n' }
    const { files, details } = missing(present, { CODEOWNERS: OWNERS })
    expect(Object.keys(files)).toEqual(['.github/CODEOWNERS'])
    expect(details).toEqual(['.github/CODEOWNERS: 3 more lines'])
  })

  test('a CODEOWNERS that GitHub does not read as it looks is not changed, and reported', () => {
    const { files, details } = missing({ CODEOWNERS: '[section]\n' }, { CODEOWNERS: OWNERS })
    expect(files).toEqual({})
    expect(details).toEqual([expect.stringMatching(/^CODEOWNERS is not changed, because /)])
  })
})

describe('the pin in an existing workflow', () => {
  const line = (pin: string): string => `  - uses: countersign/countersign@${pin}\n    with: {}\n`
  const wanted = line(`${PINNED} # v1.10.0`)
  const after = (pin: string, to = wanted) =>
    missing({ [WORKFLOW]: `# ours\n${line(pin)}` }, { [WORKFLOW]: to }).files[WORKFLOW] ?? null

  test.each([
    ['zeros', ZEROS],
    ['zeros with a version', `${ZEROS} # v1.10.0`],
    ['an older version', `${'b'.repeat(40)} # v1.9.3`],
    ['the tag of an older version', 'v1.9.3'],
  ])('%s is replaced, and nothing else', (_title, pin) => {
    expect(after(pin)).toBe(`# ours\n${wanted}`)
  })

  test.each([
    ['the same version', `${'b'.repeat(40)} # v1.10.0`],
    ['a newer version', `${'b'.repeat(40)} # v1.11.0`],
    ['a commit without a version', 'b'.repeat(40)],
    ['a branch', 'main'],
  ])('%s stays', (_title, pin) => {
    expect(after(pin)).toBeNull()
  })

  test('an older version stays if the new pin is only zeros', () => {
    expect(after(`${'b'.repeat(40)} # v1.9.3`, line(`${ZEROS} # v1.10.0`))).toBeNull()
  })

  test('each pin of the workflow is replaced', () => {
    const two = line(ZEROS) + line(`${'b'.repeat(40)} # v0.1.0`)
    expect(missing({ [WORKFLOW]: two }, { [WORKFLOW]: wanted }).files).toEqual({
      [WORKFLOW]: wanted + wanted,
    })
  })
})
