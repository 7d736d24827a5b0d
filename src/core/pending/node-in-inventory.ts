// A request of a kubelet against the reviewed inventory: the node is listed, or in one pool that has room, and has its own names only.
import type { InventoryNode, NodeInventory, NodePool } from '../../domain/cluster/node-inventory.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { San } from '../../domain/request/x500.ts'
import { matchesAnyGlob } from '../../lib/source/glob.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { isInNetwork } from '../../lib/x509/ip.ts'

/** Stands for the object and its cluster in hints. */
export const OBJECT = 'NAME'

/** `known`: names of the nodes that exist or have a certificate. Codes: PENDING_INVENTORY, PENDING_TOO_MANY,
 * INVENTORY_POOLS. */
export function inventoryProblems(
  node: string,
  sans: readonly San[],
  inventory: NodeInventory,
  known: ReadonlySet<string>,
): readonly Problem[] {
  const listed = inventory.nodes.get(node)
  if (listed !== undefined)
    return sans.flatMap(san => (isOf(listed, san) ? [] : [notOf(node, san)]))
  const [pool, ...others] = poolsOf(inventory, node)
  if (pool === undefined)
    return [wrong(`the inventory has no node ${node}, and no pool for that name`, ADD)]
  if (others.length > 0) {
    const names = [pool, ...others].map(({ name }) => name).join(' and ')
    const message = `the name ${node} is of the pools ${names}: it is unknown which one counts`
    const hint = `make nodeNames of one of them narrower, or list ${node} under nodes`
    return [unplaced('INVENTORY_POOLS', message, hint)]
  }
  return [
    ...full(pool, node, known, inventory),
    ...sans.flatMap(san => poolProblems(pool, node, san, inventory)),
  ]
}

function isOf({ name, dnsNames, addresses }: InventoryNode, san: San): boolean {
  if (san.kind === 'ipAddress') return addresses.includes(san.value)
  return san.kind === 'dnsName' && [name, ...dnsNames].includes(plainDns(san.value))
}

/** DNS ignores case, and a dot at the end. */
export function plainDns(dns: string): string {
  return dns.toLowerCase().replace(/\.$/, '')
}

export function poolsOf({ pools }: NodeInventory, node: string): readonly NodePool[] {
  return pools.filter(each => isIn(each, node))
}

/** `*` and `?` match no dot: else a new node would choose a name such as that of a Service, and get a certificate for it. */
function isIn({ nodeNames }: NodePool, node: string): boolean {
  const patterns = nodeNames.map(each => each.replaceAll('.', '/'))
  return matchesAnyGlob(patterns, node.replaceAll('.', '/'))
}

function full(
  pool: NodePool,
  node: string,
  known: ReadonlySet<string>,
  { nodes }: NodeInventory,
): readonly Problem[] {
  if (known.has(node)) return []
  const count = [...known].filter(name => isIn(pool, name) && !nodes.has(name)).length
  if (count < pool.maxNodes) return []
  const message = `the pool ${pool.name} has ${count} nodes, and may have ${pool.maxNodes}`
  return [unplaced('PENDING_TOO_MANY', message, 'raise maxNodes of the pool in the inventory')]
}

function poolProblems(
  { addresses, dnsNames }: NodePool,
  node: string,
  san: San,
  { owners }: NodeInventory,
): readonly Problem[] {
  const owner = owners.get(heldName(san) ?? '')
  if (owner !== undefined)
    return [wrong(`${sanText(san)} belongs to the node ${owner} in the inventory`, DENY)]
  const isOwn =
    san.kind === 'ipAddress'
      ? addresses.some(network => isInNetwork(san.value, network))
      : san.kind === 'dnsName' && dnsOf(node, dnsNames).has(plainDns(san.value))
  return isOwn ? [] : [notOf(node, san)]
}

/** `IP ADDRESS` or `DNS NAME`, by which one node keeps a name from others; null for other kinds. */
export function heldName(san: San): string | null {
  if (san.kind === 'ipAddress') return `IP ${san.value}`
  return san.kind === 'dnsName' ? `DNS ${plainDns(san.value)}` : null
}

function dnsOf(node: string, templates: readonly string[]): ReadonlySet<string> {
  return new Set([node, ...templates.map(each => each.replace('{name}', node))])
}

function sanText(san: San): string {
  return 'value' in san ? quoted(san.value) : san.kind
}

function notOf(node: string, san: San): Problem {
  const message = `${sanText(san)} is not a name or address that the inventory has for ${node}`
  const hint = `if it belongs to ${node}, add it to the inventory in a pull request; if not: countersign csr deny ${OBJECT}`
  return wrong(message, hint)
}

const ADD = `add it to the inventory in a pull request. Or, for this one request: countersign csr approve ${OBJECT}`
const DENY = `another node asks for it: countersign csr deny ${OBJECT}`

function wrong(message: string, hint: string): Problem {
  return unplaced('PENDING_INVENTORY', message, hint)
}
