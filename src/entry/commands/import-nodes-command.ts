// countersign import --nodes: a draft of the inventory of nodes, from the Node objects of a cluster.
import { counted } from '../../output/terminal/plural-words.ts'
import { inventoryText } from '../../workflows/import/import-nodes.ts'
import type { Context } from '../command-context.ts'
import type { Answer } from '../command-entry.ts'
import { openCsrContext } from './csr/csr-context.ts'

/** The file goes to stdout. */
export async function importNodes(context: Context): Promise<Answer> {
  const { terminal } = context
  const session = await openCsrContext(context)
  if (!session.ok) return session
  const { cluster, config } = session.value
  try {
    const seen = await cluster.nodes()
    terminal.result(inventoryText(config.name, seen).trimEnd())
    const count = seen.nodes.size
    terminal.talk(
      `${counted(count, 'node')}. Each one wrote its own names and addresses: compare them before the review`,
    )
    return 0
  } finally {
    await cluster.close()
  }
}
