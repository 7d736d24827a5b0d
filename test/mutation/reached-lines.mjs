// Which lines a piece of work reaches, by the coverage that V8 counts: a break of a line that it does not reach changes nothing for it.
import { readFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'
import { SourceMap } from 'node:module'
import { fileURLToPath } from 'node:url'
import { transformSync } from '@swc/core'
import { swcOptions } from '../../scripts/native-jest/swc-options.cjs'

const SOURCE = new URL('../../src/', import.meta.url)

/** @typedef {readonly [string, number]} Place a file below src, and a line from 1 */

/**
 * For each place, the names whose work reaches its line; null where loading the code reaches it, such as for a constant of a module.
 * @param {readonly string[]} names
 * @param {readonly Place[]} places
 * @param {() => Promise<(name: string) => Promise<unknown>>} load loads the code that does the work
 * @returns {Promise<readonly (readonly string[] | null)[]>}
 */
export async function reachedPlaces(names, places, load) {
  const session = new Session()
  session.connect()
  await session.post('Profiler.enable')
  await session.post('Profiler.startPreciseCoverage', { callCount: true, detailed: true })
  const files = new Map(
    [...new Set(places.map(([file]) => file))].map(each => [each, codeOf(each)]),
  )
  const look = async () => {
    const { result } = await session.post('Profiler.takePreciseCoverage')
    const scripts = new Map(result.map(({ url, functions }) => [url, functions]))
    return places.map(([file, line]) =>
      isReached(scripts.get(new URL(file, SOURCE).href) ?? [], files.get(file)?.get(line) ?? []),
    )
  }
  const work = await load()
  const reached = (await look()).map(isLoading => (isLoading ? null : /** @type {string[]} */ ([])))
  for (const name of names) {
    await work(name)
    for (const [at, isIt] of (await look()).entries()) if (isIt) reached[at]?.push(name)
  }
  session.disconnect()
  return reached
}

/**
 * Offsets in the JavaScript, by the line of the TypeScript. A line without any has those of the line before.
 * @param {string} file
 * @returns {ReadonlyMap<number, readonly number[]>}
 */
function codeOf(file) {
  const path = fileURLToPath(new URL(file, SOURCE))
  const text = readFileSync(path, 'utf8')
  const { code, map } = transformSync(text, swcOptions(path, true))
  const source = new SourceMap(JSON.parse(map ?? ''))
  /** @type {Map<number, number[]>} */
  const offsets = new Map()
  let offset = 0
  for (const [at, line] of code.split('\n').entries()) {
    for (let column = 0; column <= line.length; column += 1) {
      const { originalLine } = /** @type {{ originalLine?: number }} */ (
        source.findEntry(at, column)
      )
      if (originalLine === undefined) continue
      const known = offsets.get(originalLine + 1)
      if (known === undefined) offsets.set(originalLine + 1, [offset + column])
      else known.push(offset + column)
    }
    offset += line.length + 1
  }
  const lines = text.split('\n').length
  for (let line = 2; line <= lines; line += 1)
    if (!offsets.has(line)) offsets.set(line, offsets.get(line - 1) ?? [])
  return offsets
}

/**
 * Whether the innermost block around one of the offsets ran.
 * @param {readonly import('node:inspector').Profiler.FunctionCoverage[]} functions of the file, as far as they ran since the last look
 * @param {readonly number[]} offsets
 */
function isReached(functions, offsets) {
  const ranges = functions.flatMap(each => each.ranges)
  return offsets.some(offset => {
    const around = ranges.filter(each => each.startOffset <= offset && offset < each.endOffset)
    const size = (/** @type {typeof around[number]} */ each) => each.endOffset - each.startOffset
    const [innermost] = around.toSorted((one, other) => size(one) - size(other))
    return (innermost?.count ?? 0) > 0
  })
}
