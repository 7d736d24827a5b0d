// Node objects: their names and uids for decisions, and the addresses that each node writes about itself.
import { z } from 'zod'
import type { SeenNodes } from '../../../domain/cluster/pending-request.ts'
import { clusterRule, readAnswer } from '../http/api-server-refusal.ts'
import { listAll } from '../http/paged-list.ts'
import type { Transport } from '../http/api-transport.ts'

const NODE = z.object({
  metadata: z.object({ name: z.string(), uid: z.string() }),
  status: z
    .object({ addresses: z.array(z.object({ address: z.string() })).default([]) })
    .prefault({}),
})

export async function listNodes(transport: Transport): Promise<SeenNodes> {
  const doing = 'list the nodes'
  const needs = clusterRule('', 'nodes', 'list')
  const call = { path: '/api/v1/nodes', doing, needs, objectBytes: null }
  const { items } = await listAll(transport, call, body => {
    const { metadata, status } = readAnswer({ status: 200, body }, NODE, doing, needs)
    return { ...metadata, addresses: status.addresses.map(({ address }) => address) }
  })
  return {
    nodes: new Map(items.map(({ name, uid }) => [name, uid])),
    addresses: new Map(items.map(({ name, addresses }) => [name, addresses])),
  }
}
