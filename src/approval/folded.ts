// GitHub folds away the diffs of files it takes for generated, by their path or text alone (Linguist, lib/linguist/generated.rb).
// A request that looks like one would be approved unread.
import type { Problem } from '../domain/problem.ts'

// Nearly all of Linguist's patterns begin anywhere in a path: `my-package-lock.json` is one of its names, too.
const FOLDERS =
  /node_modules\/|__generated__\/|Godeps\/|Carthage\/Build\/|(?:^|\/)(?:Pods|htmlcov|\.idea)\//
const VENDORED = /vendor\/[-.0-9A-Za-z]+\.(?:com|edu|gov|in|me|net|org|fm|io)/
/** More than Linguist's: each of its versions knows more lock files. `jane.lockhart` is none. */
const NAMES =
  /\.lock(?![a-z])|(?:composer|poetry|pdm|glide|Gopkg|Cargo|Pipfile)\.lock|package-lock|npm-shrinkwrap|pnpm-lock|(?:^|\/)\.pnp\./

/** The problem of a request file whose diff GitHub would not unfold; null for all others. */
export function foldedAway(path: string, text: string): Problem | null {
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
