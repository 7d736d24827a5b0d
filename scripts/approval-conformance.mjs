// Generates docs/approval-conformance.md from the named histories in test/fixtures/histories: what happens, and the verdict of
// countersign. npm run generate writes it; a test compares it with the files.
import { readdirSync, readFileSync } from 'node:fs'
import { parse } from 'yaml'

const FOLDER = new URL('../test/fixtures/histories/', import.meta.url)
const WORDS = new Set(['approved', 'kept', 'nothing'])

const HEAD = `# What counts as approved

\`npm run generate\` makes this page from \`test/fixtures/histories\`. Each history lists actions in their order, and the verdict of
countersign. \`npm run test:conformance\` plays every history on a small GitHub in memory. [errors.md](errors.md) explains the codes.

The people are roles:

- **author**, **reviewer**, **colleague** and **maintainer** can write.
- **owner** approves the configuration.
- **reader** can only read, and **stranger** has no rights.
- **robot** is a machine's account, and **helper[bot]** a bot.

Unless a history says otherwise, five minutes pass between two actions, and the author requests \`jane\`. The request needs one approval by a
person who can write and did not contribute.

The last column names tools whose documented rule would accept the history. Atlantis counts any review with the state APPROVED.
branch-deploy continues if GitHub requires no review.
`

/** @returns {string} the whole document */
export function conformanceMarkdown() {
  const histories = readdirSync(FOLDER)
    .filter(name => name.endsWith('.yaml'))
    .toSorted()
    .map(name => ({ name, ...parse(readFileSync(new URL(name, FOLDER), 'utf8')) }))
  const sections = new Map()
  for (const history of histories) {
    const title = sectionOf(history.expect)
    sections.set(title, [...(sections.get(title) ?? []), row(history)])
  }
  const parts = [...sections]
    .toSorted(([a], [b]) => order(a) - order(b) || (a < b ? -1 : 1))
    .map(
      ([title, rows]) =>
        `## ${title}\n\n| history | what happens | verdict | let through by |\n|---|---|---|---|\n${rows.join('\n')}\n`,
    )
  return [HEAD, `${histories.length} histories.\n`, ...parts].join('\n')
}

function order(title) {
  return title === 'Approved' ? 0 : 1
}

/** The first code that the end of the history expects. */
function sectionOf(expect) {
  const [first] = codesOf(expect)
  return first === undefined ? 'Approved' : first
}

function codesOf(expect) {
  if (typeof expect === 'string') return expect.split(/,\s*|\s+/).filter(word => !WORDS.has(word))
  const { warnings: _, at: __, says: ___, ...verdicts } = expect
  return Object.values(verdicts).flatMap(codesOf)
}

function row({ name, title, about, steps, given, expect, elsewhere }) {
  const link = `[${cell(title)}](../test/fixtures/histories/${name})`
  const told = [...givenOf(given), ...steps.map(deed)].map(cell).join('; ')
  const through = (elsewhere?.wouldIssue ?? []).join(', ')
  return `| ${link}<br>${cell(about)} | ${told} | ${cell(verdict(expect))} | ${through} |`
}

/** The differences from the usual start, in a few words. */
function givenOf({ files = {}, ...others } = {}) {
  const changed = Object.entries(files).map(([path, content]) => `${path} ${flow(content)}`)
  const told = Object.entries(others).map(([key, value]) => `${key} ${flow(value)}`)
  const all = [...changed, ...told]
  return all.length === 0 ? [] : [`*given* ${all.join(', ')}`]
}

function deed(step) {
  if (typeof step === 'string') return step
  const [[sentence, body] = ['', {}]] = Object.entries(step)
  if (sentence.startsWith('countersign finds')) return `*${sentence}: ${verdict(body)}*`
  const files = Object.entries(body).map(([path, content]) => `${path} ${contentText(content)}`)
  return files.length === 0 ? sentence : `${sentence}: ${files.join(', ')}`
}

function contentText(content) {
  if (typeof content !== 'string') return flow(content)
  return /^(?:usual|removed|as at .*)$/.test(content) ? `(${content})` : flow(content)
}

function flow(value) {
  const text = typeof value === 'string' ? value : JSON.stringify(value).replaceAll('"', '')
  return `\`${text
    .trim()
    .replaceAll('\n', ' ⏎ ')
    .replaceAll(/[\u200b-\u200f]/g, '�')}\``
}

function verdict(expect) {
  if (typeof expect === 'string')
    return expect
      .split(/,\s*|\s+/)
      .map(word => (WORDS.has(word) ? word : `\`${word}\``))
      .join(', ')
  if ('refused' in expect) return verdict(expect.refused)
  return Object.entries(expect)
    .map(([name, each]) => (name === 'at' ? `run of *${each}*` : `${name}: ${verdict(each)}`))
    .join(', ')
}

/** One line of a table: a bar does not end the cell, and nobody is mentioned. */
function cell(text) {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ')
}
