// Node objects: their names and uids for decisions, and the addresses that each node writes about itself.
import { z } from 'zod'
import type { SeenNodes } from '../../../domain/cluster/pending-request.ts'
import type { Asking } from '../http/api-transport.ts'
import { ObjectClient } from './object-client.ts'

const NODE = z.object({
  metadata: z.object({ name: z.string(), uid: z.string() }),
  status: z
    .object({ addresses: z.array(z.object({ address: z.string() })).default([]) })
    .prefault({}),
})

export async function listNodes(transport: Asking): Promise<SeenNodes> {
  const nodes = new ObjectClient(transport, 'Node')
  const call = { doing: 'list the nodes', objectBytes: null }
  const { items } = await nodes.listOf(NODE, call, ({ metadata, status }) => ({
    ...metadata,
    addresses: status.addresses.map(({ address }) => address),
  }))
  return {
    nodes: new Map(items.map(({ name, uid }) => [name, uid])),
    addresses: new Map(items.map(({ name, addresses }) => [name, addresses])),
  }
}
