// An inventory of nodes from the Node objects of a cluster, as a draft for a review: a node writes its own addresses.
import type { InventoryNode } from '../../domain/cluster/node-inventory.ts'
import type { SeenNodes } from '../../domain/cluster/pending-request.ts'
import { DNS_SUBDOMAIN } from '../../lib/schema/text-rules.ts'
import { yamlText } from '../../lib/source/yaml-text.ts'
import { canonicalIp } from '../../lib/x509/ip.ts'

const DRAFT = [
  '# A draft from the Node objects. Each node wrote its own names and addresses:',
  '# compare them with another source before you approve this file.',
].join('\n')

/** The text of the file. What cannot be in a certificate is left out. */
export function inventoryText(cluster: string, { addresses }: SeenNodes): string {
  const sorted = [...addresses].toSorted(([one], [other]) => (one < other ? -1 : 1))
  const head = { apiVersion: 'countersign.dev/v1', kind: 'NodeInventory' }
  const spec = { nodes: sorted.map(each => written(draftOf(...each))) }
  const schema =
    '# yaml-language-server: $schema=https://countersign.dev/schema/node-inventory.schema.json'
  return `${schema}\n${DRAFT}\n${yamlText({ ...head, metadata: { name: cluster }, spec })}`
}

function draftOf(name: string, addresses: readonly string[]): InventoryNode {
  const said = [...new Set(addresses)]
  const ips = said.flatMap(each => canonicalIp(each) ?? [])
  const names = said
    .filter(each => canonicalIp(each) === null)
    .map(each => each.toLowerCase())
    .filter(each => each !== name && DNS_SUBDOMAIN.pattern.test(each))
  return { name, dnsNames: [...new Set(names)], addresses: [...new Set(ips)] }
}

function written({ name, dnsNames, addresses }: InventoryNode): object {
  return {
    name,
    ...(dnsNames.length > 0 && { dnsNames }),
    ...(addresses.length > 0 && { addresses }),
  }
}
