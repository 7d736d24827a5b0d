// The nodes that a cluster may have, as reviewed files list them.

export interface InventoryNode {
  /** Name of the Node, which is always one of its DNS names. */
  readonly name: string
  readonly dnsNames: readonly string[]
  /** Canonical text. */
  readonly addresses: readonly string[]
}

/** Nodes that are not listed one by one. */
export interface NodePool {
  readonly name: string
  /** Patterns of node names, with `*` and `?`. */
  readonly nodeNames: readonly string[]
  /** DNS names of each node, with `{name}` for its name. */
  readonly dnsNames: readonly string[]
  /** Networks, such as 10.1.0.0/16. */
  readonly addresses: readonly string[]
  readonly maxNodes: number
  /** Of one family, IPv4 or IPv6, in certificates that have not expired. */
  readonly addressesPerNode: number
}

export interface NodeInventory {
  /** By name. */
  readonly nodes: ReadonlyMap<string, InventoryNode>
  readonly pools: readonly NodePool[]
  /** `DNS NAME` and `IP ADDRESS` of the listed nodes → name of the node. */
  readonly owners: ReadonlyMap<string, string>
}
