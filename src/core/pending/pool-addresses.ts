// Addresses of nodes in pools: a node has few, and no address of another node without a person's decision.
import type { NodeInventory } from '../../domain/cluster/node-inventory.ts'
import type { NodeFacts } from '../../domain/cluster/pending-request.ts'
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { San } from '../../domain/request/x500.ts'
import { canonicalIp } from '../../lib/x509/ip.ts'
import { poolsOf } from './inventory-problems.ts'

/**
 * What a node asks for a second time is its own until its certificate expires. For a new address: PENDING_TOO_MANY, and PENDING_ADDRESS
 * if another Node reports it. Each node writes its own Node object, so that grants and denies nothing.
 */
export function addressProblems(
  node: string,
  own: readonly string[],
  sans: readonly San[],
  inventory: NodeInventory,
  { addresses }: Pick<NodeFacts, 'addresses'>,
): readonly Problem[] {
  const asked = sans.flatMap(san => (san.kind === 'ipAddress' ? [san.value] : []))
  const first = asked.filter(address => !own.includes(`IP ${address}`))
  if (first.length === 0 || inventory.nodes.has(node)) return []
  const held = own.flatMap(name => (name.startsWith('IP ') ? [name.slice(3)] : []))
  const most = mostOf(node, inventory)
  const count = mostOfFamily([...held, ...first])
  const message = `${node} would have ${count} addresses of one family in certificates that have not expired, and its pool allows ${most}`
  const hint = 'raise addressesPerNode of the pool in the inventory'
  const tooMany = count > most ? [unplaced('PENDING_TOO_MANY', message, hint)] : []
  const reporters = [...addresses].filter(([name, said]) => {
    if (name === node || inventory.nodes.has(name)) return false
    const known = said.flatMap(each => canonicalIp(each) ?? [])
    return (
      known.some(each => first.includes(each)) && mostOfFamily(known) <= mostOf(name, inventory)
    )
  })
  return [...tooMany, ...reporters.map(([name]) => reported(name, node))]
}

function mostOf(node: string, inventory: NodeInventory): number {
  return Math.max(1, ...poolsOf(inventory, node).map(({ addressesPerNode }) => addressesPerNode))
}

function mostOfFamily(addresses: readonly string[]): number {
  const all = [...new Set(addresses)]
  const newer = all.filter(address => address.includes(':')).length
  return Math.max(newer, all.length - newer)
}

function reported(name: string, node: string): Problem {
  const message = `the Node ${name} reports an address that ${node} asks for, and no certificate that has not expired has it`
  const hint = `if it belongs to ${node}, approve it by hand: countersign csr approve NAME`
  return unplaced('PENDING_ADDRESS', message, hint)
}
