// The versions of Node for the action: the one that runs the tests, and the one that GitHub uses.
import { readyNode24 } from './act-binary.mjs'

export interface NodeChoice {
  readonly title: string
  /** Folder with the program; null for the Node of the tests. */
  readonly node: string | null
}

const node24 = readyNode24()
if (node24 === null) {
  const message = 'Node 24 is not in the cache: the action is tried with this Node only'
  if (process.env['COUNTERSIGN_REQUIRE_ACT'] === '1') throw new Error(message)
  process.stderr.write(`SKIPPED: ${message}\n`)
}

export const NODES: readonly NodeChoice[] = [
  { title: `Node ${process.versions.node}`, node: null },
  ...(node24 === null ? [] : [{ title: 'Node 24', node: node24 }]),
]
