// Every text that people read, as pages for vale. A page made of texts from many files knows the place of each line.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from '../run.mjs'
import { commentsOf, textsOfSource, textsOfYaml } from './product-texts.mjs'

/** Pages that are judged up to a line: the rest is history or made from the titles of tests. */
const JUDGED_UP_TO = new Map([['CHANGELOG.md', /^## \[\d/m]])
/** Texts of src that are no prose of countersign: a stand-in for Kubernetes, a table of letters, a style sheet. */
const NO_PROSE =
  /^src\/(?:sandbox\/|core\/policy\/built-in\/confusables|output\/html\/.*(?:style|script))/
const HELP = /^src\/entry\/(?:flags\/|command-line|(?:command|cluster|setup)-catalogue)/
const FORM_KEYS = new Set(['name', 'description', 'about', 'label', 'value', 'placeholder'])
const ACTION_KEYS = new Set(['description'])

/**
 * @typedef {{ readonly name: string, readonly text: string, readonly places: readonly string[] | null }} JudgedPage
 * places names the file and line of each line; null if the page is a file as it is.
 */

/** @returns {readonly JudgedPage[]} */
export function judgedPages() {
  const files = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: ROOT,
    encoding: 'utf8',
  })
    .split('\n')
    .filter(path => path !== '')
  const source = files.filter(path => /^src\/.*\.ts$/.test(path) && !NO_PROSE.test(path))
  const isHelp = path => HELP.test(path)
  return [
    ...files.filter(isDocument).map(path => ({ name: path, text: judgedPart(path), places: null })),
    ...files.filter(isCommented).map(path => ({
      name: `${path}.md`,
      text: commentsOf(read(path)),
      places: null,
    })),
    pageOf('help.md', [
      ...source.filter(isHelp).flatMap(path => placed(path, textsOfSource(read(path)))),
      ...placed('action.yml', textsOfYaml(read('action.yml'), ACTION_KEYS)),
    ]),
    pageOf(
      'messages.md',
      source.filter(path => !isHelp(path)).flatMap(path => placed(path, textsOfSource(read(path)))),
    ),
    pageOf(
      'forms.md',
      files
        .filter(path => /^\.github\/ISSUE_TEMPLATE\/.*\.yml$/.test(path))
        .flatMap(path => placed(path, textsOfYaml(read(path), FORM_KEYS))),
    ),
  ].filter(({ text }) => text !== '')
}

function isDocument(path) {
  return (
    /^(?:README|CONTRIBUTING|SECURITY|CHANGELOG)\.md$/.test(path) ||
    /^(?:docs|examples|\.github)\/.*\.md$/.test(path)
  )
}

function isCommented(path) {
  return (
    /^(?:examples|\.github\/workflows)\/.*\.ya?ml$/.test(path) ||
    path === 'charts/countersign/values.yaml'
  )
}

function judgedPart(path) {
  const text = read(path)
  const end = JUDGED_UP_TO.get(path)?.exec(text)
  return end === null || end === undefined ? text : text.slice(0, end.index)
}

function placed(path, texts) {
  return texts.map(({ text, line }) => ({ text, place: `${path}:${line}` }))
}

/** One paragraph for each text, without what Markdown would take for markup. */
function pageOf(name, texts) {
  const lines = texts.flatMap(({ text, place }) => {
    const plain = text
      .replaceAll(/https?:\S+/g, 'X')
      .replaceAll(/[<>*_#|[\]\\~]/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .replace(/^[\s\-+=\d.:;,)]+/, '')
      .trim()
    return [
      { line: /[.?!:]$/.test(plain) ? plain : `${plain}.`, place },
      { line: '', place },
    ]
  })
  return {
    name,
    text: lines.map(({ line }) => line).join('\n'),
    places: lines.map(({ place }) => place),
  }
}

function read(path) {
  return readFileSync(join(ROOT, path), 'utf8')
}
