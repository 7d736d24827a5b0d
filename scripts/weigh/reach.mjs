// What only one part of the product reaches: the files that no entry point would reach without it.
import { PARTS } from './parts.mjs'

const ENTRIES = ['src/cli.ts', 'src/action.ts']
const HANDLER = /^src\/entry\/(?:commands|action)\//

/** @typedef {import('./source.mjs').Source} Source */

/**
 * @param {ReadonlyMap<string, Source>} sources
 * @returns {readonly { readonly kind: string, readonly name: string, readonly files: readonly string[], readonly lines: number }[]}
 */
export function weighParts(sources) {
  const all = reached(sources, new Set())
  return [...commandsOf(sources), ...declaredParts(sources)].map(({ kind, name, own }) => {
    const rest = reached(sources, own)
    const files = [...sources.keys()].filter(path => all.has(path) && !rest.has(path))
    return {
      kind,
      name,
      files,
      lines: files.reduce((sum, path) => sum + sources.get(path).lines, 0),
    }
  })
}

/** A command is the module that a catalogue or an entry point loads when the command runs. */
function commandsOf(sources) {
  const handlers = new Set(
    [...sources].flatMap(([path, { lazy }]) =>
      HANDLER.test(path) ? [] : lazy.filter(target => HANDLER.test(target)),
    ),
  )
  return [...handlers].map(path => ({
    kind: 'command',
    name: nameOf(path),
    own: new Set([path]),
  }))
}

/** `src/entry/commands/plan-command.ts` is `plan`, `src/entry/action/plan-job.ts` is `action plan`. */
function nameOf(path) {
  const [, folder, file] = /^src\/entry\/(\w+)\/(?:.*\/)?([^/]+?)(?:-command|-job)?\.ts$/.exec(path)
  return folder === 'action' ? `action ${file}` : file
}

function declaredParts(sources) {
  return PARTS.map(({ kind, name, paths }) => ({
    kind,
    name,
    own: new Set([...sources.keys()].filter(path => paths.some(start => path.startsWith(start)))),
  }))
}

/** Files that an entry point reaches without those of `without`. */
function reached(sources, without) {
  const found = new Set()
  const next = ENTRIES.filter(path => sources.has(path) && !without.has(path))
  for (let path = next.pop(); path !== undefined; path = next.pop()) {
    if (found.has(path)) continue
    found.add(path)
    const { loads, lazy } = sources.get(path)
    for (const target of [...loads, ...lazy])
      if (sources.has(target) && !without.has(target)) next.push(target)
  }
  return found
}
