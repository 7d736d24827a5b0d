// The files that weigh reads, as text by path: of the working tree, or of a commit without a checkout.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const READ = /^(?:(?:src|test|scripts)\/.*\.(?:ts|mjs|cjs)|docs\/.*\.md|README\.md)$/
const LARGEST = 1 << 30

/** @param {string} root @returns {ReadonlyMap<string, string>} */
export function workingTree(root) {
  const listed = git(root, ['ls-files', '-z', '--cached', '--others', '--exclude-standard'])
  const paths = [...new Set(listed.toString('utf8').split('\0'))].filter(
    path => READ.test(path) && existsSync(join(root, path)),
  )
  return new Map(paths.sort().map(path => [path, readFileSync(join(root, path), 'utf8')]))
}

/** @param {string} root @param {string} commit @returns {ReadonlyMap<string, string>} */
export function treeOf(root, commit) {
  const listed = git(root, ['ls-tree', '-r', '-z', `${commit}^{commit}`])
  const entries = listed
    .toString('utf8')
    .split('\0')
    .flatMap(line => {
      const [, blob, path] = /^\d+ blob ([0-9a-f]+)\t(.*)$/s.exec(line) ?? []
      return path !== undefined && READ.test(path) ? [{ blob, path }] : []
    })
  const input = entries.map(({ blob }) => `${blob}\n`).join('')
  const output = git(root, ['cat-file', '--batch'], input)
  const files = new Map()
  let offset = 0
  for (const { path } of entries) {
    // <id> SP <type> SP <size> LF <contents> LF
    const end = output.indexOf(10, offset)
    const size = Number(output.toString('latin1', offset, end).split(' ')[2])
    files.set(path, output.toString('utf8', end + 1, end + 1 + size))
    offset = end + size + 2
  }
  return files
}

/** @param {string} root @param {readonly string[]} args @param {string} [input] */
function git(root, args, input) {
  return execFileSync('git', args, { cwd: root, input, maxBuffer: LARGEST })
}
