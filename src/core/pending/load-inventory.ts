// The inventory of nodes of one cluster: all its files, or every problem in them.
import type { InventoryNode, NodeInventory, NodePool } from '../../domain/cluster/node-inventory.ts'
import { checked, isNonEmpty, ok, refuse, sortProblems } from '../../domain/problem.ts'
import type { Checked, Problem } from '../../domain/problem.ts'
import type { RequestFile } from '../../domain/request/request.ts'
import { readSchema } from '../../lib/schema/check-schema.ts'
import { wrongKind } from '../../lib/schema/manifest-kind.ts'
import { valuePlace } from '../../lib/source/located-values.ts'
import type { Path, YamlTree } from '../../lib/source/located-values.ts'
import { readYaml, readYamlFile } from '../../lib/source/read-yaml.ts'
import { sourceText } from '../../lib/source/text-position.ts'
import { INVENTORY_SCHEMA } from './inventory-schema.ts'

const MAX_BYTES = 262_144

/** A name in a file: `DNS n1.example.com`, `IP 10.0.0.1`, `pool workers`. */
interface Claim {
  readonly name: string
  /** The node or the pool. */
  readonly of: string
  readonly tree: YamlTree
  readonly path: Path
}

interface InventoryFile {
  readonly nodes: readonly InventoryNode[]
  readonly pools: readonly NodePool[]
  readonly claims: readonly Claim[]
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

function readFile(file: RequestFile): Checked<InventoryFile> {
  const at = { file: file.path, line: 1, column: 1, length: 1, excerpt: null }
  if (file.mode !== '100644') {
    const message = 'an inventory is a regular file, and no link, submodule or program'
    return refuse({ code: 'FILE_KIND', at, message, hint: null })
  }
  const tree = readYamlFile(file, MAX_BYTES)
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
  return claimsOf(said.value.spec.nodes, said.value.spec.pools, tree.value).map(({ name }) => name)
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
