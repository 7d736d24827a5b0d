// Node objects: their names and uids for decisions, and what nodes write about themselves for the draft of an inventory.
import { z } from 'zod'
import { clusterRule, readAnswer } from '../http/api-server-refusal.ts'
import { listAll } from '../http/paged-list.ts'
import type { Transport } from '../http/api-transport.ts'

const NODE = z.object({ metadata: z.object({ name: z.string(), uid: z.string() }) })
const SEEN = z.object({
  metadata: z.object({ name: z.string() }),
  status: z
    .object({
      addresses: z.array(z.object({ type: z.string(), address: z.string() })).default([]),
    })
    .prefault({}),
})

/** Name → uid. */
export async function listNodes(transport: Transport): Promise<ReadonlyMap<string, string>> {
  const nodes = await listed(transport, NODE)
  return new Map(nodes.map(({ metadata: { name, uid } }) => [name, uid]))
}

/** With the addresses that each node wrote. */
export async function listSeenNodes(transport: Transport) {
  const nodes = await listed(transport, SEEN)
  return nodes.map(({ metadata: { name }, status: { addresses } }) => ({ name, addresses }))
}

async function listed<T>(transport: Transport, shape: z.ZodType<T>): Promise<readonly T[]> {
  const doing = 'list the nodes'
  const needs = clusterRule('', 'nodes', 'list')
  const call = { path: '/api/v1/nodes', doing, needs, objectBytes: null }
  const { items } = await listAll(transport, call, body =>
    readAnswer({ status: 200, body }, shape, doing, needs),
  )
  return items
}
