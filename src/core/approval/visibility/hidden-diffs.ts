// Refusal of files with a diff that GitHub folds away as generated, by path or text alone (Linguist, lib/linguist/generated.rb):
// reviewers would approve them unread.
import { unplaced } from '../../../domain/problem.ts'
import type { Problem } from '../../../domain/problem.ts'
import { shellWord } from '../../../lib/source/shell-word.ts'

// Nearly all of Linguist's patterns match anywhere in a path: `my-package-lock.json` matches, too.
const FOLDERS =
  /node_modules\/|__generated__\/|Godeps\/|Carthage\/Build\/|(?:^|\/)(?:Pods|htmlcov|\.idea)\//
const VENDORED = /vendor\/[-.0-9A-Za-z]+\.(?:com|edu|gov|in|me|net|org|fm|io)/
/** More lock files than Linguist has, since each of its versions adds some. `jane.lockhart` is none. */
const NAMES =
  /\.lock(?![a-z])|(?:composer|poetry|pdm|glide|Gopkg|Cargo|Pipfile|uv|pixi|deno)\.lock|package-lock|npm-shrinkwrap|pnpm-lock|(?:^|\/)\.pnp\.|Package\.resolved|Cargo\.toml\.orig/

/** Usual names: of a folder, and of a file with an extension that countersign reads. */
const SEGMENT = /^[a-z0-9][a-z0-9-]*$/
const FILE =
  /^[a-z0-9][a-z0-9-]*(?:\.test\.yaml|\.csr\.pem|\.ya?ml|\.json|\.cnf|\.conf|\.csr|\.pem)$/

/**
 * APPROVAL_HIDDEN for a path with unusual names; null for a usual one. Each version of Linguist folds more names, some of them in any
 * folder, so only plain names are sure to be shown.
 */
export function unusualPath(path: string): Problem | null {
  const folders = path.split('/')
  const file = folders.pop() ?? ''
  if (folders.every(folder => SEGMENT.test(folder)) && FILE.test(file)) return null
  return unplaced(
    'APPROVAL_HIDDEN',
    `${path} has a name for which GitHub may hide the diff. Use a-z, 0-9 and - for folders and files, with the ending .yaml, .yml, .json, .cnf, .conf, .csr, .pem, .csr.pem or .test.yaml`,
    `git mv ${shellWord(path)} ${shellWord(suggested(folders, file))}`,
  )
}

function suggested(folders: readonly string[], file: string): string {
  const [, stem = file, ending = '.yaml'] = /^(.+?)((?:\.test)?\.[a-z]+)$/.exec(file) ?? []
  const plain = (name: string): string =>
    name
      .toLowerCase()
      .replace(/[^a-z0-9-]+/g, '-')
      .replace(/^-+/, '') || 'renamed'
  return [...folders.map(plain), `${plain(stem)}${ending}`].join('/')
}

/**
 * APPROVAL_HIDDEN if GitHub folds the diff of the file away: by its folder, its name, or as a recording of VCR by its text. Null if not.
 * Source: Linguist, lib/linguist/generated.rb.
 */
export function hiddenDiffReason(path: string, text: string): Problem | null {
  const why =
    FOLDERS.test(path) || VENDORED.test(path)
      ? 'takes files in this folder for generated'
      : NAMES.test(path)
        ? 'takes files of this name for generated'
        : isCassette(path, text)
          ? 'takes it for a recording of VCR by its last but one line'
          : null
  if (why === null) return null
  return unplaced(
    'APPROVAL_HIDDEN',
    `GitHub ${why} and hides its diff: reviewers would approve ${path} unread`,
    'give the file another place, name or last line',
  )
}

function isCassette(path: string, text: string): boolean {
  const lines = text.split('\n')
  return path.endsWith('.yml') && lines.slice(-3).some(line => line.includes('recorded_with: VCR'))
}
