// Names in requests of kubelets: each node asks for its own, and never for the name or address of another one. What a node writes
// about itself into its Node object grants and denies nothing.
import { unplaced } from '../../domain/problem.ts'
import type { Problem } from '../../domain/problem.ts'
import type { NodeInventory } from '../../domain/cluster/node-inventory.ts'
import type { NodeFacts } from '../../domain/cluster/pending-request.ts'
import type { EffectiveRequest } from '../../domain/request/request.ts'
import type { San } from '../../domain/request/x500.ts'
import { NODE_PREFIX } from '../../lib/kubernetes/kubernetes-name-rules.ts'
import { DNS_SUBDOMAIN } from '../../lib/schema/text-rules.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { clusterFlag, shellWord } from '../../lib/source/shell-word.ts'
import { ATTRIBUTE_OIDS } from '../../lib/x509/oids.ts'
import { attributeValues } from '../../lib/x509/x500-name.ts'
import { canonicalIp } from '../../lib/x509/ip.ts'
import { heldName, inventoryProblems, OBJECT, plainDns, poolsOf } from './node-in-inventory.ts'

/** Names of the API server in every cluster. */
const API_SERVER = /^kubernetes(\.default(\.svc(\..+)?)?)?$/

/** Names of one node in certificates that have not expired. A kubelet needs a few. */
const MOST_NAMES = 64

/**
 * For the kubelet signers. `request` has the name of its object. PENDING_ codes. That the requester is the node itself, or a bootstrap
 * token, is checked before (SIGNER_REQUESTER).
 */
export function nodeProblems(
  request: EffectiveRequest,
  username: string,
  facts: NodeFacts,
  inventory: NodeInventory,
): readonly Problem[] {
  const object = `${shellWord(request.name)}${clusterFlag(request.cluster)}`
  return problemsOf(request, username, facts, inventory).map(problem => ({
    ...problem,
    hint: problem.hint?.replace(OBJECT, () => object) ?? null,
  }))
}

function problemsOf(
  request: EffectiveRequest,
  username: string,
  facts: NodeFacts,
  inventory: NodeInventory,
): readonly Problem[] {
  const { nodes, held } = facts
  const commonName = attributeValues(request.subject, ATTRIBUTE_OIDS.CN)[0] ?? ''
  const node = commonName.startsWith(NODE_PREFIX) ? commonName.slice(NODE_PREFIX.length) : ''
  if (!DNS_SUBDOMAIN.pattern.test(node))
    return [wrong('PENDING_NODE', `${quoted(commonName)} is not ${NODE_PREFIX} and a node's name`)]
  const key = request.key.kind === 'own' ? request.key.pkcs10.publicKey.sha256 : ''
  const isNode = username === commonName
  // A node may have several keys. Machines share a bootstrap token, so there the key distinguishes them, as long as the request exists.
  const isTaken = (name: string): boolean =>
    (held.get(name) ?? []).some(
      holder =>
        holder.commonName !== commonName || (!isNode && holder.key !== null && holder.key !== key),
    )
  const uid = isNode ? undefined : nodes.get(node)
  const names = namesHeld(request)
  const taken = names.filter(isTaken)
  const own = namesOf(commonName, held)
  return [
    ...inventoryProblems(node, request.sans, inventory, knownNodes(facts)),
    ...tooMany(node, new Set([...names, ...own]).size),
    ...addressProblems(node, own, request.sans, inventory, facts),
    ...(uid === undefined ? [] : [another(`the Node ${node} with the uid ${uid} exists already`)]),
    ...taken.map(name =>
      another(`a certificate that has not expired, or a request that comes first, has ${name}`),
    ),
    ...request.sans.flatMap(san => dnsProblems(san, node, nodes)),
  ]
}

/** Nodes that exist, and those whose approved request exists. A node that was removed makes room, though its certificate has not expired. */
function knownNodes({ nodes, held }: NodeFacts): ReadonlySet<string> {
  const prefix = `CN ${NODE_PREFIX}`
  const certified = [...held].flatMap(([name, holders]) =>
    name.startsWith(prefix) && holders.some(({ key }) => key !== null)
      ? [name.slice(prefix.length)]
      : [],
  )
  return new Set([...nodes.keys(), ...certified])
}

function namesOf(commonName: string, held: NodeFacts['held']): readonly string[] {
  return [...held].flatMap(([name, holders]) =>
    holders.some(holder => holder.commonName === commonName) ? [name] : [],
  )
}

function tooMany(node: string, count: number): readonly Problem[] {
  if (count <= MOST_NAMES) return []
  const message = `${node} would have ${count} names and addresses in certificates that have not expired, more than ${MOST_NAMES}`
  return [unplaced('PENDING_TOO_MANY', message, HINT)]
}

/** The names that an approved request or its certificate keeps from other nodes. */
export function namesHeld({ subject, sans }: Named): readonly string[] {
  return [
    ...attributeValues(subject, ATTRIBUTE_OIDS.CN).map(name => `CN ${name}`),
    ...sans.flatMap(san => heldName(san) ?? []),
  ]
}

type Named = Pick<EffectiveRequest, 'subject' | 'sans'>

function dnsProblems(
  san: San,
  node: string,
  nodes: ReadonlyMap<string, string>,
): readonly Problem[] {
  if (san.kind !== 'dnsName') return []
  const dns = plainDns(san.value)
  if (dns.includes('*') || API_SERVER.test(dns))
    return [wrong('PENDING_NODE', `${quoted(san.value)} is not the name of one node`)]
  const owner = longestNode(dns, node, nodes)
  return owner === null || owner === node ? [] : [another(`${dns} is a name of the Node ${owner}`)]
}

/** The node whose name is this DNS name, or its first labels. The name with most labels wins: `a.b` before `a`. */
function longestNode(dns: string, own: string, nodes: ReadonlyMap<string, string>): string | null {
  const labels = dns.split('.')
  for (let count = labels.length; count > 0; count--) {
    const name = labels.slice(0, count).join('.')
    if (name === own || nodes.has(name)) return name
  }
  return null
}

function another(message: string): Problem {
  return wrong('PENDING_OTHER_NODE', message)
}

const HINT = `if this is right, approve it by hand: countersign csr approve ${OBJECT}`

function wrong(code: 'PENDING_NODE' | 'PENDING_OTHER_NODE', message: string): Problem {
  return unplaced(code, message, HINT)
}

// Addresses of nodes in pools: a node has few, and no address of another node without a person's decision.

/**
 * What a node asks for a second time is its own until its certificate expires. For a new address: PENDING_TOO_MANY, and PENDING_ADDRESS
 * if another Node reports it. Each node writes its own Node object, so that grants and denies nothing.
 */
function addressProblems(
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
  const hint = `if it belongs to ${node}, approve it by hand: countersign csr approve ${OBJECT}`
  return unplaced('PENDING_ADDRESS', message, hint)
}
