// GitHub folds away the diffs of files it takes for generated, by their path or text alone (Linguist, lib/linguist/generated.rb).
// A request that looks like one would be approved unread.
import type { Problem } from '../../../domain/problem.ts'

// Nearly all of Linguist's patterns begin anywhere in a path: `my-package-lock.json` is one of its names, too.
const FOLDERS =
  /node_modules\/|__generated__\/|Godeps\/|Carthage\/Build\/|(?:^|\/)(?:Pods|htmlcov|\.idea)\//
const VENDORED = /vendor\/[-.0-9A-Za-z]+\.(?:com|edu|gov|in|me|net|org|fm|io)/
/** More than Linguist's: each of its versions knows more lock files. `jane.lockhart` is none. */
const NAMES =
  /\.lock(?![a-z])|(?:composer|poetry|pdm|glide|Gopkg|Cargo|Pipfile|uv|pixi|deno)\.lock|package-lock|npm-shrinkwrap|pnpm-lock|(?:^|\/)\.pnp\.|Package\.resolved|Cargo\.toml\.orig/

/** A folder, and the name of a file with one ending that is read. */
const SEGMENT = /^[a-z0-9][a-z0-9-]*$/
const FILE =
  /^[a-z0-9][a-z0-9-]*(?:\.test\.yaml|\.csr\.pem|\.ya?ml|\.json|\.cnf|\.conf|\.csr|\.pem)$/

/**
 * The problem of a path with other names than these: Linguist knows more of them with each version, and folds by some of them
 * in any folder. Null for a path that is fine.
 */
export function unusualPath(path: string): Problem | null {
  const folders = path.split('/')
  const file = folders.pop() ?? ''
  if (folders.every(folder => SEGMENT.test(folder)) && FILE.test(file)) return null
  return {
    code: 'APPROVAL_HIDDEN',
    at: null,
    message: `${path} has a name that GitHub may fold away: folders and files are named with a-z, 0-9 and -, and end in .yaml, .yml, .json, .cnf, .conf, .csr, .pem, .csr.pem or .test.yaml`,
    hint: `git mv ${path} ${suggested(folders, file)}`,
  }
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

/** The problem of a request file whose diff GitHub would not unfold; null for all others. */
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
  return {
    code: 'APPROVAL_HIDDEN',
    at: null,
    message: `GitHub ${why} and folds its diff away: reviewers would approve ${path} unread`,
    hint: 'give the file another place, name or last line',
  }
}

function isCassette(path: string, text: string): boolean {
  const lines = text.split('\n')
  return path.endsWith('.yml') && lines.slice(-3).some(line => line.includes('recorded_with: VCR'))
}
