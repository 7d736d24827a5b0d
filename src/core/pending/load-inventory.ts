// The inventory of nodes of one cluster: all its files, or every problem in them.
import { z } from 'zod'
import type { InventoryNode, NodeInventory, NodePool } from '../../domain/cluster/node-inventory.ts'
import { checked, isNonEmpty, ok, refuse, sortProblems } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { fault, readSchema } from '../../lib/schema/check-schema.ts'
import { wrongKind } from '../../lib/schema/manifest-kind.ts'
import { valuePlace } from '../../lib/source/located-values.ts'
import type { Path, YamlTree } from '../../lib/source/located-values.ts'
import { readYaml, readYamlFile } from '../../lib/source/read-yaml.ts'
import { sourceText } from '../../lib/source/text-position.ts'
import { orElse } from '../../lib/schema/absent-members.ts'
import { uniqueList } from '../../lib/schema/refinements.ts'
import { DNS_LABEL, DNS_SUBDOMAIN, text, textList } from '../../lib/schema/text-rules.ts'
import { quoted } from '../../lib/source/hidden-characters.ts'
import { canonicalIp, isNetwork } from '../../lib/x509/ip.ts'
import { privateKeyInBytes } from '../../lib/x509/private-key-in-file.ts'

const MAX_BYTES = 262_144

/** A name in a file: `DNS n1.example.com`, `IP 10.0.0.1`, `pool workers`. */
interface Claim {
  readonly name: string
  /** The node or the pool. */
  readonly of: string
  readonly tree: YamlTree
  readonly path: Path
}

/** Other files of the folder, such as a README, say nothing. */
export function isInventory(path: string): boolean {
  return /\.ya?ml$/.test(path)
}

/** Files that need an approval: those that are read, and those that hide their changes. */
export function isPartOfInventory(path: string): boolean {
  return isInventory(path) || path.endsWith('/.gitattributes')
}

/**
 * Codes: FILE_KIND, FILE_YAML (also for more than 262,144 bytes), FILE_FIELD_…, and INVENTORY_TWICE for a name or an
 * address that belongs to two nodes, and for two pools of one name.
 */
export function loadInventory(files: readonly RequestFile[]): Checked<NodeInventory> {
  const read = files.filter(({ path }) => isInventory(path)).map(readFile)
  const problems = sortProblems(read.flatMap(each => (each.ok ? [] : each.problems)))
  if (isNonEmpty(problems)) return { ok: false, problems }
  const sound = read.flatMap(each => (each.ok ? [each.value] : []))
  const claims = sound.flatMap(each => each.claims)
  return checked(twice(claims), () => ({
    nodes: new Map(sound.flatMap(({ nodes }) => nodes.map(node => [node.name, node]))),
    pools: sound.flatMap(({ pools }) => pools),
    owners: new Map(claims.map(({ name, of }) => [name, of])),
  }))
}

function readFile(file: RequestFile) {
  const at = { file: file.path, line: 1, column: 1, length: 1, excerpt: null }
  if (file.mode !== '100644') {
    const message = 'an inventory is a regular file, and no link, submodule or program'
    return refuse({ code: 'FILE_KIND', at, message, hint: null })
  }
  const key = privateKeyInBytes(file.path, file.bytes)
  const tree = key !== null ? refuse(key) : readYamlFile(file, MAX_BYTES)
  if (!tree.ok) return tree
  const wrong = wrongKind(tree.value, 'NodeInventory', 'an inventory')
  if (wrong !== null) return refuse(wrong)
  const said = readSchema(INVENTORY_SCHEMA, tree.value)
  if (!said.ok) return said
  const { nodes, pools } = said.value.spec
  return ok({ nodes, pools, claims: claimsOf(nodes, pools, tree.value) })
}

/** What a file gives: `DNS n1.example.com`, `IP 10.0.0.1`, `pool workers`; null if it cannot be read. */
export function inventoryNames(path: string, text: string): readonly string[] | null {
  const tree = readYaml(sourceText(path, text))
  const said = tree.ok ? readSchema(INVENTORY_SCHEMA, tree.value) : tree
  if (!tree.ok || !said.ok) return null
  const { nodes, pools } = said.value.spec
  return [
    ...claimsOf(nodes, pools, tree.value).map(({ name }) => name),
    ...pools.flatMap(poolNames),
  ]
}

/** Single names and addresses that a pool gives: a pattern without * and ? is the name of a node. */
function poolNames({ nodeNames, dnsNames, addresses }: NodePool): readonly string[] {
  const single = nodeNames.filter(each => !/[*?]/.test(each))
  const further = single.flatMap(name => dnsNames.map(each => each.replaceAll('{name}', name)))
  const hosts = addresses.map(each => each.replace(/(?<=\.\d+)\/32$|(?<=:.*)\/128$/, ''))
  return [
    ...[...single, ...further].map(name => `DNS ${name}`),
    ...hosts.flatMap(each => canonicalIp(each) ?? []).map(ip => `IP ${ip}`),
  ]
}

function claimsOf(
  nodes: readonly InventoryNode[],
  pools: readonly NodePool[],
  tree: YamlTree,
): readonly Claim[] {
  const ofNodes = nodes.flatMap(({ name, dnsNames, addresses }, index) => {
    const claim = (what: string, ...path: Path) => ({
      name: what,
      of: name,
      tree,
      path: ['spec', 'nodes', index, ...path],
    })
    return [
      claim(`DNS ${name}`, 'name'),
      ...dnsNames.map((dns, at) => claim(`DNS ${dns}`, 'dnsNames', at)),
      ...addresses.map((ip, at) => claim(`IP ${ip}`, 'addresses', at)),
    ]
  })
  const ofPools = pools.map(({ name }, index) => ({
    name: `pool ${name}`,
    of: name,
    tree,
    path: ['spec', 'pools', index, 'name'],
  }))
  return [...ofNodes, ...ofPools]
}

function twice(claims: readonly Claim[]): readonly Problem[] {
  const first = new Map<string, Claim>()
  return claims.flatMap((claim): readonly Problem[] => {
    const { name, of, tree, path } = claim
    const before = first.get(name)
    if (before === undefined) {
      first.set(name, claim)
      return []
    }
    const at = valuePlace(tree, path)
    const there = valuePlace(before.tree, before.path)
    const message = `${name} of ${of} is given before, to ${before.of} in ${there.file}:${there.line}`
    return [{ code: 'INVENTORY_TWICE', at, message, hint: 'keep one of them' }]
  })
}

// Schema of a file of the node inventory, for the reader and for completion in editors.

const NODE_PATTERN = {
  pattern: /^[a-z0-9*?][a-z0-9.*?-]*$/,
  says: 'is not a pattern of node names: lower-case letters, digits, dots and dashes, with * and ? within a label',
}

/** `{name}` is needed: a fixed name would be one of every node in the pool. */
const DNS_TEMPLATE = {
  pattern: /^[a-z0-9.-]*\{name\}[a-z0-9.-]*$/,
  says: 'is not a DNS name with {name}, such as {name}.example.com',
}

const address = z.string().superRefine((value, context) => {
  const canonical = canonicalIp(value)
  if (canonical === value) return
  const hint = canonical === null ? null : `write ${canonical}`
  context.addIssue(
    fault({ message: `${quoted(value)} is not an IP address as it is issued`, hint }),
  )
})

const network = z.string().superRefine((value, context) => {
  if (isNetwork(value)) return
  const hint = 'an address, / and the length of the prefix, without bits after it: 10.1.0.0/16'
  context.addIssue(fault({ message: `${quoted(value)} is not a network`, hint }))
})

const node = z.strictObject({
  name: text(DNS_SUBDOMAIN).describe('Name of the Node'),
  dnsNames: orElse(textList(DNS_SUBDOMAIN), []).describe(
    'Further DNS names that its certificates may have',
  ),
  addresses: orElse(uniqueList(address), []).describe(
    'IP addresses that its certificates may have',
  ),
})

const pool = z.strictObject({
  name: text(DNS_LABEL).describe('Name of the pool'),
  nodeNames: textList(NODE_PATTERN)
    .min(1)
    .describe('Names of its nodes, with * and ?, which match no dot'),
  dnsNames: orElse(textList(DNS_TEMPLATE), []).describe(
    'Further DNS names of each node; {name} is its name',
  ),
  addresses: orElse(uniqueList(network), []).describe('Networks of its addresses: 10.1.0.0/16'),
  maxNodes: z.int().min(1).max(10_000).describe('Most nodes that it may have at a time'),
  addressesPerNode: orElse(z.int().min(1).max(16), 1).describe(
    'Most IPv4 and most IPv6 addresses of each node; default 1',
  ),
})

export const INVENTORY_SCHEMA = z
  .strictObject({
    apiVersion: z.literal('countersign.dev/v1').describe('Version of this format'),
    kind: z.literal('NodeInventory').describe('Kind of this file'),
    metadata: z
      .strictObject({ name: text(DNS_LABEL).describe('Name of the file, for people') })
      .describe('Which part of the inventory this is'),
    spec: z
      .strictObject({
        nodes: orElse(z.array(node), []).describe('Nodes, one by one'),
        pools: orElse(z.array(pool), []).describe('Nodes by the pattern of their names'),
      })
      .describe('The nodes that the cluster may have'),
  })
  .describe('A part of the inventory of nodes of one cluster')
