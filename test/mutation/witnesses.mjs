// The test that noticed each break the last time. It is asked first, so a second run of a table takes a third of the time.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'

const FILE = fileURLToPath(new URL('../../.cache/mutation.json', import.meta.url))

/**
 * @typedef {object} Witness
 * @property {'unit' | 'conformance' | 'flow' | 'histories'} suite
 * @property {string} path of the file of tests, or of the history
 * @property {string} name of the test, with the names of its groups; or of the history
 */

/** @type {Record<string, Witness>} */
const known = read()

/** @returns {Record<string, Witness>} */
function read() {
  try {
    return JSON.parse(readFileSync(FILE, 'utf8'))
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return {}
    throw error
  }
}

/** @param {string} id of a break @returns {Witness | null} */
export function witnessOf(id) {
  return known[id] ?? null
}

/**
 * The first test that failed, from what jest printed; null where it is not named, such as for a file that cannot be loaded.
 * @param {Witness['suite']} suite
 * @param {string} output
 * @returns {Witness | null}
 */
export function firstFailed(suite, output) {
  if (suite === 'histories') {
    const name = output.trim()
    return name === '' ? null : { suite, path: `test/fixtures/histories/${name}.yaml`, name }
  }
  const [, path] = /^FAIL (\S+)/m.exec(output) ?? []
  const [, title] = /^ {2}● (.+ › .+|(?!Test suite failed to run$).+)$/m.exec(output) ?? []
  if (path === undefined || title === undefined) return null
  return { suite, path, name: title.replaceAll(' › ', ' ') }
}

/**
 * The same names, those that noticed most breaks first: one of them notices most others.
 * @param {readonly string[]} histories
 */
export function byKeenness(histories) {
  /** @type {Map<string, number>} */
  const count = new Map()
  for (const { suite, name } of Object.values(known))
    if (suite === 'histories') count.set(name, (count.get(name) ?? 0) + 1)
  const countOf = (/** @type {string} */ name) => count.get(name) ?? 0
  return histories.toSorted((one, other) => countOf(other) - countOf(one))
}

/**
 * The files of tests that noticed other breaks of the same file, those that noticed most first.
 * @param {string} file below src
 * @returns {readonly { readonly suite: Exclude<Witness['suite'], 'histories'>, readonly path: string }[]}
 */
export function keenTests(file) {
  /** @type {Map<string, { suite: Exclude<Witness['suite'], 'histories'>, path: string, count: number }>} */
  const found = new Map()
  for (const [id, { suite, path }] of Object.entries(known)) {
    if (suite === 'histories' || !id.startsWith(`${file}\n`)) continue
    const one = found.get(path) ?? { suite, path, count: 0 }
    found.set(path, { ...one, count: one.count + 1 })
  }
  return [...found.values()].toSorted((one, other) => other.count - one.count)
}

/** @param {string} id of a break @param {Witness | null} witness */
export function remember(id, witness) {
  if (witness === null) delete known[id]
  else known[id] = witness
  mkdirSync(dirname(FILE), { recursive: true })
  writeFileSync(FILE, JSON.stringify(known))
}
