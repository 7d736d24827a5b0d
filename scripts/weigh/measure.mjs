// What each part of a tree costs. Values in, values out: the caller reads the files.
import { weighParts } from './reach.mjs'
import { linesOf, readSource } from './source.mjs'

/**
 * @typedef {object} Weight
 * @property {readonly { readonly name: string, readonly files: number, readonly lines: number }[]} folders
 * @property {ReturnType<typeof weighParts>} parts
 * @property {readonly { readonly name: string, readonly exported: number, readonly files: readonly string[] }[]} repeated
 * @property {readonly { readonly name: string, readonly words: number }[]} pages
 */

/** @param {ReadonlyMap<string, string>} tree text by path @returns {Weight} */
export function weigh(tree) {
  const sources = new Map(
    [...tree].flatMap(([path, text]) =>
      /^src\/.*\.ts$/.test(path) ? [[path, readSource(path, text)]] : [],
    ),
  )
  return {
    folders: weighFolders(tree),
    parts: weighParts(sources).toSorted(
      (a, b) => order(a.kind, b.kind) || b.lines - a.lines || order(a.name, b.name),
    ),
    repeated: repeatedFunctions(sources),
    pages: [...tree]
      .filter(([path]) => path.endsWith('.md'))
      .map(([name, text]) => ({ name, words: wordsOf(text) }))
      .toSorted((a, b) => b.words - a.words),
  }
}

const SANDBOX = 'src/sandbox/'
const isProduct = path => path.startsWith('src/') && !path.startsWith(SANDBOX)

/** The product, its folders to a depth of three, and the rest to a depth of two. */
function weighFolders(tree) {
  const folders = new Map()
  const add = (name, lines) => {
    const sum = folders.get(name) ?? { name, files: 0, lines: 0 }
    folders.set(name, { name, files: sum.files + 1, lines: sum.lines + lines })
  }
  for (const [path, text] of tree) {
    if (path.endsWith('.md')) continue
    const lines = linesOf(text)
    const steps = path.split('/').slice(0, -1)
    if (isProduct(path)) add('product', lines)
    for (let depth = isProduct(path) ? 1 : 0; depth < Math.min(steps.length, 3); depth++)
      add(steps.slice(0, depth + 1).join('/'), lines)
  }
  // src itself would be the sum of two things that are counted apart.
  folders.delete('src')
  return [...folders.values()].toSorted(
    (a, b) => Number(b.name === 'product') - Number(a.name === 'product') || order(a.name, b.name),
  )
}

/** Functions of the product that more than one file defines at its top level. */
function repeatedFunctions(sources) {
  const byName = new Map()
  for (const [path, { functions }] of sources)
    for (const { name, isExported } of isProduct(path) ? functions : []) {
      const known = byName.get(name) ?? { name, exported: 0, files: [] }
      byName.set(name, {
        name,
        exported: known.exported + Number(isExported),
        files: [...known.files, path],
      })
    }
  return [...byName.values()]
    .filter(({ files }) => files.length > 1)
    .toSorted((a, b) => b.files.length - a.files.length || order(a.name, b.name))
}

/** Words outside of code blocks and comments. */
export function wordsOf(text) {
  const prose = text.replaceAll(/^ *```[\s\S]*?^ *```/gm, '').replaceAll(/<!--[\s\S]*?-->/g, '')
  return prose.match(/[\p{L}\p{N}][^\s|]*/gu)?.length ?? 0
}

function order(a, b) {
  return Number(a > b) - Number(a < b)
}
