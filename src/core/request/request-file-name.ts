// Names and paths of request files: the valid paths, and the request's name if the file gives none.
import type { Problem } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { shellWord } from '../../lib/source/shell-word.ts'
import type { TextRule } from '../../lib/schema/text-rules.ts'

/** Names become part of object names (`cs-<name>-<8 hex>-<n>`) and Secret names, so they have at most 52 characters. */
export const REQUEST_NAME: TextRule = {
  pattern: /^[a-z0-9](?:[a-z0-9-]{0,50}[a-z0-9])?$/,
  says: 'is not a name for a request: lower-case letters, digits and dashes, at most 52, no dash at either end',
  code: 'REQUEST_NAME',
}

const PATH = /^[a-z0-9][a-z0-9._/-]*$/
const EXTENSIONS = /(?:\.(?:yaml|yml|json|cnf|conf|csr|pem|der))+$/

/** `requests/people/jane.csr.pem` → `jane`. */
export function nameFromPath(path: string): string {
  return (path.split('/').at(-1) ?? '').replace(EXTENSIONS, '')
}

/** Faults of path and mode, independent of the content. */
export function fileFaults(file: RequestFile, folder: string): readonly Problem[] {
  const problems: Problem[] = []
  const at = { file: file.path, line: 1, column: 1, length: 1, excerpt: null }
  if (!file.path.startsWith(`${folder.replace(/\/+$/, '')}/`)) {
    const message = `${quoted(file.path)} must be below ${folder}/`
    problems.push({ code: 'REQUEST_PATH', at, message, hint: `put the file below ${folder}/` })
  } else if (!PATH.test(file.path) || /(?:^|\/)\.{0,2}(?:\/|$)/.test(file.path)) {
    problems.push({
      code: 'REQUEST_PATH',
      at,
      message: `${quoted(file.path)} is not a path for a request`,
      hint: 'use lower-case letters, digits, dots, dashes and underscores',
    })
  }
  if (file.mode !== '100644') {
    const message = `the file is ${MODES.get(file.mode) ?? `of mode ${file.mode}`}; a request is a regular file`
    problems.push({ code: 'REQUEST_MODE', at, message, hint: hintForMode(file) })
  }
  return problems
}

const MODES: ReadonlyMap<string, string> = new Map([
  ['100755', 'executable'],
  ['120000', 'a symbolic link'],
  ['160000', 'a submodule'],
])

function hintForMode({ mode, path }: RequestFile): string | null {
  return mode === '100755' ? `chmod -x ${shellWord(path)} && git add ${shellWord(path)}` : null
}
