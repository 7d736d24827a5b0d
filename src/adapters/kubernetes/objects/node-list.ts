// Node objects: their names and uids. What a node writes about itself is not read.
import { z } from 'zod'
import { clusterRule, readAnswer } from '../http/api-server-refusal.ts'
import { listAll } from '../http/paged-list.ts'
import type { Transport } from '../http/api-transport.ts'

const NODE = z.object({ metadata: z.object({ name: z.string(), uid: z.string() }) })

/** Name → uid. */
export async function listNodes(transport: Transport): Promise<ReadonlyMap<string, string>> {
  const doing = 'list the nodes'
  const needs = clusterRule('', 'nodes', 'list')
  const call = { path: '/api/v1/nodes', labelSelector: '', doing, needs }
  const { items } = await listAll(transport, call)
  const nodes = items.map(body => readAnswer({ status: 200, body }, NODE, doing, needs).metadata)
  return new Map(nodes.map(({ name, uid }) => [name, uid]))
}
