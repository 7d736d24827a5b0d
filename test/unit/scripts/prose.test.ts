// The prose rules: each one finds a bad sentence and accepts a good one. The texts of the product are found with their places.
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from '@jest/globals'
import { ROOT } from '../layout/source-files.ts'

const { hasVale, judge } = await import(join(ROOT, 'scripts/prose/vale.mjs'))
const { judgedPages } = await import(join(ROOT, 'scripts/prose/judged-pages.mjs'))
const { commentsOf, textsOfSource, textsOfYaml } = await import(
  join(ROOT, 'scripts/prose/product-texts.mjs')
)

// npm run prose builds it; .ci/run does that first.
const testWithVale = hasVale() ? test : test.skip
const THIRTY = Array.from({ length: 30 }, () => 'word').join(' ')

const SENTENCES: readonly (readonly [rule: string, bad: string, good: string])[] = [
  ['OldTone', 'Somebody approves it.', 'A reviewer approves it.'],
  ['OldTone', 'Whoever opens it signs.', 'The author signs.'],
  ['OldTone', 'It shall end.', 'It ends.'],
  ['OldTone', 'It is made anew.', 'It is made again.'],
  ['OldTone', 'The fault is told.', 'The fault is reported.'],
  ['OldTone', 'The page tells the state.', 'The page shows the state.'],
  ['OldTone', 'The approval stands.', 'CSR stands for certificate signing data.'],
  ['OldTone', 'The rule stood.', 'The rule existed.'],
  ['OldTone', 'The policy is about nodes.', 'The run is about to end.'],
  ['OldTone', 'The attempt is gone on with.', 'The attempt is resumed.'],
  ['OldTone', 'It retries in vain.', 'It retries three times.'],
  ['OldTone', 'The approval is void.', 'The approval is invalid.'],
  ['OldTone', 'It waits for ever.', 'It waits for 60 s.'],
  ['OldTone', 'The file beside it.', 'The file next to it.'],
  ['OldTone', 'Besides, it ends.', 'It also ends.'],
  ['OldTone', 'The key likewise.', 'The key also.'],
  ['OldTone', 'It thereby ends.', 'So it ends.'],
  ['OldTone', 'Hence it ends.', 'So it ends.'],
  ['OldTone', 'A person, by whom it is read.', 'A person reads it.'],
  ['OldTone', 'The rule by which it ends.', 'The rule ends it.'],
  ['OldTone', 'Only that which is read.', 'Only the file.'],
  ['Jargon', 'A rule of the house.', 'A built-in rule.'],
  ['Jargon', 'The next room reads it.', 'The next module reads it.'],
  ['Jargon', 'The story of a request.', 'The history of a request.'],
  ['Jargon', 'It comes through this door.', 'It comes through this entry point.'],
  ['Terms', 'A generation of the group.', 'The grant; `metadata.generation` is data.'],
  ['Terms', 'The jurisdiction of a file.', 'The approver rule of a file.'],
  ['Terms', 'A standing approval.', 'An approval.'],
  ['Terms', 'It has another meaning.', 'Each word has one meaning.'],
  ['Terms', 'It takes the hold.', 'It holds the claim.'],
  ['Terms', 'A certificate signing request.', 'A CertificateSigningRequest.'],
  ['WhatIs', 'What it finds is printed.', 'What is this?'],
  ['WhatIs', 'It ends, and what it named is emptied.', 'It prints what it finds.'],
  ['DoubleNegation', 'Nothing is allowed that no policy allows.', 'Nothing is allowed.'],
  ['DoubleNegation', 'No file counts that is not read.', 'Only files that are read count.'],
  ['DoubleNegation', 'It never not ends.', 'It never ends.'],
  ['DoubleNegation', 'It ends, not without a word.', 'It ends with a word.'],
  ['DoubleNegation', 'It is not unknown.', 'It is not known.'],
  ['DoubleNegation', 'Nobody reads no file.', 'Nobody reads it, and no file ends.'],
  ['Exclamation', 'It works!', 'It is not equal: `a != b`.'],
  ['SentenceLength', `It has ${THIRTY}.`, `${THIRTY}.`],
  ['AverageLength', `It has ${THIRTY}.`, `It ends. It has ${THIRTY}.`],
  ['Passive', 'The file is read by apply.', 'The file is sorted by name.'],
]

describe('a prose rule', () => {
  const judged = (texts: readonly string[]) => {
    const pages = texts.map((text, index) => ({ name: `${index}.md`, text: `${text}\n` }))
    const findings = judge(pages)
    return pages.map(({ name }) =>
      findings
        .filter(({ page }: { page: string }) => page === name)
        .map(({ rule }: { rule: string }) => rule),
    )
  }

  testWithVale('every bad sentence is found by its rule, and no good one', () => {
    const bad = judged(SENTENCES.map(([, sentence]) => sentence))
    const good = judged(SENTENCES.map(([, , sentence]) => sentence))
    for (const [index, [rule, badSentence, goodSentence]] of SENTENCES.entries()) {
      expect([badSentence, bad[index]?.includes(rule)]).toEqual([badSentence, true])
      expect([goodSentence, good[index]?.includes(rule)]).toEqual([goodSentence, false])
    }
  })

  testWithVale('a rule reads headings, lists, tables and quotes, and skips code', () => {
    const text = (word: string) =>
      `# A ${word}\n\n- the ${word}\n\n| a |\n|---|\n| the ${word} |\n\n> the ${word}\n`
    expect(judged([text('room'), text('`room`')])).toEqual([Array(4).fill('Jargon'), []])
  })

  test('every file of rules has a bad and a good sentence', () => {
    const files = readdirSync(join(ROOT, 'scripts/prose/countersign'))
    const rules = files.map(name => name.replace('.yml', '')).toSorted()
    expect([...new Set(SENTENCES.map(([rule]) => rule))].toSorted()).toEqual(rules)
  })
})

describe('the texts that the prose rules judge', () => {
  const pages: readonly { name: string; text: string }[] = judgedPages()

  test('a text of the source has its line, and X for each value in it', () => {
    const source = [
      '#!/usr/bin/env node',
      "import { x } from 'a module with words'",
      "const ä = 'a plain text of words'",
      'const b = `the file ${name} is ${isOld ? "old and not read" : "new"}`',
      "fail('two parts of ' +",
      "  'one text for ' + name)",
      'const c = `the first line of it:',
      '  the second line of it`',
    ].join('\n')
    expect(textsOfSource(source)).toEqual([
      { text: 'a plain text of words', line: 3 },
      { text: 'the file X is X', line: 4 },
      { text: 'old and not read', line: 4 },
      { text: 'two parts of one text for X', line: 5 },
      { text: 'the first line of it:', line: 7 },
      { text: 'the second line of it', line: 8 },
    ])
  })

  test('names, values and code are no texts', () => {
    const source = [
      "a('tls.key')",
      "a('server auth')",
      "a('object.spec.a == 1 && has b and c')",
      "a('query { the first of all }')",
      "a('--flag with some words')",
    ].join('\n')
    expect(textsOfSource(source)).toEqual([])
  })

  test('a description in YAML has its line, and other values are left out', () => {
    const source = 'name: the name of it\ninputs:\n  a:\n    description: what the input does\n'
    expect(textsOfYaml(source, new Set(['description']))).toEqual([
      { text: 'what the input does', line: 4 },
    ])
  })

  test('comments of YAML keep their lines, without commented YAML', () => {
    expect(commentsOf('# A comment.\na: b\nc: d # the end\n  # another\n# key: value\n')).toBe(
      'A comment.\n\nthe end.\nanother\n\n',
    )
  })

  test('the judged pages hold the documents, the help, the messages and the comments of examples', () => {
    const names = pages.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining([
        'CONTRIBUTING.md',
        'docs/reference/policies.md',
        'examples/workflows/countersign.yml.md',
        'help.md',
        'messages.md',
      ]),
    )
  })

  test('only the part of the changelog that is not released yet is judged', () => {
    const changelog = pages.find(({ name }) => name === 'CHANGELOG.md')
    expect(changelog?.text).toMatch(/^## \[Unreleased\]/m)
    expect(changelog?.text).not.toMatch(/^## \[\d/m)
  })
})
