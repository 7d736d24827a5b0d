// Lines drawn from the code of the proof, each with one general break. The same seed gives the same lines while the code is the same.
import { transformSync } from '@swc/core'
import { readdirSync, readFileSync } from 'node:fs'
import { breaksOf } from './operators.mjs'
import { PROVING } from './proving.mjs'

const SOURCE = new URL('../../src/', import.meta.url)

/**
 * @typedef {object} Drawn
 * @property {string} file below src
 * @property {number} line from 1
 * @property {string} from
 * @property {string} to
 * @property {string} text of the whole file
 */

/**
 * Up to `count` lines, each with one break that parses.
 * @param {number} count
 * @param {number} seed
 * @returns {readonly Drawn[]}
 */
export function drawBreaks(count, seed) {
  const random = randomOf(seed)
  const lines = breakableLines()
  /** @type {Drawn[]} */
  const drawn = []
  while (drawn.length < count && lines.length > 0) {
    const [line] = lines.splice(Math.floor(random() * lines.length), 1)
    const found = line === undefined ? null : drawOf(line, random)
    if (found !== null) drawn.push(found)
  }
  return drawn
}

/**
 * @param {Line} line
 * @param {() => number} random
 * @returns {Drawn | null}
 */
function drawOf({ file, at, lines, breaks }, random) {
  const open = [...breaks]
  while (open.length > 0) {
    const [to = ''] = open.splice(Math.floor(random() * open.length), 1)
    const text = lines.with(at, to).join('\n')
    if (parses(text))
      return { file, line: at + 1, from: (lines[at] ?? '').trim(), to: to.trim(), text }
  }
  return null
}

/** @typedef {{ file: string, at: number, lines: string[], breaks: readonly string[] }} Line */

/** @returns {Line[]} */
function breakableLines() {
  return PROVING.flatMap(filesOf).flatMap(file => {
    const lines = readFileSync(new URL(file, SOURCE), 'utf8').split('\n')
    return lines.flatMap((line, at) => {
      const breaks = breaksOf(line)
      return breaks.length === 0 ? [] : [{ file, at, lines, breaks }]
    })
  })
}

/**
 * @param {string} path a file, or a folder with a slash
 * @returns {readonly string[]}
 */
function filesOf(path) {
  if (path.endsWith('.ts')) return [path]
  return readdirSync(new URL(path, SOURCE), { recursive: true, encoding: 'utf8' })
    .map(name => path + name.replaceAll('\\', '/'))
    .filter(name => name.endsWith('.ts'))
    .toSorted()
}

/** @param {string} text */
function parses(text) {
  try {
    transformSync(text, { jsc: { target: 'es2022', parser: { syntax: 'typescript' } } })
    return true
  } catch {
    return false
  }
}

/**
 * mulberry32.
 * @param {number} seed
 */
function randomOf(seed) {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
